"""The flat-field row: the response of a chain to a constant image.

A chain that keeps a constant constant shows 1 everywhere. Transposed convolution and unpooling do
not: their overlap (checkerboard) pattern lies on everything that they make.
"""

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.colormap import apply_colormap
from sampviz.figures.panels.panel import ColorBar, Panel, PanelRow
from sampviz.figures.panels.panel_data import PanelData

_SIDE = 6  # samples that are drawn, along each axis
_COLORMAP = "cividis"


def flat_field_row(panel_data: PanelData) -> PanelRow:
    """Return the row of responses to an image of all 1, with their values written on them.

    Parameters
    ----------
    panel_data : PanelData
        The scene.

    Returns
    -------
    PanelRow
        6 x 6 samples from the middle of each response, on one scale for all panels; where all of
        them are equal a text says so.
    """
    crops = {
        column: _central_crop(evaluation) for column, evaluation in panel_data.evaluations.items()
    }
    low = min(0.0, *(float(crop.min()) for crop in crops.values()))
    high = max(float(crop.max()) for crop in crops.values())
    limits = (low, high if high > low else low + 1)
    original = panel_data.columns[0]
    part = panel_data.crop
    size = (part.height, part.width) if part else original.size
    side = min(n * z for n, z in zip(size, panel_data.zoom, strict=True))
    zoom = max(1, side // _SIDE)
    panels: list[Panel | str] = ["what the chain\nmakes of all 1"]
    for crop in crops.values():
        values = [f"{value:.3g}" for value in crop.flat]
        if len(set(values)) == 1:
            panels.append(f"all {values[0]}")
            continue
        white = crop < sum(limits) / 2
        digits = tuple((value, bool(w)) for value, w in zip(values, white.flat, strict=True))
        pixels = apply_colormap(crop, limits, _COLORMAP)
        panels.append(Panel(pixels, (zoom, zoom), digits=digits, array=crop, limits=limits))
    has_panels = any(isinstance(panel, Panel) for panel in panels)
    bar = ColorBar(_COLORMAP, limits, "flat 1 becomes", "") if has_panels else None
    return PanelRow("flat", tuple(panels), bar)


def _central_crop(evaluation: Evaluation) -> Array:
    """Return samples of the response, from the start of a period on: patterns start alike."""
    original = evaluation.original.array
    response = evaluation.run(np.ones(original.shape, original.real.dtype)).real
    plane = response.reshape(-1, *response.shape[-2:])[0]
    starts = []
    for n, coarsest, step in zip(plane.shape, evaluation.coarsest, evaluation.steps, strict=True):
        period = max(1, round(coarsest / step))
        starts.append(n // 2 // period * period)
    row, column = starts
    return plane[row : row + _SIDE, column : column + _SIDE]
