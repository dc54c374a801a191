"""BlurPool: a binomial low-pass before decimation."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.correlate import correlate_along
from sampviz.arrays.fast.binomial import blurred
from sampviz.arrays.gains import of_binomial
from sampviz.arrays.grid import Grid
from sampviz.arrays.taps import binomial
from sampviz.arrays.window import Fit
from sampviz.op import Params, op
from sampviz.ops._borders import check_mirror
from sampviz.parameter import Border, Param, Stride, Window

ExtraPadding = Annotated[int, Param(0, 64, "px", "padding beyond what the kernel needs")]


def _fit(n: int, k: int, s: int, off: int) -> Fit:
    before, after = (k - 1) // 2 + off, k // 2 + off
    return Fit(n, k, s, 1, before, after, (n + 2 * off - 1) // s + 1)


def _grid(n: int, *, k: int, s: int, pad: str, off: int) -> Grid:
    windows = _fit(n, k, s, off)
    check_mirror(windows, pad)
    return windows.grid


def _kernel(_: Array, params: Params) -> Array:
    taps = binomial(int(str(params["k"])))
    return np.outer(taps, taps)


def _fast(x: Array, per_axis: Sequence[Mapping[str, Any]]) -> Array | None:
    down, along = per_axis
    if down["k"] != along["k"] or any(values["pad"] != "reflect" for values in per_axis):
        return None
    sizes = zip(x.shape[-2:], per_axis, strict=True)
    fits = [_fit(n, values["k"], values["s"], values["off"]) for n, values in sizes]
    return blurred(x, down["k"], fits)


@op(
    "blur",
    kind="down",
    linear=True,
    grid=_grid,
    response=lambda v, k, **_: of_binomial(v, k),
    fast=_fast,
    inside={"kernel": _kernel},
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
    return correlate_along(x, binomial(k), _fit(x.shape[axis], k, s, off), axis, pad)
