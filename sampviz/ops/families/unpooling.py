"""Unpooling: upsampling that reverses a pooling."""

from fractions import Fraction
from typing import Annotated, Any

from sampviz.dsp.closed_form_gain import box_gain
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.pool_indices import max_unpool
from sampviz.ops.define import op, unchanged
from sampviz.ops.parameter import Param
from sampviz.ops.parameter_types import Window

PoolMode = Annotated[str, Param(meaning="keep the mean or the sum", words=("mean", "sum"))]


@op(
    "unpool",
    title="Max unpooling",
    kind="up",
    linear=False,
    grid=unchanged,
    picks=True,
    takes_switches=True,
)
def unpool(x: Array, axes: int, indices: Array, size: Size) -> Array:
    """Put each pixel where its max pooling found it, zeros elsewhere.

    It takes the switches, and the size before, of the nearest max before it that no unpool has
    taken yet, as the decoder of a SegNet does. Where windows overlapped and several pixels go to
    one place, the last in row-major order stays.

    Size: that before the max
    Delta: that before the max, moved as far as the steps between have moved
    Edges: nothing lies beyond the edge.
    Source: torch.nn.MaxUnpool2d with output_size.
    """
    return max_unpool(x, indices, size)


def _grid(n: int, *, k: int, **_: Any) -> Grid:
    return Grid(k * n, Fraction(1, k), Fraction(1, 2 * k) - Fraction(1, 2))


def _response(v: Array, k: int, mode: str) -> Array:
    return box_gain(v / k, k) / (k if mode == "sum" else 1)


@op(
    "avgunpool",
    title="Average unpooling",
    kind="up",
    linear=True,
    grid=_grid,
    picks=lambda mode, **_: mode == "mean",
    response=_response,
)
def avgunpool(x: Array, axis: int, *, k: Window = 2, mode: PoolMode = "mean") -> Array:
    """Spread each pixel over the k x k window of an average pooling.

    `mean` repeats it, so that the mean is kept; `sum` divides it among the pixels, so that the
    sum is kept: the adjoint of average pooling.

    Size: k N
    Delta: 1/(2k) - 1/2
    Edges: nothing lies beyond the edge.
    Source: the definition.
    """
    repeated = x.repeat(k, axis)
    return repeated / x.real.dtype.type(k) if mode == "sum" else repeated
