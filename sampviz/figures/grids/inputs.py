"""Images of several sources side by side: at one physical scale, and their spectra on one axis."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from sampviz.core.errors import UsageError
from sampviz.dsp.spectrum import FLOOR_DB, decibels
from sampviz.figures.captions import annotations as wording
from sampviz.figures.captions.caption import inputs_caption
from sampviz.figures.layout.sheet import PlacedPanel, Sheet, Spacing, TextBlock, place_edge_labels
from sampviz.figures.layout.zoom import DPI
from sampviz.figures.panels.colormap import GREY, SPECTRUM, apply_colormap, apply_colormap_to_stack
from sampviz.figures.panels.intensity_window import Window, panel_windows
from sampviz.figures.panels.panel import Panel, Scale
from sampviz.figures.panels.view import Zoom, columns_of
from sampviz.figures.render.render import PanelFigure, draw_sheet
from sampviz.figures.style import TextSize
from sampviz.images.image import Image

_TALLEST = 330  # figure pixels, about, at 150 dpi
_CLOSE = 0.02  # of the scale: no better one is looked for
_FREQUENCIES = 301  # along each axis of a spectrum, odd: one is 0
_BEYOND = (225, 225, 225)  # frequencies that an image does not hold


def draw_inputs(
    images: Sequence[Image],
    *,
    window: str | None = None,
    title: str | None = None,
    dpi: int | None = None,
    font_size: float = 8.0,
    convention: str = "neurological",
) -> PanelFigure:
    """Draw images at the same mm per figure pixel, and below each its spectrum.

    All spectra have one axis, in cycles per mm; what is beyond an image's Nyquist frequency is
    grey. Each image has a window of its own. UsageError for one without a spacing.
    """
    for image in images:
        if image.spacing is None or image.cuts:
            raise UsageError(
                f"{image.name} has no pixels of known size"
                if image.spacing is None
                else f"{image.name} is a volume",
                "inputs side by side",
                "give slices with a spacing in mm",
            )
    measures = Spacing(TextSize(font_size, dpi or DPI), letters=True, ticks="")
    zooms, missed = _zooms(images)
    top = max(0.5 / mm for image in images for mm in image.spacing or ())
    mirrors = [convention == "radiological" and image.runs_left_to_right for image in images]
    pictures = [
        _picture(image, zoom, window, mirrored=mirrored)
        for image, zoom, mirrored in zip(images, zooms, mirrors, strict=True)
    ]
    spectra = [_spectrum(image, top) for image in images]
    facts = [
        f"one scale for all, within {100 * missed:.0f} %",
        "each image has its own window",
        f"spectra less the mean, DC in the middle, down to {-FLOOR_DB:.0f} dB below each one's"
        f" maximum, on one axis of ±{top:.3g} cycles/mm",
        "grey: beyond the Nyquist frequency",
        *_sides(mirrors, images),
        *(f"{image.name}: {note}" for image in images for note in image.notes),
    ]
    notes = wording.notes(facts)
    header = ", ".join(image.name for image in images) if title is None else title
    sheet = _arranged(images, pictures, spectra, mirrors, header, notes, measures, top)
    figure = draw_sheet(sheet, measures)
    columns = [
        (*_titles(image), picture.below, spectrum.below)
        for image, picture, spectrum in zip(images, pictures, spectra, strict=True)
    ]
    figure.caption = inputs_caption(columns, facts, title)
    return figure


def _sides(mirrors: Sequence[bool], images: Sequence[Image]) -> list[str]:
    if not any(image.runs_left_to_right for image in images):
        return []
    return ["radiological: left is right" if any(mirrors) else "neurological: left is left"]


def _zooms(images: Sequence[Image]) -> tuple[list[Zoom], float]:
    """Return whole zooms at which 1 mm is nearly as long in all images, and how nearly."""
    sizes = [(image.size, image.spacing or (1.0, 1.0)) for image in images]
    tallest = max(size[0] * mm[0] for size, mm in sizes)
    finest = min(min(mm) for _, mm in sizes)
    best: tuple[float, list[Zoom]] | None = None
    # In steps of a sixteenth of a pixel for the finest voxel, from one pixel each.
    low, high = Fraction(1), max(Fraction(2), Fraction(2 * _TALLEST * finest / tallest))
    for sixteenths in range(int(low * 16), int(high * 16) + 1):
        per_mm = sixteenths / 16 / finest
        zooms = [(max(1, round(mm[0] * per_mm)), max(1, round(mm[1] * per_mm))) for _, mm in sizes]
        scales = [
            z / m
            for zoom, (_, mm) in zip(zooms, sizes, strict=True)
            for z, m in zip(zoom, mm, strict=True)
        ]
        off = max(scales) / min(scales) - 1
        if best is None or off < best[0]:
            best = off, zooms
        if off < _CLOSE and per_mm * tallest >= _TALLEST:
            break
    assert best
    return best[1], best[0]


def _picture(image: Image, zoom: Zoom, window: str | None, *, mirrored: bool) -> Panel:
    (view,) = columns_of(image, [], 1, "magnitude")
    (grey,) = panel_windows(image, [view], Window.parse(window), "shared")
    seen = view.drawn[..., ::-1] if mirrored else view.drawn
    pixels = apply_colormap_to_stack(seen, grey.limits, GREY, colour=view.colour)
    low, high = grey.limits
    below = f"window {low:.4g}..{high:.4g}"
    return Panel(pixels, zoom, below, array=seen, limits=grey.limits, name=image.name)


def _spectrum(image: Image, top: float) -> Panel:
    """The spectrum at frequencies of -top .. top cycles/mm: the sum of waves, not interpolated."""
    (view,) = columns_of(image, [], 1, "magnitude")
    plane = view.grey.mean(axis=0)
    frequencies = np.linspace(-top, top, _FREQUENCIES)
    rows, columns = (
        np.exp(-2j * np.pi * np.outer(frequencies * mm, np.arange(n)))
        for n, mm in zip(image.size, image.spacing or (), strict=True)
    )
    amplitudes = np.abs(rows @ (plane - plane.mean()) @ columns.T) / plane.size
    inside = [np.abs(frequencies) * mm <= 0.5 * (1 + 1e-9) for mm in image.spacing or ()]
    known = inside[0][:, None] & inside[1]
    amplitudes = np.where(known, amplitudes, 0.0)
    levels, limits = decibels(amplitudes, float(amplitudes.max())), (FLOOR_DB, 0.0)
    pixels = apply_colormap(levels, limits, SPECTRUM)
    pixels[~known] = _BEYOND
    nyquist = " x ".join(f"{0.5 / mm:.3g}" for mm in image.spacing or ())
    return Panel(
        pixels,
        (1, 1),
        f"Nyquist {nyquist} cycles/mm",
        array=levels,
        limits=limits,
        name=f"spectrum, {image.name}",
    )


def _arranged(
    images: Sequence[Image],
    pictures: Sequence[Panel],
    spectra: Sequence[Panel],
    mirrors: Sequence[bool],
    header: str,
    notes: Sequence[str],
    measures: Spacing,
    top: float,
) -> Sheet:
    """Place an image and its spectrum in every column."""
    kind, line = measures.type, measures.type.line
    cells = [
        max(picture.size[1], spectrum.size[1], 12 * line)
        for picture, spectrum in zip(pictures, spectra, strict=True)
    ]
    gap = 2 * line
    sheet = Sheet(sum(cells) + gap * (len(cells) + 1))
    y = line // 2
    for text in kind.wrap(header, sheet.width - 2 * line, bold=True):
        sheet.words.append(TextBlock(sheet.width // 2, y, (text,), "center", bold=True))
        y += line
    titles = [
        [part for text in _titles(image) for part in kind.wrap(text, cell)]
        for image, cell in zip(images, cells, strict=True)
    ]
    y += line // 2 + line * max(map(len, titles))
    first = y + line  # room for the letter above
    second = first + max(panel.size[0] for panel in pictures) + 4 * line
    x = gap
    for i, cell in enumerate(cells):
        sheet.words.append(
            TextBlock(x + cell // 2, y - line * len(titles[i]), tuple(titles[i]), "center")
        )
        picture, spectrum = pictures[i], spectra[i]
        around = wording.edge_labels(images[i], mirrored=mirrors[i])
        at, down = x + (cell - picture.size[1]) // 2, first
        strip = place_edge_labels(sheet, measures, around, picture, at, down) if around else 0
        below = down + picture.size[0] + strip
        sheet.words.append(TextBlock(x + cell // 2, below, (picture.below,), "center"))
        at = x + (cell - spectrum.size[1]) // 2
        length = wording.nice_length(top / 2)
        scale = Scale(length / (2 * top) * (_FREQUENCIES - 1), f"{length:g} cycles/mm")
        sheet.panels.append(PlacedPanel(spectrum, at, second, scale, line // 4))
        under = second + spectrum.size[0] + 2 * line
        sheet.words.append(TextBlock(x + cell // 2, under, (spectrum.below,), "center"))
        x += cell + gap
    y = second + _FREQUENCIES + 4 * line
    wrapped = [part for note in notes for part in kind.wrap(note, sheet.width - 2 * line)]
    sheet.words.append(TextBlock(line, y, tuple(wrapped)))
    sheet.height = y + line * len(wrapped) + line // 2
    return sheet


def _titles(image: Image) -> tuple[str, str, str]:
    spacing = " x ".join(f"{mm:.3g}" for mm in image.spacing or ())
    return image.name, image.taken, "x".join(map(str, image.size)) + f" px of {spacing} mm"
