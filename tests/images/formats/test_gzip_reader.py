"""Gzip read from the start or from a mark: the bytes are those that Python's own gzip gives."""

import gzip
import io
import struct
import zlib
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampviz.images.formats import gzip_index
from sampviz.images.formats import gzip_reader as gunzip
from sampviz.images.formats.deflate import block_start, inflater, shifted
from sampviz.images.formats.gzip_index import SeekPoint, SeekPoints
from sampviz.images.formats.gzip_reader import GzipReader

pytestmark = pytest.mark.slow

CLOSE = 2**18


def opened(packed: bytes, known: SeekPoints | None = None) -> GzipReader:
    return GzipReader(io.BufferedReader(io.BytesIO(packed)), known or SeekPoints())


def smooth(count: int, seed: int = 0) -> bytes:
    """Return bytes of noise of few values, as of an image: their packing has blocks of all bits."""
    return np.random.default_rng(seed).normal(1000, 25, count // 2).astype("<i2").tobytes()


@given(
    members=st.lists(st.binary(max_size=200).map(lambda each: each * 7), min_size=1, max_size=4),
    level=st.integers(0, 9),
    zeros=st.integers(0, 9),
    reads=st.lists(st.integers(1, 700), max_size=9),
)
def test_it_reads_what_gzip_reads(
    members: list[bytes], level: int, zeros: int, reads: list[int]
) -> None:
    packed = b"".join(gzip.compress(each, level) + bytes(zeros) for each in members)
    ours, theirs = opened(packed), gzip.GzipFile(fileobj=io.BytesIO(packed))
    for size in reads:
        assert ours.read(size) == theirs.read(size)
        assert ours.tell() == theirs.tell()


@given(data=st.binary(min_size=30, max_size=400), cut=st.integers(1, 40), flip=st.integers(0, 7))
def test_it_refuses_what_gzip_refuses(data: bytes, cut: int, flip: int) -> None:
    whole = gzip.compress(data)
    damaged = bytearray(whole)
    damaged[-1 - cut % 8] ^= 1 << flip
    for packed in (whole[:-cut], bytes(damaged), whole + b"x"):
        with pytest.raises((EOFError, gzip.BadGzipFile, zlib.error)):
            gzip.decompress(packed)
        with pytest.raises((EOFError, gzip.BadGzipFile)):
            opened(packed).read(len(data) + 1)


def test_all_parts_of_a_header_are_passed_over() -> None:
    checksum, extra, name, comment = 2, 4, 8, 16
    head = struct.pack("<4BIBB", 0x1F, 0x8B, 8, checksum | extra | name | comment, 0, 0, 255)
    head += struct.pack("<H", 5) + b"extra" + b"name\0" + b"comment\0"
    head += struct.pack("<H", zlib.crc32(head) & 0xFFFF)
    assert opened(head + gzip.compress(b"hello", mtime=0)[10:]).read(9) == b"hello"


def test_a_name_without_an_end_is_damage() -> None:
    packed = struct.pack("<4BIBB", 0x1F, 0x8B, 8, 8, 0, 0, 255) + b"n" * 2**17
    with pytest.raises(gzip.BadGzipFile, match="A name without an end"):
        opened(packed).read(1)


def test_it_goes_back_by_starting_again() -> None:
    data = smooth(10_000)
    file = opened(gzip.compress(data))
    for place in (9000, 100, 5000, 4999, 0):
        file.seek(place, jump=True)
        assert file.read(10) == data[place : place + 10]


@pytest.mark.parametrize("bits", range(8))
def test_what_is_shifted_starts_later(bits: int) -> None:
    number = int.from_bytes(smooth(100), "little")
    after = shifted(number.to_bytes(100, "little"), bits)
    assert int.from_bytes(after, "little") == (number >> bits) % 2 ** (8 * 99)


# --- marks -----------------------------------------------------------------------------------


@pytest.fixture
def close(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make marks close together, so that small files have some."""
    for module in (gzip_index, gunzip):
        monkeypatch.setattr(module, "APART", CLOSE)


@pytest.fixture(params=[1, 6, 9])
def long(request: pytest.FixtureRequest, close: None) -> tuple[bytes, bytes, list[SeekPoint]]:
    """Return bytes, how they are packed, and the marks that reading them makes."""
    return read_to_the_end(request.param)


@cache
def read_to_the_end(level: int) -> tuple[bytes, bytes, list[SeekPoint]]:
    data = smooth(2**21)
    file = opened(packed := gzip.compress(data, level))
    assert file.read(len(data)) == data
    points = file.seek_points.with_windows()
    assert len(points) >= 3
    return data, packed, points


def test_from_each_mark_the_rest_is_read_as_from_the_start(
    long: tuple[bytes, bytes, list[SeekPoint]],
) -> None:
    data, packed, each = long
    for mark in each:
        assert mark.window == data[mark.unpacked - 2**15 : mark.unpacked]
        file = opened(packed, SeekPoints([mark]))
        file.seek(start := mark.unpacked + 12_345, jump=True)
        assert file.jumped
        assert file.read(len(data) - start) == data[start:]
        with pytest.raises(EOFError):  # behind its member a mark leads nowhere
            file.read(1)


def test_marks_are_apart_and_each_starts_a_block(
    long: tuple[bytes, bytes, list[SeekPoint]],
) -> None:
    data, packed, each = long
    assert all(b.unpacked - a.unpacked >= CLOSE for a, b in pairwise(each))
    for mark in each:
        # An oracle that knows nothing of marks: the bits before it, as a number, cut off.
        rest = int.from_bytes(packed[mark.bit // 8 :][: 2**15], "little") >> mark.bit % 8
        unpacker = zlib.decompressobj(-15, zdict=mark.window)
        found = unpacker.decompress(rest.to_bytes(2**15, "little"), 1000)
        assert found == data[mark.unpacked : mark.unpacked + 1000]


def test_from_a_mark_further_marks_are_made(long: tuple[bytes, bytes, list[SeekPoint]]) -> None:
    data, packed, each = long
    file = opened(packed, SeekPoints([each[0]]))
    file.seek(len(data) - 1, jump=True)
    assert file.jumped
    assert len(file.seek_points.points) >= 3
    again = opened(packed, SeekPoints(file.seek_points.points[-1:]))
    again.seek(file.seek_points.points[-1].unpacked, jump=True)
    assert again.read(9999) == data[again.tell() - 9999 : again.tell()]


def test_in_small_steps_marks_are_made_as_in_large_ones(close: None) -> None:
    data = smooth(2**20)
    file = opened(packed := gzip.compress(data, 1))
    while file.read(997):
        pass
    whole = opened(packed)
    whole.read(len(data))
    assert (
        [mark.bit for mark in file.seek_points.points]
        == [mark.bit for mark in whole.seek_points.points]
        != []
    )


def test_of_a_file_of_several_members_no_mark_is_left(close: None) -> None:
    data = smooth(2**20)
    file = opened(gzip.compress(data, 1) * 2)
    assert file.read(2 * len(data)) == data * 2
    assert file.seek_points.points == []


@pytest.mark.parametrize("packed", [bytes(2**17), b"\xff" * 2**17, b"", b"short"])
def test_where_there_is_no_block_none_is_found(packed: bytes) -> None:
    assert block_start(packed) is None


def test_a_block_that_is_no_block_makes_no_mark(
    close: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gunzip, "block_start", lambda packed: 8 * 100 + 3)
    data = smooth(2**20)
    file = opened(gzip.compress(data, 1))
    assert file.read(len(data)) == data
    assert file.seek_points.points == []


def test_a_jump_to_another_block_is_no_proof(close: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # Bits that can be unpacked, but to other bytes than stand there.
    other = zlib.compressobj(9, zlib.DEFLATED, -15)
    stray = other.compress(smooth(2**18, seed=1)) + other.flush()
    monkeypatch.setattr(gunzip, "shifted", lambda packed, bits: stray[: len(packed)])
    data = smooth(2**20)
    file = opened(gzip.compress(data, 1))
    assert file.read(len(data)) == data
    assert file.seek_points.points == []


def test_zlib_and_the_faster_library_unpack_alike() -> None:
    data = smooth(2**16)
    packer = zlib.compressobj(6, zlib.DEFLATED, -15, zdict=data[: 2**15])
    packed = packer.compress(data) + packer.flush()
    assert inflater(data[: 2**15]).decompress(packed) == data
