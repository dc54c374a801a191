"""Variance and maximum inside a box around every sample."""

import numpy as np

from sampviz.dsp.dtypes import Array

_SIDE = 5  # samples


def box_variance(plane: Array, side: int = _SIDE) -> Array:
    """Return the variance of the samples in a box around each sample.

    Parameters
    ----------
    plane : ndarray
        (H, W), real.
    side : int
        Samples of the box along an axis; an axis that is shorter has boxes of all its samples.

    Returns
    -------
    ndarray of float64
        (H, W), 0 or more. Beyond the edges the samples of the edge are repeated.

    Examples
    --------
    >>> float(box_variance(np.array([[0.0, 0.0, 3.0]]), 3)[0, 1])
    2.0
    """
    from cv2 import BORDER_REPLICATE, blur

    height, width = plane.shape
    box = min(side, width), min(side, height)
    values = np.asarray(plane, np.float64)
    values = values - values.mean()  # or the squares would lose the digits that count
    mean = blur(values, box, borderType=BORDER_REPLICATE)
    mean_square = blur(values * values, box, borderType=BORDER_REPLICATE)
    return np.asarray(np.maximum(mean_square - mean * mean, 0))


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
