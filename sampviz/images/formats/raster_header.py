"""Headers of BMP, WebP, JPEG 2000 and TIFF: how large a picture is, before it is decoded.

Only plain kinds are let through; of others a library would guess what their numbers mean.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from sampviz.core.errors import InputError
from sampviz.core.text import counted

_MOST_PARTS = 10_000  # pages, boxes or chunks that are looked at
_GREY, _RGB = 1, 2  # photometric interpretations of TIFF
PLANE_BY_PLANE = 2  # the planar configuration of TIFF
_DEPTHS = 258  # the tag of TIFF with the bits of each sample
_MOST_DEPTHS = 4  # that are looked at
_SIZES = {1: 1, 3: 2, 4: 4}  # of a byte, a short and a long, in an entry of TIFF


class RasterError(Exception):
    """Raised for a header that cannot be, or of a kind that is not read; says why."""


@dataclass(frozen=True)
class RasterHeader:
    """What the header of a picture says.

    Parameters
    ----------
    height, width : int
        Of the picture as it is stored.
    depth : int
        Bits of a sample.
    notes : tuple of str
        What a reader should know.
    exif : bytes
        Tags of EXIF; b"" for none.
    orientation : int
        As in EXIF, where the header has it; 1, upright, for none.
    orientation_at : int
        The byte at which it stands; 0 for none.
    channels : int
        The most that a pixel has.
    """

    height: int
    width: int
    depth: int = 8
    notes: tuple[str, ...] = ()
    exif: bytes = b""
    orientation: int = 1
    orientation_at: int = 0
    channels: int = 3

    @property
    def size(self) -> int:
        """The most bytes that its pixels have."""
        return self.height * self.width * self.channels * self.depth // 8


def raster_kind(start: bytes) -> str | None:
    """Return the kind of picture that starts so: "BMP", "WebP", "JPEG 2000" or "TIFF", or None."""
    if start[:2] == b"BM":
        return "BMP"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "WebP"
    if start[:12] == b"\0\0\0\x0cjP  \r\n\x87\n" or start[:4] == b"\xff\x4f\xff\x51":
        return "JPEG 2000"
    return "TIFF" if start[:4] in (b"II*\0", b"MM\0*") else None


def parse_raster(data: bytes, kind: str, where: str) -> RasterHeader:
    """Return what the header of a picture says.

    Parameters
    ----------
    data : bytes
        The whole file.
    kind : str
        As `raster_kind` returns it.
    where : str
        The name of the input, for errors.

    Returns
    -------
    RasterHeader

    Raises
    ------
    InputError
        If it is damaged, or of a kind that is not read.
    """
    parsers: dict[str, Callable[[bytes], RasterHeader]] = {
        "BMP": _parse_bmp,
        "WebP": _parse_webp,
        "JPEG 2000": _parse_jp2,
        "TIFF": _parse_tiff,
    }
    try:
        header = parsers[kind](data)
        if header.height < 1 or header.width < 1:
            raise RasterError(f"its size is {header.height}x{header.width}")
    except (struct.error, IndexError):
        raise not_readable(kind, "its header ends early", where) from None
    except RasterError as err:
        raise not_readable(kind, str(err), where) from None
    return header


def not_readable(kind: str, why: str, where: str) -> InputError:
    """Return the error for a picture that is not read."""
    return InputError(
        f"the file is a {kind} that cannot be read: {why}",
        where,
        "convert it to PNG or .npy, or get it again if it is damaged",
    )


def _parse_bmp(data: bytes) -> RasterHeader:
    size, width, height = struct.unpack_from("<Iii", data, 14)
    if size < 40:
        raise RasterError("its header is that of OS/2")
    if data[28] == 32 and data[30] in (0, 3):
        return RasterHeader(abs(height), width, notes=("the fourth byte of pixels is not read",))
    return RasterHeader(abs(height), width)


def _parse_webp(data: bytes) -> RasterHeader:
    (length,) = struct.unpack_from("<I", data, 4)
    if length + 8 > len(data):
        raise RasterError(f"it ends early: {len(data)} of {length + 8} bytes are there")
    name, start = data[12:16], data[20:]
    if name == b"VP8 ":
        width, height = struct.unpack_from("<HH", start, 6)
        return RasterHeader(height & 0x3FFF, width & 0x3FFF)
    if name == b"VP8L":
        (bits,) = struct.unpack_from("<I", start, 1)
        return RasterHeader((bits >> 14 & 0x3FFF) + 1, (bits & 0x3FFF) + 1, channels=4)
    if name != b"VP8X":
        raise RasterError("it does not begin with a picture")
    width = int.from_bytes(start[4:7], "little") + 1
    height = int.from_bytes(start[7:10], "little") + 1
    notes = ("a film: its first picture is read",) if start[0] & 2 else ()
    exif = _riff_chunk(data, b"EXIF")
    return RasterHeader(height, width, notes=notes, exif=exif, channels=4)


def _riff_chunk(data: bytes, name: bytes) -> bytes:
    """Return the first chunk of a name; b"" if there is none."""
    at = 12
    for _ in range(_MOST_PARTS):
        if at + 8 > len(data):
            break
        (length,) = struct.unpack_from("<I", data, at + 4)
        if data[at : at + 4] == name:
            return data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
    return b""


def _parse_jp2(data: bytes) -> RasterHeader:
    at = 0 if data[:2] == b"\xff\x4f" else _codestream(data)
    if data[at : at + 4] != b"\xff\x4f\xff\x51":
        raise RasterError("its codestream does not begin with its size")
    x1, y1, x0, y0, *_, count = struct.unpack_from(">8IH", data, at + 8)
    if count not in (1, 3, 4):
        raise RasterError(f"it has {count} components")
    components = [struct.unpack_from(">3B", data, at + 42 + 3 * i) for i in range(count)]
    depth = components[0][0] + 1
    if any(component != (depth - 1, 1, 1) for component in components) or depth not in (8, 16):
        raise RasterError("its components are not alike, of 8 or 16 bits without sign")
    return RasterHeader(y1 - y0, x1 - x0, depth, channels=count)


def _codestream(data: bytes) -> int:
    """Return where the codestream of a JP2 begins."""
    at = 0
    for _ in range(_MOST_PARTS):
        length, name = struct.unpack_from(">I4s", data, at)
        header = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, at + 8)
            header = 16
        if name == b"jp2c":
            return at + header
        if length < header:
            break
        at += length
    raise RasterError("it has no codestream")


def _parse_tiff(data: bytes) -> RasterHeader:
    endian = "<" if data[:2] == b"II" else ">"
    (first,) = struct.unpack_from(f"{endian}I", data, 4)
    numbers, next_page, orientation_at = _directory(data, first, endian)
    tags = {tag: values[0] for tag, values in numbers.items()}
    width, height = tags.get(256, 0), tags.get(257, 0)
    samples, depth, colours = tags.get(277, 1), tags.get(_DEPTHS, 1), tags.get(262, -1)
    if len(set(depths := numbers.get(_DEPTHS, ())[:samples])) > 1:
        raise RasterError(f"its samples have {', '.join(map(str, depths))} bits")
    if tags.get(284) == PLANE_BY_PLANE and samples > 1 and depth > 8:
        # OpenCV takes bytes of one colour for those of another.
        raise RasterError(f"its colours lie plane by plane, of {depth} bits; tifffile reads them")
    if (samples, colours) not in ((1, _GREY), (3, _RGB)) or depth not in (8, 16, 32, 64):
        raise RasterError(
            f"only grey and RGB of 8 to 64 bits are, not {counted(samples, 'sample')}"
            f" of {counted(depth, 'bit')}, photometric interpretation {colours}"
        )
    if tags.get(322, 1) * tags.get(323, 1) > max(4 * width * height, 2**20):
        raise RasterError("its tiles are much larger than it is")
    pages = 1
    while next_page and pages < _MOST_PARTS:
        (entries,) = struct.unpack_from(f"{endian}H", data, next_page)
        (next_page,) = struct.unpack_from(f"{endian}I", data, next_page + 2 + 12 * entries)
        pages += 1
    notes = (f"it has {pages} pages: the first is read",) if pages > 1 else ()
    orientation = tags.get(274, 1) if orientation_at else 1
    return RasterHeader(height, width, depth, notes, b"", orientation, orientation_at, samples)


def _directory(data: bytes, at: int, endian: str) -> tuple[dict[int, tuple[int, ...]], int, int]:
    """Return the numbers of each tag, where the next page is, and where the orientation is.

    The first number stands for all, but where samples may differ.
    """
    (count,) = struct.unpack_from(f"{endian}H", data, at)
    tags: dict[int, tuple[int, ...]] = {}
    orientation_at = 0
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, values = struct.unpack_from(f"{endian}HHI", data, entry)
        size = _SIZES.get(kind, 0)
        if not size or not values:
            continue
        place = entry + 8
        if size * values > 4:
            (place,) = struct.unpack_from(f"{endian}I", data, place)
        used = min(values, _MOST_DEPTHS) if tag == _DEPTHS else 1
        tags[tag] = struct.unpack_from(f"{endian}{used}{' BH I'[size]}", data, place)
        if (tag, kind) == (274, 3):
            orientation_at = place
    (next_page,) = struct.unpack_from(f"{endian}I", data, at + 2 + 12 * count)
    return tags, next_page, orientation_at
