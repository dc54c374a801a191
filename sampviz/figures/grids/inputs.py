"""Images of several sources side by side: at one physical scale, and their spectra on one axis.

Voxels differ between the images, so whole zooms are searched for at which a millimetre is nearly as
long in all of them. Spectra are computed at the same frequencies for all, not interpolated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np

from sampviz.core.errors import UsageError
from sampviz.dsp.spectrum import FLOOR_DB, decibels
from sampviz.figures.captions import annotations
from sampviz.figures.captions.grid_captions import inputs_caption
from sampviz.figures.layout.arrange import blocks, place_edge_labels
from sampviz.figures.layout.fit_width import fit_width
from sampviz.figures.layout.sheet import PlacedPanel, Sheet, TextBlock
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.layout.zoom import MM_PER_INCH
from sampviz.figures.looks import checked_look, warn_of_height
from sampviz.figures.options import SCREEN_DPI, Look
from sampviz.figures.panels.colormap import GREY, SPECTRUM, apply_colormap, apply_colormap_to_stack
from sampviz.figures.panels.column import Zoom, columns_of
from sampviz.figures.panels.panel import Panel, Scale
from sampviz.figures.panels.panel_windows import panel_windows
from sampviz.figures.render.render import PanelFigure, draw_sheet
from sampviz.figures.style import TextSize
from sampviz.images.image import Image
from sampviz.images.intensity_window import Window

_TALLEST = 330  # figure pixels, about, at 150 dpi
_SCALE_TOLERANCE = 0.02  # relative: the search for zooms ends here
_FREQUENCIES = 301  # along each axis of a spectrum, odd: one is 0
_ABOVE_NYQUIST = (225, 225, 225)
_COLUMN_LINES = 10  # a column has at least the width of so many heights of a line


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
    """Draw images at the same mm per figure pixel, and below each its spectrum.

    Parameters
    ----------
    images : sequence of Image
        Planes with a spacing in mm.
    window : str, optional
        Intensity window of each image: `p1,p99` or `LO,HI`.
    title : str, optional
        In place of the names of the images.
    width, dpi, font_size, font, journal
        How the figure looks, as in `sampviz.compare`.
    convention : {"neurological", "radiological"}
        Whether the patient's left is drawn on the left.

    Returns
    -------
    PanelFigure
        All spectra have one axis, in cycles per mm; above an image's Nyquist frequency they are
        grey.

    Raises
    ------
    UsageError
        For an image without a spacing, or a volume.
    """
    _check_images(images)
    look = checked_look(width, dpi, font_size, font, journal)
    mirrors = [convention == "radiological" and image.runs_left_to_right for image in images]
    header = ", ".join(image.name for image in images) if title is None else title
    lay_out = partial(_lay_out, images, mirrors, header, window, look)
    if look.page_width:
        drawn = fit_width(lay_out, _LaidOut.size_of, look, len(images), None)
    else:
        drawn = lay_out(look.dpi or look.least_dpi, _TALLEST / SCREEN_DPI, len(images))
    sheet, spacing, facts = drawn.sheet, drawn.spacing, drawn.facts
    image_panels, spectrum_panels = drawn.image_panels, drawn.spectrum_panels
    figure = draw_sheet(sheet, spacing)
    columns = [
        (*_titles(image), image_panel.text_below, spectrum_panel.text_below)
        for image, image_panel, spectrum_panel in zip(
            images, image_panels, spectrum_panels, strict=True
        )
    ]
    figure.caption = inputs_caption(columns, facts, title)
    warn_of_height(figure, look)
    return figure


@dataclass(frozen=True)
class _LaidOut:
    """The figure laid out, and what its caption is made of."""

    sheet: Sheet
    spacing: Spacing
    image_panels: Sequence[Panel]
    spectrum_panels: Sequence[Panel]
    facts: Sequence[str]

    def size_of(self) -> tuple[int, int]:
        """Return its height and width, in pixels."""
        return self.sheet.height, self.sheet.width


def _lay_out(
    images: Sequence[Image],
    mirrors: Sequence[bool],
    header: str,
    window: str | None,
    look: Look,
    dpi: int,
    panel_inches: float,
    columns: int,
) -> _LaidOut:
    """Lay the figure out with panels of a size, so many in a line."""
    spacing = Spacing(TextSize(look.points, dpi, look.family), edge_labels=True, tick_text="")
    zooms, scale_error = _choose_zooms(images, round(panel_inches * dpi))
    highest = max(0.5 / mm for image in images for mm in image.spacing or ())
    image_panels = [
        _image_panel(image, zoom, window, mirrored=mirrored)
        for image, zoom, mirrored in zip(images, zooms, mirrors, strict=True)
    ]
    spectrum_zoom = max(1, round(panel_inches * dpi / _FREQUENCIES))
    spectrum_panels = [_spectrum_panel(image, highest, spectrum_zoom) for image in images]
    facts = [
        f"one scale for all, within {100 * scale_error:.0f} %",
        "each image has its own window",
        f"spectra less the mean, DC in the middle, down to {-FLOOR_DB:.0f} dB below each one's"
        f" maximum, on one axis of ±{highest:.3g} cycles/mm",
        "grey: beyond the Nyquist frequency",
        *_orientation_facts(mirrors, images),
        *(f"{image.name}: {note}" for image in images for note in image.notes),
    ]
    width = round(look.page_width * dpi / MM_PER_INCH) if look.page_width else 0
    sheet = _arrange(
        images,
        image_panels,
        spectrum_panels,
        mirrors,
        header,
        annotations.notes(facts),
        spacing,
        highest,
        columns,
        width,
    )
    return _LaidOut(sheet, spacing, image_panels, spectrum_panels, facts)


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


def _choose_zooms(images: Sequence[Image], tallest: int) -> tuple[list[Zoom], float]:
    """Return whole zooms at which 1 mm is nearly as long in all images, and the relative error."""
    sizes = [(image.size, image.spacing or (1.0, 1.0)) for image in images]
    tallest_mm = max(size[0] * mm[0] for size, mm in sizes)
    finest_mm = min(min(mm) for _, mm in sizes)
    best: tuple[float, list[Zoom]] | None = None
    # In steps of a sixteenth of a pixel for the finest voxel, from one pixel each.
    low, high = Fraction(1), max(Fraction(2), Fraction(2 * tallest * finest_mm / tallest_mm))
    for sixteenths in range(int(low * 16), int(high * 16) + 1):
        per_mm = sixteenths / 16 / finest_mm
        zooms = [(max(1, round(mm[0] * per_mm)), max(1, round(mm[1] * per_mm))) for _, mm in sizes]
        scales = [
            z / m
            for zoom, (_, mm) in zip(zooms, sizes, strict=True)
            for z, m in zip(zoom, mm, strict=True)
        ]
        error = max(scales) / min(scales) - 1
        if best is None or error < best[0]:
            best = error, zooms
        if error < _SCALE_TOLERANCE and per_mm * tallest_mm >= tallest:
            break
    assert best
    return best[1], best[0]


def _image_panel(image: Image, zoom: Zoom, window: str | None, *, mirrored: bool) -> Panel:
    (column,) = columns_of(image, [], 1, "magnitude")
    (panel_window,) = panel_windows(image, [column], Window.parse(window), "shared")
    array = column.display_stack[..., ::-1] if mirrored else column.display_stack
    limits = panel_window.limits
    pixels = apply_colormap_to_stack(array, limits, column.labels or GREY, colour=column.colour)
    text_below = f"window {limits[0]:.4g}..{limits[1]:.4g}"
    return Panel(pixels, zoom, text_below, array=array, limits=limits, name=image.name)


def _spectrum_panel(image: Image, highest: float, zoom: int) -> Panel:
    """Return the spectrum at frequencies of -highest .. highest cycles/mm, by direct summation."""
    (column,) = columns_of(image, [], 1, "magnitude")
    plane = column.grey.mean(axis=0)
    frequencies = np.linspace(-highest, highest, _FREQUENCIES)
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
    nyquist = " x ".join(f"{0.5 / mm:.3g}" for mm in image.spacing or ())
    return Panel(
        pixels,
        (zoom, zoom),
        f"Nyquist {nyquist} cycles/mm",
        array=levels,
        limits=limits,
        name=f"spectrum, {image.name}",
    )


def _arrange(
    images: Sequence[Image],
    image_panels: Sequence[Panel],
    spectrum_panels: Sequence[Panel],
    mirrors: Sequence[bool],
    header: str,
    notes: Sequence[str],
    spacing: Spacing,
    highest: float,
    columns: int,
    least_width: int,
) -> Sheet:
    """Place an image and its spectrum in every column; `highest` frequency in cycles/mm."""
    text_size, line = spacing.text_size, spacing.text_size.line
    widths = [
        max(image_panel.size[1], spectrum_panel.size[1], _COLUMN_LINES * line)
        for image_panel, spectrum_panel in zip(image_panels, spectrum_panels, strict=True)
    ]
    gap = 2 * line
    lines = blocks(len(images), columns)
    natural = max(sum(widths[i] + gap for i in numbers) for numbers in lines) + gap
    sheet = Sheet(max(natural, least_width))
    y = line // 2
    for text in text_size.wrap(header, sheet.width - 2 * line, bold=True):
        sheet.texts.append(TextBlock(sheet.width // 2, y, (text,), "center", bold=True))
        y += line
    titles = [
        [part for text in _titles(image) for part in text_size.wrap(text, width)]
        for image, width in zip(images, widths, strict=True)
    ]
    nyquist_lines = [
        tuple(text_size.wrap(panel.text_below, width))
        for panel, width in zip(spectrum_panels, widths, strict=True)
    ]
    for numbers in lines:
        y += line // 2 + line * max(len(titles[i]) for i in numbers)
        images_y = y + line  # the letter stands above
        spectra_y = images_y + max(image_panels[i].size[0] for i in numbers) + 4 * line
        x = gap + (sheet.width - natural) // 2
        for i in numbers:
            width, image_panel = widths[i], image_panels[i]
            middle = x + width // 2
            title = TextBlock(middle, y - line * len(titles[i]), tuple(titles[i]), "center")
            sheet.texts.append(title)
            edge_labels = annotations.edge_labels(images[i], mirrored=mirrors[i])
            left = x + (width - image_panel.size[1]) // 2
            label_height = (
                place_edge_labels(sheet, spacing, edge_labels, image_panel, left, images_y)
                if edge_labels
                else 0
            )
            below = images_y + image_panel.size[0] + label_height
            sheet.texts.append(TextBlock(middle, below, (image_panel.text_below,), "center"))
            left = x + (width - spectrum_panels[i].size[1]) // 2
            _place_spectrum(sheet, spectrum_panels[i], left, spectra_y, line, highest)
            below = spectra_y + spectrum_panels[i].size[0] + 2 * line
            sheet.texts.append(TextBlock(middle, below, nyquist_lines[i], "center"))
            x += width + gap
        most_lines = max(len(nyquist_lines[i]) for i in numbers)
        y = spectra_y + spectrum_panels[0].size[0] + (3 + most_lines) * line
    note_lines = [part for note in notes for part in text_size.wrap(note, sheet.width - 2 * line)]
    sheet.texts.append(TextBlock(line, y, tuple(note_lines)))
    sheet.height = y + line * len(note_lines) + line // 2
    return sheet


def _place_spectrum(
    sheet: Sheet, panel: Panel, left: int, y: int, line: int, highest: float
) -> None:
    """Place a spectrum with a scale bar in cycles/mm below."""
    length = annotations.nice_length(highest / 2)
    scale = Scale(length / (2 * highest) * (_FREQUENCIES - 1), f"{length:g} cycles/mm")
    sheet.panels.append(PlacedPanel(panel, left, y, scale, line // 4))


def _titles(image: Image) -> tuple[str, str, str]:
    spacing = " x ".join(f"{mm:.3g}" for mm in image.spacing or ())
    return image.name, image.taken, "x".join(map(str, image.size)) + f" px of {spacing} mm"
