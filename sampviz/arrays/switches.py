"""Where each window's largest pixel lies, and how to put values back there."""

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.grid import Size
from sampviz.arrays.window import Fit, at, on_axis, pad


def places_of_largest(x: Array, fits: Sequence[Fit]) -> Array:
    """Return, for each window, the flat index of its largest pixel in the unpadded plane.

    Of equals the first in row-major order counts, of several NaN the last, as in torch.
    """
    axes = range(-len(fits), 0)
    padded = x
    for axis, fit in zip(axes, fits, strict=True):
        padded = pad(padded, axis, fit.before, fit.reach, "zero", -np.inf)
    best = None
    for tap in product(*(range(fit.k) for fit in fits)):
        view, place = padded, np.zeros((), np.intp)
        for axis, fit, a in zip(axes, fits, tap, strict=True):
            start = a * fit.d
            view = view[at(axis, slice(start, start + (fit.count - 1) * fit.s + 1, fit.s))]
            index = np.arange(fit.count) * fit.s + start - fit.before
            stride = np.prod([f.n for f in fits[len(fits) + axis + 1 :]], dtype=np.intp)
            # Padding is chosen only where all is -inf; the first real pixel stands in for it.
            place = place + on_axis(np.clip(index, 0, fit.n - 1) * stride, axis)
        place = np.broadcast_to(place, view.shape)
        if best is None:
            best, where = view.copy(), place.copy()
            continue
        better = (view > best) | np.isnan(view)
        np.copyto(best, view, where=better)
        np.copyto(where, place, where=better)
    return where


def put_back(x: Array, places: Array, size: Size) -> Array:
    """Return zeros of `size` with each value of x at its place; of several at one, the last."""
    lead = x.shape[: x.ndim - len(size)]
    out = np.zeros((prod(lead), prod(size)), x.dtype)
    whole = (len(out), -1)
    # Plane by plane: numpy's put_along_axis would make the indices of the planes as well.
    for plane, indices, values in zip(out, places.reshape(whole), x.reshape(whole), strict=True):
        plane[indices] = values
    return out.reshape(*lead, *size)
