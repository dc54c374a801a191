"""The row of one lesion that is put into the image: what each chain makes of it."""

import numpy as np

from sampviz.analysis.detection.chain_levels import ChainLevels
from sampviz.analysis.detection.drawn import DrawnSetting, drawn_kept
from sampviz.analysis.detection.one_lesion import OneLesion
from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.cell_blocks import cell_blocks
from sampviz.figures.panels.colormap import apply_colormap
from sampviz.figures.panels.panel import Panel, PanelRow
from sampviz.figures.panels.panel_data import PanelData

_SIDE = 9.0  # of the part that is shown, in diameters
_STEPS = 7.0  # and at least so many of the coarsest steps


def lesion_row(panel_data: PanelData, inserted: OneLesion, width: int) -> PanelRow:
    """Return the row of a lesion, with the contrast kept under each panel.

    Parameters
    ----------
    panel_data : PanelData
        The scene: a plane of one channel.
    inserted : OneLesion
        What is put into the image.
    width : int
        Of a panel, at most, in figure pixels.

    Returns
    -------
    PanelRow
        The part about the lesion, in the grey window of the images.
    """
    image = panel_data.image
    one, contrast = inserted.on(image)
    array = image.array.copy()
    array[one.box] += (contrast * one.shares).astype(array.dtype)
    start, shape, zoom = _part(panel_data, inserted, width)
    panels: list[Panel | str] = []
    for column, window in zip(panel_data.columns, panel_data.windows, strict=True):
        output, text = array, inserted.short
        if column.chain:
            levels = ChainLevels.of(column.chain, 1, image.size, image.spacing)
            output = levels.run(array)[0]
            if output.shape != levels.sizes[0]:
                panels.append("it makes other channels")
                continue
            setting = DrawnSetting(levels, image.array, (contrast,), 0.0, 0, None, stacks=False)
            kept = float(drawn_kept(setting, one)[0, 0])
            text = f"contrast {round(100 * kept)} %" if np.isfinite(kept) else "undefined"
        blocks: Array = panel_data.mirror(cell_blocks(output, column.grids, start, shape, zoom))
        pixels = apply_colormap(blocks, window.limits, panel_data.colormap)
        panels.append(Panel(pixels, (1, 1), text, array=blocks, limits=window.limits))
    return PanelRow("lesion", tuple(panels))


def _part(
    panel_data: PanelData, inserted: OneLesion, width: int
) -> tuple[list[int], list[int], tuple[int, int]]:
    """Return the first row and column of what is shown, its sides in pixels, and the zoom."""
    image = panel_data.image
    spacing = inserted.spacing(image)
    steps = [
        max(float(column.grids[-2:][axis].step) for column in panel_data.columns) for axis in (0, 1)
    ]
    needed = max(
        _SIDE * inserted.diameter,
        *(_STEPS * step * mm for step, mm in zip(steps, spacing, strict=True)),
    )
    start, shape = [], []
    for c, n, mm in zip(inserted.centre, image.size, spacing, strict=True):
        side = min(n, round(needed / mm))
        start.append(min(max(round(c - side / 2), 0), n - side))
        shape.append(side)
    across = max(1, width // shape[1])
    down, right = image.spacing or (1.0, 1.0)
    return start, shape, (max(1, round(across * down / right)), across)
