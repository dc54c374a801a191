"""Crops of the spectrum: of k-space, as in MRI, and spectral pooling."""

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Annotated

import numpy as np

from sampviz.dsp.axis_filters import AxisFilter, along_axes, crop_axis
from sampviz.dsp.closed_form_gain import cut_gain
from sampviz.dsp.dtypes import Array, DType, FastPath, FiniteFastPath
from sampviz.dsp.fft import irfft, rfft
from sampviz.dsp.fourier_crop import keep_middle, real_and_imaginary
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.nonfinite import infinity_as_nan
from sampviz.dsp.sliding_window import PerAxis, axis_slice, each_axis
from sampviz.ops.define import op
from sampviz.ops.parameter import Param, for_all_axes
from sampviz.ops.parameter_types import DecimalFactors, Factors, Mode
from sampviz.ops.rules import DoesNotFitError

TUKEY_ALPHA = 0.5  # share of the band under the cosine
KAISER_BETA = 4.0
Apodisation = Annotated[
    str,
    Param(meaning="gain over the kept band", words=("none", "hann", "hamming", "tukey", "kaiser")),
]


def _grid(n: int, *, f: int, **_: str) -> Grid:
    size = n // f
    step = Fraction(n, max(1, size))
    return Grid(size, step, n // 2 - step * (size // 2))


def _gain(u: Array, window: str) -> Array:
    """Return the gain over the kept band, of which -1 and 1 are the ends; 1 at DC."""
    if window == "none":
        return np.ones_like(u)
    if window == "hann":
        return 0.5 * (1 + np.cos(np.pi * u))
    if window == "hamming":
        return 0.54 + 0.46 * np.cos(np.pi * u)
    if window == "kaiser":
        return np.i0(KAISER_BETA * np.sqrt(1 - u**2)) / np.i0(KAISER_BETA)
    flat = 1 - TUKEY_ALPHA
    edge = 0.5 * (1 + np.cos(np.pi * (np.abs(u) - flat) / TUKEY_ALPHA))
    return np.where(np.abs(u) <= flat, 1.0, edge)


def _gains(n: int, window: str) -> Array:
    """Return the gain of each of n frequencies that are kept, DC in the middle."""
    return _gain((np.arange(n) - n // 2) / max(1, n / 2), window)


def _response(v: Array, f: int, window: str) -> Array | None:
    if f != int(f):
        return None
    return _gain(np.clip(2 * f * v, -1, 1), window) * cut_gain(v, f)


def _fast_kspace(size: Size, dtype: DType, *, f: PerAxis, window: PerAxis) -> FiniteFastPath | None:
    f = each_axis(f, len(size))
    if 1 in f[-2:]:
        return None
    sizes = tuple(n // fi for n, fi in zip(size, f, strict=True))
    gains = [_gains(n, str(window)) for n in sizes]
    if len(size) == 2 or f[0] == 1:
        return _fast_kspace_of_planes(size[-2:], sizes[-2:], gains[-2:], dtype)
    from sampviz.dsp.fast.axis_products import axis_products

    return axis_products(
        [
            lambda x, n=n, gain=gain: keep_middle(x, [n], [gain]).real  # type: ignore[misc]
            for n, gain in zip(sizes, gains, strict=True)
        ],
        size,
        dtype,
    )


def _fast_kspace_of_planes(
    size: Size, sizes: Size, gains: Sequence[Array], dtype: DType
) -> FiniteFastPath:
    from sampviz.dsp.fast.fourier_crop import low_frequencies

    half_gains = [np.fft.ifftshift(gain)[: len(gain) // 2 + 1] for gain in gains]
    crop = low_frequencies(size, sizes, half_gains, dtype)
    if not any(n % 2 for n in (*size, *sizes)):
        return crop  # the shifts by half of the pixels, before and after, are the same
    return lambda x: np.fft.fftshift(crop(np.fft.ifftshift(x, (-2, -1))), (-2, -1))


@op(
    "kspace",
    title="k-space crop",
    kind="down",
    group="spectrum",
    linear=True,
    grid=_grid,
    response=_response,
    fast=_fast_kspace,
    spreads=True,
    not_by_window="makes complex numbers of real ones",
)
def kspace(
    x: Array, axes: int, *, f: DecimalFactors = for_all_axes(2), window: Apodisation = "none"
) -> Array:
    """Keep the middle of k-space, as a scanner that samples less of it.

    The mean is kept; of a real image the real part is taken, a complex one stays complex. The
    window, over the kept band and 1 at DC, trades ringing for sharpness (tukey: half of the band
    under the cosine; kaiser: beta 4).

    Size: floor(N / f)
    Delta: floor(N/2) - N/size floor(size/2): the middle pixel stays the middle pixel
    Edges: the image is taken as periodic.
    Source: fft2c, center_crop and ifft2c of fastMRI, times sqrt(size / N) per axis.
    """
    sizes = [n // fi for n, fi in zip(x.shape[-axes:], f, strict=True)]
    gains = [_gains(n, window) for n in sizes]
    if x.dtype.kind == "c" or axes == 2:
        out = keep_middle(x, sizes, gains)
        return (out if x.dtype.kind == "c" else np.ascontiguousarray(out.real)).astype(x.dtype)
    filters = map(_middle_filter, sizes, gains)  # as flc does of volumes
    return infinity_as_nan(along_axes(x, list(filters), tuple(sizes)))


def _middle_filter(size: int, gain: Array) -> AxisFilter:
    """Return what crops an axis whose origin is its middle sample."""

    def crop(x: Array, axis: int) -> Array:
        cropped = crop_axis(np.fft.ifftshift(x, axis), axis, size, np.fft.ifftshift(gain))
        return np.asarray(np.fft.fftshift(cropped, axis))

    return crop


def _spectral_size(n: int, f: int, axis: int) -> int:
    if f == 1:
        return n
    # Rows are made even in number, columns are not: so the authors' program does.
    return max(2, n // f // 2 * 2 if axis == -2 else n // f)


def _spectral_grid(n: int, *, axis: int, f: int, **_: str) -> Grid:
    if n < 2:
        raise DoesNotFitError(f"spectral needs at least 2 px, not {n}")
    size = _spectral_size(n, f, axis)
    return Grid(size, Fraction(n, size))


def _spectral_response(v: Array, f: int, mode: str) -> Array:
    return cut_gain(v, f) * (f if mode == "faithful" else 1)


def _fast_spectral(size: Size, dtype: DType, *, f: PerAxis, mode: PerAxis) -> FastPath | None:
    from sampviz.dsp.fast.half_spectrum_crop import half_spectrum_crop

    factors = each_axis(f, len(size))
    if 1 in factors:
        return None
    size_after = tuple(
        _spectral_size(n, fi, i - 2) for i, (n, fi) in enumerate(zip(size, factors, strict=True))
    )
    if any(m >= n for n, m in zip(size, size_after, strict=True)):
        return None
    gain = prod(size) / prod(size_after) if mode == "faithful" else 1.0
    return half_spectrum_crop(size, size_after, gain, dtype)


@op(
    "spectral",
    title="Spectral pooling",
    kind="down",
    group="spectrum",
    linear=True,
    grid=_spectral_grid,
    response=_spectral_response,
    fast=_fast_spectral,
    spreads=True,
    cite=("rippel2015",),
)
def spectral(x: Array, *, f: Factors = for_all_axes(2), mode: Mode = "corrected") -> Array:
    """Crop half of the spectrum of a real image and go back: spectral pooling.

    `faithful` keeps the program's scale: a constant becomes N/n times as large per axis, four
    times for f=2. `corrected` keeps the mean.

    Size: floor(N / f), of rows the even number below; at least 2
    Delta: 0; the samples are N / size apart
    Edges: the image is taken as periodic.
    Source: Rippel, Snoek, Adams, Spectral Representations for Convolutional Neural Networks,
        NeurIPS 2015; equal to FixedSpectralPooling of google-research/diffstride.
    """
    h, w = x.shape[-2:]
    n, m = _spectral_size(h, f[0], -2), _spectral_size(w, f[1], -1)
    out = real_and_imaginary(lambda part: _half_crops(part, n, m, f), x)
    out = out * x.dtype.type(h * w / (n * m)) if mode == "faithful" else out
    return infinity_as_nan(out)


def _half_crops(x: Array, n: int, m: int, f: Sequence[int]) -> Array:
    """Crop the axes whose factor is not 1."""
    if 1 not in f:
        return _half_crop(x, n, m)
    x = x if f[1] == 1 else _half_crop_along(x, m, -1)
    return x.copy() if f[0] == 1 else _half_crop_along(x, n, -2)


def _half_crop_along(x: Array, n: int, axis: int) -> Array:
    half = rfft(x, axis=axis, norm="forward")[axis_slice(axis, slice(n // 2 + 1))]
    return irfft(half, n, axis=axis, norm="forward").astype(x.dtype, copy=False)


def _half_crop(x: Array, n: int, m: int) -> Array:
    from scipy.fft import irfft2, rfft2

    half = rfft2(x, norm="forward")[..., : m // 2 + 1]
    cropped = np.concatenate([half[..., : n // 2, :], half[..., -(n // 2) :, :]], axis=-2)
    return irfft2(cropped, s=(n, m), norm="forward").astype(x.dtype, copy=False)
