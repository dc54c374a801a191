"""The kernel that comes nearest to what an operation did: least squares over all its samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.grid import Grid, Grids

_SAMPLES_PER_TAP = 4  # fewer would be explained by chance
_RIDGE = 1e-10  # of the mean square: an image that is constant somewhere has no unique kernel


class NoFitError(ValueError):
    """A grid or a number of samples for which there is no fit; the message says why."""


@dataclass(frozen=True, eq=False)
class Fit:
    """y[m] = weights . x[step m + taps] + constant, over the inner samples of an output."""

    grids: Grids
    taps: tuple[range, ...]  # of each axis, in pixels from step m
    weights: Array
    constant: float

    def __call__(self, x: Array) -> Array:
        """Return what the fitted kernel makes of (C, H, W), on the inner samples, flat."""
        return np.asarray(_columns(x, self.grids, self.taps) @ self.weights)


def fit(x: Array, y: Array, grids: Grids) -> Fit:
    """Fit a kernel that takes (C, H, W) to (C, h, w), whose samples lie at `grids`.

    Its taps reach half a sample beyond the neighbouring samples. NoFitError where the samples
    do not lie on pixels at whole distances, or are too few.
    """
    if any(grid.step.denominator != 1 for grid in grids):
        raise NoFitError("its samples do not lie at whole distances")
    taps = tuple(_reach(grid) for grid in grids)
    wanted = inner(y).reshape(-1).astype(np.float64)
    count = len(taps[0]) * len(taps[1])
    if wanted.size < _SAMPLES_PER_TAP * count:
        raise NoFitError(f"{wanted.size} samples are too few for a kernel of {count} taps")
    columns = _columns(x, grids, taps)
    middle, mean = columns.mean(axis=0), wanted.mean()
    columns = columns - middle
    # einsum, not @: the same sums whatever the number of threads of a BLAS.
    normal = np.einsum("pi,pj->ij", columns, columns)
    normal[np.diag_indices(count)] += _RIDGE * np.trace(normal) / count + np.finfo(float).tiny
    weights = np.linalg.solve(normal, np.einsum("pi,p->i", columns, wanted - mean))
    return Fit(grids, taps, weights, float(mean - (middle * weights).sum()))


def inner(y: Array) -> Array:
    """Return the samples away from the borders: an eighth of each side is left out."""
    return y[..., _inner(y.shape[-2]), _inner(y.shape[-1])]


def _inner(n: int) -> slice:
    return slice(n // 8, n - n // 8)


def _reach(grid: Grid) -> range:
    reach = grid.step + Fraction(1, 2)
    return range(-int((reach - grid.delta) // 1), int((reach + grid.delta) // 1) + 1)


def _columns(x: Array, grids: Grids, taps: Sequence[range]) -> Array:
    """Return, for each inner sample, the pixels under the kernel: (samples, taps)."""
    rows, columns = (np.arange(grid.size)[_inner(grid.size)] * int(grid.step) for grid in grids)
    h, w = x.shape[-2:]
    found = [
        x[..., ((rows + i) % h)[:, None], (columns + j) % w].reshape(-1) for i, j in product(*taps)
    ]
    return np.stack(found, axis=1).astype(np.float64)
