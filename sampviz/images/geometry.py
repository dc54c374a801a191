"""Where pixels lie in space, and which slice of a volume is looked at.

World coordinates are RAS+, in mm: x to the patient's right, y to the front, z up, as in nibabel.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sampviz.core.errors import UsageError
from sampviz.core.notebook import ShortRepr
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grids

# Of the array as it is stored, where directions are not known.
AXIS_NAMES = ("first axis", "second axis", "third axis")
OPPOSITE = {"L": "R", "R": "L", "A": "P", "P": "A", "S": "I", "I": "S"}


@dataclass(frozen=True, eq=False, repr=False)
class Geometry(ShortRepr):
    """Where pixels are in space.

    Parameters
    ----------
    affine : ndarray
        (4, 4): takes (row, column, 0, 1), or (slice, row, column, 1) of a volume, to RAS+ mm.
    axes : tuple of str or None
        The directions in which these indices count, e.g. ("P", "R") or ("S", "P", "R"); None where
        the file does not say.
    dims : int
        2, or 3 for a volume.
    """

    affine: Array
    axes: tuple[str, ...] | None
    dims: int = 2

    @classmethod
    def of_spacing(cls, spacing: Sequence[float], where: str) -> "Geometry":
        """Return the geometry of a plane of which the spacing alone is known.

        Parameters
        ----------
        spacing : sequence of float
            Millimetres between rows and between columns.
        where : str
            The name of the image, for errors.

        Returns
        -------
        Geometry

        Raises
        ------
        UsageError
            For a spacing that cannot be.
        """
        if not all(0 < mm < float("inf") for mm in spacing):
            raise UsageError(f"{spacing} is no spacing", where, "give mm, rows first")
        return cls(np.diag([*spacing, 1.0, 1.0]), None)

    @property
    def spacing(self) -> tuple[float, ...]:
        """Millimetres between (slices,) rows and columns."""
        return tuple(float(mm) for mm in np.sqrt((self.affine[:3, : self.dims] ** 2).sum(axis=0)))

    def after(self, grids: Grids) -> "Geometry":
        """Return the geometry of an output: nothing moves in space.

        Parameters
        ----------
        grids : tuple of Grid
            Where its samples lie along each axis, in pixels of this geometry.

        Returns
        -------
        Geometry
        """
        affine = self.affine.copy()
        for axis, grid in enumerate(grids):
            affine[:3, 3] += float(grid.delta) * self.affine[:3, axis]
            affine[:3, axis] *= float(grid.step)
        return replace(self, affine=affine)


@dataclass(frozen=True)
class SlicePlane:
    """A slice through a volume.

    Parameters
    ----------
    plane : {"axial", "coronal", "sagittal"}
        Its orientation, or what it would be if slices were counted upwards and rows from the front.
    index : int
        Along the axis across it, from 0.
    text : str
        Such as "axial slice 90 of 0..181".
    label : str
        What it is called where the volume does not say which way is up: the axis across it, such as
        "third axis". By default the plane.
    texts : tuple of str
        The texts of all slices along the axis, by index, where figures may take another one; empty
        where this one was asked for.
    """

    plane: str
    index: int
    text: str
    label: str = ""
    texts: tuple[str, ...] = ()

    def at(self, index: int) -> "SlicePlane":
        """Return the slice at another index; this one where it was asked for."""
        return replace(self, index=index, text=self.texts[index]) if self.texts else self

    @property
    def title(self) -> str:
        """What panels call it."""
        return self.label or self.plane

    @property
    def axis(self) -> int:
        """The axis of (slices, rows, columns) that the slice is cut across."""
        return ("axial", "coronal", "sagittal").index(self.plane)
