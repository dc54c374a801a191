"""Planes and bands of rows: what is worked on at a time stays in the cache.

A technique is planned for a size and parameters, and the plan is kept for the next array of that
size: for 256x256 px the plan takes as long as the work.

One thread: two of them, each with bands of its own, took as long or longer for every technique
here (a stack of 256 planes: maxima 19 to 29 ms for 13, means 10 for 7), since numpy's calls are
too short to be worth handing over the interpreter's lock. OpenCV has threads of its own inside.
"""

from collections.abc import Callable

import numpy as np

from sampviz.dsp.dtypes import Array, FastPath
from sampviz.dsp.grid import Size

# Of the larger side, input or output. At 4096x4096 a transposed convolution takes 43 ms, with half
# of it 57; detail-preserving pooling 27, with twice as many 33.
_PIXELS = 2**19


def map_images(function: Callable[[Array, Array], None], size: Size) -> FastPath:
    """Make a function of stacks of planes, or of volumes, of one of planes, or of volumes.

    Parameters
    ----------
    function : callable
        `function(image, out)` writes the result of a plane, or of a volume, to `out`.
    size : tuple of int
        Size of the result: rows and columns, or slices, rows and columns.

    Returns
    -------
    callable
        A function of arrays (..., H, W), or (..., D, H, W).
    """
    axes = len(size)

    def apply(x: Array) -> Array:
        if axes == 3:  # slices are seen as rows of pixels
            x = np.ascontiguousarray(x)
        if x.ndim == axes:
            out = np.empty(size, x.dtype)
            function(x, out)
            return out
        out = np.empty((*x.shape[:-axes], *size), x.dtype)
        for image, out_image in zip(
            x.reshape(-1, *x.shape[-axes:]), out.reshape(-1, *size), strict=True
        ):
            function(image, out_image)
        return out

    return apply


def row_tiles(size_before: Size, size_after: Size, multiple: int = 1) -> list[tuple[int, int]]:
    """Split the rows of a result into bands that fit the cache.

    Parameters
    ----------
    size_before, size_after : tuple of int
        Rows and columns of input and result.
    multiple : int
        A band has a multiple of so many rows, but for the last.

    Returns
    -------
    list of tuple of int
        The first row and the one past the last of each band.
    """
    widest = max(size_before[0] * size_before[1], size_after[0] * size_after[1])
    rows = max(1, size_after[0] * _PIXELS // (widest * multiple)) * multiple
    return [(first, min(first + rows, size_after[0])) for first in range(0, size_after[0], rows)]
