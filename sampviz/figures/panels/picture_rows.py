"""The rows of a comparison that show pictures: image, zoom, spectrum and difference.

Each function makes a `PanelRow` of a scene's `PanelData`. Rows about aliasing are in
`alias_rows`, the response to a constant in `flat_field_row`.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sampviz.core.errors import UsageError, argument, did_you_mean
from sampviz.core.names import as_names
from sampviz.dsp.dtypes import Array
from sampviz.dsp.interpolate import Method
from sampviz.dsp.spectrum import FLOOR_DB, decibels
from sampviz.figures.panels.colormap import (
    DIFFERENCE,
    SPECTRUM,
    apply_colormap,
    apply_colormap_to_stack,
)
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.panel import Box, ColorBar, EdgeLabels, Panel, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.zoom_region import Region, sample_slice
from sampviz.figures.style import NO_BREAK
from sampviz.images.image import Image

ROWS = ("image", "zoom", "spectrum", "difference", "alias", "foldspectrum", "flat")
MEASURED = frozenset({"alias", "foldspectrum", "flat"})  # need evaluations, which are of planes
# Differences saturate beyond this percentile, or one bright pixel would hide all others.
_DIFFERENCE_PERCENTILE = 99.5
# Beyond these matplotlib draws no colour bar, or another one.
_COLOR_BAR_LIMITS = (1e-280, 1e300)


def image_row(
    panel_data: PanelData, region: Region | None, edge_labels: EdgeLabels | None
) -> PanelRow:
    """Return the row of the images, each at the physical size of the original.

    Parameters
    ----------
    panel_data : PanelData
        The scene.
    region : Region, optional
        Outlined on the original.
    edge_labels : EdgeLabels, optional
        Stand around the original.

    Returns
    -------
    PanelRow
    """
    panels = [
        panel_data.column_panel(
            column, column.display_stack, window.limits, panel_data.zoom, window.label
        )
        for column, window in zip(panel_data.columns, panel_data.windows, strict=True)
    ]
    if region:
        left = (
            panel_data.image.size[1] - region.column - region.side
            if panel_data.mirrored
            else region.column
        )
        outline = Box(region.row, left, region.side, region.side)
        panels[0] = replace(panels[0], boxes=(outline,))
    bar = label_bar(panel_data.columns)
    return PanelRow("image", tuple(panels), bar, edge_labels=edge_labels)


def label_bar(columns: Sequence[Column]) -> ColorBar | None:
    """Return the legend of a label map: a colour bar with the number of each label.

    Parameters
    ----------
    columns : sequence of Column
        The original first.

    Returns
    -------
    ColorBar or None
        None where the original is no label map.
    """
    labels = columns[0].labels
    if labels is None:
        return None
    return ColorBar(labels, (-0.5, len(labels.ids) - 0.5), "label", "")


def zoom_row(panel_data: PanelData, region: Region, available: tuple[int, int]) -> PanelRow:
    """Return the row of a region, enlarged.

    Parameters
    ----------
    panel_data : PanelData
        The scene.
    region : Region
        In pixels of the original.
    available : tuple of int
        Height and width, in figure pixels, that the enlarged region may have.

    Returns
    -------
    PanelRow
        The region at the largest whole multiple of the scene's zoom that fits.
    """
    factor = max(
        1,
        min(
            side // (region.side * zoom)
            for side, zoom in zip(available, panel_data.zoom, strict=True)
        ),
    )
    enlarged = panel_data.zoom[0] * factor, panel_data.zoom[1] * factor
    panels = []
    for column, window in zip(panel_data.columns, panel_data.windows, strict=True):
        row_grid, column_grid = column.grids
        crop = column.display_stack[
            ...,
            sample_slice(row_grid, region.row, region.side),
            sample_slice(column_grid, region.column, region.side),
        ]
        panels.append(panel_data.column_panel(column, crop, window.limits, enlarged))
    return PanelRow(f"zoom {region}", tuple(panels))


def spectrum_row(panel_data: PanelData, *, boxes: bool) -> PanelRow:
    """Return the row of amplitude spectra, in dB below the strongest of the original.

    Parameters
    ----------
    panel_data : PanelData
        The scene. The mean of each picture is removed before its spectrum is taken.
    boxes : bool
        Whether the new Nyquist frequencies are outlined on the original's spectrum.

    Returns
    -------
    PanelRow
    """
    panels = [spectrum_panel(panel_data, i) for i in range(len(panel_data.columns))]
    if boxes:
        panels[0] = replace(panels[0], boxes=nyquist_boxes(panel_data.columns))
    return PanelRow("spectrum", tuple(panels), _spectrum_bar(panel_data))


def spectrum_panel(panel_data: PanelData, i: int) -> Panel:
    """Return the spectrum of one column, with its Nyquist frequency below.

    Parameters
    ----------
    panel_data : PanelData
        The scene.
    i : int
        The number of the column; 0 is the original.

    Returns
    -------
    Panel
    """
    column, spectrum = panel_data.columns[i], panel_data.spectra[i]
    original_maximum = float(panel_data.spectra[0].max())
    reference = original_maximum if np.isfinite(original_maximum) else float(spectrum.max())
    levels, limits = decibels(spectrum, reference), (FLOOR_DB, 0.0)
    pixels, zoom = apply_colormap(levels, limits, SPECTRUM), column.zoom(panel_data.zoom)
    nyquist = _nyquist_text(column, panel_data.image)
    return Panel(pixels, zoom, nyquist, array=levels, limits=limits)


def _spectrum_bar(panel_data: PanelData) -> ColorBar:
    label = f"dB below {panel_data.spectrum_reference}"
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
    return first if first == second else f"{first}x{second}"


def difference_row(panel_data: PanelData, method: Method) -> PanelRow:
    """Return the row of outputs less the original, on the original's pixels, in register.

    Parameters
    ----------
    panel_data : PanelData
        The scene.
    method : str
        How outputs are interpolated onto the pixels of the original.

    Returns
    -------
    PanelRow
        One scale for all panels, centred on zero.
    """
    original = panel_data.columns[0].grey
    differences = {
        column: column.on_original(method) - original
        for column in panel_data.columns[1:]
        if len(column.grey) == len(original)
    }
    signed = {
        column
        for column, window in zip(panel_data.columns, panel_data.windows, strict=True)
        if window.signed
    }
    # Outputs that are differences themselves are no measure for the scale of the others.
    unsigned = [array for column, array in differences.items() if column not in signed]
    limit = symmetric_limit(unsigned or list(differences.values()))
    limits = (-limit, limit)
    panels: list[Panel | str] = [
        f"output − original,\n{method} on the\noriginal's pixels,\nin register"
    ]
    for column in panel_data.columns[1:]:
        if column not in differences:
            panels.append("other channels\nthan the original")
            continue
        oriented = panel_data.mirror(differences[column])
        pixels = apply_colormap_to_stack(oriented, limits, DIFFERENCE, colour=False)
        panels.append(Panel(pixels, panel_data.zoom, array=oriented, limits=limits))
    bar = ColorBar(DIFFERENCE, limits, "output − original", "", open_ends=True)
    return PanelRow("difference", tuple(panels), bar)


def symmetric_limit(arrays: Sequence[Array]) -> float:
    """Return the end of a scale that is centred on zero, for all arrays together.

    Parameters
    ----------
    arrays : sequence of ndarray
        Real numbers of any shapes; what is not finite is left out.

    Returns
    -------
    float
        The 99.5th percentile of the magnitudes, or their maximum where that is 0; never 0.
    """
    pooled = np.abs(np.concatenate([array.ravel() for array in arrays] or [np.empty(0)]))
    pooled = pooled[np.isfinite(pooled)]
    limit = float(np.percentile(pooled, _DIFFERENCE_PERCENTILE)) if pooled.size else 0.0
    limit = limit or float(pooled.max(initial=0.0)) or 1.0
    return min(max(limit, _COLOR_BAR_LIMITS[0]), _COLOR_BAR_LIMITS[1])


def parse_rows(text: str | Sequence[str] | None, *, zoomed: bool) -> tuple[str, ...]:
    """Read the names of rows.

    Parameters
    ----------
    text : str or sequence of str or None
        Such as `image,spectrum`; None for these two.
    zoomed : bool
        Whether a region was given: then the default has a zoom row as well.

    Returns
    -------
    tuple of str
        Some of `ROWS`, each once.

    Raises
    ------
    UsageError
        For another name, or one that comes twice.
    """
    if text is None:
        return ("image", "zoom", "spectrum") if zoomed else ("image", "spectrum")
    where = f"{argument('rows')} {text!r}"
    rows = as_names(text, where)
    for name in rows:
        if name not in ROWS:
            raise UsageError(
                f"no row is named {name!r}",
                where,
                did_you_mean(name, ROWS, "wanted some of " + ", ".join(ROWS)),
            )
    if len(set(rows)) < len(rows):
        raise UsageError("a row is named twice", where, "name each once")
    return rows
