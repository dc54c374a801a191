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

_MOST_KEPT = 2**21  # numbers, of each room


class _Rooms(threading.local):
    def __init__(self) -> None:
        self.kept: dict[tuple[int, str], Array] = {}


_rooms = _Rooms()


def scratch(number: int, size: Size, dtype: "np.dtype[Any]") -> Array:
    """Return an array with anything in it, good until the same room is asked for again."""
    count = prod(size)
    if count > _MOST_KEPT:
        return np.empty(size, dtype)
    key = number, dtype.char
    room = _rooms.kept.get(key)
    if room is None or len(room) < count:
        room = _rooms.kept[key] = np.empty(count, dtype)
    return room[:count].reshape(size)
