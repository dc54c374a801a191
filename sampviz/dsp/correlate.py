"""Cross-correlation of which only the samples that a stride keeps are computed."""

from collections.abc import Iterable, Sequence

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.sliding_window import Border, WindowLayout, pad, taps_along


def correlate(x: Array, kernel: Array, fits: Sequence[WindowLayout], border: Border) -> Array:
    """Return y[i,j] = sum over a,b of kernel[a,b] x~[s i + d a - p, s j + d b - p].

    x~ is x padded by `border`; each of the last axes, as many as the kernel has, has its own fit.
    Taps that are zero count too: 0 times NaN is NaN, as in every deep-learning library.
    """
    if len(fits) == 2 and x.dtype == np.float32:
        from sampviz.dsp.fast.filter2d import filter2d

        if fast := filter2d(kernel, (fits[0], fits[1]), border):
            return fast(x)
    axes = range(-len(fits), 0)
    for axis, fit in zip(axes, fits, strict=True):
        x = pad(x, axis, fit.before, fit.reach, border)
    views: Iterable[Array] = [x]
    for axis, fit in zip(axes, fits, strict=True):
        views = _each_tap(views, fit, axis)
    return _weighted_sum(views, kernel.ravel())


def correlate_along(x: Array, taps: Array, fit: WindowLayout, axis: int, border: Border) -> Array:
    """Return the correlation with `taps` along one axis."""
    x = pad(x, axis, fit.before, fit.reach, border)
    return _weighted_sum(taps_along(x, fit, axis), taps)


def _each_tap(views: Iterable[Array], fit: WindowLayout, axis: int) -> Iterable[Array]:
    for view in views:
        yield from taps_along(view, fit, axis)


def _weighted_sum(views: Iterable[Array], weights: Array) -> Array:
    pairs = zip(views, weights, strict=True)
    view, weight = next(pairs)
    total = view * view.dtype.type(weight)
    product = np.empty_like(total)
    for view, weight in pairs:
        total += np.multiply(view, view.dtype.type(weight), out=product)
    return total
