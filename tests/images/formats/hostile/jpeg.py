"""JPEG, coded by hand: blocks of one value each, which every decoder gives exactly (T.81)."""

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.images.formats.hostile.case import Case, read, refused
from tests.images.formats.hostile.png import STORED, exif

_DAMAGED = "the JPEG is damaged or not complete: "
_rng = np.random.default_rng(1)
_EOI = b"\xff\xd9"
# Huffman codes of four bits for the categories 0..11 of differences, and one for the end of block.
_DC = bytes([0, 0, 0, 12, *[0] * 12, *range(12)])
_AC = bytes([1, *[0] * 15, 0])


def _segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def _bits(blocks: np.ndarray) -> list[str]:
    """Return the code of every block, (N, components): the difference to the one before."""
    codes = []
    before = np.zeros(blocks.shape[1], int)
    for block in blocks:
        for change in block - before:
            size = int(abs(change)).bit_length()
            extra = change if change >= 0 else change + 2**size - 1
            codes.append(f"{size:04b}" + (f"{extra:0{size}b}" if size else "") + "0")
        before = block
    return codes


def _stuffed(bits: str) -> bytes:
    bits += "1" * (-len(bits) % 8)
    data = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    return data.replace(b"\xff", b"\xff\0")


def jpeg(
    values: Any,
    *,
    adobe: bool = False,
    extra: bytes = b"",
    frame: int = 0xC0,
    size: Sequence[int] | None = None,
    bits: int = 8,
    scan_end: bytes = b"\0\x3f\0",
    tables: str = "qda",
) -> bytes:
    """Code (rows, columns, components) of 8 x 8 blocks; a step of the DC value is one grey level.

    The parts that are damaged can be replaced: the frame's marker, size and bits, the end of the
    header of the scan, and which tables (quantization, DC, AC) there are.
    """
    blocks = np.atleast_3d(values)
    rows, columns, count = blocks.shape
    height, width = size or (8 * rows, 8 * columns)
    parts = [b"\xff\xd8", extra]
    if adobe:
        parts.append(_segment(0xEE, b"Adobe" + bytes([0, 100, 0, 0, 0, 0, 0])))
    if "q" in tables:
        parts.append(_segment(0xDB, b"\0" + bytes([8] * 64)))  # 8: the mean is the value
    each = b"".join(bytes([k + 1, 0x11, 0]) for k in range(count))
    parts.append(_segment(frame, struct.pack(">BHHB", bits, height, width, count) + each))
    parts += [_segment(0xC4, b"\0" + _DC)] if "d" in tables else []
    parts += [_segment(0xC4, b"\x10" + _AC)] if "a" in tables else []
    each = b"".join(bytes([k + 1, 0]) for k in range(count))
    parts.append(_segment(0xDA, bytes([count]) + each + scan_end))
    coded = _bits(blocks.reshape(-1, count) - 128)
    if scan_end == b"\0\0\1":  # all but the last bit, and nothing but the mean
        coded = [code[:-1] for code in _bits((blocks.reshape(-1, count) - 128) >> 1)]
    return b"".join([*parts, _stuffed("".join(coded)), _EOI])


GREYS = _rng.integers(1, 255, (6, 9))
_PIXELS = GREYS.repeat(8, 0).repeat(8, 1)
_INKS = _rng.integers(1, 255, (2, 3, 4))
_RGB = _rng.integers(1, 255, (3, 4, 3))
_WHOLE = jpeg(GREYS)
_SCAN = _WHOLE.index(b"\xff\xda")


def _upright(stored: np.ndarray) -> np.ndarray:
    return stored.repeat(8, 0).repeat(8, 1)


def _mixed(inks: np.ndarray) -> np.ndarray:
    """Return RGB of CMYK as Adobe stores it, 255 for no ink: the product of ink and black."""
    shares = inks[..., :3] * inks[..., 3:] / 255
    return _upright(np.rint(shares)).transpose(2, 0, 1)


def _restarted() -> bytes:
    """Lose one of the pieces between restart markers: each row of blocks is one."""
    head = jpeg(GREYS, extra=_segment(0xDD, struct.pack(">H", 9)))
    head = head[: head.index(b"\xff\xda") + 10]
    rows = [_stuffed("".join(_bits(row.reshape(-1, 1) - 128))) for row in GREYS]
    marks = [bytes([0xFF, 0xD0 + k]) for k in range(5)]
    del rows[2], marks[2]
    return head + b"".join(r + m for r, m in zip(rows, [*marks, b""], strict=True)) + _EOI


_CMYK = "CMYK: converted to RGB without a colour profile"

JPEG: list[Case] = [
    refused("start-only a.jpg", _WHOLE[:3], _DAMAGED + "it ends after 3 bytes, before its pixels"),
    refused("cut-in-header a.jpg", _WHOLE[:100], _DAMAGED + "it ends after 100 bytes, before its"),
    refused(
        "cut-in-pixels a.jpg",
        _WHOLE[: _SCAN + 30],
        _DAMAGED + f"it ends after {_SCAN + 30} bytes, before the end of its pixels",
    ),
    refused(
        "cut-and-closed a.jpg",  # decoders fill the rest with grey
        _WHOLE[: _SCAN + 30] + _EOI,
        _DAMAGED + "premature end of data segment",
    ),
    refused("no-end a.jpg", _WHOLE[:-2], _DAMAGED + f"it ends after {len(_WHOLE) - 2} bytes"),
    refused(
        "metadata a.jpg",
        jpeg(GREYS, extra=_segment(0xE1, b"Exif\0\0MM\0*\0\0\0\x08" + bytes(65_000)) * 260),
        "more than 16777216 bytes stand before its pixels",
    ),
    refused(
        "bomb-colour a.jpg",
        jpeg(np.zeros((1, 1, 3), int), size=(8192, 8192)),
        "3x8192x8192 are more than 134217728 pixels",
    ),
    refused("bomb a.jpg", jpeg(GREYS, size=(65500, 65500)), "65500x65500 are more than 134217728"),
    refused(
        "claims a.jpg",
        jpeg(GREYS, size=(11000, 11000)),
        _DAMAGED + f"{len(_WHOLE) - _SCAN} bytes cannot hold 11000x11000 px",
    ),
    refused("no-height a.jpg", jpeg(GREYS, size=(0, 72)), _DAMAGED + "its header says 0x72 px"),
    refused("no-width a.jpg", jpeg(GREYS, size=(48, 0)), _DAMAGED + "its header says 48x0 px"),
    refused("arithmetic a.jpg", jpeg(GREYS, frame=0xC9), "the JPEG is coded arithmetically"),
    refused("no-frame a.jpg", jpeg(GREYS, frame=0xFE), _DAMAGED + "it has no header of a picture"),
    refused("12-bit a.jpg", jpeg(GREYS, bits=12), _DAMAGED),
    refused("two-components a.jpg", jpeg(_RGB[..., :2]), _DAMAGED),
    refused("no-tables a.jpg", jpeg(GREYS, tables=""), _DAMAGED),
    refused("no-quantization a.jpg", jpeg(GREYS, tables="da"), _DAMAGED),
    refused("piece-lost a.jpg", _restarted(), _DAMAGED + "found marker 0xd3 instead of RST2"),
    refused(
        "thousand-scans a.jpg",
        jpeg(GREYS, frame=0xC2, scan_end=b"\0\0\1")[:-2]
        + 1000 * _segment(0xDA, b"\1\1\0\1\x3f\0")
        + _EOI,
        "1001 scans of 48x72 px would take too long",
        "--max-pixels",
        "10000",
    ),
    refused("small-limit a.jpg", _WHOLE, "48x72 are more than 99 pixels", "--max-pixels", "99"),
    read("plain a.jpg", _WHOLE, _PIXELS, dtype="float32", stored_dtype="8 bit"),
    read("other-name a.nii.gz", _WHOLE, _PIXELS, format="JPEG, L"),
    read("not-whole-blocks a.jpg", jpeg(GREYS, size=(41, 66)), _PIXELS[:41, :66]),
    read("one-pixel a.jpg", jpeg([[99]], size=(1, 1)), [[99]]),
    read("colour a.jpg", jpeg(_RGB, adobe=True), _upright(_RGB).transpose(2, 0, 1)),
    *(
        read(
            f"exif-{turn} a.jpg",
            jpeg(stored(GREYS), extra=_segment(0xE1, b"Exif\0\0" + exif(turn))),
            _PIXELS,
            stored_shape=[8 * n for n in stored(GREYS).shape],
        )
        for turn, stored in STORED.items()
    ),
    read("exif-damaged a.jpg", jpeg(GREYS, extra=_segment(0xE1, b"Exif\0\0MM\0*???")), _PIXELS),
    Case(
        "inks a.jpg",
        jpeg(_INKS, adobe=True),
        values=_mixed(_INKS),
        told={"warnings": [_CMYK]},
        close=1,
    ),
    Case(
        "inks-guessed a.jpg",
        jpeg(_INKS),
        values=_mixed(_INKS),
        told={
            "warnings": [f"{_CMYK}; not by Adobe, so that 0 may be no ink: taken as full ink"],
        },
        close=1,
    ),
    read(
        "scans-missing a.jpg",  # of one value: libjpeg smooths what is coarse
        jpeg(np.full((3, 4), 77), frame=0xC2, scan_end=b"\0\0\1"),
        np.full((24, 32), 76),
        warnings=["JPEG: scans are missing: it is only coarse"],
    ),
    read(
        "bytes-before-the-end a.jpg",
        _WHOLE[:-2] + bytes(99) + _EOI,
        _PIXELS,
        warnings=["JPEG: extraneous bytes before marker 0xd9"],
    ),
    read("junk-behind a.jpg", _WHOLE + b"junk", _PIXELS),
    read("fill a.jpg", _WHOLE[:2] + b"\xff" * 9 + _WHOLE[2:], _PIXELS),
    read("comment a.jpg", jpeg(GREYS, extra=_segment(0xFE, b"\x1b[2J\xff\xd9\xff\xda")), _PIXELS),
]
