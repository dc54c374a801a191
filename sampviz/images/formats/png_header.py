"""The chunks of a PNG (ISO/IEC 15948), checked before a pixel is decoded.

Decoders fill what is missing with zeros, or take colours that are not in the palette; here the
compressed data is counted, and a file that lacks some is an error.
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
_READ = (b"tRNS", b"eXIf", b"acTL", b"sBIT")  # of the chunks that a reader may leave out
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
    """A complete PNG that is not decoded.

    Parameters
    ----------
    height, width : int
        In pixels.
    bits : int
        Of a sample: 1, 2, 4, 8 or 16.
    kind : int
        The colour type: `GREY`, `RGB`, `PALETTE`, `GREY_ALPHA` or `RGBA`.
    interlaced : bool
        Whether it is in seven passes.
    data : bytes
        The pixels, deflated.
    palette : bytes
        Red, green and blue of each colour; b"" for none.
    transparency : bytes
        The chunk tRNS; b"" for none.
    exif : bytes
        The chunk eXIf; b"" for none.
    significant : int
        The most bits of a sample that the chunk sBIT says are used; 0 for none.
    notes : tuple of str
        What a reader should know of the file.
    """

    height: int
    width: int
    bits: int
    kind: int
    interlaced: bool
    data: bytes
    palette: bytes
    transparency: bytes
    exif: bytes
    significant: int
    notes: tuple[str, ...]

    @property
    def size(self) -> int:
        """Bytes of the pixels as OpenCV decodes them; grey with alpha becomes a colour."""
        channels = 4 if self.kind == GREY_ALPHA else _CHANNELS[self.kind]
        return self.height * self.width * channels * (2 if self.bits == 16 else 1)

    def plain(self) -> bytes:
        """Return a PNG of the pixels alone; indices into a palette are its greys."""
        kind = GREY if self.kind == PALETTE else self.kind
        header = struct.pack(
            ">II5B", self.width, self.height, self.bits, kind, 0, 0, self.interlaced
        )
        chunks = (b"IHDR", header), (b"IDAT", self.data), (b"IEND", b"")
        return SIGNATURE + b"".join(map(chunk, *zip(*chunks, strict=True)))


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a chunk with its length and its checksum.

    Parameters
    ----------
    name : bytes
        Four letters.
    data : bytes
        The content.

    Returns
    -------
    bytes
    """
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def parse_png(file: BufferedReader, where: str, selection: Selection) -> Png:
    """Read the chunks of a PNG, without decoding its pixels.

    Parameters
    ----------
    file : BufferedReader
        Open at any position.
    where : str
        The name of the input, for errors.
    selection : Selection
        Bounds the number of pixels.

    Returns
    -------
    Png

    Raises
    ------
    InputError
        If it is damaged, too large, or not complete.
    """
    file.seek(len(SIGNATURE))
    name, header, complete = _read_chunk(file, where, 13)
    if name != b"IHDR" or len(header) != 13 or not complete:
        raise damaged(where, "it has no header")
    width, height, bits, kind, *methods, interlaced = struct.unpack(">II5B", header)
    if (
        kind not in KINDS
        or bits not in _BITS.get(kind, (8, 16))
        or any(methods)
        or interlaced > 1
        or not 0 < max(height, width) <= _LONGEST_SIDE
        or not min(height, width)
    ):
        raise damaged(where, f"its header says {height}x{width} px of kind {kind}, {bits} bits")
    is_colour = kind in (RGB, RGBA, PALETTE)
    selection.check_size((3, height, width) if is_colour else (height, width), where)
    passes = _pass_sizes(height, width, bits * _CHANNELS[kind], bool(interlaced))
    needed = sum(count * length for count, length in passes)
    chunks, complete = _chunks(file, where, 2 * needed + _SMALL)
    data = b"".join(chunks[b"IDAT"])
    available = _inflated_size(data, needed, where)
    if available < needed or not complete:
        amount = (
            f"{available} of {needed} bytes"
            if interlaced
            else f"{available // passes[0][1]} of {height} rows"
        )
        raise damaged(where, f"it ends too early: {amount} are there")
    notes: tuple[str, ...] = (
        ("PNG: data behind its last row: left out",) if available > needed else ()
    )
    if b"acTL" in chunks:
        notes += ("PNG: animated: the still picture is taken",)
    palette, transparency, exif, significant = (
        b"".join(chunks.get(n, [])[:1]) for n in (b"PLTE", b"tRNS", b"eXIf", b"sBIT")
    )
    if kind == PALETTE and (not palette or len(palette) % 3):
        raise damaged(where, "it has no palette")
    return Png(
        height,
        width,
        bits,
        kind,
        bool(interlaced),
        data,
        palette,
        transparency,
        exif,
        0 if kind == PALETTE else max(significant, default=0),  # of colours, not of indices
        notes,
    )


def damaged(where: str, reason: str) -> InputError:
    """Return the error for a PNG that cannot be decoded, or not to its end.

    Parameters
    ----------
    where : str
        The name of the input.
    reason : str
        What is wrong.

    Returns
    -------
    InputError
    """
    return InputError(f"the PNG is damaged or not complete: {reason}", where, "get the file again")


def _read_chunk(file: BufferedReader, where: str, most: int) -> tuple[bytes, bytes, bool]:
    """Read a chunk: its name, its content, and whether it is complete.

    The content of a chunk that does not affect the pixels is skipped.
    """
    head = file.read(8)
    length, name = int.from_bytes(head[:4]), head[4:]
    if len(head) < 8:
        return b"", b"", False
    if not name.isalpha():
        raise damaged(where, f"it has a chunk {_printable(name)} that nobody knows")
    if name[:1].islower() and name not in _READ:
        file.seek(length, 1)
        return name, b"", len(file.read(4)) == 4
    if length > most:
        raise damaged(where, f"{length} bytes of {_printable(name)} are more than there can be")
    body = file.read(length + 4)
    if len(body) < length + 4:
        return name, body[:length], False
    if zlib.crc32(name + body[:-4]) != int.from_bytes(body[-4:]):
        raise damaged(where, f"wrong checksum of {_printable(name)}")
    return name, body[:-4], True


def _printable(name: bytes) -> str:
    return repr(name)[2:-1]


def _chunks(file: BufferedReader, where: str, most: int) -> tuple[dict[bytes, list[bytes]], bool]:
    """Return the chunks that affect the pixels, by name, and whether the file has its end."""
    chunks: dict[bytes, list[bytes]] = {b"IDAT": []}
    name, complete = b"", True
    while complete and name != b"IEND":
        name, body, complete = _read_chunk(file, where, most)
        most -= len(body)
        if name in (b"IDAT", b"PLTE", *_READ):
            chunks.setdefault(name, []).append(body)
        elif name[:1].isupper() and name != b"IEND":
            raise damaged(where, f"it has a chunk {_printable(name)} that nobody knows")
    return chunks, complete


def _pass_sizes(height: int, width: int, bits: int, interlaced: bool) -> list[tuple[int, int]]:
    """Return for each pass the number of rows, and the bytes of a row with its filter byte."""
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    sizes = [
        (-(-(height - top) // row_step), -(-(width - left) // column_step))
        for top, left, row_step, column_step in passes
    ]
    return [(rows, 1 + -(-columns * bits // 8)) for rows, columns in sizes if columns > 0]


def _inflated_size(data: bytes, most: int, where: str) -> int:
    """Return the length of a deflated stream once inflated, counted up to `most` + 1."""
    stream = zlib.decompressobj()
    count = 0
    try:
        for start in range(0, len(data), _PIECE):
            compressed = data[start : start + _PIECE]
            while compressed and count <= most and not stream.eof:
                count += len(stream.decompress(compressed, min(_PIECE, most + 1 - count)))
                compressed = stream.unconsumed_tail
    except zlib.error as err:
        raise damaged(where, str(err)) from None
    return count
