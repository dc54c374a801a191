"""Detail-preserving pooling: a mean weighted by local contrast (Saeedan et al. 2018)."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any

import numpy as np

from sampviz.dsp.correlate import correlate
from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.nonfinite import all_finite
from sampviz.dsp.sliding_window import PerAxis, pad, window_layout
from sampviz.ops.conv_weights import weights
from sampviz.ops.define import op
from sampviz.ops.parameter import Param
from sampviz.ops.parameter_types import KernelName

Exponent = Annotated[float, Param(0, 64, "", "how much a pixel that stands out weighs")]
Alpha = Annotated[float, Param(0, 22026, "", "weight that every pixel has")]
Symmetric = Annotated[bool, Param(meaning="dark pixels stand out as bright ones do")]
Full = Annotated[bool, Param(meaning="smooth with a 3x3 kernel instead of the 2x2 mean")]

EPSILON_SQUARED = 1e-3  # added to the squared difference in the authors' program


def _grid(n: int, **_: Any) -> Grid:
    return Grid(-(-n // 2), Fraction(2), Fraction(1, 2))


def _mean_2x2(x: Array) -> Array:
    return (x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]) / 4


def _repeat_2x2(x: Array) -> Array:
    return x.repeat(2, -2).repeat(2, -1)


def _weighted(
    x: Array, *, lam: float, alpha: float, sym: bool, full: bool, kernel: str
) -> tuple[Array, Array]:
    """Return the array with even sides, and the weight of each of its pixels."""
    for axis in (-2, -1):
        x = pad(x, axis, 0, x.shape[axis] % 2, "edge")
    if full:
        layouts = [window_layout(n, k=3, s=2, p=1) for n in x.shape[-2:]]
        smooth = correlate(x, weights(kernel, 3, 0, ""), layouts, "zero")
    else:
        smooth = _mean_2x2(x)
    with np.errstate(invalid="ignore"):  # infinity less infinity
        difference = x - _repeat_2x2(smooth)
        if not sym:
            difference = np.maximum(difference, 0)
        q = difference**2 + x.dtype.type(EPSILON_SQUARED)
        weight = (q / _repeat_2x2(_mean_2x2(q))) ** (lam / 2) + x.dtype.type(alpha)
    return x, weight


def _contrast_weights(x: Array, params: Mapping[str, Any]) -> Array:
    return _weighted(x, **params)[1][..., : x.shape[-2], : x.shape[-1]]


def _fast(
    size: Size,
    dtype: DType,
    *,
    lam: PerAxis,
    alpha: PerAxis,
    sym: PerAxis,
    full: PerAxis,
    **_: PerAxis,
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.detail_preserving_pool import detail_preserving_pool

    if full or dtype != np.float32:
        return None
    return detail_preserving_pool(size, lam=lam, alpha=alpha, sym=sym, epsilon=EPSILON_SQUARED)


@op(
    "dpp",
    title="Detail-preserving pooling",
    kind="down",
    group="learned",
    linear=False,
    grid=_grid,
    depends_on_scale=True,
    fast=_fast,
    intermediates={"weights": _contrast_weights},
    cite=("saeedan2018",),
)
def dpp(
    x: Array,
    *,
    lam: Exponent = 1.0,
    alpha: Alpha = 1.0,
    sym: Symmetric = True,
    full: Full = False,
    kernel: KernelName = "gauss",
) -> Array:
    """Average 2x2 windows with more weight on the pixels that stand out.

    w = r^(lam/2) + alpha, where r = q / mean(q) over the window and q = (x - smooth x)^2 + 1e-3.
    lam=0 is average pooling; sym=false listens to bright pixels only. The 1e-3 makes the result
    depend on the intensity scale: the authors' networks see values of about 0..1.

    Size: ceil(N / 2)
    Delta: 1/2
    Edges: an odd side is repeated once; the authors' program refuses odd sides. full=true pads
        its smoothing kernel with zeros.
    Source: Saeedan, Weber, Goesele, Roth, Detail-Preserving Pooling in Deep Networks, CVPR 2018
        (visinf/dpp: the Lua graph, with lambda = exp(L) and alpha = exp(a)).
    """
    x, weight = _weighted(x, lam=lam, alpha=alpha, sym=sym, full=full, kernel=kernel)
    with np.errstate(invalid="ignore"):
        mean = _mean_2x2(x)
        out = _mean_2x2(x * weight) / _mean_2x2(weight)
    # Nothing stands out from an infinity by a number: the mean is that infinity, or NaN.
    return out if all_finite(mean) else np.where(np.isfinite(mean), out, mean)
