"""Convolutions whose kernels mix channels, in groups."""

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

import numpy as np

from sampviz.dsp.correlate import correlate
from sampviz.dsp.dtypes import Array
from sampviz.dsp.nonfinite import NEGLIGIBLE, restored
from sampviz.dsp.sliding_window import Border, WindowLayout, axis_slice, pad, window_taps


def correlate_channels(
    x: Array, kernel: Array, layouts: Sequence[WindowLayout], border: Border
) -> Array:
    """Correlate with kernels that take some channels and make others.

    Parameters
    ----------
    x : Array, shape (..., C, H, W)
        Floating point or complex numbers.
    kernel : Array, shape (made, taken, k, k)
        Weights: C / taken groups of channels make as many groups of the made ones.
    layouts : sequence of WindowLayout
        Windows along each of the last axes.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges.

    Returns
    -------
    Array, shape (..., made, h, w)
        The dtype of `x`.
    """
    axes = len(layouts)
    padded = x
    for axis, layout in zip(range(-axes, 0), layouts, strict=True):
        padded = pad(padded, axis, layout.before, layout.reach, border)
    weights = kernel.reshape(*kernel.shape[:2], -1)
    with np.errstate(invalid="ignore"):  # 0 times infinity
        total = sum(
            _mixed(tap, weights[..., number], axes)
            for number, tap in enumerate(window_taps(padded, layouts))
        )

    def exact() -> Array:
        out = np.zeros(np.shape(total), x.dtype)
        for made, channel, taps in _pairs(x.shape[-axes - 1], kernel):
            index = axis_slice(-axes - 1, slice(channel, channel + 1))
            where = axis_slice(-axes - 1, slice(made, made + 1))
            out[where] += correlate(x[index], taps, layouts, border)
        return out

    return restored(np.asarray(total), exact)


def _pairs(channels: int, kernel: Array) -> Iterator[tuple[int, int, Array]]:
    """Yield each made channel with each that it takes, and the taps between them."""
    made, taken = kernel.shape[:2]
    groups = channels // taken
    for o, c in product(range(made), range(taken)):
        yield o, o // (made // groups) * taken + c, kernel[o, c]


def _mixed(x: Array, weights: Array, axes: int) -> Array:
    """Return sums over channels of one pixel of every window."""
    made, taken = weights.shape
    *lead, channels = x.shape[:-axes]
    size, groups = x.shape[-axes:], channels // taken
    pixels = x.reshape(*lead, groups, taken, prod(size))
    by_group = weights.reshape(groups, made // groups, taken).astype(x.real.dtype)
    return np.asarray((by_group @ pixels).reshape(*lead, made, *size))


def scatter_channels(x: Array, kernel: Array, tap: tuple[int, ...], axes: int) -> Array:
    """Return what one tap of a transposed convolution makes of every pixel.

    Parameters
    ----------
    x : Array, shape (..., C, H, W)
        Numbers.
    kernel : Array, shape (C, made, k, k)
        Weights; `made` channels for each group.
    tap : tuple of int
        Index of the tap along the last axes.
    axes : int
        Number of last axes.

    Returns
    -------
    Array, shape (..., groups * made, H, W)
        The dtype of `x`; a weight of 0 does not count.
    """
    weights: Array = np.moveaxis(kernel, (0, 1), (-2, -1))[tap]
    with np.errstate(invalid="ignore"):  # 0 times infinity
        total = np.einsum("ij,...i->...j", weights, np.moveaxis(x, -axes - 1, -1))
    if not np.isfinite(total).all():
        total = np.zeros_like(total)
        for i, j in zip(*np.nonzero(np.abs(weights) > NEGLIGIBLE), strict=True):
            total[..., j] += x.take(i, -axes - 1) * weights[i, j]
    return np.moveaxis(total, -1, -axes - 1).astype(x.dtype)
