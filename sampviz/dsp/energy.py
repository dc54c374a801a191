"""Energies: sums of squares, in double precision whatever the array holds.

OpenCV sums float32 in double precision without a copy: 65 536 numbers take 5 us, and numpy's
sum(x**2, dtype=float64) 25.
"""

import numpy as np

from sampviz.dsp.dtypes import Array


def energy(x: Array) -> float:
    """Return the sum of squared magnitudes.

    Parameters
    ----------
    x : Array, shape (..., H, W)
        Floating point or complex numbers.

    Returns
    -------
    float
        The sum of abs(x)**2 over all elements, accumulated in float64.

    Examples
    --------
    >>> energy(np.array([[3.0, 4.0]], np.float32))
    25.0
    """
    from cv2 import NORM_L2SQR, norm

    return sum(norm(plane, NORM_L2SQR) for plane in _planes(x))


def energy_between(x: Array, y: Array) -> float:
    """Return the sum of squared differences, without an array of the differences.

    Parameters
    ----------
    x, y : Array, shape (..., H, W)
        Two arrays of one shape.

    Returns
    -------
    float
        The sum of abs(x - y)**2.
    """
    if x.dtype != y.dtype:
        return energy(x - y)
    from cv2 import NORM_L2SQR, norm

    pairs = zip(_planes(x), _planes(y), strict=True)
    return sum(norm(a, b, NORM_L2SQR) for a, b in pairs)


def variation(x: Array) -> float:
    """Return the sum of squared deviations from the mean of each plane.

    Parameters
    ----------
    x : Array, shape (..., H, W)
        Floating point or complex numbers.

    Returns
    -------
    float
        The sum of abs(x - mean)**2.
    """
    return energy(without_mean(x))


def without_mean(x: Array) -> Array:
    """Subtract the mean of each plane.

    Parameters
    ----------
    x : Array, shape (..., H, W)
        Floating point or complex numbers.

    Returns
    -------
    Array, shape (..., H, W)
        The planes, each with mean 0.
    """
    return np.asarray(x - x.mean(axis=(-2, -1), keepdims=True))


def _planes(x: Array) -> Array:
    """View the numbers as real planes (N, H, W) whose rows are contiguous."""
    if x.strides[-1] != x.itemsize:
        x = np.ascontiguousarray(x)
    if x.dtype.kind == "c":
        x = x.view(x.real.dtype)
    return x.reshape(-1, *x.shape[-2:])
