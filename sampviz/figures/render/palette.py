"""Figures of few colours as frames of a GIF: one palette that holds every colour exactly.

A palette that is fitted to each frame, and dithering, would change colours from frame to frame.
"""

from collections.abc import Iterable

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sampviz.core.errors import UsageError, argument
from sampviz.figures.render.save import figure_pixels

MOST_BYTES = 2**28  # of all frames
_LEVELS = 16  # of red, green and blue: letters have soft edges, of which a palette holds so many
_STEP = 255 // (_LEVELS - 1)


def quantize_exact(figures: Iterable[Figure]) -> tuple[list[NDArray[np.uint8]], NDArray[np.uint8]]:
    """Draw figures as frames that share a palette.

    Parameters
    ----------
    figures : iterable of Figure
        With at most 256 colours in all, once rounded to 16 levels of red, green and blue.

    Returns
    -------
    frames : list of ndarray of uint8
        (H, W) for each figure: rows of the palette.
    palette : ndarray of uint8
        (256, 3).

    Raises
    ------
    UsageError
        If the frames are too large.
    """
    codes = []
    size = 0
    for figure in figures:
        codes.append(_color_codes(figure))
        size += codes[-1].size
        if size > MOST_BYTES:
            raise UsageError(
                f"the frames have more than {MOST_BYTES / 2**20:.0f} MiB",
                "the animation",
                f"take a smaller input, or a file for each step with {argument('frames')}",
            )
    used_codes = np.unique(np.concatenate([np.unique(frame) for frame in codes]))
    assert len(used_codes) <= 256, "a figure of number grids has few colours"
    palette = np.zeros((256, 3), np.uint8)
    levels = used_codes[:, None] // np.array([_LEVELS**2, _LEVELS, 1]) % _LEVELS
    palette[: len(used_codes)] = levels * _STEP
    return [np.searchsorted(used_codes, frame).astype(np.uint8) for frame in codes], palette


def _color_codes(figure: Figure) -> NDArray[np.uint16]:
    """Draw a figure; return a number for the colour of each pixel, (H, W)."""
    pixels = figure_pixels(figure).astype(np.uint16)
    red, green, blue = np.moveaxis((pixels + _STEP // 2) // _STEP, -1, 0)
    return (red * _LEVELS + green) * _LEVELS + blue
