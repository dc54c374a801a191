"""Binomial filters of 2 to 7 taps, step 2, out of the three that OpenCV has ready-made.

[1 2 1] is its GaussianBlur of 3 taps, [1 4 6 4 1] its pyrDown, which computes only what is kept,
and [1 1] the shrinking of an image to half by areas. The others are products of these, and an
even extension of the image at its edges stays even under an even filter, so that the products
are exact at the borders as well. 256x256 px: 3 taps from 316 to 35 us, 4 from 373 to 40, 5 from
413 to 25, 7 from 465 to 45.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.fast.bands import by_planes
from sampviz.arrays.fast.filters import every_second
from sampviz.arrays.window import Fit

_MIRROR = cv2.BORDER_REFLECT_101


def blurred(x: Array, k: int, fits: Sequence[Fit]) -> Array | None:
    """Return every second sample of float32 planes blurred by k taps, borders reflected."""
    if k not in _STEPS or any(fit.s != 2 or fit.before != (k - 1) // 2 for fit in fits):
        return None
    return by_planes(_STEPS[k], x, (fits[0].count, fits[1].count))


def _two(plane: Array, out: Array) -> None:
    _halve(plane, out, 1)


def _three(plane: Array, out: Array) -> None:
    every_second(cv2.GaussianBlur(plane, (3, 3), 0, borderType=_MIRROR), out)


def _four(plane: Array, out: Array) -> None:
    _halve(plane, out, 3)


def _five(plane: Array, out: Array) -> None:
    cv2.pyrDown(plane, out, out.shape[::-1], _MIRROR)


def _six(plane: Array, out: Array) -> None:
    _halve(plane, out, 5)


def _seven(plane: Array, out: Array) -> None:
    _five(cv2.GaussianBlur(plane, (3, 3), 0, borderType=_MIRROR), out)


_STEPS = {2: _two, 3: _three, 4: _four, 5: _five, 6: _six, 7: _seven}


def _halve(plane: Array, out: Array, taps: int) -> None:
    """Write the means of 2x2 pixels of the blurred plane; an odd side is reflected by a pixel."""
    h, w = plane.shape
    full = np.empty((2 * len(out), 2 * out.shape[1]), np.float32)
    inner = full[:h, :w]
    if taps == 1:
        inner[...] = plane
    else:
        cv2.GaussianBlur(plane, (taps, taps), 0, inner, borderType=_MIRROR)
    if h % 2:
        full[h] = full[h - 2]
    if w % 2:
        full[:, w] = full[:, w - 2]
    cv2.resize(full, out.shape[::-1], out, interpolation=cv2.INTER_AREA)
