"""Colour bars: a strip of pixels with a frame, ticks and words.

Drawn like a panel. `Figure.colorbar` makes axes, of which all but one edge is hidden, and took more
than a quarter of the time of a small figure: 30 of 110 ms.
"""

from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator, ScalarFormatter

from sampviz.dsp.dtypes import Array
from sampviz.figures.layout.sheet import TICK, PlacedBar, Spacing, TextBlock
from sampviz.figures.panels.colormap import Pixels, table_of
from sampviz.figures.panels.panel import Bar

_END = 0.03  # height of the arrow at an open end, of that of the bar
_MOST_TICKS = 5
_STEPS = (1, 2, 2.5, 5, 10)
_ROUNDING = 1e-9  # of a tick at an end of the bar, of its length
_MIDDLE = 0.49  # of a line: from its top to the middle of its digits


@dataclass(frozen=True, eq=False)
class ColorBar:
    """Where the parts of a bar are, in figure pixels from the top left corner.

    `strip` are its colours, (256, 1, 3), from `top` on over `height`; `arrows` are the corners of
    those at open ends, (3, 2) each, `frame` those of the outline, `ticks` (N, 2, 2) are lines.
    """

    strip: Pixels
    top: int
    height: int
    arrows: tuple[Array, ...]
    frame: Array
    ticks: Array
    words: tuple[TextBlock, ...]


def color_bar(placed: PlacedBar, measures: Spacing) -> ColorBar:
    """Lay out a bar."""
    bar, kind = placed.row.bar, measures.type
    assert bar
    arrow = round(_END * placed.height) if bar.open_ends else 0
    top, height = placed.y + arrow, placed.height - 2 * arrow
    left, right = placed.x, placed.x + measures.bar

    values, labels, factor = _ticks(bar, max(1, min(_MOST_TICKS, placed.height // (2 * kind.line))))
    low, high = bar.limits
    places = top + height * (high - values) / (high - low)
    gap = TICK * kind.line
    ticks = [((right, y), (right + gap, y)) for y in places]

    x = round(right + 2 * gap)
    words = [
        TextBlock(x, round(y - _MIDDLE * kind.line), (label,))
        for y, label in zip(places, labels, strict=True)
    ]
    if factor:
        words.append(TextBlock(left, placed.y - kind.line, (factor,)))
    name = bar.label if kind.width(bar.label) <= placed.height else bar.unit
    if name:
        beside = x + max(map(kind.width, labels), default=0) + round(gap) + kind.line // 2
        words.append(TextBlock(beside, placed.y + placed.height // 2, (name,), upright=False))
    upper = np.array([(left, top), ((left + right) / 2, placed.y), (right, top)])
    lower = np.array([0, 2 * placed.y + placed.height]) + [1, -1] * upper[::-1]
    arrows = (upper, lower) if bar.open_ends else ()
    return ColorBar(
        table_of(bar.colours)[::-1, None],
        top,
        height,
        arrows,
        np.concatenate(arrows or (upper[::2], lower[::2])),
        np.array(ticks),
        tuple(words),
    )


def _ticks(bar: Bar, most: int) -> tuple[Array, list[str], str]:
    """Return the values of the ticks, what is written on them, and the factor they share."""
    low, high = bar.limits
    values = np.asarray(MaxNLocator(most, steps=_STEPS).tick_values(low, high))
    slack = _ROUNDING * (high - low)
    values = values[(values >= low - slack) & (values <= high + slack)]
    written = ScalarFormatter()
    written.create_dummy_axis()
    assert written.axis
    written.axis.set_view_interval(low, high)
    written.axis.set_data_interval(low, high)
    return values, written.format_ticks(list(values)), written.get_offset()
