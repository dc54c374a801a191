"""Pooling by the median."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from sampviz.arrays import Array
from sampviz.arrays.grid import Grid
from sampviz.arrays.window import fit, pad
from sampviz.op import op
from sampviz.ops._borders import check_mirror
from sampviz.parameter import Paddings, Strides, Windows, each


def _grid(n: int, *, k: int, s: int, p: int | str) -> Grid:
    windows = fit(n, k=k, s=s, p=p)
    check_mirror(windows, "reflect")
    return windows.grid


@op("median", kind="down", linear=False, grid=_grid)
def median(x: Array, *, k: Windows = each(3), s: Strides = each(2), p: Paddings = each(1)) -> Array:
    """Take the median of every window; of an even number of pixels the lower of the two.

    Keeps edges and drops single bright pixels. A window with a NaN gives NaN.

    Size: floor((N + 2p - k) / s) + 1; ceil(N / s) for p=same
    Delta: (k-1)/2 - p
    Edges: mirrored without repeating the edge.
    Source: MedianPool2d of timm, with torch.median.
    """
    fits = [fit(n, k=ki, s=si, p=pi) for n, ki, si, pi in zip(x.shape[-2:], k, s, p, strict=True)]
    for axis, windows in zip((-2, -1), fits, strict=True):
        x = pad(x, axis, windows.before, windows.reach, "reflect")
    views = sliding_window_view(x, (k[0], k[1]), axis=(-2, -1))[..., :: s[0], :: s[1], :, :]
    views = views[..., : fits[0].count, : fits[1].count, :, :]
    values = views.reshape(*views.shape[:-2], -1)
    middle = (values.shape[-1] - 1) // 2
    out = np.partition(values, middle, axis=-1)[..., middle]
    return np.where(np.isnan(values).any(axis=-1), np.nan, out).astype(x.dtype)
