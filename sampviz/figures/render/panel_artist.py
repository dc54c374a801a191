"""A panel as an artist: blocks of whole pixels, straight onto the page.

`Axes.imshow` would serve, but costs 20 ms and 100 bytes for each pixel of a panel: axes with ticks
that nobody sees, and a resampling in floating point that a whole zoom does not need. Repeating rows
and columns of bytes takes 2 ms and 8 bytes a pixel, and nothing can be resampled by mistake.
"""

from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.transforms import Affine2D, Bbox, Transform, TransformedBbox
from numpy.typing import NDArray

from sampviz.figures.panels.colormap import Pixels


class PanelArtist(Artist):
    """Pixels (H, W, 3) on a box of the figure; `samples` takes columns and rows to the page."""

    zorder = 0

    def __init__(self, pixels: Pixels, box: Bbox, page: Transform) -> None:
        super().__init__()
        self.pixels = pixels
        self._box = TransformedBbox(box, page)
        rows, columns = pixels.shape[:2]
        onto = Affine2D().scale(box.width / columns, -box.height / rows)
        self.samples = onto.translate(box.x0, box.y1) + page
        self.sides = Affine2D().scale(box.width, box.height).translate(box.x0, box.y0) + page

    def get_window_extent(self, renderer: Any = None) -> Bbox:
        """Return where it is on the page, in pixels."""
        return Bbox(self._box.get_points())

    def draw(self, renderer: Any) -> None:
        """Draw the pixels: as they are in PDF and SVG, which enlarge them; as blocks in PNG."""
        context, box = renderer.new_gc(), self._box
        if renderer.option_scale_image():
            upright = Affine2D().scale(box.width, -box.height).translate(0, box.height)
            renderer.draw_image(context, box.x0, box.y0, _opaque(self.pixels), upright)
        else:
            # Renderers count rows from the lowest.
            blocks = _blocks(_opaque(self.pixels[::-1]), round(box.height), round(box.width))
            renderer.draw_image(context, round(box.x0), round(box.y0), blocks)
        context.restore()
        self.stale = False


def _opaque(pixels: Pixels) -> NDArray[np.uint8]:
    """Return the pixels with alpha, as matplotlib's renderers want them."""
    found = np.full((*pixels.shape[:2], 4), 255, np.uint8)
    found[..., :3] = pixels
    return found


def _blocks(pixels: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Return the pixels with each row and column so often that they fill the size."""
    rows, columns = pixels.shape[:2]
    along = pixels.view(np.uint32)[..., 0][:, np.arange(width) * columns // width]
    return along[np.arange(height) * rows // height].view(np.uint8).reshape(height, width, 4)
