"""Linear interpolation between samples, and the way back onto an older grid."""

from fractions import Fraction
from typing import Literal

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Grids, Size
from sampviz.dsp.sliding_window import axis_slice, on_axis

Method = Literal["nearest", "bilinear"]


def interpolate_along(x: Array, sample_positions: Array, axis: int) -> Array:
    """Return x at fractional indices `sample_positions` along `axis`; the edge is repeated."""
    last = x.shape[axis] - 1
    sample_positions = np.clip(sample_positions, 0, last)
    low = np.minimum(sample_positions.astype(np.intp), max(0, last - 1))
    share = on_axis((sample_positions - low).astype(x.real.dtype), axis)
    below, above = x.take(low, axis), x.take(np.minimum(low + 1, last), axis)
    below *= 1 - share
    above *= share
    below += above
    return below


def upsampled(n: int, f: int, *, corners: bool) -> Grid:
    """Return the grid of `n` samples interpolated to `f n`."""
    if corners:
        return Grid(n * f, Fraction(n - 1, max(1, n * f - 1)))
    return Grid(n * f, Fraction(1, f), Fraction(1, 2 * f) - Fraction(1, 2))


def sample_positions(grid: Grid) -> Array:
    """Return the input coordinate of every sample of a grid."""
    return np.arange(grid.size) * float(grid.step) + float(grid.delta)


def onto_input_grid(x: Array, grids: Grids, size: Size, method: Method) -> Array:
    """Return an output on the pixels of the input that it came from, in register.

    Sample m of an axis of `x` lies at `step m + delta` of the input (`grids`); `size` is the
    input's. A pixel halfway between two samples takes the earlier one for `nearest`.
    """
    for axis, grid, n in zip(range(-len(grids), 0), grids, size, strict=True):
        axis_slice = (np.arange(n) - float(grid.delta)) / float(grid.step)
        if method == "nearest":
            index = np.clip(np.ceil(axis_slice - 0.5), 0, grid.size - 1).astype(np.intp)
            x = x.take(index, axis)
        else:
            x = interpolate_along(x, axis_slice, axis)
    return x


def insert_zeros(x: Array, axis: int, f: int, offset: int = 0) -> Array:
    """Return f times as many samples: y[f i + offset] = x[i], the others 0."""
    shape = list(x.shape)
    shape[axis] *= f
    out = np.zeros(shape, x.dtype)
    out[axis_slice(axis, slice(offset, None, f))] = x
    return out
