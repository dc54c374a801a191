"""The operation of the example."""

from fractions import Fraction

from sampviz.ops import Array, Grid, Stride, op


def _grid(n: int, s: int) -> Grid:
    return Grid(n // s, Fraction(s), Fraction(s - 1))


@op("last", kind="down", linear=True, grid=_grid)
def last(x: Array, *, s: Stride = 2) -> Array:
    """Keep the last sample of every s.

    Size: floor(N / s)
    Delta: s - 1
    Edges: nothing lies beyond the edge.
    Source: the definition.
    """
    return x[..., s - 1 :: s, s - 1 :: s].copy()
