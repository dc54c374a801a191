"""Sliding windows: how many fit along an axis, what must be padded, and views of their samples."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from types import EllipsisType
from typing import Any, Literal

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Size

PerAxis = Any  # a value for both axes, or a pair of them
Border = Literal["zero", "reflect", "edge", "wrap"]


@dataclass(frozen=True)
class WindowLayout:
    """`count` windows of `k` samples, `d` apart, every `s` samples of an axis of `n`.

    `before` and `after` are the nominal paddings: window i starts at sample `s i - before`.
    """

    n: int
    k: int
    s: int
    d: int
    before: int
    after: int
    count: int

    @property
    def reach(self) -> int:
        """Samples to append so that the last window is whole (it may be less than `after`)."""
        return max(0, (self.count - 1) * self.s + self.d * (self.k - 1) + 1 - self.before - self.n)

    @property
    def grid(self) -> Grid:
        """The grid of the window centres."""
        return Grid(self.count, Fraction(self.s), Fraction(self.d * (self.k - 1), 2) - self.before)

    def sizes(self, *, countpad: bool) -> Array:
        """How many samples each window holds; padding is counted, up to `after`, if `countpad`."""
        start = np.arange(self.count) * self.s - self.before
        low, high = (-self.before, self.n + self.after) if countpad else (0, self.n)
        return np.minimum(start + self.k, high) - np.maximum(start, low)


WindowLayouts = tuple[WindowLayout, WindowLayout]  # of rows and columns


@bounded_cache(2**20)
def window_layout(
    n: int, *, k: int, s: int, p: int | str = 0, d: int = 1, ceil: bool = False
) -> WindowLayout:
    """Fit windows into `n` samples by the rule of torch, or by that of Keras for `p="same"`.

    torch: count = floor((n + 2p - d(k-1) - 1) / s) + 1, or ceil of the quotient less a window
    that would start in the far padding. Keras `same`: count = ceil(n / s), the odd sample of
    the padding at the end. A count below 1 is returned as it is: nothing fits.
    """
    span = d * (k - 1) + 1
    if isinstance(p, str):
        count = -(-n // s)
        total = max((count - 1) * s + span - n, 0)
        return WindowLayout(n, k, s, d, total // 2, total - total // 2, count)
    room = n + 2 * p - span
    count = (-(-room // s) if ceil else room // s) + 1
    if ceil and (count - 1) * s >= n + p:
        count -= 1
    return WindowLayout(n, k, s, d, p, p, count)


def window_layouts(
    size: Size, k: PerAxis, s: PerAxis, p: PerAxis, d: PerAxis, ceil: PerAxis
) -> WindowLayouts:
    """Fit windows into rows and columns; each value is one for both or a pair."""
    both = zip(size, pair(k), pair(s), pair(p), pair(d), pair(ceil), strict=True)
    down, along = (window_layout(n, k=k, s=s, p=p, d=d, ceil=ceil) for n, k, s, p, d, ceil in both)
    return down, along


def pair(value: Any) -> tuple[Any, Any]:
    """Return the value for rows and that for columns, given one for both or a pair."""
    return value if isinstance(value, tuple) else (value, value)


def axis_slice(axis: int, chosen: slice) -> tuple[slice | EllipsisType, ...]:
    """Return the index that takes `chosen` along a (negative) axis and all of the others."""
    return (..., chosen, *[slice(None)] * (-axis - 1))


def pad(x: Array, axis: int, before: int, after: int, border: Border, fill: float = 0.0) -> Array:
    """Pad an axis; no copy where there is nothing to pad. `zero` pads with `fill`."""
    if before == after == 0:
        return x
    widths = [(0, 0)] * x.ndim
    widths[axis] = before, after
    if border == "zero":
        return np.pad(x, widths, constant_values=fill)
    return np.pad(x, widths, mode=border)


def taps_along(x: Array, window_layout: WindowLayout, axis: int) -> Iterator[Array]:
    """Yield, for each of the `k` places in a window, the view of that sample in every window."""
    for a in range(window_layout.k):
        start = a * window_layout.d
        yield x[
            axis_slice(
                axis,
                slice(
                    start, start + (window_layout.count - 1) * window_layout.s + 1, window_layout.s
                ),
            )
        ]


def on_axis(values: Array, axis: int) -> Array:
    """Return a 1-D array shaped so that it multiplies along a (negative) axis."""
    return values.reshape(-1, *[1] * (-axis - 1))
