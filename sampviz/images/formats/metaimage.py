"""MetaImage of ITK (.mha, .mhd): a header of text, checked, and the numbers behind it."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from sampviz.core.errors import InputError, SampvizError
from sampviz.core.open_file import open_file
from sampviz.core.text import counted
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.format import Format, Source
from sampviz.images.formats.raw_data import LONGEST_HEADER, RawData, beside, open_raw
from sampviz.images.image import Image
from sampviz.images.selection import Selection

_KIND = "a MetaImage"
_FIX = "get the file again, or write it anew, e.g. with SimpleITK"
_START = re.compile(rb"\s*(ObjectType|NDims|Comment)\s*=\s*\w")
_LINE = re.compile(rb"[ \t]*(\w+)[ \t]*=[ \t]*([^\r\n]*?)[ \t]*\r?\n")
_TYPES = {
    "MET_CHAR": "i1",
    "MET_UCHAR": "u1",
    "MET_SHORT": "i2",
    "MET_USHORT": "u2",
    "MET_INT": "i4",
    "MET_UINT": "u4",
    "MET_LONG": "i4",
    "MET_ULONG": "u4",
    "MET_LONG_LONG": "i8",
    "MET_ULONG_LONG": "u8",
    "MET_FLOAT": "f4",
    "MET_DOUBLE": "f8",
}
_TRUE = ("true", "1", "yes")
_MOST_CHANNELS = 64


def matches(start: bytes) -> bool:
    """Whether a file that starts so has a header of MetaImage."""
    return bool(_START.match(start))


def _read(source: Source, selection: Selection) -> Image:
    """Return one slice, or the volume."""
    from sampviz.images.formats.array_voxels import read_stack
    from sampviz.images.formats.volume_header import VolumeFacts

    fields, end = _fields(source)
    sizes = _numbers(fields, "DimSize", source.where)
    axes = "tzyx"[4 - len(sizes) :]
    data = _data(fields, end, source)
    if len(data.shape) > len(axes):
        axes += "s"
    names = [key for key in ("TransformMatrix", "Rotation", "Orientation") if key in fields]
    said = _spacing(fields, len(sizes), source.where)
    spacing = said or (1.0,) * len(sizes)
    affine = _affine(fields, names, spacing, source.where) if names and len(sizes) > 2 else None
    x, y, z = (*spacing, 1.0)[:3]
    facts = VolumeFacts(
        format="MetaImage",
        affine=affine,
        spacing=(x, y, z) if said else None,
        is_of_body=len(sizes) > 2,
        seconds=spacing[3] if len(sizes) > 3 else 0.0,
    )
    with open_raw(data, source, selection) as array:
        return read_stack(array, axes, facts, source.name, source.where, selection, _KIND)


def _fields(source: Source) -> tuple[Mapping[str, str], int]:
    """Return the fields of the header, and where it ends."""
    with source.open() as file:
        data = file.read(LONGEST_HEADER)
    fields: dict[str, str] = {}
    at = 0
    while match := _LINE.match(data, at):
        fields[match[1].decode()] = match[2].decode("latin-1")
        at = match.end()
        if match[1] == b"ElementDataFile":
            return fields, at
    last = re.compile(rb"\s*ElementDataFile\s*=\s*(\S[^\r\n]*)").fullmatch(data[at:].rstrip())
    if last and len(data) < LONGEST_HEADER:  # without the end of its line
        return {**fields, "ElementDataFile": last[1].decode("latin-1")}, len(data)
    raise _unreadable("its header has no ElementDataFile", source.where)


def _data(fields: Mapping[str, str], end: int, source: Source) -> RawData:
    """Return where the numbers are, after all sizes are checked."""
    where = source.where
    sizes = _numbers(fields, "DimSize", where)
    if fields.get("NDims") != str(len(sizes)) or not 2 <= len(sizes) <= 4:
        raise _unreadable(f"NDims is {fields.get('NDims', 'not there')[:20]}", where)
    if not all(size.is_integer() and 1 <= size < 2**31 for size in sizes):
        raise _unreadable(f"DimSize is {fields['DimSize'][:60]}", where)
    code = _TYPES.get(fields.get("ElementType", ""))
    if not code:
        kind = fields.get("ElementType", "not there")[:40]
        raise _unreadable(f"ElementType is {kind}", where)
    channels = fields.get("ElementNumberOfChannels", "1")
    if not channels.isdecimal() or not 1 <= int(channels[:9]) <= _MOST_CHANNELS:
        raise _unreadable(f"ElementNumberOfChannels is {channels[:20]}", where)
    is_big = _is_true(fields, "BinaryDataByteOrderMSB") or _is_true(fields, "ElementByteOrderMSB")
    shape = tuple(int(size) for size in reversed(sizes))
    if int(channels) > 1:
        shape += (int(channels),)
    name = fields["ElementDataFile"]
    if name.split()[:1] == ["LIST"] or "%" in name:
        raise _unreadable("its data is in several files", where)
    is_inside = name.upper() == "LOCAL"
    skip = fields.get("HeaderSize", "0")
    if not re.fullmatch(r"-1|[0-9]{1,15}", skip):
        raise _unreadable(f"HeaderSize is {skip[:20]}", where)
    is_text = fields.get("BinaryData", "True").lower() not in _TRUE
    is_packed = _is_true(fields, "CompressedData")
    return RawData(
        shape,
        np.dtype(code).newbyteorder(">" if is_big else "<"),
        "text" if is_text else "gzip" if is_packed else "raw",
        source.path if is_inside else beside(source, name),
        end if is_inside else int(skip),
    )


def _is_true(fields: Mapping[str, str], key: str) -> bool:
    return fields.get(key, "").lower() in _TRUE


def _spacing(fields: Mapping[str, str], count: int, where: str) -> tuple[float, ...] | None:
    key = "ElementSpacing" if "ElementSpacing" in fields else "ElementSize"
    if key not in fields:
        return None
    spacing = _numbers(fields, key, where)
    if len(spacing) != count:
        raise _unreadable(f"{key} has {counted(len(spacing), 'number')}", where)
    return spacing


def _affine(
    fields: Mapping[str, str], names: Sequence[str], spacing: tuple[float, ...], where: str
) -> Array:
    """Return the affine to RAS+ mm: rows of the matrix are the directions of axes, to LPS."""
    count = len(spacing)
    matrix = np.array(_numbers(fields, names[0], where))
    origins = [key for key in ("Offset", "Position", "Origin") if key in fields]
    origin = _numbers(fields, origins[0], where) if origins else (0.0,) * count
    if len(matrix) != count**2 or len(origin) != count:
        raise _unreadable(f"{names[0]} and the offset are not of {count} axes", where)
    affine = np.eye(4)
    with np.errstate(all="ignore"):  # what overflows is not used
        affine[:3, :3] = matrix.reshape(count, count)[:3, :3].T * np.array(spacing[:3])
        affine[:3, 3] = origin[:3]
    affine[:2] *= -1  # to the left and to the back, where we count to the right and front
    return affine


def _numbers(fields: Mapping[str, str], key: str, where: str) -> tuple[float, ...]:
    try:
        return tuple(float(word) for word in fields[key].split())
    except (KeyError, ValueError):
        raise _unreadable(f"{key} is {fields.get(key, 'not there')[:60]}", where) from None


def _unreadable(what: str, where: str) -> InputError:
    return InputError(f"the file is {_KIND} that cannot be read: {what}", where, _FIX)


def _files(path: Path) -> Sequence[Path]:
    """Return the header, and the file of its data where that is another."""
    with open_file(path, str(path)) as file:
        source = Source(path, "", str(path), file.read(LONGEST_HEADER))
    try:
        data = _data(*_fields(source), source)
    except SampvizError:
        return (path,)
    return (path,) if data.path == path else (path, data.path)


FORMAT = Format(
    name="MetaImage",
    endings=(".mha", ".mhd"),
    content="volumes, series and colours of ITK, plain or packed; data beside the header",
    read=_read,
    matches=matches,
    kind=_KIND,
    files=_files,
)
