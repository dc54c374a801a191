"""Where pixels lie in space, and which slice of a volume is looked at."""

from dataclasses import dataclass, replace

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grids

OPPOSITE = {"L": "R", "R": "L", "A": "P", "P": "A", "S": "I", "I": "S"}


@dataclass(frozen=True, eq=False)
class Geometry:
    """Where pixels are in space.

    `affine` (4 x 4, mm) takes (row, column, 0, 1), or (slice, row, column, 1) of a volume, to world
    coordinates, x to the right, y to the front, z up (RAS+). `axes` are the directions in which
    these indices count, e.g. ("P", "R") or ("S", "P", "R"); None where the file does not say.
    """

    affine: Array
    axes: tuple[str, ...] | None
    dims: int = 2

    @property
    def spacing(self) -> tuple[float, ...]:
        """Millimetres between (slices,) rows and columns."""
        return tuple(float(mm) for mm in np.sqrt((self.affine[:3, : self.dims] ** 2).sum(axis=0)))

    def after(self, grids: Grids) -> "Geometry":
        """Return the geometry of an output whose samples lie at `grids`: nothing moves in space."""
        affine = self.affine.copy()
        for axis, grid in enumerate(grids):
            affine[:3, 3] += float(grid.delta) * self.affine[:3, axis]
            affine[:3, axis] *= float(grid.step)
        return replace(self, affine=affine)


@dataclass(frozen=True)
class SlicePlane:
    """A slice through a volume: which plane, and its index along the axis across."""

    plane: str
    index: int
    text: str

    @property
    def axis(self) -> int:
        """The axis of (slices, rows, columns) that the slice is cut across."""
        return ("axial", "coronal", "sagittal").index(self.plane)
