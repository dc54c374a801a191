"""The choice among chains: one measure against another over all inputs, for a chart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from sampviz.analysis.measure import MetricRow
from sampviz.analysis.metric import Metric
from sampviz.analysis.metrics import parse_metrics
from sampviz.analysis.statistics import RunningStatistic, Statistic, SummaryStatistics
from sampviz.core.errors import UsageError, argument

Interval = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """What an axis measures: its name, its unit (empty for a ratio), which values are better."""

    name: str
    unit: str
    better: Literal["lower", "higher"]

    @property
    def sign(self) -> int:
        """1 where higher values are better, -1 where lower ones are."""
        return 1 if self.better == "higher" else -1


@dataclass(frozen=True)
class Point:
    """A chain: its label, its values over all inputs, and their 95 % intervals, if there are."""

    label: str
    x: float
    y: float
    x_interval: Interval | None = None
    y_interval: Interval | None = None


def pareto(points: Sequence[Point], x: Axis, y: Axis) -> list[Point]:
    """Return the points that no other beats, the best in `x` first.

    A point beats another if it is as good in both and better in one; so equals stay together.
    Points with a value that is not finite neither beat nor stay.
    """
    front: list[Point] = []
    for point in sorted(filter(_is_defined, points), key=lambda p: (-x.sign * p.x, -y.sign * p.y)):
        last = front[-1] if front else None
        if not last or y.sign * point.y > y.sign * last.y or (point.x, point.y) == (last.x, last.y):
            front.append(point)
    return front


def _is_defined(point: Point) -> bool:
    return isfinite(point.x) and isfinite(point.y)


def parse_axes(x: str, y: str) -> tuple[Metric, Metric]:
    """Return the measures of both axes; UsageError for one that does not tell better from worse."""
    pair = [parse_metrics(name, argument(axis)) for name, axis in ((x, "x"), (y, "y"))]
    for found, axis in zip(pair, ("x", "y"), strict=True):
        if len(found) != 1 or found[0].better == "neither":
            wanted = "name one measure of which lower or higher values are better"
            raise UsageError("this is no axis of a choice", argument(axis), wanted)
    (first,), (second,) = pair
    return first, second


class Tradeoff:
    """Two measures of every chain and level over all inputs, as the inputs come."""

    def __init__(self, x: Metric, y: Metric) -> None:
        self.measures = x, y
        self._tally = SummaryStatistics([x.name, y.name])
        self._points: dict[str, tuple[RunningStatistic, RunningStatistic]] = {}

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """What both axes of a chart measure."""
        x, y = self.measures
        return _axis(x), _axis(y)

    @property
    def tally(self) -> SummaryStatistics:
        """The statistics of the measures themselves."""
        return self._tally

    def add(self, rows: Sequence[MetricRow]) -> None:
        """Take the rows of one more input; a row counts if it has both measures."""
        for row in rows:
            if all(each.name in row.values for each in self.measures):
                label = f"{row.chain} ×{row.level}" if row.level > 1 else row.chain
                pair = self._points.setdefault(label, (RunningStatistic(), RunningStatistic()))
                for running, each in zip(pair, self.measures, strict=True):
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


def _axis(measure: Metric) -> Axis:
    better, _, ideal = measure.better.partition(" ")
    if better == "nearer":
        name = f"|{measure.name} {'− 1' if ideal == '1' else ''}".rstrip() + "|"
        return Axis(name, measure.unit, "lower")
    return Axis(measure.name, measure.unit, "higher" if better == "higher" else "lower")


def _distance(measure: Metric) -> Callable[[float], float]:
    """Return what is drawn of a value: itself, or its distance from the one that is best."""
    better, _, ideal = measure.better.partition(" ")
    return (lambda value: abs(value - float(ideal))) if better == "nearer" else float


def _interval(found: Statistic) -> tuple[float, float] | None:
    return None if found.low is None or found.high is None else (found.low, found.high)
