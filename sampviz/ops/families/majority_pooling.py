"""Majority pooling: how label maps shrink."""

from itertools import pairwise
from typing import Annotated

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.dsp.sliding_window import axis_slice, taps_along, window_layout
from sampviz.ops.define import op
from sampviz.ops.families.pooling import AS_WINDOW
from sampviz.ops.parameter import Param, for_all_axes
from sampviz.ops.parameter_types import Strides, Windows

Tie = Annotated[str, Param(meaning="which of equally frequent values", words=("low", "high"))]
_MOST_AT_ONCE = 2**22  # values in the windows of a block


def _grid(n: int, *, k: int, s: int, tie: str) -> Grid:
    return window_layout(n, k=k, s=s).grid


@op(
    "majority",
    title="Majority vote",
    kind="down",
    group="labels",
    linear=False,
    grid=_grid,
    domain="labels",
    picks=True,
)
def majority(
    x: Array,
    axes: int,
    *,
    k: Windows = for_all_axes(2),
    s: Strides = AS_WINDOW,
    tie: Tie = "low",
) -> Array:
    """Keep the most frequent value of every window: for label maps, whose numbers have no mean.

    The vote of one-hot maps that are averaged: `onehot+avg+argmax` is the same. No label is NaN or
    infinite: they are refused.

    Size: floor((N - k) / s) + 1
    Delta: (k-1)/2
    Edges: windows lie inside.
    Source: scipy.stats.mode of every window, for tie=low.
    """
    taps = [x]
    for axis, ki, si in zip(range(-axes, 0), k, s, strict=True):
        layout = window_layout(x.shape[axis], k=ki, s=si)
        taps = [tap for part in taps for tap in taps_along(part, layout, axis)]
    out: Array = np.empty(taps[0].shape, x.dtype)
    length = out.shape[-axes]
    at_once = max(1, _MOST_AT_ONCE * length // (len(taps) * out.size))
    for start in range(0, length, at_once):
        block = axis_slice(-axes, slice(start, start + at_once))
        out[block] = _most_frequent(np.stack([tap[block] for tap in taps]), tie)
    return out


def _most_frequent(values: Array, tie: str) -> Array:
    """Return the most frequent value along the first axis."""
    ordered = np.sort(values, axis=0)
    best, most = ordered[0].copy(), np.ones(ordered[0].shape, np.int64)
    run = most.copy()
    for previous, value in pairwise(ordered):
        run = np.where(value == previous, run + 1, 1)
        is_more = run >= most if tie == "high" else run > most
        best[is_more], most[is_more] = value[is_more], run[is_more]
    return best
