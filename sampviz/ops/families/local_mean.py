"""Means over blocks, the last of which are filled up with zeros."""

from fractions import Fraction
from functools import reduce

import numpy as np

from sampviz.dsp.closed_form_gain import box_gain
from sampviz.dsp.dtypes import Array, DType, FastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.sliding_window import PerAxis, WindowLayout, each_axis, pad, taps_along
from sampviz.ops.define import op
from sampviz.ops.parameter_types import Factor


def _layout(n: int, f: int) -> WindowLayout:
    return WindowLayout(n, f, f, 1, 0, 0, -(-n // f))


def _fast(size: Size, dtype: DType, *, f: PerAxis) -> FastPath | None:
    from sampviz.dsp.fast.block_resample import block_means

    factors = each_axis(f, len(size))
    is_whole = not any(n % fi for n, fi in zip(size, factors, strict=True))
    return block_means(size, factors, dtype) if is_whole else None


@op(
    "localmean",
    title="Local mean",
    kind="down",
    group="pooling",
    linear=True,
    grid=lambda n, *, f: Grid(-(-n // f), Fraction(f), Fraction(f - 1, 2)),
    response=lambda v, f: box_gain(v, f),
    fast=_fast,
)
def localmean(x: Array, axis: int, *, f: Factor = 2) -> Array:
    """Take the mean of blocks; where f does not divide the side, zeros fill up the last ones.

    The zeros count: the last row and column get darker. avg leaves such a rest out.

    Size: ceil(N / f)
    Delta: (f-1)/2
    Edges: zeros, counted in the mean.
    Source: skimage.transform.downscale_local_mean.
    """
    layout = _layout(x.shape[axis], f)
    padded = pad(x, axis, 0, layout.reach, "zero")
    return np.asarray(reduce(np.add, taps_along(padded, layout, axis)) / x.real.dtype.type(f))
