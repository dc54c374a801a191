"""Energies: sums of squares, in double precision whatever the array holds.

OpenCV sums float32 in double precision without a copy: 65 536 numbers take 5 us, and numpy's
sum(x**2, dtype=float64) 25.
"""

import numpy as np

from sampviz.dsp.dtypes import Array


def energy(x: Array) -> float:
    """Return the sum of |x|^2 of an array of floats or complex numbers with rows and columns."""
    from cv2 import NORM_L2SQR, norm

    return sum(norm(plane, NORM_L2SQR) for plane in _planes(x))


def energy_between(x: Array, y: Array) -> float:
    """Return the sum of |x - y|^2 of two such arrays of one shape, without their difference."""
    if x.dtype != y.dtype:
        return energy(x - y)
    from cv2 import NORM_L2SQR, norm

    pairs = zip(_planes(x), _planes(y), strict=True)
    return sum(norm(a, b, NORM_L2SQR) for a, b in pairs)


def variation(x: Array) -> float:
    """Return the sum of |x - mean|^2, the mean of each plane of (.., H, W)."""
    return energy(without_mean(x))


def without_mean(x: Array) -> Array:
    """Return the planes of (.., H, W), each less its mean."""
    return np.asarray(x - x.mean(axis=(-2, -1), keepdims=True))


def _planes(x: Array) -> Array:
    """Return the same numbers as real planes (N, H, W), with rows in one piece."""
    if x.strides[-1] != x.itemsize:
        x = np.ascontiguousarray(x)
    if x.dtype.kind == "c":
        x = x.view(x.real.dtype)
    return x.reshape(-1, *x.shape[-2:])
