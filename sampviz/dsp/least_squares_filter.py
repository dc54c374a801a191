"""The linear filter nearest to an operation: least squares over the samples of its output."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import product
from math import prod

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.energy import energy
from sampviz.dsp.grid import Grid, Grids, Size

_SAMPLES_PER_TAP = 4  # fewer would be explained by chance
# Of volumes:
_MOST_TAPS = 1331  # the matrix of more takes too long
_ENOUGH, _ENOUGH_PER_TAP = 2**17, 128  # samples: of more a part is taken
_RIDGE = 1e-10  # of the mean square: an image that is constant somewhere has no unique kernel
_AT_ONCE = 2**21  # numbers of the matrix of pixels: 16 MB


class NoFitError(ValueError):
    """Raised for a grid or a number of samples that allows no fit; the message says why."""


@dataclass(frozen=True, eq=False)
class FittedFilter:
    """A filter y[m] = weights . x[step m + taps] + constant, fitted to an output.

    Parameters
    ----------
    patches : Patches
        Where its taps lie.
    weights : Array, shape (taps,)
        Weight of each tap.
    constant : float
        The value that is added.
    left : float
        Energy of the inner samples that are taken of the output that the filter does not explain.
    """

    patches: "Patches"
    weights: Array
    constant: float
    left: float

    def energy(self, x: Array) -> float:
        """Return the energy of the filtered image, without the constant.

        Parameters
        ----------
        x : Array, shape (C, H, W) or (C, D, H, W)
            An image of the size of the one that was fitted.

        Returns
        -------
        float
            The sum of squares over the inner samples that are taken.
        """
        parts = (np.einsum("t,tp->p", self.weights, block) for block in self.patches.of(x))
        return sum(energy(part[None]) for part in parts)


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
            The pixels of a block, float64.
        """
        inner_size = tuple(len(_indices(grid)) for grid in self.grids)
        total, columns = prod(inner_size), inner_size[-1]
        at_once = max(1, _AT_ONCE // (self.count * columns)) * columns
        for channel, image in enumerate(x.reshape(len(x), -1)):
            for start in range(0, total, at_once):
                first = -(channel * total + start) % self.every
                numbers = np.arange(start + first, min(start + at_once, total), self.every)
                yield self._block(image, np.unravel_index(numbers, inner_size))

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


@dataclass(frozen=True, eq=False)
class NormalEquations:
    """The normal equations of an image on patches, which the fits of all outputs there share.

    Parameters
    ----------
    patches : Patches
        Positions under the kernel.
    image : Array, shape (C, H, W) or (C, D, H, W)
        The input.
    mean : Array, shape (taps,)
        Mean of each tap over the samples.
    matrix : Array, shape (taps, taps)
        Products of the taps less their means, summed over the samples.
    block : Array or None
        The pixels less a constant, if they are few enough for one block.
    """

    patches: Patches
    image: Array
    mean: Array
    matrix: Array
    block: Array | None

    @classmethod
    def of(cls, image: Array, grids: Grids) -> "NormalEquations":
        """Set up the equations of an image.

        Parameters
        ----------
        image : Array, shape (C, H, W) or (C, D, H, W)
            The input.
        grids : tuple of Grid
            Positions of the samples of the outputs.

        Returns
        -------
        NormalEquations
            The equations.

        Raises
        ------
        NoFitError
            As `Patches.at`.
        """
        from cv2 import CV_64F, mulTransposed

        patches = Patches.at(image.shape[1:], grids, len(image))
        centre = float(image.mean(dtype=np.float64))  # nearly that of each tap: no digits are lost
        sums, count = np.zeros(patches.count), 0
        matrix = np.zeros((patches.count, patches.count))
        for block in patches.of(image):
            block -= centre
            sums += block.sum(axis=1)
            count += block.shape[1]
            # By OpenCV, not @: the same sums whatever the number of threads of a BLAS; 3.6 ms for
            # 36 taps of 192x192 samples, which take numpy's einsum 13.
            matrix += mulTransposed(block, False, dtype=CV_64F)
        matrix -= np.outer(sums, sums) / count
        mean = centre + sums / count
        fits_one_block = block.shape[1] == count
        return cls(patches, image, mean, matrix, block if fits_one_block else None)

    def fit(self, y: Array) -> FittedFilter:
        """Fit the filter that takes the image to an output.

        Parameters
        ----------
        y : Array, shape (C, h, w) or (C, d, h, w)
            The output.

        Returns
        -------
        FittedFilter
            The filter.
        """
        target = self.patches.chosen(y).astype(np.float64)
        level = float(target.mean())
        target -= level
        products, start = np.zeros(self.patches.count), 0
        for block in self.patches.of(self.image) if self.block is None else [self.block]:
            target_block = target[start : start + block.shape[1]]
            products += np.einsum("tp,p->t", block, target_block)
            start += len(target_block)
        matrix = self.matrix.copy()
        ridge = _RIDGE * np.trace(matrix) / len(matrix) + np.finfo(float).tiny
        matrix[np.diag_indices(len(matrix))] += ridge
        weights = np.linalg.solve(matrix, products)
        explained = (
            2 * (weights * products).sum() - (weights * (self.matrix * weights).sum(1)).sum()
        )
        left = max(0.0, energy(target[None]) - float(explained))
        constant = level - float((self.mean * weights).sum())
        return FittedFilter(self.patches, weights, constant, left)


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
