"""Adaptive exponential pooling: pixels weigh by how alike the mean of their window they are."""

from functools import reduce
from typing import Annotated

import numpy as np

from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.dsp.sliding_window import window_layout, window_taps
from sampviz.ops.define import op
from sampviz.ops.families.mean_and_max import layouts_of
from sampviz.ops.families.pooling import AS_WINDOW
from sampviz.ops.parameter import Param, for_all_axes
from sampviz.ops.parameter_types import Strides, Windows

Beta = Annotated[float, Param(0, 1, "", "share of the likeness; the rest is softmax pooling")]


@op(
    "adapool",
    title="Adaptive exponential pooling",
    kind="down",
    group="pooling",
    linear=False,
    grid=lambda n, *, k, s, **_: window_layout(n, k=k, s=s).grid,
    depends_on_scale=lambda beta, **_: beta < 1,
    cite=("stergiou2023",),
)
def adapool(
    x: Array,
    axes: int,
    *,
    beta: Beta = 0.5,
    k: Windows = for_all_axes(2),
    s: Strides = AS_WINDOW,
) -> Array:
    """Weigh the pixels of a window by how alike its mean they are, and by their size: adaPool.

    With m the mean, a pixel x is alike by d = 2|x m| / (x^2 + m^2), 0 where both are 0; the
    weights are beta softmax(d) + (1 - beta) softmax(x). beta=0 is softpool, beta=1 the likeness
    alone. A window with NaN or infinity gives NaN.

    Size: floor((N - k) / s) + 1
    Delta: (k-1)/2
    Edges: windows lie inside.
    Source: Stergiou, Poppe, AdaPool: Exponential Adaptive Pooling for Information-Retaining
        Downsampling, TIP 2023.
    """
    taps = list(window_taps(x, layouts_of(x, k, s)))
    scale = x.dtype.type(power_of_two(x))  # likeness has none; squares shall not overflow
    with np.errstate(invalid="ignore", divide="ignore", under="ignore"):
        scaled = [tap / scale for tap in taps]
        mean = reduce(np.add, scaled) / x.dtype.type(len(taps))
        squares = [tap**2 + mean**2 for tap in scaled]
        alike = [
            np.where(square == 0, 0, 2 * np.abs(tap * mean) / square)
            for tap, square in zip(scaled, squares, strict=True)
        ]
        by_likeness, by_size = _softmax_mean(taps, alike), _softmax_mean(taps, taps)
        out: Array = x.dtype.type(beta) * by_likeness + x.dtype.type(1 - beta) * by_size
    out[~np.isfinite(reduce(np.add, scaled))] = np.nan
    return out


def _softmax_mean(taps: list[Array], logits: list[Array]) -> Array:
    largest = reduce(np.maximum, logits)
    exponentials = [np.exp(logit - largest) for logit in logits]
    pairs = zip(taps, exponentials, strict=True)
    total = reduce(np.add, (tap * weight for tap, weight in pairs))
    return np.asarray(total / reduce(np.add, exponentials))
