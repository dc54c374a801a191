"""Rows to their lowest frequencies and back: by OpenCV, off the grid, or by SciPy.

OpenCV's real transform packs the spectrum of n samples into n numbers, re 0, re 1, im 1, .., so
that of kept frequencies the numbers are the first ones. It is 3 to 6 times as fast as SciPy's for
lengths with no factors but 2, 3 and 5. Of other lengths float32 goes by a handy one nearby; SciPy
is left for float64, for short rows, and for cuts that keep more than half.
"""

from collections.abc import Callable
from math import ceil
from typing import Any, NamedTuple

import cv2
import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.fast import regrid
from sampviz.arrays.fast.scratch import scratch

_FORTH = cv2.DFT_ROWS | cv2.DFT_SCALE
_BACK = cv2.DFT_ROWS | cv2.DFT_INVERSE
_SHORT = 64
_GRID, _WAVES = 10, 11  # rooms


class Forth(NamedTuple):
    """The way to the packed spectrum over n; its numbers are to be multiplied by `gain`."""

    length: int  # of the spectrum
    write: Callable[[Array, Array], object]
    gain: Array


class Back(NamedTuple):
    """The way back from the packed spectrum, multiplied by `gain`; nothing is divided."""

    write: Callable[[Array, Array], object]
    gain: Array


def packed(gain: Array, count: int) -> Array:
    """Return the gains of frequencies 0, 1, .. for the `count` numbers of a packed spectrum."""
    return gain.repeat(2)[1 : count + 1]


def forth(n: int, kept: int, dtype: "np.dtype[Any]") -> Forth:
    """Return the way from rows of n samples to at least `kept` numbers of their spectrum."""
    length = regrid.handy_length(n)
    if length == n:
        return Forth(n, lambda x, out: cv2.dft(x, out, _FORTH), np.ones(kept))
    if not _is_loose(length, n, kept, dtype):
        return Forth(n, _forth_by_scipy, np.ones(kept))
    spread = regrid.spread(n, length)

    def write(x: Array, out: Array) -> None:
        grid = scratch(_GRID, (len(x), length), dtype)
        spread(x, grid)
        cv2.dft(grid, out, _FORTH)

    gain = regrid.correction(kept // 2 + 1, length) * (length / n)
    return Forth(length, write, packed(gain, kept))


def back(n: int, dtype: "np.dtype[Any]") -> Back:
    """Return the way from the n numbers of a packed spectrum to n samples."""
    if regrid.handy_length(n) == n:
        return Back(lambda spectrum, out: cv2.dft(spectrum, out, _BACK), np.ones(n))
    length = cv2.getOptimalDFTSize(ceil(regrid.OVERSAMPLING * n))
    if not _is_loose(length, n, n, dtype):
        return Back(_back_by_scipy, np.ones(n))
    gather = regrid.gather(length, n)

    def write(spectrum: Array, out: Array) -> None:
        waves = scratch(_WAVES, (len(spectrum), length), dtype)
        waves[:, :n] = spectrum
        waves[:, n:] = 0
        grid = scratch(_GRID, (len(spectrum), length), dtype)
        gather(cv2.dft(waves, grid, _BACK), out)

    gain = regrid.correction(n // 2 + 1, length)
    if n % 2 == 0:
        gain[-1] /= 2  # it stands for one sign here, for two in a longer spectrum
    return Back(write, packed(gain, n))


def _is_loose(length: int, n: int, kept: int, dtype: "np.dtype[Any]") -> bool:
    """Whether a grid of that length is fine enough to go by, and worth it."""
    return dtype == np.float32 and n >= _SHORT and length >= regrid.OVERSAMPLING * kept


def _forth_by_scipy(x: Array, out: Array) -> None:
    from scipy.fft import rfft

    numbers = rfft(x, norm="forward").view(x.dtype)
    out[:, :1] = numbers[:, :1]
    out[:, 1:] = numbers[:, 2 : x.shape[1] + 1]  # im 0 is 0


def _back_by_scipy(spectrum: Array, out: Array) -> None:
    from scipy.fft import irfft

    rows, n = spectrum.shape
    numbers = np.zeros((rows, n // 2 * 2 + 2), spectrum.dtype)
    numbers[:, 0] = spectrum[:, 0]
    numbers[:, 2 : n + 1] = spectrum[:, 1:]
    out[...] = irfft(numbers.view(np.result_type(spectrum, np.complex64)), n, norm="forward")
