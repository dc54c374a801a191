"""MATLAB 5: elements that end early, claim too much, or unpack to more than they say."""

import io
import struct
from typing import Any

import numpy as np
from scipy.io import savemat

from tests.images.formats.hostile.case import Case, read, refused
from tests.images.formats.hostile.zeros import zlib_of

PLANE = np.arange(12.0).reshape(3, 4) - 5
_NO = "the file is a MATLAB file that cannot be read: "


def mat(*, packed: bool = False, **arrays: Any) -> bytes:
    buffer: Any = io.BytesIO()
    savemat(buffer, arrays, do_compression=packed)
    return bytes(buffer.getvalue())


def _repacked(element: bytes, megabytes_of_zeros: int = 0) -> bytes:
    packed = zlib_of(megabytes_of_zeros, element)
    return mat(a=PLANE)[:128] + struct.pack("<II", 15, len(packed)) + packed


_WHOLE, _PACKED = mat(a=PLANE), mat(a=PLANE, packed=True)
_ELEMENT = _WHOLE[128:]


def _with(at: int, *numbers: int) -> bytes:
    """Return the plain file with other numbers of four bytes, counted from its element."""
    data = struct.pack(f"<{len(numbers)}i", *numbers)
    return _WHOLE[: 128 + at] + data + _WHOLE[128 + at + len(data) :]


_long = bytearray(_ELEMENT)
_long[4:8] = struct.pack("<I", len(_long) + 2**24 - 8)
_zeros = bytearray(_long)
_zeros[52:56] = struct.pack("<I", 2**24)
_huge = bytearray(_ELEMENT)
_huge[32:40] = struct.pack("<2i", 60000, 60000)

MATLAB: list[Case] = [
    refused("header-only a.mat", _WHOLE[:128], "a MATLAB file without an array of numbers"),
    refused("cut a.mat", _WHOLE[:-8], _NO + "it ends early"),
    refused("packed-cut a.mat", _PACKED[:-8], _NO + "it ends early"),
    refused("zlib a.mat", _PACKED[:136] + b"\xff" * (len(_PACKED) - 136), _NO + "its data is dam"),
    refused("claims a.mat", _with(32, 60000, 60000), "60000x60000 are more than"),
    refused("claims-packed a.mat", _repacked(bytes(_huge)), "60000x60000 are more than"),
    refused("smaller a.mat", _with(32, 2, 2), _NO),
    refused("larger a.mat", _with(32, 30, 40), _NO),
    refused("negative a.mat", _with(32, -3, 4), "a MATLAB file without an array of numbers"),
    refused("length a.mat", _with(4, 2**30), _NO + "it ends early"),
    refused("data-length a.mat", _with(52, 2**30), _NO),
    refused("type a.mat", _with(48, 99), _NO + "96 bytes of type 99 are no (3, 4) numbers"),
    refused("bomb-zeros a.mat", _repacked(bytes(_zeros), 16), _NO),
    refused("struct a.mat", mat(s={"a": 1}), "a MATLAB file without an array of numbers"),
    refused("text a.mat", mat(t="hello"), "a MATLAB file without an array of numbers"),
    refused("odd a.mat", b"MATLAB 4.2 MAT".ljust(200), "the file is a MATLAB file of an odd vers"),
    read("whole a.mat", _WHOLE, PLANE),
    read("long-bomb a.mat", _repacked(bytes(_long), 16), PLANE),
    read("packed a.mat", _PACKED, PLANE),
    read("named a.mat", mat(a=PLANE, b=PLANE * 2, c="text"), PLANE * 2, "--dataset", "b"),
]
