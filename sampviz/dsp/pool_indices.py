"""Where each window's largest pixel lies, and how to put values back there."""

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Size
from sampviz.dsp.sliding_window import WindowLayout, axis_slice, on_axis, pad

_ROWS_AT_ONCE = 2**16


def max_pool_indices(x: Array, fits: Sequence[WindowLayout]) -> Array:
    """Return, for each window, the flat index of its largest pixel in the unpadded plane.

    Of equals the first in row-major order counts, of several NaN the last, as in torch.
    """
    axes = range(-len(fits), 0)
    padded = x
    for axis, fit in zip(axes, fits, strict=True):
        padded = pad(padded, axis, fit.before, fit.reach, "zero", -np.inf)
    has_nan = bool(np.isnan(x.min()))
    taps = list(product(*(range(fit.k) for fit in fits)))
    best = _samples(padded, fits, taps[0]).copy()
    # The number of the tap: of one byte, mostly, where an index has eight.
    which = np.broadcast_to(_first_taps(fits, len(taps)), best.shape).copy()
    for number, tap in enumerate(taps[1:], 1):
        view = _samples(padded, fits, tap)
        better = view > best
        if has_nan:
            better |= np.isnan(view)
        np.maximum(which, better * which.dtype.type(number), out=which)  # numbers only grow
        np.maximum(best, view, out=best)
    steps = np.cumprod([1, *(fit.n for fit in fits[:0:-1])])[::-1]
    starts = np.zeros((), np.intp)
    for axis, fit, step in zip(axes, fits, steps, strict=True):
        starts = starts + on_axis((np.arange(fit.count) * fit.s - fit.before) * step, axis)
    within = np.array([[a * fit.d for a, fit in zip(tap, fits, strict=True)] for tap in taps])
    places: Array = (within @ steps).astype(np.intp).take(which)
    places += starts
    return places


def _samples(padded: Array, fits: Sequence[WindowLayout], tap: Sequence[int]) -> Array:
    """Return the view of one sample of every window."""
    for axis, fit, a in zip(range(-len(fits), 0), fits, tap, strict=True):
        start = a * fit.d
        padded = padded[axis_slice(axis, slice(start, start + (fit.count - 1) * fit.s + 1, fit.s))]
    return padded


def _first_taps(fits: Sequence[WindowLayout], taps: int) -> Array:
    """Return the number of each window's first tap that is no padding."""
    first = np.zeros((), np.intp)
    for axis, fit in zip(range(-len(fits), 0), fits, strict=True):
        outside = np.clip(fit.before - np.arange(fit.count) * fit.s, 0, None)
        first = first * fit.k + on_axis(-(-outside // fit.d), axis)
    return first.astype(np.uint8 if taps <= 2**8 else np.uint32)


def max_unpool(x: Array, places: Array, size: Size) -> Array:
    """Return zeros of `size` with each value of x at its place; of several at one, the last."""
    lead = x.shape[: x.ndim - len(size)]
    out = np.zeros((*lead, *size), x.dtype)
    each = prod(x.shape[len(lead) :])
    planes = out.reshape(-1, prod(size)), places.reshape(-1, each), x.reshape(-1, each)
    # Plane by plane: numpy's put_along_axis would make the indices of the planes as well.
    for plane, indices, values in zip(*planes, strict=True):
        # numpy looks at all indices before it writes: a piece of them is still in the cache then.
        for i in range(0, each, _ROWS_AT_ONCE):
            plane[indices[i : i + _ROWS_AT_ONCE]] = values[i : i + _ROWS_AT_ONCE]
    return out
