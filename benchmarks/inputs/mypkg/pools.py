"""Functions of a plane that --allow-code may name, right and wrong."""

import numpy as np

number = 3


def darkest(x: np.ndarray, k: int = 2) -> np.ndarray:
    """Keep the smallest of every k x k block."""
    rows, columns = (n // k for n in x.shape)
    return x[: rows * k, : columns * k].reshape(rows, k, columns, k).min(axis=(1, 3))


def brighter(x: np.ndarray, *, gain: float = 2.0, clip: bool = False) -> np.ndarray:
    """Multiply by a gain, and cut at the largest value if asked to."""
    return np.minimum(gain * x, x.max()) if clip else gain * x


def fails(x: np.ndarray) -> np.ndarray:
    """Raise an error of two lines."""
    raise ValueError("two\nlines")


def makes_a_list(x: np.ndarray) -> list[list[float]]:
    """Return what is no array."""
    return x.tolist()


def needs_a_value(x: np.ndarray, k: int) -> np.ndarray:
    """Take a parameter that has no default."""
    return x[::k, ::k]
