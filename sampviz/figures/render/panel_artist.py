"""A panel as a matplotlib artist: blocks of whole pixels, straight onto the canvas.

`Axes.imshow` would serve, but costs 20 ms and 100 bytes for each pixel of a panel: axes whose
ticks are hidden, and a resampling in floating point that a whole zoom does not need. Repeating rows
and columns of bytes takes 2 ms and 8 bytes a pixel, and nothing can be resampled by mistake.

Viewers of PDF, SVG and EPS resample pictures as they like, most of them smoothly: from one sample
to the next. So each sample is a block of equal pixels there, too, and what is smoothed is its edge.
"""

from math import ceil, isqrt
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.transforms import Affine2D, Bbox, Transform, TransformedBbox
from numpy.typing import NDArray

from sampviz.figures.panels.colormap import Pixels
from sampviz.figures.style import POINTS_PER_INCH

# Of a block in a vector format. A viewer that enlarges a picture smooths over one of its pixels at
# each edge: the sixteenth part of a sample, or 1/400 inch, which no reader sees. One that makes it
# smaller, as on most screens, mixes samples at their edges only: hence at least 300 dpi.
_BLOCK = 16
_LOW_DPI, _HIGH_DPI = 300, 400
# Of a panel: 6 by 9 inches at 400 dpi. A panel comes near it only if its samples are many, and so
# small or on a poster: up to 720x720 samples a block has 4x4 pixels, whose edges alone are mixed;
# of more than 1448x1448, one is one pixel, of a size that a page does not resolve.
_MOST_PIXELS = 2**23


class PanelArtist(Artist):
    """The pixels of a panel, each as a block of whole figure pixels.

    Parameters
    ----------
    pixels : ndarray of uint8
        (H, W, 3).
    box : Bbox
        Where they are, in the coordinates of `transform`.
    transform : Transform
        Of the figure: takes `box` to the canvas.

    Attributes
    ----------
    samples : Transform
        Takes columns and rows of `pixels` to the canvas.
    sides : Transform
        Takes fractions of the panel, from its lowest left corner, to the canvas.
    """

    zorder = 0

    def __init__(self, pixels: Pixels, box: Bbox, transform: Transform) -> None:
        super().__init__()
        self.pixels = pixels
        self._box = TransformedBbox(box, transform)
        rows, columns = pixels.shape[:2]
        to_box = Affine2D().scale(box.width / columns, -box.height / rows)
        self.samples = to_box.translate(box.x0, box.y1) + transform
        self.sides = Affine2D().scale(box.width, box.height).translate(box.x0, box.y0) + transform

    def get_window_extent(self, renderer: Any = None) -> Bbox:
        """Return where it is on the canvas, in pixels."""
        return Bbox(self._box.get_points())

    def draw(self, renderer: Any) -> None:
        """Draw the pixels as blocks: in vector formats small ones, which the viewer enlarges."""
        context, box = renderer.new_gc(), self._box
        if renderer.option_scale_image():
            rows, columns = self.pixels.shape[:2]
            inch = renderer.points_to_pixels(POINTS_PER_INCH)
            down, across = block_size(
                (rows, columns), (box.height / rows / inch, box.width / columns / inch)
            )
            if self.figure.canvas.get_default_filetype() == "ps":
                down, across = 1, 1  # blocks are made in `figures.render.eps`
            blocks = self.pixels.repeat(down, axis=0).repeat(across, axis=1)
            upright = Affine2D().scale(box.width, -box.height).translate(0, box.height)
            renderer.draw_image(context, box.x0, box.y0, blocks, upright)
        else:
            # Renderers count rows from the lowest.
            blocks = _enlarge(_opaque(self.pixels[::-1]), round(box.height), round(box.width))
            renderer.draw_image(context, round(box.x0), round(box.y0), blocks)
        context.restore()
        self.stale = False


def block_size(size: tuple[int, int], inches: tuple[float, float]) -> tuple[int, int]:
    """Return how many pixels a sample has in a vector format.

    Parameters
    ----------
    size : tuple of int
        Rows and columns of samples.
    inches : tuple of float
        Height and width of a sample on the page.

    Returns
    -------
    tuple of int
        Rows and columns: 16, but no fewer than 300 and no more than 400 an inch. Of a panel that
        would have more than 2^23 pixels fewer, down to one a sample.

    Examples
    --------
    >>> block_size((48, 64), (1 / 24, 1 / 24))
    (16, 16)
    >>> block_size((256, 256), (1 / 128, 1 / 128))
    (4, 4)
    """
    down, across = (
        max(1, min(ceil(_HIGH_DPI * side), max(_BLOCK, ceil(_LOW_DPI * side)))) for side in inches
    )
    if size[0] * down * size[1] * across <= _MOST_PIXELS:
        return down, across
    most = max(1, isqrt(_MOST_PIXELS // (size[0] * size[1])))
    return min(down, most), min(across, most)


def _opaque(pixels: Pixels) -> NDArray[np.uint8]:
    """Return the pixels with alpha, as matplotlib's renderers want them."""
    rgba = np.full((*pixels.shape[:2], 4), 255, np.uint8)
    rgba[..., :3] = pixels
    return rgba


def _enlarge(pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Return the pixels with rows and columns repeated until they fill a size."""
    rows, columns = pixels.shape[:2]
    widened = pixels.view(np.uint32)[..., 0][:, np.arange(width) * columns // width]
    return widened[np.arange(height) * rows // height].view(np.uint8).reshape(height, width, 4)
