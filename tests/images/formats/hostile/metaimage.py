"""MetaImage and NRRD: sizes that lie, data in places where it should not be."""

import bz2
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.images.formats.hostile.case import Case, read, refused
from tests.images.formats.hostile.zeros import zlib_of

PLANE = np.arange(12, dtype="<i2").reshape(3, 4) - 5
_DATA = PLANE.tobytes()
_META, _NRRD = (
    "the file is a MetaImage that cannot be read: ",
    "the file is an NRRD that cannot be read",
)
_OUT = "its data is in another file, which does not lie beside it"
_EARLY = "the file ends early: "


def mha(data: bytes = _DATA, **fields: str) -> bytes:
    """Return a MetaImage; "" leaves a field out."""
    said = {
        "ObjectType": "Image",
        "NDims": "2",
        "DimSize": "4 3",
        "ElementType": "MET_SHORT",
        **fields,
    }
    last = said.pop("ElementDataFile", "LOCAL")
    lines = [f"{name} = {value}\n" for name, value in said.items() if value]
    return "".join([*lines, f"ElementDataFile = {last}\n"]).encode() + data


def nrrd(data: bytes = _DATA, start: str = "NRRD0004", **fields: str) -> bytes:
    """Return an NRRD; "" leaves a field out."""
    said = {
        "type": "int16",
        "dimension": "2",
        "sizes": "4 3",
        "endian": "little",
        "encoding": "raw",
        **{name.replace("_", " "): value for name, value in fields.items()},
    }
    lines = "".join(f"{name}: {value}\n" for name, value in said.items() if value)
    return f"{start}\n{lines}\n".encode() + data


def _beside(header: bytes, data: bytes = _DATA) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.with_name("d.raw").write_bytes(data)
        path.write_bytes(header)

    return make


def _linked(header: bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        os.symlink("/etc/passwd", path.with_name("d.raw"))  # noqa: PTH211
        path.write_bytes(header)

    return make


_ZEROS = zlib_of(16)
_VOLUME: dict[str, Any] = {"dimension": "3", "sizes": "4 3 1"}
_CUBE: dict[str, Any] = {"NDims": "3", "DimSize": "4 3 1"}
_NO_MAP = "header: its directions are no map of voxels into space: not used"
_NO_LEFT = "the file does not say which way is left: drawn as stored, without letters"

METAIMAGE: list[Case] = [
    refused("no-data a.mha", b"ObjectType = Image\nNDims = 2\n", _META + "its header has no Elem"),
    refused("cut a.mha", mha(_DATA[:-3]), _EARLY + "21 of 24 bytes"),
    refused("huge a.mha", mha(DimSize="2000000 2000000"), _EARLY),
    refused(
        "huge-packed a.mha",
        mha(_ZEROS, DimSize="40000 40000", CompressedData="True"),
        "40000x40000 are more than",
    ),
    refused("packed-cut a.mha", mha(zlib.compress(_DATA)[:9], CompressedData="True"), _EARLY),
    refused("packed-noise a.mha", mha(b"noise", CompressedData="True"), "its data is damaged"),
    refused("negative a.mha", mha(DimSize="-4 3"), _META + "DimSize is -4 3"),
    refused("nan-size a.mha", mha(DimSize="nan 3"), _META + "DimSize is nan 3"),
    refused("text-size a.mha", mha(DimSize="a b"), _META + "DimSize is a b"),
    refused("axes a.mha", mha(NDims="3"), _META + "NDims is 3"),
    refused("type a.mha", mha(ElementType="MET_STRING"), _META + "ElementType is MET_STRING"),
    refused("channels a.mha", mha(ElementNumberOfChannels="99999"), _META + "ElementNumberOfCh"),
    refused("matrix a.mha", mha(**_CUBE, TransformMatrix="1 0"), _META + "TransformMatrix and"),
    refused("spacing a.mha", mha(ElementSpacing="1"), _META + "ElementSpacing has 1"),
    refused(
        "skip a.mhd",
        _beside(mha(b"", ElementDataFile="d.raw", HeaderSize="-7")),
        _META + "HeaderSize is -7",
    ),
    refused("list a.mhd", mha(b"", ElementDataFile="LIST"), _META + "its data is in several"),
    refused("pattern a.mhd", mha(b"", ElementDataFile="d%03d.raw 1 9 1"), _META + "its data is in"),
    refused("absolute a.mhd", mha(b"", ElementDataFile="/etc/passwd"), _OUT),
    refused("upwards a.mhd", mha(b"", ElementDataFile="../../etc/passwd"), _OUT),
    refused("link a.mhd", _linked(mha(b"", ElementDataFile="d.raw")), _OUT),
    refused("itself a.mhd", mha(b"", ElementDataFile="."), _OUT),
    refused("missing a.mhd", mha(b"", ElementDataFile="gone.raw"), "there is no such file"),
    read("whole a.mha", mha(), PLANE),
    read("beside a.mhd", _beside(mha(b"", ElementDataFile="d.raw")), PLANE),
    read(
        "at-the-end a.mhd",
        _beside(mha(b"", ElementDataFile="d.raw", HeaderSize="-1"), b"x" + _DATA),
        PLANE,
    ),
    read("long-bomb a.mha", mha(zlib_of(16, _DATA), CompressedData="True"), PLANE),
    read(
        "nan-place a.mha",
        mha(**_CUBE, TransformMatrix="nan 0 0 0 1 0 0 0 1", ElementSpacing="1 1 1"),
        PLANE,
        warnings=[_NO_MAP, _NO_LEFT],
    ),
    refused("start a.nrrd", b"NRRD0004\n", _NRRD),
    refused("version a.nrrd", nrrd(start="NRRD0009"), _NRRD),
    refused("no-colon a.nrrd", nrrd().replace(b"sizes: 4 3", b"sizes 4 3"), _NRRD),
    refused("twice a.nrrd", nrrd().replace(b"sizes: 4 3", b"sizes: 4 3\nsizes: 4 3"), _NRRD),
    refused("cut a.nrrd", nrrd(_DATA[:-3]), _EARLY + "21 of 24 bytes"),
    refused("huge a.nrrd", nrrd(sizes="2000000 2000000"), _EARLY),
    refused(
        "huge-packed a.nrrd", nrrd(_ZEROS, sizes="40000 40000", encoding="gzip"), "40000x40000"
    ),
    refused("negative a.nrrd", nrrd(sizes="-4 3"), _NRRD),
    refused("dimension a.nrrd", nrrd(dimension="9"), _NRRD),
    refused("type a.nrrd", nrrd(type="block"), _NRRD),
    refused("encoding a.nrrd", nrrd(encoding="hex"), _NRRD),
    refused("noise a.nrrd", nrrd(b"noise", encoding="gzip"), "its data is damaged"),
    refused("bzip-cut a.nrrd", nrrd(bz2.compress(_DATA)[:20], encoding="bz2"), _EARLY),
    refused("text-cut a.nrrd", nrrd(b"1 2 3", encoding="ascii"), _EARLY + "3 of 12 numbers"),
    refused("absolute a.nhdr", nrrd(b"", data_file="/etc/passwd"), _OUT),
    refused("upwards a.nhdr", nrrd(b"", data_file="../../etc/passwd"), _OUT),
    refused("link a.nhdr", _linked(nrrd(b"", data_file="d.raw")), _OUT),
    refused("list a.nhdr", nrrd(b"", data_file="LIST"), _NRRD + ": its data is in several"),
    refused("lines a.nrrd", nrrd(line_skip="7"), "its data has not the lines"),
    refused("header a.nrrd", b"NRRD0004\n" + b"#" * 70_000, _NRRD),
    refused(
        "place a.nrrd", nrrd(**_VOLUME, space="LPS", space_directions="(1,0,0) (0,1,0)"), _NRRD
    ),
    read("whole a.nrrd", nrrd(), PLANE),
    read("beside a.nhdr", _beside(nrrd(b"", data_file="d.raw")), PLANE),
    read("text a.nrrd", nrrd(b" ".join(b"%d" % n for n in PLANE.ravel()), encoding="text"), PLANE),
    read("bzip a.nrrd", nrrd(bz2.compress(_DATA), encoding="bzip2"), PLANE),
    read("long-bomb a.nrrd", nrrd(zlib_of(16, _DATA), encoding="gz"), PLANE),
    read(
        "flat-place a.nrrd",
        nrrd(**_VOLUME, space="LPS", space_directions="(1,0,0) (1,0,0) (0,0,1)"),
        PLANE,
        warnings=[_NO_MAP, _NO_LEFT],
    ),
]
