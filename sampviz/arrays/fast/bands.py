"""Planes and bands of rows: what is worked on at a time stays in the cache.

One thread: two of them, each with bands of its own, took as long or longer for every technique
here (a stack of 256 planes: maxima 19 to 29 ms for 13, means 10 for 7), since numpy's calls are
too short to be worth handing over the interpreter's lock. OpenCV has threads of its own inside.
"""

from collections.abc import Callable

import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.grid import Size

# Of the larger side, input or output. At 4096x4096 maxima take 7.6 ms; of the whole 11.
_PIXELS = 2**18


def by_planes(kernel: Callable[[Array, Array], None], x: Array, size: Size) -> Array:
    """Return an array of planes of `size`, each written by `kernel(plane, out)`."""
    out = np.empty((*x.shape[:-2], *size), x.dtype)
    for plane, made in zip(x.reshape(-1, *x.shape[-2:]), out.reshape(-1, *size), strict=True):
        kernel(plane, made)
    return out


def by_bands(
    kernel: Callable[[Array, Array, int], None], x: Array, size: Size, multiple: int = 1
) -> Array:
    """Return the same of `kernel(plane, out, first)`: out are the rows from `first` on.

    A band has a multiple of so many rows, but for the last.
    """
    widest = max(x.shape[-2] * x.shape[-1], size[0] * size[1])
    rows = max(1, size[0] * _PIXELS // (widest * multiple)) * multiple

    def work(plane: Array, out: Array) -> None:
        for first in range(0, size[0], rows):
            kernel(plane, out[first : first + rows], first)

    return by_planes(work, x, size)
