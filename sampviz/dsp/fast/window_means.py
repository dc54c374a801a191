"""Poolings that are means of functions of the pixels: of exponentials, powers, or the pixels.

A function of every pixel, one filter that sums windows, and a function of what is kept: a few
passes of vector instructions, where the definition makes some for every pixel of a window. They
leave to it whatever could overflow or lose digits: ranges for which single precision is too narrow.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.fast.block_resample import block_means
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.filter2d import filter_windows
from sampviz.dsp.fast.window_extrema import window_extrema
from sampviz.dsp.sliding_window import WindowLayouts

_WEIGHTS = 54  # slot
_WIDEST = 60.0  # of exponents: e^60 is 1e26
_LEAST_POWER = 1e-30  # a power whose share of a sum keeps its digits


def window_means(
    layouts: WindowLayouts, dtype: DType, counts: Sequence[Array] | None = None
) -> FiniteFastPath | None:
    """Plan the means of windows.

    Parameters
    ----------
    layouts : tuple of WindowLayout
        Windows along rows and columns.
    dtype : dtype
        float32 or float64.
    counts : sequence of Array, optional
        How many samples of each window count along each axis; without it, zeros beyond the edges
        do.

    Returns
    -------
    callable or None
        A function of planes; None for large windows, and for windows of nothing.
    """
    sides = [each.k for each in layouts]
    if all((each.k, each.d, each.before, each.reach) == (each.s, 1, 0, 0) for each in layouts):
        return block_means(tuple(each.n for each in layouts), tuple(e.s for e in layouts), dtype)
    means = filter_windows(np.full(sides, 1 / prod(sides)), layouts, "zero", dtype)
    if means is None or counts is None:
        return means
    if all((count == k).all() for count, k in zip(counts, sides, strict=True)):
        return means
    if min(map(np.min, counts)) < 1:
        return None
    plain, share = means, (prod(sides) / np.outer(*counts)).astype(dtype)

    def mean_of_counted(x: Array) -> Array | None:
        out = plain(x)
        return out if out is None else np.multiply(out, share, out=out)

    return mean_of_counted


def _of_means(
    layouts: WindowLayouts,
    dtype: DType,
    function: Callable[[Array, Callable[[Array], Array]], Array | None],
) -> FiniteFastPath | None:
    layouts, kept = _rows_met(layouts)
    means = window_means(layouts, dtype)
    if means is None:
        return None

    def mean(x: Array) -> Array:
        out = means(x)
        if out is None:
            raise _NotFiniteError
        return out

    def apply(x: Array) -> Array | None:
        with np.errstate(all="ignore"):
            try:
                rows = np.ascontiguousarray(x) if kept is None else x.take(kept, -2)
                return function(rows, mean)
            except _NotFiniteError:
                return None

    return apply


def _rows_met(layouts: WindowLayouts) -> tuple[WindowLayouts, Array | None]:
    """Return windows on rows without those that no window meets, and the numbers of these rows."""
    *depths, rows, columns = layouts
    if rows.k >= rows.s or rows.d > 1 or rows.before or rows.reach:
        return layouts, None
    kept = np.add.outer(np.arange(rows.count) * rows.s, np.arange(rows.k)).ravel()
    return (*depths, replace(rows, n=len(kept), s=rows.k), columns), kept


class _NotFiniteError(Exception):
    """A mean is left to the definition."""


def exponential_mean(gain: float, layouts: WindowLayouts, dtype: DType) -> FiniteFastPath | None:
    """Plan the means of windows under weights e^(gain x).

    Parameters
    ----------
    gain : float
        More than 0.
    layouts, dtype
        As for `window_means`.

    Returns
    -------
    callable or None
        A function of planes, None where values are not finite or too far apart.
    """

    def pool(x: Array, mean: Callable[[Array], Array]) -> Array | None:
        low, high = float(x.min()), float(x.max())
        if not gain * (high - low) <= _WIDEST:
            return None
        weights = np.subtract(x, x.dtype.type(high), out=buffer(_WEIGHTS, x.shape, x.dtype))
        if gain != 1:
            weights *= x.dtype.type(gain)
        flat = weights.reshape(-1, x.shape[-1])
        cv2.exp(flat, flat)
        below = mean(weights)
        weights *= x
        above = mean(weights)
        return np.divide(above, below, out=above)

    return _of_means(layouts, dtype, pool)


def power_mean(
    norm: float, least: float, layouts: WindowLayouts, dtype: DType
) -> FiniteFastPath | None:
    """Plan the roots of the means of powers.

    Parameters
    ----------
    norm : float
        The power, and the root.
    least : float
        What smaller pixels count as.
    layouts, dtype
        As for `window_means`.

    Returns
    -------
    callable or None
        A function of planes, None where values are not finite or too far apart.
    """

    def pool(x: Array, mean: Callable[[Array], Array]) -> Array | None:
        x = np.maximum(x, x.dtype.type(least))
        low, high = float(x.min()), float(x.max())
        if not (low / high) ** norm >= _LEAST_POWER or np.isinf(high):
            return None
        shares = np.multiply(x, x.dtype.type(1 / high), out=x)
        out = mean(_power(shares, norm))
        return np.asarray(np.multiply(_power(out, 1 / norm), x.dtype.type(high), out=out))

    return _of_means(layouts, dtype, pool)


def _power(x: Array, norm: float) -> Array:
    if norm == 1:
        return x
    if norm == 0.5:
        return np.sqrt(x)
    if norm in (2, 3):
        square = x * x
        return square if norm == 2 else np.multiply(square, x, out=square)
    flat = x.reshape(-1, x.shape[-1])  # OpenCV takes a third axis for channels
    return np.asarray(cv2.pow(flat, norm)).reshape(x.shape)


def mixed_pool(share: float, layouts: WindowLayouts, dtype: DType) -> FiniteFastPath | None:
    """Plan a share of the largest pixel of windows and the rest of their mean.

    Parameters
    ----------
    share : float
        More than 0, less than 1.
    layouts, dtype
        As for `window_means`.

    Returns
    -------
    callable or None
        A function of planes.
    """
    largest = window_extrema(True, _rows_met(layouts)[0], dtype)

    def pool(x: Array, mean: Callable[[Array], Array]) -> Array:
        out = largest(x)
        out *= x.dtype.type(share)
        rest = mean(x)
        rest *= x.dtype.type(1 - share)
        out += rest
        return out

    return _of_means(layouts, dtype, pool)


def root_of_powers(
    norm: float, is_mean: bool, layouts: WindowLayouts, dtype: DType
) -> FiniteFastPath | None:
    """Plan the roots of the sums of powers, or of their means.

    Parameters
    ----------
    norm : float
        The power, and the root.
    is_mean : bool
        Whether means are taken.
    layouts, dtype
        As for `window_means`.

    Returns
    -------
    callable or None
        A function of planes, None where a power overflows or loses digits, and where pixels or sums
        are negative, of which roots are not defined.
    """
    limits = np.finfo(dtype)
    least, count = limits.tiny / limits.eps, layouts[0].k * layouts[1].k

    def pool(x: Array, mean: Callable[[Array], Array]) -> Array | None:
        if norm not in (1, 2, 3) and not float(x.min()) >= 0:
            return None
        out = mean(_power(x, norm))
        if not is_mean:
            out *= x.dtype.type(count)
        if norm == 1:
            return out
        if not (float(out.min()) >= least and float(out.max()) <= limits.max):
            return None
        return _power(out, 1 / norm)

    return _of_means(layouts, dtype, pool)
