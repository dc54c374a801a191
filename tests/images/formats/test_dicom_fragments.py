"""Which pieces belong to which compressed image, of bytes that are laid out by hand."""

import struct

import pytest

from sampviz.core.errors import InputError
from sampviz.images.formats.dicom_fragments import ranges_of_images, size_of_j2k, size_of_jpeg


def item(data: bytes, element: int = 0xE000) -> bytes:
    return struct.pack("<HHI", 0xFFFE, element, len(data)) + data


END = item(b"", 0xE0DD)
HEAD = b"head"


def pieces(*lengths: int, table: tuple[int, ...] = (), end: bytes = END) -> bytes:
    offsets = struct.pack(f"<{len(table)}I", *table)
    return HEAD + item(offsets) + b"".join(item(bytes(n)) for n in lengths) + end


@pytest.mark.parametrize("end", [END, b"", b"\xfe\xff"])
def test_pieces_end_with_their_item_or_the_file(end: bytes) -> None:
    first = len(HEAD) + 8 + 8
    assert ranges_of_images(pieces(6, 4, end=end), len(HEAD), 1, "here") == (
        ((first, 6), (first + 6 + 8, 4)),
    )


def test_a_piece_for_each_image_needs_no_table_and_more_do() -> None:
    first = len(HEAD) + 8 + 8
    both = ((first, 2),), ((first + 10, 2),)
    assert ranges_of_images(pieces(2, 2), len(HEAD), 2, "here") == both
    # The second image begins with the third piece, 20 bytes behind the first.
    content = pieces(2, 2, 2, table=(0, 20))
    at = [first + 8, first + 18, first + 28]
    assert ranges_of_images(content, len(HEAD), 2, "here") == (
        ((at[0], 2), (at[1], 2)),
        ((at[2], 2),),
    )
    for table in ((), (0,), (20, 0), (0, 0)):
        with pytest.raises(InputError, match="its 2 compressed images lie in 3 pieces"):
            ranges_of_images(pieces(2, 2, 2, table=table), len(HEAD), 2, "here")


@pytest.mark.parametrize("content", [pieces(6)[:-9], pieces(6, end=item(b"", 0xE001))])
def test_a_piece_that_ends_early_or_is_none_is_damage(content: bytes) -> None:
    with pytest.raises(InputError, match="are damaged, or end early"):
        ranges_of_images(content, len(HEAD), 1, "here")


def test_a_table_alone_is_no_image() -> None:
    with pytest.raises(InputError, match="are in 1 piece"):
        ranges_of_images(pieces(), len(HEAD), 1, "here")


def test_the_size_stands_in_the_headers_of_jpeg_2000_and_jpeg() -> None:
    grid = struct.pack(">8IH", 7, 9, 2, 3, 0, 0, 0, 0, 3)
    assert size_of_j2k(b"\xff\x4f\xff\x51\0\0\0\0" + grid) == (6, 5, 3)
    assert size_of_j2k(b"\xff\x4f\xff\x51\0\0\0\0" + grid[:-1]) is None
    frame = struct.pack(">HBHHB", 11, 8, 6, 5, 3)
    tables = b"\xff\xc4\0\3\0"  # a marker that is no frame, and a byte that fills
    for marker in (b"\xff\xc0", b"\xff\xcf", b"\xff\xf7"):
        assert size_of_jpeg(b"\xff\xd8" + tables + b"\xff" + marker + frame + b"\0\0") == (6, 5, 3)
    assert size_of_jpeg(b"\xff\xd8" + tables) is None


@pytest.mark.parametrize("marker", [*range(0xC0, 0xD0), 0xDB, 0xDD, 0xE0, 0xFE, 0xF6, 0xF7, 0xF8])
def test_the_frame_of_a_jpeg_is_any_that_its_standards_name(marker: int) -> None:
    """T.81, table B.1: C0 to CF but tables (C4), what is reserved (C8) and conditions (CC); F7."""
    first, second = (struct.pack(">HBHHBxxx", 11, 8, *size) for size in ((6, 5, 3), (9, 8, 1)))
    is_frame = marker in {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}
    found = size_of_jpeg(b"\xff\xd8\xff" + bytes([marker]) + first + b"\xff\xc0" + second)
    assert found == ((6, 5, 3) if is_frame else (9, 8, 1))
