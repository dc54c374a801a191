"""Weighted sums of the slices of a volume: what a filter does along the first axis.

They are done first: of a step of 2 half as many slices are left for rows and columns. A sum is a
few passes of vector instructions over slices that are in the cache.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.sliding_window import Border, WindowLayout, pad

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
        for a, tap in enumerate(taps):
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
        return volume[number] if weight == 1 else np.multiply(volume[number], weight, out=out)
    (second, factor), *others = others
    cv2.addWeighted(volume[number], weight, volume[second], factor, 0, out)
    for number, weight in others:
        cv2.scaleAdd(volume[number], weight, out, out)
    return out


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
