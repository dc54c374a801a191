"""Windows that share the span of an axis, whatever their number: adaptive pooling."""

from collections.abc import Sequence
from functools import reduce
from itertools import product
from math import prod

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.resampling_weights import Weights


def adaptive_index(n: int, count: int) -> Array:
    """Return the samples of each window: floor(i n / count) .. ceil((i + 1) n / count) - 1.

    Parameters
    ----------
    n : int
        Number of samples.
    count : int
        Number of windows, which may be larger.

    Returns
    -------
    Array of int, shape (count, longest window)
        Indices; a shorter window repeats its last.
    """
    i = np.arange(count)
    first, last = i * n // count, -(-(i + 1) * n // count) - 1
    longest = int((last - first).max()) + 1
    return np.minimum(first[:, None] + np.arange(longest), last[:, None])


def adaptive_mean(x: Array, axis: int, count: int) -> Array:
    """Return the mean of each window along an axis.

    Parameters
    ----------
    x : Array
        Floating point or complex numbers.
    axis : int
        Negative index of the axis.
    count : int
        Number of windows.

    Returns
    -------
    Array
        `x` with `count` samples along the axis.
    """
    index = adaptive_index(x.shape[axis], count)
    is_new = np.diff(index, axis=1, prepend=-1) != 0
    return Weights(index, is_new / is_new.sum(axis=1, keepdims=True)).along(x, axis)


def adaptive_extreme(x: Array, axis: int, count: int, choose: np.ufunc) -> Array:
    """Return the largest or smallest sample of each window along an axis.

    Parameters
    ----------
    x : Array
        Real numbers.
    axis : int
        Negative index of the axis.
    count : int
        Number of windows.
    choose : ufunc
        numpy.maximum or numpy.minimum.

    Returns
    -------
    Array
        `x` with `count` samples along the axis.
    """
    index = adaptive_index(x.shape[axis], count)
    return np.asarray(reduce(choose, (x.take(tap, axis) for tap in index.T)))


def adaptive_max_indices(x: Array, counts: Sequence[int]) -> Array:
    """Return the flat index of each window's largest pixel; of equals the first, row by row.

    Parameters
    ----------
    x : Array, shape (..., H, W) or (..., D, H, W)
        Real numbers.
    counts : sequence of int
        Number of windows along each of the last axes.

    Returns
    -------
    Array of int
        One index for each window.
    """
    size = x.shape[-len(counts) :]
    taps = [adaptive_index(n, count).T for n, count in zip(size, counts, strict=True)]
    places = np.arange(prod(size)).reshape(size)
    best = index = None
    for chosen in product(*taps):
        grid = np.ix_(*chosen)
        samples, where = x[(..., *grid)], places[grid]
        if best is None or index is None:
            best, index = samples, np.broadcast_to(where, samples.shape).copy()
            continue
        better = (samples > best) | (np.isnan(samples) & ~np.isnan(best))
        index = np.where(better, where, index)
        best = np.where(better, samples, best)
    assert index is not None
    return index
