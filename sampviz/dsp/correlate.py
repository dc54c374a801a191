"""Cross-correlation that computes only the samples that a stride keeps."""

from collections.abc import Iterable, Sequence

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.sliding_window import Border, WindowLayout, pad, taps_along


def correlate(x: Array, kernel: Array, layouts: Sequence[WindowLayout], border: Border) -> Array:
    """Return y[i, j] = sum over a, b of kernel[a, b] xp[s i + d a, s j + d b], xp being x padded.

    Taps that are zero count too: 0 times NaN is NaN, as in every deep-learning library.

    Parameters
    ----------
    x : Array, shape (..., H, W) or (..., D, H, W)
        Floating point or complex numbers.
    kernel : Array
        Taps, one axis for each layout.
    layouts : sequence of WindowLayout
        Windows along each of the last axes.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges.

    Returns
    -------
    Array
        One value for each window; the dtype of `x`.
    """
    if len(layouts) == 2 and x.dtype == np.float32:
        from sampviz.dsp.fast.filter2d import filter2d

        if fast := filter2d(kernel, (layouts[0], layouts[1]), border):
            return fast(x)
    axes = range(-len(layouts), 0)
    for axis, layout in zip(axes, layouts, strict=True):
        x = pad(x, axis, layout.before, layout.reach, border)
    samples_of_taps: Iterable[Array] = [x]
    for axis, layout in zip(axes, layouts, strict=True):
        samples_of_taps = _taps_of_arrays(samples_of_taps, layout, axis)
    return _weighted_sum(samples_of_taps, kernel.ravel())


def correlate_along(
    x: Array, taps: Array, layout: WindowLayout, axis: int, border: Border
) -> Array:
    """Correlate with taps along one axis.

    Parameters
    ----------
    x : Array
        Floating point or complex numbers.
    taps : Array, shape (k,)
        Filter taps.
    layout : WindowLayout
        Windows along the axis.
    axis : int
        Negative index of the axis.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges.

    Returns
    -------
    Array
        `x` with `layout.count` samples along the axis.
    """
    x = pad(x, axis, layout.before, layout.reach, border)
    return _weighted_sum(taps_along(x, layout, axis), taps)


def _taps_of_arrays(arrays: Iterable[Array], layout: WindowLayout, axis: int) -> Iterable[Array]:
    for array in arrays:
        yield from taps_along(array, layout, axis)


def _weighted_sum(samples_of_taps: Iterable[Array], weights: Array) -> Array:
    pairs = zip(samples_of_taps, weights, strict=True)
    samples, weight = next(pairs)
    total = samples * samples.dtype.type(weight)
    product = np.empty_like(total)
    for samples, weight in pairs:
        total += np.multiply(samples, samples.dtype.type(weight), out=product)
    return total
