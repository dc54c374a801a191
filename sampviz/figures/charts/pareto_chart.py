"""A chart of two measures against each other, with the points that no other beats marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from sampviz.analysis.metric import Metric
from sampviz.analysis.metric_text import heading
from sampviz.analysis.tradeoff import Axis, Point, axis_of, is_defined, pareto
from sampviz.core.text import three_digits
from sampviz.dsp.dtypes import Array
from sampviz.figures.charts.axes import (
    FAINT,
    LineStyle,
    add_title_and_legend,
    chart_style,
    line_styles,
    new_chart,
    paler,
    style_axes,
    text_size_of,
)
from sampviz.figures.charts.frozen_layout import freeze_layout
from sampviz.figures.charts.label_placement import place_labels, points_along
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.options import DEFAULT_LOOK, Look
from sampviz.figures.style import NO_BREAK, POINTS_PER_INCH, TextSize

Line = list[tuple[float, float]]  # its corners, in the units of the axes
_WIDTH, _HEIGHT = 150, 120  # mm
_MARKER = 7.0  # pt
_MOST_DECADES = 5  # a log axis reaches so far below its largest value
_MARGIN = 0.06  # of an axis, beyond the data


def draw_tradeoff(
    points: Sequence[Point],
    x: Axis,
    y: Axis,
    title: str,
    notes: Sequence[str] = (),
    look: Look = DEFAULT_LOOK,
) -> DrawnFigure:
    """Draw a marker for every point with its label, the Pareto front, and what it leaves behind.

    An axis is logarithmic where none of its values is negative and they span more than a decade;
    what is more than five decades below the largest is drawn at its edge. A point with a value
    that is not finite is not drawn. A label without room stands in a legend. The notes say what
    was done.
    """
    in_legend: list[str] = []
    with chart_style(look):
        while True:
            figure, crowded_out = _draw_points(points, x, y, title, notes, in_legend, look)
            if not crowded_out:
                return figure
            in_legend += crowded_out


@dataclass(frozen=True)
class _Scale:
    """The limits of an axis, whether it is logarithmic, and the end where values are worst."""

    low: float
    high: float
    log: bool
    worst: float

    def clip(self, value: float) -> float:
        return min(max(value, self.low), self.high)


def _scale(axis: Axis, values: Sequence[float]) -> _Scale:
    """Return the scale on which these values are drawn."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    least = min((v for v in values if v > high / 10**_MOST_DECADES), default=high)
    log = low >= 0 and high > 10 * least
    if log:
        margin = (high / least) ** _MARGIN
        low, high = least / margin, high * margin
    else:
        margin = _MARGIN * (high - low or abs(high) or 1.0)
        low, high = low - margin, high + margin
    return _Scale(low, high, log, low if axis.better == "higher" else high)


@dataclass(frozen=True)
class _Dot:
    """A point as it is drawn: where, how, and whether it is on the front."""

    point: Point
    position: tuple[float, float]
    line_style: LineStyle
    best: bool

    @property
    def plot_arguments(self) -> dict[str, Any]:
        """The arguments of `Axes.plot`: full on the front, hollow behind it."""
        fill = self.line_style.colour if self.best else "white"
        return self.line_style.points(markersize=_MARKER, markeredgewidth=1.2, markerfacecolor=fill)


def _draw_points(
    points: Sequence[Point],
    x: Axis,
    y: Axis,
    title: str,
    notes: Sequence[str],
    in_legend: Sequence[str],
    look: Look,
) -> tuple[DrawnFigure, list[str]]:
    """Return the figure, and the labels that have no room in it."""
    defined = [point for point in points if is_defined(point)]
    xs = [value for p in defined for value in (p.x, *(p.x_interval or ()))]
    ys = [value for p in defined for value in (p.y, *(p.y_interval or ()))]
    x_scale, y_scale = _scale(x, xs), _scale(y, ys)
    front = pareto(points, x, y)
    dots = [
        _Dot(point, (x_scale.clip(point.x), y_scale.clip(point.y)), line_style, point in front)
        for point, line_style in zip(points, line_styles(len(points)), strict=True)
        if is_defined(point)
    ]
    legend_dots = [dot for dot in dots if dot.point.label in in_legend]

    figure = new_chart(look, _WIDTH, _HEIGHT)
    axes = figure.add_subplot()
    # Of the height of the axes, whatever stands below them.
    max_label_width = round(figure.bbox.height / 2)
    y_label_lines = text_size_of(figure, look.points).wrap(_written(y), max_label_width)
    style_axes(axes, _written(x), "\n".join(y_label_lines), look.points)
    _set_scales(axes, x, y, x_scale, y_scale)
    if not dots:
        axes.set(xticks=[], yticks=[])
    add_title_and_legend(
        figure,
        title,
        "; ".join([*notes, *_notes(points, [(x, x_scale, xs), (y, y_scale, ys)])]),
        look.points,
        [Line2D([], [], **dot.plot_arguments) for dot in legend_dots],
        [dot.point.label for dot in legend_dots],
    )
    available = freeze_layout(figure, axes)

    lines = [_draw_front(axes, front, x_scale, y_scale)] if front else []
    for dot in dots:
        axes.plot(*dot.position, **dot.plot_arguments, clip_on=False, zorder=3)
        for bar in _bars(dot, x_scale, y_scale):
            axes.plot(*zip(*bar, strict=True), color=dot.line_style.colour, linewidth=0.8, zorder=2)
            lines.append(bar)
    dots.sort(key=lambda dot: dot.point.label in in_legend)
    text_size = text_size_of(figure, look.points)
    beside = dots[: len(dots) - len(legend_dots)]
    return figure, _write_labels(text_size, axes, dots, len(beside), lines, available)


def _write_labels(
    text_size: TextSize,
    axes: Axes,
    dots: Sequence[_Dot],
    count: int,
    lines: Sequence[Line],
    available: tuple[float, float],
) -> list[str]:
    """Write the labels of the first `count` dots beside them; return those without room."""
    sizes = [
        (
            text_size.width(dot.point.label, bold=dot.best) + text_size.line // 3,
            text_size.line,
        )
        for dot in dots[:count]
    ]
    label_places = place_labels(
        _pixels(axes, [dot.position for dot in dots]),
        np.reshape(sizes, (-1, 2)),
        available,
        _MARKER / 2 * text_size.dpi / POINTS_PER_INCH,
        np.vstack([np.empty((0, 2)), *(points_along(_pixels(axes, line)) for line in lines)]),
    )
    crowded_out = []
    for dot, label, size in zip(dots, label_places, sizes, strict=False):
        if label is None:
            crowded_out.append(dot.point.label)
            continue
        x, y = (label.corner + np.divide(size, 2)) / available
        weight = "bold" if dot.best else "normal"
        text_arguments: dict[str, Any] = {
            "transform": axes.transAxes,
            "fontsize": text_size.points,
            "weight": weight,
        }
        axes.text(x, y, dot.point.label, ha="center", va="center", **text_arguments)
        leader = (label.leader / available).T
        axes.plot(
            *leader, color=dot.line_style.colour, linewidth=0.6, transform=axes.transAxes, zorder=2
        )
    return crowded_out


def axis_label(metric: Metric) -> str:
    """Return what is drawn of a measure, with an arrow to its better end where it has one."""
    return heading(metric) if metric.better == "neither" else _written(axis_of(metric))


def _written(axis: Axis) -> str:
    """Name an axis, with an arrow to its better end; upright text reads upwards."""
    name = f"{axis.name} ({axis.unit})" if axis.unit else axis.name
    label = (
        f"{name}, higher is better →" if axis.better == "higher" else f"← lower is better, {name}"
    )
    return label.replace(f"{axis.better} is better", f"{axis.better}{NO_BREAK}is{NO_BREAK}better")


def _set_scales(axes: Axes, x: Axis, y: Axis, x_scale: _Scale, y_scale: _Scale) -> None:
    axes.set(xlim=(x_scale.low, x_scale.high), ylim=(y_scale.low, y_scale.high))
    for scale, factor, set_scale, axis in (
        (x_scale, x.factor, axes.set_xscale, axes.xaxis),
        (y_scale, y.factor, axes.set_yscale, axes.yaxis),
    ):
        formatter = FuncFormatter(lambda value, _, factor=factor: three_digits(factor * value))
        if scale.log:
            set_scale("log")
            spans_few_decades = scale.high < 2000 * scale.low
            axis.set_major_locator(LogLocator(subs=(1, 2, 5) if spans_few_decades else (1,)))
            axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(formatter)


def _notes(points: Sequence[Point], axes: Sequence[tuple[Axis, _Scale, list[float]]]) -> list[str]:
    """Return what a reader must know to read the chart."""
    notes = ["line and full markers: the Pareto front, chains that no other beats in both"]
    if any(point.x_interval or point.y_interval for point in points):
        notes.append("bars: 95 % bootstrap intervals over the inputs")
    for axis, scale, values in axes:
        if min(values, default=scale.low) < scale.low:
            least = three_digits(float(f"{axis.factor * scale.low:.1g}"))
            unit = f"{NO_BREAK}{axis.unit}" if axis.unit == "%" else ""
            notes.append(f"at the edge: {axis.name} below {least}{unit}")
    missing = [point.label for point in points if not is_defined(point)]
    if missing:
        notes.append(f"not drawn, as a value is not defined: {', '.join(missing)}")
    return notes


def _draw_front(axes: Axes, front: Sequence[Point], x_scale: _Scale, y_scale: _Scale) -> Line:
    """Draw the steps between what the front beats, shaded, and what nothing reaches."""
    corners = [(x_scale.clip(point.x), y_scale.clip(point.y)) for point in front]
    steps = [(corners[0][0], y_scale.worst)]
    for (x, y), (following, _) in zip(corners, [*corners[1:], (x_scale.worst, 0)], strict=True):
        steps += [(x, y), (following, y)]
    axes.plot(*zip(*steps, strict=True), color=FAINT, linewidth=1, zorder=1)
    beaten = [*steps, (x_scale.worst, y_scale.worst)]
    axes.fill(*zip(*beaten, strict=True), color=paler(FAINT, 0.12), linewidth=0, zorder=0.4)
    return steps


def _bars(dot: _Dot, x_scale: _Scale, y_scale: _Scale) -> list[Line]:
    """Return the error bars of a dot."""
    x, y = dot.position
    bars: list[Line] = []
    if dot.point.x_interval:
        bars.append([(x_scale.clip(end), y) for end in dot.point.x_interval])
    if dot.point.y_interval:
        bars.append([(x, y_scale.clip(end)) for end in dot.point.y_interval])
    return bars


def _pixels(axes: Axes, line: Line) -> Array:
    """Return places in the data as pixels from the lower left corner of the axes, (N, 2)."""
    corner = axes.get_window_extent().p0
    return np.asarray(axes.transData.transform(np.reshape(line, (-1, 2))) - corner)
