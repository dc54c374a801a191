"""Low-pass by cutting the middle out of the spectrum, in the authors' way and in the right way.

All functions act on the last two axes and keep the mean. Sizes and frequencies are those of a
factor f: of N samples, n = trunc(N(f+1)/2f) - trunc(N(f-1)/2f) are kept (f = 2: trunc(3N/4) -
trunc(N/4)).

scipy.fft is imported inside: it is 8 times as fast as numpy.fft on float32, but takes longer to
import than numpy itself, and not every chain needs it.
"""

from fractions import Fraction

import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.grid import Grid

Gains = tuple[Array, Array]  # of every frequency of rows and columns, DC in the middle


def cut(n: int, f: int = 2) -> tuple[int, int]:
    """Return the first index kept of a shifted spectrum of `n` samples, and the one past it."""
    return n * (f - 1) // (2 * f), n * (f + 1) // (2 * f)


def cut_grid(n: int, f: int = 2) -> Grid:
    """Return the grid of the samples that are left: n / size apart, the first in its place."""
    low, high = cut(n, f)
    return Grid(high - low, Fraction(n, max(1, high - low)))


def cut_as_published(x: Array, gains: Gains | None = None) -> Array:
    """Cut by a factor 2 as FLC pooling's authors do, off by one bin where N = 2 mod 4.

    There the middle of the cut is not where ifftshift looks for it, every frequency moves by one
    bin, and the real part is taken of what is no longer real.
    """
    from scipy.fft import fft2, fftshift, ifft2, ifftshift

    spectrum = fftshift(fft2(x, norm="forward"), axes=(-2, -1))
    if gains:
        spectrum *= np.multiply.outer(*gains).astype(x.dtype)
    (top, bottom), (left, right) = (cut(n) for n in x.shape[-2:])
    kept = spectrum[..., top:bottom, left:right]
    back = ifft2(ifftshift(kept, axes=(-2, -1)), norm="forward")
    return np.ascontiguousarray(back.real).astype(x.dtype, copy=False)


def cut_centred(x: Array, f: int = 2, gains: Gains | None = None) -> Array:
    """Keep the frequencies -floor(n/2) .. ceil(n/2)-1: the cut in the middle for every N.

    For even n the bin at the new Nyquist frequency has no partner of the other sign: the result
    is the real part, which gives it the mean of the two.
    """
    from scipy.fft import ifftshift, irfft2, rfft2

    h, w = x.shape[-2:]
    (top, bottom), (left, right) = cut(h, f), cut(w, f)
    n, m = bottom - top, right - left
    # Half of the columns is enough for a real image; the rows are in FFT order: 0, 1, .. -2, -1.
    half = rfft2(x, norm="forward")[..., : m // 2 + 1]
    if gains:
        of_rows, of_columns = ifftshift(gains[0]), ifftshift(gains[1])
        half = half * of_rows.astype(x.dtype)[:, None] * of_columns.astype(x.dtype)[: m // 2 + 1]
    up, down = (n + 1) // 2, n // 2
    kept = np.concatenate([half[..., :up, :], half[..., h - down :, :]], axis=-2)
    if n % 2 == 0:
        corner = half[..., n // 2, m // 2].real
        kept[..., n // 2, :] = (half[..., n // 2, :] + half[..., h - n // 2, :]) / 2
        if m % 2 == 0:
            kept[..., n // 2, m // 2] = corner
    out = irfft2(kept, s=(n, m), norm="forward")
    return out.astype(x.dtype, copy=False)


def hamming_root(n: int, *, symmetric: bool) -> Array:
    """Return the square root of a Hamming window over the whole shifted spectrum of `n` samples.

    `symmetric` is numpy's window, as ASAP's authors use it: for even n its top lies half a bin
    beside DC. Otherwise the top is on DC, with gain 1, and the gains of +k and -k are equal.
    """
    if symmetric:
        return np.sqrt(np.hamming(n))
    k = np.arange(n) - n // 2
    return np.sqrt(0.54 + 0.46 * np.cos(np.pi * k / max(1, n // 2)))
