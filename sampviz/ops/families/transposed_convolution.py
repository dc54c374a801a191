"""Transposed convolution and zero insertion."""

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Annotated, Any

import numpy as np

from sampviz.core.errors import ChainError
from sampviz.core.text import counted
from sampviz.dsp.closed_form_gain import constant_gain, taps_gain
from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.interpolate import insert_zeros
from sampviz.dsp.mix_channels import scatter_channels
from sampviz.dsp.nonfinite import NEGLIGIBLE, all_count, restored
from sampviz.dsp.sliding_window import PerAxis, axis_slice, each_axis
from sampviz.ops.conv_weights import (
    check_kernel,
    fast_path_of_file,
    mixes_channels,
    side,
    weights,
    with_bias,
)
from sampviz.ops.define import op
from sampviz.ops.parameter import BadValueError, Param, for_all_axes
from sampviz.ops.parameter_types import (
    BiasFile,
    Dilations,
    Factor,
    KernelFile,
    KernelName,
    Offset,
    Seed,
    Side,
    Strides,
)

Cropping = Annotated[
    tuple[int | str, ...],
    Param(
        0,
        64,
        "px",
        "cut off on every side, or the rule of Keras",
        ("same",),
        per_axis=True,
        in_caption="cut off",
    ),
]
Groups = Annotated[int, Param(1, 2**16, "", "groups of channels, of weights from a file")]
OutputPadding = Annotated[
    tuple[int | str, ...],
    Param(0, 63, "px", "rows and columns more at the far end", words=("none",), per_axis=True),
]


def _zeros_grid(n: int, *, f: int, o: int) -> Grid:
    return Grid(f * n, Fraction(1, f), Fraction(-o, f))


def _check_zeros(*, f: int, o: int) -> None:
    if o >= f:
        raise BadValueError(f"o={o}: wanted less than f={f}")


@op(
    "zeros",
    title="Zero insertion",
    kind="up",
    group="pixels",
    linear=True,
    grid=_zeros_grid,
    check=_check_zeros,
    picks=True,
    response=lambda v, f, **_: constant_gain(v) / f,
)
def zeros(x: Array, axis: int, *, f: Factor = 2, o: Offset = 0) -> Array:
    """Put each sample at the start of an f x f block of zeros: the bed of nails.

    The spectrum is repeated f times along each axis, the mean falls by f per axis.

    Size: f N
    Delta: -o/f
    Edges: nothing lies beyond the edge.
    Source: the definition of upsampling before its filter.
    """
    return insert_zeros(x, axis, f, o)


def _crop(n: int, k: int, s: int, p: int | str, op: int | str, d: int) -> tuple[int, int]:
    """Return where the output starts in the full sum of the scattered kernels, and its size."""
    span = d * (k - 1) + 1
    if isinstance(p, str):
        size = n * s if isinstance(op, str) else (n - 1) * s + span - 2 * (span // 2) + op
        return max((n - 1) * s + span - size, 0) // 2, size
    return p, (n - 1) * s - 2 * p + span + _appended(op)


def _appended(op: int | str) -> int:
    return 0 if isinstance(op, str) else op


def _grid(
    n: int, *, k: int, s: int, p: int | str, op: int | str, d: int, file: str, **_: Any
) -> Grid:
    k = side(k, file)
    start, size = _crop(n, k, s, p, op, d)
    return Grid(size, Fraction(1, s), (start - Fraction(d * (k - 1), 2)) / s)


def _check(*, s: int, p: int | str, op: int | str, d: int, **kernel_options: Any) -> None:
    check_kernel(
        kernel=kernel_options["kernel"], k=kernel_options["k"], file=kernel_options["file"]
    )
    if _appended(op) >= max(s, d):
        raise BadValueError(f"op={op}: wanted less than s={s} or d={d}")
    if isinstance(p, str) and d > 1 and (s > 1 or op == 0):
        raise BadValueError(f"d={d}: wanted s=1, and op not 0, with p=same")


def _weights(kernel: str, k: int, seed: int, file: str, axes: int) -> Array:
    if kernel == "box" and not file:
        return np.ones((k,) * axes)
    return weights(kernel, k, seed, file, axes)


def _channels(x: Array, taps: Array, axes: int) -> tuple[int, ...]:
    """Return the axes before those in space, of what a kernel makes that mixes channels."""
    channels = x.shape[-axes - 1] if x.ndim > axes else 1
    if channels != taps.shape[0]:
        raise ChainError(
            f"transpose: a kernel of {counted(taps.shape[0], 'channel')} does not fit {channels}",
            fix="save weights of channels x channels made for each group x k x k",
        )
    return (*x.shape[: -axes - 1], taps.shape[1])


def _of_all_groups(taps: Array, groups: int) -> Array:
    """Return the weights between all channels, 0 between those of different groups."""
    channels, made = taps.shape[:2]
    if channels % groups:
        raise BadValueError(f"groups={groups}: wanted a part of the {counted(channels, 'channel')}")
    wide = np.zeros((channels, groups, *taps.shape[1:]))
    numbers = np.arange(channels)
    wide[numbers, numbers * groups // channels] = taps
    return wide.reshape(channels, groups * made, *taps.shape[2:])


def _times(x: Array, taps: Array, tap: tuple[int, ...], axes: int) -> Array:
    return scatter_channels(x[None] if x.ndim == axes else x, taps, tap, axes)


def _response(
    frequencies: Sequence[Array],
    kernel: str,
    k: int,
    s: Sequence[int],
    d: Sequence[int],
    seed: int,
    file: str,
    **_: Any,
) -> Array | None:
    if file and weights(kernel, k, seed, file, len(d)).ndim > len(d):
        return None  # each channel has its own
    scaled = [v * di / si for v, di, si in zip(frequencies, d, s, strict=True)]
    return taps_gain(_weights(kernel, k, seed, file, len(d)), *scaled) / prod(s)


def _picks(kernel: str, k: int, s: int, d: int, file: str, **_: Any) -> bool:
    no_sums = k == 1 or (d == 1 and k <= s)
    return not file and (kernel == "identity" or (kernel == "box" and no_sums))


def _fast(
    size: Size,
    dtype: DType,
    *,
    kernel: str,
    k: int,
    s: PerAxis,
    p: PerAxis,
    op: PerAxis,
    d: PerAxis,
    seed: int,
    file: str,
    bias: str,
    groups: int,
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.plane_scatter import scatter_planes
    from sampviz.dsp.fast.transposed_convolution import transposed_convolution

    axes = len(size)
    if bias or groups > 1:
        return None
    steps, dilations = each_axis(s, axes), each_axis(d, axes)
    values = list(zip(steps, each_axis(p, axes), each_axis(op, axes), dilations, strict=True))

    def plan(taps: Array) -> FiniteFastPath | None:
        crops = [_crop(n, len(taps), *of_axis) for n, of_axis in zip(size, values, strict=True)]
        cuts, size_after = zip(*crops, strict=True)
        if axes == 2:
            spread = np.zeros([di * (len(taps) - 1) + 1 for di in dilations])
            spread[:: dilations[0], :: dilations[1]] = taps
            return scatter_planes(spread, size, steps, cuts, size_after, dtype)
        ends = zip(cuts, size_after, size, steps, strict=True)
        is_inside = all(cut + m <= (n - 1) * si + len(taps) for cut, m, n, si in ends)
        is_full = dilations == (1, 1, 1) and len(taps) > 1 and all_count(taps, "zero")
        full = transposed_convolution(size, taps, steps, dtype) if is_inside and is_full else None
        if full is None:
            return None
        kept: Any = (..., *(slice(cut, cut + m) for cut, m in crops))
        return lambda x: None if (out := full(x)) is None else np.asarray(out[kept])

    if file:
        return fast_path_of_file(file, axes, plan)
    return plan(_weights(kernel, k, seed, file, axes))


@op(
    "transpose",
    title="Transposed convolution, {k}, {s}",
    phrases={"k": "kernel\u00a0{}", "s": "stride\u00a0{}", "op": "output padding {}"},
    kind="up",
    group="learned",
    linear=True,
    linear_if=lambda bias, **_: not bias,
    affine="bias",
    depends_on_scale=lambda bias, **_: bool(bias),
    grid=_grid,
    check=_check,
    picks=_picks,
    response=_response,
    fast=_fast,
)
def transpose(
    x: Array,
    axes: int,
    *,
    kernel: KernelName = "box",
    k: Side = 3,
    s: Strides = for_all_axes(2),
    p: Cropping = for_all_axes(0),
    op: OutputPadding = for_all_axes("none"),
    d: Dilations = for_all_axes(1),
    seed: Seed = 0,
    file: KernelFile = "",
    bias: BiasFile = "",
    groups: Groups = 1,
) -> Array:
    """Add up the kernel times each pixel, s pixels apart: transposed convolution.

    `box` is all ones here, so that a constant image shows how many kernels overlap: unless s
    divides k, the counts differ and draw a checkerboard. The other kernels are those of conv:
    `gauss` sums to 1, so that the mean falls by s per axis. It gives back the size of an image
    that was convolved, never its values, though lecture slides have claimed so. A file has k x k
    weights for every channel, or channels x channels made for each group x k x k, as torch has
    them.

    Size: (N - 1)s - 2p + d(k-1) + op + 1; for p=same s N, or with op (N - 1)s + e - 2 floor(e/2)
        + op, e = d(k-1) + 1
    Delta: (p - d(k-1)/2) / s; for p=same half of what is too much, rounded down, stands for p
    Edges: what lies beyond p is cut off; op appends before the cut.
    Source: torch.nn.functional.conv_transpose2d; tf.keras.layers.Conv2DTranspose for p=same.
    """
    taps = _weights(kernel, k, seed, file, axes)
    k, mixes = taps.shape[-1], mixes_channels(taps, axes)
    taps = _of_all_groups(taps, groups) if mixes else taps
    per_axis = list(zip(x.shape[-axes:], s, p, op, d, strict=True))
    crops = [_crop(n, k, si, pi, oi, di) for n, si, pi, oi, di in per_axis]
    spans = [
        max((n - 1) * si + di * (k - 1) + 1 + _appended(oi), start + size)
        for (n, si, _, oi, di), (start, size) in zip(per_axis, crops, strict=True)
    ]
    sums: Array = np.abs(taps).sum(axis=(0, 1)) if mixes else np.abs(taps)
    channels = _channels(x, taps, axes) if mixes else x.shape[:-axes]

    def scattered(least: float) -> Array:
        """Return the sum of what taps of this size and above make of the pixels."""
        full = np.zeros((*channels, *spans), x.dtype)
        for tap in zip(*np.nonzero(sums >= least), strict=True):
            view = full
            for axis, (n, si, _, _, di), a in zip(range(-axes, 0), per_axis, tap, strict=True):
                view = view[axis_slice(axis, slice(a * di, a * di + (n - 1) * si + 1, si))]
            view += _times(x, taps, tap, axes) if mixes else x * x.dtype.type(taps[tap])
        for axis, (start, size) in zip(range(-axes, 0), crops, strict=True):
            full = full[axis_slice(axis, slice(start, start + size))]
        return np.ascontiguousarray(full)

    with np.errstate(invalid="ignore"):  # 0 times infinity
        total = scattered(0)
    counts = all_count(taps, "zero")
    out = total if counts else restored(total, lambda: scattered(NEGLIGIBLE))
    return with_bias(out, bias, axes)
