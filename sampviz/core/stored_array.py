"""An array in a file, of which the parts that are wanted are read, and nothing is mapped.

A map of a file that somebody cuts while it is read ends the process without a word; reading ends in
an error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BufferedReader
from math import prod
from types import EllipsisType
from typing import Any, cast

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

Index = int | slice | EllipsisType
_AT_ONCE = 2**22  # bytes: a part that is spread over the file is read in blocks of so many
# What lies between is read with it up to so many bytes: disks give no less, and a call costs more.
_MOST_BETWEEN = 2**14


class StoredArray:
    """An array in a file, or a part of it: `read` gives its values.

    Parameters
    ----------
    file : BufferedReader
        Open; its position is changed.
    offset : int
        Of the first item, in bytes.
    dtype : dtype
        As stored, of numbers.
    shape : sequence of int
        Of the array.
    strides : sequence of int
        Bytes from one item to the next along each axis, not negative.
    ends_early : callable
        Makes an exception of the number of bytes of the file, if the file has become too short.
    """

    def __init__(
        self,
        file: BufferedReader,
        offset: int,
        dtype: np.dtype[Any],
        shape: Sequence[int],
        strides: Sequence[int],
        ends_early: Callable[[int], Exception],
    ) -> None:
        self._file, self._offset, self._ends_early = file, offset, ends_early
        self.dtype, self.shape, self.strides = np.dtype(dtype), tuple(shape), tuple(strides)

    @property
    def ndim(self) -> int:
        """How many axes it has."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many items it has."""
        return prod(self.shape)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Index | tuple[Index, ...]) -> StoredArray:
        """Return a part, by numbers, slices that go forward, and `...`; nothing is read."""
        keys = list(key) if isinstance(key, tuple) else [key]
        if Ellipsis in keys:
            at = keys.index(Ellipsis)
            keys[at : at + 1] = [slice(None)] * (self.ndim + 1 - len(keys))
        keys += [slice(None)] * (self.ndim - len(keys))
        offset, shape, strides = self._offset, [], []
        for n, stride, part in zip(self.shape, self.strides, keys, strict=True):
            if isinstance(part, slice):
                taken = range(n)[part]
                offset += taken.start * stride
                shape.append(len(taken))
                strides.append(taken.step * stride)
            else:
                offset += range(n)[cast(int, part)] * stride
        return self._part(offset, shape, strides)

    def transpose(self, order: Sequence[int]) -> StoredArray:
        """Return it with its axes in this order; nothing is read."""
        shape, strides = ([sides[axis] for axis in order] for sides in (self.shape, self.strides))
        return self._part(self._offset, shape, strides)

    def _part(self, offset: int, shape: Sequence[int], strides: Sequence[int]) -> StoredArray:
        return StoredArray(self._file, offset, self.dtype, shape, strides, self._ends_early)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return self.read() if dtype is None else self.read().astype(dtype)

    def read(self) -> NDArray[Any]:
        """Return the values.

        Returns
        -------
        ndarray
            In memory of its own, as stored.

        Raises
        ------
        Exception
            That of `ends_early`, if the file has become too short.
        """
        values = np.empty(self.shape, self.dtype)
        if values.size:
            self._read_into(values)
        return values

    def _read_into(self, values: NDArray[Any]) -> None:
        if values.flags.c_contiguous and self._strides_as(values):
            self._read_bytes(memoryview(values.reshape(-1).view(np.uint8).data))
            return
        span, gap = self._span_and_gap()
        if span <= _AT_ONCE and gap <= _MOST_BETWEEN:
            block = np.empty(span, np.uint8)
            self._read_bytes(memoryview(block.data))
            first = block[: self.dtype.itemsize].view(self.dtype)
            values[...] = as_strided(first, self.shape, self.strides)
            return
        reach = [(n - 1) * stride for n, stride in zip(self.shape, self.strides, strict=True)]
        axis = reach.index(max(reach))
        middle = self.shape[axis] // 2
        for cut in (slice(middle), slice(middle, None)):
            part = (slice(None),) * axis + (cut,)
            self[part]._read_into(values[part])

    def _span_and_gap(self) -> tuple[int, int]:
        """Return the bytes from the first to the last item, and the most between two of them."""
        span, gap = self.dtype.itemsize, 0
        for stride, n in sorted(zip(self.strides, self.shape, strict=True)):
            if n > 1:
                gap = max(gap, stride - span)
                span += (n - 1) * stride
        return span, gap

    def _strides_as(self, values: NDArray[Any]) -> bool:
        """Whether the items lie in the file as in this array; one item has no stride."""
        pairs = zip(self.shape, self.strides, values.strides, strict=True)
        return all(n == 1 or stored == own for n, stored, own in pairs)

    def _read_bytes(self, target: memoryview) -> None:
        self._file.seek(self._offset)
        done = 0
        while done < len(target):
            count = self._file.readinto(target[done:])
            if not count:
                raise self._ends_early(self._offset + done)
            done += count
