"""The staircase of a network: the highest frequency that its maps can hold, layer by layer."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil, exp, log
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator

from sampviz.figures.charts.fold_summary import axes_in_box, thin_axes
from sampviz.figures.panels.treads import Tread, drawn_axes
from sampviz.figures.style import CHARTS, INK, NO_BREAK, TextSize, own_style, with_font

DOWN, UP = "#d55e00", "#0072b2"  # of layers that shrink, and of those that enlarge
_DASHES = ("-", (0, (4, 1.5)), (0, (1, 1)))  # of the axes of space
_TREAD = 1.6  # points
_ABOVE = 0.15  # of the logarithm: ticks stand up to so much above the highest tread
_LOG_MARGIN = 1.35  # below the lowest tread and above the highest one, a factor


def draw_staircase(
    figure: Figure,
    box: tuple[int, int, int, int],
    treads: Sequence[Tread],
    drops: Sequence[float],
    unit: str,
    text_size: TextSize,
) -> None:
    """Draw the staircase into a box of a figure.

    Parameters
    ----------
    figure : Figure
        Is added to.
    box : tuple of int
        Left, top, width and height of the axes, in figure pixels from the top left corner.
    treads : sequence of Tread
        The input, and every layer.
    drops : sequence of float
        Where each layer but the input stands, 0..1 along the box.
    unit : str
        Of the frequencies.
    text_size : TextSize
        The size of the text.
    """
    points = text_size.points
    ends = [0.0, *drops, 1.0]
    with own_style(with_font(CHARTS, text_size.font)):
        axes = axes_in_box(figure, box)
        axes.set_yscale("log")
        widths = [(right - left) * box[2] for left, right in pairwise(ends)]
        labels = _labels(treads, widths, text_size)
        is_turned = not _fits(labels, widths, text_size)
        above = (
            max(map(text_size.width, labels)) + text_size.line
            if is_turned
            else (max(label.count("\n") for label in labels) + 1.4) * text_size.line
        )
        _set_scale(axes, treads, box[3], above, text_size)
        _draw_treads(axes, treads, ends)
        _label_treads(axes, treads, labels, ends, box[2], is_turned, text_size)
        axes.set_xlim(0, 1)
        axes.set_xticks(drops, _thinned(treads[1:], drops, box[2], text_size))
        axes.set_ylabel(f"Nyquist\n{unit}", fontsize=points, labelpad=points / 3)
        thin_axes(axes, points)


def _set_scale(
    axes: Axes, treads: Sequence[Tread], height: int, above: float, text_size: TextSize
) -> None:
    """Choose the ends of the axis of frequencies, with room above for a label, and its ticks."""
    low = min(min(tread.nyquist) for tread in treads) / _LOG_MARGIN
    highest = max(max(tread.nyquist) for tread in treads)
    span = log(highest * _LOG_MARGIN / low)
    high = highest * _LOG_MARGIN * exp(span * min(1.5, above / max(1.0, height - above)))
    axes.set_ylim(low, high)
    ticks = LogLocator(10, (1.0, 2.0, 5.0)).tick_values(low, high)
    inside = [float(tick) for tick in ticks if low <= tick <= highest * (1 + _ABOVE)]
    while len(inside) > 1 and _closest(inside, low, high) * height < text_size.line:
        inside = inside[::2]
    axes.set_yticks(inside, [f"{tick:g}" for tick in inside])
    axes.yaxis.set_minor_locator(NullLocator())


def _label_treads(
    axes: Axes,
    treads: Sequence[Tread],
    labels: Sequence[str],
    ends: Sequence[float],
    width: int,
    is_turned: bool,
    text_size: TextSize,
) -> None:
    """Write the size of each map above its tread; turned ones only where there is room."""
    free, points = -1.0, text_size.points
    for tread, (left, right), label in zip(treads, pairwise(ends), labels, strict=True):
        middle = (left + right) / 2
        if is_turned and middle * width - text_size.line / 2 < free:
            continue
        free = middle * width + text_size.line / 2
        axes.annotate(
            label,
            (middle, max(tread.nyquist)),
            (0, points / 3),
            textcoords="offset points",
            ha="center",
            va="bottom",
            rotation=90 if is_turned else 0,
            fontsize=points,
            linespacing=1.1,
            parse_math=False,
        )


def _closest(ticks: Sequence[float], low: float, high: float) -> float:
    """Return the distance between the two closest ticks of a logarithmic axis, of its length."""
    return float(np.diff(np.log(ticks)).min() / np.log(high / low))


def _draw_treads(axes: Axes, treads: Sequence[Tread], ends: Sequence[float]) -> None:
    """Draw a level line for each map, and a dashed one where a layer stands."""
    for dash, axis in zip(_DASHES, drawn_axes(treads), strict=False):
        for tread, (left, right) in zip(treads, pairwise(ends), strict=True):
            levels = tread.entering[axis], tread.nyquist[axis]
            style: dict[str, Any] = {
                "linestyle": dash,
                "linewidth": _TREAD,
                "solid_capstyle": "butt",
            }
            axes.plot([left, right], [levels[1]] * 2, color=INK, **style)
            if levels[0] != levels[1]:
                colour = UP if tread.enlarges else DOWN
                axes.plot([left, left], levels, color=colour, linestyle=(0, (3, 1.5)), linewidth=1)


def _labels(treads: Sequence[Tread], widths: Sequence[float], text_size: TextSize) -> list[str]:
    """Return the labels of the treads, all in the longest form that fits, else the sizes."""
    sizes = [tread.size_text for tread in treads]
    spacings = [tread.millimetres for tread in treads]
    forms = [sizes, [size.replace("×", "×\n") for size in sizes]]
    if all(spacings):
        pairs = list(zip(sizes, spacings, strict=True))
        forms = [
            [f"{size}  {mm}{NO_BREAK}mm" for size, mm in pairs],
            [f"{size}\n{mm}{NO_BREAK}mm" for size, mm in pairs],
            *forms,
        ]
    return next((form for form in forms if _fits(form, widths, text_size)), sizes)


def _fits(labels: Sequence[str], widths: Sequence[float], text_size: TextSize) -> bool:
    """Whether every label fits onto its tread, with half a line between neighbours."""
    return all(
        text_size.width(part) + text_size.line // 2 <= width
        for label, width in zip(labels, widths, strict=False)
        for part in label.split("\n")
    )


def _thinned(
    treads: Sequence[Tread], drops: Sequence[float], width: int, text_size: TextSize
) -> list[str]:
    """Return the numbers of layers, empty where there is no room for all."""
    numbers = [str(tread.number) for tread in treads]
    nearest = min((b - a for a, b in pairwise(drops)), default=1.0) * width
    widest = max(map(text_size.width, numbers), default=0) + text_size.line // 3
    every = max(1, ceil(widest / max(nearest, 1.0)))
    return [number if i % every == 0 else "" for i, number in enumerate(numbers)]
