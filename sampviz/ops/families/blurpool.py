"""BlurPool: a binomial low-pass before decimation."""

from typing import Annotated

import numpy as np

from sampviz.dsp.closed_form_gain import binomial_gain
from sampviz.dsp.correlate import correlate_along
from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.filter_taps import binomial
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.sliding_window import PerAxis, WindowLayout, each_axis
from sampviz.ops.define import op
from sampviz.ops.families._border_checks import check_mirror
from sampviz.ops.parameter import Param
from sampviz.ops.parameter_types import Border, Stride, Window
from sampviz.ops.rules import Params

ExtraPadding = Annotated[int, Param(0, 64, "px", "padding beyond what the kernel needs")]


def _layout(n: int, k: int, s: int, off: int) -> WindowLayout:
    before, after = (k - 1) // 2 + off, k // 2 + off
    return WindowLayout(n, k, s, 1, before, after, (n + 2 * off - 1) // s + 1)


def _grid(n: int, *, k: int, s: int, pad: str, off: int) -> Grid:
    layout = _layout(n, k, s, off)
    check_mirror(layout, pad)
    return layout.grid


def _kernel(_: Array, params: Params) -> Array:
    taps = binomial(int(str(params["k"])))
    return np.outer(taps, taps)


def _fast(
    size: Size, dtype: DType, *, k: PerAxis, s: PerAxis, pad: PerAxis, off: PerAxis
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.binomial_filter import binomial_filter
    from sampviz.dsp.fast.filter2d import filter_windows

    axes = len(size)
    per_axis = zip(size, *(each_axis(value, axes) for value in (k, s, off)), strict=True)
    layouts = tuple(_layout(n, ki, si, oi) for n, ki, si, oi in per_axis)
    if pad == "reflect" and off == 0 and (fast := binomial_filter(layouts, dtype)) is not None:
        return fast
    sides = {layout.k for layout in layouts}
    borders = set(each_axis(pad, axes))
    if axes == 3 or len(sides) > 1 or len(borders) > 1:
        return None
    taps = binomial(sides.pop())
    return filter_windows(np.outer(taps, taps), layouts, borders.pop(), dtype)


@op(
    "blur",
    title="BlurPool",
    phrases={"k": "{} taps"},
    kind="down",
    group="filters",
    linear=True,
    grid=_grid,
    picks=lambda k, **_: k == 1,
    response=lambda v, k, **_: binomial_gain(v, k),
    fast=_fast,
    intermediates={"kernel": _kernel},
    cite=("zhang2019",),
)
def blur(
    x: Array,
    axis: int,
    *,
    k: Window = 4,
    s: Stride = 2,
    pad: Border = "reflect",
    off: ExtraPadding = 0,
) -> Array:
    """Blur with a binomial kernel, then keep one sample in s: BlurPool.

    The cheap cure for aliasing: it dims what stride would fold, and some detail with it.
    k=2 is average pooling, k=5 the filter of image pyramids. The gain per axis is
    |cos(pi v)|^(k-1) at v cycles/px.

    Size: ceil((N + 2 off) / s)
    Delta: -off for odd k, 1/2 - off for even k
    Edges: `pad`, floor((k-1)/2) + off pixels before and ceil((k-1)/2) + off after.
    Source: Zhang, Making Convolutional Networks Shift-Invariant Again, ICML 2019; equal to the
        authors' BlurPool, whose default is also 4 taps and reflect.
    """
    return correlate_along(x, binomial(k), _layout(x.shape[axis], k, s, off), axis, pad)
