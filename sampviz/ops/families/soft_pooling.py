"""Soft pooling: means in which larger pixels weigh more."""

from collections.abc import Sequence
from functools import reduce
from typing import Annotated, Any

import numpy as np

from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.sliding_window import (
    PerAxis,
    WindowLayout,
    pad,
    window_layout,
    window_layouts,
    window_taps,
)
from sampviz.ops.define import op
from sampviz.ops.families.pooling import AS_WINDOW
from sampviz.ops.parameter import BadValueError, Param, for_all_axes
from sampviz.ops.parameter_types import Mode, Paddings, Strides, Windows

Gain = Annotated[float, Param(0, 1000, "", "how much more a larger pixel weighs")]


def _grid(n: int, *, k: int, s: int, p: int | str = 0, **_: Any) -> Grid:
    return window_layout(n, k=k, s=s, p=p).grid


def _soft_mean(x: Array, gain: float, layouts: Sequence[WindowLayout]) -> Array:
    """Return sum(x e^(gain x)) / sum(e^(gain x)) over each window; padding weighs nothing.

    The largest exponent of the window is subtracted first, so that none overflows. An infinity
    outweighs every number; minus infinity weighs nothing, unless there is nothing else.
    """
    inside = np.ones(x.shape[-len(layouts) :], bool)
    for axis, layout in zip(range(-len(layouts), 0), layouts, strict=True):
        x = pad(x, axis, layout.before, layout.reach, "zero", -np.inf)
        inside = pad(inside, axis, layout.before, layout.reach, "zero")
    largest = reduce(np.maximum, window_taps(x, layouts))
    total, weights = np.zeros_like(largest), np.zeros_like(largest)
    with np.errstate(invalid="ignore"):
        if gain == 0:
            pairs = zip(window_taps(x, layouts), window_taps(inside, layouts), strict=True)
            for sample, counts in pairs:
                weights += counts
                total += np.where(counts, sample, 0)
            return total / weights
        for sample in window_taps(x, layouts):
            counts = sample != -np.inf
            value = np.where(counts, sample, largest)
            weight = np.exp(x.dtype.type(gain) * (value - largest)) * counts
            weights += weight
            total += weight * value
        return np.where(np.isinf(largest), largest, total / weights)


def _fast_softpool(
    size: Size, dtype: DType, *, k: PerAxis, s: PerAxis, mode: PerAxis
) -> FiniteFastPath | None:
    mean = _fast_lip(size, dtype, gain=1.0, k=k, s=s, p=0)
    if mode == "corrected" or mean is None:
        return mean
    return lambda x: None if (out := mean(x)) is None else np.maximum(out, 0)


def _fast_lip(
    size: Size, dtype: DType, *, gain: PerAxis, k: PerAxis, s: PerAxis, p: PerAxis
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.window_means import exponential_mean

    if len(size) != 2 or gain == 0:
        return None
    return exponential_mean(gain, window_layouts(size, k, s, p, 1, False), dtype)


@op(
    "softpool",
    title="SoftPool",
    kind="down",
    group="pooling",
    linear=False,
    grid=_grid,
    depends_on_scale=True,
    fast=_fast_softpool,
    cite=("stergiou2021",),
)
def softpool(
    x: Array,
    axes: int,
    *,
    k: Windows = for_all_axes(2),
    s: Strides = AS_WINDOW,
    mode: Mode = "corrected",
) -> Array:
    """Take the mean of each window with weights e^x.

    Between mean and maximum, depending on the scale of x: on 0..1 it is nearly the mean, on
    0..255 the maximum. Each channel has its own weights. `faithful` sets what is negative to 0
    at the end, as the authors' programs do; theirs overflow beyond 88.

    Size: floor((N - k) / s) + 1
    Delta: (k-1)/2
    Edges: windows lie within the image.
    Source: Stergiou, Poppe, Kalliatakis, Refining Activation Downsampling with SoftPool, ICCV
        2021 (alexandrosstergiou/SoftPool).
    """
    sizes = zip(x.shape[-axes:], k, s, strict=True)
    out = _soft_mean(x, 1.0, [window_layout(n, k=ki, s=si) for n, ki, si in sizes])
    return np.maximum(out, 0) if mode == "faithful" else out


def _check(*, k: int, p: int | str, **_: Any) -> None:
    if isinstance(p, int) and p > k // 2:
        raise BadValueError(f"p={p}: wanted at most half of k={k}")


@op(
    "lip",
    title="LIP pooling",
    kind="down",
    group="learned",
    linear=False,
    grid=_grid,
    check=_check,
    depends_on_scale=True,
    fast=_fast_lip,
    cite=("gao2019",),
)
def lip(
    x: Array,
    axes: int,
    *,
    gain: Gain = 1.0,
    k: Windows = for_all_axes(3),
    s: Strides = for_all_axes(2),
    p: Paddings = for_all_axes(1),
) -> Array:
    """Take the mean of each window with weights e^(gain x): local importance pooling.

    The authors learn the exponent; here it is the pixel itself. gain=0 is average pooling without
    padding, which is what their layer starts from; a large gain is nearly max pooling.

    Size: floor((N + 2p - k) / s) + 1
    Delta: (k-1)/2 - p
    Edges: padding weighs nothing.
    Source: Gao, Wang, Wu, LIP: Local Importance-based Pooling, ICCV 2019 (sebgao/LIP).
    """
    sizes = zip(x.shape[-axes:], k, s, p, strict=True)
    return _soft_mean(x, gain, [window_layout(n, k=ki, s=si, p=pi) for n, ki, si, pi in sizes])
