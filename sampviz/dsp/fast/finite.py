"""Fast paths whose way with NaN or infinity is not the definition's: mended, or left out.

OpenCV multiplies by weights that are 0, takes differences of pixels and, for large kernels, a
Fourier transform: NaN and infinity spread further than they should.
"""

from math import isfinite

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, FastPath, FiniteFastPath
from sampviz.dsp.nonfinite import NEGLIGIBLE, all_finite


def unless_infinite(fast: FastPath) -> FiniteFastPath:
    """Make a fast path that is right for NaN return None for infinity.

    Parameters
    ----------
    fast : callable
        A fast path. Where an infinity counts, what it makes of it is not finite either.

    Returns
    -------
    callable
        The fast path.
    """

    def apply(x: Array) -> Array | None:
        out = fast(x)
        return out if _are_finite(x, out) or not np.isinf(x).any() else None

    return apply


def finite_or_none(fast: FastPath, reach: FastPath | None = None) -> FiniteFastPath:
    """Make a fast path right for NaN, and return None for infinity.

    Parameters
    ----------
    fast : callable
        A fast path. Where a value counts that is not finite, what it makes of it is not either.
    reach : callable, optional
        Gives 0 for an output that no 1 of its input reaches, and more for the others. Without
        it NaN is left to the general way too.

    Returns
    -------
    callable
        The fast path.
    """

    def apply(x: Array) -> Array | None:
        out: Array | None = fast(x)
        if out is not None and _are_finite(x, out):
            return out
        out = None  # its memory is used again below: new memory takes as long as the work
        if reach is None or np.isinf(x).any():
            return None
        is_nan = np.isnan(x)
        is_reached = reach(is_nan.astype(x.dtype)) > NEGLIGIBLE
        mended = fast(np.where(is_nan, x.dtype.type(0), x))
        mended[is_reached] = np.nan
        return mended

    return apply


def unless_overflowed(fast: FiniteFastPath) -> FiniteFastPath:
    """Make a fast path return None where sums overflow of which the mean may not.

    Parameters
    ----------
    fast : callable
        A fast path. One that enlarges weighs before it sums: it is not looked at.

    Returns
    -------
    callable
        The fast path.
    """

    def apply(x: Array) -> Array | None:
        out = fast(x)
        if out is None or out.size > x.size or is_finite(out) or not is_finite(x):
            return out
        return None

    return apply


def _are_finite(x: Array, out: Array) -> bool:
    """Look at the smaller of input and output."""
    return is_finite(x if x.size < out.size else out)


def is_finite(x: Array) -> bool:
    """Tell whether all values are finite, of float64 in half the time of `all_finite`.

    By OpenCV's sum of magnitudes; where it overflows each is looked at.

    Parameters
    ----------
    x : Array
        float32 or float64.

    Returns
    -------
    bool
    """
    if x.dtype == np.float64 and isfinite(cv2.norm(x.reshape(-1), cv2.NORM_L1)):
        return True
    return all_finite(x)
