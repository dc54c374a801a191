"""Median pooling."""

from itertools import product

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.sliding_window import PerAxis, pad, window_layout, window_layouts
from sampviz.ops.define import op
from sampviz.ops.families._border_checks import check_mirror
from sampviz.ops.parameter import for_all_axes
from sampviz.ops.parameter_types import Paddings, Strides, Windows

_MOST_AT_ONCE = 2**22  # values in the windows of a block; each pixel is in up to k^2 windows


def _grid(n: int, *, k: int, s: int, p: int | str) -> Grid:
    layout = window_layout(n, k=k, s=s, p=p)
    check_mirror(layout, "reflect")
    return layout.grid


def _fast(size: Size, dtype: DType, *, k: PerAxis, s: PerAxis, p: PerAxis) -> FiniteFastPath | None:
    from sampviz.dsp.fast.window_median import window_median

    return window_median(window_layouts(size, k, s, p, 1, False), dtype)


@op(
    "median",
    title="Median pooling",
    kind="down",
    group="pooling",
    linear=False,
    grid=_grid,
    picks=True,
    fast=_fast,
)
def median(
    x: Array,
    *,
    k: Windows = for_all_axes(3),
    s: Strides = for_all_axes(2),
    p: Paddings = for_all_axes(1),
) -> Array:
    """Take the median of every window; of an even number of pixels the lower of the two.

    Keeps edges and drops single bright pixels. A window with a NaN gives NaN.

    Size: floor((N + 2p - k) / s) + 1; ceil(N / s) for p=same
    Delta: (k-1)/2 - p
    Edges: mirrored without repeating the edge.
    Source: MedianPool2d of timm, with torch.median.
    """
    layouts = [
        window_layout(n, k=ki, s=si, p=pi)
        for n, ki, si, pi in zip(x.shape[-2:], k, s, p, strict=True)
    ]
    for axis, layout in zip((-2, -1), layouts, strict=True):
        x = pad(x, axis, layout.before, layout.reach, "reflect")
    windows = sliding_window_view(x, (k[0], k[1]), axis=(-2, -1))[..., :: s[0], :: s[1], :, :]
    windows = windows[..., : layouts[0].count, : layouts[1].count, :, :]
    out: Array = np.empty(windows.shape[:-2], x.dtype)
    count = k[0] * k[1]
    columns = max(1, _MOST_AT_ONCE // count)
    rows = max(1, columns // out.shape[-1])
    for plane in np.ndindex(*out.shape[:-2]):
        for i, j in product(range(0, out.shape[-2], rows), range(0, out.shape[-1], columns)):
            block = windows[plane][i : i + rows, j : j + columns]
            values = block.reshape(*block.shape[:2], count)
            middle = np.partition(values, (count - 1) // 2, axis=-1)[..., (count - 1) // 2]
            middle[np.isnan(values).any(axis=-1)] = np.nan
            out[plane][i : i + rows, j : j + columns] = middle
    return out
