"""The choice among chains: one measure against another over all inputs, for a chart."""

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from sampviz.analysis.measure import Row
from sampviz.analysis.metric import Measure
from sampviz.analysis.metrics import parse_measures
from sampviz.analysis.statistics import Running, Statistic, Tally
from sampviz.core.errors import UsageError
from sampviz.figures.charts.tradeoff import Axis, Point, draw_tradeoff

ALIASING, DETAIL = "equivariance", "detail"  # defined for every chain that makes images smaller


def measures_of(x: str, y: str) -> tuple[Measure, Measure]:
    """Return the measures of both axes; UsageError for one that does not tell better from worse."""
    pair = [parse_measures(name, option) for name, option in ((x, "--x"), (y, "--y"))]
    for found, option in zip(pair, ("--x", "--y"), strict=True):
        if len(found) != 1 or found[0].better == "neither":
            wanted = "name one measure of which lower or higher values are better"
            raise UsageError("this is no axis of a choice", option, wanted)
    (first,), (second,) = pair
    return first, second


class Choice:
    """Two measures of every chain and level over all inputs, as the inputs come."""

    def __init__(self, x: Measure, y: Measure) -> None:
        self._axes = x, y
        self._tally = Tally([x.name, y.name])
        self._points: dict[str, tuple[Running, Running]] = {}

    @property
    def tally(self) -> Tally:
        """The statistics of the measures themselves."""
        return self._tally

    def add(self, rows: Sequence[Row]) -> None:
        """Take the rows of one more input; a row counts if it has both measures."""
        for row in rows:
            if all(each.name in row.values for each in self._axes):
                label = f"{row.chain} ×{row.level}" if row.level > 1 else row.chain
                pair = self._points.setdefault(label, (Running(), Running()))
                for running, each in zip(pair, self._axes, strict=True):
                    value = _distance(each)(row.values[each.name])
                    running.add(value, self._tally.inputs)
        self._tally.add(rows)

    def points(self) -> list[Point]:
        """Return a point for every chain and level: the means, with their intervals."""
        found = []
        for label, pair in self._points.items():
            x, y = (running.statistic() for running in pair)
            found.append(Point(label, x.mean, y.mean, _interval(x), _interval(y)))
        return found

    def chart(self) -> Figure:
        """Draw the choice; UsageError if both measures are defined for none of the chains."""
        x, y = self._axes
        points, reasons, inputs = self.points(), self._tally.reasons(), self._tally.inputs
        if not points:
            why = "; ".join(reasons) or "no input"
            raise UsageError(f"no chain has both {x.name} and {y.name}", "--x, --y", why)
        title = f"{x.name} against {y.name}: " + ("1 input" if inputs == 1 else f"{inputs} inputs")
        notes = [f"{each.name}: {each.summary[0].lower()}{each.summary[1:-1]}" for each in (x, y)]
        if inputs > 1:
            notes.append("means over the inputs and their 95 % bootstrap intervals")
        return draw_tradeoff(points, _axis(x), _axis(y), title, [*notes, *reasons])


def _axis(measure: Measure) -> Axis:
    better, _, ideal = measure.better.partition(" ")
    if better == "nearer":
        name = f"|{measure.name} {'− 1' if ideal == '1' else ''}".rstrip() + "|"
        return Axis(name, measure.unit, "lower")
    return Axis(measure.name, measure.unit, "higher" if better == "higher" else "lower")


def _distance(measure: Measure) -> Callable[[float], float]:
    """Return what is drawn of a value: itself, or its distance from the one that is best."""
    better, _, ideal = measure.better.partition(" ")
    return (lambda value: abs(value - float(ideal))) if better == "nearer" else float


def _interval(found: Statistic) -> tuple[float, float] | None:
    return None if found.low is None or found.high is None else (found.low, found.high)
