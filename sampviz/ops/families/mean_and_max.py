"""Poolings between the mean and the maximum: generalised mean, mixed and gated pooling."""

from collections.abc import Sequence
from functools import reduce
from math import prod
from typing import Annotated, Any

import numpy as np

from sampviz.dsp.correlate import correlate
from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.sliding_window import (
    PerAxis,
    WindowLayout,
    taps_along,
    window_layout,
    window_layouts,
    window_taps,
)
from sampviz.ops.conv_weights import check_kernel_axes, mixes_channels, side, weights
from sampviz.ops.define import op
from sampviz.ops.families.pooling import AS_WINDOW
from sampviz.ops.parameter import BadValueError, Param, for_all_axes
from sampviz.ops.parameter_types import Strides, Windows
from sampviz.ops.rules import DoesNotFitError

Power = Annotated[float, Param(1, 64, "", "the power p")]
Least = Annotated[float, Param(1e-30, 1, "", "what smaller values count as")]
Share = Annotated[float, Param(0, 1, "", "share of the maximum; the rest is of the mean")]
Gain = Annotated[float, Param(-1000, 1000, "", "of the mean of the window, inside the gate")]


def _grid(n: int, *, k: int, s: int, **_: Any) -> Grid:
    return window_layout(n, k=k, s=s).grid


def layouts_of(x: Array, k: Sequence[int], s: Sequence[int]) -> list[WindowLayout]:
    """Return the windows along each of the last axes.

    Parameters
    ----------
    x : Array
        What is pooled.
    k, s : sequence of int
        Samples of a window and distance between windows, an axis each.

    Returns
    -------
    list of WindowLayout
    """
    sizes = zip(x.shape[-len(k) :], k, s, strict=True)
    return [window_layout(n, k=ki, s=si) for n, ki, si in sizes]


def _along_axes(x: Array, layouts: Sequence[WindowLayout], combine: np.ufunc) -> Array:
    for axis, layout in zip(range(-len(layouts), 0), layouts, strict=True):
        x = np.asarray(reduce(combine, taps_along(x, layout, axis)))
    return x


def _mean_and_largest(x: Array, layouts: Sequence[WindowLayout]) -> tuple[Array, Array]:
    with np.errstate(invalid="ignore"):  # infinities of both signs
        total = _along_axes(x, layouts, np.add)
    mean = total / x.dtype.type(prod(layout.k for layout in layouts))
    return mean, _along_axes(x, layouts, np.maximum)


def _mixture(mean: Array, largest: Array, share: Array) -> Array:
    with np.errstate(invalid="ignore"):  # 0 times infinity
        mixed = share * largest + (1 - share) * mean
    return np.where(share == 1, largest, np.where(share == 0, mean, mixed))


def _fast_gem(
    size: Size, dtype: DType, *, norm: PerAxis, k: PerAxis, s: PerAxis, eps: PerAxis
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.window_means import power_mean

    if len(size) != 2:
        return None
    return power_mean(norm, eps, window_layouts(size, k, s, 0, 1, False), dtype)


def _fast_mixed(
    size: Size, dtype: DType, *, a: PerAxis, k: PerAxis, s: PerAxis
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.window_means import mixed_pool

    if len(size) != 2 or a in (0, 1):
        return None
    return mixed_pool(a, window_layouts(size, k, s, 0, 1, False), dtype)


@op(
    "gem",
    title="Generalised-mean pooling",
    kind="down",
    group="pooling",
    linear=False,
    grid=_grid,
    depends_on_scale=True,
    fast=_fast_gem,
    cite=("radenovic2019",),
)
def gem(
    x: Array,
    axes: int,
    *,
    norm: Power = 3.0,
    k: Windows = for_all_axes(2),
    s: Strides = AS_WINDOW,
    eps: Least = 1e-6,
) -> Array:
    """Take the p-th root of the mean of p-th powers of each window: GeM pooling.

    From the mean, p=1, to the maximum, p large. Values below eps count as eps: a window of
    negative ones gives eps.

    Size: floor((N - k) / s) + 1
    Delta: (k-1)/2
    Edges: windows lie inside.
    Source: Radenovic, Tolias, Chum, Fine-tuning CNN Image Retrieval with No Human Annotation,
        TPAMI 2019, over windows.
    """
    layouts = layouts_of(x, k, s)
    x = np.maximum(x, x.dtype.type(eps))
    largest = _along_axes(x, layouts, np.maximum)
    with np.errstate(invalid="ignore", under="ignore"):  # of infinity, which is put in below
        total = reduce(np.add, ((tap / largest) ** norm for tap in window_taps(x, layouts)))
        mean = total / x.dtype.type(prod(k))
        out = mean ** x.dtype.type(1 / norm) * largest
    return np.where(np.isinf(largest), largest, out)


@op("mixed", title="Mixed pooling", kind="down", group="pooling", linear=False, grid=_grid,
    picks=lambda a, **_: a == 1, fast=_fast_mixed, cite=("lee2016",))  # fmt: skip
def mixed(
    x: Array,
    axes: int,
    *,
    a: Share = 0.5,
    k: Windows = for_all_axes(2),
    s: Strides = AS_WINDOW,
) -> Array:
    """Mix max and average pooling: a of the largest pixel and 1 - a of the mean of every window.

    Size: floor((N - k) / s) + 1
    Delta: (k-1)/2
    Edges: windows lie inside.
    Source: Lee, Gallagher, Tu, Generalizing Pooling Functions in Convolutional Neural Networks,
        AISTATS 2016, where a is learned.
    """
    mean, largest = _mean_and_largest(x, layouts_of(x, k, s))
    return _mixture(mean, largest, np.asarray(a, x.dtype))


def _gated_grid(n: int, *, k: int, file: str, **values: Any) -> Grid:
    if file and k != (own := side(3, file)):
        raise DoesNotFitError(_other_side(k, own), f"k={own}")
    return _grid(n, k=k, **values)


def _other_side(k: int, own: int) -> str:
    return f"k={k}: wanted {own}, the side of the weights in the file"


def _check_gate(file: str, axes: int) -> None:
    check_kernel_axes(file, axes)
    if file and mixes_channels(weights("", 0, 0, file, axes), axes):
        raise DoesNotFitError("file holds a kernel that mixes channels", "give weights of a window")


_GateFile = Annotated[
    str, Param(meaning="weights, k x k", is_path=True, in_caption="weights", check_axes=_check_gate)
]


def _check_gated(*, k: int, s: int, gain: float, file: str) -> None:
    if file and gain != 1:
        raise BadValueError(f"gain={gain:g}: wanted none beside a file")


@op("gated", title="Gated pooling", kind="down", group="pooling", linear=False, grid=_gated_grid,
    check=_check_gated, depends_on_scale=True, cite=("lee2016",))  # fmt: skip
def gated(
    x: Array,
    axes: int,
    *,
    gain: Gain = 1.0,
    k: Windows = for_all_axes(2),
    s: Strides = AS_WINDOW,
    file: _GateFile = "",
) -> Array:
    """Mix max and average pooling, by a gate that looks at the window.

    The share of the maximum is 1 / (1 + exp(-g)), g the gain times the mean of the window, or the
    sum of its pixels times the weights in `file`, k on a side.

    Size: floor((N - k) / s) + 1
    Delta: (k-1)/2
    Edges: windows lie inside.
    Source: Lee, Gallagher, Tu, Generalizing Pooling Functions in Convolutional Neural Networks,
        AISTATS 2016, where the weights of the gate are learned.
    """
    layouts = layouts_of(x, k, s)
    taps = weights("box", 3, 0, file, axes) if file else np.full(tuple(k), gain / prod(k))
    if taps.shape != tuple(k):  # it was written again since its size was told
        raise BadValueError(_other_side(k[0], len(taps)))
    mean, largest = _mean_and_largest(x, layouts)
    with np.errstate(over="ignore"):
        share = 1 / (1 + np.exp(-correlate(x, taps, layouts, "zero")))
    return _mixture(mean, largest, share.astype(x.dtype))
