"""Axes of charts: line styles that differ in colour, dash and marker, labels, title and legend.

Matplotlib's layout places the axes; titles, legend and notes are placed by their measured sizes, so
that none is cut off.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from sampviz.core.errors import UsageError, argument
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.options import Look
from sampviz.figures.style import CHARTS, POINTS_PER_INCH, TextSize, own_style, with_font

MM_PER_INCH = 25.4
_LEAST_WIDTH = 50 / 7  # mm of a chart for each point of its text
_LESS = 0.4  # the power of the width that a height goes with
FAINT = "#8a8a8a"  # reference lines and other marks that belong to no chain
# The colours of Okabe and Ito, told apart by colour-blind readers; its yellow is too pale.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
_DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.5)), (0, (5, 1.5, 1.5, 1.5)), (0, (3, 1, 1, 1, 1, 1)))
_MARKERS = "os^DvPX*<>hp8d"


def paler(colour: str, share: float) -> str:
    """Return a colour mixed with white: it looks transparent, which EPS has not.

    Parameters
    ----------
    colour : str
        "#rrggbb".
    share : float
        Of the colour, 0..1.

    Returns
    -------
    str
        "#rrggbb".

    Examples
    --------
    >>> paler("#000000", 0.6)
    '#666666'
    """
    mixed = share * np.array(to_rgb(colour)) + 1 - share
    return to_hex((float(mixed[0]), float(mixed[1]), float(mixed[2])))


@dataclass(frozen=True)
class LineStyle:
    """How one chain is drawn wherever it occurs in a chart.

    Parameters
    ----------
    colour : str
        "#rrggbb".
    dash : str or tuple
        A line style of matplotlib.
    marker : str
        A marker of matplotlib.
    """

    colour: str
    dash: Any
    marker: str

    def line(self, **properties: Any) -> dict[str, Any]:
        """Return the arguments of `Axes.plot` for a line."""
        return {"color": self.colour, "linestyle": self.dash, "linewidth": 1.2, **properties}

    def points(self, **properties: Any) -> dict[str, Any]:
        """Return the arguments of `Axes.plot` for points."""
        return {"color": self.colour, "linestyle": "none", "marker": self.marker, **properties}


def line_styles(count: int) -> list[LineStyle]:
    """Return different line styles.

    Parameters
    ----------
    count : int
        How many.

    Returns
    -------
    list of LineStyle
        The first 35 differ in colour or dash, and neighbours in both.
    """
    return [
        LineStyle(
            _COLOURS[i % len(_COLOURS)],
            _DASHES[(i + i // len(_COLOURS)) % len(_DASHES)],
            _MARKERS[i % len(_MARKERS)],
        )
        for i in range(count)
    ]


def new_chart(look: Look, width: float, height: float) -> DrawnFigure:
    """Return an empty figure, to be drawn on within `chart_style(look)`.

    Parameters
    ----------
    look : Look
        Its width, resolution and font, where they are said.
    width, height : float
        In mm, where the look says no width. In a narrower figure the height shrinks less than the
        width: text keeps its size.

    Returns
    -------
    DrawnFigure

    Raises
    ------
    UsageError
        If the look's width is too little for its text.
    """
    check_chart_width(look)
    if look.page_width:
        shrunk = min(look.page_width / width, 1.0) ** _LESS
        height = min(height * shrunk, look.page_height or height)
        width = look.page_width
    dpi = look.dpi or look.least_dpi
    size = width / MM_PER_INCH, height / MM_PER_INCH
    figure = DrawnFigure(figsize=size, dpi=dpi, layout="constrained")
    figure.font = look.family
    return figure


def check_chart_width(look: Look) -> None:
    """Raise UsageError for a width in which the words of a chart have no room.

    Parameters
    ----------
    look : Look
        Says the width, if any, and the size of the text.
    """
    least = ceil(_LEAST_WIDTH * look.points)
    if look.page_width and look.page_width < least:
        raise UsageError(
            f"the words of a chart need {least} mm, of {look.points:g} points",
            f"{argument('width')} {look.page_width:g}",
            f"raise {argument('width')}, or lower {argument('font_size')}",
        )


def chart_style(look: Look) -> AbstractContextManager[None]:
    """Draw charts with this font.

    Parameters
    ----------
    look : Look
        Says the font.

    Returns
    -------
    context manager
        As `own_style`.
    """
    return own_style(with_font(CHARTS, look.family))


def text_size_of(figure: DrawnFigure, points: float) -> TextSize:
    """Return how much room text takes on a chart.

    Parameters
    ----------
    figure : DrawnFigure
        From `new_chart`.
    points : float
        The size of the text.

    Returns
    -------
    TextSize
    """
    return TextSize(points, figure.dpi, figure.font)


def style_axes(axes: Axes, x: str, y: str, points: float) -> None:
    """Label both axes, thin the frame, and draw a faint grid behind the data.

    Parameters
    ----------
    axes : Axes
        Is changed.
    x, y : str
        The labels, with units.
    points : float
        The size of the text.
    """
    axes.set_xlabel(x, fontsize=points)
    axes.set_ylabel(y, fontsize=points)
    axes.tick_params(labelsize=points, width=0.5, length=points / 3)
    axes.grid(color="#e4e4e4", linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def add_title_and_legend(
    figure: DrawnFigure,
    title: str,
    notes: str,
    points: float,
    handles: Sequence[Any] = (),
    labels: Sequence[str] = (),
) -> None:
    """Write the title above the axes, a legend and notes below them; the axes get the rest.

    Parameters
    ----------
    figure : DrawnFigure
        From `new_chart`. It grows where texts would take more than a third of it.
    title : str
        Stands at the top.
    notes : str
        Stand at the bottom; "" for none.
    points : float
        The size of the text.
    handles : sequence of Artist
        The lines of the legend, as matplotlib's legends take them.
    labels : sequence of str
        One for each handle.
    """
    text_size = text_size_of(figure, points)
    width, height = (round(inches * figure.dpi) for inches in figure.get_size_inches())
    text_width, line, margin = width - 2 * text_size.line, text_size.line, text_size.line // 2

    title_lines = text_size.wrap(title, text_width, bold=True)
    note_lines = text_size.wrap(notes, text_width) if notes else []
    handle_width = round(5 * points * figure.dpi / POINTS_PER_INCH)  # with the gap after it
    wrapped = [text_size.wrap(label, text_width - handle_width) for label in labels]
    label_widths = (text_size.width(part) for parts in wrapped for part in parts)
    columns = max(1, min(len(labels), text_width // (max(label_widths, default=0) + handle_width)))
    column_lines = np.array_split([len(parts) for parts in wrapped], columns)  # as matplotlib does
    legend_height = max(map(sum, column_lines)) * line + margin if handles else 0
    above = line * len(title_lines) + 2 * margin
    below = line * len(note_lines) + 2 * margin + legend_height
    height = max(height, above + below + 2 * height // 3)
    figure.set_figheight(height / figure.dpi)

    for number, text in enumerate(title_lines, start=1):
        y = height - margin - number * line
        figure.text(0.5, y / height, text, fontsize=points, weight="bold", ha="center")
    for number, text in enumerate(note_lines, start=1):
        y = margin + (len(note_lines) - number) * line
        figure.text(line / width, y / height, text, fontsize=points)
    if handles:
        _add_legend(figure, handles, wrapped, columns, points, (below - legend_height) / height)
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0, below / height, 1, 1 - (above + below) / height), w_pad=0.08, h_pad=0.04)


def _add_legend(
    figure: Figure,
    handles: Sequence[Any],
    wrapped: Sequence[Sequence[str]],
    columns: int,
    points: float,
    bottom: float,
) -> None:
    """Draw a legend of labels in lines, from `bottom` (a fraction of the height) upwards."""
    legend = figure.legend(
        handles,
        ["\n".join(parts) for parts in wrapped],
        loc="lower center",
        bbox_to_anchor=(0.5, bottom),
        ncols=columns,
        fontsize=points,
        frameon=False,
        handlelength=3,
        columnspacing=1.5,
        borderaxespad=0,
        borderpad=0,
        labelspacing=0.3,
    )
    for label, parts in zip(legend.get_texts(), wrapped, strict=True):
        if len(parts) > 1:
            label.set_linespacing(1.1)  # a line of ours: matplotlib's own are taller
