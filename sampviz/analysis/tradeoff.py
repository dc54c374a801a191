"""The choice among chains: one measure against another over all inputs, for a chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from sampviz.analysis.measure import MetricRow
from sampviz.analysis.metric import Metric
from sampviz.analysis.metric_text import best_value, distance_to_best, factor_of, unit_of
from sampviz.analysis.metrics import parse_metrics
from sampviz.analysis.statistics import RunningStatistic, Statistic, SummaryStatistics
from sampviz.core.errors import UsageError, argument
from sampviz.core.text import short_repr

Interval = tuple[float, float]


@dataclass(frozen=True)
class Axis:
    """What an axis measures: its name, its unit (empty for a ratio), which values are better.

    `factor` is what the values of points are multiplied by to be in that unit.
    """

    name: str
    unit: str
    better: Literal["lower", "higher"]
    factor: float = 1.0

    @property
    def sign(self) -> int:
        """1 where higher values are better, -1 where lower ones are."""
        return 1 if self.better == "higher" else -1


@dataclass(frozen=True, repr=False)
class Point:
    """A chain: its label, its values over all inputs, and their 95 % intervals, if there are."""

    label: str
    x: float
    y: float
    x_interval: Interval | None = None
    y_interval: Interval | None = None

    def __repr__(self) -> str:
        return short_repr(f"<Point {self.label}: {self.x:.4g}, {self.y:.4g}>")


def pareto(points: Sequence[Point], x: Axis, y: Axis) -> list[Point]:
    """Return the points that no other beats, the best in `x` first.

    A point beats another if it is as good in both and better in one; so equals stay together, and
    values that differ by rounding, less than 1e-5 of the largest, are equal.
    Points with a value that is not finite neither beat nor stay.
    """
    defined = [point for point in points if is_defined(point)]
    xs = _without_rounding([x.sign * point.x for point in defined])
    ys = _without_rounding([y.sign * point.y for point in defined])
    front: list[int] = []
    for n in sorted(range(len(defined)), key=lambda n: (-xs[n], -ys[n])):
        last = front[-1] if front else n
        if last == n or ys[n] > ys[last] or (xs[n], ys[n]) == (xs[last], ys[last]):
            front.append(n)
    return [defined[n] for n in front]


def _without_rounding(values: Sequence[float]) -> list[float]:
    """Return values in steps of 1e-5 of the largest: spectra are of float32."""
    step = 1e-5 * max(map(abs, values), default=0.0) or 1.0
    return [float(round(value / step)) for value in values]


def is_defined(point: Point) -> bool:
    """Whether both values are finite."""
    return isfinite(point.x) and isfinite(point.y)


def parse_axes(x: str, y: str) -> tuple[Metric, Metric]:
    """Return the measures of both axes; UsageError for one that does not tell better from worse."""
    pair = [parse_metrics(name, argument(axis)) for name, axis in ((x, "x"), (y, "y"))]
    for metrics, axis in zip(pair, ("x", "y"), strict=True):
        if len(metrics) != 1 or metrics[0].better == "neither":
            fix = "name one measure of which lower or higher values are better"
            raise UsageError("this is no axis of a choice", argument(axis), fix)
    (first,), (second,) = pair
    return first, second


class Tradeoff:
    """Two measures of every chain and level over all inputs, as the inputs come."""

    def __init__(self, x: Metric, y: Metric) -> None:
        self.metrics = x, y
        self.statistics = SummaryStatistics([x.name, y.name])  # of the measures themselves
        self._points: dict[str, tuple[RunningStatistic, RunningStatistic]] = {}

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """What both axes of a chart measure."""
        x, y = self.metrics
        return axis_of(x), axis_of(y)

    def add(self, rows: Sequence[MetricRow]) -> None:
        """Take the rows of one more input; a row counts if it has both measures."""
        for row in rows:
            if all(metric.name in row.values for metric in self.metrics):
                label = point_label(row.chain, row.level)
                pair = self._points.setdefault(label, (RunningStatistic(), RunningStatistic()))
                for running, metric in zip(pair, self.metrics, strict=True):
                    value = distance_to_best(metric, row.values[metric.name])
                    running.add(value, self.statistics.inputs)
        self.statistics.add(rows)

    def points(self) -> list[Point]:
        """Return a point for every chain and level: the means, with their intervals."""
        points = []
        for label, pair in self._points.items():
            x, y = (running.statistic() for running in pair)
            points.append(Point(label, x.mean, y.mean, _interval(x), _interval(y)))
        return points


def point_label(chain: str, level: int) -> str:
    """Return the label of a chain that is applied so many times."""
    return f"{chain} ×{level}" if level > 1 else chain


def axis_of(metric: Metric) -> Axis:
    """Return the axis of a measure: of one that is best at a value the distance to that."""
    best, unit, factor = best_value(metric), unit_of(metric), factor_of(metric)
    if best is not None:
        return Axis(f"distance of {metric.label} to {factor * best:g}", unit, "lower", factor)
    return Axis(metric.label, unit, "higher" if metric.better == "higher" else "lower", factor)


def _interval(statistic: Statistic) -> Interval | None:
    low, high = statistic.low, statistic.high
    return None if low is None or high is None else (low, high)
