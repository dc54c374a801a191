"""Lp pooling: a power mean over windows."""

from collections.abc import Sequence
from functools import reduce
from typing import Annotated, Any

import numpy as np

from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.sliding_window import Padding as PaddingWidth
from sampviz.dsp.sliding_window import (
    PerAxis,
    WindowLayout,
    on_axis,
    pad,
    taps_along,
    window_layout,
    window_layouts,
    window_taps,
)
from sampviz.ops.define import op
from sampviz.ops.families.pooling import AS_WINDOW
from sampviz.ops.parameter import Param, for_all_axes
from sampviz.ops.parameter_types import Ceil, Paddings, Strides, Windows
from sampviz.ops.rules import Picks

Norm = Annotated[float | str, Param(1, 64, "", "the power p", words=("inf",))]
Mean = Annotated[bool, Param(meaning="divide by the number of pixels under the root")]


def _grid(n: int, *, k: int, s: int, p: PaddingWidth, ceil: bool, **_: Any) -> Grid:
    return window_layout(n, k=k, s=s, p=p, ceil=ceil).grid


def _picks(norm: float | str, **_: Any) -> Picks:
    return "magnitudes" if norm == "inf" else False


def _fast(
    size: Size,
    dtype: DType,
    *,
    norm: PerAxis,
    k: PerAxis,
    s: PerAxis,
    p: PerAxis,
    ceil: PerAxis,
    mean: PerAxis,
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.window_means import root_of_powers

    layouts = window_layouts(size, k, s, p, 1, ceil)
    if len(size) != 2 or isinstance(norm, str) or not all(each.all_whole for each in layouts):
        return None
    return root_of_powers(norm, bool(mean), layouts, dtype)


@op(
    "lp",
    title="Lp pooling",
    kind="down",
    group="pooling",
    linear=False,
    grid=_grid,
    picks=_picks,
    fast=_fast,
)
def lp(
    x: Array,
    axes: int,
    *,
    norm: Norm = 2.0,
    k: Windows = for_all_axes(2),
    s: Strides = AS_WINDOW,
    p: Paddings = for_all_axes(0),
    ceil: Ceil = False,
    mean: Mean = False,
) -> Array:
    """Take the p-th root of the sum of p-th powers over each window: Lp pooling.

    A sum, not a mean: a constant 1 becomes 2 for p=2 and k=2; mean=true makes it the power mean,
    which keeps constants. No absolute value is taken: the root of a negative sum is NaN, as in
    torch. norm=inf is what large p come to: the largest absolute value.

    Size: floor((N + 2p - k) / s) + 1, ceil instead of floor for ceil=true; ceil(N / s) for p=same
    Delta: (k-1)/2 - p; p=same pads the odd pixel at the end
    Edges: zeros, which count as pixels; a window that ceil=true lets reach beyond them is scaled
        up to its full size.
    Source: torch.nn.LPPool2d.
    """
    sizes = zip(x.shape[-axes:], k, s, p, strict=True)
    layouts = [window_layout(n, k=ki, s=si, p=pi, ceil=ceil) for n, ki, si, pi in sizes]
    if isinstance(norm, str):
        return _largest(x, layouts)
    root = x.dtype.type(1 / norm)
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        total = _sum(x**norm, layouts, mean)
        out: Array = total**root
        magnitude = np.abs(total)
        least, most = _least(x.dtype), np.finfo(x.dtype).max
        is_exact = (magnitude >= least) & (magnitude <= most)
        if is_exact.all():
            return out
        # Too large or too small a sum of powers; that of shares of the largest pixel is neither.
        # What is small because large powers of both signs cancel has lost nothing.
        largest = _largest(x, layouts)
        is_exact |= ~np.isfinite(largest) | (largest == 0)
        is_exact |= (largest**norm >= least) & (magnitude <= most)
        if is_exact.all():
            return out
        scaled = _scaled_sum(x, largest, norm, layouts, mean) ** root * largest
    return np.where(is_exact, out, scaled)


def _least(dtype: "np.dtype[Any]") -> np.floating:
    """Return the number below which a sum may have lost digits of its terms."""
    limits = np.finfo(dtype)
    least: np.floating = limits.tiny / limits.eps
    return least


def _sum(powers: Array, layouts: Sequence[WindowLayout], mean: bool) -> Array:
    """Return the sum or the mean over each window, of the shares that lie in the image."""
    for axis, layout in zip(range(-len(layouts), 0), layouts, strict=True):
        padded = pad(powers, axis, layout.before, layout.reach, "zero")
        powers = reduce(np.add, taps_along(padded, layout, axis)) * _share(
            layout, axis, mean, powers
        )
    return powers


def _share(layout: WindowLayout, axis: int, mean: bool, like: Array) -> Array:
    share = (1 if mean else layout.k) / layout.sizes(countpad=True)
    return on_axis(share.astype(like.dtype), axis)


def _scaled_sum(
    x: Array, largest: Array, norm: float, layouts: Sequence[WindowLayout], mean: bool
) -> Array:
    """Return `_sum` of the powers of x / largest, of the largest pixel of each window."""
    axes = range(-len(layouts), 0)
    for axis, layout in zip(axes, layouts, strict=True):
        x = pad(x, axis, layout.before, layout.reach, "zero")
    total = reduce(np.add, ((tap / largest) ** norm for tap in window_taps(x, layouts)))
    for axis, layout in zip(axes, layouts, strict=True):
        total = total * _share(layout, axis, mean, total)
    return total


def _largest(x: Array, layouts: Sequence[WindowLayout]) -> Array:
    """Return the largest absolute value of each window."""
    x = np.abs(x)
    for axis, layout in zip(range(-len(layouts), 0), layouts, strict=True):
        padded = pad(x, axis, layout.before, layout.reach, "zero")
        x = reduce(np.maximum, taps_along(padded, layout, axis))
    return x
