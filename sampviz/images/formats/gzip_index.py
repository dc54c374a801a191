"""Seek points of gzip files: where one can be read without uncompressing what lies before.

They are kept in the user's cache, one file for each gzip file, and used only for the very file that
they were made from, and only if their own checksum is right.
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

APART = 2**24  # uncompressed bytes between seek points: some 30 ms
FEWEST = 4  # seek points that are stored: none where less than 64 MB were uncompressed
_ENDS = 2**16  # bytes at both ends of a file that identify it
_MAGIC = b"sampviz marks 1\n"
_RECORD = struct.Struct("<QQ")
_DIGEST_SIZE = sha256().digest_size


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


@dataclass
class SeekPoints:
    """The seek points of a file.

    Parameters
    ----------
    points : list of SeekPoint
        In rising order.
    verified : bool
        Whether the whole file was read once, and its checksum was right.
    """

    points: list[SeekPoint] = field(default_factory=list)
    verified: bool = False

    def before(self, position: int) -> SeekPoint | None:
        """Return the last seek point at or before a position in the content; None for none."""
        return next((point for point in reversed(self.points) if point.unpacked <= position), None)

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
    data = user_cache.read(_name(path))
    head = _MAGIC + identity
    checksum, body = data[len(head) : len(head) + _DIGEST_SIZE], data[len(head) + _DIGEST_SIZE :]
    size = _RECORD.size + WINDOW
    if data[: len(head)] != head or checksum != sha256(body).digest() or len(body) % size != 1:
        return SeekPoints()
    seek_points = SeekPoints(verified=body[:1] == b"\1")
    for position in range(1, len(body), size):
        bit, unpacked = _RECORD.unpack_from(body, position)
        if bit > 8 * file_size(file) or unpacked < seek_points.next:
            return SeekPoints()
        seek_points.points.append(
            SeekPoint(bit, unpacked, body[position + _RECORD.size : position + size])
        )
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
    records = (_RECORD.pack(p.bit, p.unpacked) + p.window for p in seek_points.points)
    body = bytes([seek_points.verified]) + b"".join(records)
    user_cache.write(_name(path), _MAGIC + identity + sha256(body).digest() + body)


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
