"""Lp pooling: a power mean over windows."""

from functools import reduce
from typing import Annotated, Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.dsp.sliding_window import on_axis, pad, taps_along, window_layout
from sampviz.ops.define import op
from sampviz.ops.families.pooling import AS_WINDOW
from sampviz.ops.parameter import Param, for_all_axes
from sampviz.ops.parameter_types import Ceil, Strides, Windows

Norm = Annotated[float, Param(1, 64, "", "the power p")]
Mean = Annotated[bool, Param(meaning="divide by the number of pixels under the root")]


def _grid(n: int, *, k: int, s: int, ceil: bool, **_: Any) -> Grid:
    return window_layout(n, k=k, s=s, ceil=ceil).grid


@op("lp", title="Lp pooling", kind="down", linear=False, grid=_grid)
def lp(
    x: Array,
    axes: int,
    *,
    norm: Norm = 2.0,
    k: Windows = for_all_axes(2),
    s: Strides = AS_WINDOW,
    ceil: Ceil = False,
    mean: Mean = False,
) -> Array:
    """Take the p-th root of the sum of p-th powers over each window: Lp pooling.

    A sum, not a mean: a constant 1 becomes 2 for p=2 and k=2; mean=true makes it the power mean,
    which keeps constants. No absolute value is taken: the root of a negative sum is NaN, as in
    torch.

    Size: floor((N - k) / s) + 1, ceil instead of floor for ceil=true
    Delta: (k-1)/2
    Edges: a window that ceil=true lets reach beyond the edge is scaled up to its full size.
    Source: torch.nn.LPPool2d.
    """
    total = x**norm
    for axis, ki, si in zip(range(-axes, 0), k, s, strict=True):
        layout = window_layout(x.shape[axis], k=ki, s=si, ceil=ceil)
        total = pad(total, axis, 0, layout.reach, "zero")
        total = reduce(np.add, taps_along(total, layout, axis))
        share = (1 if mean else ki) / layout.sizes(countpad=False)
        total = total * on_axis(share.astype(x.dtype), axis)
    with np.errstate(invalid="ignore"):
        return total ** x.dtype.type(1 / norm)
