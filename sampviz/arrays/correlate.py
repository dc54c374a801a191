"""Cross-correlation of which only the samples that a stride keeps are computed."""

from collections.abc import Iterable

import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.window import Border, Fit, pad, taps_along


def correlate(x: Array, kernel: Array, rows: Fit, columns: Fit, border: Border) -> Array:
    """Return y[i,j] = sum over a,b of kernel[a,b] x~[s i + d a - p, s j + d b - p].

    x~ is x padded by `border`; rows and columns have their own fits. Taps that are zero count
    too: 0 times NaN is NaN, as in every deep-learning library.
    """
    padded = pad(x, (rows.before, rows.reach), (columns.before, columns.reach), border)
    views = (
        view for line in taps_along(padded, rows, -2) for view in taps_along(line, columns, -1)
    )
    return _weighted_sum(views, kernel.ravel())


def correlate_separable(x: Array, taps: Array, rows: Fit, columns: Fit, border: Border) -> Array:
    """Return the correlation with the outer product of `taps` with itself, an axis at a time."""
    padded = pad(x, (rows.before, rows.reach), (columns.before, columns.reach), border)
    lines = _weighted_sum(taps_along(padded, rows, -2), taps)
    return _weighted_sum(taps_along(lines, columns, -1), taps)


def _weighted_sum(views: Iterable[Array], weights: Array) -> Array:
    pairs = zip(views, weights, strict=True)
    view, weight = next(pairs)
    total = view * view.dtype.type(weight)
    product = np.empty_like(total)
    for view, weight in pairs:
        total += np.multiply(view, view.dtype.type(weight), out=product)
    return total
