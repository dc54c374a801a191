"""Fourier transforms of prime lengths by a non-uniform FFT onto a nearby 5-smooth grid.

257 samples become 256. A prime length costs OpenCV's and SciPy's transforms 7 to 9 times what
its neighbour does. But if the outer half of a spectrum is dropped, the inner half follows from
samples at other positions as well: each sample is spread over the 8 nearest positions of a
smooth grid under a Kaiser-Bessel window, whose spectrum is known and divided out afterwards; its
aliases are 1e-7 of the whole. Likewise the inverse, to a finer grid and from there, interpolated,
to any positions. This is the method of Dutt and Rokhlin (1993) with a Kaiser-Bessel window, on
positions that are nearly those of the grid. 255x257 px: from 940 to 250 us.

The sums are products with the blocks of a banded matrix. They are small, so that BLAS does not
split them among threads, and of few rows and many columns, which takes it half the time of the
other way round: 1025 columns of 1027 .7 ms, rows 1.6.
"""

from collections.abc import Callable
from math import ceil, floor, pi, sqrt

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array

NufftPlan = Callable[[Array, Array], None]  # from columns of samples, written to other columns

OVERSAMPLING = 1.9  # samples of the smooth grid for each frequency that is kept, at least
_WIDTH = 8  # positions under a window
_BLOCK = 16  # positions that are computed at a time
_MOST_PRODUCTS = 2**18  # at a time: OpenBLAS takes more threads beyond
_SHARPNESS = pi * sqrt((_WIDTH / OVERSAMPLING * (OVERSAMPLING - 0.5)) ** 2 - 0.8)


def smooth_length(n: int) -> int:
    """Return the length nearest to n that has no prime factors but 2, 3 and 5.

    Parameters
    ----------
    n : int
        Number of samples.

    Returns
    -------
    int
        The length; at most a sixteenth shorter than n, or longer.
    """
    at_least = cv2.getOptimalDFTSize(n)
    below = next((m for m in range(n, n - n // 16, -1) if cv2.getOptimalDFTSize(m) == m), at_least)
    return min(below, at_least, key=lambda m: abs(m - n))


def spread(n: int, length: int) -> NufftPlan:
    """Plan the spreading of samples over a grid of the same period.

    Parameters
    ----------
    n : int
        Number of samples.
    length : int
        Number of grid positions.

    Returns
    -------
    callable
        A function (columns of n samples, columns of `length` positions to write).
    """
    return _plan(n, length, length / n)


def interpolate(length: int, n: int) -> NufftPlan:
    """Plan the interpolation of samples from a grid of the same period.

    Parameters
    ----------
    length : int
        Number of grid positions.
    n : int
        Number of samples.

    Returns
    -------
    callable
        A function (columns of `length` positions, columns of n samples to write).
    """
    return _plan(length, n, 1)


def correction(count: int, length: int) -> Array:
    """Return the factors that undo the spectrum of the window.

    Parameters
    ----------
    count : int
        Number of frequencies, from 0 on.
    length : int
        Number of grid positions.

    Returns
    -------
    Array, shape (count,)
        The factors of frequencies 0 .. count - 1.
    """
    root = np.sqrt(_SHARPNESS**2 - (pi * _WIDTH * np.arange(count) / length) ** 2)
    return root * np.i0(_SHARPNESS) / (_WIDTH * np.sinh(root))


def kaiser_bessel(t: Array) -> Array:
    """Return the Kaiser-Bessel window.

    Parameters
    ----------
    t : Array
        Offsets in samples of the fine grid.

    Returns
    -------
    Array
        The window, 0..1; 0 outside its width.
    """
    squared = np.clip(1 - (2 * t / _WIDTH) ** 2, 0, None)
    return np.where(squared > 0, np.i0(_SHARPNESS * np.sqrt(squared)) / np.i0(_SHARPNESS), 0)


def _plan(size_before: int, size_after: int, scale: float) -> NufftPlan:
    """Return a function that sums samples under the window at `scale` times their distance."""
    blocks = []
    for first in range(0, size_after, _BLOCK):
        targets = slice(first, min(first + _BLOCK, size_after))
        positions = np.arange(targets.start, targets.stop) * size_before / size_after
        low = ceil(positions[0] - _WIDTH / 2 / scale)
        high = floor(positions[-1] + _WIDTH / 2 / scale) + 1
        taps = kaiser_bessel((np.arange(low, high) - positions[:, None]) * scale).astype(np.float32)
        blocks.append((targets, low, high, taps))

    def apply_plan(x: Array, out: Array) -> None:
        for targets, low, high, taps in blocks:
            if low >= 0 and high <= size_before:
                samples = x[low:high]
            else:  # the samples lie on a circle
                samples = np.concatenate((x[low:], x[: high % size_before]))
            step = _MOST_PRODUCTS // taps.size
            for column in range(0, x.shape[1], step):
                columns = slice(column, column + step)
                np.matmul(taps, samples[:, columns], out=out[targets, columns])

    return apply_plan
