"""TIFF by tifffile: pages that run in circles, pieces that unpack to more than they say, OME."""

import io
import struct
from typing import Any

import numpy as np
import tifffile

from tests.images.formats.hostile.case import Case, read, refused
from tests.images.formats.hostile.zeros import zlib_of

PLANE = np.arange(12, dtype=np.uint16).reshape(3, 4)
STACK = np.arange(24, dtype=np.uint16).reshape(2, 3, 4)
_NO = "the file is a TIFF that cannot be read"


def tiff(array: Any = STACK, **options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, array, photometric="minisblack", metadata=None, **options)
    return buffer.getvalue()


def _described(text: str) -> bytes:
    return tiff(description=text)


def _with_tag(data: bytes, tag: int, value: int) -> bytes:
    """Return a plain TIFF of which a number of every page is another."""
    out = bytearray(data)
    (at,) = struct.unpack_from("<I", out, 4)
    while at:
        (count,) = struct.unpack_from("<H", out, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            found, kind = struct.unpack_from("<HH", out, entry)
            if found == tag:
                struct.pack_into("<I" if kind == 4 else "<H", out, entry + 8, value)
        (at,) = struct.unpack_from("<I", out, at + 2 + 12 * count)
    return bytes(out)


def _circle(data: bytes) -> bytes:
    """Return a TIFF whose last page is followed by its first."""
    out = bytearray(data)
    (first,) = struct.unpack_from("<I", out, 4)
    at = first
    while True:
        (count,) = struct.unpack_from("<H", out, at)
        link = at + 2 + 12 * count
        (at,) = struct.unpack_from("<I", out, link)
        if not at:
            struct.pack_into("<I", out, link, first)
            return bytes(out)


def _inflated() -> bytes:
    """Return a stack whose strips unpack to a million times their size."""
    plain = tiff(compression="zlib")
    with tifffile.TiffFile(io.BytesIO(plain)) as file:
        pages = [(page.dataoffsets[0], page.databytecounts[0]) for page in file.pages]
    bomb = zlib_of(16)
    out = plain + bomb
    for offset, count in pages:
        out = out.replace(struct.pack("<I", offset), struct.pack("<I", len(plain)))
        out = out.replace(struct.pack("<II", 1, count), struct.pack("<II", 1, len(bomb)))
    return out


_OME = (
    '<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0">'
    '<Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint16" SizeX="4" SizeY="3" SizeZ="2"'
    ' SizeC="1" SizeT="1" {}><Channel ID="Channel:0:0" SamplesPerPixel="1"/>{}</Pixels></Image>'
    "</OME>"
)
_ELSEWHERE = (
    '<TiffData IFD="0" FirstZ="0" FirstC="0" FirstT="0" PlaneCount="1">'
    '<UUID FileName="../../etc/passwd">urn:uuid:a</UUID></TiffData>'
)
_BIG = tiff(bigtiff=True)

TIFF: list[Case] = [
    refused("big-start a.tif", _BIG[:20], _NO),
    refused("big-cut a.tif", _BIG[:-20], _NO),
    refused("circle a.tif", _circle(tiff()), _NO + ": invalid circular"),
    refused("cut a.tif", tiff(compression="zlib")[:150], _NO),
    refused("stack-cut a.tif", _BIG[:350], _NO + ": invalid page offset"),
    refused("huge a.tif", _with_tag(_with_tag(tiff(), 256, 65535), 257, 65535), "65535x65535 are"),
    refused("no-width a.tif", _with_tag(tiff(), 256, 0), _NO),
    refused("palette a.tif", _with_tag(tiff(), 262, 3), _NO + ": only grey and RGB"),
    refused("packing a.tif", _with_tag(tiff(), 259, 9999), _NO),
    refused("noise a.tif", tiff(compression="zlib").replace(b"\x78\x9c", b"\xff\xff"), _NO),
    refused("bomb a.tif", _inflated(), _NO + ": a piece of it unpacks to more"),
    refused("entities a.tif", _described('<!DOCTYPE x [<!ENTITY a "b">]>' + _OME), _NO),
    refused("xml a.tif", _described(_OME[:80] + "</OME>"), _NO),
    read("whole a.tif", tiff(), STACK[0]),
    read("big a.tif", _BIG, STACK[1], "--frame", "1"),
    read(
        "elsewhere a.tif",
        _described(_OME.format("", _ELSEWHERE)),
        STACK[0],
        warnings=[],
    ),
    read(
        "nan-size a.tif",
        _described(
            _OME.format(
                'PhysicalSizeX="nan" PhysicalSizeY="-1"', '<TiffData IFD="0" PlaneCount="2"/>'
            )
        ),
        STACK[1],
        spacing=None,
    ),
]
