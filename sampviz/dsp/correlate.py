"""Cross-correlation that computes only the samples that a stride keeps."""

from collections.abc import Iterable, Sequence

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.nonfinite import all_count, correlate_what_counts, restored
from sampviz.dsp.sliding_window import Border, WindowLayout, pad, taps_along, window_taps


def correlate(x: Array, kernel: Array, layouts: Sequence[WindowLayout], border: Border) -> Array:
    """Return y[i, j] = sum over a, b of kernel[a, b] xp[s i + d a, s j + d b], xp being x padded.

    A tap that is 0 does not count: NaN and infinity under it leave the sum as it is, unlike in
    deep-learning libraries.

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
        from sampviz.dsp.fast.filter2d import filter_windows

        fast = filter_windows(kernel, tuple(layouts), border, x.dtype)
        if fast and (out := fast(x)) is not None:
            return out
    axes = range(-len(layouts), 0)
    padded = x
    for axis, layout in zip(axes, layouts, strict=True):
        padded = pad(padded, axis, layout.before, layout.reach, border)
    total = _weighted_sum(window_taps(padded, layouts), kernel.ravel())
    if all_count(kernel, border):
        return total
    return restored(total, lambda: correlate_what_counts(x, kernel, layouts, border))


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
    padded = pad(x, axis, layout.before, layout.reach, border)
    total = _weighted_sum(taps_along(padded, layout, axis), taps)
    if all_count(taps, border):
        return total

    def exact() -> Array:
        last = np.moveaxis(x, axis, -1)
        return np.moveaxis(correlate_what_counts(last, taps, [layout], border), -1, axis)

    return restored(total, exact)


def _weighted_sum(samples_of_taps: Iterable[Array], weights: Array) -> Array:
    pairs = zip(samples_of_taps, weights, strict=True)
    samples, weight = next(pairs)
    with np.errstate(invalid="ignore"):  # 0 times infinity
        total = samples * samples.dtype.type(weight)
        product = np.empty_like(total)
        for samples, weight in pairs:
            total += np.multiply(samples, samples.dtype.type(weight), out=product)
    return total
