"""Read voxels of an open NIfTI by their number, from a plain or a gzip file.

Of a plain file only what is wanted is read. Of a gzip file nothing behind it is uncompressed, and
where seek points are known nothing before it.
"""

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BufferedReader
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from sampviz.core.errors import InputError, argument
from sampviz.core.open_file import file_size, open_file
from sampviz.core.standard_input import PATH as STDIN_PATH
from sampviz.core.stored_array import StoredArray
from sampviz.core.text import counted
from sampviz.dsp.dtypes import Array
from sampviz.images.formats import gzip_index
from sampviz.images.formats.gzip_reader import GzipReader
from sampviz.images.formats.nifti_header import LONGEST, Header, parse_nifti_header
from sampviz.images.formats.signature import SIGNATURE_SIZE, pair_of, recognised

_GZIP_START = b"\x1f\x8b"
_FIX = "get the file again"
# A gzip bomb of zeros takes 2 s a GB: it stops at 2^29 voxels of so many bytes.
_BYTES_PER_VOXEL = 4
# Checksum and length stand at the end of a gzip file: they are verified if it is so near.
_NEAR_END = 2**17
_MOST_RATIO = 1032  # of uncompressed to compressed bytes, in deflate
_BLOCK = 2**22  # bytes that are uncompressed at once, to take pieces of them

ParseHeader = Callable[..., Header]  # of the bytes, the name of the input, and whether it is a pair


class AnyVoxels(Protocol):
    """What gives voxels by their number in the order of storage; see `Voxels`."""

    header: Header

    def pieces(self, first: int, count: int, size: int, stride: int) -> Array:
        """Return pieces of voxels at regular distances; see `Voxels.pieces`."""


class Voxels:
    """The voxels of an open file, by their number in the order of storage.

    Parameters
    ----------
    file : GzipReader or BufferedReader
        Open at any position.
    header : Header
        Checked.
    where : str
        The name of the input, for errors.
    most : int
        How many voxels of a gzip file may be uncompressed.
    """

    def __init__(
        self, file: GzipReader | BufferedReader, header: Header, where: str, most: int
    ) -> None:
        self._file, self.header, self._where = file, header, where
        self._most = _BYTES_PER_VOXEL * most

    def pieces(self, first: int, count: int, size: int, stride: int) -> Array:
        """Read pieces of voxels at regular distances.

        Parameters
        ----------
        first : int
            The number of the first voxel.
        count : int
            How many pieces are read, 1 or more.
        size : int
            Voxels of a piece.
        stride : int
            Voxels from the start of a piece to that of the next.

        Returns
        -------
        ndarray
            (count, size), as stored.

        Raises
        ------
        InputError
            If the file ends early, or too much of it had to be uncompressed. The checksum of a
            gzip file is verified if the last piece is near its end.
        """
        dtype = self.header.dtype
        start = self.header.offset + first * dtype.itemsize
        if isinstance(self._file, BufferedReader):
            strides = stride * dtype.itemsize, dtype.itemsize
            return StoredArray(
                self._file, start, dtype, (count, size), strides, self._ends_early
            ).read()
        end = start + ((count - 1) * stride + size) * dtype.itemsize
        if end > self._most:
            setting = argument("max_pixels", -(-end // _BYTES_PER_VOXEL))
            raise InputError(
                f"what is wanted ends {end} bytes into the unpacked file; the most is {self._most}",
                self._where,
                f"{setting}, or unpack the file with gunzip",
            )
        voxels = np.empty((count, size), dtype)
        try:
            try:
                self._unpack(self._file, start, end, stride, voxels)
            except (EOFError, gzip.BadGzipFile):
                if not self._file.jumped:
                    raise
                self._file.restart()  # the seek points may be wrong
                self._unpack(self._file, start, end, stride, voxels)
        except EOFError:
            raise self._ends_early(self._file.tell()) from None
        return voxels

    def _ends_early(self, size: int) -> InputError:
        return _ends_early(size, self.header, self._where)

    def _unpack(self, file: GzipReader, start: int, end: int, stride: int, voxels: Array) -> None:
        """Fill the rows of `voxels` with pieces between two offsets, `stride` voxels apart."""
        (count, size), item = voxels.shape, voxels.itemsize
        left = self.header.end - end
        # Without its start, the checksum cannot be verified.
        jump = file.seek_points.verified or left > _NEAR_END
        at_once = min(count, max(1, _BLOCK // (stride * item)))
        block = np.empty(at_once * stride if at_once > 1 else 0, voxels.dtype)
        for number in range(0, count, at_once):
            pieces = min(at_once, count - number)
            # Behind the last piece nothing is uncompressed.
            target = block[: (pieces - 1) * stride + size] if at_once > 1 else voxels[number]
            file.seek(start + number * stride * item, jump=jump)
            octets = memoryview(target.view(np.uint8).data)
            if file.readinto(octets) < len(octets):
                raise EOFError
            if at_once > 1:
                rows = _pieces(target, pieces, size, stride, voxels.dtype)
                voxels[number : number + pieces] = rows
        if not file.jumped and left <= _NEAR_END:
            # Reading past the last byte verifies the checksum: a damaged file is an error there.
            if len(file.read(left + _NEAR_END)) < left:
                raise EOFError
            file.seek_points.verified = True


class VoxelsInMemory:
    """Voxels of an array, read as those of a file are.

    Parameters
    ----------
    stored : ndarray
        Of the shape in the header.
    header : Header
        Checked.
    """

    def __init__(self, stored: Array, header: Header) -> None:
        self._flat, self.header = stored.ravel(order="F"), header

    def pieces(self, first: int, count: int, size: int, stride: int) -> Array:
        """Return pieces of voxels at regular distances; see `Voxels.pieces`."""
        return _pieces(self._flat[first:], count, size, stride, self._flat.dtype).copy()


def _pieces(flat: Array, count: int, size: int, stride: int, dtype: "np.dtype[Any]") -> Array:
    """Return a view (count, size) of pieces that are `stride` items apart."""
    steps = stride * dtype.itemsize, dtype.itemsize
    return np.ndarray((count, size), dtype, flat, strides=steps)


def _ends_early(size: int, header: Header, where: str) -> InputError:
    available, claimed = max(0, size - header.offset), header.end - header.offset
    return InputError(
        f"the file ends early: {available} of {claimed} bytes of voxels are there", where, _FIX
    )


@contextmanager
def open_voxels(
    path: Path, where: str, most: int, parse: ParseHeader = parse_nifti_header
) -> Iterator[Voxels]:
    """Open a NIfTI, or another file of voxels behind a header, and check its header.

    Parameters
    ----------
    path : Path
        A single file, or either of a pair; plain or gzip.
    where : str
        The name of the input, for errors.
    most : int
        How many voxels of a gzip file may be uncompressed.
    parse : callable
        Makes a header of the first bytes.

    Yields
    ------
    Voxels

    Raises
    ------
    InputError
        For what is no NIfTI, for a plain file that is shorter than its header claims, and within
        the block for a file that cannot be read.
    """
    pair = pair_of(path)
    if not pair:
        with _open(path, where) as file:
            header = parse(file.read(LONGEST), where, pair=False)
            yield _checked_voxels(file, header, where, most)
        return
    for half in pair:
        if not half.is_file():
            raise InputError(
                f"its other half, {half.name}, is not there", where, "put it beside it"
            )
    header_file, voxel_file = ((half, where if half == path else str(half)) for half in pair)
    with _open(*header_file) as file:
        header = parse(file.read(LONGEST), header_file[1], pair=True)
    with _open(*voxel_file) as file:
        yield _checked_voxels(file, header, voxel_file[1], most)


@contextmanager
def _open(path: Path, where: str) -> Iterator[GzipReader | BufferedReader]:
    with open_file(path, where) as file:
        compressed = file.peek(2)[:2] == _GZIP_START
        named_so = path.suffix.lower() in (".gz", ".mgz")
        if compressed != named_so and path != STDIN_PATH:
            kind, name = ("gzip", path.name + ".gz") if compressed else ("not gzip", path.stem)
            raise InputError(
                f"{path.name} is {kind}, though its name says otherwise",
                where,
                f"rename it to {name}",
            )
        try:
            if compressed:
                with _open_gzip(path, file) as unpacked:
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
def _open_gzip(path: Path, file: BufferedReader) -> Iterator[GzipReader]:
    """Open a gzip file with the seek points in the cache, and store new ones there."""
    if path == STDIN_PATH:  # it will not come again
        yield GzipReader(file, gzip_index.SeekPoints())
        return
    # Taken before anything is read: seek points of a file that changes meanwhile are not used.
    identity = gzip_index.file_identity(file)
    stored_points = gzip_index.load_seek_points(path, file, identity)
    state_before = stored_points.state
    reader = GzipReader(file, stored_points)
    yield reader
    if reader.seek_points.state != state_before:
        gzip_index.store_seek_points(path, identity, reader.seek_points)


def _checked_voxels(
    file: GzipReader | BufferedReader, header: Header, where: str, most: int
) -> Voxels:
    """Compare the size of a file with what its header claims."""
    if isinstance(file, GzipReader):
        size = file_size(file.file)
        if header.end > size * _MOST_RATIO:
            raise InputError(
                f"{size} bytes of gzip cannot hold the {header.end} bytes that its header claims",
                where,
                _FIX,
            )
        return Voxels(file, header, where, most)
    size, end = file_size(file), header.end
    if size < end:
        if header.offset == 0 and (error := recognised(file.peek(SIGNATURE_SIZE), where)):
            raise error  # half of a pair that was not fetched
        raise _ends_early(size, header, where)
    if size > end:
        more = counted(size - end, "byte follows", "bytes follow")
        note = f"header: {more} the last voxel: not read"
        header = replace(header, notes=(*header.notes, note))
    return Voxels(file, header, where, most)
