"""A panel as a matplotlib artist: blocks of whole pixels, straight onto the canvas.

`Axes.imshow` would serve, but costs 20 ms and 100 bytes for each pixel of a panel: axes whose
ticks are hidden, and a resampling in floating point that a whole zoom does not need. Repeating rows
and columns of bytes takes 2 ms and 8 bytes a pixel, and nothing can be resampled by mistake.
"""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.transforms import Affine2D, Bbox, Transform, TransformedBbox
from numpy.typing import NDArray

from sampviz.figures.panels.colormap import Pixels


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
        """Draw the pixels: as they are in PDF and SVG, which enlarge them; as blocks in PNG."""
        context, box = renderer.new_gc(), self._box
        if renderer.option_scale_image():
            upright = Affine2D().scale(box.width, -box.height).translate(0, box.height)
            renderer.draw_image(context, box.x0, box.y0, _opaque(self.pixels), upright)
        else:
            # Renderers count rows from the lowest.
            blocks = _enlarge(_opaque(self.pixels[::-1]), round(box.height), round(box.width))
            renderer.draw_image(context, round(box.x0), round(box.y0), blocks)
        context.restore()
        self.stale = False


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
