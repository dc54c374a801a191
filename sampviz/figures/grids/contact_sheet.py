"""A contact sheet: thumbnails of figures with their names, to find one by."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from sampviz.dsp.resampling_weights import area
from sampviz.figures.layout.arrange import arrange
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.options import SCREEN_DPI
from sampviz.figures.panels.colormap import Pixels
from sampviz.figures.panels.panel import Panel, PanelRow
from sampviz.figures.render.render import draw_sheet
from sampviz.figures.render.save import figure_pixels
from sampviz.figures.style import TextSize

_WIDTH = 600  # px of a thumbnail
_COLUMNS = 2
_POINTS = 8.0


def contact_sheet(figures: Mapping[str, Figure], title: str) -> Figure:
    """Draw figures as thumbnails.

    Parameters
    ----------
    figures : mapping of str to Figure
        By the names that are written above them.
    title : str
        Stands at the top.

    Returns
    -------
    Figure
        Two thumbnails a row, 600 px wide; each of their pixels is a mean over its area.
    """
    panels = [Panel(_thumbnail(figure), (1, 1)) for figure in figures.values()]
    spacing = Spacing(TextSize(_POINTS, SCREEN_DPI), edge_labels=False, tick_text="")
    sheet = arrange(
        [PanelRow("", tuple(panels))],
        [(name,) for name in figures],
        title,
        [],
        spacing,
        columns=_COLUMNS,
        width=None,
    )
    return draw_sheet(sheet, spacing)


def _thumbnail(figure: Figure) -> Pixels:
    pixels = figure_pixels(figure).astype(np.float32)
    h, w = pixels.shape[:2]
    planes = pixels.transpose(2, 0, 1)
    for axis, size_before, size_after in ((-2, h, max(1, round(h * _WIDTH / w))), (-1, w, _WIDTH)):
        if size_after < size_before:
            planes = area(size_before, size_after).along(planes, axis)
    return np.rint(planes.transpose(1, 2, 0)).astype(np.uint8)
