"""The weights of a convolution: by name, or from a file."""

from pathlib import Path

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import InputError, MissingInputError
from sampviz.dsp.dtypes import Array, as_float
from sampviz.dsp.filter_taps import kernel
from sampviz.ops.parameter import BadValueError

LARGEST_SIDE = 64


def check_kernel(*, kernel: str, k: int, file: str) -> None:
    """Raise BadValueError where the named kernel does not exist with side k."""
    if not file:
        weights(kernel, k, 0, "")
    elif k != 3:
        raise BadValueError(f"k={k}: wanted no k beside a file, whose side counts")


def weights(name: str, k: int, seed: int, file: str, axes: int = 2) -> Array:
    """Return the kernel `name` of side k, or the one in `file`, float64."""
    if file and axes == 2:
        return _read(Path(file))
    try:
        if file:
            raise ValueError("file holds a kernel of two axes")
        return _named(name, k, seed, axes)
    except ValueError as err:
        raise BadValueError(str(err)) from None


@bounded_cache(2**24)
def _named(name: str, k: int, seed: int, axes: int) -> Array:
    found = kernel(name, k, seed, axes)
    found.setflags(write=False)
    return found


def side(k: int, file: str) -> int:
    """Return the side of the kernel: that of the array in `file`, or k."""
    return int(_read(Path(file)).shape[0]) if file else k


def _read(path: Path) -> Array:
    where = f"file={path}"
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise MissingInputError(
            "there is no such file", where, "give the path of a .npy file"
        ) from None
    except (OSError, ValueError) as err:
        raise InputError(
            f"not an array that can be read: {err}", where, "write it with numpy.save(path, array)"
        ) from None
    shape = array.shape
    if len(shape) != 2 or shape[0] != shape[1] or not 1 <= shape[0] <= LARGEST_SIDE:
        raise InputError(
            f"a kernel is a square of 1..{LARGEST_SIDE} px, not an array of {shape}",
            where,
            "fill it up with zeros to a square",
        )
    try:
        kept = as_float(np.array(array)).astype(np.float64)
    except TypeError as err:
        raise InputError(str(err), where, "save real numbers") from None
    if not np.isfinite(kept).all():
        raise InputError("a weight is NaN or infinite", where, "save finite numbers")
    return kept
