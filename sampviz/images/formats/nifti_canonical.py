"""A NIfTI in the closest canonical orientation (RAS+).

Axes are flipped and swapped, never resampled; voxels are read when they are needed.
"""

from dataclasses import dataclass
from math import prod

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.images.formats.nibabel_import import nib
from sampviz.images.formats.nifti_header import Header
from sampviz.images.formats.nifti_voxels import AnyVoxels

# For each plane the canonical axes across it, down its rows and along its columns. Rows run
# backwards (front or top of the head first), columns forwards.
PLANE_AXES = {"axial": (2, 1, 0), "coronal": (1, 2, 0), "sagittal": (0, 2, 1)}


@dataclass(frozen=True, eq=False)
class CanonicalVolume:
    """A volume, or a series, whose voxels are not read yet.

    Parameters
    ----------
    voxels : AnyVoxels
        As they are stored.
    header : Header
        Checked.
    shape : tuple of int
        Lengths of the canonical axes.
    frames : int
        How many volumes a component has.
    stored_axis : tuple of int
        The stored axis of each canonical axis.
    flipped : tuple of bool
        Whether it runs backwards, of each canonical axis.
    affine : ndarray
        (4, 4), from canonical voxels to RAS+ mm.
    """

    voxels: AnyVoxels
    header: Header
    shape: tuple[int, int, int]
    frames: int
    stored_axis: tuple[int, int, int]
    flipped: tuple[bool, bool, bool]
    affine: Array

    @property
    def stored_shape(self) -> tuple[int, int, int]:
        """The lengths of the stored axes."""
        x, y, z = (self.shape[self.stored_axis.index(axis)] for axis in range(3))
        return x, y, z

    def slice(self, plane: str, k: int, number: int) -> Array:
        """Read a slice, its rows and columns as they are drawn but not flipped yet: see `upright`.

        Parameters
        ----------
        plane : {"axial", "coronal", "sagittal"}
            Its orientation.
        k : int
            Its index along the canonical axis across it.
        number : int
            Of the volume: all frames of a component follow each other.

        Returns
        -------
        ndarray
            (H, W).
        """
        across, down, along = PLANE_AXES[plane]
        axis = self.stored_axis[across]
        length = self.stored_shape[axis]
        inner, outer = prod(self.stored_shape[:axis]), prod(self.stored_shape[axis + 1 :])
        index_stored = length - 1 - k if self.flipped[across] else k
        first = (number * outer * length + index_stored) * inner
        flat = self.voxels.pieces(first, outer, inner, length * inner)
        plane_shape = [n for i, n in enumerate(self.stored_shape) if i != axis]
        stored = flat.reshape(plane_shape[::-1]).T
        return stored.T if self.stored_axis[down] > self.stored_axis[along] else stored

    def upright(self, plane: str, array: Array) -> Array:
        """Flip a slice as it is drawn: rows from the front or the top, columns forwards.

        Parameters
        ----------
        plane : {"axial", "coronal", "sagittal"}
            Its orientation.
        array : ndarray
            (.., H, W), as `slice` returns it.

        Returns
        -------
        ndarray
            Of the same shape.
        """
        _, down, along = PLANE_AXES[plane]
        rows, columns = 1 if self.flipped[down] else -1, -1 if self.flipped[along] else 1
        return np.ascontiguousarray(array[..., ::rows, ::columns])

    def plane_affine(self, plane: str, k: int) -> Array:
        """Return the affine of a slice.

        Parameters
        ----------
        plane : {"axial", "coronal", "sagittal"}
            Its orientation.
        k : int
            Its index along the canonical axis across it.

        Returns
        -------
        ndarray
            (4, 4): takes (row, column, 0, 1) to RAS+ mm.
        """
        across, down, along = PLANE_AXES[plane]
        to_voxel = np.zeros((4, 4))
        to_voxel[down, 0], to_voxel[down, 3] = -1, self.shape[down] - 1
        to_voxel[along, 1] = 1
        to_voxel[across, 2], to_voxel[across, 3] = 1, k
        to_voxel[3, 3] = 1
        return np.asarray(self.affine @ to_voxel)


def canonical_volume(voxels: AnyVoxels) -> CanonicalVolume:
    """Return voxels in the closest canonical orientation.

    Parameters
    ----------
    voxels : AnyVoxels
        With a checked header.

    Returns
    -------
    CanonicalVolume
    """
    header = voxels.header
    stored_shape = (*header.shape, 1)[:3]
    orientation = nib.orientations.io_orientation(header.affine)
    axis = [int(np.flatnonzero(orientation[:, 0] == canonical)[0]) for canonical in range(3)]
    return CanonicalVolume(
        voxels,
        header,
        (stored_shape[axis[0]], stored_shape[axis[1]], stored_shape[axis[2]]),
        prod(header.shape[3:]),
        (axis[0], axis[1], axis[2]),
        (orientation[axis[0], 1] < 0, orientation[axis[1], 1] < 0, orientation[axis[2], 1] < 0),
        header.affine @ nib.orientations.inv_ornt_aff(orientation, stored_shape),
    )
