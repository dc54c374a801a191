"""Moving an image by fractions of a pixel with few taps, zeros outside."""

from collections.abc import Sequence

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.resampling_kernels import lanczos3
from sampviz.dsp.sliding_window import axis_slice, on_axis

_TAPS = np.arange(-2, 4)


def moved_by_lanczos(x: Array, shifts: Sequence[float]) -> tuple[Array, Array]:
    """Move an image with six taps of Lanczos along each axis.

    Parameters
    ----------
    x : Array
        Real or complex numbers.
    shifts : sequence of float
        Samples by which it moves along each of the last axes; positive moves to larger indices.

    Returns
    -------
    moved : Array
        The image, zeros outside.
    inside : Array of bool
        Where all taps lay within the image, of its last axes.
    """
    inside = np.ones((), bool)
    for axis, shift in zip(range(-len(shifts), 0), shifts, strict=True):
        whole, part = divmod(-shift, 1)
        taps = lanczos3(_TAPS - part)
        taps /= taps.sum()
        n = x.shape[axis]
        index = np.arange(n)[:, None] + int(whole) + _TAPS
        is_inside = (index >= 0) & (index < n)
        weights = np.where(is_inside, taps, 0)
        total = np.zeros_like(x)
        for number in range(len(_TAPS)):
            samples = x.take(np.clip(index[:, number], 0, n - 1), axis)
            total += samples * on_axis(weights[:, number].astype(x.real.dtype), axis)
        x = total
        # A tap whose weight is 0, of a shift of whole samples, may lie outside.
        counts = (is_inside | (np.abs(taps) < 1e-12)).all(axis=1)
        inside = inside & on_axis(counts, axis)
    return x, inside


def moved_whole(x: Array, shifts: Sequence[int]) -> tuple[Array, Array]:
    """Move an image by whole samples, zeros outside.

    Parameters
    ----------
    x : Array
        Numbers.
    shifts : sequence of int
        Samples by which it moves along each of the last axes.

    Returns
    -------
    moved : Array
        The image.
    inside : Array of bool
        Which samples come from inside the image, of its last axes.
    """
    inside = np.ones((), bool)
    for axis, shift in zip(range(-len(shifts), 0), shifts, strict=True):
        n = x.shape[axis]
        source = np.arange(n) - shift
        is_inside = (source >= 0) & (source < n)
        x = x.take(np.clip(source, 0, n - 1), axis)
        x[axis_slice(axis, ~is_inside)] = 0
        inside = inside & on_axis(is_inside, axis)
    return x, inside
