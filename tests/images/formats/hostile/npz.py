""".npz: archives that lie about their sizes, and what numpy would run as code."""

import io
import zipfile
from collections.abc import Mapping

import numpy as np

from tests.images.formats.hostile.case import Case, read, refused
from tests.images.formats.hostile.npy import header, npy

PLANE = np.arange(12.0).reshape(3, 4) - 5
_NO = "not an array that can be read: "


def archive(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as file:
        for name, data in members.items():
            file.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def _says(shape: str, data: bytes, descr: str = "'<f8'") -> bytes:
    return header(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}", data)


_WHOLE = archive({"a.npy": npy(PLANE)})
_ENCRYPTED = bytearray(_WHOLE)
_ENCRYPTED[6] |= 1  # in the entry itself
_at = _WHOLE.rindex(b"PK\1\2") + 8
_ENCRYPTED[_at] |= 1  # and in the directory
_BOMB = archive({"a.npy": _says("(40000, 40000)", bytes(2**22))})
_LONG = archive({"a.npy": npy(PLANE) + bytes(2**22)})
_CUT = archive({"a.npy": npy(PLANE)[:-9]})
_FLIPPED = bytearray(archive({"a.npy": npy(PLANE)}, zipfile.ZIP_STORED))
_FLIPPED[150] ^= 0xFF
_OBJECTS = archive({"a.npy": _says("(1, 1)", b"\x80\x04]\x94.", "'|O'")})
_MANY = archive({f"{i}.npy": b"" for i in range(1001)}, zipfile.ZIP_STORED)

NPZ: list[Case] = [
    refused("empty-member a.npz", archive({"arr_0.npy": b""}), _NO),
    refused("no-array a.npz", archive({"a.txt": b"hello"}), "the file is a zip archive without"),
    refused("docx a.npy", archive({"word/document.xml": b"<x/>"}), "the file is a zip archive"),
    refused("cut a.npz", _WHOLE[:-30], "the file is a .npz that cannot be read"),
    refused("start a.npz", _WHOLE[:40], "the file is a .npz that cannot be read"),
    refused("member-cut a.npz", _CUT, _NO + "it ends early: 87 of 96 bytes"),
    refused("checksum a.npz", bytes(_FLIPPED), "the file is a .npz that cannot be read"),
    refused("claims-bomb a.npz", _BOMB, "40000x40000 are more than"),
    refused("objects a.npz", _OBJECTS, _NO + "it holds objects"),
    refused("encrypted a.npz", bytes(_ENCRYPTED), "its array 'a' is encrypted"),
    refused("lzma a.npz", archive({"a.npy": npy(PLANE)}, zipfile.ZIP_LZMA), "its array 'a' is pac"),
    refused("many a.npz", _MANY, "a .npz of 1001 arrays"),
    refused("one-axis a.npz", archive({"a.npy": npy(PLANE[0])}), "an array of shape (4,)"),
    refused("nested a.npz", archive({"a.npz": _WHOLE}), "the file is a zip archive without"),
    refused("traversal a.npz", archive({"../../x": b""}), "the file is a z"),
    read("whole a.npz", _WHOLE, PLANE),
    read("long-bomb a.npz", _LONG, PLANE),
    read(
        "named a.npz",
        archive({"a.npy": npy(PLANE), "b.npy": npy(PLANE + 1), "t.npy": npy(np.array("x"))}),
        PLANE + 1,
        "--dataset",
        "b",
    ),
]
