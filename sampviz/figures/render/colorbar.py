"""Colour bars: a strip of pixels with a frame, ticks and texts.

Drawn like a panel. `Figure.colorbar` makes axes, of which all but one edge is hidden, and took more
than a quarter of the time of a small figure: 30 of 110 ms.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator, ScalarFormatter

from sampviz.dsp.dtypes import Array
from sampviz.figures.layout.sheet import PlacedBar, TextBlock
from sampviz.figures.layout.spacing import TICK, Spacing
from sampviz.figures.panels.colormap import Pixels, color_table
from sampviz.figures.panels.panel import ColorBar
from sampviz.images.image import Labels

_ARROW_HEIGHT = 0.03  # at an open end, of the height of the bar
_MOST_TICKS = 5
_TICK_STEPS = (1, 2, 2.5, 5, 10)
_ROUNDING = 1e-9  # of a tick at an end of the bar, of its length
_MIDDLE = 0.49  # of a line: from its top to the middle of its digits


@dataclass(frozen=True, eq=False)
class ColorBarParts:
    """The parts of a colour bar, in figure pixels from the top left corner.

    Parameters
    ----------
    strip : ndarray of uint8
        (256, 1, 3), the colours from high to low.
    top, height : int
        Of the strip.
    arrows : tuple of ndarray
        The corners of the triangles at open ends, (3, 2) each, x and y; upper and lower, or none.
    frame : ndarray
        (N, 2), the corners of the outline.
    ticks : ndarray
        (N, 2, 2), the two ends of each tick.
    texts : tuple of TextBlock
        The labels of the ticks, their common factor, and what the bar shows.
    """

    strip: Pixels
    top: int
    height: int
    arrows: tuple[Array, ...]
    frame: Array
    ticks: Array
    texts: tuple[TextBlock, ...]


def lay_out_color_bar(placed_bar: PlacedBar, spacing: Spacing) -> ColorBarParts:
    """Lay out a colour bar.

    Parameters
    ----------
    placed_bar : PlacedBar
        A row with a colour bar, and its position.
    spacing : Spacing
        The width of the bar, and the size of the text.

    Returns
    -------
    ColorBarParts
    """
    bar, text_size = placed_bar.row.bar, spacing.text_size
    assert bar
    arrow = round(_ARROW_HEIGHT * placed_bar.height) if bar.open_ends else 0
    top, height = placed_bar.y + arrow, placed_bar.height - 2 * arrow
    left, right = placed_bar.x, placed_bar.x + spacing.bar_width

    most_ticks = max(1, min(_MOST_TICKS, height // (2 * text_size.line)))
    if isinstance(bar.colormap, Labels):
        most_labels = max(1, placed_bar.height // text_size.line)
        values, labels, factor = _label_ticks(bar.colormap, most_labels)
    else:
        values, labels, factor = _ticks(bar, most_ticks)
    low, high = bar.limits
    parts = (high - values) / (high - low)  # of the height; values near the largest double too
    while len(values) > 1 and height * (parts[0] - parts[1]) < text_size.line:
        values, labels, parts = values[::2], labels[::2], parts[::2]
    tick_y = top + height * parts
    gap = TICK * text_size.line
    ticks = [((right, y), (right + gap, y)) for y in tick_y]

    x = round(right + 2 * gap)
    texts = [
        TextBlock(x, round(y - _MIDDLE * text_size.line), (label,))
        for y, label in zip(tick_y, labels, strict=True)
    ]
    if factor:
        texts.append(TextBlock(left, placed_bar.y - text_size.line, (factor,)))
    label_fits = text_size.width(bar.label) <= placed_bar.height
    name = bar.label if label_fits else bar.short_label
    if name:
        widest_label = max(map(text_size.width, labels), default=0)
        name_x = x + widest_label + round(gap) + text_size.line // 2
        texts.append(
            TextBlock(name_x, placed_bar.y + placed_bar.height // 2, (name,), upright=False)
        )
    upper = np.array([(left, top), ((left + right) / 2, placed_bar.y), (right, top)])
    lower = np.array([0, 2 * placed_bar.y + placed_bar.height]) + [1, -1] * upper[::-1]
    arrows = (upper, lower) if bar.open_ends else ()
    return ColorBarParts(
        color_table(bar.colormap)[::-1, None],
        top,
        height,
        arrows,
        np.concatenate(arrows or (upper[::2], lower[::2])),
        np.array(ticks),
        tuple(texts),
    )


def _label_ticks(labels: Labels, most: int) -> tuple[Array, list[str], str]:
    """Return the middles of the labels' colours and their numbers: as many as there is room for."""
    step = -(-len(labels.ids) // most)
    numbers = list(range(0, len(labels.ids), step))
    return np.array(numbers, np.float64), [str(labels.ids[i]) for i in numbers], ""


def _ticks(bar: ColorBar, most: int) -> tuple[Array, list[str], str]:
    """Return the values of the ticks, their labels, and the factor that the labels share."""
    low, high = bar.limits
    values = np.asarray(MaxNLocator(most, steps=_TICK_STEPS).tick_values(low, high))
    slack = _ROUNDING * (high - low)
    values = values[(values >= low - slack) & (values <= high + slack)]
    formatter = ScalarFormatter()
    formatter.create_dummy_axis()
    assert formatter.axis
    formatter.axis.set_view_interval(low, high)
    formatter.axis.set_data_interval(low, high)
    return values, formatter.format_ticks(list(values)), formatter.get_offset()
