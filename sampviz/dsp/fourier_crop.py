"""Low-pass by a crop of the centred spectrum, as published and with the crop centred.

All functions act on the last axes and keep the mean. Of N samples, a factor f keeps
n = trunc(N(f+1)/2f) - trunc(N(f-1)/2f); for f = 2 that is trunc(3N/4) - trunc(N/4).

scipy.fft is imported in functions: it takes longer to import than numpy itself.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.dsp.axis_filters import along_axes, crop_axis
from sampviz.dsp.dtypes import Array, FastPath
from sampviz.dsp.fft import fft, irfft, rfft
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.nonfinite import infinity_as_nan
from sampviz.dsp.sliding_window import axis_slice, on_axis

Gains = Sequence[Array]  # of every frequency of each axis, DC in the middle


def crop(n: int, f: int | Fraction = 2) -> tuple[int, int]:
    """Return the range of indices that a crop of the centred spectrum keeps.

    Parameters
    ----------
    n : int
        Number of samples.
    f : int
        Factor.

    Returns
    -------
    low, high : int
        The first index kept, and the one past the last.
    """
    return int(n * (f - 1) // (2 * f)), int(n * (f + 1) // (2 * f))


def crop_grid(n: int, f: int | Fraction = 2) -> Grid:
    """Return the grid of the samples after a crop: n / size apart, the first where it was.

    Parameters
    ----------
    n : int
        Number of samples.
    f : int
        Factor.

    Returns
    -------
    Grid
        The grid of the result.
    """
    low, high = crop(n, f)
    return Grid(high - low, Fraction(n, max(1, high - low)))


def crop_as_published(x: Array, axes: int = 2, gains: Gains | None = None) -> Array:
    """Crop by a factor 2 as FLC pooling's authors do, off by one bin where N = 2 mod 4.

    There every frequency moves by one bin, and the real part is taken of what is no longer real.

    Parameters
    ----------
    x : Array
        Floating point or complex numbers.
    axes : int
        Number of last axes.
    gains : sequence of Array, optional
        Gain of each frequency of the whole centred spectrum, along each axis.

    Returns
    -------
    Array
        About half as many samples along each axis; the dtype of `x`.
    """
    return real_and_imaginary(
        lambda part: _crop_all(part, list(map(crop, x.shape[-axes:])), gains), x
    )


def crop_centred(
    x: Array, f: Sequence[int | Fraction] = (2, 2), gains: Gains | None = None
) -> Array:
    """Keep the frequencies -floor(n/2) .. ceil(n/2)-1, centred for every N.

    For even n the bin at the new Nyquist frequency has no partner of the other sign: the result is
    the real part (of real and imaginary part each), which gives it the mean of the two. Of planes
    the real part is taken once, as the authors do; of volumes, and for decimals, after every axis,
    which gives the frequencies at which two or three axes are at their Nyquist frequency the mean
    of all signs.

    Parameters
    ----------
    x : Array
        Floating point or complex numbers.
    f : sequence of int or Fraction
        Factor for each of the last axes.
    gains : sequence of Array, optional
        Gain of each frequency of the whole centred spectrum, along each axis.

    Returns
    -------
    Array
        The image on the coarser grid; the dtype of `x`.
    """
    size = x.shape[-len(f) :]
    if len(f) == 2 and all(factor == int(factor) for factor in f):
        return real_and_imaginary(crop_planes(size, f, gains, x.real.dtype), x)
    size_after = _sizes(size, f)
    filters = [
        None
        if n == m and not gains
        else partial(crop_axis, size=m, gain=np.fft.ifftshift(gains[i]) if gains else None)
        for i, (n, m) in enumerate(zip(size, size_after, strict=True))
    ]
    if not any(filters):
        return x.copy()
    cropped = real_and_imaginary(lambda part: along_axes(part, filters, size_after), x)
    return infinity_as_nan(cropped)


def crop_planes(
    size: Size, f: Sequence[int | Fraction], gains: Gains | None = None, dtype: Any = np.float32
) -> FastPath:
    """Plan `crop_centred` for real planes of one size.

    Parameters
    ----------
    size : tuple of int
        Rows and columns.
    f : sequence of int
        Factor of rows and of columns.
    gains : sequence of Array, optional
        Gain of each frequency of the whole centred spectrum, along each axis.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable
        A function of arrays (..., H, W) of that size and dtype.
    """
    from sampviz.dsp.fast.fourier_crop import low_frequencies

    size_after = _sizes(size, f)
    half_gains = gains and [np.fft.ifftshift(gain)[: max(size_after) // 2 + 1] for gain in gains]
    return low_frequencies(size, size_after, half_gains, np.dtype(dtype))


def _sizes(size: Size, f: Sequence[int | Fraction]) -> Size:
    return tuple(high - low for low, high in map(crop, size, f))


def real_and_imaginary(function: Callable[[Array], Array], x: Array) -> Array:
    """Apply a function for real arrays to the real and to the imaginary part.

    Parameters
    ----------
    function : callable
        A linear function of a real array.
    x : Array
        Real or complex numbers.

    Returns
    -------
    Array
        The result; complex where `x` is.
    """
    if x.dtype.kind != "c":
        return function(x)
    return (function(x.real) + 1j * function(x.imag)).astype(x.dtype)


def _crop_all(x: Array, ranges: Sequence[tuple[int, int]], gains: Gains | None) -> Array:
    """Keep these indices of the shifted spectrum of a real array; the real part of what is left."""
    kept_gains = [
        gain[slice(*ends)] for gain, ends in zip(gains or (), ranges, strict=gains is not None)
    ]
    return np.ascontiguousarray(_crop_spectrum(x, ranges, kept_gains).real).astype(
        x.dtype, copy=False
    )


def _crop_spectrum(x: Array, ranges: Sequence[tuple[int, int]], gains: Gains) -> Array:
    """Keep these indices of the shifted spectrum, times gains of those kept; complex."""
    from scipy.fft import fftn, fftshift, ifftn, ifftshift

    axes = range(-len(ranges), 0)
    spectrum = fftshift(fftn(x, axes=axes, norm="forward"), axes=axes)
    for axis, ends in zip(axes, ranges, strict=True):
        spectrum = spectrum[axis_slice(axis, slice(*ends))]
    for axis, gain in zip(axes, gains, strict=bool(gains)):
        spectrum = spectrum * on_axis(gain.astype(x.real.dtype), axis)
    image: Array = ifftn(ifftshift(spectrum, axes=axes), axes=axes, norm="forward")
    return infinity_as_nan(image)


def _centre_range(n: int, m: int) -> tuple[int, int]:
    """Return the ends of the m lowest frequencies in a shifted spectrum of n."""
    low = n // 2 - m // 2
    return low, low + m


@bounded_cache(2**22)
def hamming_root(n: int, *, symmetric: bool) -> Array:
    """Return the square root of a Hamming window over the whole centred spectrum.

    Parameters
    ----------
    n : int
        Number of samples.
    symmetric : bool
        Whether it is numpy's window, as ASAP's authors use it: for even n its maximum lies half a
        bin beside DC. Otherwise the maximum is on DC, with gain 1, and the gains of +k and -k are
        equal.

    Returns
    -------
    Array, shape (n,)
        The gains, read-only, float64.
    """
    k = np.arange(n) - n // 2
    angles = np.pi * k / max(1, n // 2)
    window = np.sqrt(np.hamming(n) if symmetric else 0.54 + 0.46 * np.cos(angles))
    window.setflags(write=False)
    return window


def keep_middle(x: Array, sizes: Sequence[int], gains: Gains = ()) -> Array:
    """Crop the spectrum of an image whose origin is its middle pixel, as scanners have it.

    Parameters
    ----------
    x : Array
        Floating point or complex numbers.
    sizes : sequence of int
        Number of frequencies kept along each of the last axes.
    gains : sequence of Array
        Gain of each frequency that is kept, along each axis; none by default.

    Returns
    -------
    Array
        The image on the coarser grid, complex.
    """
    from scipy.fft import fftshift, ifftshift

    axes = range(-len(sizes), 0)
    ranges = list(map(_centre_range, x.shape[-len(sizes) :], sizes))
    return fftshift(_crop_spectrum(ifftshift(x, axes=axes), ranges, gains), axes=axes)


def kspace_to_image(x: Array) -> Array:
    """Return the image of centred k-space: the orthonormal inverse DFT of rows and columns.

    Parameters
    ----------
    x : Array, shape (..., H, W)
        k-space, DC at (H // 2, W // 2).

    Returns
    -------
    Array, shape (..., H, W)
        The image, complex.
    """
    from scipy.fft import fftshift, ifft2, ifftshift

    axes = (-2, -1)
    return fftshift(ifft2(ifftshift(x, axes=axes), norm="ortho"), axes=axes)


def zero_fill(x: Array, size: int, axis: int) -> Array:
    """Interpolate an axis by zeros beyond its spectrum.

    The Nyquist bin of an even side is split in two halves, so that a real image stays real.

    Parameters
    ----------
    x : Array
        Floating point or complex numbers.
    size : int
        Number of samples of the result, more than there are.
    axis : int
        Negative index of the axis.

    Returns
    -------
    Array
        `x` with `size` samples along the axis, as scipy.signal.resample.
    """
    n = x.shape[axis]
    gain = x.real.dtype.type(size / n)
    if x.dtype.kind != "c":
        half = rfft(x, axis=axis)
        if n % 2 == 0:
            half[axis_slice(axis, slice(n // 2, n // 2 + 1))] /= 2
        return infinity_as_nan(irfft(half, size, axis=axis) * gain)
    from scipy.fft import ifft

    spectrum = fft(x, axis=axis)
    shape = list(x.shape)
    shape[axis] = size
    padded = np.zeros(shape, spectrum.dtype)
    positive, negative = (n + 1) // 2, (n - 1) // 2
    padded[axis_slice(axis, slice(0, positive))] = spectrum[axis_slice(axis, slice(0, positive))]
    padded[axis_slice(axis, slice(size - negative, None))] = spectrum[
        axis_slice(axis, slice(n - negative, None))
    ]
    if n % 2 == 0:
        nyquist = spectrum[axis_slice(axis, slice(n // 2, n // 2 + 1))] / 2
        padded[axis_slice(axis, slice(n // 2, n // 2 + 1))] = nyquist
        padded[axis_slice(axis, slice(size - n // 2, size - n // 2 + 1))] += nyquist
    return infinity_as_nan(ifft(padded, axis=axis) * gain)
