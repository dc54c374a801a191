"""Read NIfTI-1 and NIfTI-2: a slice or a volume in canonical orientation, and where it lies.

Axes are flipped and swapped, never resampled. Only the selected slice is read: of a .nii its
pieces, of a .nii.gz nothing behind it.
"""

from dataclasses import dataclass
from math import prod
from pathlib import Path

import nibabel as nib
import numpy as np

from sampviz.core.errors import InputError, UsageError, argument
from sampviz.dsp.dtypes import Array
from sampviz.dsp.fourier_crop import kspace_to_image
from sampviz.images.formats.nifti_affine import oblique_degrees, shear_degrees
from sampviz.images.formats.nifti_header import Header
from sampviz.images.formats.nifti_voxels import Voxels, VoxelsInMemory, open_voxels
from sampviz.images.formats.rescale import ALPHA_NOTE, as_numbers, over_black
from sampviz.images.geometry import AXIS_NAMES, Geometry, SlicePlane
from sampviz.images.image import FileFacts, Image
from sampviz.images.selection import PLANES, Selection, index, slice_index

OBLIQUE_DEGREES = 0.1
SHEARED_DEGREES = 0.4  # smaller ones come of rounding and of registration
# For each plane the canonical axes across it, down its rows and along its columns. Rows run
# backwards (front or top of the head first), columns forwards.
_AXES = {"axial": (2, 1, 0), "coronal": (1, 2, 0), "sagittal": (0, 2, 1)}


@dataclass(frozen=True, eq=False)
class _Volume:
    """A NIfTI whose voxels are not read yet, in the closest canonical (RAS+) orientation."""

    voxels: Voxels | VoxelsInMemory
    header: Header
    shape: tuple[int, int, int]  # canonical
    frames: int
    stored_axis: tuple[int, int, int]  # for each canonical axis
    flipped: tuple[bool, bool, bool]  # each canonical axis
    affine: Array  # of canonical voxels

    @property
    def stored_shape(self) -> tuple[int, int, int]:
        """The lengths of the stored axes."""
        x, y, z = (self.shape[self.stored_axis.index(axis)] for axis in range(3))
        return x, y, z

    @property
    def file_facts(self) -> FileFacts:
        return FileFacts(self.header.format, self.header.shape, self.header.type)


def read_nifti(path: Path, name: str, where: str, selection: Selection) -> Image:
    """Read one slice, or a volume.

    Parameters
    ----------
    path : Path
        A single file, or either of a pair; plain or gzip.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    selection : Selection
        Which slice and frame, or the volume.

    Returns
    -------
    Image
        (H, W), (3, H, W) in colour, or a volume of (D, H, W) or (T, D, H, W).

    Raises
    ------
    InputError
        For a file that cannot be read.
    UsageError
        If the selection asks for what the file has not.
    """
    selection.refuse(where, "a NIfTI", "channel", "mosaic")
    with open_voxels(path, where, selection.most_unpacked) as voxels:
        return select(voxels, name, where, selection)


def select(voxels: Voxels | VoxelsInMemory, name: str, where: str, selection: Selection) -> Image:
    """Return one slice, or the volume, of voxels that are read when they are needed.

    Parameters
    ----------
    voxels : Voxels or VoxelsInMemory
        With a checked header.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    selection : Selection
        Which slice and frame, or the volume.

    Returns
    -------
    Image
        As `read_nifti` returns it.
    """
    read = _read_volume if selection.volume else _read_slice
    return read(_canonical(voxels), name, where, selection)


def _canonical(voxels: Voxels | VoxelsInMemory) -> _Volume:
    header = voxels.header
    stored_shape = (*header.shape, 1)[:3]
    orientation = nib.orientations.io_orientation(header.affine)
    axis = [int(np.flatnonzero(orientation[:, 0] == canonical)[0]) for canonical in range(3)]
    return _Volume(
        voxels,
        header,
        (stored_shape[axis[0]], stored_shape[axis[1]], stored_shape[axis[2]]),
        prod(header.shape[3:]),
        (axis[0], axis[1], axis[2]),
        (orientation[axis[0], 1] < 0, orientation[axis[1], 1] < 0, orientation[axis[2], 1] < 0),
        header.affine @ nib.orientations.inv_ornt_aff(orientation, stored_shape),
    )


def _read_slice(volume: _Volume, name: str, where: str, selection: Selection) -> Image:
    plane = selection.plane or _default_plane(volume.shape)
    across, down, along = _AXES[plane]
    selection.check_size((volume.shape[down], volume.shape[along]), where)
    k, taken = _slice_of_plane(volume, plane, selection)
    frame = index("frame", selection.frame, volume.frames)
    selection.check_kspace(volume.header.dtype, where)

    stored = _read_stored(volume, across, k, frame)
    if volume.stored_axis[down] > volume.stored_axis[along]:
        stored = stored.T
    values, notes = _values(stored, volume.header, where, selection)
    if selection.kspace:
        values = kspace_to_image(
            values
        )  # before it is flipped, which would move the centre of k-space
    rows, columns = 1 if volume.flipped[down] else -1, -1 if volume.flipped[along] else 1
    values = np.ascontiguousarray(values[..., ::rows, ::columns])
    if volume.frames > 1:
        taken += f", frame {frame} of 0..{volume.frames - 1}"
    affine = _plane_affine(volume, across, down, along, k)
    codes = nib.aff2axcodes(affine)
    notes = (*volume.header.notes, *_geometry_notes(volume, selection), *notes)
    geometry = Geometry(affine, (codes[0], codes[1]) if volume.header.is_oriented else None)
    colour = values.ndim == 3
    value_range = (0.0, 255.0) if colour else None  # colours have 8 bits
    return Image(values, name, volume.file_facts, geometry, value_range, taken, notes, colour)


def _slice_of_plane(volume: _Volume, plane: str, selection: Selection) -> tuple[int, str]:
    """Return the index of the selected slice of a plane, and its description."""
    across = _AXES[plane][0]
    count = volume.shape[across]
    step = volume.affine[across, across]
    middle = (np.array(volume.shape) - 1) / 2
    middle[across] = 0
    first = float((volume.affine @ [*middle, 1])[across])
    oriented = volume.header.is_oriented
    if not oriented and (selection.slice or "").startswith("mm="):
        raise UsageError(
            "the file does not say where its slices lie",
            argument("slice"),
            "write an index (90) or a percentage (60%)",
        )
    k = slice_index(selection.slice, count, first, step)
    of_all = f"slice {k} of 0..{count - 1}"
    if not oriented:
        return k, f"{of_all} along the {AXIS_NAMES[across]}"
    return k, f"{plane} {of_all}, {'xyz'[across]} = {first + k * step:.1f} mm"


def _read_volume(volume: _Volume, name: str, where: str, selection: Selection) -> Image:
    """Read a volume, or all volumes of a series: slices upwards, rows from the front."""
    selection.check_kspace(volume.header.dtype, where)
    if selection.kspace:
        raise UsageError(
            "k-space is read slice by slice",
            f"{argument('kspace')}, for {where}",
            f"leave out {argument('volume')}",
        )
    if volume.header.dtype.names:
        raise InputError("a volume in colour is not read whole", where, "read its slices")
    all_frames = selection.series and selection.frame is None and volume.frames > 1
    frames = volume.frames if all_frames else 1
    selection.check_size(
        (*volume.stored_shape, frames) if all_frames else volume.stored_shape, where
    )
    frame = index("frame", selection.frame, volume.frames)
    size = prod(volume.stored_shape)
    flat = volume.voxels.pieces(frame * size, 1, frames * size, frames * size)
    values = flat.reshape(frames, *volume.stored_shape[::-1])
    z, y, x = (3 - volume.stored_axis[canonical] for canonical in (2, 1, 0))
    values = values.transpose(0, z, y, x)
    reversed_axes = (volume.flipped[2], not volume.flipped[1], volume.flipped[0])
    values = values[:, *(slice(None, None, -1 if flip else 1) for flip in reversed_axes)]
    array, notes = _values(values if all_frames else values[0], volume.header, where, selection)
    array = np.ascontiguousarray(array)

    to_voxel = np.zeros((4, 4))
    to_voxel[2, 0] = to_voxel[0, 2] = to_voxel[3, 3] = 1
    to_voxel[1, 1], to_voxel[1, 3] = -1, volume.shape[1] - 1
    geometry = Geometry(
        volume.affine @ to_voxel, ("S", "P", "R") if volume.header.is_oriented else None, 3
    )
    planes = [selection.plane] if selection.plane else list(PLANES)
    slice_planes = tuple(_slice_plane(volume, plane, selection) for plane in planes)
    taken = "volume"
    if volume.frames > 1:
        taken += f", {'all frames' if all_frames else f'frame {frame}'} of 0..{volume.frames - 1}"
    notes = (*volume.header.notes, *_geometry_notes(volume, selection), *notes)
    return Image(
        array,
        name,
        volume.file_facts,
        geometry,
        taken=taken,
        notes=notes,
        slice_planes=slice_planes,
    )


def _slice_plane(volume: _Volume, plane: str, selection: Selection) -> SlicePlane:
    """Return the selected slice of a plane, by its index in the volume as it is read."""
    k, text = _slice_of_plane(volume, plane, selection)
    label = "" if volume.header.is_oriented else AXIS_NAMES[_AXES[plane][0]]
    return SlicePlane(plane, volume.shape[1] - 1 - k if plane == "coronal" else k, text, label)


def _default_plane(shape: tuple[int, int, int]) -> str:
    # A volume of one slice is read in the plane of that slice.
    flat = [plane for plane in PLANES if shape[_AXES[plane][0]] == 1]
    return flat[0] if len(flat) == 1 else "axial"


def _read_stored(volume: _Volume, across: int, k: int, frame: int) -> Array:
    """Read a canonical slice as stored, with its two axes in the order of storage."""
    axis = volume.stored_axis[across]
    length = volume.stored_shape[axis]
    inner, outer = prod(volume.stored_shape[:axis]), prod(volume.stored_shape[axis + 1 :])
    index_stored = length - 1 - k if volume.flipped[across] else k
    first = (frame * outer * length + index_stored) * inner
    flat = volume.voxels.pieces(first, outer, inner, length * inner)
    plane_shape = [n for i, n in enumerate(volume.stored_shape) if i != axis]
    return flat.reshape(plane_shape[::-1]).T


def _values(
    stored: Array, header: Header, where: str, selection: Selection
) -> tuple[Array, tuple[str, ...]]:
    """Return the values of stored voxels, (3, H, W) of colours, and notes."""
    if not header.dtype.names:
        return as_numbers(stored, where, selection.nan, header.slope, header.inter)
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


def _geometry_notes(volume: _Volume, selection: Selection) -> tuple[str, ...]:
    if not volume.header.is_oriented:
        note = "the file does not say which way is left: drawn as stored, without letters"
        if not selection.plane:
            return (note,)
        axis = AXIS_NAMES[_AXES[selection.plane][0]]
        plane_note = f"the file does not say which plane is {selection.plane}"
        return (note, f"{plane_note}: slices along its {axis} are taken")
    shear = shear_degrees(volume.affine)
    is_sheared = shear > SHEARED_DEGREES
    turn = oblique_degrees(volume.affine, straighten=is_sheared)
    words = [f"oblique by {turn:.1f}"] if turn > OBLIQUE_DEGREES else []
    words += [f"sheared by {shear:.1f}"] if is_sheared else []
    if not words:
        return ()
    return (f"{' and '.join(words)} degrees: drawn on the voxel grid, not resampled",)
