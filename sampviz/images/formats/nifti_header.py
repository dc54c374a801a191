"""NIfTI-1 and NIfTI-2 headers: every field is checked before it is used.

nibabel reads the fields but trusts them; a damaged or hostile file would fail later, or be drawn
wrongly.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from sampviz.core.errors import InputError
from sampviz.dsp.dtypes import Array
from sampviz.images.embedded_text import COMMENT
from sampviz.images.formats.nibabel_import import nib
from sampviz.images.formats.nifti_affine import header_affine

LONGEST = 552  # a NIfTI-2 header, the four bytes behind it, the start of an extension
_LENGTHS = {1: 348, 2: 540}
_MAGIC = {1: (344, b"n+1\0", b"ni1\0"), 2: (4, b"n+2\0\r\n\x1a\n", b"ni2\0\r\n\x1a\n")}
_CLASSES: dict[int, Any] = {1: nib.nifti1.Nifti1Header, 2: nib.nifti2.Nifti2Header}
_LABEL_INTENTS = (1002, 1003)  # NIFTI_INTENT_LABEL, NIFTI_INTENT_NEURONAMES
_TIME_BITS, _SECONDS_PER_UNIT = 0b111000, {8: 1.0, 16: 1e-3, 24: 1e-6}  # of xyzt_units
_CIFTI_INTENTS = range(3000, 3100)
_FIX = "get the file again, or convert it anew"


@dataclass(frozen=True, eq=False)
class Header:
    """A checked NIfTI header.

    Parameters
    ----------
    format : str
        Such as "NIfTI-1".
    shape : tuple of int
        Of the stored array, 2 to 4 axes.
    dtype : dtype
        Of a stored voxel; with the fields R, G, B (and A) for colour.
    offset : int
        Of the first voxel, in bytes of the uncompressed file.
    slope, inter : float
        The value of a voxel is `slope` times what is stored, plus `inter`.
    affine : ndarray
        (4, 4), from stored voxels to RAS+ mm.
    transforms : mapping of str to ndarray
        The "sform" and the "qform", those that can be used; see `HeaderAffine`.
    notes : tuple of str
        What a reader should know of the file.
    components : int
        Numbers of each voxel, along the fifth axis; `shape` is of one of them.
    raw : Nifti1Header or Nifti2Header
        All fields as they are stored.
    is_extended : bool
        Whether extensions follow the header, other than a comment.
    is_of_body : bool
        Whether it is an image of a body, of which one should know which way is left.
    facts : mapping of str to str
        What else is known of the file; see `FileFacts`.
    """

    format: str
    shape: tuple[int, ...]
    dtype: "np.dtype[Any]"
    offset: int
    slope: float
    inter: float
    affine: Array
    transforms: Mapping[str, Array]
    notes: tuple[str, ...]
    components: int
    raw: Any
    is_extended: bool
    is_of_body: bool = True
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_oriented(self) -> bool:
        """Whether the affine says which way is left."""
        return bool(self.transforms)

    @property
    def end(self) -> int:
        """Where the voxels end, in bytes of the uncompressed file."""
        return self.offset + prod(self.shape) * self.components * self.dtype.itemsize

    @property
    def stored_shape(self) -> tuple[int, ...]:
        """The shape with the fifth axis, where there is one."""
        if self.components == 1:
            return self.shape
        return (*self.shape, *[1] * (4 - len(self.shape)), self.components)

    @property
    def window(self) -> tuple[float, float] | None:
        """The values that the file says to be black and white (cal_min and cal_max), or None."""
        low, high = float(self.raw["cal_min"]), float(self.raw["cal_max"])
        return (low, high) if low < high and np.isfinite([low, high]).all() else None

    @property
    def space(self) -> str:
        """The space that the affine leads to, such as "mni"; "unknown" where it is not said."""
        name = next(iter(self.transforms), "")
        code = int(self.raw[f"{name}_code"]) if name else 0
        return str(nib.nifti1.xform_codes.label.get(code, f"number {code}"))

    @property
    def seconds_per_frame(self) -> float | None:
        """The time between the frames of a series, where the file says it."""
        unit = _SECONDS_PER_UNIT.get(int(self.raw["xyzt_units"]) & _TIME_BITS)
        step = float(self.raw["pixdim"][4])
        if unit is None or not 0 < step < np.inf or len(self.shape) < 4:
            return None
        return float(f"{step * unit:.6g}")  # it is stored as float32

    @property
    def intent_code(self) -> int:
        """What the values are, as a number of the standard."""
        return int(self.raw["intent_code"])

    @property
    def intent(self) -> str:
        """What the values are, such as "vector"; "none" where the file does not say."""
        return str(nib.nifti1.intent_codes.label.get(self.intent_code, "unknown"))

    @property
    def has_labels(self) -> bool:
        """Whether the file says that its numbers are labels of regions."""
        return self.intent_code in _LABEL_INTENTS

    @property
    def type(self) -> str:
        """The type of number, by name: int16, or RGB24."""
        names = self.dtype.names
        return f"{''.join(names)}{self.dtype.itemsize * 8}" if names else self.dtype.name


def parse_nifti_header(data: bytes, where: str, *, pair: bool) -> Header:
    """Read and check a header.

    Parameters
    ----------
    data : bytes
        The first `LONGEST` bytes of the uncompressed file.
    where : str
        The name of the input, for errors.
    pair : bool
        Whether the voxels are in another file.

    Returns
    -------
    Header

    Raises
    ------
    InputError
        For what is no NIfTI, and for a field that cannot be.
    """
    version, endian = _version(data, where)
    length = _LENGTHS[version]
    if len(data) < length:
        raise _unreadable(f"its header ends after {len(data)} of {length} bytes", where)
    _check_magic(data, version, where, pair=pair)
    raw = _CLASSES[version](data[:length], endianness=endian, check=False)
    _refuse_cifti(raw, where)
    shape, components = _shape(raw, where)
    dtype, notes = _dtype(raw, where)
    slope, inter, scaling_notes = _scaling(raw, where)
    with np.errstate(all="ignore"):  # what overflows is not used
        position = header_affine(raw, shape)
    return Header(
        f"NIfTI-{version}" + (" pair" if pair else ""),
        shape,
        dtype,
        _offset(float(raw["vox_offset"]), 0 if pair else length + 4, where),
        slope,
        inter,
        position.affine,
        position.transforms,
        (*notes, *scaling_notes, *position.notes),
        components,
        raw,
        _is_extended(data, length, endian),
    )


def _unreadable(what: str, where: str, fix: str = _FIX) -> InputError:
    return InputError(f"not a NIfTI that can be read: {what}", where, fix)


def _version(data: bytes, where: str) -> tuple[int, str]:
    """Return the version and the byte order: a header starts with its own length."""
    for version, length in _LENGTHS.items():
        for endian in "<>":
            if data[:4] == struct.pack(f"{endian}i", length):
                return version, endian
    zeros = "" if data.strip(b"\0") else ", but with zeros: what was in it is lost"
    raise _unreadable(f"it does not start with the length of a header{zeros}", where)


def _check_magic(data: bytes, version: int, where: str, *, pair: bool) -> None:
    offset, single_file, two_files = _MAGIC[version]
    magic = data[offset : offset + len(single_file)]
    if magic not in (single_file, two_files):
        raise InputError(
            f"the file says {magic!r}, not NIfTI: it does not say which way is left",
            where,
            "convert it to NIfTI, if it is ANALYZE",
        )
    if (magic == two_files) != pair:
        location = "are in another file (.img)" if magic == two_files else "follow in the same file"
        fix = "rename it to .hdr, beside its .img" if magic == two_files else "rename it to .nii"
        raise _unreadable(f"its header says that the voxels {location}", where, fix)


def _refuse_cifti(raw: Any, where: str) -> None:
    if int(raw["intent_code"]) in _CIFTI_INTENTS:
        raise InputError(
            "the file is CIFTI: values on surfaces and in parts of a volume, not an image",
            where,
            f"take its volume: wb_command -cifti-separate {where} COLUMN -volume-all image.nii.gz",
        )


def _shape(raw: Any, where: str) -> tuple[tuple[int, ...], int]:
    """Return the shape, 2 to 4 axes, and how many components a voxel has along a fifth."""
    rank, *sides = raw["dim"].tolist()
    if not 1 <= rank <= 7:
        raise _unreadable(f"it says that it has {rank} axes", where)
    shape = tuple(sides[:rank])
    axes = len(shape)
    while axes > 3 and shape[axes - 1] == 1:
        axes -= 1
    if axes == 5 and min(shape) >= 1 and raw["intent_code"]:
        frames = shape[3:4] if shape[3] > 1 else ()
        return (*shape[:3], *frames), shape[4]
    if not 2 <= axes <= 4 or min(shape) < 1:
        raise InputError(
            f"an array of {shape} is not an image, a volume or a series",
            where,
            "keep 2 to 4 axes, none of them empty",
        )
    return shape, 1


def _is_extended(data: bytes, length: int, endian: str) -> bool:
    """Whether the first extension behind a header is other than a comment."""
    extension = data[length : length + 12]
    if len(extension) < 12 or not extension[0]:
        return False
    return bool(struct.unpack(f"{endian}i", extension[8:])[0] != COMMENT)


def _dtype(raw: Any, where: str) -> tuple["np.dtype[Any]", tuple[str, ...]]:
    code, bits = int(raw["datatype"]), int(raw["bitpix"])
    try:
        dtype = raw.get_data_dtype()
    except (nib.spatialimages.HeaderDataError, KeyError):
        dtype = np.dtype("V")
    if dtype.kind not in "iufc" and not dtype.names:
        raise _unreadable(f"its data type has the number {code}", where)
    if bits == dtype.itemsize * 8:
        return dtype, ()
    return dtype, (f"header: {bits} bits a voxel, but its type is {dtype.name}: that is taken",)


def _offset(offset: float, least: int, where: str) -> int:
    if not least <= offset < 2**62 or offset % 1:  # not for NaN either
        text = f"{offset:.15g}".removesuffix(".0")
        raise _unreadable(
            f"its voxels cannot start at byte {text}",
            where,
            f"mend vox_offset: wanted is {least} or more",
        )
    return int(offset)


def _scaling(raw: Any, where: str) -> tuple[float, float, tuple[str, ...]]:
    """Return slope, intercept and notes; a slope of 0 says that there are none (NIfTI-1.1)."""
    slope, inter = float(raw["scl_slope"]), float(raw["scl_inter"])
    if slope == 0:
        return 1.0, 0.0, ()
    if np.isnan([slope, inter]).all():
        return 1.0, 0.0, ("header: slope and intercept are NaN: taken as no scaling",)
    if not np.isfinite([slope, inter]).all():
        raise _unreadable(
            f"it scales its voxels by {slope:g} and adds {inter:g}",
            where,
            "mend scl_slope and scl_inter: 1 and 0 change nothing",
        )
    return slope, inter, ()
