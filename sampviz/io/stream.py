"""Voxels by their place in a file, plain or gzip: no more is unpacked than is asked for."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import cast

import numpy as np

from sampviz.arrays import Array
from sampviz.errors import InputError
from sampviz.io.file import open_file, pair_of, size_of
from sampviz.io.header import LONGEST, Header, parse

_GZIP_START = b"\x1f\x8b"
_FIX = "get the file again"
_PIECE = 2**20  # bytes
_WITH_GZIP_HEADER = 31  # zlib's word for it
# A bomb of nothing but zeros takes 2 s a GB: it stops when 2^29 voxels are unpacked, so counted.
_BYTES_PER_VOXEL = 4
# Checksum and length stand at the end of a gzip file: they are read where it is no further away.
_NEAR_THE_END = 2**17
_MOST_DEFLATED = 1032  # bytes of a byte, at the most


class Voxels:
    """The voxels of an open file, read by their number in the order in which they are stored."""

    def __init__(
        self, file: gzip.GzipFile | BufferedReader, header: Header, where: str, most: int
    ) -> None:
        self._file, self.header, self._where = file, header, where
        zipped = isinstance(file, gzip.GzipFile)
        self._most = _BYTES_PER_VOXEL * most if zipped else None

    def read(self, first: int, into: Array) -> None:
        """Fill a contiguous array of one axis with voxels, from number `first` on."""
        wanted = memoryview(into.view(np.uint8).data)
        start = self.header.offset + first * into.itemsize
        end = start + len(wanted)
        if self._most is not None and end > self._most:
            raise InputError(
                f"what is wanted ends {end} bytes into the unpacked file; the most is {self._most}",
                self._where,
                f"--max-pixels {-(-end // _BYTES_PER_VOXEL)}, or unpack the file with gunzip",
            )
        got = 0
        try:
            self._file.seek(start)
            while got < len(wanted):
                count = self._file.readinto(wanted[got : got + _PIECE])
                if not count:
                    raise EOFError
                got += count
        except EOFError:
            raise self._short() from None

    def check_end(self) -> None:
        """Verify the checksum and the length of a gzip file if its end is near."""
        left = self.header.end - self._file.tell()
        if self._most is None or left > _NEAR_THE_END:
            return
        try:
            # Behind the last byte gzip compares: a damaged file is an error there.
            if len(self._file.read(left + _NEAR_THE_END)) < left:
                raise EOFError
        except EOFError:
            raise self._short() from None

    def _short(self) -> InputError:
        # Of a plain file the size is known before.
        packed = cast(gzip.GzipFile, self._file).fileobj
        return _ends_early(_unpacked(cast(BufferedReader, packed)), self.header, self._where)


def _ends_early(size: int, header: Header, where: str) -> InputError:
    there, claimed = max(0, size - header.offset), header.end - header.offset
    return InputError(
        f"the file ends early: {there} of {claimed} bytes of voxels are there", where, _FIX
    )


def _unpacked(file: BufferedReader) -> int:
    """Return how many bytes a gzip file that ends early holds: gzip loses count at its end."""
    file.seek(0)
    stream, count = zlib.decompressobj(_WITH_GZIP_HEADER), 0
    while packed := file.read(_PIECE):
        while packed and not stream.eof:
            count += len(stream.decompress(packed, _PIECE))
            packed = stream.unconsumed_tail
            if stream.eof:  # another member may follow
                packed, stream = stream.unused_data, zlib.decompressobj(_WITH_GZIP_HEADER)
    return count


@contextmanager
def open_voxels(path: Path, where: str, most: int) -> Iterator[Voxels]:
    """Open a NIfTI, its header checked; of a gzip file `most` voxels may be unpacked.

    InputError for what is no NIfTI, and for a plain file that is shorter than it claims.
    """
    pair = pair_of(path)
    if not pair:
        with _opened(path, where) as file:
            header = parse(file.read(LONGEST), where, pair=False)
            yield _checked(file, header, where, most)
        return
    for half in pair:
        if not half.is_file():
            raise InputError(
                f"its other half, {half.name}, is not there", where, "put it beside it"
            )
    head, body = ((half, where if half == path else str(half)) for half in pair)
    with _opened(*head) as file:
        header = parse(file.read(LONGEST), head[1], pair=True)
    with _opened(*body) as file:
        yield _checked(file, header, body[1], most)


@contextmanager
def _opened(path: Path, where: str) -> Iterator[gzip.GzipFile | BufferedReader]:
    with open_file(path, where) as file:
        zipped = file.peek(2)[:2] == _GZIP_START
        if zipped != (path.suffix.lower() == ".gz"):
            says, right = ("gzip", path.name + ".gz") if zipped else ("not gzip", path.stem)
            raise InputError(
                f"{path.name} is {says}, though its name says otherwise",
                where,
                f"rename it to {right}",
            )
        try:
            yield gzip.GzipFile(fileobj=file) if zipped else file
        except EOFError:
            raise InputError("the gzip file ends within the header", where, _FIX) from None
        except (gzip.BadGzipFile, zlib.error) as err:
            raise InputError(f"the gzip file is damaged: {err}", where, _FIX) from None
        except OSError as err:
            raise InputError(
                f"the file cannot be read: {err.strerror or err}", where, _FIX
            ) from None


def _checked(file: gzip.GzipFile | BufferedReader, header: Header, where: str, most: int) -> Voxels:
    """Compare the size of a file with what its header claims."""
    if isinstance(file, gzip.GzipFile):
        size = size_of(cast(BufferedReader, file.fileobj))
        if header.end > size * _MOST_DEFLATED:
            raise InputError(
                f"{size} bytes of gzip cannot hold the {header.end} bytes that its header claims",
                where,
                _FIX,
            )
        return Voxels(file, header, where, most)
    size, end = size_of(file), header.end
    if size < end:
        raise _ends_early(size, header, where)
    if size > end:
        note = f"header: {size - end} bytes follow the last voxel: not read"
        header = replace(header, notes=(*header.notes, note))
    return Voxels(file, header, where, most)
