"""Filter taps and kernels known by name."""

from functools import reduce
from math import comb

import numpy as np

from sampviz.dsp.dtypes import Array

KERNELS = ("identity", "box", "gauss", "sobelx", "sobely", "laplacian", "laplacian8", "random")
VOLUME_KERNELS = ("identity", "box", "gauss", "random")  # those of three axes too
_ANY_SIDE = ("box", "gauss", "random")
_SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
_SIDE_3 = {
    "sobelx": _SOBEL,
    "sobely": _SOBEL.T,
    "laplacian": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "laplacian8": np.array([[1, 1, 1], [1, -8, 1], [1, 1, 1]]),
}


def binomial(k: int) -> Array:
    """Return binomial filter taps: row k - 1 of Pascal's triangle.

    Parameters
    ----------
    k : int
        Number of taps, 1 or more.

    Returns
    -------
    Array, shape (k,)
        Taps that sum to 1, float64.

    Examples
    --------
    >>> binomial(3)
    array([0.25, 0.5 , 0.25])
    """
    return np.array([comb(k - 1, i) for i in range(k)], dtype=np.float64) / 2.0 ** (k - 1)


def kernel(name: str, k: int, seed: int = 0, axes: int = 2) -> Array:
    """Return a convolution kernel by its name.

    Parameters
    ----------
    name : str
        One of `KERNELS`. `box` and `gauss` (the outer product of binomial taps) sum to 1; `random`
        is the initial state of a convolution with one input channel, uniform in ±1/sqrt(weights).
    k : int
        Side in px.
    seed : int
        Seed of `random`.
    axes : int
        Number of axes; with three, only `VOLUME_KERNELS` exist.

    Returns
    -------
    Array, shape (k,) * axes
        The kernel, float64.

    Raises
    ------
    ValueError
        If the kernel does not exist with that side or number of axes.
    """
    if name not in _ANY_SIDE and k != 3:
        raise ValueError(f"kernel={name} is 3x3, not {k}x{k}; box, gauss and random take any k")
    shape = (k,) * axes
    if name == "box":
        return np.full(shape, 1.0 / k**axes)
    if name == "gauss":
        return reduce(np.multiply.outer, [binomial(k)] * axes)
    if name == "random":
        limit = k ** (-axes / 2)
        return np.random.default_rng(seed).uniform(-limit, limit, shape)
    if name == "identity":
        return reduce(np.multiply.outer, [np.array([0.0, 1.0, 0.0])] * axes)
    if axes != 2:
        raise ValueError(f"kernel={name} has two axes, not {axes}")
    return _SIDE_3[name].astype(np.float64)


def kaiser_sinc(count: int, cutoff: float, width: float) -> Array:
    """Return low-pass taps: a sinc under a Kaiser window.

    Parameters
    ----------
    count : int
        Number of taps, 1 or more.
    cutoff : float
        Cutoff as a fraction of the Nyquist frequency, 0..1.
    width : float
        Width of the transition on the same scale. The beta of the window follows from the
        attenuation that the number of taps allows (Kaiser's formulas).

    Returns
    -------
    Array, shape (count,)
        Taps that sum to 1, as scipy.signal.firwin(count, cutoff, width=width, fs=2).
    """
    attenuation = 2.285 * (count - 1) * np.pi * width + 7.95
    beta = 0.0
    if attenuation > 50:
        beta = 0.1102 * (attenuation - 8.7)
    elif attenuation > 21:
        beta = 0.5842 * (attenuation - 21) ** 0.4 + 0.07886 * (attenuation - 21)
    n = np.arange(count) - (count - 1) / 2
    taps = np.sinc(cutoff * n) * np.kaiser(count, beta)
    return taps / taps.sum()
