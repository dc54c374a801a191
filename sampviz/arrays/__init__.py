"""Pure kernels on arrays: the last two axes are rows and columns, the others are carried along."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Beyond this a float32 cannot tell neighbouring whole numbers apart.
_EXACT_IN_FLOAT32 = 2**24


def as_float(x: Any) -> Array:
    """Return `x` as float32; as float64 where it was that, or where whole numbers need it.

    A float array comes back as it is, not as a copy. Complex numbers raise TypeError.
    """
    array = np.asarray(x)
    if array.dtype in (np.float32, np.float64):
        return array
    if array.dtype.kind not in "biuf":
        raise TypeError(f"an array of real numbers is wanted, not of {array.dtype}")
    wide = array.dtype.itemsize > (2 if array.dtype.kind in "iu" else 4)
    if wide and array.size and (array.dtype.kind == "f" or np.abs(array).max() > _EXACT_IN_FLOAT32):
        return array.astype(np.float64)
    return array.astype(np.float32)


def as_number(x: Any) -> Array:
    """Return `x` as `as_float` does, or as complex64 or complex128 where it is complex."""
    array = np.asarray(x)
    if array.dtype.kind != "c":
        return as_float(array)
    return array if array.dtype in (np.complex64, np.complex128) else array.astype(np.complex128)
