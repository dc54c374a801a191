"""A contact sheet: thumbnails of figures with their names, to find one by."""

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure

from sampviz.dsp.resampling_weights import area
from sampviz.figures.layout.sheet import PlacedPanel, Sheet, TextBlock
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.options import SCREEN_DPI
from sampviz.figures.panels.colormap import Pixels
from sampviz.figures.panels.panel import Panel
from sampviz.figures.render.render import draw_sheet
from sampviz.figures.render.save import figure_pixels
from sampviz.figures.style import TextSize

_WIDTH = 800  # px of a thumbnail
_COLUMNS = 3
_POINTS = 10.0


def contact_sheet(figures: Mapping[str, Figure], descriptions: Mapping[str, str]) -> Figure:
    """Draw figures as thumbnails.

    Parameters
    ----------
    figures : mapping of str to Figure
        By their names, in the order in which they are read.
    descriptions : mapping of str to str
        Of each a line, which stands below its name.

    Returns
    -------
    Figure
        Thumbnails 800 px wide in three columns, each of their pixels a mean over its area. Every
        figure stands below the others of its column, without holes: in the column that ends first.
    """
    spacing = Spacing(TextSize(_POINTS, SCREEN_DPI), edge_labels=False, tick_text="")
    text_size, line = spacing.text_size, spacing.text_size.line
    count = min(_COLUMNS, len(figures))
    sheet = Sheet(count * (_WIDTH + line) + line)
    ends = [line] * count
    for name, figure in figures.items():
        column = ends.index(min(ends))
        x, y = line + column * (_WIDTH + line), ends[column]
        lines = tuple(text_size.wrap(descriptions.get(name, ""), _WIDTH))
        panel = Panel(_thumbnail(figure), (1, 1), name=name)
        sheet.texts.append(TextBlock(x, y, (name,), bold=True))
        sheet.texts.append(TextBlock(x, y + line, lines))
        top = y + line * (1 + len(lines)) + line // 4
        sheet.panels.append(PlacedPanel(panel, x, top))
        ends[column] = top + panel.size[0] + line
    sheet.height = max(ends)
    return draw_sheet(sheet, spacing)


def _thumbnail(figure: Figure) -> Pixels:
    pixels = figure_pixels(figure).astype(np.float32)
    h, w = pixels.shape[:2]
    planes = pixels.transpose(2, 0, 1)
    for axis, size_before, size_after in ((-2, h, max(1, round(h * _WIDTH / w))), (-1, w, _WIDTH)):
        if size_after < size_before:
            planes = area(size_before, size_after).along(planes, axis)
    return np.rint(planes.transpose(1, 2, 0)).astype(np.uint8)
