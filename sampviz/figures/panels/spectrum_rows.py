"""The rows of amplitude spectra."""

from collections.abc import Sequence
from dataclasses import replace
from math import gcd

import numpy as np

from sampviz.core.text import axes_text
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
        Below the original's spectrum stand the names of its boxes, where they are several.
    """
    rows, columns = panel_data.zoom
    common = gcd(rows, columns)
    unit = rows // common, columns // common
    factor = max(1, available // (panel_data.columns[0].size[1] * unit[1]))
    row = spectrum_row(panel_data, boxes=boxes, zoom=(unit[0] * factor, unit[1] * factor))
    panels = [
        replace(panel, text_below=boxes_text(panel.boxes)) if isinstance(panel, Panel) else panel
        for panel in row.panels
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
        panels[0] = with_nyquist_boxes(panels[0], panel_data.columns)
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


def with_nyquist_boxes(panel: Panel, columns: Sequence[Column]) -> Panel:
    """Return the original's spectrum with boxes, and below it the names of several.

    Parameters
    ----------
    panel : Panel
        The spectrum.
    columns : sequence of Column
        The original first.

    Returns
    -------
    Panel
    """
    boxes = nyquist_boxes(columns)
    lines = filter(None, (boxes_text(boxes), panel.text_below))
    return replace(panel, boxes=boxes, text_below="\n".join(lines))


def boxes_text(boxes: Sequence[Box]) -> str:
    """Return the names of boxes in a line; "" where they have none."""
    labels = [box.label for box in boxes if box.label]
    return f"boxes: {', '.join(labels)}" if labels else ""


def nyquist_boxes(columns: Sequence[Column]) -> tuple[Box, ...]:
    """Return a box on the original's spectrum for every new, lower Nyquist frequency.

    Parameters
    ----------
    columns : sequence of Column
        The original first.

    Returns
    -------
    tuple of Box
        In samples of the original's spectrum, none beyond it; one for each sampling step above 1.
        Where they are several each has its factors as a label: "÷2", "÷1×4" along the rows alone.
    """
    sides = columns[0].size
    factors = sorted(nyquist_factors(columns))
    return tuple(
        Box(*_extent(sides, steps), label=factor_text(steps) if len(factors) > 1 else "")
        for steps in factors
    )


def nyquist_factors(columns: Sequence[Column]) -> dict[tuple[float, float], list[Column]]:
    """Return the columns that have fewer samples than the original, by their sampling steps.

    Steps that read the same to three digits count as one: those of an odd side differ by less than
    a line is wide.

    Parameters
    ----------
    columns : sequence of Column
        The original first.

    Returns
    -------
    dict of (float, float) to list of Column
        Steps down and along, in pixels of the original, of the first column that has them.
    """
    steps_of: dict[str, tuple[float, float]] = {}
    factors: dict[tuple[float, float], list[Column]] = {}
    for column in columns[1:]:
        down, along = (float(grid.step) for grid in column.grids)
        if max(down, along) > 1:
            steps = steps_of.setdefault(factor_text((down, along)), (down, along))
            factors.setdefault(steps, []).append(column)
    return factors


def factor_text(steps: tuple[float, float]) -> str:
    """Return by how much sampling is coarser, as text.

    Parameters
    ----------
    steps : tuple of float
        Down and along, in pixels of the original.

    Returns
    -------
    str

    Examples
    --------
    >>> factor_text((2.0, 2.0)), factor_text((1.0, 4.0))
    ('÷2', '÷1×4')
    """
    return f"÷{axes_text(steps)}"


def _extent(size: tuple[int, ...], steps: tuple[float, float]) -> tuple[float, float, float, float]:
    """Return top, left, height and width of the box of steps around the middle of a spectrum."""
    starts = [
        n // 2 + 0.5 - n / (2 * step) if step > 1 else 0.0
        for n, step in zip(size, steps, strict=True)
    ]
    lengths = [n / max(step, 1.0) for n, step in zip(size, steps, strict=True)]
    return starts[0], starts[1], lengths[0], lengths[1]


def _nyquist_text(column: Column, image: Image) -> str:
    steps = [float(grid.step) for grid in column.grids]
    line = f"Nyquist {axes_text(0.5 / step for step in steps)}{NO_BREAK}cycles/px"
    if image.spacing is None:
        return line
    per_mm = (0.5 / (step * mm) for step, mm in zip(steps, image.spacing, strict=True))
    return f"{line}\n{axes_text(per_mm)}{NO_BREAK}cycles/mm"
