"""Decimation: what every strided layer does after its filter."""

from fractions import Fraction

from sampviz.dsp.closed_form_gain import constant_gain
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.dsp.sliding_window import axis_slice
from sampviz.ops.define import op
from sampviz.ops.parameter_types import Offset, Stride


def _grid(n: int, s: int, o: int) -> Grid:
    return Grid(-(-(n - o) // s), Fraction(s), Fraction(o))


@op(
    "stride",
    title="Striding, no filter",
    kind="down",
    group="pixels",
    linear=True,
    grid=_grid,
    picks=True,
    response=constant_gain,
)
def stride(x: Array, axis: int, *, s: Stride = 2, o: Offset = 0) -> Array:
    """Keep one sample in s and drop the rest, with no filter before.

    Every frequency above the new Nyquist folds back at full strength.

    Size: ceil((N - o) / s)
    Delta: o
    Edges: nothing lies beyond the edge; of an odd side the last pixel is kept.
    Source: the definition of decimation.
    """
    return x[axis_slice(axis, slice(o, None, s))].copy()
