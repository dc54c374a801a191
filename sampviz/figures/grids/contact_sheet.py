"""A contact sheet: small pictures of figures, to find one by."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from sampviz.dsp.resampling_weights import area
from sampviz.figures.layout.sheet import Spacing, arrange
from sampviz.figures.layout.zoom import DPI
from sampviz.figures.panels.colormap import Pixels
from sampviz.figures.panels.panel import Panel, PanelRow
from sampviz.figures.render.render import draw_sheet
from sampviz.figures.render.save import figure_pixels
from sampviz.figures.style import TextSize

_WIDTH = 600  # px of a small picture
_COLUMNS = 2


def contact_sheet(figures: Mapping[str, Figure], title: str) -> Figure:
    """Return a figure of small pictures, each the mean over the area of its pixels, with names."""
    panels = [Panel(_small(figure), (1, 1)) for figure in figures.values()]
    measures = Spacing(TextSize(8.0, DPI), letters=False, ticks="")
    sheet = arrange(
        [PanelRow("", tuple(panels))],
        [(name,) for name in figures],
        title,
        [],
        measures,
        columns=_COLUMNS,
        width=None,
    )
    return draw_sheet(sheet, measures)


def _small(figure: Figure) -> Pixels:
    pixels = figure_pixels(figure).astype(np.float32)
    h, w = pixels.shape[:2]
    planes = pixels.transpose(2, 0, 1)
    for axis, old, new in ((-2, h, max(1, round(h * _WIDTH / w))), (-1, w, _WIDTH)):
        if new < old:
            planes = area(old, new).along(planes, axis)
    return np.rint(planes.transpose(1, 2, 0)).astype(np.uint8)
