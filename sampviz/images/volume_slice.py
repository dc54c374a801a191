"""Slices of a volume after it went through a chain: the picture, its place, its geometry."""

from fractions import Fraction
from math import ceil

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Grids
from sampviz.images.geometry import OPPOSITE, Geometry, SlicePlane

# Of each plane: the axes of (slices, rows, columns) that its rows and columns run along, and
# whether they run backwards: the top of the head, and in a sagittal slice the back, comes first.
_RUNS = {
    "axial": ((1, False), (2, False)),
    "coronal": ((0, True), (2, False)),
    "sagittal": ((0, True), (1, True)),
}


def slice_array(array: Array, grids: Grids, cut: SlicePlane) -> Array:
    """Return the slice of a (.., D, H, W) output that lies nearest to that of the original."""
    grid = grids[cut.axis]
    nearest = ceil((cut.index - grid.delta) / grid.step - Fraction(1, 2))
    plane = array.take(min(max(nearest, 0), grid.size - 1), axis=cut.axis - 3)
    backwards = [run for _, run in _RUNS[cut.plane]]
    return plane[..., :: -1 if backwards[0] else 1, :: -1 if backwards[1] else 1]


def slice_grids(grids: Grids, original: tuple[int, ...], cut: SlicePlane) -> Grids:
    """Return the grids of rows and columns of a slice, in pixels of the original's slice."""
    return tuple(
        _backwards(grids[axis], original[axis]) if run else grids[axis]
        for axis, run in _RUNS[cut.plane]
    )


def _backwards(grid: Grid, n: int) -> Grid:
    """Return a grid over n pixels, counted from the other end."""
    return Grid(grid.size, grid.step, n - 1 - grid.step * (grid.size - 1) - grid.delta)


def slice_geometry(geometry: Geometry, original: tuple[int, ...], cut: SlicePlane) -> Geometry:
    """Return the geometry of a slice of the original."""
    affine = np.eye(4)
    affine[:3, 2] = geometry.affine[:3, cut.axis]
    affine[:3, 3] = geometry.affine[:3, 3] + cut.index * geometry.affine[:3, cut.axis]
    letters = []
    for place, (axis, run) in enumerate(_RUNS[cut.plane]):
        step = geometry.affine[:3, axis]
        affine[:3, place] = -step if run else step
        affine[:3, 3] += (original[axis] - 1) * step * run
        letter = geometry.axes[axis] if geometry.axes else ""
        letters.append(OPPOSITE[letter] if run and letter else letter)
    return Geometry(affine, tuple(letters) if geometry.axes else None)
