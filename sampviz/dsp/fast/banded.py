"""Any linear operation along axes, as products of small blocks of its matrix with the samples.

The matrix of an axis has its weights near a diagonal. Some rows of it, without the columns that
are 0 in all of them, are a small dense block: 8 outputs of a blur of 4 taps and step 2 come from
18 samples. A product of such a block with thousands of lines of samples at once runs at the speed
of the processor, whatever the number of taps, and numpy's linear algebra has it for float32 and
float64. A slab of planes and a band of rows go through all axes while they are in the cache.

Products stay below 2^18 multiplications: beyond, the linear algebra takes threads, which are slow
to start and give other last digits. 128x128x128: lanczos from 368 to 42 ms.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.finite import finite_or_none
from sampviz.dsp.fast.row_tiles import map_images

_MOST_PRODUCTS = 2**18
_SHORTEST = 4  # samples of an axis; products of vectors take other ways
_BAND = 128  # rows that go through the last axis together
_NUMBERS = 2**17  # of the planes of a stack that go through together
_TURNED = 2**18  # pixels of the largest planes whose columns are turned
_DEPTH, _ROWS = 60, 61  # slots


class _Block(NamedTuple):
    """Some outputs of an axis, the inputs that they come from, and the weights."""

    outputs: slice
    inputs: slice | Array
    weights: Array

    def of(self, x: Array, axis: int) -> Array:
        """Return the inputs: a view, where they lie side by side."""
        return x[(..., self.inputs, *[slice(None)] * (-axis - 1))]


class AxisBlocks(NamedTuple):
    """The matrix of an axis, in blocks of rows.

    Parameters
    ----------
    size : tuple of int
        Number of samples before and after.
    blocks : tuple of _Block
        Its blocks.
    """

    size: tuple[int, int]
    blocks: tuple[_Block, ...]


def axis_blocks(n: int, inputs: Array, weights: Array, rows: int, dtype: DType) -> AxisBlocks:
    """Cut the matrix of an axis into blocks.

    Parameters
    ----------
    n : int
        Number of samples before.
    inputs, weights : Array, shape (outputs, taps)
        From `axis_matrix`.
    rows : int
        Outputs of a block, about.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    AxisBlocks
        The blocks.
    """
    count = len(weights)
    edges = np.linspace(0, count, -(-count // rows) + 1).astype(int).tolist()
    blocks = []
    for begin, end in pairwise(edges):
        part, taps = weights[begin:end], inputs[begin:end]
        row, tap = np.nonzero(part)
        columns = np.unique(taps[row, tap])
        if not len(columns):
            columns = np.zeros(1, np.intp)
        matrix = np.zeros((end - begin, n))
        np.add.at(matrix, (row, taps[row, tap]), part[row, tap])
        low, high = int(columns[0]), int(columns[-1]) + 1
        # Beyond twice as many the gaps cost more than the copy: an edge that wraps.
        is_range = high - low <= 2 * len(columns) + 8
        chosen = slice(low, high) if is_range else columns
        blocks.append(
            _Block(slice(begin, end), chosen, np.ascontiguousarray(matrix[:, chosen], dtype))
        )
    return AxisBlocks((n, count), tuple(blocks))


def banded(axes: Sequence[AxisBlocks], dtype: DType) -> FiniteFastPath | None:
    """Plan the products along two axes, or three.

    Parameters
    ----------
    axes : sequence of AxisBlocks
        The matrix of rows and columns, before them of slices.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable or None
        A function of planes or volumes, which returns None where a value is not finite; None for
        rows and columns of fewer than four samples.
    """
    if min(min(axis.size) for axis in axes[-2:]) < _SHORTEST:
        return None
    *depths, rows, columns = axes
    plane = rows.size[0], columns.size[0]
    bands = list(_bands(rows))

    def through_planes(planes: Array, out: Array) -> None:
        """Write what rows and columns make of (planes, H, W)."""
        for band, blocks in bands:
            target = out[:, band]
            lines = buffer(_ROWS, (len(planes), band.stop - band.start, plane[1]), dtype)
            for block in blocks:
                inside = slice(block.outputs.start - band.start, block.outputs.stop - band.start)
                samples = block.of(planes, -2)
                for part in _parts(plane[1], block.weights.size):
                    np.matmul(block.weights, samples[..., part], out=lines[:, inside, part])
            for block in columns.blocks:
                samples, transposed = block.of(lines, -1), block.weights.T
                for part in _parts(lines.shape[1], block.weights.size):
                    np.matmul(samples[:, part], transposed, out=target[:, part, block.outputs])

    def through_volume(volume: Array, out: Array) -> None:
        flat = volume.reshape(len(volume), -1)
        for block in depths[0].blocks:
            count = block.outputs.stop - block.outputs.start
            slab = buffer(_DEPTH, (count, flat.shape[1]), dtype)
            samples = flat[block.inputs]
            for part in _parts(flat.shape[1], block.weights.size):
                np.matmul(block.weights, samples[:, part], out=slab[:, part])
            through_planes(slab.reshape(count, *plane), out[block.outputs])

    size_after = tuple(axis.size[1] for axis in axes)

    def enlarge(plane: Array, out: Array) -> None:
        """Write what columns and rows make of a plane, both of them as products along rows."""
        turned = buffer(_ROWS, plane.shape[::-1], dtype)
        wide = buffer(_DEPTH, (size_after[1], plane.shape[0]), dtype)
        _multiply(columns, cv2.transpose(plane, turned), wide)
        lines = buffer(_ROWS, wide.shape[::-1], dtype)
        _multiply(rows, cv2.transpose(wide, lines), out)

    if is_turned([axis.size for axis in axes], dtype):
        return finite_or_none(map_images(enlarge, size_after))
    at_once = max(1, _NUMBERS // (size_after[-2] * plane[1]))

    def of_planes(x: Array) -> Array:
        planes = x.reshape(-1, *plane)
        out = np.empty((len(planes), *size_after), dtype)
        for first in range(0, len(planes), at_once):
            some = slice(first, first + at_once)
            through_planes(planes[some], out[some])
        return out.reshape(*x.shape[:-2], *size_after)

    apply = map_images(through_volume, size_after) if depths else of_planes

    def apply_to(x: Array) -> Array:
        with np.errstate(all="ignore"):  # what is not finite is left to the general way
            return apply(x)

    return finite_or_none(apply_to)


def is_turned(sizes: Sequence[tuple[int, int]], dtype: DType) -> bool:
    """Tell whether the columns of planes are turned to rows, as of small ones that become larger.

    Of an interpolation blocks of the matrix that are wide enough to be quick along columns are
    mostly zeros; along rows a third of their size will do. 256x256 px: from 720 to 480 us.

    Parameters
    ----------
    sizes : sequence of (int, int)
        Samples before and after, of each axis.
    dtype : dtype
        float32 or float64, of which it takes as long.

    Returns
    -------
    bool
        Whether they are; blocks of columns are those of rows then.
    """
    is_small = len(sizes) == 2 and sizes[0][0] * sizes[1][0] <= _TURNED
    return is_small and dtype == np.float32 and all(after > n for n, after in sizes)


def _multiply(axis: AxisBlocks, x: Array, out: Array) -> None:
    """Write the products of a matrix with (n, pixels)."""
    for block in axis.blocks:
        samples, target = x[block.inputs], out[block.outputs]
        for part in _parts(x.shape[1], block.weights.size):
            np.matmul(block.weights, samples[:, part], out=target[:, part])


def _bands(rows: AxisBlocks) -> Iterator[tuple[slice, Sequence[_Block]]]:
    """Yield bands of rows, each with its blocks."""
    step = max(1, _BAND // rows.blocks[0].weights.shape[0])
    for first in range(0, len(rows.blocks), step):
        blocks = rows.blocks[first : first + step]
        yield slice(blocks[0].outputs.start, blocks[-1].outputs.stop), blocks


def _parts(count: int, weights: int) -> Iterator[slice]:
    """Split lines of samples so that a product with so many weights stays on one thread."""
    number = -(-count * weights // _MOST_PRODUCTS)
    for i in range(number):
        yield slice(count * i // number, count * (i + 1) // number)
