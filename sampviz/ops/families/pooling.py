"""Pooling over windows: maximum, minimum and mean."""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Annotated, Any

import numpy as np

from sampviz.dsp.closed_form_gain import box_gain
from sampviz.dsp.dtypes import Array, DType, FastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.pool_indices import max_pool_indices
from sampviz.dsp.sliding_window import (
    PerAxis,
    WindowLayout,
    each_axis,
    on_axis,
    pad,
    taps_along,
    window_layout,
    window_layouts,
)
from sampviz.ops.define import op
from sampviz.ops.parameter import BadValueError, Param, derived
from sampviz.ops.parameter_types import Ceil, Dilation, Padding, Stride, Window

CountPad = Annotated[bool, Param(meaning="padding counts in the mean")]
AS_WINDOW = derived("k", lambda values: values["k"])
PADDING_COUNTS = derived("true, false for p=same", lambda values: values["p"] != "same")


def _grid(n: int, *, k: int, s: int, p: int | str, ceil: bool, d: int = 1, **_: Any) -> Grid:
    return window_layout(n, k=k, s=s, p=p, d=d, ceil=ceil).grid


def _check(*, k: int, p: int | str, ceil: bool, **_: Any) -> None:
    if ceil and isinstance(p, str):
        raise BadValueError("ceil=true: wanted false with p=same, which keeps every pixel anyway")
    # As in torch: a window that holds nothing but padding has no largest pixel and no mean.
    if isinstance(p, int) and p > k // 2:
        raise BadValueError(f"p={p}: wanted at most half of k={k}")


def _extreme(x: Array, axis: int, choose: np.ufunc, layout: WindowLayout) -> Array:
    fill = -np.inf if choose is np.maximum else np.inf
    padded = pad(x, axis, layout.before, layout.reach, "zero", fill)
    extreme = reduce(choose, taps_along(padded, layout, axis))
    return extreme.copy() if layout.k == 1 else extreme


def _max_indices(x: Array, per_axis: Sequence[Mapping[str, Any]]) -> Array:
    sizes = zip(x.shape[-len(per_axis) :], per_axis, strict=True)
    return max_pool_indices(x, [window_layout(n, **values) for n, values in sizes])


def _fast_max(size: Size, dtype: DType, **values: PerAxis) -> FastPath | None:
    return _fast_extreme(True, size, dtype, **values)


def _fast_min(size: Size, dtype: DType, **values: PerAxis) -> FastPath | None:
    return _fast_extreme(False, size, dtype, **values)


def _fast_extreme(
    largest: bool,
    size: Size,
    dtype: DType,
    *,
    k: PerAxis,
    s: PerAxis,
    p: PerAxis,
    d: PerAxis,
    ceil: PerAxis,
) -> FastPath | None:
    from sampviz.dsp.fast.window_extrema import window_extrema

    return window_extrema(largest, window_layouts(size, k, s, p, d, ceil), dtype)


def _fast_mean(
    size: Size,
    dtype: DType,
    *,
    k: PerAxis,
    s: PerAxis,
    p: PerAxis,
    ceil: PerAxis,
    **_: PerAxis,
) -> FastPath | None:
    from sampviz.dsp.fast.block_resample import block_means

    k = each_axis(k, len(size))
    if each_axis(s, len(size)) != k or any(each_axis(p, 1)) or ceil:
        return None
    return block_means(size, k, dtype)


@op(
    "max",
    title="Max pooling",
    kind="down",
    linear=False,
    grid=_grid,
    check=_check,
    switches=_max_indices,
    picks=True,
    fast=_fast_max,
)
def maximum(
    x: Array,
    axis: int,
    *,
    k: Window = 2,
    s: Stride = AS_WINDOW,
    p: Padding = 0,
    d: Dilation = 1,
    ceil: Ceil = False,
) -> Array:
    """Keep the largest pixel of every window.

    Bright structures grow, dark ones vanish, noise gets brighter, and what is too fine folds.
    NaN wins over every number.

    Size: floor((N + 2p - d(k-1) - 1) / s) + 1, ceil instead of floor for ceil=true; ceil(N / s)
        for p=same
    Delta: d(k-1)/2 - p, the middle of the window; the pixel that wins may lie anywhere in it.
        p=same pads the odd pixel at the end
    Edges: padding is never chosen.
    Source: torch.nn.MaxPool2d; tf.keras.layers.MaxPool2D for p=same.
    """
    return _extreme(
        x, axis, np.maximum, window_layout(x.shape[axis], k=k, s=s, p=p, d=d, ceil=ceil)
    )


@op(
    "min",
    title="Min pooling",
    kind="down",
    linear=False,
    grid=_grid,
    check=_check,
    picks=True,
    fast=_fast_min,
)
def minimum(
    x: Array,
    axis: int,
    *,
    k: Window = 2,
    s: Stride = AS_WINDOW,
    p: Padding = 0,
    d: Dilation = 1,
    ceil: Ceil = False,
) -> Array:
    """Keep the smallest pixel of every window: max pooling of the negative.

    Size: floor((N + 2p - d(k-1) - 1) / s) + 1, ceil instead of floor for ceil=true; ceil(N / s)
        for p=same
    Delta: d(k-1)/2 - p, the middle of the window; the pixel that wins may lie anywhere in it.
        p=same pads the odd pixel at the end
    Edges: padding is never chosen.
    Source: -maxpool(-x) with torch.nn.MaxPool2d.
    """
    return _extreme(
        x, axis, np.minimum, window_layout(x.shape[axis], k=k, s=s, p=p, d=d, ceil=ceil)
    )


@op(
    "avg",
    title="Average pooling",
    kind="down",
    linear=True,
    grid=_grid,
    check=_check,
    response=lambda v, k, **_: box_gain(v, k),
    fast=_fast_mean,
)
def average(
    x: Array,
    axis: int,
    *,
    k: Window = 2,
    s: Stride = AS_WINDOW,
    p: Padding = 0,
    ceil: Ceil = False,
    countpad: CountPad = PADDING_COUNTS,
) -> Array:
    """Take the mean of every window.

    A box filter before decimation: it dims what would fold, by little where it matters most.

    Size: floor((N + 2p - k) / s) + 1, ceil instead of floor for ceil=true; ceil(N / s) for p=same
    Delta: (k-1)/2 - p; p=same pads the odd pixel at the end
    Edges: zeros, counted in the mean if countpad; what ceil=true adds beyond p is never counted.
    Source: torch.nn.AvgPool2d; tf.keras.layers.AveragePooling2D for p=same.
    """
    layout = window_layout(x.shape[axis], k=k, s=s, p=p, ceil=ceil)
    padded = pad(x, axis, layout.before, layout.reach, "zero")
    total = reduce(np.add, taps_along(padded, layout, axis))
    return total / on_axis(layout.sizes(countpad=countpad).astype(x.real.dtype), axis)
