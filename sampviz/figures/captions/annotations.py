"""What is written on a figure: header, titles, notes, directions, the scale bar."""

from collections.abc import Sequence
from math import floor, log10

import numpy as np

from sampviz.figures.options import Scope
from sampviz.figures.panels.intensity_window import Window
from sampviz.figures.panels.panel import EdgeLabels, Scale
from sampviz.figures.panels.picture_rows import PanelData, nyquist_boxes
from sampviz.figures.panels.view import Column
from sampviz.figures.style import NO_BREAK
from sampviz.images.geometry import OPPOSITE
from sampviz.images.image import Image


def header(images: Sequence[Image], show: str) -> str:
    """Return the names, which slice, frame or channel it is, and what of complex numbers."""
    if len(images) > 1:
        return ", ".join(image.name for image in images)
    (image,) = images
    part = show if image.array.dtype.kind == "c" else ""
    return ", ".join(part for part in (image.name, image.taken, part) if part)


def titles(ran: Sequence[tuple[Image, Sequence[Column]]]) -> list[tuple[str, ...]]:
    """Return the lines above every column; no size where it is not the same for all images."""
    each = [[_title(view, image) for view in shown] for image, shown in ran]
    return [
        lines if all(other == lines for other in column) else lines[:1]
        for lines, *column in zip(*each, strict=True)
    ]


def _title(view: Column, image: Image) -> tuple[str, ...]:
    """Return the lines above a column: the chain, the size and the size of a pixel."""
    return view.title, size_of(view, image)


def size_of(view: Column, image: Image) -> str:
    """Return the size of a picture and of its pixels."""
    size = "x".join(map(str, view.size))
    if view.array.ndim > len(view.size) and not view.colour:
        size = f"{len(view.stack)} of {size}"
    if image.geometry:
        size += f", {_millimetres(image.geometry.after(view.grids).spacing)}"
    return size


def _millimetres(spacing: tuple[float, ...]) -> str:
    shown = [f"{mm:.3g}" for mm in spacing]
    return (shown[0] if len(set(shown)) == 1 else "x".join(shown)) + f"{NO_BREAK}mm"


def edge_labels(image: Image, *, mirrored: bool) -> EdgeLabels | None:
    """Return the directions and the scale bar of an image that knows them."""
    if image.geometry is None or not image.geometry.spacing[1] > 0:
        return None
    mm = image.geometry.spacing[1]
    length = nice_length(image.size[1] * mm / 3)
    scale = Scale(length / mm, f"{length:g} mm")
    if image.geometry.axes is None:
        return EdgeLabels(scale=scale)
    down, along = image.geometry.axes
    along = OPPOSITE[along] if mirrored else along
    return EdgeLabels(OPPOSITE[along], along, OPPOSITE[down], down, scale)


def nice_length(most: float) -> float:
    """Return the largest of .. .5, 1, 2, 5, 10, 20, 50 .. that is not above `most`."""
    power = 10.0 ** floor(log10(most))
    return max(step * power for step in (1, 2, 5) if step * power <= most * (1 + 1e-9))


def describe(
    images: Sequence[Image],
    scenes: Sequence[PanelData],
    rows: Sequence[str],
    window: Window,
    scope: Scope,
    missed: Sequence[float],
    *,
    annotate: bool = True,
) -> list[str]:
    """Return what a reader must know to read the figure; boxes are there if `annotate`."""
    pictures = scenes[0]
    parts = []
    if {"image", "zoom"} & set(rows):
        shared = pictures.windows[0].origin + ", in all panels"
        shared += " that say no other" * any(window.line for window in pictures.windows)
        if len(images) > 1 and window.kind != "limits":
            shared = "each input has its own window"
        parts.append(shared if scope == "shared" else "each panel has its own window")
    if any(each.image.runs_left_to_right for each in scenes):
        parts.append(
            "radiological: the patient's left is on the right"
            if any(each.mirrored for each in scenes)
            else "neurological: left is left"
        )
    spectra = {"spectrum", "foldspectrum"} & set(rows)
    boxed = annotate and spectra and nyquist_boxes(pictures.views)
    if "spectrum" in rows:
        grey = " of the luminance" if images[0].colour else ""
        if pictures.views[0].tiles != (1, 1):
            grey = " of all channels, their mean power,"
        parts.append(
            f"spectra{grey} less the mean, DC in the middle, in dB below {pictures.reference}"
        )
    if boxed:
        parts.append("boxes: the new Nyquist frequencies")
    bent = any(view.chain and not view.chain.linear for view in pictures.views)
    if "alias" in rows:
        parts.append(
            "alias: the chain of all that its coarsest stage cannot hold"
            f"{' (beyond the box)' if boxed else ''}, signed"
        )
    if "foldspectrum" in rows:
        parts.append(
            "folded energy: blue belongs there, orange was folded, brightness as in the spectrum"
        )
    if "flat" in rows:
        parts.append("flat: samples from the middle of what the chain makes of all 1")
    if {"alias", "foldspectrum"} & set(rows) and bent:
        parts.append(
            "a chain that is not linear has no such split: of it, output less the ideal image"
        )
    wrong = {f"{1 / each:.2f}" for each in missed if abs(each - 1) > 0.01}
    if wrong:
        parts.append(
            f"pixels are drawn {' or '.join(sorted(wrong))} times as high as they should be"
        )
    if not all(np.isfinite(view.drawn).all() for each in scenes for view in each.views):
        parts.append("striped in magenta and yellow: NaN or infinite")
    for image in images:
        parts += [f"{image.name}: {note}" if len(images) > 1 else note for note in image.notes]
    return parts + [scene.image.taken for scene in scenes if images[0].cuts]


def notes(describe: Sequence[str]) -> list[str]:
    """Return facts as they stand on a figure: one note, or none."""
    return ["; ".join(describe)] if describe else []
