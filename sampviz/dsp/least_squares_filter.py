"""The linear filter nearest to an operation: least squares over the samples of its output."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.energy import energy
from sampviz.dsp.grid import Grid, Grids
from sampviz.dsp.sliding_window import pad

_SAMPLES_PER_TAP = 4  # fewer would be explained by chance
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
        Energy of the inner samples of the output that the filter does not explain.
    """

    patches: "Patches"
    weights: Array
    constant: float
    left: float

    def energy(self, x: Array) -> float:
        """Return the energy of the filtered image, without the constant.

        Parameters
        ----------
        x : Array, shape (C, H, W)
            An image of the size of the one that was fitted.

        Returns
        -------
        float
            The sum of squares over the inner samples.
        """
        parts = (np.einsum("t,tp->p", self.weights, block) for block in self.patches.of(x))
        return sum(energy(part[None]) for part in parts)


@dataclass(frozen=True, eq=False)
class Patches:
    """The positions under a kernel at each inner sample of an output.

    Parameters
    ----------
    grids : tuple of Grid
        Positions of the samples of the output.
    taps : tuple of range
        Taps along rows and columns, in pixels from the pixel `step m` of sample m; they reach half
        a sample beyond the neighbouring samples.
    """

    grids: Grids
    taps: tuple[range, ...]

    @classmethod
    def at(cls, grids: Grids, channels: int) -> "Patches":
        """Return the patches at the samples of an output.

        Parameters
        ----------
        grids : tuple of Grid
            Positions of the samples along rows and columns.
        channels : int
            Number of channels.

        Returns
        -------
        Patches
            The positions.

        Raises
        ------
        NoFitError
            If the samples do not lie at whole distances, or are too few.
        """
        if any(grid.step.denominator != 1 for grid in grids):
            raise NoFitError("its samples do not lie at whole distances")
        patches = cls(grids, tuple(map(_tap_range, grids)))
        rows, columns = (len(_indices(grid)) for grid in grids)
        samples = channels * rows * columns
        if samples < _SAMPLES_PER_TAP * patches.count:
            raise NoFitError(f"{samples} samples are too few for a kernel of {patches.count} taps")
        return patches

    @property
    def count(self) -> int:
        """How many taps the kernel has."""
        down, along = self.taps
        return len(down) * len(along)

    def of(self, x: Array) -> Iterator[Array]:
        """Yield the pixels under the kernel, a block of samples at a time.

        Blocks bound the memory; the samples come in the order of the array.

        Parameters
        ----------
        x : Array, shape (C, H, W)
            An image, taken as periodic.

        Yields
        ------
        Array, shape (taps, samples)
            The pixels of a block, float64.
        """
        shifts, starts = [], []
        for axis, grid, taps in zip((-2, -1), self.grids, self.taps, strict=True):
            indices, step = _indices(grid), int(grid.step)
            first, last = step * indices[0] + taps[0], step * indices[-1] + taps[-1]
            before, after = max(0, -first), max(0, last + 1 - x.shape[axis])
            x = pad(x, axis, before, after, "wrap")
            starts.append(range(first + before, first + before + step * len(indices), step))
            shifts.append(range(len(taps)))
        rows, columns = starts
        height = max(1, _AT_ONCE // (self.count * len(columns)))
        for plane in x:
            for top in range(0, len(rows), height):
                block = rows[top : top + height]
                patch = np.empty((self.count, len(block), len(columns)))
                for tap, (i, j) in zip(patch, product(*shifts), strict=True):
                    tap[...] = plane[_slice(block, i), _slice(columns, j)]
                yield patch.reshape(self.count, -1)


@dataclass(frozen=True, eq=False)
class NormalEquations:
    """The normal equations of an image on patches, which the fits of all outputs there share.

    Parameters
    ----------
    patches : Patches
        Positions under the kernel.
    image : Array, shape (C, H, W)
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
    mean: Array  # of each tap
    matrix: Array  # the products of the taps less their means, summed over the samples
    block: Array | None  # the pixels less a constant, if they are few enough for one block

    @classmethod
    def of(cls, image: Array, grids: Grids) -> "NormalEquations":
        """Set up the equations of an image.

        Parameters
        ----------
        image : Array, shape (C, H, W)
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

        patches = Patches.at(grids, len(image))
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
        y : Array, shape (C, h, w)
            The output.

        Returns
        -------
        FittedFilter
            The filter.
        """
        target = inner(y).reshape(-1).astype(np.float64)
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


def inner(y: Array) -> Array:
    """Return the samples away from the borders: an eighth of each side is left out.

    Parameters
    ----------
    y : Array, shape (..., H, W)
        Numbers.

    Returns
    -------
    Array
        A view of the inner rows and columns.
    """
    return y[..., _inner_range(y.shape[-2]), _inner_range(y.shape[-1])]


def _inner_range(n: int) -> slice:
    return slice(n // 8, n - n // 8)


def _indices(grid: Grid) -> range:
    return range(grid.size)[_inner_range(grid.size)]


def _tap_range(grid: Grid) -> range:
    reach = grid.step + Fraction(1, 2)
    return range(-int((reach - grid.delta) // 1), int((reach + grid.delta) // 1) + 1)


def _slice(positions: range, shift: int) -> slice:
    return slice(positions[0] + shift, positions[-1] + shift + 1, positions.step)
