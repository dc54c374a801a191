"""The rows of a comparison that show pictures: image, zoom and difference.

Each function makes a `PanelRow` of a scene's `PanelData`. Spectra are in `spectrum_rows`, the
enlarged region with its errors in `detail_rows`, rows about aliasing in `alias_rows`, the response
to a constant in `flat_field_row`.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.interpolate import Method
from sampviz.figures.panels.colormap import (
    DIFFERENCE,
    apply_colormap_to_stack,
)
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.panel import Box, ColorBar, EdgeLabels, Panel, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.zoom_region import Region

# Differences saturate beyond this percentile, or one bright pixel would hide all others.
_DIFFERENCE_PERCENTILE = 99.5
# Beyond these matplotlib draws no colour bar, or another one.
_COLOR_BAR_LIMITS = (1e-280, 1e300)


def image_row(
    panel_data: PanelData,
    region: Region | None,
    edge_labels: EdgeLabels | None,
    *,
    boxes_on_all: bool = False,
    places: bool = False,
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
    boxes_on_all : bool
        Whether the region is outlined on the outputs too: the samples that show it.
    places : bool
        Whether it stands below which slices of a volume they are.

    Returns
    -------
    PanelRow
    """
    panels = []
    for i, (column, window) in enumerate(zip(panel_data.columns, panel_data.windows, strict=True)):
        view = panel_data.crop.crop(column) if panel_data.crop else column
        cut = panel_data.cut if places else None
        below = "\n".join(filter(None, (window.label, cut.place_text(i) if cut else "")))
        panel = panel_data.column_panel(
            view, view.display_stack, window.limits, panel_data.zoom, below
        )
        if region and (i == 0 or boxes_on_all):
            panel = replace(panel, boxes=(_outline(panel_data, region, column),))
        panels.append(panel)
    bar = label_bar(panel_data.columns)
    return PanelRow("image", tuple(panels), bar, edge_labels=edge_labels)


def _outline(panel_data: PanelData, region: Region, column: Column) -> Box:
    """Return the box around the samples of a column that show a region."""
    rows, columns = region.slices(column)
    shown = panel_data.crop.slices(column) if panel_data.crop else None
    first_row, first_column = (shown[0].start, shown[1].start) if shown else (0, 0)
    width = (shown[1].stop - shown[1].start) if shown else column.size[1]
    top, left = rows.start - first_row, columns.start - first_column
    height, length = rows.stop - rows.start, columns.stop - columns.start
    return Box(top, width - left - length if panel_data.mirrored else left, height, length)


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
            side // (pixels * zoom)
            for side, pixels, zoom in zip(
                available, (region.height, region.width), panel_data.zoom, strict=True
            )
        ),
    )
    enlarged = panel_data.zoom[0] * factor, panel_data.zoom[1] * factor
    panels = []
    for column, window in zip(panel_data.columns, panel_data.windows, strict=True):
        part = region.crop(column)
        panels.append(panel_data.column_panel(part, part.display_stack, window.limits, enlarged))
    return PanelRow(f"zoom {region}", tuple(panels), region_text=region.text)


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
    word = "as cells" if method == "cells" else method
    panels: list[Panel | str] = [
        f"output − original,\n{word} on the\noriginal's pixels,\nin register"
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
