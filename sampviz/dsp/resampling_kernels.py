"""Kernels of resampling: the weight of a sample by its distance."""

from collections.abc import Callable

import numpy as np

from sampviz.dsp.dtypes import Array

TORCH_CUBIC, PILLOW_CUBIC = -0.75, -0.5  # the parameter a of the cubic


def cubic(t: Array, a: float) -> Array:
    """Return the cubic convolution kernel of Keys.

    Parameters
    ----------
    t : Array
        Distances in samples.
    a : float
        The parameter: -0.75 in torch and OpenCV, -0.5 in Pillow.

    Returns
    -------
    Array
        Weights; 0 beyond 2 samples.
    """
    t = np.abs(t)
    inner_value = ((a + 2) * t - (a + 3)) * t**2 + 1
    outer_value = a * (((t - 5) * t + 8) * t - 4)
    return np.where(t <= 1, inner_value, np.where(t < 2, outer_value, 0.0))


def lanczos(t: Array, lobes: int) -> Array:
    """Return the Lanczos kernel sinc(t) sinc(t / lobes).

    Parameters
    ----------
    t : Array
        Distances in samples.
    lobes : int
        Lobes on each side.

    Returns
    -------
    Array
        Weights; 0 beyond that many samples.
    """
    return np.where(np.abs(t) < lobes, np.sinc(t) * np.sinc(t / lobes), 0.0)


def lanczos3(t: Array) -> Array:
    """Return the Lanczos kernel of three lobes, sinc(t) sinc(t/3).

    Parameters
    ----------
    t : Array
        Distances in samples.

    Returns
    -------
    Array
        Weights; 0 beyond 3 samples.
    """
    return lanczos(t, 3)


def mitchell(t: Array) -> Array:
    """Return the cubic of Mitchell and Netravali, B = C = 1/3, which is no interpolation.

    Parameters
    ----------
    t : Array
        Distances in samples.

    Returns
    -------
    Array
        Weights; 0 beyond 2 samples.
    """
    t = np.abs(t)
    inner_value = (7 * t**3 - 12 * t**2 + 16 / 3) / 6
    outer_value = (-7 / 3 * t**3 + 12 * t**2 - 20 * t + 32 / 3) / 6
    return np.where(t < 1, inner_value, np.where(t < 2, outer_value, 0.0))


def hamming(t: Array) -> Array:
    """Return a sinc under a Hamming window.

    Parameters
    ----------
    t : Array
        Distances in samples.

    Returns
    -------
    Array
        Weights; 0 beyond a sample.
    """
    return np.where(np.abs(t) < 1, np.sinc(t) * (0.54 + 0.46 * np.cos(np.pi * t)), 0.0)


def gaussian(t: Array) -> Array:
    """Return a Gaussian of standard deviation 1/2.

    Parameters
    ----------
    t : Array
        Distances in samples.

    Returns
    -------
    Array
        Weights; 0 beyond 1.5 samples.
    """
    return np.where(np.abs(t) < 1.5, np.exp(-2 * t**2), 0.0)


def box(t: Array) -> Array:
    """Return the box kernel: 1 within half a sample; the lower edge does not count.

    Parameters
    ----------
    t : Array
        Distances in samples.

    Returns
    -------
    Array
        Weights, 0 or 1.
    """
    return ((t > -0.5) & (t <= 0.5)) * 1.0


def triangle(t: Array) -> Array:
    """Return the triangle kernel 1 - abs(t).

    Parameters
    ----------
    t : Array
        Distances in samples.

    Returns
    -------
    Array
        Weights; 0 beyond a sample.
    """
    return np.maximum(1 - np.abs(t), 0.0)


# Filters of Pillow and TensorFlow and their supports, in samples of the coarser grid.
FILTERS: dict[str, tuple[Callable[[Array], Array], float]] = {
    "box": (box, 0.5),
    "bilinear": (triangle, 1.0),
    "bicubic": (lambda t: cubic(t, PILLOW_CUBIC), 2.0),
    "lanczos": (lanczos3, 3.0),
    "hamming": (hamming, 1.0),
    "mitchell": (mitchell, 2.0),
    "gaussian": (gaussian, 1.5),
    "lanczos5": (lambda t: lanczos(t, 5), 5.0),
}
