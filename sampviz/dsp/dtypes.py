"""The array type and the rules for dtypes: what is computed as float32, float64 or complex."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sampviz.core.errors import UsageError

Array = NDArray[Any]
DType = np.dtype[Any]
FastPath = Callable[[Array], Array]  # a function for arrays of one size, planned beforehand
# The same, but it may return None: NaN and infinities then need the general way.
FiniteFastPath = Callable[[Array], Array | None]

_MOST_AXES = 64  # of an array of numpy: deeper lists are none
# Beyond this a float32 cannot tell neighbouring whole numbers apart.
_EXACT_IN_FLOAT32 = 2**24
_EXACT_IN_FLOAT64 = 2**53


def as_float(x: Any) -> Array:
    """Convert to floating point, without a copy where it is float32 or float64 already.

    Parameters
    ----------
    x : array_like
        Real numbers of any shape.

    Returns
    -------
    Array
        float64 where `x` was that, or whole numbers beyond 2^24; else float32.

    Raises
    ------
    TypeError
        If the numbers are complex, or are no numbers.

    Examples
    --------
    >>> as_float([1, 2]).dtype, as_float([1, 2**24 + 1]).dtype
    (dtype('float32'), dtype('float64'))
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


def refuse_masked(x: Any) -> None:
    """Raise UsageError for a masked array of numpy that hides values: what is under it is unknown.

    Parameters
    ----------
    x : array_like
        Of any shape; lists are looked through.

    Raises
    ------
    UsageError
        If some of its values are masked.
    """
    masked: Any = sys.modules.get("numpy.ma")  # imported by whoever made one
    if masked is None:
        return
    for array in _arrays_of(x, masked.MaskedArray):
        if masked.is_masked(array):
            raise UsageError(
                f"{int(masked.count_masked(array))} of {array.size} values are masked, and"
                " operations know no masks",
                "a masked array",
                "say what stands there: array.filled(0), or array.astype(float).filled(np.nan)",
            )


def _arrays_of(x: Any, kind: type, depth: int = _MOST_AXES) -> Iterator[Any]:
    """Return what is of a kind of array: the array itself, or those in lists of lists."""
    if isinstance(x, kind):
        yield x
    elif isinstance(x, list | tuple) and depth:
        for part in x:
            if isinstance(part, (list, tuple, kind)):
                yield from _arrays_of(part, kind, depth - 1)


def _largest_magnitude(integers: Array) -> int:
    """Return the largest absolute value; in Python, where the smallest int64 has one."""
    return max(int(integers.max()), -int(integers.min()))


def is_rounded(x: Array) -> bool:
    """Tell whether `as_number` would round the values.

    Parameters
    ----------
    x : Array
        Numbers of any shape.

    Returns
    -------
    bool
        True for whole numbers beyond 2^53, and for types longer than float64.
    """
    if x.dtype.kind in "iu":
        return x.dtype.itemsize == 8 and x.size > 0 and _largest_magnitude(x) > _EXACT_IN_FLOAT64
    return x.dtype.itemsize > {"f": 8, "c": 16}.get(x.dtype.kind, x.dtype.itemsize)


def finite_range(x: Array) -> tuple[float, float] | None:
    """Return the smallest and the largest finite value.

    Parameters
    ----------
    x : Array
        Real numbers of any shape.

    Returns
    -------
    tuple of float or None
        None where there is none.

    Examples
    --------
    >>> finite_range(np.array([3.0, -20.0, np.inf]))
    (-20.0, 3.0)
    """
    if not x.size:
        return None
    with np.errstate(invalid="ignore"):
        low, high = x.min(), x.max()
    if np.isfinite(low) and np.isfinite(high):  # without a copy of what is finite
        return float(low), float(high)
    finite = x[np.isfinite(x)]
    return (float(finite.min()), float(finite.max())) if finite.size else None


def power_of_two(x: Array) -> np.float64:
    """Return the power of two below the largest finite absolute value.

    Dividing by it changes no digit, and the sums and squares of the quotients do not overflow.

    Parameters
    ----------
    x : Array
        Real or complex numbers of any shape.

    Returns
    -------
    numpy.float64
        The power of two; 1 if there is no finite value but 0.

    Examples
    --------
    >>> float(power_of_two(np.array([3.0, -20.0, np.inf])))
    16.0
    """
    if x.dtype.kind == "c":
        with np.errstate(over="ignore"):
            sizes = np.abs(x[np.isfinite(x)])
        # A complex number may have a magnitude beyond float64.
        top = min(float(sizes.max(initial=0)), np.finfo(np.float64).max)
    else:
        low, high = finite_range(x) or (0.0, 0.0)
        top = max(-low, high)
    if not top:
        return np.float64(1)
    # Of the smallest denormal numbers the inverse would overflow.
    return np.float64(2.0) ** max(int(np.frexp(top)[1]) - 1, -1000)


def mean_of(x: Array) -> Any:
    """Return the mean, even where the sum would overflow.

    Parameters
    ----------
    x : Array
        Finite numbers of any shape.

    Returns
    -------
    float or complex
        The mean, computed in float64 or complex128.
    """
    scale = power_of_two(x)
    return (x / scale).mean().item() * scale.item()


def as_number(x: Any) -> Array:
    """Convert to the dtype that operations compute with.

    Parameters
    ----------
    x : array_like
        Real or complex numbers of any shape.

    Returns
    -------
    Array
        As `as_float`; complex64 or complex128 where the numbers are complex.

    Raises
    ------
    TypeError
        If the elements are no numbers.
    UsageError
        For a masked array, of which some are hidden.
    """
    refuse_masked(x)
    array = np.asarray(x)
    if array.dtype.kind != "c":
        return as_float(array)
    return array.astype(np.complex64 if array.dtype.itemsize <= 8 else np.complex128, copy=False)
