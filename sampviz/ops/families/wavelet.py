"""Wavelet pooling: the low band of a wavelet transform."""

from fractions import Fraction
from typing import Annotated

import numpy as np

from sampviz.dsp.closed_form_gain import taps_gain
from sampviz.dsp.correlate import correlate_along
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.dsp.sliding_window import WindowLayout
from sampviz.ops.define import op
from sampviz.ops.parameter import Param

_ROOT_3 = np.sqrt(3.0)
# Low-pass synthesis filters with gain sqrt(2): Haar's, and Daubechies' with two vanishing moments.
_LOW: dict[str, Array] = {
    "haar": np.array([1.0, 1.0]) / np.sqrt(2),
    "db2": np.array([1 + _ROOT_3, 3 + _ROOT_3, 3 - _ROOT_3, 1 - _ROOT_3]) / (4 * np.sqrt(2)),
}
Name = Annotated[str, Param(meaning="wavelet", words=tuple(_LOW))]


def _layout(n: int, name: str) -> WindowLayout:
    k = len(_LOW[name])
    return WindowLayout(n, k, 2, 1, k // 2 - 1, k // 2 - 1, n // 2)


def _grid(n: int, *, name: str) -> Grid:
    # A ramp through the filter is read at the first moment of its taps, irrational for db2.
    low = _LOW[name]
    moment = Fraction(float(np.arange(len(low)) @ low / low.sum())).limit_denominator(10**6)
    return Grid(n // 2, Fraction(2), moment - (len(low) // 2 - 1))


@op(
    "wavelet",
    title="Wavelet low band",
    kind="down",
    linear=True,
    grid=_grid,
    response=lambda v, name: taps_gain(_LOW[name] / np.sqrt(2), v),
    cite=("li2020",),
)
def wavelet(x: Array, axis: int, *, name: Name = "haar") -> Array:
    """Keep the low band of an orthonormal wavelet transform, divided by its gain.

    Haar's is average pooling; db2 has four taps. The gain, sqrt(2) per axis, is taken out, so
    that the mean is kept.

    Size: floor(N / 2)
    Delta: 1/2 for haar, (1 - sqrt(3))/2 = -0.366 for db2: the first moment of the taps
    Edges: zeros.
    Source: Li, Shen, Guo, Lai, Wavelet Integrated CNNs for Noise-Robust Image Classification,
        CVPR 2020 (DWT_2D), less its gain.
    """
    low = _LOW[name] / np.sqrt(2)
    return correlate_along(x, low, _layout(x.shape[axis], name), axis, "zero")
