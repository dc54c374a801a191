"""NIfTI-1 and NIfTI-2 headers, read with distrust: every field is checked before it is used."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import nibabel as nib
import numpy as np
from nibabel.spatialimages import HeaderDataError

from sampviz.core.errors import InputError
from sampviz.dsp.dtypes import Array

LONGEST = 544  # a NIfTI-2 header and the four bytes behind it
_LENGTHS = {1: 348, 2: 540}
_MAGIC = {1: (344, b"n+1\0", b"ni1\0"), 2: (4, b"n+2\0\r\n\x1a\n", b"ni2\0\r\n\x1a\n")}
_CLASSES: dict[int, Any] = {1: nib.Nifti1Header, 2: nib.Nifti2Header}
_MM_PER_UNIT = {1: 1000.0, 3: 0.001}  # codes of metres and micrometres; mm for all others
_SPACING = (1e-6, 1e6)  # mm: what a voxel can be
_APART = 1.0  # voxels: sform and qform are rounded differently


@dataclass(frozen=True, eq=False)
class Header:
    """What a NIfTI says of itself, checked; `affine` takes stored voxels to RAS+ mm.

    The value of a voxel is `slope` times what is stored, plus `inter`. `offset` is the place of the
    first voxel, in bytes of the unpacked file. `known` says whether the file says which way is
    left; `notes` are what a reader should know.
    """

    format: str
    shape: tuple[int, ...]
    dtype: "np.dtype[Any]"
    offset: int
    slope: float
    inter: float
    affine: Array
    known: bool
    notes: tuple[str, ...]

    @property
    def end(self) -> int:
        """Where the voxels end, in bytes of the unpacked file."""
        return self.offset + prod(self.shape) * self.dtype.itemsize

    @property
    def type(self) -> str:
        """The type of number, by name: int16, or RGB24."""
        names = self.dtype.names
        return f"{''.join(names)}{self.dtype.itemsize * 8}" if names else self.dtype.name


def parse(data: bytes, where: str, *, pair: bool) -> Header:
    """Read a header from the first `LONGEST` bytes of a file; `pair`: its voxels are in another.

    Raises InputError for what is no NIfTI, and for a field that cannot be.
    """
    version, endian = _version(data, where)
    length = _LENGTHS[version]
    if len(data) < length:
        raise _refuse(f"its header ends after {len(data)} of {length} bytes", where)
    _check_magic(data, version, where, pair=pair)
    raw = _CLASSES[version](data[:length], endianness=endian, check=False)
    shape = _shape(raw["dim"].tolist(), where)
    dtype, notes = _dtype(raw, where)
    slope, inter = _scaling(raw, where)
    with np.errstate(all="ignore"):  # what overflows is no map
        affine, known, told = _place(raw, shape)
    return Header(
        f"NIfTI-{version}" + (" pair" if pair else ""),
        shape,
        dtype,
        _offset(float(raw["vox_offset"]), 0 if pair else length + 4, where),
        slope,
        inter,
        affine,
        known,
        (*notes, *told),
    )


def _refuse(
    what: str, where: str, fix: str = "get the file again, or convert it anew"
) -> InputError:
    return InputError(f"not a NIfTI that can be read: {what}", where, fix)


def _version(data: bytes, where: str) -> tuple[int, str]:
    """Return version and byte order: a header starts with its own length."""
    for version, length in _LENGTHS.items():
        for endian in "<>":
            if data[:4] == struct.pack(f"{endian}i", length):
                return version, endian
    raise _refuse("it does not start with the length of a header", where)


def _check_magic(data: bytes, version: int, where: str, *, pair: bool) -> None:
    at, single, double = _MAGIC[version]
    magic = data[at : at + len(single)]
    if magic not in (single, double):
        raise InputError(
            f"the file says {magic!r}, not NIfTI: it does not say which way is left",
            where,
            "convert it to NIfTI, if it is ANALYZE",
        )
    if (magic == double) != pair:
        says = "are in another file (.img)" if magic == double else "follow in the same file"
        fix = "rename it to .hdr, beside its .img" if magic == double else "rename it to .nii"
        raise _refuse(f"its header says that the voxels {says}", where, fix)


def _shape(dim: Sequence[int], where: str) -> tuple[int, ...]:
    rank, *sides = dim
    if not 1 <= rank <= 7:
        raise _refuse(f"it says that it has {rank} axes", where)
    shape = tuple(sides[:rank])
    kept = len(shape)
    while kept > 3 and shape[kept - 1] == 1:
        kept -= 1
    if not 2 <= kept <= 4 or min(shape) < 1:
        raise InputError(
            f"an array of {shape} is not an image, a volume or a series",
            where,
            "keep 2 to 4 axes, none of them empty",
        )
    return shape


def _dtype(raw: Any, where: str) -> tuple["np.dtype[Any]", tuple[str, ...]]:
    code, bits = int(raw["datatype"]), int(raw["bitpix"])
    try:
        dtype = raw.get_data_dtype()
    except (HeaderDataError, KeyError):
        dtype = np.dtype("V")
    if dtype.kind not in "iufc" and not dtype.names:
        raise _refuse(f"its data type has the number {code}", where)
    if bits == dtype.itemsize * 8:
        return dtype, ()
    return dtype, (f"header: {bits} bits a voxel, but its type is {dtype.name}: that is taken",)


def _offset(offset: float, least: int, where: str) -> int:
    if not least <= offset < 2**62 or offset % 1:  # not for NaN either
        told = f"{offset:.15g}".removesuffix(".0")
        raise _refuse(
            f"its voxels cannot start at byte {told}",
            where,
            f"mend vox_offset: wanted is {least} or more",
        )
    return int(offset)


def _scaling(raw: Any, where: str) -> tuple[float, float]:
    """Return slope and intercept; a slope of 0 says that there are none (NIfTI-1.1)."""
    slope, inter = float(raw["scl_slope"]), float(raw["scl_inter"])
    if slope == 0:
        return 1.0, 0.0
    if not np.isfinite([slope, inter]).all():
        raise _refuse(
            f"it scales its voxels by {slope:g} and adds {inter:g}",
            where,
            "mend scl_slope and scl_inter: 1 and 0 change nothing",
        )
    return slope, inter


def _place(raw: Any, shape: tuple[int, ...]) -> tuple[Array, bool, tuple[str, ...]]:
    """Return the affine, whether it says which way is left, and notes.

    The sform is taken before the qform, as most programs do; pixdim if neither can be.
    """
    unit = _MM_PER_UNIT.get(int(raw["xyzt_units"]) & 7, 1.0)
    spacing, notes = _pixdim(raw, unit)
    coded = [name for name in ("sform", "qform") if int(raw[f"{name}_code"]) != 0]
    found: dict[str, Array] = {}
    for name in coded:
        affine = _sform(raw, unit) if name == "sform" else _qform(raw, spacing, unit)
        if affine is not None and _is_map(affine):
            found[name] = affine
        else:
            notes += (f"header: its {name} is no map of voxels into space: not used",)
    if not found:
        return np.diag([*spacing, 1.0]), False, notes
    taken, affine = next(iter(found.items()))
    if taken == "sform":
        # pixdim is looked at only if it is used: many programs leave it at 1.
        notes = tuple(note for note in notes if "pixdim" not in note)
    if len(found) == 2:
        apart = _apart(found["sform"], found["qform"], shape)
        if apart > _APART * min(_steps(affine)):
            notes += (f"sform and qform are up to {apart:.3g} mm apart: the sform is taken",)
    return affine, True, notes


def _pixdim(raw: Any, unit: float) -> tuple[Array, tuple[str, ...]]:
    """Return the voxel size in mm, 1 where there is none, and what was mended."""
    said = np.asarray(raw["pixdim"][1:4], np.float64) * unit
    size = np.abs(said)
    usable = (size >= _SPACING[0]) & (size <= _SPACING[1])
    size = np.where(usable, size, 1.0)
    if np.array_equal(size, said):
        return size, ()
    told = "x".join(f"{mm:.4g}" for mm in said)
    taken = "x".join(f"{mm:.4g}" for mm in size)
    return size, (f"header: pixdim is {told} mm: taken as {taken} mm",)


def _sform(raw: Any, unit: float) -> Array:
    return np.diag([unit, unit, unit, 1.0]) @ raw.get_sform()


def _qform(raw: Any, spacing: Array, unit: float) -> Array | None:
    """Return the affine of the quaternion, with the mended voxel size; None if it is none."""
    copy = raw.copy()
    copy["pixdim"][1:4] = 1
    # Its sign alone counts, and 0 is 1 (NIfTI-1.1).
    copy["pixdim"][0] = -1 if copy["pixdim"][0] < 0 else 1
    try:
        affine = copy.get_qform()
    except (HeaderDataError, ValueError):
        return None
    affine[:3, :3] *= spacing
    affine[:3, 3] *= unit
    return np.asarray(affine)


def _steps(affine: Array) -> Array:
    return np.sqrt((affine[:3, :3] ** 2).sum(axis=0))


def _is_map(affine: Array) -> bool:
    """Whether an affine puts every voxel in a place of its own, at distances that can be."""
    if not np.isfinite(affine).all() or np.abs(affine[:3, 3]).max() > 1e9:
        return False
    steps = _steps(affine)
    if not (steps >= _SPACING[0]).all() or not (steps <= _SPACING[1]).all():
        return False
    flat = abs(np.linalg.det(affine[:3, :3] / steps)) < 1e-4
    return not flat and not np.isnan(nib.orientations.io_orientation(affine)).any()


def _apart(one: Array, other: Array, shape: tuple[int, ...]) -> float:
    """Return how far apart (mm) two affines put a corner of the volume, at most."""
    last = [n - 1 for n in (*shape, 1)[:3]]
    corners = np.array(
        [[x, y, z, 1] for x in (0, last[0]) for y in (0, last[1]) for z in (0, last[2])]
    )
    return float(np.linalg.norm((corners @ (one - other).T)[:, :3], axis=1).max())
