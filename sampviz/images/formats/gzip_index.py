"""Seek points of gzip files: where one can be read without uncompressing what lies before.

They are kept in the user's cache, one file for each gzip file, and used only for the very file that
they were made from, and only if their own checksum is right. Such a file begins with the table of
the points; of the windows behind it only that is read from which reading begins.
"""

import os
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from io import BufferedReader
from pathlib import Path

from sampviz.core import user_cache
from sampviz.core.open_file import file_size
from sampviz.images.formats.deflate import WINDOW

APART = 2**22  # uncompressed bytes between seek points: some 7 ms
FEWEST = 16  # seek points that are stored: none where less than 64 MB were uncompressed
MOST = 1900  # that are stored, in 62 MB: of more, in files beyond 8 GB, every second or third
_ENDS = 2**16  # bytes at both ends of a file that identify it
_MAGIC = b"sampviz marks 2\n"
_TABLE = struct.Struct("<?I")  # whether the file was verified, the number of points
_RECORD = struct.Struct("<QQ32s")  # bit, place in the content, digest of the window
_DIGEST_SIZE = sha256().digest_size
_HEAD_SIZE = len(_MAGIC) + 2 * _DIGEST_SIZE  # with the digests of the gzip file and of the table


@dataclass(frozen=True)
class SeekPoint:
    """The start of a deflate block.

    Parameters
    ----------
    bit : int
        Its position in the compressed file.
    unpacked : int
        Its position in the uncompressed content, in bytes.
    window : bytes
        The 32 KB of content before it, to which it may refer.
    """

    bit: int
    unpacked: int
    window: bytes


@dataclass(frozen=True)
class StoredPoint:
    """A seek point whose window lies in the cache.

    Parameters
    ----------
    bit, unpacked : int
        As those of SeekPoint.
    digest : bytes
        Of the window.
    entry : str
        The name in the cache.
    position : int
        Of the window in the entry, in bytes.
    """

    bit: int
    unpacked: int
    digest: bytes
    entry: str
    position: int

    def read(self) -> SeekPoint | None:
        """Return the seek point with its window; None if that is gone or damaged."""
        window = user_cache.read_entry(self.entry, self.position, WINDOW)
        if sha256(window).digest() != self.digest:
            return None
        return SeekPoint(self.bit, self.unpacked, window)


@dataclass
class SeekPoints:
    """The seek points of a file.

    Parameters
    ----------
    points : list of SeekPoint or StoredPoint
        In rising order.
    verified : bool
        Whether the whole file was read once, and its checksum was right.
    """

    points: list[SeekPoint | StoredPoint] = field(default_factory=list)
    verified: bool = False

    def before(self, position: int) -> SeekPoint | None:
        """Return the last seek point at or before a position in the content; None for none.

        A damaged one is dropped, with those behind it, which reading on will find again.
        """
        for number in reversed(range(len(self.points))):
            if self.points[number].unpacked <= position and (point := self._with_window(number)):
                return point
        return None

    def _with_window(self, number: int) -> SeekPoint | None:
        point = self.points[number]
        if isinstance(point, SeekPoint):
            return point
        found = point.read()
        self.points[number:] = [found, *self.points[number + 1 :]] if found else []
        return found

    def with_windows(self) -> list[SeekPoint]:
        """Return at most `MOST` of the points, evenly chosen, up to the first damaged one."""
        points: list[SeekPoint] = []
        for number in range(0, len(self.points), -(-len(self.points) // MOST)):
            if (point := self._with_window(number)) is None:
                break
            points.append(point)
        return points

    @property
    def state(self) -> tuple[bool, list[int]]:
        """What is known: whether the file was verified, and the bits of its points."""
        return self.verified, [point.bit for point in self.points]

    @property
    def next(self) -> int:
        """The position in the content from which on another seek point is wanted."""
        return APART + (self.points[-1].unpacked if self.points else 0)


def load_seek_points(path: Path, file: BufferedReader, identity: bytes) -> SeekPoints:
    """Return the stored seek points of a gzip file.

    Parameters
    ----------
    path : Path
        Of the file: names the entry in the cache.
    file : BufferedReader
        The open file, for its size.
    identity : bytes
        As `file_identity` returns it.

    Returns
    -------
    SeekPoints
        Empty if none are stored, or those stored are of another file or damaged.
    """
    name, head = _name(path), _MAGIC + identity
    data = user_cache.read_entry(name, 0, _HEAD_SIZE + _TABLE.size + MOST * _RECORD.size)
    checksum, table = data[len(head) : _HEAD_SIZE], data[_HEAD_SIZE:]
    if data[: len(head)] != head or len(table) < _TABLE.size:
        return SeekPoints()
    verified, count = _TABLE.unpack_from(table)
    table = table[: _TABLE.size + count * _RECORD.size]
    if checksum != sha256(table).digest() or (len(table) - _TABLE.size) % _RECORD.size:
        return SeekPoints()
    seek_points = SeekPoints(verified=verified)
    position, bits = _HEAD_SIZE + len(table), 8 * file_size(file)
    for bit, unpacked, digest in _RECORD.iter_unpack(table[_TABLE.size :]):
        if bit > bits or unpacked < seek_points.next:
            return SeekPoints()
        seek_points.points.append(StoredPoint(bit, unpacked, digest, name, position))
        position += WINDOW
    return seek_points


def store_seek_points(path: Path, identity: bytes, seek_points: SeekPoints) -> None:
    """Store the seek points of a file, if there are enough and there is a cache.

    Parameters
    ----------
    path : Path
        Of the gzip file.
    identity : bytes
        As `file_identity` returned it before the file was read.
    seek_points : SeekPoints
        Those found while it was read.
    """
    if len(seek_points.points) < FEWEST:
        return
    points = seek_points.with_windows()
    records = (_RECORD.pack(p.bit, p.unpacked, sha256(p.window).digest()) for p in points)
    table = _TABLE.pack(seek_points.verified, len(points)) + b"".join(records)
    windows = b"".join(point.window for point in points)
    head = _MAGIC + identity + sha256(table).digest()
    user_cache.write_entry(_name(path), head + table + windows)


def file_identity(file: BufferedReader) -> bytes:
    """Return a digest of the size of an open file, its time and its ends.

    Parameters
    ----------
    file : BufferedReader
        A gzip file, whose last bytes are the checksum of its content; its position is kept.

    Returns
    -------
    bytes
        32 of them.
    """
    size, position = file_size(file), file.tell()
    digest = sha256(struct.pack("<Qq", size, os.fstat(file.fileno()).st_mtime_ns))
    for end in (0, max(0, size - _ENDS)):
        file.seek(end)
        digest.update(file.read(_ENDS))
    file.seek(position)
    return digest.digest()


def _name(path: Path) -> str:
    return sha256(os.fsencode(path.resolve())).hexdigest()[:32] + ".marks"
