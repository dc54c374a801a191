"""The choice among chains: one measure against another over all inputs, for a chart."""

from collections.abc import Callable, Sequence

from matplotlib.figure import Figure

from sampviz.errors import UsageError
from sampviz.figure.tradeoff import Axis, Point, draw_tradeoff
from sampviz.measurement import Measure
from sampviz.measures import parse_measures
from sampviz.measuring import Row
from sampviz.survey import Statistic, statistic
from sampviz.tables import reasons

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


def points_of(rows: Sequence[Row], x: Measure, y: Measure) -> list[Point]:
    """Return a point for every chain and level: the means over the inputs, with their intervals."""
    groups: dict[str, list[Row]] = {}
    several = len({row.level for row in rows}) > 1
    for row in rows:
        label = f"{row.chain} ×{row.level}" if several and row.level > 1 else row.chain
        groups.setdefault(label, []).append(row)
    points = []
    for label, group in groups.items():
        pairs = [
            [found(row.values[each.name]) for each, found in ((x, _distance(x)), (y, _distance(y)))]
            for row in group
            if x.name in row.values and y.name in row.values
        ]
        if pairs:
            across, along = (statistic(values) for values in zip(*pairs, strict=True))
            points.append(
                Point(label, across.mean, along.mean, _interval(across), _interval(along))
            )
    return points


def chart(rows: Sequence[Row], x: Measure, y: Measure) -> Figure:
    """Draw the choice; UsageError if both measures are defined for none of the chains."""
    points = points_of(rows, x, y)
    if not points:
        why = "; ".join(reasons(rows)) or "no input"
        raise UsageError(f"no chain has both {x.name} and {y.name}", "--x, --y", why)
    inputs = len({row.input for row in rows})
    title = f"{x.name} against {y.name}: " + ("1 input" if inputs == 1 else f"{inputs} inputs")
    notes = [f"{each.name}: {each.summary[0].lower()}{each.summary[1:-1]}" for each in (x, y)]
    if inputs > 1:
        notes.append("means over the inputs and their 95 % bootstrap intervals")
    return draw_tradeoff(points, _axis(x), _axis(y), title, [*notes, *reasons(rows)])


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
