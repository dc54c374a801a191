"""NIfTI-1 and NIfTI-2: one slice, turned upright by flips and swaps only, and where it lies.

Only the wanted slice is read: nibabel seeks to it in a .nii and stops behind it in a .nii.gz.
"""

import logging
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError

from sampviz.arrays import Array, as_float, as_number
from sampviz.arrays.fourier import image_of_kspace
from sampviz.errors import InputError, UsageError
from sampviz.image import Cut, FileFacts, Geometry, Image
from sampviz.io.pick import PLANES, Pick, index, slice_index
from sampviz.io.raster import ALPHA_NOTE, MOST_PIXELS, over_black

OBLIQUE_DEGREES = 0.1
_GZIP_START = b"\x1f\x8b"
# Of each plane: the canonical axis across it, the one its rows run along, and its columns'.
# Rows run backwards (front or top of the head first), columns forwards.
_AXES = {"axial": (2, 1, 0), "coronal": (1, 2, 0), "sagittal": (0, 2, 1)}
_FAULTS = (
    ImageFileError,
    HeaderDataError,
    OSError,
    EOFError,
    ValueError,
    OverflowError,
    KeyError,
    zlib.error,
)
_MM_PER_UNIT = {1: 1000.0, 3: 0.001}  # codes of metres and micrometres; mm for all others


@dataclass(frozen=True, eq=False)
class _Volume:
    """A NIfTI whose voxels are not read yet, seen in the closest canonical (RAS+) orientation."""

    file: Any
    shape: tuple[int, int, int]  # canonical
    frames: int
    stored_axis: tuple[int, int, int]  # of each canonical axis
    flipped: tuple[bool, bool, bool]
    affine: Array  # of canonical voxels
    known: bool  # whether the file says which way is left


def read_nifti(path: Path, name: str, where: str, pick: Pick) -> Image:
    """Read one slice; see `Pick` for which."""
    pick.refuse(where, "a NIfTI", "channel", "mosaic")
    _check_ending(path, where)
    try:
        with warnings.catch_warnings(), _repairs() as repairs:
            warnings.simplefilter("ignore")
            volume = _open(nib.load(path), where)
            read = _whole if pick.volume else _slice
            image = read(volume, name, where, pick)
            return replace(image, notes=(*(f"header: {each}" for each in repairs), *image.notes))
    except _FAULTS as err:
        what = " ".join(str(err).split())
        raise InputError(
            f"not a NIfTI that can be read: {what}", where, "get the file again, or convert it anew"
        ) from None


@contextmanager
def _repairs() -> Iterator[list[str]]:
    """Collect what nibabel says that it mends in a header; left alone it prints that."""
    said: list[str] = []

    def hear(record: logging.LogRecord) -> bool:
        said.append(record.getMessage())
        return False

    nib.imageglobals.logger.addFilter(hear)
    try:
        yield said
    finally:
        nib.imageglobals.logger.removeFilter(hear)


def _check_ending(path: Path, where: str) -> None:
    with path.open("rb") as file:
        zipped = file.read(2) == _GZIP_START
    if zipped != (path.suffix.lower() == ".gz"):
        says, right = ("is gzip", path.name + ".gz") if zipped else ("is not gzip", path.stem)
        raise InputError(
            f"{path.name} {says}, though its name says otherwise", where, f"rename it to {right}"
        )


def _open(file: Any, where: str) -> _Volume:
    if not isinstance(file, (nib.Nifti1Pair, nib.Nifti2Pair)):
        raise InputError(
            f"the file is {type(file).__name__}, not NIfTI: it does not say which way is left",
            where,
            "convert it to NIfTI",
        )
    shape = tuple(int(n) for n in file.shape)
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    if not 2 <= len(shape) <= 4 or 0 in shape:
        raise InputError(
            f"an array of {shape} is not an image, a volume or a series",
            where,
            "keep 2 to 4 axes, none of them empty",
        )
    frames = shape[3] if len(shape) == 4 else 1
    stored = (*shape, 1)[:3]
    header = file.header
    known = bool(header["sform_code"] or header["qform_code"])
    affine = file.affine if known else np.diag([*_pixdim(header, where), 1.0])
    unit = _MM_PER_UNIT.get(int(header["xyzt_units"]) & 7, 1.0)
    affine = np.diag([unit, unit, unit, 1.0]) @ affine
    turns = nib.orientations.io_orientation(affine)
    if np.isnan(turns).any():
        raise InputError("its affine puts two axes on one", where, "mend the sform of the file")
    axis = [int(np.flatnonzero(turns[:, 0] == canonical)[0]) for canonical in range(3)]
    upright = affine @ nib.orientations.inv_ornt_aff(turns, stored)
    return _Volume(
        file,
        (stored[axis[0]], stored[axis[1]], stored[axis[2]]),
        frames,
        (axis[0], axis[1], axis[2]),
        (turns[axis[0], 1] < 0, turns[axis[1], 1] < 0, turns[axis[2], 1] < 0),
        upright,
        known,
    )


def _pixdim(header: Any, where: str) -> Array:
    pixdim = np.abs(np.asarray(header["pixdim"][1:4], np.float64))
    if not np.isfinite(pixdim).all():
        raise InputError("its voxel size is not a number", where, "mend pixdim of the file")
    return np.where(pixdim == 0, 1.0, pixdim)


def _slice(volume: _Volume, name: str, where: str, pick: Pick) -> Image:
    plane = pick.plane or _default_plane(volume.shape)
    across, down, along = _AXES[plane]
    if volume.shape[down] * volume.shape[along] > MOST_PIXELS:
        raise InputError(
            f"a slice of {volume.shape[down]}x{volume.shape[along]} px is too large",
            where,
            "cut it into smaller pieces",
        )
    k, taken = _which(volume, plane, pick)
    frame = index("frame", pick.frame, volume.frames)
    pick.check_kspace(volume.file.get_data_dtype(), where)

    values, notes = _read(volume, across, down, along, k, frame, kspace=pick.kspace)
    if volume.frames > 1:
        taken += f", frame {frame} of 0..{volume.frames - 1}"
    affine = _plane_affine(volume, across, down, along, k)
    codes = nib.aff2axcodes(affine)
    notes += _geometry_notes(volume)
    facts = FileFacts(_format(volume.file), tuple(volume.file.shape), _type(volume.file))
    geometry = Geometry(affine, (codes[0], codes[1]) if volume.known else None)
    colour = values.ndim == 3
    known = (0.0, 255.0) if colour else None  # colours have 8 bits
    return Image(values, name, facts, geometry, known, taken, notes, colour)


def _which(volume: _Volume, plane: str, pick: Pick) -> tuple[int, str]:
    """Return the index of the wanted slice of a plane, and what it is called."""
    across = _AXES[plane][0]
    count = volume.shape[across]
    step = volume.affine[across, across]
    middle = (np.array(volume.shape) - 1) / 2
    middle[across] = 0
    first = float((volume.affine @ [*middle, 1])[across])
    k = slice_index(pick.slice, count, first, step)
    at = f"{'xyz'[across]} = {first + k * step:.1f} mm"
    return k, f"{plane} slice {k} of 0..{count - 1}" + (f", {at}" if volume.known else "")


def _whole(volume: _Volume, name: str, where: str, pick: Pick) -> Image:
    """Read a volume, or all volumes of a series: slices upwards, rows from the front."""
    pick.check_kspace(volume.file.get_data_dtype(), where)
    if pick.kspace:
        raise UsageError(
            "k-space is read slice by slice", f"--kspace, for {where}", "leave out --volume"
        )
    every = pick.series and pick.frame is None and volume.frames > 1
    if prod(volume.shape) * (volume.frames if every else 1) > MOST_PIXELS:
        raise InputError(f"{volume.shape} voxels are too many", where, "cut it into smaller pieces")
    frame = index("frame", pick.frame, volume.frames)
    chosen: list[Any] = [slice(None)] * len(volume.file.shape)
    if volume.frames > 1:
        chosen[3] = slice(None) if every else frame
    chosen[4:] = [0] * len(chosen[4:])
    values = np.asarray(volume.file.dataobj[tuple(chosen)])
    if values.dtype.names:
        raise InputError("a volume in colour is not read whole", where, "read its slices")
    stored = tuple(volume.shape[volume.stored_axis.index(axis)] for axis in range(3))
    values = values.reshape(*stored, volume.frames if every else 1)
    z, y, x = (volume.stored_axis[canonical] for canonical in (2, 1, 0))
    values = values.transpose(3, z, y, x)
    turned = (volume.flipped[2], not volume.flipped[1], volume.flipped[0])
    values = values[:, *(slice(None, None, -1 if turn else 1) for turn in turned)]
    array, notes = _as_numbers(values if every else values[0], volume.file.get_data_dtype())

    to_voxel = np.zeros((4, 4))
    to_voxel[2, 0] = to_voxel[0, 2] = to_voxel[3, 3] = 1
    to_voxel[1, 1], to_voxel[1, 3] = -1, volume.shape[1] - 1
    geometry = Geometry(volume.affine @ to_voxel, ("S", "P", "R") if volume.known else None, 3)
    planes = [pick.plane] if pick.plane else list(PLANES)
    cuts = tuple(_cut(volume, plane, pick) for plane in planes)
    taken = "volume"
    if volume.frames > 1:
        taken += f", {'all frames' if every else f'frame {frame}'} of 0..{volume.frames - 1}"
    facts = FileFacts(_format(volume.file), tuple(volume.file.shape), _type(volume.file))
    notes += _geometry_notes(volume)
    return Image(array, name, facts, geometry, taken=taken, notes=notes, cuts=cuts)


def _cut(volume: _Volume, plane: str, pick: Pick) -> Cut:
    """Return the slice of a plane that is looked at, as an index of the volume as it is read."""
    k, text = _which(volume, plane, pick)
    return Cut(plane, volume.shape[1] - 1 - k if plane == "coronal" else k, text)


def _default_plane(shape: tuple[int, int, int]) -> str:
    # A single thick slice is looked at face on, whichever way it was cut.
    flat = [plane for plane in PLANES if shape[_AXES[plane][0]] == 1]
    return flat[0] if len(flat) == 1 else "axial"


def _read(
    volume: _Volume, across: int, down: int, along: int, k: int, frame: int, *, kspace: bool
) -> tuple[Array, tuple[str, ...]]:
    """Read the voxels of a canonical slice; rows from the front or the top, columns rising."""
    where = volume.shape[across] - 1 - k if volume.flipped[across] else k
    chosen: list[Any] = [slice(None)] * len(volume.file.shape)
    if volume.stored_axis[across] < len(chosen):
        chosen[volume.stored_axis[across]] = where
    if volume.frames > 1:
        chosen[3] = frame
    chosen[4:] = [0] * len(chosen[4:])
    values = np.asarray(volume.file.dataobj[tuple(chosen)]).squeeze()
    values = values.reshape([n for axis, n in _left(volume, across)])
    if volume.stored_axis[down] > volume.stored_axis[along]:
        values = values.T
    if kspace:
        values = image_of_kspace(values)  # before it is turned: its middle is not in the middle
    values = values[:: 1 if volume.flipped[down] else -1, :: -1 if volume.flipped[along] else 1]
    return _as_numbers(values, volume.file.get_data_dtype())


def _left(volume: _Volume, across: int) -> list[tuple[int, int]]:
    """Return the stored axes that remain in a slice, in stored order, and their lengths."""
    pairs = zip(volume.stored_axis, volume.shape, strict=True)
    return sorted(pair for axis, pair in enumerate(pairs) if axis != across)


def _as_numbers(values: Array, stored: np.dtype[Any]) -> tuple[Array, tuple[str, ...]]:
    if stored.names:  # RGB24 and RGBA32
        colours = np.stack([values[c] for c in "RGB"], -1).astype(np.float32)
        notes: tuple[str, ...] = ()
        if "A" in stored.names:
            colours, notes = (
                over_black(colours, values["A"].astype(np.float32) / 255),
                (ALPHA_NOTE,),
            )
        return np.ascontiguousarray(colours.transpose(2, 0, 1)), notes
    if stored.kind == "c":
        return np.ascontiguousarray(as_number(values)), ()
    if stored.itemsize <= 2 or (stored.kind == "f" and stored.itemsize == 4):
        values = values.astype(np.float32)
    return np.ascontiguousarray(as_float(values)), ()


def _plane_affine(volume: _Volume, across: int, down: int, along: int, k: int) -> Array:
    to_voxel = np.zeros((4, 4))
    to_voxel[down, 0], to_voxel[down, 3] = -1, volume.shape[down] - 1
    to_voxel[along, 1] = 1
    to_voxel[across, 2], to_voxel[across, 3] = 1, k
    to_voxel[3, 3] = 1
    return np.asarray(volume.affine @ to_voxel)


def _geometry_notes(volume: _Volume) -> tuple[str, ...]:
    if not volume.known:
        return ("the file does not say which way is left: drawn as stored, without letters",)
    angle = float(np.degrees(nib.affines.obliquity(volume.affine)).max())
    if angle > OBLIQUE_DEGREES:
        return (f"oblique by {angle:.1f} degrees: drawn on the voxel grid, not resampled",)
    return ()


def _type(file: Any) -> str:
    stored = file.get_data_dtype()
    return f"{''.join(stored.names)}{stored.itemsize * 8}" if stored.names else str(stored)


def _format(file: Any) -> str:
    kind = "NIfTI-2" if isinstance(file, (nib.Nifti2Pair, nib.Nifti2Image)) else "NIfTI-1"
    return kind + ("" if isinstance(file, (nib.Nifti1Image, nib.Nifti2Image)) else " pair")
