"""Contrast kept over the diameter of lesions: a chart for bright ones and one for dark ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, NullFormatter, NullLocator

from sampviz.core.text import MINUS
from sampviz.dsp.dtypes import Array
from sampviz.figures.charts.axes import FAINT, LineStyle, paler, style_axes
from sampviz.figures.charts.fold_summary import axes_in_box
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.style import CHARTS, TextSize, own_style, with_font

LINES = 14  # of text: the height of the charts, without the legend
_HANDLE = 3.0  # lines of text, of a sample of a line in the legend
_HALF = 50.0  # %
_LOWEST, _HIGHEST = -30.0, 160.0  # %, the most of a band that is shown
_BAND = 0.12  # of the colour of its chain


@dataclass(frozen=True, eq=False)
class ContrastCurve:
    """The contrast kept by a chain, in percent of each diameter: the mean, and where most lie.

    `low` and `high` are the 10th and 90th percentiles over the lesions.
    """

    title: str
    style: LineStyle
    mean: Array
    low: Array
    high: Array


def legend_lines(titles: Sequence[str], width: int, text_size: TextSize) -> int:
    """Return how many lines the legend takes in so many pixels."""
    return -(-len(titles) // _legend_columns(titles, width, text_size))


def _legend_columns(titles: Sequence[str], width: int, text_size: TextSize) -> int:
    widest = max(map(text_size.width, titles)) + round((_HANDLE + 2) * text_size.line)
    return min(len(titles), max(1, width // widest))


def band_of(curves: Sequence[ContrastCurve]) -> ContrastCurve:
    """Return the curve whose lesions differ most: the one of which the band is drawn."""
    return max(curves, key=lambda curve: float(np.nan_to_num(curve.high - curve.low).mean()))


def draw_contrast_curves(
    figure: DrawnFigure,
    area: tuple[int, int, int, int],
    diameters: Sequence[float],
    unit: str,
    charts: Sequence[tuple[str, Sequence[ContrastCurve]]],
    marked: float,
    text_size: TextSize,
) -> None:
    """Draw charts side by side into an area of a figure, with one legend below them.

    Parameters
    ----------
    figure : DrawnFigure
        Is added to.
    area : tuple of int
        Left, top, width and height, in figure pixels from the top left corner.
    diameters : sequence of float
        Rising.
    unit : str
        Of the diameters.
    charts : sequence of (str, sequence of ContrastCurve)
        The title of each chart, and its curves: the same chains in all.
    marked : float
        The diameter that the pictures show.
    text_size : TextSize
        The size of the text.
    """
    left, top, width, height = area
    line, points = text_size.line, text_size.points
    titles = [curve.title for curve in charts[0][1]]
    legend = legend_lines(titles, width, text_size) * line
    gap, labels = 2 * line, 4 * line
    each = (width - labels - gap * (len(charts) - 1)) // len(charts)
    with own_style(with_font(CHARTS, text_size.font)):
        limits = _limits([curve for _, curves in charts for curve in curves])
        for i, (title, curves) in enumerate(charts):
            box = (
                left + labels + i * (each + gap),
                top + round(1.4 * line),
                each,
                height - round(4.6 * line) - legend,
            )
            axes = axes_in_box(figure, box)
            _draw_chart(axes, diameters, curves, marked, points)
            axes.set_ylim(*limits)
            label = "" if i else "contrast kept (%)"
            style_axes(axes, _x_label(unit, each, gap, text_size), label, points)
            axes.xaxis.labelpad = axes.yaxis.labelpad = points / 4
            if text_size.width(title, bold=True) > each:
                title = title.partition(" (")[0]  # the notes say how much
            axes.set_title(title, fontsize=points, loc="left", pad=points / 3, fontweight="bold")
            if i:
                axes.yaxis.set_major_formatter(NullFormatter())
            _place_ticks(axes, diameters, each, text_size)
        _draw_legend(figure, charts[0][1], (left + labels, top + height - legend), width, text_size)


def _draw_chart(
    axes: Axes,
    diameters: Sequence[float],
    curves: Sequence[ContrastCurve],
    marked: float,
    points: float,
) -> None:
    axes.set_xscale("log")
    margin = (diameters[-1] / diameters[0]) ** 0.04 if len(diameters) > 1 else 1.5
    axes.set_xlim(diameters[0] / margin, diameters[-1] * margin)
    axes.axvline(marked, color=FAINT, linewidth=0.6, zorder=1)
    axes.axhline(_HALF, color=FAINT, linewidth=0.8, linestyle=(0, (4, 2)), zorder=1)
    band = band_of(curves)
    colour = paler(band.style.colour, _BAND)
    axes.fill_between(diameters, band.low, band.high, color=colour, linewidth=0, zorder=0.4)
    for curve in curves:
        style = curve.style.line(marker=curve.style.marker, markersize=points / 2.2, zorder=2)
        axes.plot(diameters, curve.mean, **style)


def _x_label(unit: str, width: int, gap: int, text_size: TextSize) -> str:
    """Return the label of an axis of so many pixels; a short one may reach into the gap."""
    wide, narrow = f"diameter of the lesion ({unit})", f"diameter ({unit})"
    if text_size.width(wide) < width:
        return wide
    return narrow if text_size.width(narrow) < width + gap - text_size.line else unit


def _limits(curves: Sequence[ContrastCurve]) -> tuple[float, float]:
    """Return the lowest and the highest share that all charts show."""
    means = np.concatenate([curve.mean for curve in curves])
    bands = np.concatenate([band_of(curves).high, band_of(curves).low])
    values = 1.06 * np.concatenate([means, bands.clip(_LOWEST / 1.06, _HIGHEST / 1.06)])
    finite = values[np.isfinite(values)]
    return float(finite.min(initial=0)), float(finite.max(initial=105))


def _place_ticks(axes: Axes, diameters: Sequence[float], width: int, text_size: TextSize) -> None:
    """Mark all diameters, and label as many as have room."""
    low, high = np.log(axes.get_xlim())
    labels, last = [], -np.inf
    for diameter in diameters:
        text = f"{diameter:g}"
        place = width * (np.log(diameter) - low) / (high - low)
        half = text_size.width(text) / 2
        has_room = place - half > last + text_size.line / 4
        labels.append(text if has_room else "")
        last = place + half if has_room else last
    axes.xaxis.set_major_locator(FixedLocator(list(diameters)))
    axes.xaxis.set_major_formatter(FixedFormatter(labels))
    axes.xaxis.set_minor_locator(NullLocator())


def _draw_legend(
    figure: DrawnFigure,
    curves: Sequence[ContrastCurve],
    corner: tuple[int, int],
    width: int,
    text_size: TextSize,
) -> None:
    figure_width, figure_height = figure.get_size_inches() * figure.dpi
    points = text_size.points
    handles = [
        Line2D([], [], **curve.style.line(marker=curve.style.marker, markersize=points / 2.2))
        for curve in curves
    ]
    titles = [curve.title for curve in curves]
    figure.legend(
        handles,
        titles,
        loc="upper left",
        bbox_to_anchor=(corner[0] / figure_width, 1 - corner[1] / figure_height),
        ncols=_legend_columns(titles, width, text_size),
        fontsize=points,
        frameon=False,
        handlelength=_HANDLE,
        borderaxespad=0,
        borderpad=0,
        labelspacing=0.25,
        columnspacing=1.5,
    )


def polarity_title(polarity: str, contrast: str) -> str:
    """Return the title of a chart: "Dark (−30 %)"."""
    sign = "+" if polarity == "bright" else MINUS
    amount = contrast.replace("%", "").strip() + " %" * contrast.endswith("%")
    return f"{polarity.capitalize()} ({sign}{amount})"
