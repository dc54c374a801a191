"""NIfTI-1 and NIfTI-2: one slice, turned upright by flips and swaps only, and where it lies.

Only the wanted slice is read: of a .nii its pieces, of a .nii.gz nothing behind it.
"""

from dataclasses import dataclass
from math import prod
from pathlib import Path

import nibabel as nib
import numpy as np

from sampviz.core.errors import InputError, UsageError
from sampviz.dsp.dtypes import Array
from sampviz.dsp.fourier_crop import kspace_to_image
from sampviz.images.formats.nifti_header import Header
from sampviz.images.formats.nifti_voxels import Voxels, open_voxels
from sampviz.images.formats.rescale import ALPHA_NOTE, as_numbers, over_black
from sampviz.images.geometry import Geometry, SlicePlane
from sampviz.images.image import FileFacts, Image
from sampviz.images.selection import PLANES, Selection, index, slice_index

OBLIQUE_DEGREES = 0.1
# Of each plane: the canonical axis across it, the one its rows run along, and its columns'.
# Rows run backwards (front or top of the head first), columns forwards.
_AXES = {"axial": (2, 1, 0), "coronal": (1, 2, 0), "sagittal": (0, 2, 1)}


@dataclass(frozen=True, eq=False)
class _Volume:
    """A NIfTI whose voxels are not read yet, seen in the closest canonical (RAS+) orientation."""

    voxels: Voxels
    header: Header
    shape: tuple[int, int, int]  # canonical
    frames: int
    stored_axis: tuple[int, int, int]  # of each canonical axis
    flipped: tuple[bool, bool, bool]
    affine: Array  # of canonical voxels

    @property
    def stored(self) -> tuple[int, int, int]:
        """The lengths of the stored axes."""
        x, y, z = (self.shape[self.stored_axis.index(axis)] for axis in range(3))
        return x, y, z

    @property
    def facts(self) -> FileFacts:
        return FileFacts(self.header.format, self.header.shape, self.header.type)


def read_nifti(path: Path, name: str, where: str, pick: Selection) -> Image:
    """Read one slice, or the volume; see `Selection` for which."""
    pick.refuse(where, "a NIfTI", "channel", "mosaic")
    with open_voxels(path, where, pick.most_unpacked) as voxels:
        read = _whole if pick.volume else _slice
        return read(_canonical(voxels), name, where, pick)


def _canonical(voxels: Voxels) -> _Volume:
    header = voxels.header
    stored = (*header.shape, 1)[:3]
    turns = nib.orientations.io_orientation(header.affine)
    axis = [int(np.flatnonzero(turns[:, 0] == canonical)[0]) for canonical in range(3)]
    return _Volume(
        voxels,
        header,
        (stored[axis[0]], stored[axis[1]], stored[axis[2]]),
        prod(header.shape[3:]),
        (axis[0], axis[1], axis[2]),
        (turns[axis[0], 1] < 0, turns[axis[1], 1] < 0, turns[axis[2], 1] < 0),
        header.affine @ nib.orientations.inv_ornt_aff(turns, stored),
    )


def _slice(volume: _Volume, name: str, where: str, pick: Selection) -> Image:
    plane = pick.plane or _default_plane(volume.shape)
    across, down, along = _AXES[plane]
    pick.check_size((volume.shape[down], volume.shape[along]), where)
    k, taken = _which(volume, plane, pick)
    frame = index("frame", pick.frame, volume.frames)
    pick.check_kspace(volume.header.dtype, where)

    stored = _read(volume, across, k, frame)
    if volume.stored_axis[down] > volume.stored_axis[along]:
        stored = stored.T
    values, notes = _values(stored, volume.header, where, pick)
    if pick.kspace:
        values = kspace_to_image(values)  # before it is turned: its middle is not in the middle
    rows, columns = 1 if volume.flipped[down] else -1, -1 if volume.flipped[along] else 1
    values = np.ascontiguousarray(values[..., ::rows, ::columns])
    if volume.frames > 1:
        taken += f", frame {frame} of 0..{volume.frames - 1}"
    affine = _plane_affine(volume, across, down, along, k)
    codes = nib.aff2axcodes(affine)
    notes = (*volume.header.notes, *_geometry_notes(volume), *notes)
    geometry = Geometry(affine, (codes[0], codes[1]) if volume.header.known else None)
    colour = values.ndim == 3
    known = (0.0, 255.0) if colour else None  # colours have 8 bits
    return Image(values, name, volume.facts, geometry, known, taken, notes, colour)


def _which(volume: _Volume, plane: str, pick: Selection) -> tuple[int, str]:
    """Return the index of the wanted slice of a plane, and what it is called."""
    across = _AXES[plane][0]
    count = volume.shape[across]
    step = volume.affine[across, across]
    middle = (np.array(volume.shape) - 1) / 2
    middle[across] = 0
    first = float((volume.affine @ [*middle, 1])[across])
    k = slice_index(pick.slice, count, first, step)
    at = f"{'xyz'[across]} = {first + k * step:.1f} mm"
    return k, f"{plane} slice {k} of 0..{count - 1}" + (f", {at}" if volume.header.known else "")


def _whole(volume: _Volume, name: str, where: str, pick: Selection) -> Image:
    """Read a volume, or all volumes of a series: slices upwards, rows from the front."""
    pick.check_kspace(volume.header.dtype, where)
    if pick.kspace:
        raise UsageError(
            "k-space is read slice by slice", f"--kspace, for {where}", "leave out --volume"
        )
    if volume.header.dtype.names:
        raise InputError("a volume in colour is not read whole", where, "read its slices")
    every = pick.series and pick.frame is None and volume.frames > 1
    frames = volume.frames if every else 1
    pick.check_size((*volume.stored, frames) if every else volume.stored, where)
    frame = index("frame", pick.frame, volume.frames)
    size = prod(volume.stored)
    flat = volume.voxels.every(frame * size, 1, frames * size, frames * size)
    values = flat.reshape(frames, *volume.stored[::-1])
    z, y, x = (3 - volume.stored_axis[canonical] for canonical in (2, 1, 0))
    values = values.transpose(0, z, y, x)
    turned = (volume.flipped[2], not volume.flipped[1], volume.flipped[0])
    values = values[:, *(slice(None, None, -1 if turn else 1) for turn in turned)]
    array, notes = _values(values if every else values[0], volume.header, where, pick)
    array = np.ascontiguousarray(array)

    to_voxel = np.zeros((4, 4))
    to_voxel[2, 0] = to_voxel[0, 2] = to_voxel[3, 3] = 1
    to_voxel[1, 1], to_voxel[1, 3] = -1, volume.shape[1] - 1
    geometry = Geometry(
        volume.affine @ to_voxel, ("S", "P", "R") if volume.header.known else None, 3
    )
    planes = [pick.plane] if pick.plane else list(PLANES)
    cuts = tuple(_cut(volume, plane, pick) for plane in planes)
    taken = "volume"
    if volume.frames > 1:
        taken += f", {'all frames' if every else f'frame {frame}'} of 0..{volume.frames - 1}"
    notes = (*volume.header.notes, *_geometry_notes(volume), *notes)
    return Image(array, name, volume.facts, geometry, taken=taken, notes=notes, slice_planes=cuts)


def _cut(volume: _Volume, plane: str, pick: Selection) -> SlicePlane:
    """Return the slice of a plane that is looked at, as an index of the volume as it is read."""
    k, text = _which(volume, plane, pick)
    return SlicePlane(plane, volume.shape[1] - 1 - k if plane == "coronal" else k, text)


def _default_plane(shape: tuple[int, int, int]) -> str:
    # A single thick slice is looked at face on, whichever way it was cut.
    flat = [plane for plane in PLANES if shape[_AXES[plane][0]] == 1]
    return flat[0] if len(flat) == 1 else "axial"


def _read(volume: _Volume, across: int, k: int, frame: int) -> Array:
    """Read what is stored of a canonical slice, its two axes in the order of storage."""
    axis = volume.stored_axis[across]
    length = volume.stored[axis]
    inner, outer = prod(volume.stored[:axis]), prod(volume.stored[axis + 1 :])
    where = length - 1 - k if volume.flipped[across] else k
    first = (frame * outer * length + where) * inner
    flat = volume.voxels.every(first, outer, inner, length * inner)
    left = [n for each, n in enumerate(volume.stored) if each != axis]
    return flat.reshape(left[::-1]).T


def _values(
    stored: Array, header: Header, where: str, pick: Selection
) -> tuple[Array, tuple[str, ...]]:
    """Return the numbers that are stored, or (3, H, W) of colours."""
    if not header.dtype.names:
        return as_numbers(stored, where, pick.nan, header.slope, header.inter)
    colours = np.stack([stored[c] for c in "RGB"], -1).astype(np.float32)
    notes: tuple[str, ...] = ()
    if "A" in header.dtype.names:
        colours = over_black(colours, stored["A"].astype(np.float32) / 255)
        notes = (ALPHA_NOTE,)
    return colours.transpose(2, 0, 1), notes


def _plane_affine(volume: _Volume, across: int, down: int, along: int, k: int) -> Array:
    to_voxel = np.zeros((4, 4))
    to_voxel[down, 0], to_voxel[down, 3] = -1, volume.shape[down] - 1
    to_voxel[along, 1] = 1
    to_voxel[across, 2], to_voxel[across, 3] = 1, k
    to_voxel[3, 3] = 1
    return np.asarray(volume.affine @ to_voxel)


def _geometry_notes(volume: _Volume) -> tuple[str, ...]:
    if not volume.header.known:
        return ("the file does not say which way is left: drawn as stored, without letters",)
    angle = float(np.degrees(nib.affines.obliquity(volume.affine)).max())
    if angle > OBLIQUE_DEGREES:
        return (f"oblique by {angle:.1f} degrees: drawn on the voxel grid, not resampled",)
    return ()
