"""Resampling along an axis: the old samples that a new one is made of, and their weights."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.dsp.nonfinite import NEGLIGIBLE, restored
from sampviz.dsp.resampling_kernels import cubic
from sampviz.dsp.sliding_window import axis_slice, on_axis


@dataclass(frozen=True, eq=False)
class Weights:
    """The weights of a resampling: new sample i is sum over t of weights[i, t] old[index[i, t]].

    Parameters
    ----------
    index : Array of int, shape (new, taps)
        Indices of old samples, which never fall from tap to tap.
    weights : Array, shape (new, taps)
        Their weights.
    """

    index: Array
    weights: Array

    def along(self, x: Array, axis: int) -> Array:
        """Apply the weights along an axis.

        Parameters
        ----------
        x : Array
            Floating point or complex numbers.
        axis : int
            Negative index of the axis.

        Returns
        -------
        Array
            `x` with the new samples along the axis; the dtype of `x`. An old sample of weight 0
            does not count, be it NaN or infinite.
        """
        with np.errstate(invalid="ignore"):  # 0 times infinity
            total = self._sum(x, axis)
        return restored(total, lambda: self._that_count()._sum(x, axis, leave_out_zeros=True))

    def _sum(self, x: Array, axis: int, *, leave_out_zeros: bool = False) -> Array:
        weights = self.weights.astype(x.real.dtype)
        total = None
        for index, weight in zip(self.index.T, weights.T, strict=True):
            part = x.take(index, axis)
            part *= on_axis(weight, axis)
            if leave_out_zeros:
                part[axis_slice(axis, weight == 0)] = 0
            total = part if total is None else np.add(total, part, out=total)
        assert total is not None
        return total

    def _that_count(self) -> "Weights":
        """Return one weight for each old sample of a new one, and 0 for rounding."""
        taps = np.arange(self.index.shape[1])
        is_next = np.diff(self.index, axis=1, prepend=-1) != 0  # the indices never fall
        first = np.maximum.accumulate(np.where(is_next, taps, 0), axis=1)
        weights = np.zeros_like(self.weights)
        np.add.at(weights, (np.arange(len(weights))[:, None], first), self.weights)
        weights[np.abs(weights) <= NEGLIGIBLE] = 0
        return Weights(self.index, weights)


def filtered(
    size_before: int,
    grid: Grid,
    kernel: Callable[[Array], Array],
    support: float,
    *,
    drop: bool = True,
) -> Weights:
    """Return Pillow's weights, whose filter is as wide as the coarser grid needs; they sum to 1.

    Parameters
    ----------
    size_before : int
        Number of samples before.
    grid : Grid
        The samples after.
    kernel : callable
        The filter, of distances in samples of the coarser grid.
    support : float
        Beyond which distance it is 0.
    drop : bool
        Whether taps beyond the edge are dropped; else the edge is repeated, as ONNX does.

    Returns
    -------
    Weights
        The weights.
    """
    ratio = float(grid.step)
    scale = max(ratio, 1.0)
    shift = float(grid.delta - (grid.step - 1) / 2)  # 0 where cells share the span of the old ones
    centre = (np.arange(grid.size) + 0.5) * ratio + shift
    first, last = (  # the first one within, and the first one beyond
        np.floor(end).astype(np.intp)
        for end in (centre - support * scale + 0.5, centre + support * scale + 0.5)
    )
    count = int((last - first).max())
    index = first[:, None] + np.arange(count)
    weights = kernel((index + 0.5 - centre[:, None]) / scale)
    weights *= index < last[:, None]
    if drop:
        weights *= (index >= 0) & (index < size_before)
    weights /= weights.sum(axis=1, keepdims=True)
    return Weights(np.clip(index, 0, size_before - 1), weights)


def kernel_at(
    size_before: int,
    positions: Array,
    kernel: Callable[[Array], Array],
    reach: int,
    *,
    drop: bool,
    normalise: bool,
) -> Weights:
    """Return the weights of a kernel that is as wide as the old samples, at fractional indices.

    Parameters
    ----------
    size_before : int
        Number of old samples.
    positions : Array, shape (new,)
        Fractional indices of the new samples.
    kernel : callable
        The kernel, of distances in samples.
    reach : int
        Taps on each side.
    drop : bool
        Whether taps beyond the edge are dropped; else the edge is repeated.
    normalise : bool
        Whether the weights are made to sum to 1; they always are where taps are dropped.

    Returns
    -------
    Weights
        The weights.
    """
    low = np.floor(positions).astype(np.intp)
    index = low[:, None] + np.arange(1 - reach, reach + 1)
    weights = kernel(positions[:, None] - index)
    if drop:
        weights = weights * ((index >= 0) & (index < size_before))
    if drop or normalise:
        weights = weights / weights.sum(axis=1, keepdims=True)
    return Weights(np.clip(index, 0, size_before - 1), weights)


def cubic_at(size_before: int, positions: Array, a: float) -> Weights:
    """Return the four weights of a cubic at fractional indices.

    Parameters
    ----------
    size_before : int
        Number of old samples; beyond them the edge is repeated.
    positions : Array, shape (new,)
        Fractional indices of the new samples.
    a : float
        The parameter of the cubic.

    Returns
    -------
    Weights
        The weights.
    """
    return kernel_at(size_before, positions, lambda t: cubic(t, a), 2, drop=False, normalise=False)


def area(size_before: int, size_after: int) -> Weights:
    """Return the weights of exact overlap: pixel i covers i r .. (i + 1) r, r the ratio of sizes.

    Parameters
    ----------
    size_before, size_after : int
        Number of samples before and after.

    Returns
    -------
    Weights
        The weights.
    """
    ratio = size_before / size_after
    start = np.arange(size_after) * ratio
    first = np.floor(start + 1e-9).astype(np.intp)
    index = first[:, None] + np.arange(int(np.ceil(ratio)) + 1)
    covered = np.minimum(index + 1, (start + ratio)[:, None]) - np.maximum(index, start[:, None])
    weights = np.maximum(covered, 0.0) * (index < size_before)
    weights /= weights.sum(axis=1, keepdims=True)
    return Weights(np.minimum(index, size_before - 1), weights)
