"""What a chain makes of a flat image: the pattern that it draws on everything."""

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.colormap import apply_colormap
from sampviz.figures.panels.panel import Bar, Panel, PanelRow
from sampviz.figures.panels.picture_rows import PanelData

_SIDE = 6  # samples that are shown
_MAP = "cividis"


def flat_field_row(pictures: PanelData) -> PanelRow:
    """The middle of the answer to all 1, as numbers: of transposed convolution the overlap."""
    crops = {view: _middle(trial) for view, trial in pictures.trials.items()}
    low = min(0.0, *(float(crop.min()) for crop in crops.values()))
    high = max(float(crop.max()) for crop in crops.values())
    limits = (low, high if high > low else low + 1)
    side = min(n * z for n, z in zip(pictures.views[0].size, pictures.zoom, strict=True))
    zoom = max(1, side // _SIDE)
    panels: list[Panel | str] = ["what the chain\nmakes of all 1"]
    for crop in crops.values():
        white = crop < sum(limits) / 2
        digits = tuple((f"{v:.3g}", bool(w)) for v, w in zip(crop.flat, white.flat, strict=True))
        pixels = apply_colormap(crop, limits, _MAP)
        panels.append(Panel(pixels, (zoom, zoom), digits=digits, array=crop, limits=limits))
    return PanelRow("flat", tuple(panels), Bar(_MAP, limits, "flat 1 becomes", ""))


def _middle(trial: Evaluation) -> Array:
    """Return some samples of the answer, from the start of a period on: patterns start alike."""
    original = trial.original.array
    flat = trial.run(np.ones(original.shape, original.real.dtype)).real
    flat = flat.reshape(-1, *flat.shape[-2:])[0]
    starts = []
    for n, coarsest, step in zip(flat.shape, trial.coarsest, trial.steps, strict=True):
        period = max(1, round(coarsest / step))
        starts.append(n // 2 // period * period)
    down, along = starts
    return flat[down : down + _SIDE, along : along + _SIDE]
