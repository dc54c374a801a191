"""Images of several sources side by side: at one physical scale, and their spectra on one axis.

Voxels differ between the images, so whole zooms are searched for at which a millimetre is nearly as
long in all of them. Spectra are computed at the same frequencies for all, not interpolated.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sampviz.core.errors import UsageError
from sampviz.core.text import axes_text, interval_text
from sampviz.dsp.spectrum import FLOOR_DB, decibels
from sampviz.figures.captions.grid_captions import inputs_caption
from sampviz.figures.captions.page_texts import one_line
from sampviz.figures.charts.axes import line_styles
from sampviz.figures.charts.radial_power import draw_radial_power
from sampviz.figures.grids.inputs_fit import SPECTRUM_SHARE, InputsFit, fit_inputs
from sampviz.figures.grids.inputs_layout import InputColumn, arrange_inputs
from sampviz.figures.layout.fit_height import fit_height
from sampviz.figures.layout.page import PAGE_WIDTH
from sampviz.figures.layout.sheet import Sheet
from sampviz.figures.layout.zoom import MM_PER_INCH
from sampviz.figures.looks import checked_look, warn_of_height
from sampviz.figures.options import Look
from sampviz.figures.panels.auto_region import content_region
from sampviz.figures.panels.colormap import GREY, SPECTRUM, apply_colormap, apply_colormap_to_stack
from sampviz.figures.panels.column import Zoom, columns_of
from sampviz.figures.panels.panel import Panel
from sampviz.figures.panels.panel_windows import panel_windows
from sampviz.figures.panels.zoom_region import Region
from sampviz.figures.render.render import PanelFigure, draw_sheet
from sampviz.figures.style import NO_BREAK
from sampviz.images.image import Image
from sampviz.images.intensity_window import Window

_ABOVE_NYQUIST = (225, 225, 225)


def draw_inputs(
    images: Sequence[Image],
    *,
    window: str | None = None,
    title: str | None = None,
    width: float | None = None,
    dpi: int | None = None,
    font_size: float | None = None,
    font: str | None = None,
    journal: str | None = None,
    convention: str = "neurological",
) -> PanelFigure:
    """Draw images at the same mm per figure pixel, below each its spectrum, and radial power.

    Parameters
    ----------
    images : sequence of Image
        Planes with a spacing in mm.
    window : str, optional
        Intensity window of each image: `p1,p99` or `LO,HI`.
    title : str, optional
        In place of the names of the images.
    width, dpi, font_size, font, journal
        How the figure looks, as in `sampviz.compare`; 183 mm wide by default.
    convention : {"neurological", "radiological"}
        Whether the patient's left is drawn on the left.

    Returns
    -------
    PanelFigure
        Images are cropped to one height and width in mm, those of the largest head. All spectra are
        of whole images and have one axis, in cycles per mm; above an image's Nyquist frequency they
        are grey.

    Raises
    ------
    UsageError
        For an image without a spacing, or a volume.
    """
    look = checked_look(width, dpi, font_size, font, journal).with_width(PAGE_WIDTH)
    _check_images(images)
    prepared = _Prepared(
        images,
        _crops(images),
        [convention == "radiological" and image.runs_left_to_right for image in images],
        window,
        ", ".join(image.name for image in images) if title is None else title,
    )
    layout = fit_height(look, prepared.lay_out, lambda made: made.height)
    spacing = layout.fit.spacing
    figure = draw_sheet(layout.sheet, spacing)
    draw_radial_power(
        figure, layout.sheet.chart_area, images, line_styles(len(images)), spacing.text_size
    )
    texts = [
        (*column.titles, column.picture.text_below, column.spectrum.text_below)
        for column in layout.columns
    ]
    figure.caption = inputs_caption(texts, layout.facts, title)
    warn_of_height(figure, look)
    return figure


@dataclass(frozen=True, eq=False)
class _LaidOut:
    """A figure of inputs, laid out."""

    sheet: Sheet
    fit: InputsFit
    columns: Sequence[InputColumn]
    facts: Sequence[str]

    @property
    def height(self) -> float:
        """The height of the figure in mm."""
        return self.sheet.height / self.fit.spacing.text_size.dpi * MM_PER_INCH


@dataclass(frozen=True, eq=False)
class _Prepared:
    """A figure of inputs before it is laid out."""

    images: Sequence[Image]
    crops: Sequence[Region]  # of each image what is shown
    mirrors: Sequence[bool]
    window: str | None
    header: str

    def lay_out(self, look: Look, height: float) -> _LaidOut:
        """Lay out with text of this look, on a page of about this height in mm."""
        images, fit = self.images, fit_inputs(self.images, self.crops, look, height)
        highest = max(0.5 / mm for image in images for mm in image.spacing or ())
        frequencies = max(3, round(SPECTRUM_SHARE * fit.column)) // 2 * 2 + 1  # odd: one is 0
        columns = [
            InputColumn(
                image,
                _image_panel(image, crop, zoom, self.window, mirrored=mirrored),
                _spectrum_panel(image, highest, frequencies),
                mirrored,
                style.colour,
            )
            for image, crop, zoom, mirrored, style in zip(
                images, self.crops, fit.zooms, self.mirrors, line_styles(len(images)), strict=True
            )
        ]
        facts = _facts(images, self.crops, self.mirrors, fit, highest)
        sheet = arrange_inputs(columns, self.header, one_line([facts[0], *facts[2:]]), fit, highest)
        return _LaidOut(sheet, fit, columns, facts)


def _facts(
    images: Sequence[Image],
    crops: Sequence[Region],
    mirrors: Sequence[bool],
    fit: InputsFit,
    highest: float,
) -> list[str]:
    """Return what a reader must know."""
    cropped = any(
        (crop.height, crop.width) != i.size for crop, i in zip(crops, images, strict=True)
    )
    return [
        f"one scale for all, within {100 * fit.scale_error:.0f} %"
        + ", cropped to one size in mm" * cropped,
        f"spectra of the whole images, mean removed, DC in the middle, down to {-FLOOR_DB:.0f} dB"
        f" below each one's maximum, on one axis of ±{highest:.3g} cycles/mm",
        "each image has its own window",
        *_orientation_facts(mirrors, images),
        "grey: beyond the Nyquist frequency",
        *(f"{image.name}: {note}" for image in images for note in image.notes),
    ]


def _check_images(images: Sequence[Image]) -> None:
    for image in images:
        if image.spacing is None or image.slice_planes:
            raise UsageError(
                f"{image.name} has no pixels of known size"
                if image.spacing is None
                else f"{image.name} is a volume",
                "inputs side by side",
                "give slices with a spacing in mm",
            )


def _orientation_facts(mirrors: Sequence[bool], images: Sequence[Image]) -> list[str]:
    if not any(image.runs_left_to_right for image in images):
        return []
    return ["radiological: left is right" if any(mirrors) else "neurological: left is left"]


def _crops(images: Sequence[Image]) -> list[Region]:
    """Return the part of each image that is shown: as many mm of all, around what they show."""
    contents = [
        content_region(image, columns_of(image, [], 1, "magnitude")) or Region(0, 0, *image.size)
        for image in images
    ]
    spacings = [image.spacing or (1.0, 1.0) for image in images]
    pairs = list(zip(contents, spacings, strict=True))
    sides = (
        max(content.height * mm[0] for content, mm in pairs),
        max(content.width * mm[1] for content, mm in pairs),
    )
    crops = []
    for image, (content, mm) in zip(images, pairs, strict=True):
        height, width = (
            min(n, max(1, round(side / step)))
            for n, side, step in zip(image.size, sides, mm, strict=True)
        )
        row = content.row + (content.height - height) // 2
        column = content.column + (content.width - width) // 2
        corner = (
            max(0, min(row, image.size[0] - height)),
            max(0, min(column, image.size[1] - width)),
        )
        crops.append(Region(*corner, height, width))
    return crops


def _image_panel(
    image: Image, crop: Region, zoom: Zoom, window: str | None, *, mirrored: bool
) -> Panel:
    (column,) = columns_of(image, [], 1, "magnitude")
    (panel_window,) = panel_windows(image, [column], Window.parse(window), "shared")
    shown = crop.crop(column)
    array = shown.display_stack[..., ::-1] if mirrored else shown.display_stack
    limits = panel_window.limits
    pixels = apply_colormap_to_stack(array, limits, column.labels or GREY, colour=column.colour)
    text_below = f"window {interval_text(*limits)}"
    return Panel(pixels, zoom, text_below, array=array, limits=limits, name=image.name)


def _spectrum_panel(image: Image, highest: float, count: int) -> Panel:
    """Return the spectrum at `count` frequencies of -highest .. highest, by direct summation."""
    (column,) = columns_of(image, [], 1, "magnitude")
    plane = column.grey.mean(axis=0)
    frequencies = np.linspace(-highest, highest, count)
    rows, columns = (
        np.exp(-2j * np.pi * np.outer(frequencies * mm, np.arange(n)))
        for n, mm in zip(image.size, image.spacing or (), strict=True)
    )
    amplitudes = np.abs(rows @ (plane - plane.mean()) @ columns.T) / plane.size
    below_nyquist = [np.abs(frequencies) * mm <= 0.5 * (1 + 1e-9) for mm in image.spacing or ()]
    representable = below_nyquist[0][:, None] & below_nyquist[1]
    amplitudes = np.where(representable, amplitudes, 0.0)
    levels, limits = decibels(amplitudes, float(amplitudes.max())), (FLOOR_DB, 0.0)
    pixels = apply_colormap(levels, limits, SPECTRUM)
    pixels[~representable] = _ABOVE_NYQUIST
    nyquist = axes_text(0.5 / mm for mm in image.spacing or ())
    text_below = f"Nyquist{NO_BREAK}{nyquist} cycles/mm"
    panel = Panel(pixels, (1, 1), text_below, array=levels, limits=limits)
    return replace(panel, name=f"spectrum, {image.name}")
