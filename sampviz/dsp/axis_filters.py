"""Filters along the axes of planes and volumes, one axis after the other."""

from collections.abc import Callable, Sequence

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.fft import irfft, rfft
from sampviz.dsp.grid import Size
from sampviz.dsp.sliding_window import axis_slice, on_axis

_AT_ONCE = 2**18  # samples that are worked on together

AxisFilter = Callable[[Array, int], Array]  # of an array along one of its axes


def along_axes(x: Array, filters: Sequence[AxisFilter | None], size: Size) -> Array:
    """Apply a filter along each of the last axes.

    Of a volume some slices after the others, and some rows of all slices: another volume at most
    is needed beside the result.

    Parameters
    ----------
    x : Array
        Numbers.
    filters : sequence of callable or None
        `function(array, axis)` for each axis; None leaves it alone.
    size : tuple of int
        Size of the result along these axes.

    Returns
    -------
    Array
        The result; it may be `x` itself where nothing is to be done.
    """
    if len(filters) < 3 or not any(filters):
        for axis, along in zip(range(-len(filters), 0), filters, strict=True):
            x = along(x, axis) if along else x
        return x
    slices = x.reshape(-1, *x.shape[-2:])
    planes = np.empty((len(slices), *size[1:]), x.dtype)
    count = max(1, _AT_ONCE // (slices.shape[1] * slices.shape[2]))
    for start in range(0, len(slices), count):
        part = slice(start, start + count)
        planes[part] = along_axes(slices[part], filters[1:], size[1:])
    planes = planes.reshape(*x.shape[:-2], *size[1:])
    across = filters[0]
    if across is None:
        return planes
    out = planes if size[0] == x.shape[-3] else np.empty((*x.shape[:-3], *size), x.dtype)
    count = max(1, _AT_ONCE // (planes[..., 0, :].size))
    for row in range(0, size[1], count):
        part = slice(row, row + count)
        out[..., part, :] = across(planes[..., part, :], -3)
    return out


def crop_axis(x: Array, axis: int, size: int, gain: Array | None = None) -> Array:
    """Keep the lowest frequencies along an axis.

    At the new Nyquist frequency of an even size the mean of both signs is kept.

    Parameters
    ----------
    x : Array
        Real numbers.
    axis : int
        The axis.
    size : int
        Number of samples of the result, at most as many as there are.
    gain : Array, optional
        Gain of frequency 0, 1, .. up to size // 2 at least: the same for both signs.

    Returns
    -------
    Array
        `size` samples; the dtype of `x`.
    """
    half = rfft(x, axis=axis, norm="forward")[axis_slice(axis, slice(size // 2 + 1))]
    if gain is not None:
        half = half * on_axis(gain[: size // 2 + 1].astype(x.dtype), axis)
    return irfft(half, size, axis=axis, norm="forward")
