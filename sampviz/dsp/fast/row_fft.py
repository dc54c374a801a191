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

from sampviz.dsp.dtypes import Array
from sampviz.dsp.fast import nufft as regrid
from sampviz.dsp.fast.buffers import buffer

Write = Callable[[Array, Array], object]

_FORWARD_FLAGS = cv2.DFT_ROWS | cv2.DFT_SCALE
_INVERSE_FLAGS = cv2.DFT_ROWS | cv2.DFT_INVERSE
_SHORT = 64
_GRID, _WAVES, _TURNED, _ALSO_TURNED = range(10, 14)  # rooms

# Rows of 2^n bytes lie on each other in the cache when one writes across them: 1024x512 px take
# 310 us to turn, 45 where rows are this much longer.
_APART = 16


class RowFft(NamedTuple):
    """A way from samples to their packed spectrum, or back.

    Either side of it may be rows, each transformed, or `columns`: those are turned on the way, so
    that samples are columns and spectra rows. The spectrum over n is to be multiplied by `gain`.
    """

    length: int  # of the spectrum
    rows: Write
    columns: Write
    gain: Array


def packed(gain: Array, count: int) -> Array:
    """Return the gains of frequencies 0, 1, .. for the `count` numbers of a packed spectrum."""
    return gain.repeat(2)[1 : count + 1]


def transposed(x: Array, room: int = _TURNED) -> Array:
    """Return the columns as rows, in a room."""
    rows, columns = x.shape
    return np.asarray(cv2.transpose(x, transposable(columns, rows, x.dtype, room)))


def transposable(rows: int, columns: int, dtype: "np.dtype[Any]", room: int) -> Array:
    """Return a room that may be written across."""
    return buffer(room, (rows, columns + _APART), dtype)[:, :columns]


def forward(n: int, kept: int, dtype: "np.dtype[Any]") -> RowFft:
    """Return the way from n samples to at least `kept` numbers of their spectrum, divided by n."""
    length = regrid.smooth_length(n)
    if length == n or not _is_loose(length, n, kept, dtype):
        rows = _forward_opencv if length == n else _forward_scipy
        return RowFft(n, rows, lambda x, out: rows(transposed(x), out), np.ones(kept))
    spread = regrid.spread(n, length)

    def columns(x: Array, out: Array) -> None:
        grid = buffer(_GRID, (length, x.shape[1]), dtype)
        spread(x, grid)
        _forward_opencv(transposed(grid), out)

    gain = packed(regrid.correction(kept // 2 + 1, length) * (length / n), kept)
    return RowFft(length, lambda x, out: columns(transposed(x, _ALSO_TURNED), out), columns, gain)


def inverse(n: int, dtype: "np.dtype[Any]") -> RowFft:
    """Return the way from the n numbers of a packed spectrum to n samples."""
    handy = regrid.smooth_length(n) == n
    length = n if handy else cv2.getOptimalDFTSize(ceil(regrid.OVERSAMPLING * n))
    if handy or not _is_loose(length, n, n, dtype):
        rows = _inverse_opencv if handy else _inverse_scipy
        return RowFft(
            n, rows, lambda spectrum, out: _transposed_inverse(rows, spectrum, n, out), np.ones(n)
        )
    gather = regrid.interpolate(length, n)

    def columns(spectrum: Array, out: Array) -> None:
        waves = buffer(_WAVES, (len(spectrum), length), dtype)
        waves[:, :n] = spectrum
        waves[:, n:] = 0
        grid = transposable(length, len(spectrum), dtype, _TURNED)
        _transposed_inverse(_inverse_opencv, waves, length, grid)
        gather(grid, out)

    def rows_by_gathering(spectrum: Array, out: Array) -> None:
        made = transposable(n, len(spectrum), dtype, _ALSO_TURNED)
        columns(spectrum, made)
        cv2.transpose(made, out)

    gain = regrid.correction(n // 2 + 1, length)
    if n % 2 == 0:
        gain[-1] /= 2  # it stands for one sign here, for two in a longer spectrum
    return RowFft(n, rows_by_gathering, columns, packed(gain, n))


def _transposed_inverse(rows: Write, spectrum: Array, n: int, out: Array) -> None:
    made = buffer(_GRID, (len(spectrum), n), spectrum.dtype)
    rows(spectrum, made)
    cv2.transpose(made, out)


def _is_loose(length: int, n: int, kept: int, dtype: "np.dtype[Any]") -> bool:
    """Whether a grid of that length is fine enough to go by, and worth it."""
    return dtype == np.float32 and n >= _SHORT and length >= regrid.OVERSAMPLING * kept


def _forward_opencv(x: Array, out: Array) -> None:
    cv2.dft(x, out, _FORWARD_FLAGS)


def _inverse_opencv(spectrum: Array, out: Array) -> None:
    cv2.dft(spectrum, out, _INVERSE_FLAGS)


def _forward_scipy(x: Array, out: Array) -> None:
    from scipy.fft import rfft

    numbers = rfft(x, norm="forward").view(x.dtype)
    out[:, :1] = numbers[:, :1]
    out[:, 1:] = numbers[:, 2 : x.shape[1] + 1]  # im 0 is 0


def _inverse_scipy(spectrum: Array, out: Array) -> None:
    from scipy.fft import irfft

    rows, n = spectrum.shape
    numbers = np.zeros((rows, n // 2 * 2 + 2), spectrum.dtype)
    numbers[:, 0] = spectrum[:, 0]
    numbers[:, 2 : n + 1] = spectrum[:, 1:]
    out[...] = irfft(numbers.view(np.result_type(spectrum, np.complex64)), n, norm="forward")
