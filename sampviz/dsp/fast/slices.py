"""Weighted sums of the slices of a volume: what a filter does along the first axis.

They are done first: of a step of 2 half as many slices are left for rows and columns. A sum is a
few passes of vector instructions over slices that are in the cache.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.tall_planes import Slices
from sampviz.dsp.sliding_window import Border, WindowLayout, pad

_PART = 52  # slot
Terms = Sequence[tuple[int, Any]]  # numbers of slices and their weights, none of them 0


def window_terms(layout: WindowLayout, taps: Array, border: Border) -> list[Terms]:
    """Return the slices in each window and their weights.

    Parameters
    ----------
    layout : WindowLayout
        Windows along the first axis.
    taps : Array, shape (k,) or (k, k, k)
        Weights, or a plane of taps for each slice; a slice whose weights sum to 0 is left out.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges.

    Returns
    -------
    list of list of (int, float or Array)
        Slice numbers and weights, or taps, of each window.
    """
    numbers = pad(np.arange(layout.n), -1, layout.before, layout.reach, border, fill=layout.n)
    terms: list[Terms] = []
    for i in range(layout.count):
        weights: dict[int, Any] = {}
        for a, tap in enumerate(taps.tolist() if taps.ndim == 1 else taps):
            number = int(numbers[i * layout.s + a * layout.d])
            if number < layout.n:
                weights[number] = weights.get(number, 0.0) + tap
        terms.append([(number, weight) for number, weight in weights.items() if np.any(weight)])
    return terms


def weighted_slices(volume: Array, terms: Terms, out: Array) -> Array:
    """Return the weighted sum of slices, which may be one of them.

    Parameters
    ----------
    volume : Array, shape (D, H, W)
        float32 or float64, slices contiguous.
    terms : sequence of (int, float)
        Numbers of slices and their weights.
    out : Array, shape (H, W)
        Where the sum is written.

    Returns
    -------
    Array, shape (H, W)
        `out`, or a slice itself where it is all of the sum.
    """
    if not terms:
        out[...] = 0
        return out
    (number, weight), *others = terms
    if not others:
        return (
            np.asarray(volume[number]) if weight == 1 else np.multiply(volume[number], weight, out)
        )
    (second, factor), *others = others
    cv2.addWeighted(volume[number], weight, volume[second], factor, 0, out)
    for number, weight in others:
        cv2.scaleAdd(volume[number], weight, out, out)
    return out


def slab_sums(terms: Sequence[Terms], number: int) -> Slices:
    """Return a function that writes some weighted sums of slices at once.

    Parameters
    ----------
    terms : sequence of sequence of (int, float)
        From `window_terms`.
    number : int
        How many sums are written together.

    Returns
    -------
    callable
        `function(volume, begin, out)` writes sums `begin` and the next ones to `out`, or returns
        the one slice that is all of a sum.
    """
    slabs = [_slab(terms[begin : begin + number]) for begin in range(len(terms) - number + 1)]

    def write(volume: Array, begin: int, out: Array) -> Array:
        slab = slabs[begin]
        if number == 1:
            return weighted_slices(volume, terms[begin], out[0])[None]
        if slab is None:
            for target, slice_terms in zip(out, terms[begin:], strict=False):
                total = weighted_slices(volume, slice_terms, target)
                if total is not target:
                    target[...] = total
            return out
        part = buffer(_PART, out.shape, out.dtype)
        for count, (weight, chosen) in enumerate(slab):
            total = out if count == 0 else part
            if len(chosen) == 1:
                np.multiply(volume[chosen[0]], weight, out=total)
            else:
                np.add(volume[chosen[0]], volume[chosen[1]], out=total)
                total *= weight
            if count:
                out += part
        return out

    return write


def _slab(terms: Sequence[Terms]) -> list[tuple[float, list[slice]]] | None:
    """Return the slices of sums that are alike but for their places, one or two of a weight.

    None where they are not alike, as at the edges.
    """
    weights = [[weight for _, weight in each] for each in terms]
    if not weights[0] or any(each != weights[0] for each in weights):
        return None
    places = np.array([[number for number, _ in each] for each in terms])
    steps = np.diff(places, axis=0)
    if not steps.size or (steps != steps[0, 0]).any() or steps[0, 0] < 1:
        return None
    pairs: list[tuple[float, list[slice]]] = []
    for number, weight in terms[0]:
        chosen = slice(number, int(number + (len(terms) - 1) * steps[0, 0] + 1), int(steps[0, 0]))
        partner = next((p for p in pairs if p[0] == weight and len(p[1]) == 1), None)
        if partner:
            partner[1].append(chosen)
        else:
            pairs.append((weight, [chosen]))
    return pairs


def depth_factor(kernel: Array) -> tuple[Array, Array] | None:
    """Return the taps along the first axis and those of the plane, whose product a kernel is.

    Parameters
    ----------
    kernel : Array, shape (k, k, k)
        Taps.

    Returns
    -------
    tuple of Array, or None
        Shapes (k,) and (k, k); None where the kernel is no such product. A tap of 0 stays 0.
    """
    flat = kernel.reshape(len(kernel), -1)
    largest = int(np.abs(flat).argmax())
    plane = flat[largest // flat.shape[1]]
    taps = flat[:, largest % flat.shape[1]] / (plane[largest % flat.shape[1]] or 1)
    product = np.outer(taps, plane)
    is_product = np.abs(product - flat).max() <= 1e-15 * np.abs(flat).max()
    return (taps, plane.reshape(kernel.shape[1:])) if is_product else None
