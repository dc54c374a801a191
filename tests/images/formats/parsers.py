"""The smallest readers that can be: what a file holds, by its specification and nothing else.

Each returns what it found, raises Broken for what no reader may accept, and None where it has no
opinion. No library that sampviz reads with is used.
"""

import ast
import re
import struct
import zlib
from dataclasses import dataclass
from math import isfinite, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Broken(Exception):  # noqa: N818 - a verdict
    """The file is damaged, short, or not of its kind."""


@dataclass(frozen=True)
class Found:
    """What a file holds: the shape that it says, and its values where they are simple."""

    shape: tuple[int, ...]
    values: Array | None = None


# --- NIfTI -----------------------------------------------------------------------------------

_TYPES = {
    2: "u1",
    4: "i2",
    8: "i4",
    16: "f4",
    32: "c8",
    64: "f8",
    256: "i1",
    512: "u2",
    768: "u4",
    1024: "i8",
    1280: "u8",
    1792: "c16",
}
# Of version 1 and 2: dim, datatype, vox_offset, slope and intercept, magic; the offset's format.
_FIELDS = {
    1: ("8h", 40, 70, ("f", 108), ("2f", 112), (344, b"n+1\0"), 352),
    2: ("8q", 16, 12, ("q", 168), ("2d", 176), (4, b"n+2\0\r\n\x1a\n"), 544),
}


def nifti(data: bytes) -> Found | None:
    """Read a single-file NIfTI, unpacked: scaled values in the order of storage."""
    for version, length in ((1, 348), (2, 540)):
        for endian in "<>":
            if data[:4] == struct.pack(f"{endian}i", length):
                if len(data) < length:
                    raise Broken("short header")
                return _nifti(data, version, endian)
    raise Broken("no header")


def _nifti(data: bytes, version: int, endian: str) -> Found | None:
    dims, at_dims, at_type, offset_field, scale_field, (at_magic, magic), least = _FIELDS[version]
    if data[at_magic : at_magic + len(magic)] != magic:
        raise Broken("no magic")
    rank, *sides = struct.unpack_from(endian + dims, data, at_dims)
    if not 1 <= rank <= 7 or min(sides[:rank]) < 1:
        raise Broken("dimensions")
    shape = tuple(sides[:rank])
    (code,) = struct.unpack_from(endian + "h", data, at_type)
    (offset,) = struct.unpack_from(endian + offset_field[0], data, offset_field[1])
    slope, inter = struct.unpack_from(endian + scale_field[0], data, scale_field[1])
    if not isfinite(offset) or offset % 1 or offset < least:
        raise Broken("offset")
    if slope != 0 and not (isfinite(slope) and isfinite(inter)):
        raise Broken("scaling")
    if code in (128, 2304):
        return None
    if code not in _TYPES:
        raise Broken("data type")
    dtype = np.dtype(endian + _TYPES[code])
    if len(data) < offset + prod(shape) * dtype.itemsize:
        raise Broken("short")
    stored = np.frombuffer(data, dtype, prod(shape), int(offset))
    wide = stored.astype(np.complex128 if dtype.kind == "c" else np.float64)
    if slope == 0:
        return Found(shape, wide)
    with np.errstate(all="ignore"):
        if dtype.kind != "c":
            return Found(shape, wide * slope + inter)
        wide.real, wide.imag = wide.real * slope + inter, wide.imag * slope + inter
        return Found(shape, wide)


# --- PNG -------------------------------------------------------------------------------------

_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def png(data: bytes) -> Found | None:
    """Decode a PNG: (H, W) or (3, H, W), over black, few bits stretched to 0..255."""
    chunks: dict[bytes, bytes] = {}
    at = 8
    while b"IEND" not in chunks:
        if len(data) < at + 12:
            raise Broken("short")
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        critical = not name[0] & 32
        if len(data) < at + 12 + length:
            raise Broken("short")
        if not name.isalpha():
            raise Broken("unknown chunk")
        if critical or name == b"tRNS":
            if zlib.crc32(name + body) != int.from_bytes(data[at + 8 + length : at + 12 + length]):
                raise Broken("checksum")
            if name not in (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"):
                raise Broken("unknown chunk")
        if (at == 8) != (name == b"IHDR") or (at == 8 and length != 13):
            raise Broken("no header, or two")
        if name == b"eXIf" or (name in chunks and name in (b"PLTE", b"tRNS")):
            return None
        chunks[name] = chunks.get(name, b"") + body if critical or name == b"tRNS" else b""
        at += 12 + length
    return _pixels(chunks)


def _pixels(chunks: dict[bytes, bytes]) -> Found | None:
    width, height, bits, kind, *methods, laced = struct.unpack(">II5B", chunks[b"IHDR"])
    allowed = {0: (1, 2, 4, 8, 16), 3: (1, 2, 4, 8)}.get(kind, (8, 16))
    if kind not in _SAMPLES or bits not in allowed or any(methods) or laced > 1:
        raise Broken("header")
    if not width or not height:
        raise Broken("no pixels")
    if laced or height * width > 2**22:
        return Found((height, width))
    row = 1 + -(-width * _SAMPLES[kind] * bits // 8)
    stream = zlib.decompressobj()
    try:
        raw = stream.decompress(chunks.get(b"IDAT", b""), row * height)
    except zlib.error as err:
        raise Broken("deflate") from err
    if len(raw) < row * height:
        raise Broken("rows are missing")
    lines = np.frombuffer(raw, np.uint8).reshape(height, row)
    if lines[:, 0].max() > 4:
        raise Broken("filter")
    plain = _unfiltered(lines, max(1, _SAMPLES[kind] * bits // 8))
    values = _unpacked(plain, width, bits, _SAMPLES[kind])
    return Found((height, width), _meant(values, chunks, bits, kind))


def _unfiltered(lines: Array, step: int) -> Array:
    """Undo the filters of rows: each byte is a difference to those left, above, and left above."""
    plain = np.zeros((lines.shape[0], lines.shape[1] - 1), np.uint8)
    above = [0] * plain.shape[1]
    for number, (how, *row) in enumerate(lines.tolist()):
        done: list[int] = []
        for place, byte in enumerate(row):
            left = done[place - step] if place >= step else 0
            up = above[place]
            corner = above[place - step] if place >= step else 0
            if how == 4:
                guess = left + up - corner
                near = min((abs(guess - each), k) for k, each in enumerate((left, up, corner)))
                add = (left, up, corner)[near[1]]
            else:
                add = (0, left, up, (left + up) // 2)[how]
            done.append((byte + add) & 255)
        plain[number] = above = done
    return plain


def _unpacked(plain: Array, width: int, bits: int, samples: int) -> Array:
    if bits == 16:
        return plain.view(">u2").reshape(len(plain), width, samples).astype(int)
    if bits < 8:
        every = np.unpackbits(plain, axis=1).reshape(len(plain), -1, bits)
        plain = every @ (1 << np.arange(bits)[::-1])
    return plain[:, : width * samples].reshape(len(plain), width, samples).astype(int)


def _meant(values: Array, chunks: dict[bytes, bytes], bits: int, kind: int) -> Array | None:
    top = 2**bits - 1
    clear = chunks.get(b"tRNS", b"")
    if kind == 3:
        table = chunks.get(b"PLTE", b"")
        if not table or len(table) % 3:
            raise Broken("palette")
        colours = np.frombuffer(table, np.uint8).reshape(-1, 3).astype(float)
        if values.max() >= len(colours):
            raise Broken("a colour that is not there")
        alpha = np.full(len(colours), 255.0)
        given = np.frombuffer(clear, np.uint8)[: len(colours)]
        alpha[: len(given)] = given
        shown = (colours * alpha[:, None] / 255)[values[..., 0]]
        alike = bool((shown == shown[..., :1]).all())
        return shown[..., 0] if alike else shown.transpose(2, 0, 1)
    shown = values * (255.0 / top if bits < 8 else 1.0)
    if kind in (4, 6):
        shown = shown[..., :-1] * (values[..., -1:] / top)
    elif clear:
        if len(clear) != 2 * values.shape[2]:
            raise Broken("tRNS")
        key = np.frombuffer(clear, ">u2") & top
        shown = shown * (values != key).any(axis=2, keepdims=True)
    return shown[..., 0] if kind in (0, 4) else shown.transpose(2, 0, 1)


# --- JPEG ------------------------------------------------------------------------------------


def jpeg(data: bytes) -> Found:
    """Return the size that the frame of a JPEG says, as it is stored."""
    at, shape = 2, None
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise Broken("no marker")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            if shape is None:
                raise Broken("no frame")
            return Found(shape)
        (length,) = struct.unpack_from(">H", data, at + 2)
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC) and at + 9 <= len(data):
            shape = struct.unpack_from(">HH", data, at + 5)
        at += 2 + length
    raise Broken("short")


# --- npy -------------------------------------------------------------------------------------


def npy(data: bytes) -> Found | None:
    """Read an array of numbers as numpy.lib.format describes it."""
    version = data[6:7]
    size = 2 if version == b"\1" else 4
    start = 8 + size
    length = int.from_bytes(data[8:start], "little")
    if len(data) < start + length or version not in (b"\1", b"\2", b"\3"):
        raise Broken("header")
    try:
        header = ast.literal_eval(data[start : start + length].decode("latin-1").strip())
        descr, shape = header["descr"], header["shape"]
        by_columns = header["fortran_order"]
    except (ValueError, SyntaxError, KeyError, TypeError, MemoryError, RecursionError):
        return None
    if not isinstance(descr, str) or not re.fullmatch(r"[<>|=]?[biufc][0-9]{1,2}", descr):
        return None
    try:
        dtype = np.dtype(descr)
    except TypeError as err:
        raise Broken("header") from err
    if not isinstance(shape, tuple) or not all(type(n) is int and n >= 0 for n in shape):
        raise Broken("shape")
    claimed = prod(shape) * dtype.itemsize
    if len(data) - start - length < claimed:
        raise Broken("short")
    values = np.frombuffer(data, dtype, prod(shape), start + length)
    return Found(tuple(shape), values.reshape(shape, order="F" if by_columns else "C"))
