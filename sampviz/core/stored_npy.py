"""Arrays saved by numpy: the header is checked, and the values are left in the file.

Nothing is allocated by what a header claims, and objects, which unpickle to code, are refused.
"""

from io import BufferedReader
from math import prod
from typing import IO, Any

import numpy as np
from numpy.lib.format import read_array_header_1_0, read_array_header_2_0, read_magic

from sampviz.core.errors import InputError
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.core.open_file import file_size
from sampviz.core.stored_array import StoredArray

_LONGEST_HEADER = 10_000  # bytes: numpy refuses longer ones


def stored_npy(file: BufferedReader, where: str) -> StoredArray:
    """Return the array of a .npy file; its values are not read.

    Parameters
    ----------
    file : BufferedReader
        Open at its start.
    where : str
        The name of the input, for errors.

    Returns
    -------
    StoredArray
        Of any shape; never of objects.

    Raises
    ------
    InputError
        If the file is damaged, too short or holds objects.
    """
    shape, fortran_order, dtype = npy_header(file, where)
    offset, claimed = file.tell(), prod(shape) * dtype.itemsize

    def ends_early(size: int) -> InputError:
        return _unreadable(
            f"it ends early: {max(0, size - offset)} of {claimed} bytes are there", where
        )

    if (size := file_size(file)) < offset + claimed:
        raise ends_early(size)
    return StoredArray(
        file, offset, dtype, shape, _strides(shape, fortran_order, dtype.itemsize), ends_early
    )


def npy_header(file: IO[bytes], where: str) -> tuple[tuple[int, ...], bool, "np.dtype[Any]"]:
    """Read and check the header of an array.

    Parameters
    ----------
    file : file
        At its start; it is left at the first item.
    where : str
        The name of the input, for errors.

    Returns
    -------
    shape : tuple of int
        Of the array.
    fortran_order : bool
        Whether the first axis runs fastest.
    dtype : dtype
        Never of objects.

    Raises
    ------
    InputError
        If it is no header, or of objects.
    """
    start = file.read(12)
    # numpy reads a header before it finds it too long; from version 2 on it may have 4 GB.
    length = int.from_bytes(start[8 : 10 if start[6:7] == b"\1" else 12], "little")
    if length > _LONGEST_HEADER:
        raise _unreadable(f"a header of {length} bytes", where)
    file.seek(0)
    try:
        with ignored_warnings():  # of a header by Python 2, or of absurd sizes
            version = read_magic(file)
            if version not in ((1, 0), (2, 0), (3, 0)):
                raise ValueError(f"version {version[0]}.{version[1]}")
            parse = read_array_header_1_0 if version == (1, 0) else read_array_header_2_0
            shape, fortran_order, dtype = parse(file)
    except Exception as err:  # numpy raises many types for a damaged header
        raise _unreadable(" ".join(str(err).split()), where) from None
    if dtype.hasobject:
        raise _unreadable("it holds objects, which would be run as code", where)
    if not all(type(n) is int and n >= 0 for n in shape):
        raise _unreadable(f"the shape {shape}", where)
    return shape, fortran_order, dtype


def _strides(shape: tuple[int, ...], fortran_order: bool, itemsize: int) -> tuple[int, ...]:
    if fortran_order:
        return tuple(itemsize * prod(shape[:axis]) for axis in range(len(shape)))
    return tuple(itemsize * prod(shape[axis + 1 :]) for axis in range(len(shape)))


def _unreadable(what: str, where: str) -> InputError:
    return InputError(
        f"not an array that can be read: {what}", where, "write it with numpy.save(path, array)"
    )
