"""The chart of how far the output of a network is from moving with its input."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from matplotlib.axes import Axes

from sampviz.core.errors import UsageError, argument
from sampviz.core.text import three_digits
from sampviz.figures.captions.network_captions import network_title
from sampviz.figures.charts.axes import (
    FAINT,
    add_title_and_legend,
    chart_style,
    line_styles,
    new_chart,
    style_axes,
)
from sampviz.figures.charts.frozen_layout import freeze_layout
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.layout.page import PAGE_WIDTH
from sampviz.figures.looks import checked_look, warn_of_height
from sampviz.figures.panels.layer_panels import short_label
from sampviz.networks.ladder import Network
from sampviz.networks.output_shift import OutputShift

_HEIGHT = 66.0  # mm
_MOST_TICKS = 9  # of products of strides


def output_shift_figure(
    network: Network,
    *,
    title: str | None = None,
    width: float | None = None,
    dpi: int | None = None,
    font_size: float | None = None,
    font: str | None = None,
    journal: str | None = None,
) -> DrawnFigure:
    """Draw how far the output of a network is from moving with its input.

    Parameters
    ----------
    network : Network
        Was run with `shift`.
    title : str, optional
        In place of the names of model and image.
    width, dpi, font_size, font, journal
        How the chart looks, as in `sampviz.compare`; 183 mm wide by default.

    Returns
    -------
    DrawnFigure
        The error over the shift with, of maps, that of the output less what is above coarser
        Nyquist frequencies and the share of samples that change class; of lists of values the
        largest drift over the margin.

    Raises
    ------
    UsageError
        For a network that was not run with `shift`.
    """
    look = checked_look(width, dpi, font_size, font, journal).with_width(PAGE_WIDTH)
    shift = network.shift
    if shift is None:
        fix = f"give {argument('shift', '32')}"
        raise UsageError("the network was not run on a moving image", "the figure", fix)
    points = look.points
    figure = new_chart(look, PAGE_WIDTH, _HEIGHT)
    with chart_style(look):
        left, right = figure.subplots(1, 2, width_ratios=(2, 1))
        _draw_errors(left, shift, points)
        _draw_consequence(right, shift, points)
        for axes, closest in ((left, 1 / 12), (right, 1 / 6)):
            axes.set_xticks(_ticks(shift, closest))
            axes.set_xlim(0, shift.shifts[-1])
            axes.set_ylim(bottom=0)
        handles, labels = left.get_legend_handles_labels() if shift.low or shift.swaps else ([], [])
        heading = network_title(network) if title is None else title
        notes = "; ".join(shift_notes(shift))
        add_title_and_legend(figure, heading, notes, points, handles, labels)
        freeze_layout(figure, left)
    warn_of_height(figure, look)
    return figure


def shift_notes(shift: OutputShift) -> list[str]:
    """Return what a reader must know of the errors of an output.

    Parameters
    ----------
    shift : OutputShift
        Of a network.

    Returns
    -------
    list of str
    """
    how = "rolled along its last axis" if shift.wraps else "cut out of a larger one, by columns"
    notes = [
        f"the image is {how}; E = ‖output moved back − output unmoved‖ / ‖output unmoved − mean‖"
    ]
    if shift.are_maps:
        notes.append(f"{shift.shifts[-1]} px left out at both ends")
        if shift.low:
            notes.append(
                "below a coarser Nyquist frequency: a control, for an error that the whole output"
                " alone has may be a pattern of its last layers"
            )
    elif shift.reads_positions:
        notes.append(
            "the output is made without pooling over all of space: it depends on positions by"
            " right, and that part of its drift is no aliasing"
        )
    if shift.swaps:
        notes.append(
            "filters in place of layers are not trained: such a network is another one, and its"
            " error is no evidence for a layer; off: distance of its unmoved output from that of"
            " the network, over the norm of the latter less its mean"
        )
    if shift.margin is not None:
        notes.append(f"margin {three_digits(shift.margin)}: the largest value less the second")
    return notes


def _draw_errors(axes: Axes, shift: OutputShift, points: float) -> None:
    """Draw the error, and of maps those of their lower frequencies."""
    _mark_strides(axes, shift)
    curves: list[tuple[str, Sequence[float]]] = [("output", list(shift.errors))]
    for band, values in shift.low.items():
        label = f"output below the Nyquist frequency of a step of {_text(band)} px"
        curves.append((label, list(values)))
    for swap in shift.swaps:
        label = f"{short_label(swap.op)} for {swap.kind}: its output lies {swap.distance:.2f} off"
        curves.append((label, list(swap.shift.errors)))
    for (label, errors), style in zip(curves, line_styles(len(curves)), strict=True):
        line = style.line(marker=style.marker, markersize=points / 2.5, label=label, clip_on=False)
        axes.plot(shift.shifts, errors, **line)
    style_axes(axes, "shift (px)", "output error E", points)


def _draw_consequence(axes: Axes, shift: OutputShift, points: float) -> None:
    """Draw what becomes of classes: how many samples change, or how much of the margin is used."""
    _mark_strides(axes, shift)
    # In the styles of the errors beside them, of which those of low frequencies have no classes.
    styles = line_styles(1 + len(shift.low) + len(shift.swaps))
    label = ""
    for output, style in zip(
        (shift, *(swap.shift for swap in shift.swaps)),
        (styles[0], *styles[1 + len(shift.low) :]),
        strict=True,
    ):
        line = style.line(marker=style.marker, markersize=points / 2.5, clip_on=False)
        if output.margin and output.drift is not None:
            axes.plot(output.shifts, output.drift / output.margin, **line)
            label = "largest drift / margin"
        elif np.isfinite(output.changes).all():
            axes.plot(output.shifts, 100 * output.changes, **line)
            label = "class changes (%)"
    if not label:
        axes.text(0.5, 0.5, "no classes", transform=axes.transAxes, ha="center", fontsize=points)
    style_axes(axes, "shift (px)", label, points)


def _mark_strides(axes: Axes, shift: OutputShift) -> None:
    """Mark the shifts by which the coarsest map moves by whole samples."""
    for whole in range(shift.coarsest, shift.shifts[-1] + 1, shift.coarsest):
        axes.axvline(whole, color=FAINT, linewidth=0.8, zorder=1)


def _ticks(shift: OutputShift, closest: float) -> list[int]:
    """Return the products of strides, 2, 4, 8 .., and multiples of the coarsest step."""
    last = shift.shifts[-1]
    ticks = {0, *(2**k for k in range(12) if 2**k <= min(last, shift.coarsest))}
    ticks |= set(range(shift.coarsest, last + 1, shift.coarsest))
    ordered = sorted(ticks)
    while len(ordered) > _MOST_TICKS:
        ordered = [0, *ordered[2::2]]
    # Of close ones the larger stay: those of coarse maps.
    far: list[int] = []
    for tick in reversed(ordered):
        if not far or far[-1] - tick >= closest * last:
            far.append(tick)
    return far[::-1]


def _text(band: Fraction) -> str:
    return str(band) if band.denominator == 1 else f"{float(band):.3g}"
