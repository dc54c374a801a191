"""Figures of few colours as pages of an animation: a palette holds every colour exactly."""

from collections.abc import Iterable

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sampviz.core.errors import UsageError, argument
from sampviz.figures.render.save import figure_pixels

MOST_BYTES = 2**28  # of all pages
_LEVELS = 16  # of red, green and blue: letters have soft edges, of which a palette holds so many
_STEP = 255 // (_LEVELS - 1)


def quantize_exact(figures: Iterable[Figure]) -> tuple[list[NDArray[np.uint8]], NDArray[np.uint8]]:
    """Return a page (H, W) of rows of the palette for every figure, and the palette, (256, 3).

    Colours are rounded to 16 levels of each primary. UsageError if the pages are too large.
    """
    codes = []
    size = 0
    for figure in figures:
        codes.append(_codes(figure))
        size += codes[-1].size
        if size > MOST_BYTES:
            raise UsageError(
                f"the frames have more than {MOST_BYTES / 2**20:.0f} MiB",
                "the animation",
                f"take a smaller input, or a file for each step with {argument('frames')}",
            )
    used = np.unique(np.concatenate([np.unique(page) for page in codes]))
    assert len(used) <= 256, "a blackboard has few colours"
    palette = np.zeros((256, 3), np.uint8)
    levels = used[:, None] // np.array([_LEVELS**2, _LEVELS, 1]) % _LEVELS
    palette[: len(used)] = levels * _STEP
    return [np.searchsorted(used, page).astype(np.uint8) for page in codes], palette


def _codes(figure: Figure) -> NDArray[np.uint16]:
    """Paint a figure; return a number for the colour of each pixel."""
    pixels = figure_pixels(figure).astype(np.uint16)
    red, green, blue = np.moveaxis((pixels + _STEP // 2) // _STEP, -1, 0)
    return (red * _LEVELS + green) * _LEVELS + blue
