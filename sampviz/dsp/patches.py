"""The pixels under a kernel at the samples of an output, away from the borders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from math import prod

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.grid import Grid, Grids, Size

_SAMPLES_PER_TAP = 4  # fewer would be explained by chance
# Of volumes:
_MOST_TAPS = 1331  # the matrix of more takes too long
_ENOUGH, _ENOUGH_PER_TAP = 2**17, 128  # samples: of more a part is taken
_AT_ONCE = 2**21  # numbers of the matrix of pixels: 16 MB
# The same of planes, in memory that is used again: to touch 10 MB first takes longer than all else.
_IN_CACHE = 2**18
_BLOCK = 70  # slot


class NoFitError(ValueError):
    """Raised for a grid or a number of samples that allows no fit; the message says why."""


@dataclass(frozen=True, eq=False)
class Patches:
    """The positions under a kernel at inner samples of an output.

    Parameters
    ----------
    size : tuple of int
        Of the image, (slices,) rows and columns.
    grids : tuple of Grid
        Positions of the samples of the output.
    taps : tuple of range
        Taps along each axis, in pixels from the pixel `step m` of sample m; they reach half a
        sample beyond the neighbouring samples.
    every : int
        Of so many samples one is taken, in the order of the array.
    """

    size: Size
    grids: Grids
    taps: tuple[range, ...]
    every: int = 1

    @classmethod
    def at(cls, size: Size, grids: Grids, channels: int) -> "Patches":
        """Return the patches at the samples of an output.

        Parameters
        ----------
        size : tuple of int
            Of the image, (slices,) rows and columns.
        grids : tuple of Grid
            Positions of the samples along each axis.
        channels : int
            Number of channels.

        Returns
        -------
        Patches
            The positions; of many samples of a volume a part.

        Raises
        ------
        NoFitError
            If the samples do not lie at whole distances, are too few, or too far apart.
        """
        if any(grid.step.denominator != 1 for grid in grids):
            raise NoFitError("its samples do not lie at whole distances")
        taps = tuple(map(_tap_range, grids, size))
        count = prod(map(len, taps))
        if len(size) > 2 and count > _MOST_TAPS:
            raise NoFitError(f"a kernel of {count} taps is too large; the most is {_MOST_TAPS}")
        samples = channels * prod(len(_indices(grid)) for grid in grids)
        if samples < _SAMPLES_PER_TAP * count:
            raise NoFitError(f"{samples} samples are too few for a kernel of {count} taps")
        every = min(-(-samples // _ENOUGH), samples // (_ENOUGH_PER_TAP * count))
        return cls(size, grids, taps, max(1, every) if len(size) > 2 else 1)

    @property
    def count(self) -> int:
        """How many taps the kernel has."""
        return prod(map(len, self.taps))

    def chosen(self, y: Array) -> Array:
        """Return the inner samples of an output that are taken, one after the other.

        Parameters
        ----------
        y : Array, shape (C, h, w) or (C, d, h, w)
            The output.

        Returns
        -------
        Array, shape (samples,)
            Some or all of `inner`.
        """
        return inner(y, len(self.size)).reshape(-1)[:: self.every]

    def of(self, x: Array) -> Iterator[Array]:
        """Yield the pixels under the kernel, a block of samples at a time.

        Blocks bound the memory; the samples come in the order of the array.

        Parameters
        ----------
        x : Array, shape (C, H, W) or (C, D, H, W)
            An image, taken as periodic.

        Yields
        ------
        Array, shape (taps, samples)
            The pixels of a block, float64; of planes valid until the next one.
        """
        inner_size = tuple(len(_indices(grid)) for grid in self.grids)
        total, columns = prod(inner_size), inner_size[-1]
        if len(self.size) == 2:
            at_once = max(1, _IN_CACHE // (self.count * columns))
            for plane in x:
                for row in range(0, inner_size[0], at_once):
                    yield self._block_of_rows(plane, slice(row, row + at_once))
            return
        at_once = max(1, _AT_ONCE // (self.count * columns)) * columns
        for channel, image in enumerate(x.reshape(len(x), -1)):
            for start in range(0, total, at_once):
                first = -(channel * total + start) % self.every
                numbers = np.arange(start + first, min(start + at_once, total), self.every)
                yield self._block(image, np.unravel_index(numbers, inner_size))

    def _block_of_rows(self, plane: Array, some: slice) -> Array:
        """Return the pixels under the kernel at the inner samples of some rows of a plane."""
        (down, across), (row_taps, column_taps) = self.grids, self.taps
        rows, step = _indices(down)[some], int(down.step)
        first = step * rows[0] + row_taps[0]
        seen = np.arange(first, step * rows[-1] + row_taps[-1] + 1) % self.size[0]
        band = plane.take(seen, axis=0)
        columns = int(across.step) * np.array(_indices(across))
        shape = len(row_taps), len(column_taps), len(rows), len(columns)
        block = buffer(_BLOCK, shape, np.dtype(np.float64))
        for j, tap in enumerate(column_taps):
            under = band.take((columns + tap) % self.size[1], axis=1)
            for i in range(len(row_taps)):
                block[i, j] = under[i : i + step * (len(rows) - 1) + 1 : step]
        return block.reshape(self.count, -1)

    def _block(self, image: Array, indices: Sequence[Array]) -> Array:
        """Return the pixels under the kernel at inner samples of these indices along each axis."""
        offsets = []  # in the flat image, of each tap along an axis: an array of the samples
        stride = prod(self.size)
        for n, grid, taps, index in zip(self.size, self.grids, self.taps, indices, strict=True):
            stride //= n
            pixels = int(grid.step) * (_indices(grid)[0] + index)
            offsets.append([(pixels + tap) % n * stride for tap in taps])
        block = np.empty((self.count, len(indices[0])))
        *of_others, of_columns = offsets
        rows = iter(block)
        for of_axes in product(*of_others):
            start = reduce(np.add, of_axes)
            for column in of_columns:
                next(rows)[...] = image.take(start + column)
        return block


def inner(y: Array, axes: int = 2) -> Array:
    """Return the samples away from the borders: an eighth of each side is left out.

    Parameters
    ----------
    y : Array, shape (..., H, W) or (..., D, H, W)
        Numbers.
    axes : {2, 3}
        Number of last axes with borders.

    Returns
    -------
    Array
        A view of the inner samples; of fewer than 8 along an axis none is left out.
    """
    whole = [slice(None)] * (y.ndim - axes)
    return y[*whole, *map(_inner_range, y.shape[-axes:])]


def _inner_range(n: int) -> slice:
    return slice(n // 8, n - n // 8)


def _indices(grid: Grid) -> range:
    return range(grid.size)[_inner_range(grid.size)]


def _tap_range(grid: Grid, n: int) -> range:
    """Return the taps within a sample and a half, each of n pixels once at most."""
    reach = grid.step + Fraction(1, 2)
    taps = range(-int((reach - grid.delta) // 1), int((reach + grid.delta) // 1) + 1)
    return taps[:n]
