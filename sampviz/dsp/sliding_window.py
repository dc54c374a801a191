"""Sliding windows: how many fit along an axis, what must be padded, and views of their samples."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import EllipsisType
from typing import Any, Literal

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Size

PerAxis = Any  # a value for all axes, or a tuple with one for each
Border = Literal["zero", "reflect", "edge", "wrap", "symmetric", "periodic"]
Padding = int | tuple[int, int] | str  # of both ends, of one and the other, or the rule of Keras


@dataclass(frozen=True)
class WindowLayout:
    """The windows along one axis: `count` windows of `k` samples, `s` apart.

    Parameters
    ----------
    n : int
        Samples of the axis.
    k : int
        Samples of a window.
    s : int
        Distance between windows (the stride).
    d : int
        Distance between the samples of a window (the dilation).
    before, after : int
        Nominal padding at both ends; window i starts at sample `s i - before`.
    count : int
        Number of windows.
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
        """Samples to append so that the last window is whole; may be less than `after`."""
        return max(0, (self.count - 1) * self.s + self.d * (self.k - 1) + 1 - self.before - self.n)

    @property
    def grid(self) -> Grid:
        """The grid of the window centres."""
        return Grid(self.count, Fraction(self.s), Fraction(self.d * (self.k - 1), 2) - self.before)

    @property
    def all_whole(self) -> bool:
        """Whether every window holds k samples, those of its padding counted."""
        return self.reach <= self.after

    def sizes(self, *, countpad: bool) -> Array:
        """Return how many samples each window holds.

        Parameters
        ----------
        countpad : bool
            Whether padding counts, up to `after`.

        Returns
        -------
        Array, shape (count,)
            Number of samples of each window.
        """
        start = np.arange(self.count) * self.s - self.before
        low, high = (-self.before, self.n + self.after) if countpad else (0, self.n)
        return np.minimum(start + self.k, high) - np.maximum(start, low)


WindowLayouts = tuple[WindowLayout, ...]  # of rows and columns, before them of slices


@bounded_cache(2**20)
def window_layout(
    n: int, *, k: int, s: int, p: Padding = 0, d: int = 1, ceil: bool = False
) -> WindowLayout:
    """Lay windows along an axis by the rule of torch, or by that of Keras for `p="same"`.

    torch: count = floor((n + 2p - d(k-1) - 1) / s) + 1, or ceil of the quotient less a window that
    would start in the far padding. Keras `same`: count = ceil(n / s), the odd sample of the padding
    at the end.

    Parameters
    ----------
    n : int
        Samples of the axis.
    k, s : int
        Samples of a window, distance between windows.
    p : int, (int, int) or "same"
        Padding at both ends, or before and after.
    d : int
        Distance between the samples of a window.
    ceil : bool
        Whether a last window that reaches beyond the edge is kept.

    Returns
    -------
    WindowLayout
        The windows; a count below 1 says that none fits.

    Examples
    --------
    >>> window_layout(7, k=3, s=2, p=1).count
    4
    """
    span = d * (k - 1) + 1
    if isinstance(p, str):
        count = -(-n // s)
        total = max((count - 1) * s + span - n, 0)
        return WindowLayout(n, k, s, d, total // 2, total - total // 2, count)
    before, after = pair(p)
    free = n + before + after - span
    count = (-(-free // s) if ceil else free // s) + 1
    if ceil and (count - 1) * s >= n + before:
        count -= 1
    return WindowLayout(n, k, s, d, before, after, count)


def window_layouts(
    size: Size, k: PerAxis, s: PerAxis, p: PerAxis, d: PerAxis, ceil: PerAxis
) -> WindowLayouts:
    """Lay windows along all axes.

    Parameters
    ----------
    size : tuple of int
        Rows and columns, or slices, rows and columns.
    k, s, p, d, ceil : value or tuple of values
        As for `window_layout`, one value for all axes or one for each.

    Returns
    -------
    tuple of WindowLayout
        The windows along each axis.
    """
    values = (each_axis(value, len(size)) for value in (k, s, p, d, ceil))
    return tuple(
        window_layout(n, k=k, s=s, p=p, d=d, ceil=ceil)
        for n, k, s, p, d, ceil in zip(size, *values, strict=True)
    )


def each_axis(value: Any, axes: int) -> tuple[Any, ...]:
    """Return the value for each axis.

    Parameters
    ----------
    value : object or tuple
        One value for all, or a tuple with one for each.
    axes : int
        Number of axes.

    Returns
    -------
    tuple
        One value for each.
    """
    return value if isinstance(value, tuple) else (value,) * axes


def pair(value: Any) -> tuple[Any, Any]:
    """Return the value for rows and the value for columns.

    Parameters
    ----------
    value : object or tuple
        One value for both, or a pair.

    Returns
    -------
    tuple
        The pair.
    """
    return value if isinstance(value, tuple) else (value, value)


def axis_slice(axis: int, chosen: slice | Array) -> tuple[slice | Array | EllipsisType, ...]:
    """Return the index that takes a slice along one axis and everything along the others.

    Parameters
    ----------
    axis : int
        Negative index of the axis.
    chosen : slice or Array
        The slice, or indices, or a mask.

    Returns
    -------
    tuple
        An index for an array of any number of axes.
    """
    return (..., chosen, *[slice(None)] * (-axis - 1))


def pad(x: Array, axis: int, before: int, after: int, border: Border, fill: float = 0.0) -> Array:
    """Pad an axis; without a copy where there is nothing to pad.

    Parameters
    ----------
    x : Array
        Numbers.
    axis : int
        The axis.
    before, after : int
        Number of samples to add at both ends.
    border : {"zero", "reflect", "edge", "wrap", "symmetric", "periodic"}
        What they are; `periodic` repeats the last sample of an odd axis once, then wraps.
    fill : float
        The value that `zero` pads with.

    Returns
    -------
    Array
        The padded array, or `x` itself.
    """
    if before == after == 0:
        return x
    widths = [(0, 0)] * x.ndim
    if border == "periodic" and x.shape[axis] % 2 and after:
        widths[axis] = 0, 1
        return pad(np.pad(x, widths, mode="edge"), axis, before, after - 1, "wrap")
    widths[axis] = before, after
    if border == "zero":
        return np.pad(x, widths, constant_values=fill)
    return np.pad(x, widths, mode="wrap" if border == "periodic" else border)


def taps_along(x: Array, layout: WindowLayout, axis: int) -> Iterator[Array]:
    """Yield the first sample of every window, then the second of every window, and so on.

    Parameters
    ----------
    x : Array
        Numbers, padded along the axis already.
    layout : WindowLayout
        Windows along the axis.
    axis : int
        Negative index of the axis.

    Yields
    ------
    Array
        A view of `layout.count` samples along the axis, `layout.k` times.
    """
    span = (layout.count - 1) * layout.s + 1
    for start in range(0, layout.k * layout.d, layout.d):
        yield x[axis_slice(axis, slice(start, start + span, layout.s))]


def window_taps(x: Array, layouts: Sequence[WindowLayout]) -> Iterator[Array]:
    """Yield each sample of the windows along several axes, the last axis fastest.

    Parameters
    ----------
    x : Array
        Numbers, padded along the axes already.
    layouts : sequence of WindowLayout
        Windows along each of the last axes.

    Yields
    ------
    Array
        A view of one sample of every window.
    """
    if not layouts:
        yield x
        return
    for view in taps_along(x, layouts[0], -len(layouts)):
        yield from window_taps(view, layouts[1:])


def on_axis(values: Array, axis: int) -> Array:
    """Shape values so that they multiply along one axis.

    Parameters
    ----------
    values : Array, shape (n,)
        Numbers.
    axis : int
        Negative index of the axis.

    Returns
    -------
    Array
        A view of shape (n, 1, ..., 1).
    """
    return values.reshape(-1, *[1] * (-axis - 1))
