"""Room for what is made on the way, which is used again.

The system hands memory back and forth in pages: the first touch of 4 MB takes .2 to .5 ms, as long
as a filter over 1024x1024 px. So each thread keeps some rooms, a few MB in all; what is larger is
new each time, as every result is.
"""

import threading
from math import prod
from typing import Any

import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.grid import Size

_MOST_KEPT = 5 * 2**18  # numbers, of each room: 5 MB of float32
FLOAT32 = np.dtype(np.float32)


class _Rooms(threading.local):
    def __init__(self) -> None:
        self.kept: dict[tuple[int, str], Array] = {}


_rooms = _Rooms()


def scratch(room: int, size: Size, dtype: "np.dtype[Any]" = FLOAT32) -> Array:
    """Return an array with anything in it, good until the same room is asked for again."""
    count = prod(size)
    if count > _MOST_KEPT:
        return np.empty(size, dtype)
    key = room, dtype.char
    kept = _rooms.kept.get(key)
    if kept is None or len(kept) < count:
        kept = _rooms.kept[key] = np.empty(count, dtype)
    return kept[:count].reshape(size)
