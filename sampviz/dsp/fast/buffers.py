"""Thread-local work buffers, reused between calls.

The system allocates memory in pages: the first touch of 4 MB takes .2 to .5 ms, as long as a
filter over 1024x1024 px. So each thread keeps some slots, 26 MB in all where planes of that size
go through every operation. What is larger is new each time, as every result is.
"""

import threading
from math import prod
from typing import Any

import numpy as np

from sampviz.core.bounded_cache import register
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Size

_MOST_KEPT = 5 * 2**18  # numbers of each slot: 5 MB of float32
_MOST_VIEWS = 256
FLOAT32 = np.dtype(np.float32)


class _ThreadBuffers:
    """The arrays of a thread, and the views of them."""

    def __init__(self) -> None:
        self.arrays: dict[tuple[int, str], Array] = {}
        self.views: dict[tuple[int, Size, np.dtype[Any]], Array] = {}
        register(self)

    def clear(self) -> None:
        """Let go of them; who works in one keeps it until it is done."""
        self.views.clear()
        self.arrays.clear()


class _Slots(threading.local):
    def __init__(self) -> None:
        self.buffers = _ThreadBuffers()
        self.views = self.buffers.views


_slots = _Slots()


def buffer(slot: int, size: Size, dtype: "np.dtype[Any]" = FLOAT32) -> Array:
    """Return an uninitialised array, valid until the same slot is asked for again in this thread.

    Parameters
    ----------
    slot : int
        Number of the slot; arrays that are in use together need slots of their own.
    size : tuple of int
        Shape.
    dtype : dtype
        Type of number.

    Returns
    -------
    Array
        A contiguous array of that shape.
    """
    view = _slots.views.get((slot, size, dtype))
    return _allocate(slot, size, dtype) if view is None else view


def _allocate(slot: int, size: Size, dtype: "np.dtype[Any]") -> Array:
    count = prod(size)
    if count > _MOST_KEPT:
        return np.empty(size, dtype)
    array = _slots.buffers.arrays.get((slot, dtype.char))
    if array is None or len(array) < count or len(_slots.views) >= _MOST_VIEWS:
        _slots.views.clear()  # they would keep a slot that is too small
    if array is None or len(array) < count:
        array = None  # its memory may be taken for the new one
        _slots.buffers.arrays.pop((slot, dtype.char), None)
        array = _slots.buffers.arrays[slot, dtype.char] = np.empty(count, dtype)
    view = _slots.views[slot, size, dtype] = array[:count].reshape(size)
    return view
