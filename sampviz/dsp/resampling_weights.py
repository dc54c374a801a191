"""Resampling along an axis: the old samples that a new one is made of, and their weights."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.dsp.nonfinite import NEGLIGIBLE, restored
from sampviz.dsp.sliding_window import axis_slice, on_axis

TORCH_CUBIC, PILLOW_CUBIC = -0.75, -0.5  # the parameter a of the cubic


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


def cubic(t: Array, a: float) -> Array:
    """Return the cubic convolution kernel of Keys.

    Parameters
    ----------
    t : Array
        Distances in samples.
    a : float
        The parameter: -0.75 in torch and OpenCV, -0.5 in Pillow.

    Returns
    -------
    Array
        Weights; 0 beyond 2 samples.
    """
    t = np.abs(t)
    inner_value = ((a + 2) * t - (a + 3)) * t**2 + 1
    outer_value = a * (((t - 5) * t + 8) * t - 4)
    return np.where(t <= 1, inner_value, np.where(t < 2, outer_value, 0.0))


def lanczos3(t: Array) -> Array:
    """Return the Lanczos kernel sinc(t) sinc(t/3).

    Parameters
    ----------
    t : Array
        Distances in samples.

    Returns
    -------
    Array
        Weights; 0 beyond 3 samples.
    """
    return np.where(np.abs(t) < 3, np.sinc(t) * np.sinc(t / 3), 0.0)


def box(t: Array) -> Array:
    """Return the box kernel: 1 within half a sample; the lower edge does not count.

    Parameters
    ----------
    t : Array
        Distances in samples.

    Returns
    -------
    Array
        Weights, 0 or 1.
    """
    return ((t > -0.5) & (t <= 0.5)) * 1.0


def triangle(t: Array) -> Array:
    """Return the triangle kernel 1 - abs(t).

    Parameters
    ----------
    t : Array
        Distances in samples.

    Returns
    -------
    Array
        Weights; 0 beyond a sample.
    """
    return np.maximum(1 - np.abs(t), 0.0)


# Filters of Pillow and their supports, in samples of the coarser grid.
FILTERS: dict[str, tuple[Callable[[Array], Array], float]] = {
    "box": (box, 0.5),
    "bilinear": (triangle, 1.0),
    "bicubic": (lambda t: cubic(t, PILLOW_CUBIC), 2.0),
    "lanczos": (lanczos3, 3.0),
}


def filtered(size_before: int, grid: Grid, name: str) -> Weights:
    """Return Pillow's weights, whose filter is as wide as the coarser grid needs.

    Taps beyond the edge are dropped and the others made to sum to 1.

    Parameters
    ----------
    size_before : int
        Number of samples before.
    grid : Grid
        The samples after; each is a cell as wide as its step, the first begins with the old ones.
    name : {"box", "bilinear", "bicubic", "lanczos"}
        Name of the filter.

    Returns
    -------
    Weights
        The weights.
    """
    kernel, support = FILTERS[name]
    ratio = float(grid.step)
    scale = max(ratio, 1.0)
    centre = (np.arange(grid.size) + 0.5) * ratio
    first = (centre - support * scale + 0.5).astype(np.intp)
    last = (centre + support * scale + 0.5).astype(np.intp)  # the first one beyond
    count = int((last - first).max())
    index = first[:, None] + np.arange(count)
    weights = kernel((index + 0.5 - centre[:, None]) / scale)
    weights *= (index >= 0) & (index < np.minimum(last, size_before)[:, None])
    weights /= weights.sum(axis=1, keepdims=True)
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
    low = np.floor(positions).astype(np.intp)
    index = low[:, None] + np.arange(-1, 3)
    weights = cubic(positions[:, None] - index, a)
    return Weights(np.clip(index, 0, size_before - 1), weights)


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
