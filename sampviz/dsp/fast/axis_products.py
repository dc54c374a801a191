"""Products of a volume with a matrix along each axis, where every output comes from all inputs.

Crops of the spectrum are such products, and up to some hundred samples a product takes no longer
than the transforms: 128x128x128, half of each axis: from 75 to 4 ms. Columns come first, whose
samples lie side by side, then slices, both for some rows at a time, then rows: the larger part of
the work is done on what is in the cache.

Each product stays below 2^18 multiplications: beyond, the linear algebra takes threads, which are
slow to start and give other last digits.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.finite import finite_or_none
from sampviz.dsp.fast.row_tiles import map_images
from sampviz.dsp.grid import Size

_LONGEST = 224  # samples of an axis; beyond, transforms are faster
_MOST_PRODUCTS = 2**18
_MOST_NUMBERS = 2**18  # of some rows of all slices
_COLUMNS, _SLICES = 62, 63  # slots
_APART = 16  # rows of 2^n bytes share cache lines where one reads across them


def axis_products(
    functions: Sequence[Callable[[Array], Array]], size: Size, dtype: DType
) -> FiniteFastPath | None:
    """Plan linear functions along three axes.

    Parameters
    ----------
    functions : sequence of callable
        What is done along slices, rows and columns: a linear function of float64 arrays along
        their last axis.
    size : tuple of int
        Slices, rows and columns.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable or None
        A function of volumes, which returns None where a value is not finite; None for long axes.
    """
    if max(size) > _LONGEST:
        return None
    ones = [function(np.eye(n)) for function, n in zip(functions, size, strict=True)]
    depth, rows, _ = (np.ascontiguousarray(matrix.T, dtype) for matrix in ones)
    (d, slices), (h, height), (width, w) = depth.shape, rows.shape, ones[2].shape
    # Half of the columns at a time: what is kept in between is then as large as the result.
    groups = [slice(0, w // 2), slice(w // 2, w)] if w > 1 else [slice(0, w)]
    to_columns = [np.ascontiguousarray(ones[2][:, group], dtype) for group in groups]
    widest = w - w // 2
    most = min(_MOST_NUMBERS, d * h * w * 3 // 4)
    at_once = max(1, min(most // (slices * widest), height))

    def multiply_group(volume: Array, matrix: Array, out: Array) -> None:
        count = matrix.shape[1]
        half = buffer(_SLICES, (d, height, count), dtype)
        for begin in range(0, height, at_once):
            end = min(begin + at_once, height)
            pitch = (end - begin) * count
            few = buffer(_COLUMNS, (slices, pitch + _APART), dtype)[:, :pitch]
            few = few.reshape(slices, end - begin, count)
            lines = volume[:, begin:end]
            for part in _parts(end - begin, width * count):
                np.matmul(lines[:, part], matrix, few[:, part])
            across, target = few.transpose(1, 0, 2), half.transpose(1, 0, 2)[begin:end]
            for part in _parts(d, slices * count):
                np.matmul(depth[part], across, target[:, part])
        for part in _parts(h, height * count):
            np.matmul(rows[part], half, out[:, part])

    def multiply(volume: Array, out: Array) -> None:
        for group, matrix in zip(groups, to_columns, strict=True):
            multiply_group(volume, matrix, out[:, :, group])

    apply = map_images(multiply, (d, h, w))

    def apply_to(x: Array) -> Array:
        with np.errstate(all="ignore"):  # what is not finite is left to the general way
            return apply(np.ascontiguousarray(x))

    return finite_or_none(apply_to)


def _parts(count: int, products_of_each: int) -> Iterator[slice]:
    """Split lines so that a product of some of them stays on one thread."""
    number = min(count, -(-count * products_of_each // _MOST_PRODUCTS))
    for i in range(number):
        yield slice(count * i // number, count * (i + 1) // number)
