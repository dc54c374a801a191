"""Weights of a convolution: kernels by name, or from a .npy file."""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import ChainError, InputError
from sampviz.core.open_file import open_file
from sampviz.core.stored_npy import stored_npy
from sampviz.core.text import counted
from sampviz.dsp.dtypes import Array, FiniteFastPath, as_float
from sampviz.dsp.filter_taps import kernel
from sampviz.ops.parameter import BadValueError
from sampviz.ops.rules import DoesNotFitError

LARGEST_SIDE = 64
_MOST_WEIGHTS = 2**24
_JUST_WRITTEN = 2 * 10**9  # nanoseconds


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
        If the named kernel does not exist with side k.
    """
    if not file:
        weights(kernel, k, 0, "")


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
        The kernel, float64; of a file that mixes channels two axes more.

    Raises
    ------
    BadValueError
        If there is no such kernel with that side and number of axes.
    InputError
        If the file cannot be read or is no kernel.
    """
    if file:
        taps = _read(Path(file))
        if taps.ndim not in (axes, axes + 2):
            held, wanted = ("two", "three") if axes == 3 else ("three", "two")
            raise BadValueError(f"file holds a kernel of {held} axes: wanted {wanted}")
        return taps
    try:
        return _kernel_by_name(name, k, seed, axes)
    except ValueError as err:
        raise BadValueError(str(err)) from None


def check_kernel_axes(file: str, axes: int) -> None:
    """Check that a kernel of a file is for images, or for volumes: what sizes are told of.

    Parameters
    ----------
    file : str
        Path of a .npy file; empty for none.
    axes : int
        Number of axes in space.

    Raises
    ------
    DoesNotFitError
        If it is for another number of axes.
    InputError
        If the file cannot be read or is no kernel.
    """
    if file:
        try:
            weights("", 0, 0, file, axes)
        except BadValueError as err:
            fix = (
                "k x k x k weights are for a volume"
                if axes == 3
                else "k x k weights are for an image"
            )
            raise DoesNotFitError(str(err), fix) from None


def fast_path_of_file(
    file: str, axes: int, plan: Callable[[Array], FiniteFastPath | None]
) -> FiniteFastPath:
    """Return a fast path whose weights are those of a file, which may be written again.

    Parameters
    ----------
    file : str
        Path of a .npy file.
    axes : int
        Number of axes.
    plan : callable
        Plans the fast path of a kernel of that many axes, or returns None.

    Returns
    -------
    callable
        A function of arrays, which returns None where the weights have no fast path.
    """
    side = 0
    planned: tuple[Array, FiniteFastPath | None] | None = None

    def apply(x: Array) -> Array | None:
        nonlocal planned, side
        try:
            taps = weights("", 0, 0, file, axes)
        except BadValueError:  # the operation itself says what is wrong
            return None
        side = side or len(taps)
        if planned is None or planned[0] is not taps:
            fits = taps.ndim == axes and len(taps) == side  # sizes were those of the first
            planned = taps, plan(taps) if fits else None
        fast = planned[1]
        return fast(x) if fast else None

    return apply


def mixes_channels(taps: Array, axes: int) -> bool:
    """Tell whether a kernel takes some channels and makes others.

    Parameters
    ----------
    taps : Array
        The kernel.
    axes : int
        Number of axes in space.

    Returns
    -------
    bool
    """
    return taps.ndim == axes + 2


def check_channels(channels: int, taken: int, made: int, name: str) -> int:
    """Return the number of groups of a kernel that mixes channels.

    Parameters
    ----------
    channels : int
        Channels of the image.
    taken, made : int
        Channels that each group of the kernel takes, and those that the kernel makes in all.
    name : str
        The operation, for the error.

    Returns
    -------
    int
        The number of groups.

    Raises
    ------
    ChainError
        If they do not fit.
    """
    groups, rest = divmod(channels, taken)
    if rest or not groups or made % groups:
        raise ChainError(
            f"{name}: a kernel that takes {counted(taken, 'channel')} and makes {made} does not fit"
            f" {channels}",
            fix="groups = channels / taken must be whole, and divide the channels made",
        )
    return groups


def with_bias(x: Array, file: str, axes: int) -> Array:
    """Add a number to each channel.

    Parameters
    ----------
    x : Array, shape (..., C, H, W)
        The channels.
    file : str
        Path of a .npy file with C numbers; empty for none.
    axes : int
        Number of axes in space.

    Returns
    -------
    Array
        The sums, or `x` itself.

    Raises
    ------
    InputError
        If the file cannot be read, or has not a number for each channel.
    """
    if not file:
        return x
    numbers, channels = _numbers(Path(file)), x.shape[-axes - 1] if x.ndim > axes else 1
    if numbers.shape != (channels,):
        raise InputError(
            f"a bias has a number for each of {counted(channels, 'channel')},"
            f" not shape {numbers.shape}",
            f"bias={file}",
            "save an array of one axis",
        )
    return np.asarray(x + numbers.reshape(-1, *[1] * axes).astype(x.real.dtype)).reshape(x.shape)


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

    Raises
    ------
    BadValueError
        If k is given beside a file of another side.
    """
    if not file:
        return k
    own = int(_read(Path(file)).shape[-1])
    if k not in (3, own):
        raise BadValueError(f"k={k}: wanted no k beside a file, whose side counts")
    return own


def _read(path: Path) -> Array:
    """Read weights, once for each version of the file."""
    try:
        status = path.stat()
    except OSError:
        return _read_anew(path)
    if abs(time.time_ns() - status.st_mtime_ns) < _JUST_WRITTEN:
        return _read_anew(path)  # it may be written again within a tick of the clock
    return _read_version(path, status.st_mtime_ns, status.st_size, status.st_ino)


@bounded_cache(2**24)
def _read_version(path: Path, *_version: int) -> Array:
    weights = _read_anew(path)
    weights.flags.writeable = False
    return weights


def _read_anew(path: Path) -> Array:
    array = _numbers(path)
    sides = array.shape[2:] if array.ndim > 3 else array.shape
    if not 2 <= len(sides) <= 3 or len(set(sides)) > 1 or not 1 <= sides[0] <= LARGEST_SIDE:
        raise InputError(
            f"a kernel is a square of 1..{LARGEST_SIDE} px, not an array of {array.shape}",
            f"file={path}",
            "fill it up with zeros to a square; channels made and taken may stand before it",
        )
    return array


def _numbers(path: Path) -> Array:
    where = f"file={path}"
    with open_file(path, where) as file:
        stored = stored_npy(file, where)
        if not 1 <= stored.size <= _MOST_WEIGHTS:
            raise InputError(
                f"{stored.size} weights; wanted 1..{_MOST_WEIGHTS}",
                where,
                "save those of one layer",
            )
        array = stored.read()
    try:
        numbers = as_float(array).astype(np.float64)
    except TypeError as err:
        raise InputError(str(err), where, "save real numbers") from None
    if not np.isfinite(numbers).all():
        raise InputError("a weight is NaN or infinite", where, "save finite numbers")
    return numbers
