"""The rows of amplitude spectra."""

from collections.abc import Sequence
from dataclasses import replace
from math import gcd

import numpy as np

from sampviz.dsp.spectrum import FLOOR_DB, decibels
from sampviz.figures.panels.colormap import SPECTRUM, apply_colormap
from sampviz.figures.panels.column import Column, Zoom
from sampviz.figures.panels.panel import Box, ColorBar, Panel, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.style import NO_BREAK
from sampviz.images.image import Image


def small_spectrum_row(panel_data: PanelData, available: int, *, boxes: bool) -> PanelRow:
    """Return the row of amplitude spectra at the largest whole zoom that fits.

    Parameters
    ----------
    panel_data : PanelData
        The scene.
    available : int
        Figure pixels that a spectrum may be wide.
    boxes : bool
        Whether the new Nyquist frequencies are outlined on the original's spectrum.

    Returns
    -------
    PanelRow
        Without Nyquist frequencies below the panels.
    """
    rows, columns = panel_data.zoom
    common = gcd(rows, columns)
    unit = rows // common, columns // common
    factor = max(1, available // (panel_data.columns[0].size[1] * unit[1]))
    row = spectrum_row(panel_data, boxes=boxes, zoom=(unit[0] * factor, unit[1] * factor))
    panels = [
        replace(panel, text_below="") if isinstance(panel, Panel) else panel for panel in row.panels
    ]
    return replace(row, panels=tuple(panels))


def spectrum_row(panel_data: PanelData, *, boxes: bool, zoom: Zoom | None = None) -> PanelRow:
    """Return the row of amplitude spectra, in dB below the strongest of the original.

    Parameters
    ----------
    panel_data : PanelData
        The scene. The mean of each picture is removed before its spectrum is taken.
    boxes : bool
        Whether the new Nyquist frequencies are outlined on the original's spectrum.
    zoom : tuple of int, optional
        Figure pixels per pixel of the original; those of the images by default.

    Returns
    -------
    PanelRow
    """
    panels = [spectrum_panel(panel_data, i, zoom) for i in range(len(panel_data.columns))]
    if boxes:
        panels[0] = replace(panels[0], boxes=nyquist_boxes(panel_data.columns))
    return PanelRow("spectrum", tuple(panels), _spectrum_bar(panel_data))


def spectrum_panel(panel_data: PanelData, i: int, zoom: Zoom | None = None) -> Panel:
    """Return the spectrum of one column, with its Nyquist frequency below.

    Parameters
    ----------
    panel_data : PanelData
        The scene.
    i : int
        The number of the column; 0 is the original.
    zoom : tuple of int, optional
        Figure pixels per pixel of the original; that of the images by default.

    Returns
    -------
    Panel
    """
    column, spectrum = panel_data.columns[i], panel_data.spectra[i]
    original_maximum = float(panel_data.spectra[0].max())
    reference = original_maximum if np.isfinite(original_maximum) else float(spectrum.max())
    levels, limits = decibels(spectrum, reference), (FLOOR_DB, 0.0)
    pixels, own_zoom = (
        apply_colormap(levels, limits, SPECTRUM),
        column.zoom(zoom or panel_data.zoom),
    )
    nyquist = _nyquist_text(column, panel_data.image)
    return Panel(pixels, own_zoom, nyquist, array=levels, limits=limits)


def _spectrum_bar(panel_data: PanelData) -> ColorBar:
    label = f"dB re {panel_data.spectrum_reference}"
    return ColorBar(SPECTRUM, (FLOOR_DB, 0.0), label, "dB")


def nyquist_boxes(columns: Sequence[Column]) -> tuple[Box, ...]:
    """Return a box on the original's spectrum for every new, lower Nyquist frequency.

    Parameters
    ----------
    columns : sequence of Column
        The original first.

    Returns
    -------
    tuple of Box
        In samples of the original's spectrum; one for each sampling step above 1.
    """
    rows, width = columns[0].size
    steps = sorted({(column.grids[0].step, column.grids[1].step) for column in columns[1:]})
    return tuple(
        Box(
            rows // 2 + 0.5 - rows / (2 * down),
            width // 2 + 0.5 - width / (2 * along),
            rows / down,
            width / along,
        )
        for down, along in ((float(d), float(a)) for d, a in steps)
        if max(down, along) > 1
    )


def _nyquist_text(column: Column, image: Image) -> str:
    steps = [float(grid.step) for grid in column.grids]
    line = f"Nyquist {_pair(*(0.5 / step for step in steps))}{NO_BREAK}cycles/px"
    if image.spacing is None:
        return line
    per_mm = (0.5 / (step * mm) for step, mm in zip(steps, image.spacing, strict=True))
    return f"{line}\n{_pair(*per_mm)}{NO_BREAK}cycles/mm"


def _pair(rows: float, columns: float) -> str:
    first, second = f"{rows:.3g}", f"{columns:.3g}"
    return first if first == second else f"{first}×{second}"
