"""The linear filter nearest to an operation: least squares over the samples of its output."""

from dataclasses import dataclass

import numpy as np

from sampviz.core.blas_threads import one_blas_thread
from sampviz.dsp.dtypes import Array
from sampviz.dsp.energy import energy
from sampviz.dsp.grid import Grids
from sampviz.dsp.patches import Patches

_RIDGE = 1e-10  # of the mean square: an image that is constant somewhere has no unique kernel


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

    patches: Patches
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
    centre : float
        A constant that is nearly the mean of each tap, so that no digits are lost.
    """

    patches: Patches
    image: Array
    mean: Array
    matrix: Array
    centre: float

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
        patches = Patches.at(image.shape[1:], grids, len(image))
        centre = float(image.mean(dtype=np.float64))
        sums, count = np.zeros(patches.count), 0
        matrix = np.zeros((patches.count, patches.count))
        for block in patches.of(image):
            block -= centre
            sums += block.sum(axis=1)
            count += block.shape[1]
            matrix += _times_transposed(block)
        matrix -= np.outer(sums, sums) / count
        mean = centre + sums / count
        return cls(patches, image, mean, matrix, centre)

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
        for block in self.patches.of(self.image):
            block -= self.centre
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


def _times_transposed(block: Array) -> Array:
    """Return block @ block.T, the same sums whatever the number of threads of a BLAS.

    36 taps of 192x192 samples take 2 ms, by OpenCV 15.
    """
    if one_thread := one_blas_thread():
        with one_thread:
            return np.asarray(block @ block.T)
    from cv2 import CV_64F, mulTransposed

    return np.asarray(mulTransposed(block, False, dtype=CV_64F))
