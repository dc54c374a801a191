"""Charts: lines and points with labelled axes, told apart by colour, dash and marker."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sampviz.figures.style import POINTS_PER_INCH, TextSize

DPI = 150
MM_PER_INCH = 25.4
FAINT = "#8a8a8a"  # marks that belong to no line
# The colours of Okabe and Ito, told apart by colour-blind readers; its yellow is too pale.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
_DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.5)), (0, (5, 1.5, 1.5, 1.5)), (0, (3, 1, 1, 1, 1, 1)))
_MARKERS = "os^DvPX*<>hp8d"


@dataclass(frozen=True)
class LineStyle:
    """How one chain is drawn wherever it occurs in a chart."""

    colour: str
    dash: Any  # a matplotlib line style
    marker: str

    def line(self, **more: Any) -> dict[str, Any]:
        """Return the arguments of `Axes.plot` for a line."""
        return {"color": self.colour, "linestyle": self.dash, "linewidth": 1.2, **more}

    def points(self, **more: Any) -> dict[str, Any]:
        """Return the arguments of `Axes.plot` for points."""
        return {"color": self.colour, "linestyle": "none", "marker": self.marker, **more}


def line_styles(count: int) -> list[LineStyle]:
    """Return `count` marks; the first 35 differ in colour or dash, and neighbours in both."""
    return [
        LineStyle(
            _COLOURS[i % len(_COLOURS)],
            _DASHES[(i + i // len(_COLOURS)) % len(_DASHES)],
            _MARKERS[i % len(_MARKERS)],
        )
        for i in range(count)
    ]


def new_chart(width: float, height: float, dpi: int = DPI) -> Figure:
    """Return an empty figure of so many mm, to draw in within `own_style()`."""
    size = width / MM_PER_INCH, height / MM_PER_INCH
    return Figure(figsize=size, dpi=dpi, layout="constrained")


def style_axes(axes: Axes, x: str, y: str, points: float) -> None:
    """Label both axes (with units), thin the frame, and draw a faint grid behind the data."""
    axes.set_xlabel(x, fontsize=points)
    axes.set_ylabel(y, fontsize=points)
    axes.tick_params(labelsize=points, width=0.5, length=points / 3)
    axes.grid(color="#e4e4e4", linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def add_title_and_legend(
    figure: Figure,
    title: str,
    notes: str,
    points: float,
    handles: Sequence[Any] = (),
    labels: Sequence[str] = (),
) -> None:
    """Write the title above the axes and a legend and notes below them; the axes get the rest.

    Where the words would take more than a third of the figure, it grows.
    """
    kind = TextSize(points, figure.dpi)
    wide, high = (round(inches * figure.dpi) for inches in figure.get_size_inches())
    room, line, margin = wide - 2 * kind.line, kind.line, kind.line // 2

    titles = kind.wrap(title, room, bold=True)
    noted = kind.wrap(notes, room) if notes else []
    sample = round(5 * points * figure.dpi / POINTS_PER_INCH)  # the line, and the gap after it
    wrapped = [kind.wrap(label, room - sample) for label in labels]
    most = max((kind.width(part) for parts in wrapped for part in parts), default=0) + sample
    columns = max(1, min(len(labels), room // most))
    shared = np.array_split([len(parts) for parts in wrapped], columns)  # as matplotlib does it
    legend = max(map(sum, shared)) * line + margin if handles else 0
    above = line * len(titles) + 2 * margin
    below = line * len(noted) + 2 * margin + legend
    high = max(high, above + below + 2 * high // 3)
    figure.set_figheight(high / figure.dpi)

    for number, text in enumerate(titles, start=1):
        y = high - margin - number * line
        figure.text(0.5, y / high, text, fontsize=points, weight="bold", ha="center")
    for number, text in enumerate(noted, start=1):
        y = margin + (len(noted) - number) * line
        figure.text(line / wide, y / high, text, fontsize=points)
    if handles:
        drawn = figure.legend(
            handles,
            ["\n".join(parts) for parts in wrapped],
            loc="lower center",
            bbox_to_anchor=(0.5, (below - legend) / high),
            ncols=columns,
            fontsize=points,
            frameon=False,
            handlelength=3,
            columnspacing=1.5,
            borderaxespad=0,
            borderpad=0,
            labelspacing=0.3,
        )
        for words, parts in zip(drawn.get_texts(), wrapped, strict=True):
            if len(parts) > 1:
                words.set_linespacing(1.1)  # a line of ours: matplotlib's own are taller
    engine: Any = figure.get_layout_engine()
    engine.set(rect=(0, below / high, 1, 1 - (above + below) / high), w_pad=0.08, h_pad=0.04)


def freeze_layout(figure: Figure, axes: Axes) -> tuple[float, float]:
    """Lay the figure out for good; return the width and height of the axes, in pixels.

    What has to know its place in pixels, such as labels that may not overlap, is added after it.
    """
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    wide, high = figure.get_size_inches() * figure.dpi
    for each in figure.axes:
        # Whole pixels: the last digits of the layout differ from run to run, and so would the file.
        x, y = np.rint(each.get_position().get_points() * (wide, high)).T
        each.set_position((x[0] / wide, y[0] / high, np.ptp(x) / wide, np.ptp(y) / high))
    box = axes.get_window_extent()
    return float(box.width), float(box.height)
