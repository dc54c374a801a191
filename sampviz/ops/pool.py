"""Pooling over windows: the largest, the smallest, the mean."""

from functools import reduce
from typing import Any

import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.grid import Grid
from sampviz.arrays.window import fit, pad, taps_along
from sampviz.op import op
from sampviz.parameter import (
    BadValueError,
    Ceil,
    CountPad,
    Dilation,
    Padding,
    Stride,
    Window,
    derived,
)

AS_WINDOW = derived("k", lambda given: given["k"])
PADDING_COUNTS = derived("true, false for p=same", lambda given: given["p"] != "same")


def _grid(n: int, *, k: int, s: int, p: int | str, ceil: bool, d: int = 1, **_: Any) -> Grid:
    return fit(n, k=k, s=s, p=p, d=d, ceil=ceil).grid


def _check(*, k: int, p: int | str, **_: Any) -> None:
    # As in torch: a window that holds nothing but padding has no largest pixel and no mean.
    if isinstance(p, int) and p > k // 2:
        raise BadValueError(f"p={p}: wanted at most half of k={k}")


def _extreme(x: Array, largest: bool, k: int, s: int, p: int | str, d: int, ceil: bool) -> Array:
    choose, never = (np.maximum, -np.inf) if largest else (np.minimum, np.inf)
    rows, columns = (fit(n, k=k, s=s, p=p, d=d, ceil=ceil) for n in x.shape[-2:])
    x = pad(x, (rows.before, rows.reach), (columns.before, columns.reach), "zero", never)
    for windows, axis in ((rows, -2), (columns, -1)):
        x = reduce(choose, taps_along(x, windows, axis))
    return x.copy() if k == 1 else x


@op("max", kind="down", linear=False, grid=_grid, check=_check)
def maximum(
    x: Array,
    *,
    k: Window = 2,
    s: Stride = AS_WINDOW,
    p: Padding = 0,
    d: Dilation = 1,
    ceil: Ceil = False,
) -> Array:
    """Keep the largest pixel of every window.

    Bright structures grow, dark ones vanish, noise gets brighter, and what is too fine folds.
    NaN wins over every number.

    Size: floor((N + 2p - d(k-1) - 1) / s) + 1, ceil instead of floor for ceil=true
    Delta: d(k-1)/2 - p, the middle of the window; the pixel that wins may lie anywhere in it
    Edges: padding is never chosen.
    Source: torch.nn.MaxPool2d; tf.keras.layers.MaxPool2D for p=same.
    """
    return _extreme(x, True, k, s, p, d, ceil)


@op("min", kind="down", linear=False, grid=_grid, check=_check)
def minimum(
    x: Array,
    *,
    k: Window = 2,
    s: Stride = AS_WINDOW,
    p: Padding = 0,
    d: Dilation = 1,
    ceil: Ceil = False,
) -> Array:
    """Keep the smallest pixel of every window: max pooling of the negative.

    Size: floor((N + 2p - d(k-1) - 1) / s) + 1, ceil instead of floor for ceil=true
    Delta: d(k-1)/2 - p, the middle of the window; the pixel that wins may lie anywhere in it
    Edges: padding is never chosen.
    Source: -maxpool(-x) with torch.nn.MaxPool2d.
    """
    return _extreme(x, False, k, s, p, d, ceil)


@op("avg", kind="down", linear=True, grid=_grid, check=_check)
def average(
    x: Array,
    *,
    k: Window = 2,
    s: Stride = AS_WINDOW,
    p: Padding = 0,
    ceil: Ceil = False,
    countpad: CountPad = PADDING_COUNTS,
) -> Array:
    """Take the mean of every window.

    A box filter before decimation: it dims what would fold, by little where it matters most.

    Size: floor((N + 2p - k) / s) + 1, ceil instead of floor for ceil=true
    Delta: (k-1)/2 - p
    Edges: zeros, counted in the mean if countpad; what ceil=true adds beyond p is never counted.
    Source: torch.nn.AvgPool2d; tf.keras.layers.AveragePooling2D for p=same.
    """
    rows, columns = (fit(n, k=k, s=s, p=p, ceil=ceil) for n in x.shape[-2:])
    total = pad(x, (rows.before, rows.reach), (columns.before, columns.reach), "zero")
    for windows, axis in ((rows, -2), (columns, -1)):
        total = reduce(np.add, taps_along(total, windows, axis))
    counted = (windows.sizes(countpad=countpad) for windows in (rows, columns))
    return total / np.multiply.outer(*counted).astype(x.dtype)
