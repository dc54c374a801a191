"""Slices of a volume and of the outputs of chains: their arrays, sample positions, geometry."""

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Grids
from sampviz.images.geometry import OPPOSITE, Geometry, SlicePlane

# For each plane: the axes of (slices, rows, columns) along which its rows and columns are counted,
# and whether they are reversed: the top of the head, and in a sagittal slice the back, comes first.
PLANE_AXES = {
    "axial": ((1, False), (2, False)),
    "coronal": ((0, True), (2, False)),
    "sagittal": ((0, True), (1, True)),
}


def slice_array(array: Array, grids: Grids, plane: SlicePlane) -> Array:
    """Return the slice of an output that lies nearest to one of the original.

    Parameters
    ----------
    array : ndarray
        (.., D, H, W).
    grids : tuple of Grid
        The positions of its samples, in pixels of the original.
    plane : SlicePlane
        The slice of the original.

    Returns
    -------
    ndarray
        (.., h, w), upright.
    """
    nearest = grids[plane.axis].nearest(plane.index)
    return _upright(array.take(nearest, axis=plane.axis - 3), plane)


def slices_across(array: Array, plane: SlicePlane) -> Array:
    """Return all slices of a volume in one of its planes.

    Parameters
    ----------
    array : ndarray
        (.., D, H, W).
    plane : SlicePlane
        Says in which.

    Returns
    -------
    ndarray
        (.., n, h, w), upright.
    """
    return _upright(np.moveaxis(array, plane.axis - 3, -3), plane)


def axes_of_slice(plane: SlicePlane) -> tuple[int, int]:
    """Return the axes of a volume along which the rows and columns of a slice are counted."""
    (rows, _), (columns, _) = PLANE_AXES[plane.plane]
    return rows, columns


def point_in_slice(
    point: tuple[int, ...], original: tuple[int, ...], plane: SlicePlane
) -> tuple[int, int]:
    """Return the row and the column of a slice at which a point of a volume lies."""
    row, column = (
        original[axis] - 1 - point[axis] if reverse else point[axis]
        for axis, reverse in PLANE_AXES[plane.plane]
    )
    return row, column


def _upright(stored: Array, plane: SlicePlane) -> Array:
    rows, columns = (-1 if reverse else 1 for _, reverse in PLANE_AXES[plane.plane])
    return stored[..., ::rows, ::columns]


def slice_grids(grids: Grids, original: tuple[int, ...], plane: SlicePlane) -> Grids:
    """Return the positions of the samples of a slice, in pixels of the original's slice.

    Parameters
    ----------
    grids : tuple of Grid
        Of slices, rows and columns of an output.
    original : tuple of int
        Slices, rows and columns of the original.
    plane : SlicePlane
        The slice.

    Returns
    -------
    tuple of Grid
        Of its rows and columns.
    """
    return tuple(
        _reversed(grids[axis], original[axis]) if reverse else grids[axis]
        for axis, reverse in PLANE_AXES[plane.plane]
    )


def _reversed(grid: Grid, n: int) -> Grid:
    """Return a grid over n pixels, counted from the other end."""
    return Grid(grid.size, grid.step, n - 1 - grid.step * (grid.size - 1) - grid.delta)


def slice_geometry(geometry: Geometry, original: tuple[int, ...], plane: SlicePlane) -> Geometry:
    """Return the geometry of a slice of the original.

    Parameters
    ----------
    geometry : Geometry
        Of the volume.
    original : tuple of int
        Slices, rows and columns of the volume.
    plane : SlicePlane
        The slice.

    Returns
    -------
    Geometry
    """
    affine = np.eye(4)
    affine[:3, 2] = geometry.affine[:3, plane.axis]
    affine[:3, 3] = geometry.affine[:3, 3] + plane.index * geometry.affine[:3, plane.axis]
    letters = []
    for column, (axis, reverse) in enumerate(PLANE_AXES[plane.plane]):
        step = geometry.affine[:3, axis]
        affine[:3, column] = -step if reverse else step
        affine[:3, 3] += (original[axis] - 1) * step * reverse
        letter = geometry.axes[axis] if geometry.axes else ""
        letters.append(OPPOSITE[letter] if reverse and letter else letter)
    return Geometry(affine, tuple(letters) if geometry.axes else None)
