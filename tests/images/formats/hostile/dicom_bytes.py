"""DICOM byte by byte, with any value and any length in each element."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

SECRET = b"SECRET^PATIENT"
UID = b"1.2.826.0.1.3680043.8.498.1"
EXPLICIT, DEFLATED, RLE = b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.5"
JPEG, JPEG_12, LOSSLESS, JPEG_LS, J2K, HTJ2K, MPEG2 = (
    b"1.2.840.10008.1.2.4." + number
    for number in (b"50", b"51", b"70", b"80", b"90", b"201", b"100")
)
PIXELS = np.arange(72, dtype="<u2").reshape(8, 9)
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
UNDEFINED = 0xFFFFFFFF
_LONG = (b"OB", b"OW", b"OF", b"SQ", b"UN", b"UT")

Elements = dict[int, tuple[bytes, bytes]]


def u2(*numbers: int) -> bytes:
    return struct.pack(f"<{len(numbers)}H", *numbers)


def element(tag: int, vr: bytes, value: bytes, length: int | None = None) -> bytes:
    value += b" " * (len(value) % 2)
    length = len(value) if length is None else length
    start = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr
    if vr in _LONG:
        return start + b"\0\0" + struct.pack("<I", length) + value
    return start + struct.pack("<H", length) + value


def item(value: bytes, tag: int = ITEM, length: int | None = None) -> bytes:
    size = len(value) if length is None else length
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, size) + value


BASE: Elements = {
    0x00080016: (b"UI", b"1.2.840.10008.5.1.4.1.1.2"),
    0x00080018: (b"UI", UID + b".9"),
    0x00080060: (b"CS", b"CT"),
    0x0008103E: (b"LO", SECRET),
    0x00100010: (b"PN", SECRET),
    0x0020000E: (b"UI", UID),
    0x00200011: (b"IS", b"3"),
    0x00200013: (b"IS", b"1"),
    0x00200032: (b"DS", b"0\\0\\0"),
    0x00200037: (b"DS", b"1\\0\\0\\0\\1\\0"),
    0x00280002: (b"US", u2(1)),
    0x00280004: (b"CS", b"MONOCHROME2"),
    0x00280008: (b"IS", b"1"),
    0x00280010: (b"US", u2(8)),
    0x00280011: (b"US", u2(9)),
    0x00280030: (b"DS", b"1\\1"),
    0x00280100: (b"US", u2(16)),
    0x00280101: (b"US", u2(16)),
    0x00280102: (b"US", u2(15)),
    0x00280103: (b"US", u2(0)),
    0x7FE00010: (b"OW", PIXELS.tobytes()),
}


def head(syntax: bytes = EXPLICIT) -> bytes:
    meta = element(0x00020010, b"UI", syntax + b"\0" * (len(syntax) % 2))
    return bytes(128) + b"DICM" + element(0x00020000, b"UL", struct.pack("<I", len(meta))) + meta


def body(changes: dict[int, Any] | None = None) -> bytes:
    """`changes` are values by their tags, with another type, or None to leave an element out."""
    elements = dict(BASE)
    for tag, value in (changes or {}).items():
        if value is None:
            del elements[tag]
        else:
            vr = elements.get(tag, (b"US", b""))[0]
            elements[tag] = value if isinstance(value, tuple) else (vr, value)
    return b"".join(element(tag, vr, value) for tag, (vr, value) in sorted(elements.items()))


def file(changes: dict[int, Any] | None = None, syntax: bytes = EXPLICIT) -> bytes:
    return head(syntax) + body(changes)


def packed(syntax: bytes, *pieces: bytes, table: bytes = b"", **changes: Any) -> bytes:
    """A file whose pixels lie in pieces."""
    values = {int(name.removeprefix("t"), 16): value for name, value in changes.items()}
    items = item(table) + b"".join(item(piece) for piece in pieces) + item(b"", SEQUENCE_END)
    return (
        head(syntax)
        + body({0x7FE00010: None, **values})
        + element(0x7FE00010, b"OB", b"", UNDEFINED)
        + items
    )


def j2k(rows: int, columns: int) -> bytes:
    size = struct.pack(">HH8IH3B", 41, 0, columns, rows, 0, 0, columns, rows, 0, 0, 1, 15, 1, 1)
    return b"\xff\x4f\xff\x51" + size


def jpeg(marker: int, rows: int, columns: int, bits: int = 8, behind: bytes = b"") -> bytes:
    frame = struct.pack(">HBHHB3B", 11, bits, rows, columns, 1, 1, 0x11, 0)
    return b"\xff\xd8\xff" + bytes([marker]) + frame + behind


def nested(depth: int) -> bytes:
    """A sequence in a sequence in a sequence, none of them ended."""
    level = element(0x52009230, b"SQ", b"", UNDEFINED) + item(b"", length=UNDEFINED)
    return level * depth


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def folder(**files: bytes) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.mkdir()
        for name, data in files.items():
            (path / f"{name}.dcm").write_bytes(data)

    return make


def at(place: bytes, number: int, series: bytes = b"3", **changes: Any) -> bytes:
    more = {int(name.removeprefix("t"), 16): value for name, value in changes.items()}
    changed = {
        0x00080018: UID + b".%d" % number,
        0x00200032: place,
        0x00200011: series,
        0x0020000E: UID + b"." + series,
    }
    return file({**changed, **more})
