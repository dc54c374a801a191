"""Vertical reference lines in a chart, with their names at the top in lanes, one above the other.

A name never lies on another name or on a line: the lines end in the lanes of their names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite

from matplotlib.axes import Axes

from sampviz.figures.charts.axes import FAINT, text_size_of
from sampviz.figures.charts.frozen_layout import freeze_layout
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.style import POINTS_PER_INCH

_MOST_EMPTY = 2.0  # times as far as the data an axis may reach for the names


@dataclass(frozen=True)
class ReferenceLine:
    """Vertical lines that share a name.

    Parameters
    ----------
    positions : tuple of float
        On the x axis, in rising order.
    name : str
        Stands right of the last line.
    short : str
        Stands there where the names would leave the data less than half of the axis; "" for `name`.
    """

    positions: tuple[float, ...]
    name: str
    short: str = ""


def label_lanes(spans: Sequence[tuple[float, float, float]]) -> list[int]:
    """Return the lane of each name.

    Parameters
    ----------
    spans : sequence of (float, float, float)
        For each name the x of its first line, where the name starts, and where it ends; starts
        rise.

    Returns
    -------
    list of int
        0 is the lowest. Lines end at the top of their name's lane, so a name may lie above the
        lines of others, not on them.

    Examples
    --------
    >>> label_lanes([(1.0, 1.0, 4.0), (2.0, 2.0, 3.0)])
    [1, 0]
    """
    lanes: list[int] = []
    for number, (_, _, end) in reversed(list(enumerate(spans))):
        later = zip(spans[number + 1 :], reversed(lanes), strict=True)
        lanes.append(max((lane for (first, _, _), lane in later if first < end), default=-1) + 1)
    return lanes[::-1]


def draw_reference_lines(
    figure: DrawnFigure, axes: Axes, lines: Sequence[ReferenceLine], points: float
) -> None:
    """Draw vertical lines, with their names above the data.

    Parameters
    ----------
    figure : DrawnFigure
        With title and legend; its layout is frozen.
    axes : Axes
        Its x axis begins at 0 and may grow to the right, its y axis may grow upwards.
    lines : sequence of ReferenceLine
        In any order.
    points : float
        The size of the text.
    """
    text_size = text_size_of(figure, points)
    gap = text_size.line / 4
    lines = sorted(lines, key=lambda line: line.positions[-1])
    axes_width, axes_height = freeze_layout(figure, axes)
    last = [line.positions[-1] for line in lines]

    def needed(names: Sequence[str]) -> float:
        """Return how far the axis must reach for these names."""
        shares = [(text_size.width(name) + 2 * gap) / axes_width for name in names]
        pairs = zip(last, shares, strict=True)
        ends = [x / (1 - share) if share < 1 else inf for x, share in pairs]
        return max([axes.get_xlim()[1], *ends])

    names = [line.name for line in lines]
    if needed(names) > _MOST_EMPTY * axes.get_xlim()[1]:
        names = [line.short or line.name for line in lines]
    name_widths = [text_size.width(name) + 2 * gap for name in names]
    right = needed(names)
    right = right if isfinite(right) else axes.get_xlim()[1]
    axes.set_xlim(0, right)

    # A name starts at the last of its lines; the other lines end at the same height.
    scale = axes_width / right
    lanes = label_lanes(
        [
            (line.positions[0] * scale, x * scale, x * scale + width)
            for line, x, width in zip(lines, last, name_widths, strict=True)
        ]
    )
    lanes_height = text_size.line * (max(lanes, default=-1) + 1.5)
    low, top = axes.get_ylim()
    axes.set_ylim(low, top + (top - low) * lanes_height / (axes_height - lanes_height))
    for line, name, lane in zip(lines, names, lanes, strict=True):
        end = 1 - lanes_height / axes_height + (lane + 1) * text_size.line / axes_height
        for x in line.positions:
            axes.axvline(x, 0, end, color=FAINT, linewidth=0.8, zorder=1)
        axes.annotate(
            name,
            (line.positions[-1], end),
            xycoords=axes.get_xaxis_transform(),
            xytext=(gap * POINTS_PER_INCH / figure.dpi, 0),
            textcoords="offset points",
            fontsize=points,
            va="top",
        )
