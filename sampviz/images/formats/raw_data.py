"""Numbers behind a header of text, in the same file or in one beside it: NRRD and MetaImage."""

import bz2
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from sampviz.core.errors import InputError
from sampviz.core.open_file import file_size, open_file
from sampviz.core.standard_input import PATH as STDIN_PATH
from sampviz.core.stored_array import StoredArray
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.format import Source
from sampviz.images.selection import Selection

LONGEST_HEADER = 2**16  # bytes
_PIECE = 2**20
_FIX = "get the file again"
_MOST_TEXT = 32  # bytes of a number as text


@dataclass(frozen=True)
class RawData:
    """Where numbers are, and how they are stored.

    Parameters
    ----------
    shape : tuple of int
        The last axis runs fastest.
    dtype : dtype
        With the order of its bytes.
    encoding : {"raw", "gzip", "bzip2", "text"}
        gzip is zlib, too.
    path : Path
        Of the file.
    offset : int
        Of the first byte; -1 where they end with the file.
    lines : int
        Lines of text that stand before.
    """

    shape: tuple[int, ...]
    dtype: "np.dtype[Any]"
    encoding: str
    path: Path
    offset: int = 0
    lines: int = 0


def beside(source: Source, name: str) -> Path:
    """Return the path of a file that a header names; it lies beside the header, or below.

    Parameters
    ----------
    source : Source
        The header.
    name : str
        As it stands there.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If it leads out of the folder, over links too.
    """
    path = source.path.parent / name
    folder = source.path.parent.resolve()
    is_plain = name and "\0" not in name and not Path(name).is_absolute() and "\\" not in name
    if source.path == STDIN_PATH or not is_plain or folder not in path.resolve().parents:
        raise InputError(
            "its data is in another file, which does not lie beside it",
            source.where,
            "put both into one folder, and name the file there without its folder",
        )
    return path


@contextmanager
def open_raw(data: RawData, source: Source, selection: Selection) -> Iterator[Array | StoredArray]:
    """Open the array: of what is stored plainly parts are read, else all of it.

    Parameters
    ----------
    data : RawData
        Checked.
    source : Source
        The header, for errors.
    selection : Selection
        Bounds what is unpacked.

    Yields
    ------
    ndarray or StoredArray

    Raises
    ------
    InputError
        If the file ends early, is damaged, or too much is to be unpacked.
    """
    where = source.where if data.path == source.path else str(data.path)
    claimed = prod(data.shape) * data.dtype.itemsize
    with open_file(data.path, where) as file:
        start = _start(file, data, claimed, where)
        if data.encoding == "raw":
            yield stored_plainly(file, start, data.dtype, data.shape, where)
            return
        if prod(data.shape) > selection.most_unpacked:
            selection.check_size(data.shape, where)
        file.seek(start)
        if data.encoding == "text":
            yield _of_text(file, data, where)
        else:
            yield _unpacked(file, data, claimed, where)


def stored_plainly(
    file: BufferedReader, offset: int, dtype: "np.dtype[Any]", shape: Sequence[int], where: str
) -> StoredArray:
    """Return an array in a file, of which the last axis runs fastest; its values are not read.

    Parameters
    ----------
    file : BufferedReader
        Open.
    offset : int
        Of the first item, in bytes.
    dtype : dtype
        As stored.
    shape : sequence of int
        Of the array.
    where : str
        The name of the input, for errors.

    Returns
    -------
    StoredArray

    Raises
    ------
    InputError
        If the file is too short.
    """
    claimed = prod(shape) * dtype.itemsize

    def ends_early(size: int) -> InputError:
        return _ends_early(size - offset, claimed, where)

    if (size := file_size(file)) < offset + claimed:
        raise ends_early(size)
    strides = [prod(shape[axis + 1 :]) * dtype.itemsize for axis in range(len(shape))]
    return StoredArray(file, offset, dtype, shape, strides, ends_early)


def _start(file: BufferedReader, data: RawData, claimed: int, where: str) -> int:
    """Return where the numbers begin."""
    if data.offset == -1:
        if data.encoding != "raw" or file_size(file) < claimed:
            raise _ends_early(file_size(file), claimed, where)
        return file_size(file) - claimed
    file.seek(data.offset)
    for _ in range(data.lines):
        if not file.readline(LONGEST_HEADER).endswith(b"\n"):
            raise InputError("its data has not the lines that are to be left out", where, _FIX)
    return file.tell()


def _unpacked(file: BufferedReader, data: RawData, claimed: int, where: str) -> Array:
    """Return what is packed with gzip or bzip2; no more than is claimed is unpacked."""
    array: Any = np.empty(data.shape, data.dtype)
    octets = memoryview(array.reshape(-1).view(np.uint8).data)
    unpack = _unpacker(data.encoding)
    count, rest = 0, b""
    try:
        while count < claimed:
            packed = rest or file.read(_PIECE)
            if not packed:
                break
            piece, rest = unpack(packed, min(_PIECE, claimed - count))
            octets[count : count + len(piece)] = piece
            count += len(piece)
    except (zlib.error, OSError, EOFError, ValueError) as err:
        raise InputError(f"its data is damaged: {err}", where, _FIX) from None
    if count < claimed:
        raise _ends_early(count, claimed, where)
    return np.asarray(array)


def _unpacker(encoding: str) -> Callable[[bytes, int], tuple[bytes, bytes]]:
    """Return what unpacks at most so many bytes; it returns them, and what is still packed."""
    if encoding == "gzip":
        inflater = zlib.decompressobj(47)  # zlib or gzip, as it begins

        def inflate(packed: bytes, most: int) -> tuple[bytes, bytes]:
            if inflater.eof:
                raise EOFError("it ends early")
            return inflater.decompress(packed, most), inflater.unconsumed_tail

        return inflate
    unpacker = bz2.BZ2Decompressor()

    def decompress(packed: bytes, most: int) -> tuple[bytes, bytes]:
        return unpacker.decompress(b"" if not unpacker.needs_input else packed, most), b""

    return decompress


def _of_text(file: BufferedReader, data: RawData, where: str) -> Array:
    count = prod(data.shape)
    words = file.read(_MOST_TEXT * count).split()
    if len(words) < count:
        what = f"the file ends early: {len(words)} of {count} numbers are there"
        raise InputError(what, where, _FIX)
    try:
        return np.array(words[:count]).astype(data.dtype).reshape(data.shape)
    except ValueError:
        raise InputError("its data is no text of numbers", where, _FIX) from None


def _ends_early(available: int, claimed: int, where: str) -> InputError:
    what = f"the file ends early: {max(0, available)} of {claimed} bytes of its data are there"
    return InputError(what, where, _FIX)
