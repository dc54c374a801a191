"""Voxels by their place in a file, plain or gzip: no more is unpacked than is asked for."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np

from sampviz.core.errors import InputError, argument
from sampviz.core.open_file import file_size, open_file
from sampviz.dsp.dtypes import Array
from sampviz.images.formats import gzip_index as marks
from sampviz.images.formats.gzip_reader import GzipReader
from sampviz.images.formats.nifti_header import LONGEST, Header, parse
from sampviz.images.formats.signature import pair_of

_GZIP_START = b"\x1f\x8b"
_FIX = "get the file again"
# A bomb of nothing but zeros takes 2 s a GB: it stops when 2^29 voxels are unpacked, so counted.
_BYTES_PER_VOXEL = 4
# Checksum and length stand at the end of a gzip file: they are read where it is no further away.
_NEAR_THE_END = 2**17
_MOST_DEFLATED = 1032  # bytes of a byte, at the most
_BLOCK = 2**22  # bytes that are unpacked at once, to take pieces of them


class Voxels:
    """The voxels of an open file, read by their number in the order in which they are stored."""

    def __init__(
        self, file: GzipReader | BufferedReader, header: Header, where: str, most: int
    ) -> None:
        self._file, self.header, self._where = file, header, where
        self._most = _BYTES_PER_VOXEL * most

    def every(self, first: int, count: int, size: int, stride: int) -> Array:
        """Return `count` pieces of `size` voxels, `stride` apart, from number `first` on.

        Of a gzip file, checksum and length are verified if the last piece is near its end.
        """
        dtype = self.header.dtype
        start = self.header.offset + first * dtype.itemsize
        if isinstance(self._file, BufferedReader):
            # Of a map, only what is taken is read.
            length = ((count - 1) * stride + size) * dtype.itemsize
            mapped = np.memmap(self._file, np.uint8, "r", start, length)
            return _pieces(mapped, count, size, stride, dtype).copy()
        end = start + ((count - 1) * stride + size) * dtype.itemsize
        if end > self._most:
            more = argument("max_pixels", -(-end // _BYTES_PER_VOXEL))
            raise InputError(
                f"what is wanted ends {end} bytes into the unpacked file; the most is {self._most}",
                self._where,
                f"{more}, or unpack the file with gunzip",
            )
        found = np.empty((count, size), dtype)
        try:
            try:
                self._unpack(self._file, start, end, stride, found)
            except (EOFError, gzip.BadGzipFile):
                if not self._file.jumped:
                    raise
                self._file.restart()  # it may be the marks that are wrong
                self._unpack(self._file, start, end, stride, found)
        except EOFError:
            raise _ends_early(self._file.tell(), self.header, self._where) from None
        return found

    def _unpack(self, file: GzipReader, start: int, end: int, stride: int, found: Array) -> None:
        """Fill the rows of `found` with pieces between two places, `stride` voxels apart."""
        (count, size), item = found.shape, found.itemsize
        left = self.header.end - end
        # Without its start, the checksum cannot be verified.
        jump = file.marks.whole or left > _NEAR_THE_END
        at_once = min(count, max(1, _BLOCK // (stride * item)))
        block = np.empty(at_once * stride if at_once > 1 else 0, found.dtype)
        for number in range(0, count, at_once):
            pieces = min(at_once, count - number)
            # Behind the last piece nothing is unpacked.
            wanted = block[: (pieces - 1) * stride + size] if at_once > 1 else found[number]
            file.seek(start + number * stride * item, jump=jump)
            octets = memoryview(wanted.view(np.uint8).data)
            if file.readinto(octets) < len(octets):
                raise EOFError
            if at_once > 1:
                found[number : number + pieces] = _pieces(wanted, pieces, size, stride, found.dtype)
        if not file.jumped and left <= _NEAR_THE_END:
            # Behind the last byte gzip compares: a damaged file is an error there.
            if len(file.read(left + _NEAR_THE_END)) < left:
                raise EOFError
            file.marks.whole = True


class HeldVoxels:
    """Voxels that are in memory, an array of the shape that the header says."""

    def __init__(self, stored: Array, header: Header) -> None:
        self._flat, self.header = stored.ravel(order="F"), header

    def every(self, first: int, count: int, size: int, stride: int) -> Array:
        """Return `count` pieces of `size` voxels, `stride` apart, from number `first` on."""
        return _pieces(self._flat[first:], count, size, stride, self._flat.dtype).copy()


def _pieces(flat: Array, count: int, size: int, stride: int, dtype: "np.dtype[Any]") -> Array:
    """Return a view of pieces of so many items, `stride` items apart."""
    steps = stride * dtype.itemsize, dtype.itemsize
    return np.ndarray((count, size), dtype, flat, strides=steps)


def _ends_early(size: int, header: Header, where: str) -> InputError:
    there, claimed = max(0, size - header.offset), header.end - header.offset
    return InputError(
        f"the file ends early: {there} of {claimed} bytes of voxels are there", where, _FIX
    )


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
def _opened(path: Path, where: str) -> Iterator[GzipReader | BufferedReader]:
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
            if zipped:
                with _unpacked(path, file) as unpacked:
                    yield unpacked
            else:
                yield file
        except EOFError:
            raise InputError("the gzip file ends within the header", where, _FIX) from None
        except gzip.BadGzipFile as err:
            raise InputError(f"the gzip file is damaged: {err}", where, _FIX) from None
        except OSError as err:
            raise InputError(
                f"the file cannot be read: {err.strerror or err}", where, _FIX
            ) from None


@contextmanager
def _unpacked(path: Path, file: BufferedReader) -> Iterator[GzipReader]:
    """Give the content of a gzip file, with the marks that are kept of it, and keep new ones."""
    # Taken before anything is read: of a file that changes meanwhile no mark is believed.
    identity = marks.identity(file)
    known = marks.load_seek_points(path, file, identity)
    before = marks.SeekPoints(known.each.copy(), known.whole)
    unpacked = GzipReader(file, known)
    yield unpacked
    if unpacked.marks != before:
        marks.store_seek_points(path, identity, unpacked.marks)


def _checked(file: GzipReader | BufferedReader, header: Header, where: str, most: int) -> Voxels:
    """Compare the size of a file with what its header claims."""
    if isinstance(file, GzipReader):
        size = file_size(file.file)
        if header.end > size * _MOST_DEFLATED:
            raise InputError(
                f"{size} bytes of gzip cannot hold the {header.end} bytes that its header claims",
                where,
                _FIX,
            )
        return Voxels(file, header, where, most)
    size, end = file_size(file), header.end
    if size < end:
        raise _ends_early(size, header, where)
    if size > end:
        note = f"header: {size - end} bytes follow the last voxel: not read"
        header = replace(header, notes=(*header.notes, note))
    return Voxels(file, header, where, most)
