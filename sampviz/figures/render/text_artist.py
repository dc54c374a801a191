"""Words whose pixels are kept: those of a figure are mostly those of the figure before it.

Matplotlib lays out and paints every letter of every figure anew: 40 of 90 ms of a small one.
"""

from math import ceil, floor
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from numpy.typing import NDArray

from sampviz.core.bounded_cache import bounded_cache
from sampviz.figures.style import POINTS_PER_INCH

_LARGEST = 2**16  # square pixels of letters
_PARTS = 64  # of a pixel: no finer are places of letters
_EDGE = 2  # pixels around words: antialiasing


class CachedText(Text):
    """A line of text. In PDF and SVG it stays text."""

    def draw(self, renderer: Any) -> None:
        """Draw the line, in PNG from the pixels that are kept."""
        font, figure = self.get_fontproperties(), self.get_figure(root=True)
        assert figure
        letter = font.get_size_in_points() * figure.dpi / POINTS_PER_INCH
        if not isinstance(renderer, RendererAgg) or len(self.get_text()) * letter**2 > _LARGEST:
            super().draw(renderer)
            return
        # Rounded whether kept or not: the pixels depend on nothing that was drawn before.
        place = np.rint(self.get_transform().transform(self.get_position()) * _PARTS) / _PARTS
        whole = np.floor(place)
        pixels, left, bottom = _painted(
            self.get_text(),
            font,
            self.get_color(),
            self.get_horizontalalignment(),
            self.get_verticalalignment(),
            self.get_rotation(),
            figure.dpi,
            tuple(place - whole),
        )
        context = renderer.new_gc()
        renderer.draw_image(context, int(whole[0]) + left, int(whole[1]) + bottom, pixels)
        context.restore()
        self.stale = False


@bounded_cache(2**25)
def _painted(
    text: str,
    font: FontProperties,
    colour: Any,
    across: Any,
    up: Any,
    rotation: float,
    dpi: float,
    part: tuple[float, float],
) -> tuple[NDArray[np.uint8], int, int]:
    """Return pixels (H, W, 4) from the lowest row on, and where these begin from a place."""
    line = Text(
        0,
        0,
        text,
        fontproperties=font,
        color=colour,
        ha=across,
        va=up,
        rotation=rotation,
        parse_math=False,
    )
    line.set_figure(Figure(dpi=dpi))
    box = line.get_window_extent(RendererAgg(1, 1, dpi))
    left, bottom = floor(box.x0) - _EDGE, floor(box.y0) - _EDGE
    width, height = ceil(box.x1) + _EDGE - left, ceil(box.y1) + _EDGE - bottom
    line.set_position((part[0] - left, part[1] - bottom))
    page = RendererAgg(width, height, dpi)
    line.draw(page)
    return np.asarray(page.buffer_rgba(), np.uint8)[::-1].copy(), left, bottom
