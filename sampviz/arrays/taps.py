"""Filter taps and kernels that are known by name."""

from math import comb

import numpy as np

from sampviz.arrays import Array

KERNELS = ("identity", "box", "gauss", "sobelx", "sobely", "laplacian", "laplacian8", "random")
_ANY_SIDE = ("box", "gauss", "random")
_SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
_SIDE_3 = {
    "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
    "sobelx": _SOBEL,
    "sobely": _SOBEL.T,
    "laplacian": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]]),
    "laplacian8": np.array([[1, 1, 1], [1, -8, 1], [1, 1, 1]]),
}


def binomial(k: int) -> Array:
    """Return row k-1 of Pascal's triangle, normalised to sum 1: k taps."""
    return np.array([comb(k - 1, i) for i in range(k)], dtype=np.float64) / 2.0 ** (k - 1)


def kernel(name: str, k: int, seed: int = 0) -> Array:
    """Return the k x k kernel of that name; ValueError where it exists for k = 3 only.

    `box` and `gauss` (the outer product of binomial rows) sum to 1. `random` is what an untrained
    convolution with one input channel starts from: uniform in ±1/k, drawn with `seed`.
    """
    if name in _SIDE_3 and k != 3:
        raise ValueError(f"kernel={name} is 3x3, not {k}x{k}")
    if name == "box":
        return np.full((k, k), 1.0 / k**2)
    if name == "gauss":
        return np.outer(binomial(k), binomial(k))
    if name == "random":
        return np.random.default_rng(seed).uniform(-1.0 / k, 1.0 / k, (k, k))
    return _SIDE_3[name].astype(np.float64)
