"""The kernel that comes nearest to what an operation did: least squares over all its samples."""

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
    """A grid or a number of samples for which there is no fit; the message says why."""


@dataclass(frozen=True, eq=False)
class FittedFilter:
    """y[m] = weights . x[step m + taps] + constant, over the inner samples of an output.

    `left` is the energy of what it does not explain of them.
    """

    patches: "Patches"
    weights: Array
    constant: float
    left: float

    def energy(self, x: Array) -> float:
        """Return the energy of what the fitted kernel, without its constant, makes of (C, H, W)."""
        parts = (np.einsum("t,tp->p", self.weights, block) for block in self.patches.of(x))
        return sum(energy(part[None]) for part in parts)


@dataclass(frozen=True, eq=False)
class Patches:
    """The pixels under a kernel at each inner sample of an output: what to look at, not values.

    `taps` are those of each axis, in pixels from the pixel `step m` of sample m; they reach half a
    sample beyond the neighbouring samples.
    """

    grids: Grids
    taps: tuple[range, ...]

    @classmethod
    def at(cls, grids: Grids, channels: int) -> "Patches":
        """Return those of `grids`; NoFitError where the samples do not lie on pixels at whole
        distances, or are too few.
        """
        if any(grid.step.denominator != 1 for grid in grids):
            raise NoFitError("its samples do not lie at whole distances")
        found = cls(grids, tuple(map(_reach, grids)))
        rows, columns = (len(_indices(grid)) for grid in grids)
        samples = channels * rows * columns
        if samples < _SAMPLES_PER_TAP * found.count:
            raise NoFitError(f"{samples} samples are too few for a kernel of {found.count} taps")
        return found

    @property
    def count(self) -> int:
        """How many taps the kernel has."""
        down, along = self.taps
        return len(down) * len(along)

    def of(self, x: Array) -> Iterator[Array]:
        """Yield the pixels of (C, H, W), periodic, a block of samples at a time: (taps, samples).

        Blocks bound the memory; the samples come in the order of the array.
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
                found = np.empty((self.count, len(block), len(columns)))
                for tap, (i, j) in zip(found, product(*shifts), strict=True):
                    tap[...] = plane[_slice(block, i), _slice(columns, j)]
                yield found.reshape(self.count, -1)


@dataclass(frozen=True, eq=False)
class NormalEquations:
    """Normal equations of an image (C, H, W) on `patches`: fits of all outputs there share them."""

    patches: Patches
    image: Array
    mean: Array  # of each tap
    matrix: Array  # the products of the taps less their means, summed over the samples
    block: Array | None  # the pixels less a constant, if they are few enough for one block

    @classmethod
    def of(cls, image: Array, grids: Grids) -> "NormalEquations":
        """Return those of outputs at `grids`; NoFitError as for `Patches.at`."""
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
        few = block.shape[1] == count
        return cls(patches, image, mean, matrix, block if few else None)

    def fit(self, y: Array) -> FittedFilter:
        """Fit the kernel that takes the image to the output (C, h, w)."""
        wanted = inner(y).reshape(-1).astype(np.float64)
        middle = float(wanted.mean())
        wanted -= middle
        shared, start = np.zeros(self.patches.count), 0
        for block in self.patches.of(self.image) if self.block is None else [self.block]:
            part = wanted[start : start + block.shape[1]]
            shared += np.einsum("tp,p->t", block, part)
            start += len(part)
        matrix = self.matrix.copy()
        ridge = _RIDGE * np.trace(matrix) / len(matrix) + np.finfo(float).tiny
        matrix[np.diag_indices(len(matrix))] += ridge
        weights = np.linalg.solve(matrix, shared)
        explained = 2 * (weights * shared).sum() - (weights * (self.matrix * weights).sum(1)).sum()
        left = max(0.0, energy(wanted[None]) - float(explained))
        constant = middle - float((self.mean * weights).sum())
        return FittedFilter(self.patches, weights, constant, left)


def inner(y: Array) -> Array:
    """Return the samples away from the borders: an eighth of each side is left out."""
    return y[..., _inner(y.shape[-2]), _inner(y.shape[-1])]


def _inner(n: int) -> slice:
    return slice(n // 8, n - n // 8)


def _indices(grid: Grid) -> range:
    return range(grid.size)[_inner(grid.size)]


def _reach(grid: Grid) -> range:
    reach = grid.step + Fraction(1, 2)
    return range(-int((reach - grid.delta) // 1), int((reach + grid.delta) // 1) + 1)


def _slice(places: range, shift: int) -> slice:
    return slice(places[0] + shift, places[-1] + shift + 1, places.step)
