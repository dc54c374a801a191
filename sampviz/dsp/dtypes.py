"""Pure kernels on arrays: the last two axes are rows and columns, the others are carried along."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
FastPath = Callable[[Array], Array]  # what an array of a size known beforehand goes through

# Beyond this a float32 cannot tell neighbouring whole numbers apart.
_EXACT_IN_FLOAT32 = 2**24
_EXACT_IN_FLOAT64 = 2**53


def as_float(x: Any) -> Array:
    """Return `x` as float32; as float64 where it was that, or where whole numbers need it.

    A float array comes back as it is, not as a copy. Complex numbers raise TypeError.
    """
    array = np.asarray(x)
    if array.dtype in (np.float32, np.float64):
        return array
    if array.dtype.kind not in "biuf":
        raise TypeError(f"an array of real numbers is wanted, not of {array.dtype}")
    if array.dtype.kind == "f":
        return array.astype(np.float32 if array.dtype.itemsize <= 4 else np.float64)
    if array.dtype.itemsize > 2 and array.size and _largest_magnitude(array) > _EXACT_IN_FLOAT32:
        return array.astype(np.float64)
    return array.astype(np.float32)


def _largest_magnitude(whole: Array) -> int:
    """Return the largest absolute value; in Python, where the smallest int64 has one."""
    return max(int(whole.max()), -int(whole.min()))


def is_rounded(x: Array) -> bool:
    """Whether `as_number` rounds: whole numbers beyond 2^53, and types longer than float64."""
    if x.dtype.kind in "iu":
        return x.dtype.itemsize == 8 and x.size > 0 and _largest_magnitude(x) > _EXACT_IN_FLOAT64
    return x.dtype.itemsize > {"f": 8, "c": 16}.get(x.dtype.kind, x.dtype.itemsize)


def power_of_two(x: Array) -> np.float64:
    """Return the power of two below the largest finite absolute value, 1 if there is none.

    Dividing by it changes no digit, and the sums and squares of what comes out overflow no more.
    """
    with np.errstate(over="ignore"):
        sizes = np.abs(x[np.isfinite(x)])
    # A complex number may have a magnitude beyond float64.
    top = min(float(sizes.max(initial=0)), np.finfo(np.float64).max)
    if not top:
        return np.float64(1)
    # Of the smallest denormal numbers the inverse would overflow.
    return np.float64(2.0) ** max(int(np.frexp(top)[1]) - 1, -1000)


def mean_of(x: Array) -> Any:
    """Return the mean of finite numbers in float64 or complex128, though their sum be beyond it."""
    scale = power_of_two(x)
    return (x / scale).mean().item() * scale.item()


def as_number(x: Any) -> Array:
    """Return `x` as `as_float` does, or as complex64 or complex128 where it is complex."""
    array = np.asarray(x)
    if array.dtype.kind != "c":
        return as_float(array)
    return array.astype(np.complex64 if array.dtype.itemsize <= 8 else np.complex128, copy=False)
