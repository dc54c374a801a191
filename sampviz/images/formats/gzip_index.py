"""Marks in a gzip file, from which it is read again without what lies before them.

They are kept in the user's cache, a file each, and believed only of the very file they were made of
and if they were written whole.
"""

import os
import struct
from dataclasses import dataclass, field
from hashlib import sha256
from io import BufferedReader
from pathlib import Path

from sampviz.core import user_cache as cache
from sampviz.core.open_file import file_size
from sampviz.images.formats.deflate import WINDOW

APART = 2**24  # unpacked bytes from mark to mark: some 30 ms
WORTH = 4  # marks: of a file of which less than 64 MB were unpacked none are kept
_ENDS = 2**16  # bytes at both ends of a file that tell it from others
_START = b"sampviz marks 1\n"
_RECORD = struct.Struct("<QQ")
_DIGEST = sha256().digest_size


@dataclass(frozen=True)
class SeekPoint:
    """At bit `bit` of a file a block starts, behind `unpacked` bytes that end with `window`."""

    bit: int
    unpacked: int
    window: bytes


@dataclass
class SeekPoints:
    """The marks of a file, from its start on.

    `whole` says that all of it was read once, and that its checksum was right.
    """

    each: list[SeekPoint] = field(default_factory=list)
    whole: bool = False

    def before(self, place: int) -> SeekPoint | None:
        """Return the last mark before a place, which is counted in unpacked bytes."""
        return next((mark for mark in reversed(self.each) if mark.unpacked <= place), None)

    @property
    def next(self) -> int:
        """Where the next one is wanted, in unpacked bytes."""
        return APART + (self.each[-1].unpacked if self.each else 0)


def load_seek_points(path: Path, file: BufferedReader, identity: bytes) -> SeekPoints:
    """Return the marks that are kept of an open file; none if they are of another, or damaged."""
    data = cache.read(_name(path))
    head = _START + identity
    told, body = data[len(head) : len(head) + _DIGEST], data[len(head) + _DIGEST :]
    size = _RECORD.size + WINDOW
    if data[: len(head)] != head or told != sha256(body).digest() or len(body) % size != 1:
        return SeekPoints()
    marks = SeekPoints(whole=body[:1] == b"\1")
    for at in range(1, len(body), size):
        bit, unpacked = _RECORD.unpack_from(body, at)
        if bit > 8 * file_size(file) or unpacked < marks.next:
            return SeekPoints()
        marks.each.append(SeekPoint(bit, unpacked, body[at + _RECORD.size : at + size]))
    return marks


def store_seek_points(path: Path, identity: bytes, marks: SeekPoints) -> None:
    """Keep the marks of a file, if they are worth it and there is a cache."""
    if len(marks.each) < WORTH:
        return
    each = (_RECORD.pack(mark.bit, mark.unpacked) + mark.window for mark in marks.each)
    body = bytes([marks.whole]) + b"".join(each)
    cache.write(_name(path), _START + identity + sha256(body).digest() + body)


def identity(file: BufferedReader) -> bytes:
    """Return a digest of the size of an open file, its time and its ends.

    At the end of a gzip file stands the checksum of all that is in it.
    """
    size, place = file_size(file), file.tell()
    told = sha256(struct.pack("<Qq", size, os.fstat(file.fileno()).st_mtime_ns))
    for end in (0, max(0, size - _ENDS)):
        file.seek(end)
        told.update(file.read(_ENDS))
    file.seek(place)
    return told.digest()


def _name(path: Path) -> str:
    return sha256(os.fsencode(path.resolve())).hexdigest()[:32] + ".marks"
