"""Linear interpolation, zero insertion, and resampling of an output onto the input's pixels."""

from fractions import Fraction
from typing import Literal

import numpy as np

from sampviz.dsp.cells import back_projected
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Grids, Size
from sampviz.dsp.nonfinite import restored
from sampviz.dsp.resampling_weights import Weights
from sampviz.dsp.sliding_window import axis_slice, on_axis

Method = Literal["cells", "bilinear"]


def interpolate_along(x: Array, positions: Array, axis: int) -> Array:
    """Interpolate linearly along an axis.

    Parameters
    ----------
    x : Array
        Floating point or complex numbers.
    positions : Array, shape (n,)
        Fractional indices; beyond the ends the edge value is repeated.
    axis : int
        The axis.

    Returns
    -------
    Array
        `x` with n samples along the axis. A sample of weight 0 does not count, be it NaN or
        infinite.
    """
    last = x.shape[axis] - 1
    positions = np.clip(positions, 0, last)
    low = np.minimum(positions.astype(np.intp), max(0, last - 1))
    fraction = on_axis((positions - low).astype(x.real.dtype), axis)
    next_to_low = np.minimum(low + 1, last)
    below, above = x.take(low, axis), x.take(next_to_low, axis)
    with np.errstate(invalid="ignore"):  # 0 times infinity
        below *= 1 - fraction
        above *= fraction
        below += above

    def exact() -> Array:
        share = positions - low
        weights = Weights(np.stack([low, next_to_low], 1), np.stack([1 - share, share], 1))
        return weights.along(x, axis)

    return restored(below, exact)


def upsampled(n: int, f: int | Fraction, *, corners: bool, step: str = "size") -> Grid:
    """Return the grid of samples interpolated to f times as many.

    Parameters
    ----------
    n : int
        Number of samples of the input.
    f : int or Fraction
        Factor.
    corners : bool
        Whether the first and the last sample stay where they are; else pixels are cells that are
        divided.
    step : {"size", "f"}
        Whether the new samples share the span of the old ones, or are 1/f apart.

    Returns
    -------
    Grid
        `f n` samples, rounded down.
    """
    size = int(n * f)
    if corners:
        return Grid(size, Fraction(n - 1, max(1, size - 1)))
    apart = Fraction(n, size) if step == "size" else 1 / Fraction(f)
    return Grid(size, apart, (apart - 1) / 2)


def sample_positions(grid: Grid) -> Array:
    """Return the position of every sample of a grid.

    Parameters
    ----------
    grid : Grid
        The grid.

    Returns
    -------
    Array, shape (grid.size,)
        Positions in input pixels, float64.
    """
    return np.arange(grid.size) * float(grid.step) + float(grid.delta)


def onto_input_grid(x: Array, grids: Grids, size: Size, method: Method) -> Array:
    """Resample an output onto the pixels of the input, in register.

    Parameters
    ----------
    x : Array
        The output; its last axes are those of `grids`.
    grids : tuple of Grid
        Positions of its samples along each axis, in input pixels.
    size : tuple of int
        Size of the input along these axes.
    method : {"cells", "bilinear"}
        `cells`: a pixel takes the cells that it overlaps, each by its share. At the edges cells
        reach as far as the pixels, and samples are repeated.

    Returns
    -------
    Array
        The output with the size of the input.
    """
    if method == "cells":
        return back_projected(x, grids, size, "edge")
    for axis, grid, n in zip(range(-len(grids), 0), grids, size, strict=True):
        positions = (np.arange(n) - float(grid.delta)) / float(grid.step)
        x = interpolate_along(x, positions, axis)
    return x


def insert_zeros(x: Array, axis: int, f: int, offset: int = 0) -> Array:
    """Insert zeros between samples: y[f i + offset] = x[i].

    Parameters
    ----------
    x : Array
        Numbers.
    axis : int
        Negative index of the axis.
    f : int
        Factor.
    offset : int
        Index of the first sample in its block, 0..f-1.

    Returns
    -------
    Array
        `x` with f times as many samples along the axis.

    Examples
    --------
    >>> insert_zeros(np.array([1, 2]), -1, 2)
    array([1, 0, 2, 0])
    """
    shape = list(x.shape)
    shape[axis] *= f
    out = np.zeros(shape, x.dtype)
    out[axis_slice(axis, slice(offset, None, f))] = x
    return out
