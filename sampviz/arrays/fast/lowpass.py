"""The middle of the spectrum: transformed, cut and brought back along rows, then along columns.

A cut of both axes is a cut of one after the other, so that the second transform runs over half of
the samples, and both run along contiguous rows: the image is turned in between, which costs less
than a transform across rows. OpenCV's real transform packs the spectrum of n samples into n
numbers, (re 0, re 1, im 1, ..), of which the m lowest are the first m. It is 3 to 6 times as
fast as SciPy's; for lengths with other factors than 2, 3 and 5 SciPy's is the faster one, and is
imported only there. 256x256 px: from 400 to 95 us; 1024x1024: from 6.3 to 1.2 ms.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.fast.bands import by_planes
from sampviz.arrays.grid import Size

Gains = Sequence[Array]  # of frequency 0, 1, .. up to half of what is kept, along each axis


def low_frequencies(x: Array, size: Size, gains: Gains | None = None) -> Array:
    """Return real planes on n x m samples, of frequencies -floor(n/2) .. ceil(n/2)-1 alone.

    Each is multiplied by the gain of its rows and columns. The result is real: the bin of the
    new Nyquist frequency, which has no partner of the other sign, gets the mean of both.
    """
    n, m = size

    def work(plane: Array, out: Array) -> None:
        out[...] = _plane(plane, n, m, gains)

    return by_planes(work, x, size)


def _plane(x: Array, n: int, m: int, gains: Gains | None) -> Array:
    h, w = x.shape
    down, across = gains or (None, None)
    rows = _packed(x)
    columns = _packed(cv2.transpose(_unpacked(_kept(rows, m, across))))
    if n % 2 == m % 2 == 0:
        # One after the other gives the corner of the new Nyquist frequencies the mean of its four
        # signs, the real part of the whole that of two: this is the difference.
        corner = _corner(rows, n, m, h) * (1 if across is None else across[m // 2])
        columns[::2, n - 1] += corner
        columns[1::2, n - 1] -= corner
    out = cv2.transpose(_unpacked(_kept(columns, n, down)))
    out *= n * m / (h * w)
    return out


def _corner(rows: Array, n: int, m: int, h: int) -> float:
    """Return what the columns' spectra lack at the corner."""
    imaginary = rows[:, m] if m < rows.shape[1] else np.zeros(h)
    return float((imaginary * np.sin(np.pi * n / h * np.arange(h))).sum()) / m


def _kept(packed: Array, m: int, gain: Array | None) -> Array:
    """Return the m lowest of packed frequencies, times their gains."""
    if gain is None:
        return packed[:, :m]
    return packed[:, :m] * gain.astype(packed.dtype).repeat(2)[1 : m + 1]


def _is_smooth(n: int) -> bool:
    return cv2.getOptimalDFTSize(n) == n


def _packed(x: Array) -> Array:
    """Return the spectra of real rows: of n samples n numbers, re 0, re 1, im 1, .."""
    n = x.shape[1]
    if _is_smooth(n):
        return cv2.dft(x, flags=cv2.DFT_ROWS)
    from scipy.fft import rfft

    numbers = rfft(x).view(x.dtype)
    numbers[:, 1] = numbers[:, 0]  # im 0 is 0
    return numbers[:, 1 : n + 1]


def _unpacked(packed: Array) -> Array:
    """Return the rows that have these packed spectra."""
    m = packed.shape[1]
    if _is_smooth(m):
        return cv2.dft(packed, flags=cv2.DFT_ROWS | cv2.DFT_INVERSE | cv2.DFT_SCALE)
    from scipy.fft import irfft

    numbers = np.zeros((len(packed), m // 2 * 2 + 2), packed.dtype)
    numbers[:, 0] = packed[:, 0]
    numbers[:, 2 : m + 1] = packed[:, 1:]
    return irfft(numbers.view(np.result_type(packed, np.complex64)), m)
