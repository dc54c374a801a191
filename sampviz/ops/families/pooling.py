"""Pooling over windows: maximum, minimum and mean."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import prod
from typing import Annotated, Any

import numpy as np

from sampviz.dsp.adaptive_windows import adaptive_extreme, adaptive_max_indices, adaptive_mean
from sampviz.dsp.closed_form_gain import box_gain
from sampviz.dsp.dtypes import Array, DType, FastPath, FiniteFastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.pool_indices import max_pool_indices
from sampviz.dsp.sliding_window import Padding as PaddingWidth
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
from sampviz.ops.parameter_types import Ceil, Count, Dilation, Padding, Stride, Window
from sampviz.ops.rules import Finish, Params

Divisor = Annotated[
    int | str, Param(1, 2**24, "", "what the sum is divided by; 1 for sums", words=("count",))
]
CountPad = Annotated[bool, Param(meaning="padding counts in the mean")]
AS_WINDOW = derived("k", lambda values: values["k"])
PADDING_COUNTS = derived("true, false for p=same", lambda values: values["p"] != "same")


def _grid(
    n: int, *, k: int, s: int, p: PaddingWidth, ceil: bool, size: int | str, d: int = 1, **_: Any
) -> Grid:
    if isinstance(size, str):
        return window_layout(n, k=k, s=s, p=p, d=d, ceil=ceil).grid
    step = Fraction(n, size)
    return Grid(size, step, (step - 1) / 2)


def _check(
    *, k: int, s: int, p: PaddingWidth, ceil: bool, size: int | str, d: int = 1, **values: Any
) -> None:
    if ceil and isinstance(p, str):
        raise BadValueError("ceil=true: wanted false with p=same, which keeps every pixel anyway")
    if size != "none" and (k, s, p, ceil, d) != (2, 2, 0, False, 1):
        raise BadValueError(f"size={size}: wanted no k, s, p, d and ceil, which follow from it")
    # As in torch: a window that holds nothing but padding has no largest pixel and no mean.
    if isinstance(p, int) and p > k // 2:
        raise BadValueError(f"p={p}: wanted at most half of k={k}")
    if values.get("divisor", "count") != "count" and size != "none":
        raise BadValueError(f"divisor={values['divisor']}: wanted none with size")
    if isinstance(p, tuple) and max(p) > d * (k - 1):
        raise BadValueError(f"p={p[0]}x{p[1]} of an axis: wanted windows that reach the image")


def _extreme(x: Array, axis: int, choose: np.ufunc, layout: WindowLayout, size: int | str) -> Array:
    if not isinstance(size, str):
        return adaptive_extreme(x, axis, size, choose)
    fill = -np.inf if choose is np.maximum else np.inf
    padded = pad(x, axis, layout.before, layout.reach, "zero", fill)
    extreme = reduce(choose, taps_along(padded, layout, axis))
    return extreme.copy() if layout.k == 1 else extreme


def _max_indices(x: Array, per_axis: Sequence[Mapping[str, Any]]) -> Array:
    counts = [values["size"] for values in per_axis]
    if "none" not in counts:
        return adaptive_max_indices(x, counts)
    layout_values = [{k: v for k, v in values.items() if k != "size"} for values in per_axis]
    sizes = zip(x.shape[-len(per_axis) :], layout_values, strict=True)
    return max_pool_indices(x, [window_layout(n, **values) for n, values in sizes])


def _fast_max(shape: Size, dtype: DType, **values: PerAxis) -> FastPath | None:
    return _fast_extreme(True, shape, dtype, **values)


def _fast_min(shape: Size, dtype: DType, **values: PerAxis) -> FastPath | None:
    return _fast_extreme(False, shape, dtype, **values)


def _fast_extreme(
    largest: bool,
    shape: Size,
    dtype: DType,
    *,
    k: PerAxis,
    s: PerAxis,
    p: PerAxis,
    d: PerAxis,
    ceil: PerAxis,
    size: PerAxis,
) -> FastPath | None:
    from sampviz.dsp.fast.window_extrema import window_extrema

    if size != "none":
        return None
    return window_extrema(largest, window_layouts(shape, k, s, p, d, ceil), dtype)


def _fast_mean(
    shape: Size,
    dtype: DType,
    *,
    k: PerAxis,
    s: PerAxis,
    p: PerAxis,
    ceil: PerAxis,
    countpad: PerAxis,
    size: PerAxis,
    divisor: int | str,
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.block_resample import block_means
    from sampviz.dsp.fast.window_means import window_means

    if size != "none" or divisor != "count":
        return None
    layouts = window_layouts(shape, k, s, p, 1, ceil)
    is_inside = all(each.before == 0 == each.reach for each in layouts)
    if is_inside and all(each.k == each.s for each in layouts):
        return block_means(shape, tuple(each.k for each in layouts), dtype)
    if len(shape) != 2:
        return None
    counts = [each.sizes(countpad=countpad) for each in layouts]
    return window_means(layouts, dtype, counts)


@op(
    "max",
    title="Max pooling",
    kind="down",
    group="pooling",
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
    size: Count = "none",
) -> Array:
    """Keep the largest pixel of every window.

    Bright structures grow, dark ones vanish, noise gets brighter, and what is too fine folds.
    NaN wins over every number.

    Size: floor((N + 2p - d(k-1) - 1) / s) + 1, ceil instead of floor for ceil=true; ceil(N / s)
        for p=same; `size` windows of floor(i N/size) .. ceil((i+1) N/size) - 1
    Delta: d(k-1)/2 - p, the middle of the window; the pixel that wins may lie anywhere in it.
        p=same pads the odd pixel at the end; (N/n - 1)/2 for n windows of `size`
    Edges: padding is never chosen.
    Source: torch.nn.MaxPool2d; AdaptiveMaxPool2d for `size`; tf.keras.layers.MaxPool2D for p=same.
    """
    return _extreme(
        x, axis, np.maximum, window_layout(x.shape[axis], k=k, s=s, p=p, d=d, ceil=ceil), size
    )


@op(
    "min",
    title="Min pooling",
    kind="down",
    group="pooling",
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
    size: Count = "none",
) -> Array:
    """Keep the smallest pixel of every window: max pooling of the negative.

    Size: floor((N + 2p - d(k-1) - 1) / s) + 1, ceil instead of floor for ceil=true; ceil(N / s)
        for p=same; `size` windows of floor(i N/size) .. ceil((i+1) N/size) - 1
    Delta: d(k-1)/2 - p, the middle of the window; the pixel that wins may lie anywhere in it.
        p=same pads the odd pixel at the end; (N/n - 1)/2 for n windows of `size`
    Edges: padding is never chosen.
    Source: -maxpool(-x) with torch.nn.MaxPool2d.
    """
    return _extreme(
        x, axis, np.minimum, window_layout(x.shape[axis], k=k, s=s, p=p, d=d, ceil=ceil), size
    )


def _mean_response(
    frequencies: Sequence[Array],
    k: PerAxis,
    size: PerAxis,
    divisor: int | str,
    **_: Any,
) -> Array | None:
    if size != "none":
        return None  # windows of several lengths: every sample has its own gain
    sides = each_axis(k, len(frequencies))
    gain: Array = np.asarray(prod(map(box_gain, frequencies, sides), start=1.0))
    return gain if isinstance(divisor, str) else gain * (prod(sides) / divisor)


def _divide(params: Params) -> Finish | None:
    """Divide sums once, not along each axis."""
    divisor: Any = params["divisor"]
    if isinstance(divisor, str):
        return None
    return lambda out, x, _: np.asarray(out / x.real.dtype.type(divisor))


@op(
    "avg",
    title="Average pooling",
    kind="down",
    group="pooling",
    linear=True,
    grid=_grid,
    check=_check,
    response=_mean_response,
    fast=_fast_mean,
    finish=_divide,
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
    size: Count = "none",
    divisor: Divisor = "count",
) -> Array:
    """Take the mean of every window.

    A box filter before decimation: it dims what would fold, by little where it matters most.
    With `size` it is adaptive: windows of whole pixels that share the image, and may overlap.
    divisor=1 makes it sum pooling.

    Size: floor((N + 2p - k) / s) + 1, ceil instead of floor for ceil=true; ceil(N / s) for p=same;
        `size` windows of floor(i N/size) .. ceil((i+1) N/size) - 1
    Delta: (k-1)/2 - p; p=same pads the odd pixel at the end; (N/n - 1)/2 for n windows of `size`
    Edges: zeros, counted in the mean if countpad; what ceil=true adds beyond p is never counted.
    Source: torch.nn.AvgPool2d, divisor_override for divisor; AdaptiveAvgPool2d for `size`;
        tf.keras.layers.AveragePooling2D for p=same.
    """
    if not isinstance(size, str):
        return adaptive_mean(x, axis, size)
    layout = window_layout(x.shape[axis], k=k, s=s, p=p, ceil=ceil)
    padded = pad(x, axis, layout.before, layout.reach, "zero")
    total = reduce(np.add, taps_along(padded, layout, axis))
    if not isinstance(divisor, str):
        return total.copy() if layout.k == 1 else total
    return total / on_axis(layout.sizes(countpad=countpad).astype(x.real.dtype), axis)
