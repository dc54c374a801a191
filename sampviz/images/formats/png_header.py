"""What a PNG says before a pixel of it is decoded: its chunks, and how much data is there.

ISO/IEC 15948. Decoders fill what is missing with zeros, or take colours that are not there.
"""

import struct
import zlib
from dataclasses import dataclass
from io import BufferedReader

from sampviz.core.errors import InputError
from sampviz.images.selection import Selection

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6  # colour types
KINDS = {GREY: "grey", RGB: "RGB", PALETTE: "palette", GREY_ALPHA: "grey + alpha", RGBA: "RGBA"}
_CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
_BITS = {GREY: (1, 2, 4, 8, 16), PALETTE: (1, 2, 4, 8)}  # of the others 8 and 16
_LONGEST_SIDE = 1_000_000  # of libpng
_SMALL = 2**20  # bytes: more than any chunk but pixels needs
_PIECE = 2**16
# Of each pass of an interlaced PNG: first row, first column, step of rows, step of columns.
_ADAM7 = (
    (0, 0, 8, 8),
    (0, 4, 8, 8),
    (4, 0, 8, 4),
    (0, 2, 4, 4),
    (2, 0, 4, 2),
    (0, 1, 2, 2),
    (1, 0, 2, 1),
)


@dataclass(frozen=True)
class Png:
    """A PNG whose pixels are all there, but not decoded: `data` is deflated."""

    height: int
    width: int
    bits: int
    kind: int
    interlaced: bool
    data: bytes
    palette: bytes
    clear: bytes  # tRNS
    exif: bytes
    notes: tuple[str, ...]

    def plain(self) -> bytes:
        """Return a PNG of the pixels alone; the places in a palette are its greys."""
        kind = GREY if self.kind == PALETTE else self.kind
        head = struct.pack(">II5B", self.width, self.height, self.bits, kind, 0, 0, self.interlaced)
        chunks = (b"IHDR", head), (b"IDAT", self.data), (b"IEND", b"")
        return SIGNATURE + b"".join(map(chunk, *zip(*chunks, strict=True)))


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk with its length and its checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def parse(file: BufferedReader, where: str, pick: Selection) -> Png:
    """Read the chunks of a PNG; InputError if it is damaged, too large, or not complete."""
    file.seek(len(SIGNATURE))
    name, head, whole = _next(file, where, 13)
    if name != b"IHDR" or len(head) != 13 or not whole:
        raise damaged(where, "it has no header")
    width, height, bits, kind, *methods, interlaced = struct.unpack(">II5B", head)
    if (
        kind not in KINDS
        or bits not in _BITS.get(kind, (8, 16))
        or any(methods)
        or interlaced > 1
        or not 0 < max(height, width) <= _LONGEST_SIDE
        or not min(height, width)
    ):
        raise damaged(where, f"its header says {height}x{width} px of kind {kind}, {bits} bits")
    pick.check_size((height, width), where)
    rows = _rows(height, width, bits * _CHANNELS[kind], bool(interlaced))
    needed = sum(count * length for count, length in rows)
    found, whole = _chunks(file, where, 2 * needed + _SMALL)
    data = b"".join(found[b"IDAT"])
    there = _inflated(data, needed, where)
    if there < needed or not whole:
        much = (
            f"{there} of {needed} bytes"
            if interlaced
            else f"{there // rows[0][1]} of {height} rows"
        )
        raise damaged(where, f"it ends too early: {much} are there")
    notes: tuple[str, ...] = ("PNG: data behind its last row: left out",) if there > needed else ()
    if b"acTL" in found:
        notes += ("PNG: animated: the still picture is taken",)
    palette, clear, exif = (b"".join(found.get(n, [])[:1]) for n in (b"PLTE", b"tRNS", b"eXIf"))
    if kind == PALETTE and (not palette or len(palette) % 3):
        raise damaged(where, "it has no palette")
    return Png(height, width, bits, kind, bool(interlaced), data, palette, clear, exif, notes)


def damaged(where: str, why: str) -> InputError:
    """Return the error for a PNG that cannot be decoded, or not to its end."""
    return InputError(f"the PNG is damaged or not complete: {why}", where, "get the file again")


def _next(file: BufferedReader, where: str, most: int) -> tuple[bytes, bytes, bool]:
    """Read a chunk: its name, what it holds, and whether it is whole.

    Of one that does not decide the pixels only the name is read.
    """
    start = file.read(8)
    length, name = int.from_bytes(start[:4]), start[4:]
    if len(start) < 8:
        return b"", b"", False
    if not name.isalpha():
        raise damaged(where, f"it has a chunk {_word(name)} that nobody knows")
    if name[:1].islower() and name not in (b"tRNS", b"eXIf", b"acTL"):
        file.seek(length, 1)
        return name, b"", len(file.read(4)) == 4
    if length > most:
        raise damaged(where, f"{length} bytes of {_word(name)} are more than there can be")
    body = file.read(length + 4)
    if len(body) < length + 4:
        return name, body[:length], False
    if zlib.crc32(name + body[:-4]) != int.from_bytes(body[-4:]):
        raise damaged(where, f"wrong checksum of {_word(name)}")
    return name, body[:-4], True


def _word(name: bytes) -> str:
    return repr(name)[2:-1]


def _chunks(file: BufferedReader, where: str, most: int) -> tuple[dict[bytes, list[bytes]], bool]:
    """Return the chunks that decide the pixels, by name, and whether they come to their end."""
    found: dict[bytes, list[bytes]] = {b"IDAT": []}
    name, whole = b"", True
    while whole and name != b"IEND":
        name, body, whole = _next(file, where, most)
        most -= len(body)
        if name in (b"IDAT", b"PLTE", b"tRNS", b"eXIf", b"acTL"):
            found.setdefault(name, []).append(body)
        elif name[:1].isupper() and name != b"IEND":
            raise damaged(where, f"it has a chunk {_word(name)} that nobody knows")
    return found, whole


def _rows(height: int, width: int, bits: int, interlaced: bool) -> list[tuple[int, int]]:
    """Return how many rows of how many bytes, the filter's byte among them, each pass has."""
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    sizes = [
        (-(-(height - top) // down), -(-(width - left) // along))
        for top, left, down, along in passes
    ]
    return [(rows, 1 + -(-columns * bits // 8)) for rows, columns in sizes if columns > 0]


def _inflated(data: bytes, most: int, where: str) -> int:
    """Return how many bytes are in a deflated stream, counted up to `most` + 1."""
    stream = zlib.decompressobj()
    count = 0
    try:
        for at in range(0, len(data), _PIECE):
            packed = data[at : at + _PIECE]
            while packed and count <= most and not stream.eof:
                count += len(stream.decompress(packed, min(_PIECE, most + 1 - count)))
                packed = stream.unconsumed_tail
    except zlib.error as err:
        raise damaged(where, str(err)) from None
    return count
