"""The texts on a figure: header, column titles, notes, directions and the scale bar."""

from collections.abc import Sequence
from math import floor, log10

import numpy as np

from sampviz.core.text import axes_text
from sampviz.figures.options import Scope
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.panel import EdgeLabels, Scale
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.spectrum_rows import factor_text, nyquist_boxes, nyquist_factors
from sampviz.figures.style import NO_BREAK
from sampviz.images.geometry import OPPOSITE
from sampviz.images.image import Image
from sampviz.images.intensity_window import Window

_ASPECT_TOLERANCE = 0.01  # relative error of a drawn pixel's shape that needs no note


def header(images: Sequence[Image], show: str) -> str:
    """Return the header of a figure.

    Parameters
    ----------
    images : sequence of Image
        The inputs.
    show : str
        What is drawn of complex numbers.

    Returns
    -------
    str
        The names; of a single image also which slice, frame or channel it is, and `show` if it is
        complex.
    """
    if len(images) > 1:
        return ", ".join(image.name for image in images)
    (image,) = images
    part = show if image.array.dtype.kind == "c" else ""
    return ", ".join(part for part in (image.name, image.taken, part) if part)


def titles(
    images: Sequence[tuple[Image, Sequence[Column]]], *, in_words: bool = False
) -> list[tuple[str, ...]]:
    """Return the lines above every column.

    Parameters
    ----------
    images : sequence of (Image, sequence of Column)
        Every input with its columns, as many of each.
    in_words : bool
        Whether chains are in words, as figures have them, or as they are written, as captions do.

    Returns
    -------
    list of tuple of str
        Title and size for each column; no size where it is not the same for all images.
    """
    image_titles = [
        [
            (column.heading if in_words else column.title, size_of(column, image))
            for column in columns
        ]
        for image, columns in images
    ]
    return [
        lines if all(other == lines for other in others) else lines[:1]
        for lines, *others in zip(*image_titles, strict=True)
    ]


def size_of(column: Column, image: Image) -> str:
    """Return the size of an array and of its pixels, as text.

    Parameters
    ----------
    column : Column
        The array.
    image : Image
        The original, for the size of a pixel.

    Returns
    -------
    str
        Such as "128x96, 1.8 mm".
    """
    size = "x".join(map(str, column.size))
    if column.array.ndim > len(column.size) and not column.colour:
        size = f"{len(column.stack)} of {size}"
    if image.geometry:
        size += f", {_millimetres(image.geometry.after(column.grids).spacing)}"
    return size


def _millimetres(spacing: tuple[float, ...]) -> str:
    return f"{axes_text(spacing, 'x')}{NO_BREAK}mm"


def edge_labels(image: Image, *, mirrored: bool) -> EdgeLabels | None:
    """Return the directions and the scale bar around an image.

    Parameters
    ----------
    image : Image
        A plane.
    mirrored : bool
        Whether left and right are exchanged when it is drawn.

    Returns
    -------
    EdgeLabels or None
        Without letters where the directions are not known; None where the spacing is not.
    """
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


def nice_length(limit: float) -> float:
    """Return the largest round length that is not above `limit`.

    Parameters
    ----------
    limit : float
        Above 0.

    Returns
    -------
    float
        One of .. .5, 1, 2, 5, 10, 20, 50 ..

    Examples
    --------
    >>> nice_length(64.0)
    50.0
    """
    power = 10.0 ** floor(log10(limit))
    return max(step * power for step in (1, 2, 5) if step * power <= limit * (1 + 1e-9))


def describe(
    images: Sequence[Image],
    scenes: Sequence[PanelData],
    rows: Sequence[str],
    window: Window,
    scope: Scope,
    aspect_errors: Sequence[float],
    *,
    annotate: bool = True,
) -> list[str]:
    """Return what a reader must know to read a figure, for its notes and its caption.

    Parameters
    ----------
    images : sequence of Image
        The inputs.
    scenes : sequence of PanelData
        What was drawn of them.
    rows : sequence of str
        The names of the rows.
    window : Window
        As the user asked for it.
    scope : {"shared", "panel"}
        Whether panels share a window.
    aspect_errors : sequence of float
        True over drawn aspect of a pixel, for each scene.
    annotate : bool
        Whether boxes are drawn.

    Returns
    -------
    list of str
        Facts without a full stop.
    """
    facts = [*_window_facts(images, scenes, rows, window, scope), *_orientation_facts(scenes)]
    facts += _spectrum_facts(images, scenes[0], rows, annotate=annotate)
    aspect_texts = {f"{aspect:.2f}" for aspect in undrawn_aspects(aspect_errors)}
    if aspect_texts:
        facts.append(f"pixel aspect {' or '.join(sorted(aspect_texts))} not drawn")
    columns = (column for scene in scenes for column in scene.columns)
    if not all(np.isfinite(column.display_stack).all() for column in columns):
        facts.append("striped in magenta and yellow: NaN or infinite")
    for image in images:
        facts += [f"{image.name}: {note}" if len(images) > 1 else note for note in image.notes]
    has_pictures = bool(set(rows) - {"spectrum", "foldspectrum"})  # spectra are of all slices
    return facts + _slice_facts(scenes) * has_pictures


def undrawn_aspects(aspect_errors: Sequence[float]) -> list[float]:
    """Return how pixels look that are not drawn in their true shape.

    Parameters
    ----------
    aspect_errors : sequence of float
        True over drawn aspect of a pixel, for each scene.

    Returns
    -------
    list of float
        Drawn over true aspect, of those that are off by more than a hundredth.
    """
    return [1 / error for error in aspect_errors if abs(error - 1) > _ASPECT_TOLERANCE]


def _slice_facts(scenes: Sequence[PanelData]) -> list[str]:
    """Return which slices of volumes are shown, and why."""
    cuts = [scene.cut for scene in scenes if scene.cut]
    facts = [_plane_fact(scene) for scene in scenes if scene.cut]
    if cuts and cuts[0].volume.choice and any(cut.plane.texts for cut in cuts):
        facts.append("slices through where the chains differ most from the ideal in structure")
    if cuts:
        facts.append("below the outputs: how far their slice lies from that of the original")
    return facts


def _plane_fact(scene: PanelData) -> str:
    """Return which slice of a volume it is, and its Nyquist frequencies along rows and columns."""
    spacing = scene.image.spacing
    if not spacing or not all(spacing):
        return scene.image.taken
    frequencies = (
        [0.5 / (mm * float(grid.step)) for mm, grid in zip(spacing, column.grids, strict=True)]
        for column in scene.columns
    )
    original, *outputs = dict.fromkeys(axes_text(of_axes) for of_axes in frequencies)
    of_outputs = f", of outputs {' or '.join(outputs)}" * bool(outputs)
    return f"{scene.image.taken}, Nyquist {original}{of_outputs}{NO_BREAK}cycles/mm"


def _window_facts(
    images: Sequence[Image],
    scenes: Sequence[PanelData],
    rows: Sequence[str],
    window: Window,
    scope: Scope,
) -> list[str]:
    if not {"image", "zoom"} & set(rows):
        return []
    if scope == "panel":
        return ["each panel has its own window"]
    if len(images) > 1 and window.kind != "limits":
        return ["each input has its own window"]
    panel_windows_of_scene = scenes[0].windows
    exceptions = " that say no other" * any(
        panel_window.label for panel_window in panel_windows_of_scene
    )
    return [f"{panel_windows_of_scene[0].origin}, in all panels{exceptions}"]


def _orientation_facts(scenes: Sequence[PanelData]) -> list[str]:
    if not any(scene.image.runs_left_to_right for scene in scenes):
        return []
    if any(scene.mirrored for scene in scenes):
        return ["radiological: the patient's left is on the right"]
    return ["neurological: left is left"]


def _spectrum_facts(
    images: Sequence[Image], scene: PanelData, rows: Sequence[str], *, annotate: bool
) -> list[str]:
    """Return what the rows of spectra and of aliasing show."""
    facts = []
    has_spectra = {"spectrum", "foldspectrum"} & set(rows)
    has_boxes = annotate and has_spectra and nyquist_boxes(scene.columns)
    if "spectrum" in rows:
        part = " of the luminance," if images[0].colour else ","
        if scene.cut:
            part = ", the mean power of all slices of a plane,"
        if scene.columns[0].tiles != (1, 1):
            part = " of all channels, their mean power,"
        facts.append(
            f"spectra{part} mean removed, DC in the middle, in dB re {scene.spectrum_reference}"
        )
    if has_boxes:
        facts.append(_boxes_fact(scene.columns))
    if "alias" in rows:
        facts.append(
            "alias component: the chain applied to the frequencies above the new Nyquist frequency"
            f"{' (outside the box)' if has_boxes else ''}, signed"
        )
    if "foldspectrum" in rows:
        facts.append("folded energy: blue baseband, orange folded, brightness as in the spectrum")
    if "flat" in rows:
        facts.append("flat: central samples of the output for a constant image of 1")
    return facts


def _boxes_fact(columns: Sequence[Column]) -> str:
    """Return what the boxes on a spectrum are, and of which chains where they are several."""
    fact, factors = "boxes: the new Nyquist frequencies", nyquist_factors(columns)
    if len(factors) == 1:
        return fact
    texts = (
        f"{factor_text(steps)} {' and '.join(column.title for column in same)}"
        for steps, same in sorted(factors.items(), key=lambda item: item[0])
    )
    return f"{fact}, {', '.join(texts)}"


def notes(facts: Sequence[str]) -> list[str]:
    """Return facts as they stand on a figure.

    Parameters
    ----------
    facts : sequence of str
        As `describe` returns them.

    Returns
    -------
    list of str
        One note of all facts, or none.
    """
    return ["; ".join(facts)] if facts else []
