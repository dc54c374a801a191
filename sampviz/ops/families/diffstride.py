"""DiffStride: a crop of the spectrum with a soft edge, whose width is a number of frequencies."""

from fractions import Fraction
from typing import Annotated, Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.fft import irfft, rfft
from sampviz.dsp.fourier_crop import real_and_imaginary
from sampviz.dsp.grid import Grid
from sampviz.dsp.nonfinite import infinity_as_nan
from sampviz.dsp.sliding_window import axis_slice, on_axis, pair
from sampviz.ops.define import op
from sampviz.ops.parameter import Param
from sampviz.ops.parameter_types import Mode
from sampviz.ops.rules import DoesNotFitError

Strides = Annotated[
    Fraction, Param(1, 64, "", "the stride, of any decimals", per_axis=True, in_caption="stride")
]
Width = Annotated[float, Param(0.5, 64, "", "of the soft edge, in frequencies")]


def _mask(n: int, f: Any, width: float, mode: str, axis: int) -> Array:
    """Return the gain of each frequency: rows by their index, columns those of rfft.

    In the authors' program the frequencies of rows are counted from both ends, the middle one
    twice, and those of columns begin at 1.
    """
    if n <= width:
        raise DoesNotFitError(f"diffstride needs an axis longer than width={width:g}, not {n} px")
    half = max(n / max(float(f), n / (n - width)), 2) / 2
    index = np.arange(n)
    if mode == "corrected":
        distance: Array = np.minimum(index, n - index)[: n // 2 + 1] * 1.0
    elif axis == -1:
        distance = index[: n // 2 + 1] - 1.0
    elif n % 2:
        distance = np.fft.fftshift(np.r_[(n - 1) // 2 : -1 : -1, 1 : (n - 1) // 2 + 1]) * 1.0
    else:
        distance = np.r_[: n // 2, n // 2 - 1 : -1 : -1] * 1.0
    return np.clip((width + half - distance) / width, 0, 1)


def _size(n: int, mask: Array, mode: str, axis: int) -> int:
    count = int(np.count_nonzero(mask))
    if mode == "corrected":
        return min(n, 2 * count - 1)
    return count if axis == -2 else 2 * (count - 1)


def _grid(n: int, *, axis: int, f: Any, width: float, mode: str) -> Grid:
    size = _size(n, _mask(n, f, width, mode, axis), mode, axis)
    return Grid(size, Fraction(n, max(1, size)))


@op(
    "diffstride",
    title="DiffStride",
    kind="down",
    group="spectrum",
    linear=True,
    grid=_grid,
    spreads=True,
    cite=("riad2022",),
)
def diffstride(
    x: Array,
    *,
    f: Strides = Fraction(2),
    width: Width = 4.0,
    mode: Mode = "corrected",
) -> Array:
    """Crop the spectrum with a soft edge, for strides that need not be whole: DiffStride.

    The gain falls linearly from 1, over `width` frequencies beyond the new Nyquist; these are
    kept, so there are more samples than N / f. The authors learn f. `faithful` is their program,
    which counts frequencies from the wrong end by one and multiplies a constant by N / n per
    axis; `corrected` counts from DC and keeps the mean.

    Size: the frequencies whose gain is not 0: about N / f + 2 width
    Delta: 0; the samples are N / size apart
    Edges: the image is taken as periodic.
    Source: Riad, Teboul, Grangier, Zeghidour, Learning Strides in Convolutional Neural Networks,
        ICLR 2022 (google-research/diffstride).
    """
    factors: Any = pair(f)
    run = _faithful if mode == "faithful" else _corrected
    return infinity_as_nan(real_and_imaginary(lambda part: run(part, factors, width), x))


def _corrected(x: Array, factors: tuple[Any, Any], width: float) -> Array:
    for axis, f in zip((-2, -1), factors, strict=True):
        n = x.shape[axis]
        mask = _mask(n, f, width, "corrected", axis)
        size, kept = _size(n, mask, "corrected", axis), np.count_nonzero(mask)
        spectrum = rfft(x, axis=axis, norm="forward")[axis_slice(axis, slice(kept))]
        spectrum *= on_axis(mask[:kept], axis).astype(x.dtype)
        x = np.asarray(irfft(spectrum, size, axis=axis, norm="forward")).astype(x.dtype, copy=False)
    return x


def _faithful(x: Array, factors: tuple[Any, Any], width: float) -> Array:
    from scipy.fft import irfft2, rfft2

    masks = [
        _mask(x.shape[a], f, width, "faithful", a) for a, f in zip((-2, -1), factors, strict=True)
    ]
    rows, columns = masks
    spectrum = rfft2(x) * (rows[:, None] * columns).astype(x.dtype)
    spectrum = spectrum[..., rows > 0, :][..., columns > 0]
    size = tuple(
        _size(x.shape[a], mask, "faithful", a) for a, mask in zip((-2, -1), masks, strict=True)
    )
    return np.asarray(irfft2(spectrum, s=size)).astype(x.dtype, copy=False)
