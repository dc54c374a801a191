"""FLC and ASAP pooling: crops of the spectrum, bare or under a window."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import numpy as np

from sampviz.core.warn import warn
from sampviz.dsp.closed_form_gain import cut_gain
from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.fourier_crop import (
    crop,
    crop_as_published,
    crop_centred,
    crop_grid,
    crop_planes,
    hamming_root,
)
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.sliding_window import PerAxis, axis_slice, each_axis, pair
from sampviz.dsp.sliding_window import pad as zero_pad
from sampviz.ops.define import op
from sampviz.ops.parameter import BadValueError, Param, for_all_axes
from sampviz.ops.parameter_types import DecimalFactors, Factors, Mode
from sampviz.ops.rules import Params

AsapPad = Annotated[
    str, Param(meaning="zeros around the image first", words=("none", "one", "large"))
]


def _check(*, f: int, mode: str, **_: Any) -> None:
    if mode == "faithful" and f not in (1, 2):
        raise BadValueError(f"f={f}: wanted 2, the only factor of the authors' program")


def _warn_of_shifted_spectrum(name: str, shape: tuple[int, ...]) -> None:
    sides = [n for n in shape if n % 4 == 2]
    if sides:
        warn(
            f"{name}:mode=faithful moves the spectrum by one bin on an axis of {sides[0]} px, as"
            " the authors' program does where N = 2 mod 4: not even a constant is kept"
        )


def _flc_grid(n: int, *, f: int, **_: Any) -> Grid:
    return crop_grid(n, f)


def _flc_window(x: Array, params: Params) -> Array:
    def gains(n: int, f: int) -> Array:
        if params["mode"] == "faithful":
            low, high = crop(n)
            kept = np.arange(n)
            return np.where((kept >= low) & (kept < high), 1.0, 0.0)
        above = np.abs(np.arange(n) - n // 2) - crop_grid(n, f).size / 2
        # Of the new Nyquist frequency the mean of the two signs is kept.
        return np.where(above < 0, 1.0, np.where((above == 0) & (f > 1), 0.5, 0.0))

    return np.outer(*map(gains, x.shape[-2:], pair(params["f"])))


def _fast_flc(size: Size, dtype: DType, *, f: PerAxis, mode: PerAxis) -> FiniteFastPath | None:
    factors = each_axis(f, len(size))
    is_whole = all(isinstance(factor, int) for factor in factors)
    # Of planes the authors' program differs where it moves the spectrum by a bin.
    is_corrected = mode != "faithful" or (len(size) == 2 and all(n % 4 != 2 for n in size))
    return _fast_crop(size, factors, None, dtype) if is_whole and is_corrected else None


def _fast_crop(
    size: Size, f: Size, gains: Sequence[Array] | None, dtype: DType
) -> FiniteFastPath | None:
    """Plan the crop of planes, of a stack of planes whose slices all stay, or of volumes."""
    if 1 in f[-2:] or (len(size) == 3 and f[0] != 1):
        return None if 1 in f else _fast_crop_of_volumes(size, f, gains, dtype)
    return crop_planes(size[-2:], f[-2:], gains and gains[-2:], dtype)


def _fast_crop_of_volumes(
    size: Size, f: Size, gains: Sequence[Array] | None, dtype: DType
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.axis_products import axis_products

    crops = [
        partial(crop_centred, f=(fi,), gains=gains and gains[i : i + 1]) for i, fi in enumerate(f)
    ]
    return axis_products(crops, size, dtype)


@op(
    "flc",
    title="FLC pooling",
    kind="down",
    group="spectrum",
    linear=True,
    grid=_flc_grid,
    check=_check,
    response=lambda v, f, **_: cut_gain(v, f) if f == int(f) else None,
    fast=_fast_flc,
    intermediates={"window": _flc_window},
    spreads=True,
    cite=("grabinski2022",),
)
def flc(
    x: Array, axes: int, *, f: DecimalFactors = for_all_axes(2), mode: Mode = "corrected"
) -> Array:
    """Keep the low middle of the spectrum, drop the rest: FLC pooling.

    No aliasing at all, since nothing above the new Nyquist is left to fold; the price of the
    sharp cut is ringing along edges (6.8 % overshoot at a step), round the borders too.
    `faithful` is the authors' program, whose cut is off by one bin where N = 2 mod 4;
    `corrected` centres the cut there and equals it elsewhere. At the new Nyquist frequency the
    mean of the two signs is kept: a cosine of amplitude 1 comes out with 1/2.

    Size: trunc(3N/4) - trunc(N/4); in general trunc(N(f+1)/2f) - trunc(N(f-1)/2f)
    Delta: 0; the samples are N / size apart
    Edges: the image is taken as periodic.
    Source: Grabinski, Jung, Keuper, Keuper, FrequencyLowCut Pooling, ECCV 2022
        (GeJulia/flc_pooling).
    """
    if mode == "corrected":
        return crop_centred(x, f)
    _warn_of_shifted_spectrum("flc", x.shape[-axes:])
    return crop_as_published(x, axes)


def _asap_padding(n: int, pad: str) -> tuple[int, int]:
    if pad == "large":
        return max(0, n // 2 - 1), n // 2
    return 0, int(pad == "one")


def _asap_grid(n: int, *, f: int, pad: str, **_: Any) -> Grid:
    before, after = _asap_padding(n, pad)
    grid = crop_grid(before + n + after, f)
    if pad != "large":
        return grid
    # The middle half of the result is kept: the rest is padding.
    low, high = crop(grid.size)
    return Grid(high - low, grid.step, low * grid.step - before)


def _asap_window(x: Array, params: Params) -> Array:
    def gains(n: int, f: int) -> Array:
        if f == 1:
            return np.ones(n)
        padded = n + sum(_asap_padding(n, str(params["pad"])))
        return hamming_root(padded, symmetric=params["mode"] == "faithful")

    return np.outer(*map(gains, x.shape[-2:], pair(params["f"])))


def _asap_response(v: Array, f: int, **_: Any) -> Array:
    # The authors' program has the same, up to terms that vanish for large images.
    return np.sqrt(0.54 + 0.46 * np.cos(2 * np.pi * v)) * cut_gain(v, f)


def _fast_asap(
    size: Size, dtype: DType, *, f: PerAxis, mode: PerAxis, pad: PerAxis
) -> FiniteFastPath | None:
    is_corrected = mode != "faithful" or (len(size) == 2 and all(n % 2 for n in size))
    if not is_corrected or pad != "none":
        return None
    gains = [hamming_root(n, symmetric=False) for n in size]
    return _fast_crop(size, each_axis(f, len(size)), gains, dtype)


@op(
    "asap",
    title="ASAP pooling",
    kind="down",
    group="spectrum",
    linear=True,
    grid=_asap_grid,
    check=_check,
    response=_asap_response,
    fast=_fast_asap,
    intermediates={"window": _asap_window},
    spreads=True,
    cite=("grabinski2023",),
)
def asap(
    x: Array,
    axes: int,
    *,
    f: Factors = for_all_axes(2),
    mode: Mode = "corrected",
    pad: AsapPad = "none",
) -> Array:
    """Cut the spectrum as flc does, after damping it with the root of a Hamming window: ASAP.

    The window spans the whole old spectrum, so the cut still ends in a jump (gain .735 per axis)
    and rings a little less than flc (5.6 % overshoot). `faithful` is the authors' program without
    its transposition: its window has its top half a bin beside DC for even N, so that a constant
    1 becomes .9994 at 64 px, and its cut is off by one bin where N = 2 mod 4. `corrected` has its
    top on DC and its cut in the middle; for odd N the two are equal.

    Size: trunc(3N/4) - trunc(N/4), of N + 1 for pad=one; pad=large: the middle half of twice that
    Delta: 0; the samples are N / size apart. pad=large shifts it, by at most a sample
    Edges: periodic; pad=one appends a row and a column of zeros, pad=large N/2 zeros on each side.
    Source: Grabinski, Keuper, Keuper, Fix your downsampling ASAP!, 2023, arXiv 2307.09804
        (GeJulia/flc_pooling).
    """
    faithful = mode == "faithful"
    last_axes = range(-axes, 0)
    for axis in last_axes:
        x = zero_pad(x, axis, *_asap_padding(x.shape[axis], pad), "zero")
    gains = [hamming_root(x.shape[axis], symmetric=faithful) for axis in last_axes]
    if faithful:
        _warn_of_shifted_spectrum("asap", x.shape[-axes:])
    out = crop_as_published(x, axes, gains) if faithful else crop_centred(x, f, gains)
    if pad == "large":
        for axis in last_axes:
            out = out[axis_slice(axis, slice(*crop(out.shape[axis])))]
    return np.ascontiguousarray(out)
