"""A gzip file (RFC 1952), read forwards or from a mark: no more is unpacked than is asked for."""

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

_PIECE = 2**18  # bytes that are read or unpacked at once
_PROOF = 2**15  # packed bytes behind a mark that must unpack to the right ones
_MAGIC, _DEFLATE = b"\x1f\x8b", 8
_HEADER_CHECKSUM, _EXTRA, _NAME, _COMMENT = 2, 4, 8, 16
_LONGEST_NAME = 2**16


class GzipReader:
    """The unpacked bytes of an open gzip file; `marks` are used, and made where there are none.

    Methods raise EOFError where the file ends within a member, and BadGzipFile where it is damaged.
    Checksum and length of each member are verified at its end, unless the place was `jumped` to.
    """

    def __init__(self, file: BufferedReader, marks: SeekPoints) -> None:
        self.file, self.marks = file, marks
        self._start(None)

    def _start(self, mark: SeekPoint | None) -> None:
        """Go to a mark, or to the start of the file."""
        self.jumped = mark is not None
        self._at, self._last = (mark.unpacked, mark.window) if mark else (0, b"")
        self._stream: Any = inflater(mark.window) if mark else None
        self._checksum = self._length = 0
        byte, self._bits = divmod(mark.bit, 8) if mark else (0, 0)
        self.file.seek(byte)
        self._packed = b""  # read, and not unpacked
        self._carried = b""  # behind it, the byte whose last bits are not in it
        self._members = 1 if mark else 0
        self._due = self.marks.next
        self._block: tuple[int, int, bytes] | None = None
        self._trial: tuple[SeekPoint, bytes] | None = None

    def tell(self) -> int:
        """Return the place, in unpacked bytes."""
        return self._at

    def restart(self) -> None:
        """Go to the start of the file, and believe its marks no more."""
        self.marks = SeekPoints()
        self._start(None)

    def seek(self, place: int, *, jump: bool) -> None:
        """Go to a place, from a mark if that is nearer and `jump` allows it."""
        mark = self.marks.before(place) if jump else None
        if place < self._at or (mark and mark.unpacked > self._at):
            self._start(mark)
        while self._at < place and self._more(place - self._at):
            pass

    def read(self, size: int) -> bytes:
        """Return so many bytes, or fewer at the end of the file."""
        found = bytearray(size)
        return bytes(found[: self.readinto(memoryview(found))])

    def readinto(self, into: memoryview) -> int:
        """Fill a buffer, or its start at the end of the file, and return how many bytes it got."""
        got = 0
        while got < len(into) and (found := self._more(len(into) - got)):
            into[got : got + len(found)] = found
            got += len(found)
        return got

    def _more(self, most: int) -> bytes:
        """Unpack some bytes, so many at most; none at the end of the file."""
        while self._stream or self._begin_member():
            if not self._packed:
                self._fill()
            ended = not self._packed
            found = self._inflate(min(most, _PIECE))
            if self._stream.eof and not self.jumped:
                self._end_member()
            if found:
                return found
            if ended or (self.jumped and self._stream.eof):
                raise EOFError
        return b""

    def _fill(self) -> None:
        """Read a piece of what is packed, and look for a block if a mark is wanted."""
        self._packed = self._carried + self.file.read(_PIECE)
        if self.jumped:
            self._carried = self._packed[-1:]
            self._packed = shifted(self._packed, self._bits)
        if self._at >= self._due and self._members == 1 and not self._trial:
            self._search()

    def _search(self) -> None:
        bit = block_start(self._packed)
        if bit is None:
            self._vain()
            return
        before = self.file.tell() - len(self._carried) - len(self._packed)
        start = self._packed[bit // 8 :][:_PROOF]
        self._block = 8 * before + self._bits + bit, -(-bit // 8), shifted(start, bit % 8)

    def _vain(self) -> None:
        """Wait before the next search: in some files there is nothing to be found."""
        self._trial, self._due = None, self._at + APART // 2

    def _inflate(self, most: int) -> bytes:
        """Unpack what was read, up to the block that was found."""
        bit, left, start = self._block or (0, len(self._packed), b"")
        fed = self._packed[:left]
        try:
            found: bytes = self._stream.decompress(fed, most)
        except InflateError:
            raise gzip.BadGzipFile("its blocks make no sense") from None
        # At its end zlib may keep what is unused in both.
        used = len(fed) - (0 if self._stream.eof else len(self._stream.unconsumed_tail))
        self._packed = self._packed[used:]
        self._account(found)
        if self._block:
            self._block = bit, left - used, start
            if left == used and len(found) < most:  # with more room, nothing more would come
                self._block = None
                self._try(SeekPoint(bit, self._at, self._last), start)
        return found

    def _try(self, mark: SeekPoint, start: bytes) -> None:
        """Unpack from a mark, to be compared with what will be unpacked without it."""
        try:
            wanted = inflater(mark.window).decompress(start, _PIECE)
        except InflateError:
            wanted = b""
        self._trial = mark, wanted
        if not wanted or len(mark.window) < WINDOW:
            self._vain()

    def _account(self, found: bytes) -> None:
        if self._trial:
            mark, wanted = self._trial
            if not wanted.startswith(found[: len(wanted)]):
                self._vain()
            elif len(found) < len(wanted):
                self._trial = mark, wanted[len(found) :]
            else:
                self.marks.each.append(mark)
                self._trial, self._due = None, self.marks.next
        self._at += len(found)
        self._last = found[-WINDOW:] if len(found) >= WINDOW else (self._last + found)[-WINDOW:]
        if not self.jumped:
            self._length += len(found)
            self._checksum = crc32(found, self._checksum)

    def _begin_member(self) -> bool:
        """Read the header of a member; false where no other follows, but for zeros."""
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
        method, flags = self._exactly(8)[:2]
        if method != _DEFLATE:
            raise gzip.BadGzipFile("Unknown compression method")
        if flags & _EXTRA:
            self._exactly(int.from_bytes(self._exactly(2), "little"))
        for text in (_NAME, _COMMENT):
            if flags & text and not any(self._exactly(1) == b"\0" for _ in range(_LONGEST_NAME)):
                raise gzip.BadGzipFile("A name without an end")
        if flags & _HEADER_CHECKSUM:
            self._exactly(2)
        self._members += 1
        if self._members > 1:
            self.marks.each.clear()  # a mark leads to the end of its member only
        self._stream, self._checksum, self._length = inflater(), 0, 0
        return True

    def _end_member(self) -> None:
        """Compare checksum and length with those that stand behind a member."""
        self.file.seek(-len(self._stream.unused_data) - len(self._packed), 1)
        self._packed, self._stream, self._block, self._trial = b"", None, None, None
        end = self._exactly(8)
        if int.from_bytes(end[:4], "little") != self._checksum:
            raise gzip.BadGzipFile("CRC check failed")
        if int.from_bytes(end[4:], "little") != self._length % 2**32:
            raise gzip.BadGzipFile("Incorrect length of data produced")

    def _exactly(self, size: int) -> bytes:
        found = self.file.read(size)
        if len(found) < size:
            raise EOFError
        return found
