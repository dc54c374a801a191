"""Unpooling: upsampling that reverses a pooling."""

from fractions import Fraction
from math import prod
from typing import Annotated, Any

from sampviz.core.errors import ChainError
from sampviz.core.warn import warn
from sampviz.dsp.closed_form_gain import box_gain
from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.pool_indices import max_unpool
from sampviz.dsp.sliding_window import PerAxis, each_axis, window_layouts
from sampviz.ops.define import op
from sampviz.ops.parameter import Param, for_all_axes
from sampviz.ops.parameter_types import Window
from sampviz.ops.rules import UNDO_FIX, Params
from sampviz.ops.values import format_value

Sizes = Annotated[
    tuple[int | str, ...],
    Param(
        1,
        2**16,
        "px",
        "size of the output, HxW",
        words=("before",),
        per_axis=True,
        in_caption="size of the output",
    ),
]
PoolMode = Annotated[str, Param(meaning="keep the mean or the sum", words=("mean", "sum"))]


def _unpool_grid(n: int, *, size: int | str) -> Grid:
    return Grid(n if isinstance(size, str) else size)


def _fast_unpool(
    shape: Size, dtype: DType, pooling: Params, *, size: PerAxis
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.unpooled_extrema import unpooled_extrema

    if pooling["size"] != "none" or any(n != "before" for n in each_axis(size, len(shape))):
        return None
    values = (pooling[name] for name in ("k", "s", "p", "d", "ceil"))
    return unpooled_extrema(window_layouts(shape, *values), dtype)


@op(
    "unpool",
    title="Max unpooling",
    kind="up",
    group="pooling",
    linear=False,
    grid=_unpool_grid,
    picks=True,
    takes_switches="max",
    restores_size=True,
    fast=_fast_unpool,
)
def unpool(
    x: Array, axes: int, indices: Array, size_before: Size, *, size: Sizes = for_all_axes("before")
) -> Array:
    """Put each pixel where its max pooling found it, zeros elsewhere.

    It takes the switches, and the size before, of the nearest max before it that no unpool has
    taken yet, as the decoder of a SegNet does. Where windows overlapped and several pixels go to
    one place, the last in row-major order stays. With another `size` the places are counted row
    by row through that size, as torch does: rows shear unless the width is the same.

    Size: that before the max, or `size`
    Delta: that before the max, moved as far as the steps between have moved
    Edges: nothing lies beyond the edge.
    Source: torch.nn.MaxUnpool2d with output_size.
    """
    if indices.shape != x.shape:  # the sizes agree, or the trace would have failed
        raise ChainError("unpool wants as many channels as its max left", fix=UNDO_FIX)
    sizes = zip(size, size_before, strict=True)
    size_after = tuple(n if isinstance(own, str) else own for own, n in sizes)
    if size_after[1:] != size_before[1:]:
        warn(
            f"unpool:size={format_value(size_after)} reads the places in"
            f" {format_value(size_before)} px with another width: rows shear"
        )
    largest = int(indices.max())
    if largest >= prod(size_after):
        raise ChainError(
            f"unpool:size={format_value(size_after)} has no place number {largest}",
            fix=f"take {format_value(size_before)}, the size before the max, or a larger one",
        )
    return max_unpool(x, indices, size_after)


def _grid(n: int, *, k: int, **_: Any) -> Grid:
    return Grid(k * n, Fraction(1, k), Fraction(1, 2 * k) - Fraction(1, 2))


def _response(v: Array, k: int, mode: str) -> Array:
    return box_gain(v / k, k) / (k if mode == "sum" else 1)


@op(
    "avgunpool",
    title="Average unpooling",
    kind="up",
    group="pooling",
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
