"""Real FFTs of rows: by OpenCV, by a non-uniform FFT, or by SciPy.

OpenCV's real transform packs the spectrum of n samples into n numbers, re 0, re 1, im 1, .., so
the lowest frequencies are the first numbers. It is 3 to 6 times as fast as SciPy's for lengths
with no factors but 2, 3 and 5. Other lengths of float32 go by a smooth one nearby; SciPy is left
for float64, for short rows, and for crops that keep more than half.
"""

from collections.abc import Callable
from math import ceil
from typing import Any, NamedTuple

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.fast import nufft
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fft import irfft, rfft

Write = Callable[[Array, Array], object]

_FORWARD_FLAGS = cv2.DFT_ROWS | cv2.DFT_SCALE
_INVERSE_FLAGS = cv2.DFT_ROWS | cv2.DFT_INVERSE
_SHORT = 64
_GRID, _WAVES, _TRANSPOSED, _ALSO_TRANSPOSED = range(10, 14)  # slots

# Rows of 2^n bytes share cache lines when one writes across them: 1024x512 px take 310 us to
# transpose, 45 where rows are this much longer.
_APART = 16


class RowFft(NamedTuple):
    """A planned transform from samples to their packed spectrum, or back.

    Parameters
    ----------
    length : int
        Length of the spectrum.
    rows : callable
        Transforms each row of its first argument and writes to its second.
    columns : callable
        The same with transposition: samples are columns, spectra rows.
    gain : Array
        What the spectrum is to be multiplied by.
    """

    length: int
    rows: Write
    columns: Write
    gain: Array


def packed(gain: Array, count: int) -> Array:
    """Repeat the gains of frequencies for the numbers of a packed spectrum.

    Parameters
    ----------
    gain : Array
        Gains of frequencies 0, 1, ...
    count : int
        Length of the packed spectrum.

    Returns
    -------
    Array, shape (count,)
        The gain of each number.
    """
    return gain.repeat(2)[1 : count + 1]


def transposed(x: Array, slot: int = _TRANSPOSED) -> Array:
    """Transpose into a buffer.

    Parameters
    ----------
    x : Array, shape (rows, columns)
        Numbers.
    slot : int
        The buffer slot.

    Returns
    -------
    Array, shape (columns, rows)
        The transposed array.
    """
    rows, columns = x.shape
    return np.asarray(cv2.transpose(x, transposable(columns, rows, x.dtype, slot)))


def transposable(rows: int, columns: int, dtype: "np.dtype[Any]", slot: int) -> Array:
    """Return a buffer whose rows are apart enough to be written across.

    Parameters
    ----------
    rows, columns : int
        Size.
    dtype : dtype
        Type of number.
    slot : int
        The buffer slot.

    Returns
    -------
    Array, shape (rows, columns)
        An uninitialised array.
    """
    return buffer(slot, (rows, columns + _APART), dtype)[:, :columns]


def forward(n: int, kept: int, dtype: "np.dtype[Any]") -> RowFft:
    """Plan the transform to the lowest frequencies, divided by n.

    Parameters
    ----------
    n : int
        Number of samples.
    kept : int
        Numbers of the packed spectrum that are needed; there may be more.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    RowFft
        The transform.
    """
    length = nufft.smooth_length(n)
    if length == n or not _is_oversampled(length, n, kept, dtype):
        rows = _forward_opencv if length == n else _forward_scipy
        return RowFft(n, rows, lambda x, out: rows(transposed(x), out), np.ones(kept))
    spread = nufft.spread(n, length)

    def columns(x: Array, out: Array) -> None:
        grid = buffer(_GRID, (length, x.shape[1]), dtype)
        spread(x, grid)
        _forward_opencv(transposed(grid), out)

    gain = packed(nufft.correction(kept // 2 + 1, length) * (length / n), kept)
    return RowFft(
        length, lambda x, out: columns(transposed(x, _ALSO_TRANSPOSED), out), columns, gain
    )


def inverse(n: int, dtype: "np.dtype[Any]") -> RowFft:
    """Plan the transform from a packed spectrum to samples.

    Parameters
    ----------
    n : int
        Length of the spectrum and number of samples.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    RowFft
        The transform.
    """
    smooth = nufft.smooth_length(n) == n
    length = n if smooth else cv2.getOptimalDFTSize(ceil(nufft.OVERSAMPLING * n))
    if smooth or not _is_oversampled(length, n, n, dtype):
        rows = _inverse_opencv if smooth else _inverse_scipy
        return RowFft(
            n, rows, lambda spectrum, out: _transposed_inverse(rows, spectrum, n, out), np.ones(n)
        )
    interpolate = nufft.interpolate(length, n)

    def columns(spectrum: Array, out: Array) -> None:
        waves = buffer(_WAVES, (len(spectrum), length), dtype)
        waves[:, :n] = spectrum
        waves[:, n:] = 0
        grid = transposable(length, len(spectrum), dtype, _TRANSPOSED)
        _transposed_inverse(_inverse_opencv, waves, length, grid)
        interpolate(grid, out)

    def transformed_rows(spectrum: Array, out: Array) -> None:
        samples = transposable(n, len(spectrum), dtype, _ALSO_TRANSPOSED)
        columns(spectrum, samples)
        cv2.transpose(samples, out)

    gain = nufft.correction(n // 2 + 1, length)
    if n % 2 == 0:
        gain[-1] /= 2  # it stands for one sign here, for two in a longer spectrum
    return RowFft(n, transformed_rows, columns, packed(gain, n))


def _transposed_inverse(rows: Write, spectrum: Array, n: int, out: Array) -> None:
    samples = buffer(_GRID, (len(spectrum), n), spectrum.dtype)
    rows(spectrum, samples)
    cv2.transpose(samples, out)


def _is_oversampled(length: int, n: int, kept: int, dtype: "np.dtype[Any]") -> bool:
    """Tell whether a grid of that length is fine enough for the non-uniform FFT, and worth it."""
    return dtype == np.float32 and n >= _SHORT and length >= nufft.OVERSAMPLING * kept


def _forward_opencv(x: Array, out: Array) -> None:
    cv2.dft(x, out, _FORWARD_FLAGS)


def _inverse_opencv(spectrum: Array, out: Array) -> None:
    cv2.dft(spectrum, out, _INVERSE_FLAGS)


def _forward_scipy(x: Array, out: Array) -> None:
    numbers = rfft(x, norm="forward").view(x.dtype)
    out[:, :1] = numbers[:, :1]
    out[:, 1:] = numbers[:, 2 : x.shape[1] + 1]  # im 0 is 0


def _inverse_scipy(spectrum: Array, out: Array) -> None:
    rows, n = spectrum.shape
    numbers = np.zeros((rows, n // 2 * 2 + 2), spectrum.dtype)
    numbers[:, 0] = spectrum[:, 0]
    numbers[:, 2 : n + 1] = spectrum[:, 1:]
    out[...] = irfft(numbers.view(np.result_type(spectrum, np.complex64)), n, norm="forward")
