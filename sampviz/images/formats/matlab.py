"""MATLAB files of version 5 (.mat): one array, unpacked no further than its header claims.

Every element is walked here, and only numbers are looked at: scipy.io, which reads all there is in
such files, trusts their numbers, and ends the process over some. Files of version 7.3 are HDF5.
"""

import struct
import zlib
from dataclasses import dataclass
from io import BufferedReader
from math import prod
from typing import Any

import numpy as np

from sampviz.core.errors import InputError
from sampviz.core.open_file import file_size
from sampviz.dsp.dtypes import Array
from sampviz.images.array_layout import are_colours
from sampviz.images.formats.datasets import choose_dataset
from sampviz.images.formats.format import Format, Source
from sampviz.images.formats.npy import as_format, select
from sampviz.images.image import Image
from sampviz.images.selection import Selection

_KIND = "a MATLAB file"
_FIX = "save the array with save -v7, or as .npy"
_HEADER = 128
_MATRIX, _COMPRESSED = 14, 15  # types of elements
_HEAD = 4096  # bytes of a matrix, in which flags, sizes and name stand
# Types of numbers, by classes of matrices, and as they are stored.
_TYPES = {6: "f8", 7: "f4", 8: "i1", 9: "u1", 10: "i2", 11: "u2", 12: "i4", 13: "u4", 14: "i8",
          15: "u8"}  # fmt: skip
_STORED = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8", 12: "i8",
           13: "u8"}  # fmt: skip
_COMPLEX, _LOGICAL = 0x0800, 0x0200
_MOST_ELEMENTS = 10_000
_MOST_AXES = 5


@dataclass(frozen=True)
class _Variable:
    """An array of numbers: where its element stands, and what its head says."""

    at: int
    length: int
    is_packed: bool
    shape: tuple[int, ...]
    dtype: "np.dtype[Any]"
    data_at: int

    @property
    def most_bytes(self) -> int:
        """The most that its element can take: numbers may be stored as doubles, sizes before."""
        return _HEAD + 2 * (16 + 8 * prod(self.shape))


def matches(start: bytes) -> bool:
    """Whether a file that starts so is of version 5."""
    return start[:10] == b"MATLAB 5.0" and start[126:128] in (b"IM", b"MI")


def _read(source: Source, selection: Selection) -> Image:
    """Return the image in one array of the file."""
    selection.refuse(source.where, "an array", "plane", "slice")
    endian = "<" if source.start[126:128] == b"IM" else ">"
    with source.open() as file:
        variables = _variables(file, endian, source.where)
        listed = {name: (of.shape, str(of.dtype)) for name, of in variables.items()}
        name = choose_dataset(listed, source.where, selection, _KIND)
        chosen = variables[name]
        selection.check_size(chosen.shape, source.where)
        stored = _array(file, source.where, chosen, endian)
    image = select(pages_first(stored), source.name, source.where, selection)
    return as_format(image, "MATLAB 5", stored.shape, {"dataset": name})


def pages_first(stored: Array) -> Array:
    """Return an array of MATLAB as others have it: rows x columns last, pages first.

    Parameters
    ----------
    stored : ndarray
        (H, W), (H, W, C) of colours, or (H, W, pages ..).

    Returns
    -------
    ndarray
        (H, W), (H, W, C) or (.., pages, H, W).
    """
    if stored.ndim == 3 and stored.shape[2] in (3, 4) and are_colours(stored):
        return stored
    return stored.transpose(*range(stored.ndim - 1, 1, -1), 0, 1)


def _variables(file: BufferedReader, endian: str, where: str) -> dict[str, _Variable]:
    """Return the arrays of numbers, by their names, in the order of the file."""
    size, at = file_size(file), _HEADER
    variables: dict[str, _Variable] = {}
    for _ in range(_MOST_ELEMENTS):
        file.seek(at)
        tag = file.read(8)
        if len(tag) < 8:
            return variables
        kind, length = struct.unpack(f"{endian}II", tag)
        at += 8
        if at + length > size:
            what = f"it ends early: {size - at} of {length} bytes of an array are there"
            raise _damaged(what, where)
        if kind in (_MATRIX, _COMPRESSED):
            data = file.read(min(length, _HEAD))
            is_packed = kind == _COMPRESSED
            if is_packed:
                data = _unpacked(data, _HEAD, where)[8:]  # behind the tag of the matrix
            if head := _head(data, endian):
                name, shape, dtype, data_at = head
                variables[name] = _Variable(at, length, is_packed, shape, dtype, data_at)
        at += length
    raise _damaged(f"more than {_MOST_ELEMENTS} variables", where)


def _head(data: bytes, endian: str) -> tuple[str, tuple[int, ...], "np.dtype[Any]", int] | None:
    """Return name, shape and type of a matrix, and where its numbers begin.

    None for texts, cells, objects, and one number.
    """
    try:
        _, _, flags = struct.unpack_from(f"{endian}III", data, 0)
        kind, length = struct.unpack_from(f"{endian}II", data, 16)
        if kind != 5 or length % 4 or not 8 <= length <= 4 * 32:
            return None
        shape = struct.unpack_from(f"{endian}{length // 4}i", data, 24)
        at = 24 + length + length % 8
        (tag,) = struct.unpack_from(f"{endian}I", data, at)
        count = tag >> 16  # of a name of four bytes at most, which stands in the tag
        start = at + 4
        if not count:
            (count,) = struct.unpack_from(f"{endian}I", data, at + 4)
            start = at + 8
        name = data[start : start + count].decode("ascii", "replace")
        data_at = start + count + -(start + count) % 8
    except struct.error:
        return None
    code = _TYPES.get(flags & 0xFF)
    if not code or count > 63 or len(shape) > _MOST_AXES or min(shape) < 1 or prod(shape) == 1:
        return None
    if flags & _COMPLEX:
        code = "c8" if code == "f4" else "c16"
    return name, shape, np.dtype("bool" if flags & _LOGICAL else code), data_at


def _unpacked(data: bytes, most: int, where: str) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, most)
    except zlib.error as err:
        raise _damaged(f"its data is damaged: {err}", where) from None


def _array(file: BufferedReader, where: str, chosen: _Variable, endian: str) -> Array:
    """Return an array."""
    file.seek(chosen.at)
    if chosen.is_packed:
        element = _unpacked(file.read(chosen.length), chosen.most_bytes + 8, where)[8:]
    else:
        element = file.read(min(chosen.length, chosen.most_bytes))
    real, end = _numbers(element, chosen.data_at, endian, chosen.shape, where)
    if chosen.dtype.kind != "c":
        return real.astype(chosen.dtype)
    values = np.empty(chosen.shape, chosen.dtype)
    values.real, values.imag = real, _numbers(element, end, endian, chosen.shape, where)[0]
    return values


def _numbers(
    element: bytes, at: int, endian: str, shape: tuple[int, ...], where: str
) -> tuple[Array, int]:
    """Return the numbers in a part of a matrix, and where the next begins."""
    start = at + 8
    kind, length = struct.unpack_from(f"{endian}II", element.ljust(start, b"\0"), at)
    if kind >> 16:  # four bytes at most, which stand in the tag
        kind, length, start = kind & 0xFFFF, kind >> 16, at + 4
    dtype = np.dtype(f"{endian}{_STORED.get(kind, 'V1')}")
    if dtype.kind == "V" or length != prod(shape) * dtype.itemsize:
        raise _damaged(f"{length} bytes of type {kind} are no {shape} numbers", where)
    if start + length > len(element):
        what = f"it ends early: {max(0, len(element) - start)} of {length} bytes of an array"
        raise _damaged(f"{what} are there", where)
    numbers = np.frombuffer(element, dtype, prod(shape), start)
    return numbers.reshape(shape, order="F"), start + length + -(start + length) % 8


def _damaged(what: str, where: str) -> InputError:
    return InputError(f"the file is {_KIND} that cannot be read: {what}", where, _FIX)


FORMAT = Format(
    name="MATLAB",
    endings=(".mat",),
    content="one array of version 5 to 7, which `--dataset` names where there are several; pages"
    " are channels, with `--volume` slices; sparse arrays, cells and structs are not read",
    read=_read,
    matches=matches,
    kind=_KIND,
    has_datasets=True,
)
