"""PNG: damage, claims, chunks that nobody knows; and all that is odd but right."""

import struct
import zlib
from collections.abc import Callable

import numpy as np

from tests.images.build import (
    GREY,
    GREY_ALPHA,
    PALETTE,
    PNG_START,
    RGB,
    RGBA,
    Array,
    chunk,
    ihdr,
    png,
)
from tests.images.formats.hostile.case import Case, read, refused
from tests.images.formats.hostile.zeros import zlib_of

_rng = np.random.default_rng(0)
PLANE = _rng.integers(0, 256, (6, 9))
_COLOURS = _rng.integers(0, 256, (5, 7, 3))
_WIDE = _rng.integers(0, 65536, (5, 7, 3))
WHOLE = png(PLANE, 8, GREY)
_ROWS = b"".join(b"\0" + bytes(row.astype(np.uint8)) for row in PLANE)
_NOISE = _rng.integers(0, 4, (300, 300))
_NOISE_ROWS = b"".join(b"\0" + bytes(row.astype(np.uint8)) for row in _NOISE)
_DAMAGED = "the PNG is damaged or not complete: "
_OVER_BLACK = "transparency: composed over black"
_TABLE = _rng.integers(0, 256, (4, 3))
_PLACES = np.arange(12).reshape(3, 4) % 4


def _of(head: bytes, data: bytes = zlib.compress(_ROWS), *, end: bytes = chunk(b"IEND")) -> bytes:
    return PNG_START + head + chunk(b"IDAT", data) + end


def _header(*fields: int) -> bytes:
    return chunk(b"IHDR", struct.pack(">II5B", *fields))


def _flipped(at: int) -> bytes:
    return WHOLE[:at] + bytes([WHOLE[at] ^ 0x55]) + WHOLE[at + 1 :]


def exif(orientation: int) -> bytes:
    """Return a TIFF directory of one entry, tag 0x112, SHORT."""
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x112, 3, 1, orientation, 0, 0)


# What is stored of an upright picture under each EXIF orientation (EXIF 2.32, tag 0x112).
STORED: dict[int, Callable[[Array], Array]] = {
    2: lambda x: x[:, ::-1],
    3: lambda x: x[::-1, ::-1],
    4: lambda x: x[::-1],
    5: lambda x: x.T,
    6: lambda x: x.T[::-1],
    7: lambda x: x[::-1, ::-1].T,
    8: lambda x: x.T[:, ::-1],
}

_G = ihdr(6, 9, 8, GREY)
_BAD_TABLE = chunk(b"PLTE", bytes(range(10)))
_WHITE = zlib_of(108)  # 110 kB of 900 million pixels

PNG: list[Case] = [
    refused("signature-only a.png", WHOLE[:8], _DAMAGED + "it has no header"),
    refused("cut-in-header a.png", WHOLE[:25], _DAMAGED + "it has no header"),
    refused("cut-behind-header a.png", WHOLE[:33], _DAMAGED + "it ends too early: 0 of 6 rows"),
    refused("no-end a.png", WHOLE[:-12], _DAMAGED + "it ends too early: 6 of 6 rows are there"),
    refused(
        "rows-missing a.png",
        _of(_G, zlib.compress(_ROWS[:40])),
        _DAMAGED + "it ends too early: 4 of 6 rows are there",
    ),
    refused(
        "rows-missing-interlaced a.png",
        _of(ihdr(6, 9, 8, GREY, True), zlib.compress(_ROWS[:40])),
        _DAMAGED + "it ends too early: 40 of 66 bytes are there",
    ),
    refused("no-pixels a.png", PNG_START + _G + chunk(b"IEND"), _DAMAGED + "it ends too early: 0"),
    refused("byte-changed a.png", _flipped(50), _DAMAGED + "wrong checksum of IDAT"),
    refused("header-changed a.png", _flipped(20), _DAMAGED + "wrong checksum of IHDR"),
    refused("no-width a.png", _of(_header(0, 6, 8, 0, 0, 0, 0)), _DAMAGED + "its header says 6x0"),
    refused("no-height a.png", _of(_header(9, 0, 8, 0, 0, 0, 0)), _DAMAGED + "its header says 0x9"),
    refused(
        "3-bits a.png", _of(ihdr(6, 9, 3, GREY)), _DAMAGED + "its header says 6x9 px of kind 0"
    ),
    refused("kind-5 a.png", _of(ihdr(6, 9, 8, 5)), _DAMAGED + "its header says 6x9 px of kind 5"),
    refused(
        "rgb-4-bits a.png", _of(ihdr(6, 9, 4, RGB)), _DAMAGED + "its header says 6x9 px of kind"
    ),
    refused("compression-1 a.png", _of(_header(9, 6, 8, 0, 1, 0, 0)), _DAMAGED + "its header says"),
    refused(
        "filter-method-1 a.png", _of(_header(9, 6, 8, 0, 0, 1, 0)), _DAMAGED + "its header says"
    ),
    refused("interlace-2 a.png", _of(_header(9, 6, 8, 0, 0, 0, 2)), _DAMAGED + "its header says"),
    refused(
        "short-header a.png",
        PNG_START + chunk(b"IHDR", bytes(12)) + chunk(b"IEND"),
        _DAMAGED + "it has no header",
    ),
    refused(
        "row-filter-9 a.png",
        _of(_G, zlib.compress(b"\x09" + _ROWS[1:])),
        _DAMAGED + "bad adaptive filter value",
    ),
    refused("no-palette a.png", png(_PLACES, 8, PALETTE), _DAMAGED + "it has no palette"),
    refused(
        "palette-of-10-bytes a.png",
        png(_PLACES, 8, PALETTE, extra=_BAD_TABLE),
        _DAMAGED + "it has no palette",
    ),
    refused(
        "colour-beyond-palette a.png",
        png(_PLACES, 8, PALETTE, extra=chunk(b"PLTE", bytes(9))),
        _DAMAGED + "a pixel has colour 3 of 3",
    ),
    refused(
        "unknown-chunk a.png",
        png(PLANE, 8, GREY, extra=chunk(b"ABCD", b"?")),
        _DAMAGED + "it has a chunk ABCD that nobody knows",
    ),
    refused(
        "chunk-without-name a.png",
        png(PLANE, 8, GREY, extra=chunk(b"\x82\xa80(", b"?")),
        _DAMAGED + r"it has a chunk \x82\xa80( that nobody knows",
    ),
    refused("two-headers a.png", _of(_G + _G), _DAMAGED + "it has a chunk IHDR"),
    refused(
        "wrong-adler a.png",
        _of(_G, zlib.compress(_ROWS)[:-1] + b"\0"),
        _DAMAGED + "Error -3 while decompressing data: incorrect data check",
    ),
    refused(
        "not-deflated a.png",
        _of(_G, b"not deflated"),
        _DAMAGED + "Error -3 while decompressing data",
    ),
    refused(
        "stream-ends-early a.png",
        _of(_G, zlib.compress(_ROWS[:20]) + bytes(200_000)),
        _DAMAGED + "it ends too early: 2 of 6 rows are there",
    ),
    refused(
        "chunk-of-2-gb a.png",
        PNG_START + _G + struct.pack(">I4s", 2**31 - 1, b"IDAT") + b"?",
        _DAMAGED + "2147483647 bytes of IDAT are more than there can be",
    ),
    refused(
        "odd-transparency a.png",
        png(PLANE, 8, GREY, extra=chunk(b"tRNS", b"abc")),
        _DAMAGED + "its tRNS is not of its kind",
    ),
    refused(
        "too-wide a.png", _of(ihdr(1, 2_000_000, 1, GREY)), _DAMAGED + "its header says 1x2000000"
    ),
    refused("bomb a.png", _of(ihdr(30000, 30000, 1, GREY), _WHITE), "30000x30000 are more than"),
    refused("bomb-16-bit a.png", _of(ihdr(20000, 20000, 16, RGBA)), "3x20000x20000 are more than"),
    refused("small-limit a.png", WHOLE, "6x9 are more than 53 pixels", "--max-pixels", "53"),
    read("plain a.png", WHOLE, PLANE, dtype="float32", stored_dtype="8 bit"),
    read("at-the-limit a.png", WHOLE, PLANE, "--max-pixels", "54"),
    read("other-name a.nii", WHOLE, PLANE, format="PNG, grey"),
    read("no-name-at-all a", WHOLE, PLANE, format="PNG, grey"),
    read("16-bit a.png", png(_WIDE[..., 0], 16, GREY), _WIDE[..., 0], stored_dtype="16 bit"),
    read("16-bit-colour a.png", png(_WIDE, 16, RGB), _WIDE.transpose(2, 0, 1)),
    read("one-bit a.png", png(PLANE % 2, 1, GREY), PLANE % 2 * 255),
    read("interlaced a.png", png(PLANE, 8, GREY, interlaced=True), PLANE),
    read("one-pixel a.png", png([[7]], 8, GREY), [[7]]),
    read("one-row a.png", png(PLANE[:1], 8, GREY), PLANE[:1]),
    read("one-column a.png", png(PLANE[:, :1], 8, GREY), PLANE[:, :1]),
    read("constant a.png", png(np.full((8, 8), 200), 8, GREY), np.full((8, 8), 200)),
    read(
        "palette a.png",
        png(_PLACES, 2, PALETTE, extra=chunk(b"PLTE", bytes(_TABLE.astype(np.uint8).ravel()))),
        _TABLE[_PLACES].transpose(2, 0, 1),
        format="PNG, palette",
    ),
    read(
        "alpha a.png",
        png(np.stack([PLANE, PLANE * 0 + 51], -1), 8, GREY_ALPHA),
        (PLANE.astype(np.float32) * np.float32(0.2)),
        warnings=[_OVER_BLACK],
    ),
    read(
        "clear-colour a.png",
        png(_COLOURS, 8, RGB, extra=chunk(b"tRNS", struct.pack(">3H", *_COLOURS[2, 3]))),
        (_COLOURS * (_COLOURS[2, 3] != _COLOURS).any(-1, keepdims=True)).transpose(2, 0, 1),
        warnings=[_OVER_BLACK],
    ),
    *(
        read(
            f"exif-{turn} a.png",
            png(stored(PLANE), 8, GREY, extra=chunk(b"eXIf", exif(turn))),
            PLANE,
            stored_shape=list(stored(PLANE).shape),
        )
        for turn, stored in STORED.items()
    ),
    read("exif-damaged a.png", png(PLANE, 8, GREY, extra=chunk(b"eXIf", b"MM\0*????")), PLANE),
    read("bad-profile a.png", png(PLANE, 8, GREY, extra=chunk(b"iCCP", b"x\0\0bad")), PLANE),
    read(
        "animated a.png",
        png(PLANE, 8, GREY, extra=chunk(b"acTL", bytes(8))),
        PLANE,
        warnings=["PNG: animated: the still picture is taken"],
    ),
    read(
        "too-many-rows a.png",
        _of(_G, zlib.compress(_ROWS + _ROWS)),
        PLANE,
        warnings=["PNG: data behind its last row: left out"],
    ),
    read(
        "stream-ends-in-chunk a.png",  # a reader that waits for more waits forever
        _of(ihdr(300, 300, 8, GREY), zlib.compress(_NOISE_ROWS) + bytes(9999)),
        _NOISE,
    ),
    read("junk-behind a.png", WHOLE + b"junk", PLANE),
    read(
        "pieces a.png",
        PNG_START
        + _G
        + b"".join(chunk(b"IDAT", bytes([byte])) + chunk(b"IDAT") for byte in zlib.compress(_ROWS))
        + chunk(b"IEND"),
        PLANE,
    ),
]
