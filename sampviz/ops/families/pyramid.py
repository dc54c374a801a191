"""Image pyramids: blur with [1 4 6 4 1]/16 and keep every second sample, and the reverse."""

from fractions import Fraction

import numpy as np

from sampviz.dsp.closed_form_gain import binomial_gain
from sampviz.dsp.correlate import correlate_along
from sampviz.dsp.dtypes import Array, DType, FastPath
from sampviz.dsp.filter_taps import binomial
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.sliding_window import WindowLayout, axis_slice
from sampviz.ops.define import op
from sampviz.ops.rules import DoesNotFitError

_TAPS = 5


def _down_grid(n: int) -> Grid:
    if n < _TAPS // 2 + 1:
        raise DoesNotFitError(f"reflect needs an axis longer than its padding: {n} px, padding 2")
    return Grid((n + 1) // 2, Fraction(2))


def _layout(n: int) -> WindowLayout:
    return WindowLayout(n, _TAPS, 2, 1, _TAPS // 2, _TAPS // 2, (n + 1) // 2)


def _fast_down(size: Size, dtype: DType) -> FastPath | None:
    from sampviz.dsp.fast.binomial_filter import binomial_filter

    return binomial_filter(tuple(map(_layout, size)), dtype)


@op(
    "pyrdown",
    title="Pyramid reduction",
    kind="down",
    group="filters",
    linear=True,
    grid=_down_grid,
    response=lambda v: binomial_gain(v, _TAPS),
    fast=_fast_down,
)
def pyrdown(x: Array, axis: int) -> Array:
    """Blur with five binomial taps and keep every second sample.

    Size: floor((N + 1) / 2)
    Delta: 0
    Edges: mirrored without repeating the edge, which needs at least 3 px.
    Source: OpenCV's pyrDown; equal to blur:k=5.
    """
    return correlate_along(x, binomial(_TAPS), _layout(x.shape[axis]), axis, "reflect")


def _up_grid(n: int) -> Grid:
    return Grid(2 * n, Fraction(1, 2))


def _fast_up(size: Size, dtype: DType) -> FastPath | None:
    from sampviz.dsp.fast.binomial_filter import binomial_expansion

    return binomial_expansion(size) if len(size) == 2 and min(size) > 1 else None


@op(
    "pyrup",
    title="Pyramid expansion",
    kind="up",
    group="filters",
    linear=True,
    grid=_up_grid,
    response=lambda v: binomial_gain(v / 2, _TAPS),
    fast=_fast_up,
)
def pyrup(x: Array, axis: int) -> Array:
    """Put zeros between the samples and blur with twice the five binomial taps.

    Even outputs are (a + 6b + c)/8 of three samples, odd ones the mean of two.

    Size: 2 N
    Delta: 0
    Edges: mirrored before the first sample, repeated after the last, as OpenCV does.
    Source: OpenCV's pyrUp.
    """
    n = x.shape[axis]
    index = np.arange(n)
    previous = x.take(np.where(index > 0, index - 1, min(1, n - 1)), axis)
    following = x.take(np.minimum(index + 1, n - 1), axis)
    out = np.empty((*x.shape[:axis], 2 * n, *x.shape[x.ndim + axis + 1 :]), x.dtype)
    out[axis_slice(axis, slice(0, None, 2))] = (previous + 6 * x + following) / 8
    out[axis_slice(axis, slice(1, None, 2))] = (x + following) / 2
    return out
