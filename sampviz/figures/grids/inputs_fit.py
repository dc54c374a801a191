"""How images side by side fit a page: one scale in mm, whole zooms, columns in a line."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from sampviz.core.errors import UsageError, argument
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.layout.zoom import MM_PER_INCH
from sampviz.figures.options import Look
from sampviz.figures.panels.column import Zoom
from sampviz.figures.panels.zoom_region import Region
from sampviz.figures.style import TextSize
from sampviz.images.image import Image

SPECTRUM_SHARE = 0.8  # of the width of a column
_LEGIBLE, _WIDEST = 24.0, 60.0  # mm, of a column
_MOST_DPI, _DPI_STEP = 900, 50
_LINES_AROUND, _LINES_BELOW = 15, 6  # of text: in every line of columns, and around the chart
_CHART_LINES, _LOW_LINES = 14, 10  # of text: of the chart, and where there is little room
_EMPTY_WEIGHT = 0.1  # of the width that stays empty, beside errors of the scale


@dataclass(frozen=True)
class InputsFit:
    """The sizes of a figure of inputs.

    Parameters
    ----------
    zooms : tuple of Zoom
        Figure pixels per pixel of each image, rows and columns.
    spacing : Spacing
        The size of the text, at the chosen resolution.
    column : int
        The width of a column, in figure pixels.
    per_line : int
        Columns in a line.
    width : int
        Of the figure, in pixels.
    scale_error : float
        How much longer a millimetre is where it is longest than where it is shortest, relative.
    chart_lines : int
        The height of the chart, in lines of text.
    height : float
        Of the page, about, in mm.
    badness : float
        How wrong the scale is, and how much of the width stays empty.
    """

    zooms: tuple[Zoom, ...]
    spacing: Spacing
    column: int
    per_line: int
    width: int
    scale_error: float
    chart_lines: int
    height: float
    badness: float

    @property
    def gap(self) -> int:
        """Between columns, which are spread over the width: letters and titles stand in it."""
        margins = self.spacing.left_margin + self.spacing.right_margin
        free = self.width - margins - self.per_line * self.column
        return max(2 * self.spacing.text_size.line, free // self.per_line)

    @property
    def text_width(self) -> int:
        """The most that a text above or below a column may be wide, in figure pixels."""
        return self.column + self.gap - self.spacing.text_size.line


def fit_inputs(
    images: Sequence[Image],
    crops: Sequence[Region],
    look: Look,
    highest: float,
) -> InputsFit:
    """Choose the resolution, the zooms and the columns in a line.

    Parameters
    ----------
    images : sequence of Image
        With a spacing in mm.
    crops : sequence of Region
        What is shown of each.
    look : Look
        With a width.
    highest : float
        In mm, of the page.

    Returns
    -------
    InputsFit
        The most columns in a line in which images are legible; then what has one scale most nearly
        and leaves least empty.

    Raises
    ------
    UsageError
        If an image is too large for a column at its smallest zoom.
    """
    count = len(images)
    best: InputsFit | None = None
    resolutions = [look.dpi] if look.dpi else range(look.least_dpi, _MOST_DPI + 1, _DPI_STEP)
    for per_line in dict.fromkeys(ceil(count / n) for n in range(1, count + 1)):
        fits = [
            fit
            for resolution in resolutions
            if (fit := _fit(images, crops, look, resolution, per_line, highest))
        ]
        if not fits:
            continue
        fit = min(fits, key=lambda fit: (fit.height > highest, fit.badness))
        legible = fit.column * MM_PER_INCH / fit.spacing.text_size.dpi >= _LEGIBLE
        if best is None or fit.height <= max(highest, best.height):
            best = fit
        if legible:
            break
    if best is None:
        raise UsageError(
            f"the images are too large for {look.page_width:g} mm",
            f"{argument('width')} {look.page_width:g}",
            f"raise {argument('width')} or {argument('dpi')}",
        )
    return best


def _fit(
    images: Sequence[Image],
    crops: Sequence[Region],
    look: Look,
    dpi: int,
    per_line: int,
    highest: float,
) -> InputsFit | None:
    """Return the best fit at a resolution; None where an image is too large for its column."""
    spacing = Spacing(TextSize(look.points, dpi, look.family), edge_labels=True, tick_text="−80")
    assert look.page_width
    is_low = look.page_height and look.page_height < look.page_width
    chart = _LOW_LINES if is_low or per_line < len(images) else _CHART_LINES
    mm, line = MM_PER_INCH / dpi, spacing.text_size.line
    pixels = round(look.page_width / mm)
    free = pixels - spacing.left_margin - spacing.right_margin - 2 * line * (per_line - 1)
    widest = min(free // per_line, round(_WIDEST / mm))
    sides = np.array([image.spacing or (1.0, 1.0) for image in images])
    # In steps of a sixteenth of a pixel for the finest voxel, from one pixel each.
    scales = np.arange(16, 16 * max(1, widest) + 1) / 16 / np.min(sides)
    zooms = np.maximum(1, np.rint(scales[:, None, None] * sides))  # of each scale, (images, 2)
    heights, columns = (
        (zooms[..., i] * [(crop.height, crop.width)[i] for crop in crops]).max(axis=1)
        for i in (0, 1)
    )
    below = (_LINES_BELOW + chart) * line
    lines = heights + SPECTRUM_SHARE * columns + _LINES_AROUND * line
    heights = mm * (ceil(len(crops) / per_line) * lines + below)
    ratios = (zooms / sides).reshape(len(zooms), -1)
    errors = ratios.max(axis=1) / ratios.min(axis=1) - 1
    badness = errors + _EMPTY_WEIGHT * (1 - columns / widest)
    too_high = np.maximum(heights - highest, 0.0)
    best = np.lexsort((badness, too_high, columns > widest))[0]
    if columns[best] > widest:
        return None
    return InputsFit(
        tuple((int(rows), int(columns)) for rows, columns in zooms[best]),
        spacing,
        int(columns[best]),
        per_line,
        pixels,
        float(errors[best]),
        chart,
        float(heights[best]),
        float(badness[best]),
    )
