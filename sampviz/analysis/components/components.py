"""The connected components of a label map, and how large they are."""

from dataclasses import dataclass
from math import pi, prod

import numpy as np

from sampviz.analysis.components.options import Connect
from sampviz.core.cached import cached
from sampviz.core.errors import UsageError, argument
from sampviz.dsp.dtypes import Array


@dataclass(frozen=True, eq=False)
class Components:
    """The components of a map.

    Parameters
    ----------
    numbers : ndarray of int
        Of each pixel the number of its component, 1 .. `count`; 0 where there is none.
    count : int
        How many there are.
    spacing : tuple of float
        Of the pixels along each axis, in the unit of all lengths.
    structure : ndarray of bool
        Which of its neighbours a pixel is connected with, in outputs too.
    """

    numbers: Array
    count: int
    spacing: tuple[float, ...]
    structure: Array

    @cached
    def places(self) -> tuple[Array, ...]:
        """Where their pixels are: indices along each axis."""
        return np.nonzero(self.numbers)

    @cached
    def owner(self) -> Array:
        """The component of each of these pixels, counted from 0."""
        return np.asarray(self.numbers[self.places], dtype=np.intp) - 1

    @cached
    def pixels(self) -> Array:
        """The number of pixels of each component."""
        return np.bincount(self.owner, minlength=self.count)

    @cached
    def centroids(self) -> Array:
        """The mean place of the pixels of each, (count, axes), in pixels."""
        return np.stack([self.means(at) for at in self.places], axis=-1)

    def means(self, values: Array) -> Array:
        """Return the mean in each component of values at all `places`."""
        return np.asarray(np.bincount(self.owner, values, minlength=self.count) / self.pixels)

    @property
    def volumes(self) -> Array:
        """Area of each, of volumes the volume, in the unit of the spacing."""
        return np.asarray(self.pixels * prod(self.spacing))

    @property
    def diameters(self) -> Array:
        """The diameter of a disc of the same area, of volumes of a ball of the same volume."""
        if len(self.spacing) == 2:
            return 2 * np.sqrt(self.volumes / pi)
        return np.cbrt(6 * self.volumes / pi)


def find_components(
    mask: Array,
    spacing: tuple[float, ...],
    *,
    connect: Connect = "full",
    dilate: int = 0,
) -> Components:
    """Return the components of a mask.

    Parameters
    ----------
    mask : ndarray of bool
        (H, W), or (D, H, W).
    spacing : tuple of float
        Of its pixels along each axis.
    connect : {"full", "faces", "18"}
        Pixels are connected that share a corner, or a side; voxels that share a corner (26
        neighbours), a face (6), or an edge (18).
    dilate : int
        The mask is dilated so many times by these neighbours before its parts are told from one
        another, so that those that are near are one; the pixels stay those of the mask.

    Returns
    -------
    Components

    Raises
    ------
    UsageError
        For 18 neighbours in a plane.

    Examples
    --------
    >>> mask = np.array([[1, 0, 0, 1], [0, 1, 0, 1]], bool)
    >>> find_components(mask, (1.0, 1.0)).pixels
    array([2, 2])
    >>> find_components(mask, (1.0, 1.0), connect="faces").count
    3
    """
    from scipy import ndimage

    structure = ndimage.generate_binary_structure(mask.ndim, _reach(connect, mask.ndim))
    if not dilate:
        numbers, count = ndimage.label(mask, structure)
    else:
        wide = ndimage.binary_dilation(mask, structure, iterations=dilate)
        numbers, count = ndimage.label(wide, structure)
        numbers[~mask] = 0
    return Components(numbers, int(count), spacing, structure)


def _reach(connect: Connect, axes: int) -> int:
    """Return along how many axes at once a neighbour may lie."""
    if connect == "18" and axes != 3:
        fix = "write full (8 neighbours) or faces (4)"
        raise UsageError("18 neighbours are of a voxel, not of a pixel", argument("connect"), fix)
    return {"full": axes, "faces": 1, "18": 2}[connect]
