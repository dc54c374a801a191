"""Rows that show what was folded: where in the picture, and where in the spectrum.

Only linear chains can be split into what belongs and what was folded. Of the others the rows show
what differs from the ideal smaller image, and say so under the panel.
"""

from dataclasses import replace

import numpy as np
from matplotlib.colors import Colormap, LinearSegmentedColormap

from sampviz.analysis.evaluation import Evaluation
from sampviz.dsp.bandlimited import representable
from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import FLOOR_DB, amplitude, decibels
from sampviz.figures.panels.colormap import (
    DIFFERENCE,
    Pixels,
    apply_colormap_to_stack,
    mark_nonfinite,
)
from sampviz.figures.panels.panel import Bar, Panel, PanelRow
from sampviz.figures.panels.picture_rows import PanelData, nyquist_boxes, signed_limit
from sampviz.figures.panels.view import Column
from sampviz.images.image import luminance

# Sky blue and orange of Okabe and Ito: equally bright, told apart by colour-blind readers.
_BELONGS, _FOLDED = "#56b4e9", "#e69f00"
_GAMMA = 0.7  # or the colours of weak energy would be too dark to tell
_RESIDUAL = "not linear:\noutput − ideal"
_OTHER_CHANNELS = "other channels\nthan the original"


def alias_row(pictures: PanelData) -> PanelRow:
    """What was folded, signed, on the output's own samples; one scale for all panels."""
    found = {
        view: folded
        for view, trial in pictures.trials.items()
        if (folded := folded_components(view, trial)) is not None
    }
    most = signed_limit(list(found.values()))
    panels: list[Panel | str] = ["what was folded:\nthe chain of all\nthat is too fine\nfor it"]
    for view in pictures.views[1:]:
        if view not in found:
            panels.append(why_not_folded(view))
            continue
        limits, seen = (-most, most), pictures.seen(found[view])
        pixels = apply_colormap_to_stack(seen, limits, DIFFERENCE, colour=False)
        below = "" if pictures.trials[view].linear else _RESIDUAL
        zoom = view.zoom(pictures.zoom)
        panels.append(Panel(pixels, zoom, below, array=seen, limits=limits))
    bar = Bar(DIFFERENCE, (-most, most), "folded, signed", "", open_ends=True)
    return PanelRow("alias", tuple(panels), bar)


def folded_components(view: Column, trial: Evaluation) -> Array | None:
    """Return what was folded into a view, signed and grey, (C, h, w); None if none can be told.

    Of a chain that is not linear it is the output less the ideal image.
    """
    parts = _parts(trial)
    return None if parts is None or parts[1].dtype.kind == "c" else _grey(view, parts[1])


def why_not_folded(view: Column) -> str:
    """Say, in short lines, why it cannot be told what was folded into a view."""
    return "complex:\nno sign" if view.array.dtype.kind == "c" else _OTHER_CHANNELS


def foldspectrum_row(pictures: PanelData, *, boxes: bool) -> PanelRow:
    """The spectra of the spectrum row, with the energy that was folded in a colour of its own."""
    reference = float(pictures.spectra[0].max())
    colours = LinearSegmentedColormap.from_list("folded", [_BELONGS, _FOLDED])
    panels: list[Panel | str] = []
    for view, spectrum in zip(pictures.views, pictures.spectra, strict=True):
        own = reference if np.isfinite(reference) else float(spectrum.max())
        share = _too_fine(pictures) if view.chain is None else _folded_share(pictures, view)
        if share is None:
            panels.append(_OTHER_CHANNELS)
            continue
        linear = view.chain is None or pictures.trials[view].linear
        levels, zoom = decibels(spectrum, own), view.zoom(pictures.zoom)
        pixels, both = _two_ways(share, levels, colours), np.stack([share, levels])
        panels.append(Panel(pixels, zoom, "" if linear else _RESIDUAL, array=both))
    first = panels[0]
    if boxes and isinstance(first, Panel):
        panels[0] = replace(first, boxes=nyquist_boxes(pictures.views))
    bar = Bar(colours, (0.0, 1.0), "share that was folded", "share")
    return PanelRow("folded energy", tuple(panels), bar)


def _parts(trial: Evaluation) -> tuple[Array, Array] | None:
    """Return what belongs in the output and what does not, (C, h, w); None if none can be told."""
    if trial.linear:
        return trial.baseband, trial.alias
    if len(trial.output) != len(trial.original.array):
        return None
    return trial.reference, trial.output - trial.reference


def _grey(view: Column, stack: Array) -> Array:
    return luminance(stack)[None] if view.colour else stack


def _folded_share(pictures: PanelData, view: Column) -> Array | None:
    """Return, for each bin of the spectrum, how much of its energy does not belong there."""
    parts = _parts(pictures.trials[view])
    if parts is None:
        return None
    belongs, folded = (
        sum(amplitude(channel) ** 2 for channel in pictures.seen(_grey(view, part)))
        for part in parts
    )
    return np.asarray(folded / np.maximum(belongs + folded, np.finfo(float).tiny))


def _too_fine(pictures: PanelData) -> Array:
    """Return 1 for the frequencies of the original that the coarsest of the chains cannot hold."""
    size = pictures.views[0].size
    steps = [max(trial.coarsest[axis] for trial in pictures.trials.values()) for axis in range(2)]
    rows, columns = (representable(n, step) for n, step in zip(size, steps, strict=True))
    return np.fft.fftshift(~(rows[:, None] & columns)).astype(float)


def _two_ways(share: Array, levels: Array, colours: Colormap) -> Pixels:
    """Colour each bin by a share of 0..1, and darken it by its level in dB."""
    bright = np.clip(1 - levels / FLOOR_DB, 0, 1) ** _GAMMA
    rgb = colours(share)[..., :3] * bright[..., None]
    pixels = np.rint(255 * np.nan_to_num(rgb)).astype(np.uint8)
    mark_nonfinite(pixels, ~np.isfinite(share + bright))
    return np.asarray(pixels, np.uint8)
