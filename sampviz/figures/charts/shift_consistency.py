"""The curve of a sweep: how far each output is from moving with the image, over the shift."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from sampviz.analysis.shift_sweep import ShiftSweep
from sampviz.figures.charts.axes import (
    add_title_and_legend,
    chart_style,
    freeze_layout,
    line_styles,
    new_chart,
    style_axes,
)
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.options import DEFAULT_LOOK, Look
from sampviz.figures.style import NO_BREAK

_WIDTH, _HEIGHT = 150, 100  # mm
_LEAST = 0.01  # the top of the axis where no error reaches it: rounding is not drawn large
_ACROSS = {"columns": "across its columns", "rows": "across its rows", "both": "diagonally"}


def draw_consistency(
    sweep: ShiftSweep,
    titles: Sequence[str],
    errors: Sequence[Sequence[float | None]],
    header: str,
    *,
    look: Look = DEFAULT_LOOK,
) -> DrawnFigure:
    """Draw E over the shift, a line for each chain; `errors` are those of each shift.

    A chain whose E is undefined has no line, and the legend says so.
    """
    font_size = look.points
    with chart_style(look):
        figure = new_chart(look, _WIDTH, _HEIGHT)
        axes = figure.subplots()
        px = list(map(float, sweep.shifts))
        handles, labels = [], []
        for style, title, curve in zip(
            line_styles(len(titles)), titles, zip(*errors, strict=True), strict=True
        ):
            defined = [value for value in curve if value is not None]
            line_arguments = style.line(marker=style.marker, markersize=font_size / 2.5)
            (line,) = axes.plot(px if defined else [], defined, **line_arguments)
            handles.append(line)
            labels.append(title if defined else f"{title} (undefined: constant)")
        axes.set_xlim(px[0] - 0.03 * (px[-1] - px[0]), px[-1] + 0.03 * (px[-1] - px[0]))
        largest_error = max(
            (value for row in errors for value in row if value is not None), default=0.0
        )
        axes.set_ylim(0, max(1.06 * largest_error, _LEAST))
        style_axes(
            axes, "shift of the image (px)", "consistency error E (0: it only moves)", font_size
        )
        mm = sweep.mm_per_px
        if mm is not None:
            both_ways = partial(np.multiply, mm), partial(np.multiply, 1 / mm)
            other = axes.secondary_xaxis("top", functions=both_ways)
            other.set_zorder(3)  # above the grid
            other.set_xlabel("shift (mm)", fontsize=font_size)
            other.tick_params(labelsize=font_size, width=0.5, length=font_size / 3)
        add_title_and_legend(figure, header, describe(sweep), font_size, handles, labels)
        freeze_layout(figure, axes)
        return figure


def describe(sweep: ShiftSweep) -> str:
    """Say how the image moves, and what E is."""
    formula = "E = ||moved back − unmoved|| / ||unmoved − mean||".replace(" ", NO_BREAK)
    return (
        f"the image moves {_ACROSS[sweep.axis]} and wraps around; each output is moved back as far,"
        " by Fourier series between whole samples, so that an ideal one stands still."
        f" {formula}, without an eighth at each side"
    )
