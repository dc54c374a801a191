"""Fourier transforms of awkward lengths by way of a handy one: 257 samples become 256.

A prime length costs OpenCV's and SciPy's transforms 7 to 9 times what its neighbour does. But of
a spectrum of which the outer half is dropped, the inner half is told as well by samples somewhere
else: each sample is spread over the 8 nearest places of a grid of handy length, by a bell whose
spectrum is known and divided out afterwards; what it folds is 1e-7 of the whole. Likewise the
way back, to a grid that is finer than need be and from there to any places. This is the
non-uniform transform of Dutt and Rokhlin (1993) with the bell of Kaiser and Bessel, on places
that are nearly those of the grid. 255x257 px: from 940 to 250 us.

The sums are products with the blocks of a banded matrix. They are small, so that BLAS does not
share them out among threads, and of few rows and many columns, which takes it half the time of
the other way round: 1025 columns of 1027 .7 ms, rows 1.6.
"""

from collections.abc import Callable
from math import ceil, floor, pi, sqrt

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array

NufftPlan = Callable[[Array, Array], None]  # of columns of samples, to be written to other columns

OVERSAMPLING = 1.9  # samples of the handy grid for each frequency that counts, at least
_WIDTH = 8  # places that a bell covers
_BLOCK = 16  # places that are worked out at a time
_MOST_PRODUCTS = 2**18  # at a time: OpenBLAS takes more threads beyond
_SHARPNESS = pi * sqrt((_WIDTH / OVERSAMPLING * (OVERSAMPLING - 0.5)) ** 2 - 0.8)


def smooth_length(n: int) -> int:
    """Return the length, near n, that is transformed fast: of factors 2, 3 and 5."""
    at_least = cv2.getOptimalDFTSize(n)
    below = next((m for m in range(n, n - n // 16, -1) if cv2.getOptimalDFTSize(m) == m), at_least)
    return min(below, at_least, key=lambda m: abs(m - n))


def spread(n: int, length: int) -> NufftPlan:
    """Return what spreads columns of n samples over a period of `length` places."""
    return _plan(n, length, length / n)


def interpolate(length: int, n: int) -> NufftPlan:
    """Return what gathers n samples from columns of `length` places of the same period."""
    return _plan(length, n, 1)


def correction(count: int, length: int) -> Array:
    """Return what frequencies 0 .. count - 1 of `length` places are to be multiplied by."""
    root = np.sqrt(_SHARPNESS**2 - (pi * _WIDTH * np.arange(count) / length) ** 2)
    return root * np.i0(_SHARPNESS) / (_WIDTH * np.sinh(root))


def kaiser_bessel(t: Array) -> Array:
    """Return the Kaiser-Bessel window at offsets of t samples of the fine grid, 0 outside."""
    inside = np.clip(1 - (2 * t / _WIDTH) ** 2, 0, None)
    return np.where(inside > 0, np.i0(_SHARPNESS * np.sqrt(inside)) / np.i0(_SHARPNESS), 0)


def _plan(before: int, after: int, scale: float) -> NufftPlan:
    """Return what sums samples i under bells at their distance from place o, times `scale`."""
    plan = []
    for first in range(0, after, _BLOCK):
        made = slice(first, min(first + _BLOCK, after))
        places = np.arange(made.start, made.stop) * before / after
        low = ceil(places[0] - _WIDTH / 2 / scale)
        high = floor(places[-1] + _WIDTH / 2 / scale) + 1
        taps = kaiser_bessel((np.arange(low, high) - places[:, None]) * scale).astype(np.float32)
        plan.append((made, low, high, taps))

    def work(x: Array, out: Array) -> None:
        for made, low, high, taps in plan:
            if low >= 0 and high <= before:
                seen = x[low:high]
            else:  # the samples lie on a circle
                seen = np.concatenate((x[low:], x[: high % before]))
            step = _MOST_PRODUCTS // taps.size
            for column in range(0, x.shape[1], step):
                columns = slice(column, column + step)
                np.matmul(taps, seen[:, columns], out=out[made, columns])

    return work
