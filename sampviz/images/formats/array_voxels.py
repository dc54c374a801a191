"""Volumes in arrays of named axes, of which only what is wanted is read: HDF5, Zarr, TIFF."""

from collections.abc import Sequence
from dataclasses import replace
from math import prod
from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.images.formats.nifti import select
from sampviz.images.formats.nifti_header import Header
from sampviz.images.formats.volume_header import VolumeFacts, volume_header
from sampviz.images.image import Image
from sampviz.images.selection import Selection

AXES = "ctzyx"  # channels, frames, slices, rows, columns


class ArrayVoxels:
    """Voxels of an array that is read slice by slice, by their number; see `Voxels.pieces`.

    Parameters
    ----------
    array : array_like
        Whatever gives an ndarray for a tuple of numbers and slices.
    axes : str
        A letter of `AXES` for each of its axes, in any order.
    header : Header
        Of the same voxels, x fastest.
    """

    def __init__(self, array: Any, axes: str, header: Header) -> None:
        self._array, self._axes, self.header = array, axes, header
        x, y, z = (*header.shape, 1, 1)[:3]
        self._sides = x, y, z
        self._frames = prod(header.shape[3:])

    def pieces(self, first: int, count: int, size: int, stride: int) -> Array:
        """Return whole volumes, or one slice; see `Voxels.pieces`."""
        number, rest = divmod(first, prod(self._sides))
        if count == 1 and not rest and size % prod(self._sides) == 0:
            volumes = range(number, number + size // prod(self._sides))
            return np.concatenate([self._read(i).reshape(1, -1) for i in volumes], axis=1)
        for axis in range(3):
            inner, length = prod(self._sides[:axis]), self._sides[axis]
            is_slice = size == inner and count * length * inner == prod(self._sides)
            if is_slice and (count == 1 or stride == inner * length):
                return self._read(number, axis, rest // inner).reshape(count, size)
        raise AssertionError("neither a slice nor a volume")

    def _read(self, number: int, across: int | None = None, k: int = 0) -> Array:
        """Read a volume (z, y, x), or its k-th slice across an axis of (x, y, z)."""
        component, frame = divmod(number, self._frames)
        index: dict[str, int | slice] = {"c": component, "t": frame}
        if across is not None:
            index["xyz"[across]] = k
        part = np.asarray(self._array[tuple(index.get(a, slice(None)) for a in self._axes)])
        left = [axis for axis in self._axes if axis not in index]
        return part.transpose([left.index(axis) for axis in "zyx" if axis in left])


class _Colours:
    """An array of bytes whose last axis is red, green, blue (and alpha), as one of colours."""

    def __init__(self, array: Any) -> None:
        self._array = array
        *shape, count = array.shape
        self.shape = tuple(shape)
        self.dtype = np.dtype([(letter, "u1") for letter in "RGBA"[:count]])

    def __getitem__(self, key: tuple[int | slice, ...]) -> Array:
        part = np.ascontiguousarray(self._array[(*key, slice(None))])
        return part.view(self.dtype)[..., 0]


def read_stack(
    array: Any,
    axes: str,
    facts: VolumeFacts,
    name: str,
    where: str,
    selection: Selection,
    kind: str,
) -> Image:
    """Return one slice, or the volume, of an array of named axes.

    Parameters
    ----------
    array : array_like
        Has a `shape`, and gives an ndarray for a tuple of numbers and slices.
    axes : str
        A letter of `AXES` for each of its axes, rows and columns among them; perhaps s for samples
        of colours as the last, which are channels unless they are 3 or 4 bytes.
    facts : VolumeFacts
        What the file says; its shape, type and components are those of the array.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    selection : Selection
        Which slice, frame and channel, or the volume.
    kind : str
        What the file is, in errors, such as "an OME-TIFF".

    Returns
    -------
    Image
    """
    if axes.endswith("s"):
        is_colour = array.dtype == np.uint8 and array.shape[-1] in (3, 4) and "c" not in axes
        array, axes = (_Colours(array), axes[:-1]) if is_colour else (array, axes[:-1] + "c")
    sides: Sequence[int] = [dict(zip(axes, array.shape, strict=True)).get(a, 1) for a in AXES]
    components, frames, depth, rows, columns = sides
    shape = (columns, rows, depth, frames) if frames > 1 else (columns, rows, depth)
    header = volume_header(replace(facts, shape=shape, dtype=array.dtype, components=components))
    selection.refuse(where, kind, "layout")
    if components == 1:
        selection.refuse(where, kind, "channel", "mosaic")
    image = select(ArrayVoxels(array, axes, header), name, where, selection)
    if not (header.is_oriented or facts.spacing):
        image = replace(image, geometry=None)
    if "z" in axes or selection.volume:
        return image
    return replace(image, taken=image.taken.partition(", ")[2])  # a picture has no slices
