"""Filter taps and kernels that are known by name."""

from functools import reduce
from math import comb

import numpy as np

from sampviz.dsp.dtypes import Array

KERNELS = ("identity", "box", "gauss", "sobelx", "sobely", "laplacian", "laplacian8", "random")
_ANY_SIDE = ("box", "gauss", "random")
_SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
_SIDE_3 = {
    "sobelx": _SOBEL,
    "sobely": _SOBEL.T,
    "laplacian": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "laplacian8": np.array([[1, 1, 1], [1, -8, 1], [1, 1, 1]]),
}


def binomial(k: int) -> Array:
    """Return row k-1 of Pascal's triangle, normalised to sum 1: k taps."""
    return np.array([comb(k - 1, i) for i in range(k)], dtype=np.float64) / 2.0 ** (k - 1)


def kernel(name: str, k: int, seed: int = 0, axes: int = 2) -> Array:
    """Return the kernel of that name with side k; ValueError where it exists for k = 3 only.

    With three axes `box`, `gauss`, `identity` and `random` are cubes; ValueError for the others.
    `box` and `gauss` (the outer product of binomial rows) sum to 1. `random` is what an untrained
    convolution with one input channel starts from: uniform in ±1/sqrt(weights), drawn with `seed`.
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
    """Return `count` taps of a low-pass: a sinc under a Kaiser window, normalised to sum 1.

    `cutoff` and `width` of the transition are shares of the Nyquist frequency; the window's beta
    follows from the attenuation that the count allows (Kaiser's formulas).
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
