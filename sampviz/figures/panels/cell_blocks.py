"""Parts of outputs as blocks at their exact places: every figure pixel has its cell's value."""

from collections.abc import Sequence
from math import floor

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.figures.panels.column import Zoom


def cell_blocks(
    array: Array, grids: Sequence[Grid], start: Sequence[int], shape: Sequence[int], zoom: Zoom
) -> Array:
    """Return a part of an output, as large as it is drawn.

    Parameters
    ----------
    array : ndarray
        (H, W).
    grids : sequence of Grid
        Where its samples lie, in pixels of the original.
    start, shape : sequence of int
        The first row and column of the part, and its sides, in pixels of the original.
    zoom : tuple of int
        Figure pixels per pixel of the original.

    Returns
    -------
    ndarray
        A figure pixel has the value of the cell that its middle lies in.
    """
    indices = [
        [cell_at(grid, first - 0.5 + (k + 0.5) / z) for k in range(side * z)]
        for grid, first, side, z in zip(grids, start, shape, zoom, strict=True)
    ]
    return np.asarray(array[np.ix_(*indices)])


def cell_at(grid: Grid, place: float) -> int:
    """Return the sample whose cell holds a place, the nearest one beyond the cells."""
    index = floor((place - float(grid.delta)) / float(grid.step) + 0.5)
    return min(max(index, 0), grid.size - 1)
