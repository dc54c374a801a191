"""Headers of BMP, WebP, JPEG 2000 and TIFF, laid out by hand as their standards say."""

import struct
from typing import Any

import pytest

from sampviz.core.errors import InputError
from sampviz.images.formats.raster_header import RasterHeader, parse_raster, raster_kind
from tests.every import every

Tags = dict[int, tuple[int, ...]]


def said(data: bytes) -> RasterHeader:
    kind = raster_kind(data)
    assert kind
    return parse_raster(data, kind, "here")


def refused(data: bytes) -> str:
    """Return the words with which a file is refused, behind its kind."""
    with pytest.raises(InputError) as caught:
        said(data)
    return caught.value.what.partition(" that cannot be read: ")[2]


@every(
    "start, kind",
    [
        (b"BM....", "BMP"),
        (b"RIFF....WEBP", "WebP"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
        (b"\xff\x4f\xff\x51", "JPEG 2000"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
    ],
)
def test_a_kind_is_known_by_all_its_first_bytes(start: bytes, kind: str) -> None:
    assert raster_kind(start) == raster_kind(start + b"more") == kind
    for at, byte in enumerate(start):
        for other in {byte - 1, byte + 1} & {*range(256)} - {ord(".")}:
            changed = start[:at] + bytes([other]) + start[at + 1 :]
            assert raster_kind(changed) == (kind if byte == ord(".") else None)
    assert raster_kind(start.rstrip(b".")[:-1]) is None


# --- BMP: a file header of 14 bytes, then one of 40, or of OS/2 ------------------------------


def bmp(width: int, height: int, bits: int = 24, method: int = 0, size: int = 40) -> bytes:
    return b"BM" + bytes(12) + struct.pack("<IiiHHI", size, width, height, 1, bits, method)


def test_a_bmp_may_be_stored_from_its_top() -> None:
    for height in (5, -5):
        assert said(bmp(7, height)) == RasterHeader(5, 7)
    assert said(bmp(1, 1)) == RasterHeader(1, 1)


@every("bits, method, is_told", [(32, 0, True), (32, 3, True), (32, 1, False), (24, 0, False)])
def test_the_fourth_byte_of_a_bmp_is_told(bits: int, method: int, is_told: bool) -> None:
    notes = ("the fourth byte of pixels is not read",) if is_told else ()
    assert said(bmp(7, 5, bits, method)).notes == notes


def test_a_bmp_of_os2_or_without_pixels_is_refused() -> None:
    assert refused(bmp(7, 5, size=12)) == refused(bmp(7, 5, size=39))
    assert refused(bmp(7, 5, size=12)) == "its header is that of OS/2"
    assert said(bmp(7, 5, size=124)) == RasterHeader(5, 7)
    assert refused(bmp(7, 0)) == "its size is 0x7"
    assert refused(bmp(-1, 5)) == "its size is 5x-1"
    assert refused(bmp(7, 5)[:25]) == "its header ends early"


# --- WebP: chunks of RIFF, filled up to even lengths -----------------------------------------


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(
        name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


LOSSY = b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", 3 << 14 | 300, 2 << 14 | 16383)
LOSSLESS = b"\x2f" + struct.pack("<I", (16384 - 1) << 14 | (300 - 1) | 0xF << 28)


def extended(flags: int) -> bytes:
    return bytes([flags, 0, 0, 0]) + (70000 - 1).to_bytes(3, "little") + (4).to_bytes(3, "little")


def test_a_webp_has_its_size_in_14_or_24_bits() -> None:
    assert said(riff((b"VP8 ", LOSSY))) == RasterHeader(16383, 300)
    assert said(riff((b"VP8L", LOSSLESS))) == RasterHeader(16384, 300, channels=4)
    assert said(riff((b"VP8X", extended(0)))) == RasterHeader(5, 70000, channels=4)


@every("flags, is_film", [(0, False), (2, True), (0x3C, False), (0x3E, True), (1, False)])
def test_a_webp_that_is_a_film_is_told(flags: int, is_film: bool) -> None:
    notes = ("a film: its first picture is read",) if is_film else ()
    assert said(riff((b"VP8X", extended(flags)))).notes == notes


@every("before", [b"", b"even", b"odd", b"x" * 7])
def test_the_exif_of_a_webp_is_found_behind_chunks_of_any_length(before: bytes) -> None:
    head = (b"VP8X", extended(8))
    for exif in (b"tags", b"tag"):
        data = riff(head, (b"ICCP", before), (b"EXIF", exif), (b"EXIF", b"others"))
        assert said(data).exif == exif
    assert said(riff(head, (b"ICCP", before))).exif == b""


def test_a_webp_that_ends_early_or_begins_with_something_else_is_refused() -> None:
    data = riff((b"VP8L", LOSSLESS))
    size = len(data)
    assert refused(data[:-1]) == f"it ends early: {size - 1} of {size} bytes are there"
    assert said(data + b"more") == said(data)
    assert refused(riff((b"ICCP", b"x" * 20))) == "it does not begin with a picture"


# --- JPEG 2000: boxes, and a codestream that begins with its size ----------------------------


def codestream(*components: tuple[int, int, int], place: tuple[int, ...] = (40, 30, 0, 0)) -> bytes:
    size = struct.pack(">8I", *place, *place[:2], 0, 0)
    parts = b"".join(bytes(each) for each in components)
    head = struct.pack(">HH", 38 + len(parts), 0)
    return b"\xff\x4f\xff\x51" + head + size + struct.pack(">H", len(components)) + parts


def box(name: bytes, data: bytes, form: str = "usual") -> bytes:
    if form == "long":
        return struct.pack(">I4sQ", 1, name, 16 + len(data)) + data
    return struct.pack(">I4s", 0 if form == "last" else 8 + len(data), name) + data


PLAIN = (7, 1, 1)  # 8 bits without sign, as dense as the grid
START = box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \0\0\0\0jp2 ")


@every("count", [1, 3, 4])
@every("bits", [8, 16])
def test_a_codestream_says_its_size_from_its_origin(count: int, bits: int) -> None:
    data = codestream(*[(bits - 1, 1, 1)] * count, place=(45, 37, 5, 7))
    assert said(data) == RasterHeader(30, 40, bits, channels=count)


@every(
    "components, why",
    [
        ([PLAIN] * 2, "it has 2 components"),
        ([PLAIN] * 5, "it has 5 components"),
        *(
            (parts, "its components are not alike, of 8 or 16 bits without sign")
            for parts in (
                [(11, 1, 1)],
                [(7 | 0x80, 1, 1)],  # with a sign
                [PLAIN, (15, 1, 1), PLAIN],
                [PLAIN, PLAIN, (15, 1, 1)],
                [PLAIN, (7, 2, 2), (7, 2, 2)],
                [(7, 1, 2)],
            )
        ),
    ],
)
def test_a_codestream_of_other_components_is_refused(
    components: list[tuple[int, int, int]], why: str
) -> None:
    assert refused(codestream(*components)) == why


@every("form", ["usual", "long", "last"])
@every("others", [[], [("usual", 6)], [("long", 9), ("usual", 0)], [("long", 0), ("long", 5)]])
def test_the_codestream_is_found_behind_boxes(others: list[tuple[str, int]], form: str) -> None:
    before = b"".join(box(b"xml ", bytes(length), kind) for kind, length in others)
    data = START + before + box(b"jp2c", codestream(PLAIN), form)
    assert said(data) == RasterHeader(30, 40, 8, channels=1)


def test_a_jp2_without_a_codestream_is_refused() -> None:
    assert refused(START + box(b"xml ", b"text", "last")) == "it has no codestream"
    assert refused(START + struct.pack(">I4s", 7, b"xml ")) == "it has no codestream"
    assert refused(START + struct.pack(">I4sQ", 1, b"xml ", 15)) == "it has no codestream"
    assert refused(START + box(b"xml ", b"text")) == "its header ends early"
    why = "its codestream does not begin with its size"
    for start in (b"\xff\x4f\xff\x50", b"\xff\x4f\xff\x52", b"\xff\x4f\xfe\x51"):
        assert refused(START + box(b"jp2c", start + codestream(PLAIN)[4:])) == why


# --- TIFF: directories of tags, in either order of bytes -------------------------------------


def tiff(*pages: Tags, endian: str = "<", longs: tuple[int, ...] = ()) -> bytes:
    """Return pages without pixels; numbers are short, but those of the tags `longs`."""
    data = (b"II*\0" if endian == "<" else b"MM\0*") + struct.pack(f"{endian}I", 8)
    for number, tags in enumerate(pages):
        behind = len(data) + 6 + 12 * len(tags)
        entries, more = b"", b""
        for tag, values in sorted(tags.items()):
            letter, kind = ("I", 4) if tag in longs else ("H", 3)
            packed = struct.pack(f"{endian}{len(values)}{letter}", *values)
            entries += struct.pack(f"{endian}HHI", tag, kind, len(values))
            if len(packed) > 4:
                entries += struct.pack(f"{endian}I", behind + len(more))
                more += packed
            else:
                entries += packed.ljust(4, b"\0")
        after = 0 if number == len(pages) - 1 else behind + len(more)
        data += struct.pack(f"{endian}H", len(tags)) + entries + struct.pack(f"{endian}I", after)
        data += more
    return data


GREY: Tags = {256: (40,), 257: (30,), 258: (8,), 262: (1,), 277: (1,)}
COLOUR: Tags = {256: (40,), 257: (30,), 258: (8, 8, 8), 262: (2,), 277: (3,)}
both_orders = every("endian", ["<", ">"])


@both_orders
@every("longs", [(), (256, 257), (258,)])
@every("depth", [8, 16, 32, 64])
def test_a_tiff_says_its_size_and_its_bits(depth: int, longs: tuple[int, ...], endian: str) -> None:
    grey = tiff(GREY | {258: (depth,)}, endian=endian, longs=longs)
    assert said(grey) == RasterHeader(30, 40, depth, channels=1)
    colour = tiff(COLOUR | {258: (depth,) * 3}, endian=endian, longs=longs)
    assert said(colour) == RasterHeader(30, 40, depth, channels=3)


def without(tags: Tags, tag: int) -> Tags:
    return {key: values for key, values in tags.items() if key != tag}


def test_a_tag_that_is_not_there_has_the_value_of_the_standard() -> None:
    assert said(tiff(without(GREY, 277))) == said(tiff(GREY))
    assert refused(tiff(without(GREY, 258))).startswith("only grey and RGB of 8 to 64 bits are")
    assert "not 1 sample of 1 bit," in refused(tiff(without(GREY, 258)))
    assert "photometric interpretation -1" in refused(tiff(without(GREY, 262)))
    assert refused(tiff(without(GREY, 256))) == "its size is 30x0"
    assert refused(tiff(without(GREY, 257))) == "its size is 0x40"


@every(
    "changes",
    [
        {262: (0,)}, {262: (3,)}, {262: (2,)}, {277: (2,)}, {258: (1,)}, {258: (4,)}, {258: (12,)},
        {258: (24,)}, {258: (128,)},
    ],
)  # fmt: skip
def test_a_tiff_of_another_kind_is_refused(changes: Tags) -> None:
    assert refused(tiff(GREY | changes)).startswith("only grey and RGB of 8 to 64 bits are")


@both_orders
def test_colours_of_unlike_depths_are_refused(endian: str) -> None:
    """One that reads the first alone takes the numbers of the others for other ones."""
    for depths in ((8, 8, 16), (8, 16, 8), (16, 8, 8), (5, 6, 5)):
        why = f"its samples have {', '.join(map(str, depths))} bits"
        for longs in ((), (258,)):
            assert refused(tiff(COLOUR | {258: depths}, endian=endian, longs=longs)) == why
    assert said(tiff(COLOUR | {258: (16,)}, endian=endian)).depth == 16  # for all
    assert said(tiff(GREY | {258: (8, 16)}, endian=endian)).depth == 8  # there is one sample


def test_colours_plane_by_plane_are_read_of_bytes_alone() -> None:
    for depth in (8, 16, 32):
        planes = tiff(COLOUR | {258: (depth,) * 3, 284: (2,)})
        if depth == 8:
            assert said(planes) == RasterHeader(30, 40)
        else:
            why = f"its colours lie plane by plane, of {depth} bits; tifffile reads them"
            assert refused(planes) == why
        assert said(tiff(COLOUR | {258: (depth,) * 3, 284: (1,)})).depth == depth
        assert said(tiff(GREY | {258: (depth,), 284: (2,)})).depth == depth


def test_tiles_may_be_larger_than_the_picture_by_a_million_pixels_or_four_times() -> None:
    tiles = {322: (1024,), 323: (1024,)}
    assert said(tiff(GREY | tiles)) == said(tiff(GREY))
    why = "its tiles are much larger than it is"
    assert refused(tiff(GREY | tiles | {322: (1025,)})) == why
    large = {256: (2000,), 257: (1000,), 322: (4000,), 323: (2000,)}
    assert said(tiff(GREY | large)) == RasterHeader(1000, 2000, channels=1)
    assert refused(tiff(GREY | large | {323: (2001,)})) == why


@both_orders
@every("count", [1, 2, 5])
def test_the_pages_of_a_tiff_are_counted(count: int, endian: str) -> None:
    notes = (f"it has {count} pages: the first is read",) if count > 1 else ()
    assert said(tiff(*[COLOUR, *[GREY] * (count - 1)], endian=endian)).notes == notes


def test_a_circle_of_pages_has_an_end() -> None:
    data = tiff(GREY)
    data = data[:-4] + struct.pack("<I", 8)
    assert said(data).notes == ("it has 10000 pages: the first is read",)


@both_orders
def test_the_orientation_of_a_tiff_is_a_short_number_and_has_a_place(endian: str) -> None:
    data = tiff(GREY | {274: (6,)}, endian=endian)
    header = said(data)
    assert header.orientation == 6
    at = header.orientation_at
    assert data[at : at + 2] == struct.pack(f"{endian}H", 6)
    assert data[at - 8 : at - 6] == struct.pack(f"{endian}H", 274)
    as_long = said(tiff(GREY | {274: (6,)}, endian=endian, longs=(274,)))
    assert (as_long.orientation, as_long.orientation_at) == (1, 0)
    assert (said(tiff(GREY)).orientation, said(tiff(GREY)).orientation_at) == (1, 0)


def test_entries_of_other_types_or_of_nothing_are_not_looked_at() -> None:
    data = tiff(GREY | {282: (1,), 283: (1,)})
    for tag, kind, count in ((282, 5, 1), (283, 3, 0)):  # a fraction, and no number at all
        at = data.index(struct.pack("<HH", tag, 3))
        data = data[:at] + struct.pack("<HHII", tag, kind, count, 2**31) + data[at + 12 :]
    assert said(data) == said(tiff(GREY))


@every(
    "whole",
    [tiff(GREY), tiff(COLOUR, GREY), codestream(PLAIN), START + box(b"jp2c", codestream(PLAIN))],
)
def test_a_header_that_ends_anywhere_is_refused(whole: Any) -> None:
    for size in range(len(START) if whole.startswith(START) else 8, len(whole)):
        assert refused(whole[:size])


def test_the_most_bytes_of_pixels_are_counted_with_their_channels() -> None:
    assert RasterHeader(5, 7).size == 5 * 7 * 3
    assert RasterHeader(5, 7, 16, channels=4).size == 5 * 7 * 4 * 2
