"""The transforms of scipy.fft, in the program without the time that its import takes.

What of scipy.fft computes is one compiled module. What is around it, `scipy.special` and the arrays
of other libraries, takes a seventh of the time to a small figure to import. So a process that is
ours loads the compiled module alone, and gets the same bits; a user's, or one with a scipy that
keeps it elsewhere, imports scipy.fft.

Arrays are of float32, float64 or their complex numbers, and so are the results.
"""

import sys
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np

from sampviz.core.startup import is_process_ours
from sampviz.dsp.dtypes import Array

Norm = Literal["backward", "forward"]  # which way divides by the number of samples

# Their name from scipy 1.18 on, and before.
COMPILED = ("scipy.fft._duccfft.pyduccfft", "scipy.fft._pocketfft.pypocketfft")
_OF_ALL = 2  # its number for "divide by the number of samples"


def rfft(x: Array, axis: int = -1, norm: Norm = "backward") -> Array:
    """Return the n // 2 + 1 frequencies of real numbers along an axis, 0 first.

    Parameters
    ----------
    x : Array
        float32 or float64.
    axis : int
        The axis.
    norm : {"backward", "forward"}
        Which way divides by the number of samples.

    Returns
    -------
    Array
        Complex, in the precision of `x`.
    """
    return _forward("rfft", x, norm, axis=axis)


def irfft(spectrum: Array, n: int, axis: int = -1, norm: Norm = "backward") -> Array:
    """Return n real samples along an axis; frequencies that are not there count as 0.

    Parameters
    ----------
    spectrum : Array
        Complex, of the frequencies from 0 on.
    n : int
        Number of samples.
    axis : int
        The axis.
    norm : {"backward", "forward"}
        Which way divides by the number of samples.

    Returns
    -------
    Array
        Real, in the precision of `spectrum`.
    """
    if (compiled := _compiled()) is None:
        from scipy.fft import irfft as scipys

        return np.asarray(scipys(spectrum, n, axis=axis, norm=norm))
    half = _with_length(spectrum, n // 2 + 1, axis)
    return np.asarray(compiled.c2r(half, (axis,), n, False, _division(norm, "backward"), None, 1))


def fft(x: Array, axis: int = -1, norm: Norm = "backward") -> Array:
    """Return the frequencies along an axis, 0 first.

    Parameters
    ----------
    x : Array
        float32, float64 or complex.
    axis : int
        The axis.
    norm : {"backward", "forward"}
        Which way divides by the number of samples.

    Returns
    -------
    Array
        Complex, in the precision of `x`.
    """
    return _forward("fft", x, norm, axis=axis)


def fft2(x: Array, norm: Norm = "backward") -> Array:
    """Return the frequencies of planes, those of 0 first.

    Parameters
    ----------
    x : Array
        (..., H, W), float32, float64 or complex.
    norm : {"backward", "forward"}
        Which way divides by the number of samples.

    Returns
    -------
    Array
        (..., H, W), complex, in the precision of `x`.
    """
    return _forward("fft2", x, norm)


def rfft2(x: Array, norm: Norm = "backward") -> Array:
    """Return the frequencies of real planes, half of them along the last axis.

    Parameters
    ----------
    x : Array
        (..., H, W), float32 or float64.
    norm : {"backward", "forward"}
        Which way divides by the number of samples.

    Returns
    -------
    Array
        (..., H, W // 2 + 1), complex, in the precision of `x`.
    """
    return _forward("rfft2", x, norm)


def _forward(name: str, x: Array, norm: Norm, **along: int) -> Array:
    """Return the transform that has this name in scipy.fft: `along` one axis, or of planes."""
    if (compiled := _compiled()) is None:
        import scipy.fft

        return np.asarray(getattr(scipy.fft, name)(x, norm=norm, **along))
    transform = compiled.r2c if name.startswith("r") else compiled.c2c
    axes = tuple(along.values()) or (-2, -1)
    return np.asarray(transform(_aligned(x), axes, True, _division(norm, "forward"), None, 1))


@cache
def _compiled() -> Any:
    """Return the compiled module; None where scipy.fft is to be imported."""
    return load_compiled() if is_process_ours() and "scipy.fft" not in sys.modules else None


def load_compiled() -> Any:
    """Return scipy's compiled transforms, under the name that scipy.fft will look for.

    Returns
    -------
    module or None
        None where this scipy has none of that name.
    """
    package = find_spec("scipy")
    if package is None or not package.origin:
        return None
    for name in COMPILED:
        folder = Path(package.origin).parent.joinpath(*name.split(".")[1:-1])
        spec = PathFinder.find_spec(name, [str(folder)])
        if spec is None or spec.loader is None:
            continue
        try:
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
        except ImportError:  # it needs what the package would have loaded
            return None
        sys.modules[name] = module
        return module
    return None


def _division(norm: Norm, direction: Norm) -> int:
    return _OF_ALL if norm == direction else 0


def _aligned(x: Array) -> Array:
    return np.require(x, requirements="A")


def _with_length(x: Array, length: int, axis: int) -> Array:
    """Return the first numbers along an axis, with zeros after them where there are fewer."""
    shape = list(x.shape)
    given = min(shape[axis], length)
    part = [slice(None)] * x.ndim
    part[axis] = slice(given)
    if given == length:
        return _aligned(x[tuple(part)])
    shape[axis] = length
    padded = np.zeros(shape, x.dtype)
    padded[tuple(part)] = x[tuple(part)]
    return padded
