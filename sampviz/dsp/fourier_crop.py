"""Low-pass by cutting the middle out of the spectrum, in the authors' way and in the right way.

All functions act on the last axes and keep the mean. Sizes and frequencies are those of a
factor f: of N samples, n = trunc(N(f+1)/2f) - trunc(N(f-1)/2f) are kept (f = 2: trunc(3N/4) -
trunc(N/4)).

scipy.fft is imported inside: it is 8 times as fast as numpy.fft on float32, but takes longer to
import than numpy itself, and not every chain needs it.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.dsp.dtypes import Array, FastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.sliding_window import axis_slice, on_axis

Gains = Sequence[Array]  # of every frequency of each axis, DC in the middle


def crop(n: int, f: int = 2) -> tuple[int, int]:
    """Return the first index kept of a shifted spectrum of `n` samples, and the one past it."""
    return n * (f - 1) // (2 * f), n * (f + 1) // (2 * f)


def crop_grid(n: int, f: int = 2) -> Grid:
    """Return the grid of the samples that are left: n / size apart, the first in its place."""
    low, high = crop(n, f)
    return Grid(high - low, Fraction(n, max(1, high - low)))


def crop_as_published(x: Array, axes: int = 2, gains: Gains | None = None) -> Array:
    """Cut by a factor 2 as FLC pooling's authors do, off by one bin where N = 2 mod 4.

    There the middle of the cut is not where ifftshift looks for it, every frequency moves by one
    bin, and the real part is taken of what is no longer real.
    """
    return real_and_imaginary(
        lambda part: _crop_all(part, list(map(crop, x.shape[-axes:])), gains), x
    )


def crop_centred(x: Array, f: Sequence[int] = (2, 2), gains: Gains | None = None) -> Array:
    """Keep the frequencies -floor(n/2) .. ceil(n/2)-1: the cut in the middle for every N.

    For even n the bin at the new Nyquist frequency has no partner of the other sign: the result
    is the real part (of real and imaginary part each), which gives it the mean of the two.
    """
    size = x.shape[-len(f) :]
    if len(f) == 2:
        return real_and_imaginary(crop_planes(size, f, gains, x.real.dtype), x)
    ends = list(map(_middle, size, _sizes(size, f)))
    return real_and_imaginary(lambda part: _crop_all(part, ends, gains), x)


def crop_planes(
    size: Size, f: Sequence[int], gains: Gains | None = None, dtype: Any = np.float32
) -> FastPath:
    """Return what does the same for real planes of that size."""
    from sampviz.dsp.fast.fourier_crop import low_frequencies

    kept = _sizes(size, f)
    halves = gains and [np.fft.ifftshift(gain)[: max(kept) // 2 + 1] for gain in gains]
    return low_frequencies(size, kept, halves, np.dtype(dtype))


def _sizes(size: Size, f: Sequence[int]) -> Size:
    return tuple(high - low for low, high in map(crop, size, f))


def real_and_imaginary(function: Callable[[Array], Array], x: Array) -> Array:
    """Apply what is defined for real arrays to the real and to the imaginary part."""
    if x.dtype.kind != "c":
        return function(x)
    return (function(x.real) + 1j * function(x.imag)).astype(x.dtype)


def _crop_all(x: Array, kept: Sequence[tuple[int, int]], gains: Gains | None) -> Array:
    """Keep these indices of the shifted spectrum of a real array; the real part of what is left."""
    ours = [gain[slice(*ends)] for gain, ends in zip(gains or (), kept, strict=gains is not None)]
    return np.ascontiguousarray(_kept(x, kept, ours).real).astype(x.dtype, copy=False)


def _kept(x: Array, kept: Sequence[tuple[int, int]], gains: Gains) -> Array:
    """Keep these indices of the shifted spectrum, times gains of those kept; complex."""
    from scipy.fft import fftn, fftshift, ifftn, ifftshift

    axes = range(-len(kept), 0)
    spectrum = fftshift(fftn(x, axes=axes, norm="forward"), axes=axes)
    for axis, ends in zip(axes, kept, strict=True):
        spectrum = spectrum[axis_slice(axis, slice(*ends))]
    for axis, gain in zip(axes, gains, strict=bool(gains)):
        spectrum = spectrum * on_axis(gain.astype(x.real.dtype), axis)
    return ifftn(ifftshift(spectrum, axes=axes), axes=axes, norm="forward")


def _middle(n: int, m: int) -> tuple[int, int]:
    """Return the ends of the m lowest frequencies in a shifted spectrum of n."""
    low = n // 2 - m // 2
    return low, low + m


@bounded_cache(2**22)
def hamming_root(n: int, *, symmetric: bool) -> Array:
    """Return the square root of a Hamming window over the whole shifted spectrum of `n` samples.

    `symmetric` is numpy's window, as ASAP's authors use it: for even n its top lies half a bin
    beside DC. Otherwise the top is on DC, with gain 1, and the gains of +k and -k are equal.
    """
    k = np.arange(n) - n // 2
    angles = np.pi * k / max(1, n // 2)
    found = np.sqrt(np.hamming(n) if symmetric else 0.54 + 0.46 * np.cos(angles))
    found.setflags(write=False)
    return found


def keep_middle(x: Array, sizes: Sequence[int], gains: Gains = ()) -> Array:
    """Keep the `sizes` lowest frequencies of the last axes, times gains of those kept; complex.

    The origin is in the middle of the image, before and after, as scanners have it.
    """
    from scipy.fft import fftshift, ifftshift

    axes = range(-len(sizes), 0)
    kept = list(map(_middle, x.shape[-len(sizes) :], sizes))
    return fftshift(_kept(ifftshift(x, axes=axes), kept, gains), axes=axes)


def kspace_to_image(x: Array) -> Array:
    """Return the image of which `x` is the k-space: centred, orthonormal, of rows and columns."""
    from scipy.fft import fftshift, ifft2, ifftshift

    axes = (-2, -1)
    return fftshift(ifft2(ifftshift(x, axes=axes), norm="ortho"), axes=axes)


def zero_fill(x: Array, size: int, axis: int) -> Array:
    """Return `size` samples of an axis, more than there are, by zeros beyond its spectrum.

    The Nyquist bin of an even side is split in two halves, so that a real image stays real.
    """
    from scipy.fft import fft, ifft, irfft, rfft

    n = x.shape[axis]
    gain = x.real.dtype.type(size / n)
    if x.dtype.kind != "c":
        half = rfft(x, axis=axis)
        if n % 2 == 0:
            half[axis_slice(axis, slice(n // 2, n // 2 + 1))] /= 2
        return irfft(half, size, axis=axis) * gain
    spectrum = fft(x, axis=axis)
    shape = list(x.shape)
    shape[axis] = size
    wide = np.zeros(shape, spectrum.dtype)
    up, down = (n + 1) // 2, (n - 1) // 2
    wide[axis_slice(axis, slice(0, up))] = spectrum[axis_slice(axis, slice(0, up))]
    wide[axis_slice(axis, slice(size - down, None))] = spectrum[
        axis_slice(axis, slice(n - down, None))
    ]
    if n % 2 == 0:
        nyquist = spectrum[axis_slice(axis, slice(n // 2, n // 2 + 1))] / 2
        wide[axis_slice(axis, slice(n // 2, n // 2 + 1))] = nyquist
        wide[axis_slice(axis, slice(size - n // 2, size - n // 2 + 1))] += nyquist
    return ifft(wide, axis=axis) * gain
