"""Area averaging: what OpenCV shrinks with."""

from fractions import Fraction
from typing import Annotated, Any

from sampviz.dsp.closed_form_gain import box_gain
from sampviz.dsp.dtypes import Array, DType, FastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.resampling_weights import area as area_weights
from sampviz.dsp.sliding_window import PerAxis, each_axis
from sampviz.ops.define import op
from sampviz.ops.parameter import AUTO_WORDS, Param
from sampviz.ops.parameter_types import Target

Shrinking = Annotated[
    int,
    Param(
        1,
        64,
        "",
        "how many times smaller",
        AUTO_WORDS,
        per_axis=True,
        decimals=True,
        in_caption="factor",
    ),
]


def _grid(n: int, *, f: int, size: int | str) -> Grid:
    count = int(n // f) if isinstance(size, str) else size
    step = Fraction(n, max(1, count))
    return Grid(count, step, (step - 1) / 2)


def _response(v: Array, f: int, **_: Any) -> Array | None:
    # Between whole factors every sample has its own weights: there is no one gain.
    return box_gain(v, f) if f == int(f) else None


def _fast(shape: Size, dtype: DType, *, f: PerAxis, size: PerAxis) -> FastPath | None:
    from sampviz.dsp.fast.block_resample import block_means

    factors = each_axis(f, len(shape))
    axes = zip(shape, factors, strict=True)
    is_whole = all(isinstance(factor, int) and n % factor == 0 for n, factor in axes)
    return block_means(shape, factors, dtype) if is_whole and size == "none" else None


@op(
    "area",
    title="Area averaging",
    kind="down",
    group="filters",
    linear=True,
    grid=_grid,
    response=_response,
    fast=_fast,
)
def area(x: Array, axis: int, *, f: Shrinking = 2, size: Target = "none") -> Array:
    """Take the mean over the area of each new pixel, parts of old pixels counted as such.

    Size: floor(N / f), or `size`
    Delta: (N/n - 1)/2 for n new pixels
    Edges: the new pixels share the span of the old ones.
    Source: OpenCV's INTER_AREA. torch's adaptive average pooling takes whole pixels and equals
        it only where n divides N.
    """
    n = x.shape[axis]
    grid = _grid(n, f=f, size=size)
    return x.copy() if grid == Grid(n) else area_weights(n, grid.size).along(x, axis)
