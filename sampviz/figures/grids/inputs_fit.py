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
_SHARES = (1.0, 0.85, 0.7, 0.5, 0.35)
_LINES_AROUND, _LINES_BELOW = 18, 6  # of text: in every line of columns, and around the chart
_CHART_LINES, _LOW_LINES = 14, 9  # of text: of the chart, and on a page that is wider than high
_EMPTY_WEIGHT = 0.1  # of what stays empty of a column, beside errors of the scale


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
    """

    zooms: tuple[Zoom, ...]
    spacing: Spacing
    column: int
    per_line: int
    width: int
    scale_error: float
    chart_lines: int

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
        fits: list[InputsFit] = []
        for share in _SHARES:  # of the width: narrower columns where the page would be too high
            fits = [
                fit
                for resolution in resolutions
                if (fit := _fit(images, crops, look, resolution, per_line, share))
            ] or fits
            low_enough = [fit for fit in fits if _height(fit, crops) <= highest]
            if low_enough:
                fits = low_enough
                break
        if not fits:
            continue
        fit = min(fits, key=lambda fit: _badness(fit, crops))
        legible = fit.column * MM_PER_INCH / fit.spacing.text_size.dpi >= _LEGIBLE
        if best is None or _height(fit, crops) <= max(highest, _height(best, crops)):
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


def _height(fit: InputsFit, crops: Sequence[Region]) -> float:
    """Return about the height of the page, in mm."""
    text_size = fit.spacing.text_size
    tallest = max(crop.height * zoom[0] for crop, zoom in zip(crops, fit.zooms, strict=True))
    each = tallest + SPECTRUM_SHARE * fit.column + _LINES_AROUND * text_size.line
    below = (_LINES_BELOW + fit.chart_lines) * text_size.line
    total = ceil(len(crops) / fit.per_line) * each + below
    return total * MM_PER_INCH / text_size.dpi


def _badness(fit: InputsFit, crops: Sequence[Region]) -> float:
    widest = max(crop.width * zoom[1] for crop, zoom in zip(crops, fit.zooms, strict=True))
    return fit.scale_error + _EMPTY_WEIGHT * (1 - widest / fit.column)


def _fit(
    images: Sequence[Image],
    crops: Sequence[Region],
    look: Look,
    dpi: int,
    per_line: int,
    share: float,
) -> InputsFit | None:
    """Return the best fit at a resolution; None where an image is too large for its column."""
    spacing = Spacing(TextSize(look.points, dpi, look.family), edge_labels=True, tick_text="−80")
    assert look.page_width
    is_low = look.page_height and look.page_height < look.page_width
    chart = _LOW_LINES if is_low else _CHART_LINES
    pixels = round(look.page_width / MM_PER_INCH * dpi)
    line = spacing.text_size.line
    free = pixels - spacing.left_margin - spacing.right_margin - 2 * line * (per_line - 1)
    column = min(round(share * (free // per_line)), round(_WIDEST / MM_PER_INCH * dpi))
    sides = np.array([image.spacing or (1.0, 1.0) for image in images])
    # In steps of a sixteenth of a pixel for the finest voxel, from one pixel each.
    scales = np.arange(16, 16 * max(1, column) + 1) / 16 / np.min(sides)
    zooms = np.maximum(1, np.rint(scales[:, None, None] * sides))  # of each scale, (images, 2)
    widest = (zooms[..., 1] * [crop.width for crop in crops]).max(axis=1)
    zooms, widest = zooms[widest <= column], widest[widest <= column]
    if not len(zooms):
        return None
    ratios = (zooms / sides).reshape(len(zooms), -1)
    errors = ratios.max(axis=1) / ratios.min(axis=1) - 1
    best = int(np.argmin(errors + _EMPTY_WEIGHT * (1 - widest / column)))
    chosen = tuple((int(rows), int(columns)) for rows, columns in zooms[best])
    return InputsFit(chosen, spacing, column, per_line, pixels, float(errors[best]), chart)
