"""Rows that show aliasing: where in the picture, and where in the spectrum.

Only the output of a linear chain can be split into a baseband part, of frequencies that its
coarsest stage can represent, and an alias, of all others. For chains that are not linear the rows
say that there is none, and show nothing else in its place.
"""

import numpy as np
from matplotlib.colors import Colormap, LinearSegmentedColormap

from sampviz.analysis.evaluation import Evaluation
from sampviz.dsp.bandlimited import representable
from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import FLOOR_DB, decibels
from sampviz.figures.panels.colormap import (
    DIFFERENCE,
    Pixels,
    apply_colormap_to_stack,
    mark_nonfinite,
)
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.panel import ColorBar, Panel, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.picture_rows import symmetric_limit
from sampviz.figures.panels.spectrum_rows import with_nyquist_boxes
from sampviz.images.image import luminance
from sampviz.images.volume_slice import axes_of_slice

# Sky blue and orange of Okabe and Ito: equally bright, told apart by colour-blind readers.
_BASEBAND_COLOUR, _ALIAS_COLOUR = "#56b4e9", "#e69f00"
_GAMMA = 0.7  # or the colours of weak energy would be too dark to tell
_NOT_LINEAR = "not linear:\nno alias\ncomponent"


def alias_row(panel_data: PanelData) -> PanelRow:
    """Return the row of the aliases: the alias components, signed, on the output's own samples.

    Parameters
    ----------
    panel_data : PanelData
        The scene.

    Returns
    -------
    PanelRow
        One scale for all panels, and all planes of a volume, centred on zero; a text where there
        is no split.
    """
    aliases, shown = {}, []
    for column, evaluation in panel_data.evaluations.items():
        alias = alias_stack(column, evaluation)
        if alias is not None:
            aliases[column] = panel_data.slice_of(column, alias)
            cut = panel_data.cut
            shown += cut.shown_of(alias, evaluation) if cut else [alias]
    limit = symmetric_limit(shown)
    limits = (-limit, limit)
    panels: list[Panel | str] = ["alias component"]
    for column in panel_data.columns[1:]:
        if column not in aliases:
            panels.append(no_alias_reason(panel_data.evaluations[column]))
            continue
        oriented = panel_data.mirror(aliases[column])
        pixels = apply_colormap_to_stack(oriented, limits, DIFFERENCE, colour=False)
        zoom = column.zoom(panel_data.zoom)
        panels.append(Panel(pixels, zoom, array=oriented, limits=limits))
    bar = ColorBar(DIFFERENCE, limits, "folded, signed", "", open_ends=True)
    return PanelRow("alias", tuple(panels), bar)


def alias_stack(column: Column, evaluation: Evaluation) -> Array | None:
    """Return the alias in an output, signed and grey.

    Parameters
    ----------
    column : Column
        The output of a chain.
    evaluation : Evaluation
        Of the same chain.

    Returns
    -------
    ndarray or None
        (C, h, w), of a volume (C, d, h, w); None for a chain that is not linear, and for complex
        values: see `no_alias_reason`.
    """
    if not evaluation.affine or evaluation.alias.dtype.kind == "c":
        return None
    return _grey(column, evaluation.alias)


def no_alias_reason(evaluation: Evaluation) -> str:
    """Return why `alias_stack` returns None for what a chain made.

    Parameters
    ----------
    evaluation : Evaluation
        Of the chain.

    Returns
    -------
    str
        In short lines, to stand in place of a panel.
    """
    return "complex:\nno sign" if evaluation.affine else _NOT_LINEAR


def foldspectrum_row(panel_data: PanelData, *, boxes: bool) -> PanelRow:
    """Return the row of spectra in which the energy of the alias has a colour of its own.

    Parameters
    ----------
    panel_data : PanelData
        The scene.
    boxes : bool
        Whether the new Nyquist frequencies are outlined on the original's spectrum.

    Returns
    -------
    PanelRow
        `array` of each panel is (2, H, W): the alias' share of the energy, and the level in dB.
    """
    original_maximum = float(panel_data.spectra[0].max())
    colormap = LinearSegmentedColormap.from_list("folded", [_BASEBAND_COLOUR, _ALIAS_COLOUR])
    panels: list[Panel | str] = []
    for column, spectrum in zip(panel_data.columns, panel_data.spectra, strict=True):
        is_original = column.chain is None
        reference = original_maximum if np.isfinite(original_maximum) else float(spectrum.max())
        share = _above_nyquist(panel_data) if is_original else _alias_share(panel_data, column)
        if share is None:
            panels.append(_NOT_LINEAR)
            continue
        levels, zoom = decibels(spectrum, reference), column.zoom(panel_data.zoom)
        pixels = _share_and_level_pixels(share, levels, colormap)
        panels.append(Panel(pixels, zoom, array=np.stack([share, levels])))
    first = panels[0]
    if boxes and isinstance(first, Panel):
        panels[0] = with_nyquist_boxes(first, panel_data.columns)
    bar = ColorBar(colormap, (0.0, 1.0), "share that was folded", "share")
    return PanelRow("folded energy", tuple(panels), bar)


def _grey(column: Column, stack: Array) -> Array:
    return luminance(stack)[None] if column.colour else stack


def _alias_share(panel_data: PanelData, column: Column) -> Array | None:
    """Return, for each bin of the spectrum, the alias' share of its energy, 0..1.

    None for a chain that is not linear.
    """
    evaluation = panel_data.evaluations[column]
    if not evaluation.affine:
        return None
    baseband, alias = (
        panel_data.spectrum_of(_grey(column, part)) ** 2
        for part in (evaluation.baseband, evaluation.alias)
    )
    return np.asarray(alias / np.maximum(baseband + alias, np.finfo(float).tiny))


def _above_nyquist(panel_data: PanelData) -> Array:
    """Return 1 for frequencies of the original that the coarsest chain cannot represent, else 0."""
    size, cut = panel_data.columns[0].size, panel_data.cut
    evaluations = panel_data.evaluations.values()
    axes = axes_of_slice(cut.plane) if cut else (0, 1)
    steps = [max(evaluation.coarsest[axis] for evaluation in evaluations) for axis in axes]
    rows, columns = (representable(n, step) for n, step in zip(size, steps, strict=True))
    return np.fft.fftshift(~(rows[:, None] & columns)).astype(float)


def _share_and_level_pixels(share: Array, levels: Array, colormap: Colormap) -> Pixels:
    """Colour each bin by a share of 0..1, and darken it by its level in dB."""
    brightness = np.clip(1 - levels / FLOOR_DB, 0, 1) ** _GAMMA
    rgb = colormap(share)[..., :3] * brightness[..., None]
    pixels = np.rint(255 * np.nan_to_num(rgb)).astype(np.uint8)
    mark_nonfinite(pixels, ~np.isfinite(share + brightness))
    return np.asarray(pixels, np.uint8)
