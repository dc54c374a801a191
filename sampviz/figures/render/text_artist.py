"""Texts whose pixels are cached: most texts of a figure stand on the figure before it too.

Matplotlib lays out and draws every letter of every figure anew: 40 of 90 ms of a small one.
"""

from functools import lru_cache
from math import ceil, floor
from threading import get_ident
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from numpy.typing import NDArray

from sampviz.core.bounded_cache import bounded_cache
from sampviz.figures.style import POINTS_PER_INCH

_LARGEST = 2**16  # square pixels of letters: longer texts are not cached
_SUBPIXELS = 64  # positions of a text in a pixel: so many images of it there may be
_EDGE = 2  # pixels around a text: antialiasing
_SHEET = 1024, 256  # width and height of what texts are measured and drawn on, if they fit


class CachedText(Text):
    """A line of text whose pixels are cached; the parameters are those of `matplotlib.text.Text`.

    In PDF, SVG and EPS it stays text.
    """

    def draw(self, renderer: Any) -> None:
        """Draw the line, in PNG from the cached pixels."""
        font, figure = self.get_fontproperties(), self.get_figure(root=True)
        assert figure
        letter_height = font.get_size_in_points() * figure.dpi / POINTS_PER_INCH
        if (
            not isinstance(renderer, RendererAgg)
            or not self.get_visible()
            or self.get_alpha() is not None
            or self.get_bbox_patch()
            or len(self.get_text()) * letter_height**2 > _LARGEST
        ):
            super().draw(renderer)
            return
        # Rounded whether cached or not: the pixels depend on nothing that was drawn before.
        position = (
            np.rint(self.get_transform().transform(self.get_position()) * _SUBPIXELS) / _SUBPIXELS
        )
        whole_pixels = np.floor(position)
        pixels, left, bottom = _text_pixels(
            self.get_text(),
            font,
            self.get_color(),
            self.get_horizontalalignment(),
            self.get_verticalalignment(),
            self.get_rotation(),
            figure.dpi,
            tuple(position - whole_pixels),
        )
        context = renderer.new_gc()
        renderer.draw_image(
            context, int(whole_pixels[0]) + left, int(whole_pixels[1]) + bottom, pixels
        )
        context.restore()
        self.stale = False


@bounded_cache(2**25)
def _text_pixels(
    text: str,
    font: FontProperties,
    colour: Any,
    horizontal_alignment: Any,
    vertical_alignment: Any,
    rotation: float,
    dpi: float,
    fraction: tuple[float, float],
) -> tuple[NDArray[np.uint8], int, int]:
    """Return pixels (H, W, 4) from the lowest row on, and their offset in x and y.

    `fraction` is the position of the text in its pixel, x and y, 0..1.
    """
    line = Text(
        0,
        0,
        text,
        fontproperties=font,
        color=colour,
        ha=horizontal_alignment,
        va=vertical_alignment,
        rotation=rotation,
        parse_math=False,
    )
    figure, renderer = _sheet(dpi, get_ident())
    line.set_figure(figure)
    box = line.get_window_extent(renderer)
    left, bottom = floor(box.x0) - _EDGE, floor(box.y0) - _EDGE
    width, height = ceil(box.x1) + _EDGE - left, ceil(box.y1) + _EDGE - bottom
    line.set_position((fraction[0] - left, fraction[1] - bottom))
    if width > _SHEET[0] or height > _SHEET[1]:
        renderer = RendererAgg(width, height, dpi)
    renderer.clear()
    line.draw(renderer)
    pixels = np.asarray(renderer.buffer_rgba(), np.uint8)[::-1]
    return pixels[:height, :width].copy(), left, bottom


@lru_cache(4)
def _sheet(dpi: float, thread: int) -> tuple[Figure, RendererAgg]:
    """Return an empty figure and a renderer of a thread, which keeps how large texts are."""
    return Figure(dpi=dpi), RendererAgg(*_SHEET, dpi)
