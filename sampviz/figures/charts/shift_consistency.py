"""The curves of a sweep: the shift error of every chain over the shift."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np
from matplotlib.axes import Axes

from sampviz.analysis.shift_sweep import ShiftSweep
from sampviz.figures.charts.axes import FAINT, LineStyle, style_axes
from sampviz.figures.charts.fold_summary import NARROW, axes_in_box
from sampviz.figures.charts.short_labels import shortened
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.style import CHARTS, NO_BREAK, TextSize, own_style, with_font

_LEAST = 1.0  # the top of the axis in % where no error reaches it: rounding is not drawn large
_ACROSS = {"columns": "across its columns", "rows": "across its rows", "both": "diagonally"}
_CHART_LINES, _NARROW_LINES = 13, 11  # of text, with the labels of the axes
_LEGEND_SHARE = 0.34  # of the width, where the legend stands beside the curves
_SMALLEST, _LARGEST = 0.001, 10.0  # shares that are written in full
_X_LABELS = "shift of the image (px); the line: shown above", "shift (px)"  # long and short
_HANDLE = 3.5  # lines of text, of a sample of a line in the legend


def curve_lines(chains: int, width: int) -> int:
    """Return how high the chart is, in lines of text; `width` is that of the page in lines."""
    legend = _legend_lines(chains)
    return _NARROW_LINES + legend if width < NARROW + 2 else max(_CHART_LINES, legend + 4)


def _legend_lines(chains: int) -> int:
    return chains + 2


@dataclass(frozen=True)
class ShiftCurve:
    """The shift errors of a chain, one for each shift; None where they are undefined.

    Parameters
    ----------
    title : str
        Its name.
    style : LineStyle
        In which its line is drawn.
    errors : sequence of float or None
    """

    title: str
    style: LineStyle
    errors: Sequence[float | None]

    def label(self, sweep: ShiftSweep) -> str:
        """Return its name, and at which shift its error is largest."""
        defined = [error for error in self.errors if error is not None]
        if not defined:
            return f"{self.title}: undefined"
        shift = sweep.shifts[self.errors.index(max(defined))]
        return f"{self.title}: {percent_text(max(defined))} at {float(shift):g}"


def draw_shift_curves(
    figure: DrawnFigure,
    area: tuple[int, int, int, int],
    sweep: ShiftSweep,
    curves: Sequence[ShiftCurve],
    worst: Fraction,
    text_size: TextSize,
) -> None:
    """Draw the shift errors over the shift into an area of a figure, with a legend.

    Parameters
    ----------
    figure : DrawnFigure
        Is added to.
    area : tuple of int
        Left, top, width and height, in figure pixels from the top left corner.
    sweep : ShiftSweep
        The shifts.
    curves : sequence of ShiftCurve
        One for each chain.
    worst : Fraction
        The shift that the panels show: it is marked.
    text_size : TextSize
        The size of the text.
    """
    left, top, width, height = area
    line, points = text_size.line, text_size.points
    is_narrow = width < NARROW * line
    legend_width = width if is_narrow else round(_LEGEND_SHARE * width)
    legend_height = _legend_lines(len(curves)) * line if is_narrow else 0
    above = round((3.2 if sweep.mm_per_px is not None else 1.4) * line)
    plot_width = (width if is_narrow else width - legend_width) - 6 * line
    box = left + 4 * line, top + above, plot_width, height - above - 3 * line - legend_height
    with own_style(with_font(CHARTS, text_size.font)):
        axes = axes_in_box(figure, box)
        _draw_lines(axes, sweep, curves, worst, points)
        if text_size.width(_X_LABELS[0]) > plot_width + 4 * line:
            axes.set_xlabel(_X_LABELS[1])
        room = legend_width - round(_HANDLE * line)
        figure_width, figure_height = figure.get_size_inches() * figure.dpi
        x = left if is_narrow else left + width - legend_width
        y = top + height - legend_height if is_narrow else top + above
        figure.legend(
            axes.lines[-len(curves) :],
            [shortened(curve.label(sweep), text_size, room) for curve in curves],
            title=shortened("largest E in %, at which shift in px", text_size, legend_width),
            alignment="left",
            loc="upper left",
            bbox_to_anchor=(x / figure_width, 1 - y / figure_height),
            fontsize=points,
            title_fontsize=points,
            frameon=False,
            handlelength=3,
            borderaxespad=0,
            borderpad=0,
            labelspacing=0.3,
        )


def _draw_lines(
    axes: Axes,
    sweep: ShiftSweep,
    curves: Sequence[ShiftCurve],
    worst: Fraction,
    points: float,
) -> None:
    px = list(map(float, sweep.shifts))
    axes.axvline(float(worst), color=FAINT, linewidth=0.8, zorder=1)
    top = _LEAST
    for curve in curves:
        percent = [100 * error for error in curve.errors if error is not None]
        style = curve.style.line(marker=curve.style.marker, markersize=points / 2.5, zorder=2)
        axes.plot(px if percent else [], percent, **style)
        top = max([top, *(1.06 * value for value in percent)])
    margin = 0.03 * (px[-1] - px[0])
    axes.set_xlim(px[0] - margin, px[-1] + margin)
    axes.set_ylim(0, top)
    style_axes(axes, _X_LABELS[0], "shift error E (%)", points)
    axes.xaxis.labelpad = axes.yaxis.labelpad = points / 4
    mm = sweep.mm_per_px
    if mm is not None:
        both_ways = partial(np.multiply, mm), partial(np.multiply, 1 / mm)
        other = axes.secondary_xaxis("top", functions=both_ways)
        other.set_zorder(3)  # above the grid
        other.set_xlabel("shift (mm)", fontsize=points, labelpad=points / 3)
        other.tick_params(labelsize=points, width=0.5, length=points / 3)


def percent_text(value: float) -> str:
    """Return a share in percent, without the sign."""
    if 0 < value < _SMALLEST:
        return f"<{100 * _SMALLEST:g}"
    return f"{100 * value:.1f}" if value < _LARGEST else f"{100 * value:.0e}"


def describe(sweep: ShiftSweep) -> str:
    """Say how the image moves, and what the shift error is."""
    formula = "E = ||moved back − unmoved|| / ||unmoved − mean||".replace(" ", NO_BREAK)
    return (
        f"the image moves {_ACROSS[sweep.axis]} and wraps around; each output is moved back as far,"
        f" so that an ideal one stands still; shift error {formula}, without an eighth at each side"
    )
