"""Largest and smallest of windows.

2x2: rows first, then the even and odd columns of what is left. The first pass reads contiguous
rows and halves them; the second runs over half as many pixels, brought side by side. 256x256 px:
from 73 to 30 us.

Wider windows: OpenCV's dilation, of which every second pixel is kept. Beyond the edge it repeats
the last pixel, which every window there has in it anyway. It drops NaN, where numpy and torch
keep it: the windows that see one are marked. 256x256 px, 3x3 step 2: from 166 to 35 us.
"""

import cv2
import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.fast.bands import by_bands, by_planes
from sampviz.arrays.fast.filters import are_kept, keep
from sampviz.arrays.fast.halves import Rows
from sampviz.arrays.window import Fits

_MOST_SIDE = 15


def extremes(x: Array, choose: np.ufunc, fits: Fits) -> Array | None:
    """Return the extreme of every window of float32 planes."""
    if all(fit.k == fit.s == 2 and not fit.before and not fit.reach for fit in fits):
        return _of_pairs(x, choose, fits)
    if are_kept(fits) and max(fits[0].k, fits[1].k) <= _MOST_SIDE:
        return _of_windows(x, choose, fits)
    return None


def _of_pairs(x: Array, choose: np.ufunc, fits: Fits) -> Array:
    down, along = fits

    def kernel(plane: Array, out: Array, first: int) -> None:
        pairs = plane[2 * first : 2 * (first + len(out)), : 2 * along.count]
        rows = Rows(len(out), 2 * along.count)
        choose(pairs[::2], pairs[1::2], out=rows.all)
        choose(rows.even, rows.odd, out=out)

    return by_bands(kernel, x, (down.count, along.count))


def _of_windows(x: Array, choose: np.ufunc, fits: Fits) -> Array:
    down, along = fits
    largest = choose is np.maximum
    spread = cv2.dilate if largest else cv2.erode
    window = np.ones((down.k, along.k), np.uint8)
    anchor = along.before, down.before

    def work(plane: Array, out: Array) -> None:
        keep(spread(plane, window, anchor=anchor, borderType=cv2.BORDER_REPLICATE), out, fits)
        unknown = np.isnan(plane)
        if unknown.any():
            seen = cv2.boxFilter(
                unknown.view(np.uint8),
                -1,
                window.shape[::-1],
                anchor=anchor,
                normalize=False,
                borderType=cv2.BORDER_REPLICATE,
            )
            seen = seen[:: down.s, :: along.s][: down.count, : along.count]
            out[np.ascontiguousarray(seen) > 0] = np.nan

    return by_planes(work, x, (down.count, along.count))
