"""Read a gzip file (RFC 1952) forwards or from a seek point, and find seek points on the way.

No more is uncompressed than is asked for. A seek point is the start of a deflate block that looks
possible; it is recorded only when what is uncompressed from it equals what comes by reading on.
"""

import gzip
from io import BufferedReader
from typing import Any

from sampviz.images.formats.deflate import (
    WINDOW,
    InflateError,
    block_start,
    crc32,
    inflater,
    shifted,
)
from sampviz.images.formats.gzip_index import APART, SeekPoint, SeekPoints

_PIECE = 2**18  # bytes that are read or uncompressed at once
_PROOF = 2**15  # compressed bytes behind a candidate that must uncompress to the right ones
_MAGIC, _DEFLATE = b"\x1f\x8b", 8
_HEADER_CHECKSUM, _EXTRA, _NAME, _COMMENT = 2, 4, 8, 16
_LONGEST_NAME = 2**16
_MOST_EMPTY = 1000  # members without content, one behind the other


class GzipReader:
    """The content of an open gzip file.

    Checksum and length of each member are verified at its end, unless a seek point was used.

    Parameters
    ----------
    file : BufferedReader
        Open at any position.
    seek_points : SeekPoints
        Those known; more are added while the file is read.

    Attributes
    ----------
    jumped : bool
        Whether the position was reached from a seek point.

    Raises
    ------
    EOFError
        By all methods, where the file ends within a member.
    gzip.BadGzipFile
        By all methods, where it is damaged.
    """

    def __init__(self, file: BufferedReader, seek_points: SeekPoints) -> None:
        self.file, self.seek_points = file, seek_points
        self._start(None)

    def _start(self, point: SeekPoint | None) -> None:
        """Go to a seek point, or to the start of the file."""
        self.jumped = point is not None
        self._position, self._window = (point.unpacked, point.window) if point else (0, b"")
        self._stream: Any = inflater(point.window) if point else None
        self._checksum = self._length = 0
        byte, self._bits = divmod(point.bit, 8) if point else (0, 0)
        self.file.seek(byte)
        self._compressed = b""  # read, and not uncompressed
        self._last_byte = b""  # of what was read, some bits of which are not in `_compressed`
        self._members = 1 if point else 0
        self._empty = 0
        self._search_from = self.seek_points.next
        # The block that is to become a seek point: its bit in the file, the compressed bytes before
        # it, and those behind it. Then the candidate, and what it must still yield.
        self._block: tuple[int, int, bytes] | None = None
        self._candidate: tuple[SeekPoint, bytes] | None = None

    def tell(self) -> int:
        """Return the position in the content, in bytes."""
        return self._position

    def restart(self) -> None:
        """Go to the start of the file, and forget its seek points."""
        self.seek_points = SeekPoints()
        self._start(None)

    def seek(self, position: int, *, jump: bool) -> None:
        """Go to a position.

        Parameters
        ----------
        position : int
            In the content, in bytes.
        jump : bool
            Whether a seek point may be used, if it is nearer: no checksum is verified then.
        """
        point = self.seek_points.before(position) if jump else None
        if position < self._position or (point and point.unpacked > self._position):
            self._start(point)
        while self._position < position and self._read_some(position - self._position):
            pass

    def read(self, size: int) -> bytes:
        """Return `size` bytes of the content, or fewer at its end."""
        buffer = bytearray(size)
        return bytes(buffer[: self.readinto(memoryview(buffer))])

    def readinto(self, buffer: memoryview) -> int:
        """Fill a buffer, or its start at the end of the content; return the number of bytes."""
        count = 0
        while count < len(buffer) and (content := self._read_some(len(buffer) - count)):
            buffer[count : count + len(content)] = content
            count += len(content)
        return count

    def _read_some(self, most: int) -> bytes:
        """Uncompress at most so many bytes; none at the end of the file."""
        while self._stream or self._begin_member():
            if not self._compressed:
                self._fill()
            file_ended = not self._compressed
            content = self._inflate(min(most, _PIECE))
            if self._stream.eof and not self.jumped:
                self._end_member()
            if content:
                return content
            if file_ended or (self.jumped and self._stream.eof):
                raise EOFError
        return b""

    def _fill(self) -> None:
        """Read a compressed piece, and search it for a block if a seek point is wanted."""
        self._compressed = self._last_byte + self.file.read(_PIECE)
        if self.jumped:
            self._last_byte = self._compressed[-1:]
            self._compressed = shifted(self._compressed, self._bits)
        if self._position >= self._search_from and self._members == 1 and not self._candidate:
            self._search()

    def _search(self) -> None:
        bit = block_start(self._compressed)
        if bit is None:
            self._postpone_search()
            return
        position = self.file.tell() - len(self._last_byte) - len(self._compressed)
        start = self._compressed[bit // 8 :][:_PROOF]
        self._block = 8 * position + self._bits + bit, -(-bit // 8), shifted(start, bit % 8)

    def _postpone_search(self) -> None:
        """Drop the candidate; search again later, for some files have no blocks to be found."""
        self._candidate, self._search_from = None, self._position + APART // 2

    def _inflate(self, most: int) -> bytes:
        """Uncompress what was read, up to the block that was found."""
        bit, size, start = self._block or (0, len(self._compressed), b"")
        compressed = self._compressed[:size]
        try:
            content: bytes = self._stream.decompress(compressed, most)
        except InflateError:
            raise gzip.BadGzipFile("its blocks make no sense") from None
        # At its end zlib may keep the same unused bytes as unused_data and as unconsumed_tail.
        unused = 0 if self._stream.eof else len(self._stream.unconsumed_tail)
        consumed = len(compressed) - unused
        self._compressed = self._compressed[consumed:]
        self._account(content)
        if self._block:
            self._block = bit, size - consumed, start
            if size == consumed and len(content) < most:  # nothing more comes before the block
                self._block = None
                self._test_candidate(SeekPoint(bit, self._position, self._window), start)
        return content

    def _test_candidate(self, point: SeekPoint, start: bytes) -> None:
        """Uncompress from a candidate, to be compared with what comes by reading on."""
        try:
            expected = inflater(point.window).decompress(start, _PIECE)
        except InflateError:
            expected = b""
        self._candidate = point, expected
        if not expected or len(point.window) < WINDOW:
            self._postpone_search()

    def _account(self, content: bytes) -> None:
        """Count content that was read, and compare it with what the candidate yields."""
        if self._candidate:
            point, expected = self._candidate
            if not expected.startswith(content[: len(expected)]):
                self._postpone_search()
            elif len(content) < len(expected):
                self._candidate = point, expected[len(content) :]
            else:
                self.seek_points.points.append(point)
                self._candidate, self._search_from = None, self.seek_points.next
        self._position += len(content)
        self._window = (
            content[-WINDOW:] if len(content) >= WINDOW else (self._window + content)[-WINDOW:]
        )
        if not self.jumped:
            self._length += len(content)
            self._checksum = crc32(content, self._checksum)

    def _begin_member(self) -> bool:
        """Read the header of a member; return false where only zeros, or nothing, follow."""
        while self._members and (ahead := self.file.peek(1)):
            zeros = len(ahead) - len(ahead.lstrip(b"\0"))
            self.file.seek(zeros, 1)
            if zeros < len(ahead):
                break
        magic = self.file.read(2)
        if not magic:
            return False
        if magic != _MAGIC:
            raise gzip.BadGzipFile(f"Not a gzipped file ({magic!r})")
        method, flags = self._read_exactly(8)[:2]
        if method != _DEFLATE:
            raise gzip.BadGzipFile("Unknown compression method")
        if flags & _EXTRA:
            self._read_exactly(int.from_bytes(self._read_exactly(2), "little"))
        for text_flag in (_NAME, _COMMENT):
            if flags & text_flag and not any(
                self._read_exactly(1) == b"\0" for _ in range(_LONGEST_NAME)
            ):
                raise gzip.BadGzipFile("A name without an end")
        if flags & _HEADER_CHECKSUM:
            self._read_exactly(2)
        self._members += 1
        if self._members > 1:
            self.seek_points.points.clear()  # from one, reading ends with its member
        self._stream, self._checksum, self._length = inflater(), 0, 0
        return True

    def _end_member(self) -> None:
        """Verify the checksum and the length that stand behind a member."""
        self.file.seek(-len(self._stream.unused_data) - len(self._compressed), 1)
        self._compressed, self._stream, self._block, self._candidate = b"", None, None, None
        trailer = self._read_exactly(8)
        if int.from_bytes(trailer[:4], "little") != self._checksum:
            raise gzip.BadGzipFile("CRC check failed")
        if int.from_bytes(trailer[4:], "little") != self._length % 2**32:
            raise gzip.BadGzipFile("Incorrect length of data produced")
        self._empty = 0 if self._length else self._empty + 1
        if self._empty > _MOST_EMPTY:
            raise gzip.BadGzipFile(f"more than {_MOST_EMPTY} members hold nothing")

    def _read_exactly(self, size: int) -> bytes:
        data = self.file.read(size)
        if len(data) < size:
            raise EOFError
        return data
