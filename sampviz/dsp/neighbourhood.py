"""Variance and maximum inside a box around every sample."""

from collections.abc import Sequence

import numpy as np

from sampviz.dsp.dtypes import Array

_SIDE = 5  # samples


def box_variance(x: Array, side: int = _SIDE) -> Array:
    """Return the variance of the samples in a box around each sample.

    Parameters
    ----------
    x : ndarray
        (H, W) or (D, H, W), real.
    side : int
        Samples of the box along an axis; an axis that is shorter has boxes of all its samples.

    Returns
    -------
    ndarray of float64
        Of the shape of `x`, 0 or more. Beyond the edges the samples of the edge are repeated.

    Examples
    --------
    >>> float(box_variance(np.array([[0.0, 0.0, 3.0]]), 3)[0, 1])
    2.0
    """
    values = np.asarray(x, np.float64)
    values = values - values.mean()  # or the squares would lose the digits that count
    box = [min(side, n) for n in x.shape]
    mean, mean_square = _box_mean(values, box), _box_mean(values * values, box)
    return np.asarray(np.maximum(mean_square - mean * mean, 0))


def _box_mean(x: Array, box: Sequence[int]) -> Array:
    """Return the mean of the samples in a box around each sample."""
    if x.ndim > 2:
        from scipy.ndimage import uniform_filter

        return np.asarray(uniform_filter(x, box, mode="nearest"))
    from cv2 import BORDER_REPLICATE, blur

    return np.asarray(blur(x, box[::-1], borderType=BORDER_REPLICATE))


def maximum_around(plane: Array, reach: int) -> Array:
    """Return the largest value in the square around each sample.

    Parameters
    ----------
    plane : ndarray
        (H, W), real.
    reach : int
        Samples from the middle of the square to its edge.

    Returns
    -------
    ndarray of float64
        (H, W).

    Examples
    --------
    >>> maximum_around(np.array([[0.0, 0.0, 3.0]]), 1).tolist()
    [[0.0, 3.0, 3.0]]
    """
    from cv2 import dilate

    square = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return np.asarray(dilate(np.asarray(plane, np.float64), square))
