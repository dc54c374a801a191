"""Outputs brought back onto the pixels of the input, by the overlap of cells.

Along an axis, pixel i of the input covers i - 1/2 .. i + 1/2, and sample m of an output stands for
the cell from delta + step (m - 1/2) to delta + step (m + 1/2). A pixel takes what each cell that it
overlaps holds, by its share; so a pixel between two samples takes both, and nothing moves.
"""

from typing import Literal

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.dsp.dtypes import Array, as_number
from sampviz.dsp.grid import Grid, Grids, Size
from sampviz.dsp.resampling_weights import Weights

Beyond = Literal["zero", "edge"]  # what pixels take where no cell is: 0, or the cell at the edge


def back_projected(y: Array, grids: Grids, size: Size, beyond: Beyond = "zero") -> Array:
    """Bring an output onto the pixels of the input: W y W^T, W the overlaps along an axis.

    Parameters
    ----------
    y : Array
        The output; its last axes are those of `grids`, those before are carried along.
    grids : tuple of Grid
        Positions of its samples along each axis, in input pixels.
    size : tuple of int
        Size of the input along these axes.
    beyond : {"zero", "edge"}
        Where no cell is: pixels take 0 for the part of them that none covers, or the cells at the
        edges reach as far as the pixels.

    Returns
    -------
    Array
        The output with the size of the input, floating point or complex numbers. NaN stays in the
        pixels that its cell overlaps.

    Examples
    --------
    >>> from fractions import Fraction
    >>> halved = Grid(2, Fraction(2))  # samples at 0 and 2; pixel 1 lies half in either cell
    >>> back_projected(np.array([4.0, 8.0]), (halved,), (4,))
    array([4., 6., 8., 4.])
    """
    y = as_number(y)
    # The last axis first, while the array is small: taking along it is slowest.
    for axis, grid, n in zip(range(-1, -len(grids) - 1, -1), grids[::-1], size[::-1], strict=True):
        y = pixel_shares(grid, n, beyond).along(y, axis)
    return y


# In loops over many small images the integers would take longer than the sums.
@bounded_cache(2**24)
def pixel_shares(grid: Grid, size: int, beyond: Beyond = "zero") -> Weights:
    """Return the cells that each pixel of an axis overlaps, and the lengths of the overlaps.

    Parameters
    ----------
    grid : Grid
        The samples, in input pixels.
    size : int
        Number of pixels.
    beyond : {"zero", "edge"}
        As for `back_projected`.

    Returns
    -------
    Weights
        `index` (size, most cells in a pixel) and `weights`, of which those of a pixel sum to the
        length of it that is covered: 1, or less where no cell is. A length of 0 is no overlap.
    """
    # In whole numbers of a unit that divides all edges, so that no overlap is a rounding error.
    unit = 2 * grid.step.denominator * grid.delta.denominator
    step, delta = int(grid.step * unit), int(grid.delta * unit)
    reach = abs(delta) + step * (grid.size + 1) + unit * (size + 1)
    dtype = np.int64 if reach < 2**62 else object
    low = np.arange(size).astype(dtype) * unit - unit // 2
    start = delta - step // 2  # the edge at which the first cell begins
    first = (low - start) // step
    most = -(-unit // step) + 1  # cells that a pixel can overlap
    index = first[:, None] + np.arange(most).astype(dtype)
    begin, end = start + index * step, start + (index + 1) * step
    overlap = np.minimum(end, low[:, None] + unit) - np.maximum(begin, low[:, None])
    is_cell = (index >= 0) & (index < grid.size)
    counts = (overlap > 0) & ((beyond == "edge") | is_cell)
    lengths = (np.where(counts, overlap, 0) / unit).astype(float)
    used = counts.any(axis=0)
    used[0] = True  # one tap stays where no cell lies on the pixels
    index = np.clip(index, 0, grid.size - 1).astype(np.intp)
    return Weights(index[:, used], lengths[:, used])


def cell_lengths(grid: Grid, size: int) -> Array:
    """Return how much of each cell lies on pixels of the input.

    Parameters
    ----------
    grid : Grid
        The samples along an axis, in input pixels.
    size : int
        Number of pixels.

    Returns
    -------
    Array, shape (grid.size,)
        Lengths in pixels: the step, or less at the ends.
    """
    shares = pixel_shares(grid, size)
    return np.bincount(shares.index.ravel(), shares.weights.ravel(), minlength=grid.size)
