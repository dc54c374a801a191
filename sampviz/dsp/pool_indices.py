"""Max-pooling indices: where each window's largest pixel lies, and unpooling to these positions."""

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Size
from sampviz.dsp.sliding_window import WindowLayout, axis_slice, on_axis, pad

_ROWS_AT_ONCE = 2**16


def max_pool_indices(x: Array, layouts: Sequence[WindowLayout]) -> Array:
    """Return the flat index of each window's largest pixel in the unpadded plane.

    Of equal pixels the first in row-major order counts, of several NaN the last, as in torch.

    Parameters
    ----------
    x : Array, shape (..., H, W) or (..., D, H, W)
        Real numbers.
    layouts : sequence of WindowLayout
        Windows along each of the last axes.

    Returns
    -------
    Array of int
        One index for each window.
    """
    axes = range(-len(layouts), 0)
    padded = x
    for axis, layout in zip(axes, layouts, strict=True):
        padded = pad(padded, axis, layout.before, layout.reach, "zero", -np.inf)
    has_nan = bool(np.isnan(x.min()))
    taps = list(product(*(range(layout.k) for layout in layouts)))
    best = _samples(padded, layouts, taps[0]).copy()
    # The number of the tap: of one byte, mostly, where an index has eight.
    best_tap = np.broadcast_to(_first_taps(layouts, len(taps)), best.shape).copy()
    for number, tap in enumerate(taps[1:], 1):
        samples = _samples(padded, layouts, tap)
        better = samples > best
        if has_nan:
            better |= np.isnan(samples)
        np.maximum(
            best_tap, better * best_tap.dtype.type(number), out=best_tap
        )  # numbers only grow
        np.maximum(best, samples, out=best)
    steps = np.cumprod([1, *(layout.n for layout in layouts[:0:-1])])[::-1]
    starts = np.zeros((), np.intp)
    for axis, layout, step in zip(axes, layouts, steps, strict=True):
        starts = starts + on_axis((np.arange(layout.count) * layout.s - layout.before) * step, axis)
    within = np.array(
        [[a * layout.d for a, layout in zip(tap, layouts, strict=True)] for tap in taps]
    )
    indices: Array = (within @ steps).astype(np.intp).take(best_tap)
    indices += starts
    return indices


def _samples(padded: Array, layouts: Sequence[WindowLayout], tap: Sequence[int]) -> Array:
    """Return the view of one sample of every window."""
    for axis, layout, a in zip(range(-len(layouts), 0), layouts, tap, strict=True):
        start = a * layout.d
        padded = padded[
            axis_slice(axis, slice(start, start + (layout.count - 1) * layout.s + 1, layout.s))
        ]
    return padded


def _first_taps(layouts: Sequence[WindowLayout], taps: int) -> Array:
    """Return the number of each window's first tap that is not padding."""
    first = np.zeros((), np.intp)
    for axis, layout in zip(range(-len(layouts), 0), layouts, strict=True):
        outside = np.clip(layout.before - np.arange(layout.count) * layout.s, 0, None)
        first = first * layout.k + on_axis(-(-outside // layout.d), axis)
    return first.astype(np.uint8 if taps <= 2**8 else np.uint32)


def max_unpool(x: Array, indices: Array, size: Size) -> Array:
    """Put values at the positions that max pooling took them from, zeros elsewhere.

    Parameters
    ----------
    x : Array
        The values.
    indices : Array of int
        Flat index of each value in its plane; of several values at one index the last stays.
    size : tuple of int
        Size of the result along its last axes.

    Returns
    -------
    Array
        The unpooled array; the dtype of `x`.
    """
    lead = x.shape[: x.ndim - len(size)]
    out = np.zeros((*lead, *size), x.dtype)
    count = prod(x.shape[len(lead) :])
    planes = out.reshape(-1, prod(size)), indices.reshape(-1, count), x.reshape(-1, count)
    # Plane by plane: numpy's put_along_axis would make the indices of the planes as well.
    for plane, plane_indices, values in zip(*planes, strict=True):
        # numpy looks at all indices before it writes: a piece of them is still in the cache then.
        for i in range(0, count, _ROWS_AT_ONCE):
            plane[plane_indices[i : i + _ROWS_AT_ONCE]] = values[i : i + _ROWS_AT_ONCE]
    return out
