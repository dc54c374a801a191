"""Binomial filters of 2 to 7 taps, step 2, made of the three that OpenCV has ready-made.

[1 2 1] is its GaussianBlur of 3 taps, [1 4 6 4 1] its pyrDown, which computes only what is kept,
and [1 1] the halving of an image by areas. The others are products of these, and an even
extension of the image at its edges stays even under an even filter, so that the products are
exact at the borders as well. 256x256 px: 3 taps from 316 to 25 us, 4 from 373 to 30, 5 from
413 to 15, 7 from 465 to 37. Of volumes slices are summed first, then rows where that is faster.
"""

import sys
from collections.abc import Callable

import cv2

from sampviz.dsp.dtypes import Array, DType, FastPath
from sampviz.dsp.fast.block_resample import halve
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.deinterleave import even_samples
from sampviz.dsp.fast.row_tiles import map_images
from sampviz.dsp.fast.separable_filter import keeps_every_second, separable_filter
from sampviz.dsp.fast.slices import slab_sums, window_terms
from sampviz.dsp.fast.tall_planes import over_slices, tall_plane
from sampviz.dsp.filter_taps import binomial
from sampviz.dsp.grid import Size
from sampviz.dsp.sliding_window import WindowLayouts

_MIRROR = cv2.BORDER_REFLECT_101
# Samples of a row, up to which these filters are slower than sums of rows.
_SHORT = {2: 128, 3: sys.maxsize, 4: sys.maxsize, 5: 0, 6: 128, 7: 128}


def binomial_filter(layouts: WindowLayouts, dtype: DType) -> FastPath | None:
    """Plan a binomial blur that keeps every second row and column, edges mirrored.

    Parameters
    ----------
    layouts : tuple of WindowLayout
        Windows along rows and columns, before them those along slices, of any step.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable or None
        A function of planes or volumes; None unless the step of rows and columns is 2 and both
        have the same 2 to 7 taps.
    """
    *depths, rows, columns = layouts
    k = rows.k
    is_halved = all(
        layout.s == 2 and layout.k == k and layout.before == (k - 1) // 2
        for layout in (rows, columns)
    )
    if not 2 <= k <= 7 or not is_halved:
        return None

    counts = tuple(layout.count for layout in layouts)
    if not depths:
        return map_images(_plane_filter(k), counts)
    (depth,) = depths
    if columns.n <= _SHORT[k] and keeps_every_second(rows, columns):
        taps = binomial(depth.k), binomial(k), binomial(k)
        return map_images(separable_filter(taps, layouts, "reflect", dtype), counts)
    buffers = 1.5 if k == 5 else 2
    tall = tall_plane(rows, columns.n, depth.count, "reflect", buffers=buffers)
    sums = slab_sums(window_terms(depth, binomial(depth.k), "reflect"), tall.number)
    return map_images(over_slices(tall, sums, _plane_filter(k), counts, dtype), counts)


def binomial_expansion(size: Size) -> FastPath:
    """Plan zeros between the pixels of planes and twice five binomial taps along each axis.

    Parameters
    ----------
    size : tuple of int
        Rows and columns, two at least.

    Returns
    -------
    callable
        A function of planes; edges are OpenCV's.
    """
    h, w = size

    def expand_plane(plane: Array, out: Array) -> None:
        cv2.pyrUp(plane, out, (2 * w, 2 * h))

    return map_images(expand_plane, (2 * h, 2 * w))


def _plane_filter(k: int) -> Callable[[Array, Array], None]:
    def filter_plane(plane: Array, out: Array) -> None:
        if k % 2 == 0:
            _halve(plane, k - 1, out)
        elif k == 3:
            even_samples(_filter(plane, 3)[::2], out)
        else:
            cv2.pyrDown(_filter(plane, k - 4), out, out.shape[::-1], _MIRROR)

    return filter_plane


def _filter(plane: Array, k: int) -> Array:
    if k == 1:
        return plane
    return cv2.GaussianBlur(
        plane, (k, k), 0, buffer(0, plane.shape, plane.dtype), borderType=_MIRROR
    )


def _halve(plane: Array, k: int, out: Array) -> None:
    """Write the means of 2x2 pixels of the plane after k taps; an odd side mirrors a pixel."""
    h, w = plane.shape
    blurred = buffer(0, (2 * len(out), 2 * out.shape[1]), plane.dtype)
    cv2.GaussianBlur(plane, (k, k), 0, blurred[:h, :w], borderType=_MIRROR)
    if h % 2:
        blurred[h] = blurred[h - 2]
    if w % 2:
        blurred[:, w] = blurred[:, w - 2]
    halve(blurred, out)
