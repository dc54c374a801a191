"""NRRD (.nrrd, .nhdr): the fields of its header by pynrrd, all of them checked here."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from sampviz.core.errors import InputError, SampvizError
from sampviz.core.open_file import open_file
from sampviz.core.text import counted
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.format import Format, Source, starts_with
from sampviz.images.formats.raw_data import LONGEST_HEADER, RawData, beside, open_raw
from sampviz.images.image import Image
from sampviz.images.selection import Selection

_KIND = "an NRRD"
_FIX = "get the file again, or write it anew, e.g. with pynrrd or SimpleITK"
_END = re.compile(rb"\r?\n\r?\n")
_TYPES = {
    name: code
    for code, names in {
        "i1": "signed char,int8,int8_t",
        "u1": "uchar,unsigned char,uint8,uint8_t",
        "i2": "short,short int,signed short,signed short int,int16,int16_t",
        "u2": "ushort,unsigned short,unsigned short int,uint16,uint16_t",
        "i4": "int,signed int,int32,int32_t",
        "u4": "uint,unsigned int,uint32,uint32_t",
        "i8": "longlong,long long,long long int,signed long long,int64,int64_t",
        "u8": "ulonglong,unsigned long long,unsigned long long int,uint64,uint64_t",
        "f4": "float",
        "f8": "double",
    }.items()
    for name in names.split(",")
}
_ENCODINGS = {"raw": "raw", "gzip": "gzip", "gz": "gzip", "bzip2": "bzip2", "bz2": "bzip2",
              "ascii": "text", "txt": "text", "text": "text"}  # fmt: skip
# The signs that take a space to RAS.
_SPACES = {
    "right-anterior-superior": (1, 1, 1),
    "ras": (1, 1, 1),
    "left-anterior-superior": (-1, 1, 1),
    "las": (-1, 1, 1),
    "left-posterior-superior": (-1, -1, 1),
    "lps": (-1, -1, 1),
}
_PLACES = ("domain", "space", "")  # kinds of axes along which pixels lie
_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "um": 1e-3, "µm": 1e-3, "microns": 1e-3}


def _read(source: Source, selection: Selection) -> Image:
    """Return one slice, or the volume."""
    from sampviz.images.formats.array_voxels import read_stack
    from sampviz.images.formats.volume_header import VolumeFacts

    header, end = _header(source)
    data = _data(header, end, source)
    axes = _axes(header, source.where)
    spatial = [i for i, axis in enumerate(reversed(axes)) if axis in "xyz"]
    directions, spacing = _directions(header, spatial)
    facts = VolumeFacts(
        format="NRRD",
        affine=_affine(header, directions, source.where) if len(spatial) == 3 else None,
        spacing=spacing,
        is_of_body=len(spatial) == 3,
    )
    with open_raw(data, source, selection) as array:
        return read_stack(array, axes, facts, source.name, source.where, selection, _KIND)


def _header(source: Source) -> tuple[Mapping[str, Any], int]:
    """Return the fields of the header, and where it ends."""
    import nrrd

    with source.open() as file:
        text = file.read(LONGEST_HEADER)
    match = _END.search(text)
    end = match.end() if match else len(text)
    if not match and len(text) == LONGEST_HEADER:
        raise _unreadable(f"its header has no end within {LONGEST_HEADER} bytes", source.where)
    lines = text[:end].decode("utf-8", "replace").splitlines()
    if any(":" not in line for line in lines[1:] if line and not line.startswith("#")):
        raise _unreadable("a line of its header has no colon", source.where)
    # What people write of their own is not looked at.
    fields = [line for line in lines[1:] if ":=" not in line]
    return nrrd.read_header([lines[0], *fields]), end


def _data(header: Mapping[str, Any], end: int, source: Source) -> RawData:
    """Return where the numbers are, after all sizes are checked."""
    where = source.where
    sizes = [int(size) for size in header.get("sizes", ())]
    if header.get("dimension") != len(sizes) or not 2 <= len(sizes) <= 5:
        raise _unreadable(f"{len(sizes)} sizes, dimension {header.get('dimension')}", where)
    if not all(1 <= size < 2**31 for size in sizes):
        raise _unreadable(f"its sizes are {sizes}", where)
    code = _TYPES.get(str(header.get("type")))
    encoding = _ENCODINGS.get(str(header.get("encoding")).lower())
    if not code or not encoding:
        what = f"type {header.get('type')}, encoding {header.get('encoding')}"
        raise _unreadable(what[:100], where)
    name = header.get("data file", header.get("datafile"))
    if name is not None and (name.split()[:1] == ["LIST"] or "%" in name):
        raise _unreadable("its data is in several files", where)
    skip = header.get("byte skip", header.get("byteskip", 0))
    lines = header.get("line skip", header.get("lineskip", 0))
    if not -1 <= skip < 2**62 or not 0 <= lines < 1000 or (skip and lines):
        raise _unreadable(f"{lines} lines and {skip} bytes to be left out", where)
    endian: Literal["<", ">"] = ">" if str(header.get("endian", "little")).lower() == "big" else "<"
    start = end if name is None else 0
    return RawData(
        tuple(reversed(sizes)),
        np.dtype(code).newbyteorder(endian),
        encoding,
        source.path if name is None else beside(source, name),
        skip if skip == -1 else start + skip,
        lines,
    )


def _axes(header: Mapping[str, Any], where: str) -> str:
    """Return a letter for each axis, the slowest first; see `read_stack`."""
    count = int(header["dimension"])
    kinds = [str(kind).lower().replace("???", "") for kind in header.get("kinds", [""] * count)]
    if len(kinds) != count:
        raise _unreadable(
            f"{counted(len(kinds), 'kind')} for {counted(count, 'axis', 'axes')}", where
        )
    rows = header.get("space directions")
    has_place = [kind in _PLACES for kind in kinds]
    if rows is not None:
        rows = list(rows)
        if len(rows) != count:
            raise _unreadable(
                f"{counted(len(rows), 'direction')} for {counted(count, 'axis', 'axes')}", where
            )
        has_place = [row is not None and bool(np.isfinite(row).any()) for row in rows]
    has_place = [
        place and kind in ("", *_PLACES) for place, kind in zip(has_place, kinds, strict=True)
    ]
    letters = iter("xyzt")
    axes = [next(letters) if place else "" for place in has_place]
    others = [i for i, place in enumerate(has_place) if not place]
    for i in others:
        is_time = kinds[i] == "time" and "t" not in axes
        axes[i] = "t" if is_time else "s" if i == 0 else "c"
    if not {"x", "y"} <= set(axes) or any(axes.count(letter) > 1 for letter in axes):
        named = ", ".join(kind or "?" for kind in kinds)
        raise _unreadable(f"axes of the kinds {named}"[:150], where)
    return "".join(reversed(axes))


def _directions(
    header: Mapping[str, Any], spatial: Sequence[int]
) -> tuple[Array | None, tuple[float, float, float] | None]:
    """Return the directions of the axes in mm, as rows, and the spacing, where they are said."""
    rows = header.get("space directions")
    units = header.get("space units") or header.get("units") or []
    mm = _MM.get(str(units[0]).strip('"').lower(), 1.0) if len(units) else 1.0
    spacing = [1.0, 1.0, 1.0]
    with np.errstate(all="ignore"):  # what overflows is not used
        if rows is not None:
            directions = np.array([np.asarray(rows[i], np.float64)[:3] for i in spatial]) * mm
            lengths = np.sqrt((directions**2).sum(axis=1))
            spacing[: len(lengths)] = [float(length) for length in lengths]
            return directions, (spacing[0], spacing[1], spacing[2])
    sizes = header.get("spacings")
    if sizes is None or len(sizes) != header["dimension"]:
        return None, None
    spacing[: len(spatial)] = [float(sizes[i]) * mm for i in spatial]
    return None, (spacing[0], spacing[1], spacing[2])


def _affine(header: Mapping[str, Any], directions: Array | None, where: str) -> Array | None:
    """Return the affine to RAS+ mm; None where the file does not say which way is left."""
    space = str(header.get("space", "")).lower()
    signs = _SPACES.get(space.removesuffix("-time").removesuffix("t") if space else "")
    if signs is None or directions is None or directions.shape != (3, 3):
        return None
    origin = np.asarray(header.get("space origin", np.zeros(3)), np.float64)
    if origin.shape not in ((3,), (4,)):
        raise _unreadable(f"an origin of {counted(origin.size, 'number')}", where)
    affine = np.eye(4)
    affine[:3, :3] = directions.T
    affine[:3, 3] = np.nan_to_num(origin[:3]) if np.isnan(origin).all() else origin[:3]
    affine[:3] *= np.array(signs)[:, None]
    return affine


def _unreadable(what: str, where: str) -> InputError:
    return InputError(f"the file is {_KIND} that cannot be read: {what}", where, _FIX)


def _files(path: Path) -> Sequence[Path]:
    """Return the header, and the file of its data where that is another."""
    with open_file(path, str(path)) as file:
        text = file.read(LONGEST_HEADER)
    match = re.search(rb"\ndata ?file:[ \t]*([^\r\n]+)", text[: text.find(b"\n\n") + 1])
    try:
        return (path, beside(Source(path, "", str(path)), match[1].decode())) if match else (path,)
    except (SampvizError, UnicodeDecodeError):
        return (path,)


FORMAT = Format(
    name="NRRD",
    endings=(".nrrd", ".nhdr"),
    content="volumes, series, channels and colours, plain or packed, placed in RAS, LAS or LPS;"
    " data beside the header",
    read=_read,
    matches=starts_with(b"NRRD000"),
    kind=_KIND,
    extra="nrrd",
    library="nrrd",
    files=_files,
)
