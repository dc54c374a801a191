""".npy: headers that are no header, objects, sizes that lie; types and values of every size."""

import pickle
import struct
from typing import Any

import numpy as np

from tests.images.formats.hostile.case import Case, read, refused

_NO = "not an array that can be read: "
PLANE = np.arange(12.0).reshape(3, 4) - 5


def header(text: str, data: bytes = b"", version: int = 1) -> bytes:
    """Return a file of this header, which numpy.lib.format describes."""
    text += " " * (-(len(text) + 11) % 64) + "\n"
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text.encode() + data


def npy(array: Any, version: int = 1) -> bytes:
    """Return a file of an array."""
    array = np.asarray(array)
    by_columns = array.flags.f_contiguous and not array.flags.c_contiguous
    said = (
        f"{{'descr': {array.dtype.str!r}, 'fortran_order': {by_columns}, 'shape': {array.shape}}}"
    )
    return header(said, array.tobytes(order="A"), version)


def _says(descr: str, shape: str, data: bytes = b"") -> bytes:
    return header(f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}}}", data)


_WHOLE = npy(PLANE)
_nan = PLANE.copy()
_nan[1, 1], _nan[2, 0] = np.nan, -np.inf
_big = np.array([[2**53, 2**53 + 1], [0, 2**64 - 1]], np.uint64)
_least = np.array([[-(2**63), 2**24 + 1]], np.int64)
_tiny = PLANE * 1e-310
_huge = PLANE * 1e307
_volume = np.arange(24.0).reshape(2, 3, 4)


def _squares(value: float) -> list[str]:
    return [f"values up to {value:.3g}: float64 does not hold their squares"]


NPY: list[Case] = [
    refused("first-bytes a.npy", _WHOLE[:6], _NO),
    refused("length-cut a.npy", _WHOLE[:9], _NO),
    refused("header-cut a.npy", _WHOLE[:40], _NO),
    refused("data-cut a.npy", _WHOLE[:-5], _NO + "it ends early: 91 of 96 bytes are there"),
    refused("version-9 a.npy", b"\x93NUMPY\x09\0" + _WHOLE[8:], _NO),
    refused(
        "header-of-4-gb a.npy", b"\x93NUMPY\2\0\xff\xff\xff\xff{", _NO + "a header of 4294967295"
    ),
    refused("header-of-60-kb a.npy", header(" " * 60_000), _NO + "a header of"),
    refused("open-header a.npy", header("{'descr': '<f8', 'shape': (3, 4"), _NO),
    refused("code a.npy", header("__import__('os').getcwd()"), _NO),
    refused("deep a.npy", header("(" * 900), _NO),
    refused("no-type a.npy", _says("()", "(3, 4)", bytes(96)), _NO),
    refused("unknown-type a.npy", _says("'<q9'", "(3, 4)", bytes(96)), _NO),
    refused("negative a.npy", _says("'<f8'", "(3, -4)", bytes(96)), _NO + "the shape (3, -4)"),
    refused("truth a.npy", _says("'<f8'", "(True, 4)", bytes(96)), _NO + "the shape (True, 4)"),
    refused("claims a.npy", _says("'<f8'", f"({2**62}, {2**62})"), _NO + "it ends early: 0 of"),
    refused("no-size-type a.npy", _says("'|V0'", "(3, 4)"), "an array of real numbers is wanted"),
    refused("objects a.npy", _says("'|O'", "(1, 1)", pickle.dumps([1])), _NO + "it holds objects"),
    refused(
        "objects-inside a.npy",
        _says("[('a', '|O'), ('b', '<f4')]", "(1, 1)", bytes(12)),
        _NO + "it holds objects",
    ),
    refused("fields a.npy", npy(np.zeros((3, 4), "i4,f4")), "an array of real numbers is wanted"),
    refused("texts a.npy", npy(np.zeros((3, 4), "U3")), "an array of real numbers is wanted"),
    refused("dates a.npy", npy(np.zeros((3, 4), "M8[s]")), "an array of real numbers is wanted"),
    refused("no-axis a.npy", npy(np.float64(3)), "an array of shape () is not H x W"),
    refused("one-axis a.npy", npy(np.zeros(5)), "an array of shape (5,) is not H x W"),
    refused("five-axes a.npy", npy(np.zeros((1, 2, 3, 4, 5))), "an array of shape (1, 2, 3, 4, 5)"),
    refused("six-axes a.npy", npy(np.zeros((1,) * 6)), "an array of shape (1, 1, 1, 1, 1, 1) is"),
    refused("empty a.npy", npy(np.zeros((0, 4))), "an array of shape (0, 4) is not H x W"),
    refused("small-limit a.npy", _WHOLE, "3x4 are more than 11 pixels", "--max-pixels", "11"),
    refused("nan-refused a.npy", npy(_nan), "1 NaN and 1 infinite among 12", "--nan", "error"),
    read("plain a.npy", _WHOLE, PLANE, dtype="float64", stored_dtype="float64"),
    read("other-name a.png", _WHOLE, PLANE, format="npy"),
    read("version-2 a.npy", npy(PLANE, 2), PLANE),
    read("version-3 a.npy", npy(PLANE, 3), PLANE),
    read("by-columns a.npy", npy(np.asfortranarray(PLANE)), PLANE),
    read("big-endian a.npy", npy(PLANE.astype(">f4")), PLANE, dtype="float32"),
    read("half a.npy", npy(PLANE.astype("f2")), PLANE, dtype="float32"),
    read("truths a.npy", npy(PLANE > 0), (PLANE > 0) * 1.0, dtype="float32"),
    read("junk-behind a.npy", _WHOLE + b"junk", PLANE),
    read(
        "python-2 a.npy",
        header("{'descr': '<f8', 'fortran_order': False, 'shape': (3L, 4L)}", PLANE.tobytes()),
        PLANE,
    ),
    read(
        "long-double a.npy",
        npy(PLANE.astype("f16")),
        PLANE,
        dtype="float64",
        warnings=[f"{np.dtype('f16')} is rounded to float64: it holds 53 bits"],
    ),
    read(
        "uint64 a.npy",
        npy(_big),
        _big.astype(np.float64),
        dtype="float64",
        warnings=["uint64 is rounded to float64: it holds 53 bits"],
    ),
    read(
        "int64-least a.npy",
        npy(_least),
        _least.astype(np.float64),
        dtype="float64",
        warnings=["int64 is rounded to float64: it holds 53 bits"],
    ),
    read("complex a.npy", npy(PLANE * (1 + 2j)), PLANE * (1 + 2j), dtype="complex128"),
    read("maps a.npy", npy(_volume), _volume[1], "--channel", "1", taken="channel 1 of 0..1"),
    read("nan a.npy", npy(_nan), _nan, warnings=["1 NaN and 1 infinite among 12 values"]),
    read(
        "nan-to-0 a.npy",
        npy(_nan),
        np.nan_to_num(_nan, neginf=0),
        "--nan",
        "fill=0",
        warnings=["1 NaN and 1 infinite among 12 values: set to 0"],
    ),
    read(
        "all-infinite a.npy",
        npy(PLANE * 0 - np.inf),
        PLANE * 0 - np.inf,
        warnings=["12 infinite among 12 values"],
    ),
    read("denormal a.npy", npy(_tiny), _tiny, warnings=_squares(6e-310)),
    read("1e307 a.npy", npy(_huge), _huge, warnings=_squares(6e307)),
    read("1e30 a.npy", npy(PLANE * 1e30), PLANE * 1e30, dtype="float64"),
    read(
        "1e30-float32 a.npy",
        npy((PLANE * 1e30).astype("f4")),
        (PLANE * 1e30).astype("f4"),
        dtype="float64",
        warnings=["values up to 6e+30: computed in float64"],
    ),
    read("zeros a.npy", npy(PLANE * 0), PLANE * 0),
    read("constant a.npy", npy(PLANE * 0 + 2.0**63), PLANE * 0 + 2.0**63),
    read("one-pixel a.npy", npy([[3.5]]), [[3.5]]),
    read("one-row a.npy", npy(PLANE[:1]), PLANE[:1]),
]
