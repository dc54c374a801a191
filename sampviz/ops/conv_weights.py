"""Weights of a convolution: kernels by name, or from a .npy file."""

from pathlib import Path

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import InputError, MissingInputError
from sampviz.dsp.dtypes import Array, as_float
from sampviz.dsp.filter_taps import kernel
from sampviz.ops.parameter import BadValueError

LARGEST_SIDE = 64


def check_kernel(*, kernel: str, k: int, file: str) -> None:
    """Check that a kernel exists with that side.

    Parameters
    ----------
    kernel : str
        Name of the kernel.
    k : int
        Its side.
    file : str
        Path of a .npy file that counts instead; empty for none.

    Raises
    ------
    BadValueError
        If the named kernel does not exist with side k, or k is given beside a file.
    """
    if not file:
        weights(kernel, k, 0, "")
    elif k != 3:
        raise BadValueError(f"k={k}: wanted no k beside a file, whose side counts")


def weights(name: str, k: int, seed: int, file: str, axes: int = 2) -> Array:
    """Return a kernel by name, or the one in a file.

    Parameters
    ----------
    name : str
        Name of the kernel, see `sampviz.dsp.filter_taps.kernel`.
    k : int
        Its side.
    seed : int
        Seed of `random`.
    file : str
        Path of a .npy file that counts instead; empty for none.
    axes : int
        Number of axes.

    Returns
    -------
    Array, shape (k,) * axes
        The kernel, float64.

    Raises
    ------
    BadValueError
        If there is no such kernel with that side and number of axes.
    InputError
        If the file cannot be read or is no kernel.
    """
    if file and axes == 2:
        return _read(Path(file))
    try:
        if file:
            raise ValueError("file holds a kernel of two axes")
        return _kernel_by_name(name, k, seed, axes)
    except ValueError as err:
        raise BadValueError(str(err)) from None


@bounded_cache(2**24)
def _kernel_by_name(name: str, k: int, seed: int, axes: int) -> Array:
    taps = kernel(name, k, seed, axes)
    taps.setflags(write=False)
    return taps


def side(k: int, file: str) -> int:
    """Return the side of a kernel.

    Parameters
    ----------
    k : int
        Side of a named kernel.
    file : str
        Path of a .npy file that counts instead; empty for none.

    Returns
    -------
    int
        The side of the array in `file`, or k.
    """
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
        taps = as_float(np.array(array)).astype(np.float64)
    except TypeError as err:
        raise InputError(str(err), where, "save real numbers") from None
    if not np.isfinite(taps).all():
        raise InputError("a weight is NaN or infinite", where, "save finite numbers")
    return taps
