"""Weighted sums of the slices of a volume: what a filter does along the first axis.

They are done first: of a step of 2 half as many slices are left for rows and columns. A sum is a
few passes of vector instructions over slices that are in the cache.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.fast.tall_planes import Slices
from sampviz.dsp.sliding_window import Border, WindowLayout, pad

_SHORT = 256  # samples of a row; of rows that lie apart scaleAdd takes 10 ns for each
Terms = Sequence[tuple[int, float]]  # numbers of slices and their weights, none of them 0


def window_terms(layout: WindowLayout, taps: Array, border: Border) -> list[Terms]:
    """Return the slices in each window and their weights.

    Parameters
    ----------
    layout : WindowLayout
        Windows along the first axis.
    taps : Array, shape (k,)
        Weights; a slice whose weights sum to 0 is left out.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges.

    Returns
    -------
    list of list of (int, float)
        Slice numbers and weights of each window.
    """
    numbers = pad(np.arange(layout.n), -1, layout.before, layout.reach, border, fill=layout.n)
    terms: list[Terms] = []
    for i in range(layout.count):
        weights: dict[int, float] = {}
        for a, tap in enumerate(taps.tolist()):
            number = int(numbers[i * layout.s + a * layout.d])
            if number < layout.n:
                weights[number] = weights.get(number, 0.0) + tap
        terms.append([(number, weight) for number, weight in weights.items() if weight])
    return terms


def slab_sums(terms: Sequence[Terms], number: int) -> Slices:
    """Return a function that writes some weighted sums of slices at once.

    Parameters
    ----------
    terms : sequence of sequence of (int, float)
        Numbers of slices and their weights, for each sum.
    number : int
        How many sums are written together.

    Returns
    -------
    callable
        `function(volume, begin, out)` writes sums `begin` and the next ones to `out`, whose slices
        are contiguous, and returns it; or the one slice of `volume` that is all of a sum.
    """
    slabs = [_runs(terms[begin : begin + number]) for begin in range(len(terms) - number + 1)]

    def write(volume: Array, begin: int, out: Array) -> Array:
        if number == 1 and len(terms[begin]) == 1 and terms[begin][0][1] == 1:
            index = terms[begin][0][0]
            return volume[index : index + 1]
        slices, sums = volume.reshape(len(volume), -1), out.reshape(number, -1)
        for run, sum_terms in slabs[begin]:
            add_up([(slices[places], weight) for places, weight in sum_terms], sums[run])
        return out

    return write


def shifted(
    terms: Sequence[tuple[Array, int, float]], out: Array
) -> tuple[list[tuple[Array, float]], Array]:
    """Return what sums of shifted samples add up, out[i] = sum of weight x[i + shift].

    Parameters
    ----------
    terms : sequence of (Array, int, float)
        An array of the shape of `out`, a shift along its first axis, and a weight.
    out : Array
        Where the sums shall be written; where a shift leaves the array it is undefined.

    Returns
    -------
    list of (Array, float)
        Views of the arrays, and the weights.
    Array
        The view of `out` to which they belong.
    """
    shifts = [shift for _, shift, _ in terms]
    low, high = max(0, -min(shifts)), len(out) - max(0, *shifts, 0)
    return [(x[low + shift : high + shift], weight) for x, shift, weight in terms], out[low:high]


def add_up(chosen: Sequence[tuple[Array, float]], out: Array) -> None:
    """Write the weighted sum of arrays of one shape.

    Parameters
    ----------
    chosen : sequence of (Array, float)
        Arrays and their weights.
    out : Array
        Where the sum is written.
    """
    if len(chosen) < 2:
        np.multiply(*chosen[0], out=out) if chosen else out.fill(0)
        return
    (first, weight), (second, factor), *others = chosen
    cv2.addWeighted(first, weight, second, factor, 0, out)
    if out.shape[-1] < _SHORT:
        for array, weight in others:
            cv2.addWeighted(array, weight, out, 1, 0, out)
        return
    for array, weight in others:
        cv2.scaleAdd(array, weight, out, out)


def _runs(terms: Sequence[Terms]) -> list[tuple[slice, list[tuple[slice, float]]]]:
    """Return runs of sums that are alike but for their places, each with places and weights.

    At the edges of a volume a run is a sum or two, in the middle all of them.
    """
    runs: list[tuple[slice, list[tuple[slice, float]]]] = []
    begin = 0
    while begin < len(terms):
        end = begin + 1
        while end < len(terms) and _is_alike(terms[begin : end + 1]):
            end += 1
        step = terms[begin + 1][0][0] - terms[begin][0][0] if end - begin > 1 else 1
        span = (end - begin - 1) * step + 1
        places = [(slice(i, i + span, step), weight) for i, weight in terms[begin]]
        runs.append((slice(begin, end), places))
        begin = end
    return runs


def _is_alike(terms: Sequence[Terms]) -> bool:
    """Tell whether the last sum has the places of that before, a fixed step on."""
    *_, before, last = terms
    if not before or len(before) != len(last):
        return False
    step = terms[1][0][0] - terms[0][0][0]
    return step > 0 and all(
        i + step == j and weight == other
        for (i, weight), (j, other) in zip(before, last, strict=True)
    )


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
