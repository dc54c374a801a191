"""The radial power of several images, on one axis in cycles/mm."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from sampviz.dsp.spectrum import FLOOR_DB, decibels
from sampviz.figures.charts.axes import LineStyle
from sampviz.figures.charts.fold_summary import axes_in_box, thin_axes
from sampviz.figures.charts.spectrum import radial_curves
from sampviz.figures.style import CHARTS, TextSize, own_style, with_font
from sampviz.images.image import Image


def draw_radial_power(
    figure: Figure,
    area: tuple[int, int, int, int],
    images: Sequence[Image],
    styles: Sequence[LineStyle],
    text_size: TextSize,
) -> None:
    """Draw a curve for each image, up to its Nyquist frequency.

    Parameters
    ----------
    figure : Figure
        Is added to.
    area : tuple of int
        Left, top, width and height, in figure pixels from the top left corner.
    images : sequence of Image
        Planes with a spacing in mm.
    styles : sequence of LineStyle
        One for each image.
    text_size : TextSize
        The size of the text.
    """
    left, top, width, height = area
    line, points = text_size.line, text_size.points
    legend = 4 * line + max(text_size.width(image.name) for image in images)
    with own_style(with_font(CHARTS, text_size.font)):
        box = left + 4 * line, top + line // 2, width - 5 * line - legend, height - 3 * line
        axes = axes_in_box(figure, box)
        highest = 0.0
        for image, style in zip(images, styles, strict=True):
            (curve,) = radial_curves(image, [], unit="mm")
            highest = max(highest, *curve.nyquist)
            if curve.note:
                continue
            inside = curve.radial.frequency <= max(curve.nyquist) * (1 + 1e-9)
            power = curve.power("mean")[inside]
            level = decibels(np.sqrt(power), float(np.sqrt(power.max())))
            axes.plot(curve.radial.frequency[inside], level, **style.line(), label=image.name)
        axes.set_xlim(0, highest)
        axes.set_ylim(FLOOR_DB, 3)
        axes.set_xlabel("cycles/mm", fontsize=points, labelpad=points / 4)
        axes.set_ylabel("radial power (dB)", fontsize=points, labelpad=points / 4)
        if axes.lines:
            axes.legend(
                loc="upper left",
                bbox_to_anchor=(1.0, 1.0),
                fontsize=points,
                frameon=False,
                borderaxespad=0,
            )
        thin_axes(axes, points)
