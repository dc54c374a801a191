"""Wavelet pooling: the low band of a wavelet transform, and the image that it alone makes."""

from fractions import Fraction
from functools import cache
from typing import Annotated, NamedTuple, cast

import numpy as np

from sampviz.core.errors import did_you_mean
from sampviz.dsp.closed_form_gain import taps_gain
from sampviz.dsp.correlate import correlate_along
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.dsp.interpolate import insert_zeros
from sampviz.dsp.sliding_window import Border, WindowLayout
from sampviz.ops.define import op
from sampviz.ops.parameter import BadValueError, Param
from sampviz.ops.rules import DoesNotFitError

Name = Annotated[
    str,
    Param(
        meaning="wavelet, a discrete one of PyWavelets: haar, db2, bior4.4", in_caption="wavelet"
    ),
]
_MODE_MEANING = "borders and frame, as in PyWavelets"
Mode = Annotated[
    str,
    Param(
        meaning=f"{_MODE_MEANING} or WaveCNet",
        words=("wavecnet", "zero", "symmetric", "reflect", "periodic"),
    ),
]
InverseMode = Annotated[
    str, Param(meaning=_MODE_MEANING, words=("zero", "symmetric", "reflect", "periodic"))
]


class _Filters(NamedTuple):
    """Low-pass filters that sum to 1: of the transform, in the order of PyWavelets, and back."""

    analysis: Array
    synthesis: Array


@cache
def _filters(name: str) -> _Filters:
    import pywt

    wavelet = pywt.Wavelet(name)
    low, back = (np.array(taps) / np.sqrt(2) for taps in (wavelet.dec_lo, wavelet.rec_lo))
    return _Filters(low, back)


def _check(*, name: str, mode: str) -> None:
    import pywt

    names = pywt.wavelist(kind="discrete")
    if name not in names:
        hint = did_you_mean(name, names, "wanted a discrete wavelet of PyWavelets")
        raise BadValueError(f"name={name[:40]}: {hint}")


def _moment(taps: Array) -> Fraction:
    """Return where a ramp is read: the first moment of the taps, irrational mostly."""
    return Fraction(float(np.arange(len(taps)) @ taps / taps.sum())).limit_denominator(10**6)


def _taps(name: str, mode: str) -> Array:
    """Return what is correlated with: WaveCNet takes the filter of the way back."""
    filters = _filters(name)
    if (name, mode) == ("haar", "wavecnet"):
        return np.full(2, 1 / np.sqrt(2)) / np.sqrt(2)  # rounded as it always was
    return filters.synthesis if mode == "wavecnet" else filters.analysis[::-1]


def _layout(n: int, k: int, mode: str) -> WindowLayout:
    if mode == "wavecnet":
        return WindowLayout(n, k, 2, 1, k // 2 - 1, k // 2 - 1, n // 2)
    if mode == "periodic":
        return WindowLayout(n, k, 2, 1, k // 2 - 1, k // 2 - 1, -(-n // 2))
    return WindowLayout(n, k, 2, 1, k - 2, k - 2, (n + k - 1) // 2)


def _grid(n: int, *, name: str, mode: str) -> Grid:
    taps = _taps(name, mode)
    layout = _layout(n, len(taps), mode)
    return Grid(layout.count, Fraction(2), _moment(taps) - layout.before)


@op(
    "wavelet",
    title="Wavelet low band",
    kind="down",
    group="spectrum",
    linear=True,
    grid=_grid,
    check=_check,
    response=lambda v, name, mode: taps_gain(_taps(name, mode), v),
    cite=("li2020", "lee2019"),
)
def wavelet(x: Array, axis: int, *, name: Name = "haar", mode: Mode = "wavecnet") -> Array:
    """Keep the low band of a wavelet transform, divided by its gain.

    Haar's is average pooling; db2 has four taps. The gain, sqrt(2) per axis, is taken out, so
    that the mean is kept. A filter of L taps reaches beyond the image: the modes of PyWavelets
    keep what it reads there too, `periodic` and WaveCNet as many samples as they need.

    Size: floor(N / 2) for wavecnet, ceil(N / 2) for periodic, floor((N + L - 1)/2) for the others
    Delta: the first moment of the taps, less the padding before: 1/2 for haar; for db2 -0.366 with
        wavecnet and periodic, -1.366 with the others
    Edges: as the mode says; zeros for wavecnet, and periodic repeats the last pixel of an odd side
        first.
    Source: pywt.dwt (periodic is its periodization); Li, Shen, Guo, Lai, Wavelet Integrated CNNs
        for Noise-Robust Image Classification, CVPR 2020 (DWT_2D), for wavecnet.
    """
    taps, n = _taps(name, mode), x.shape[axis]
    border = "zero" if mode == "wavecnet" else mode
    return correlate_along(x, taps, _layout(n, len(taps), mode), axis, cast("Border", border))


def _inverse_layout(n: int, k: int, mode: str) -> WindowLayout:
    if mode == "periodic":
        return WindowLayout(2 * n, k, 1, 1, k // 2, k // 2 - 1, 2 * n)
    return WindowLayout(2 * n, k, 1, 1, 1, 0, 2 * n - k + 2)


def _inverse_grid(n: int, *, name: str, mode: str) -> Grid:
    taps = _filters(name).synthesis
    layout = _inverse_layout(n, len(taps), mode)
    if layout.count < 1:
        raise DoesNotFitError(f"iwavelet:name={name} wants more than {n} px")
    shift = len(taps) // 2 - 1 if mode == "periodic" else len(taps) - 2
    return Grid(layout.count, Fraction(1, 2), (shift - _moment(taps)) / 2)


@op(
    "iwavelet",
    title="Inverse wavelet transform",
    kind="up",
    group="spectrum",
    linear=True,
    grid=_inverse_grid,
    check=_check,
    picks=lambda name, **_: len(_filters(name).synthesis) == 2,
    response=lambda v, name, mode: taps_gain(_filters(name).synthesis, v / 2),
    cite=("lee2019",),
)
def iwavelet(x: Array, axis: int, *, name: Name = "haar", mode: InverseMode = "symmetric") -> Array:
    """Go back from the low band of a wavelet transform, with no details.

    After wavelet of the same name and mode it shows what the low band alone holds of the image.

    Size: 2N - L + 2 for a filter of L taps, 2N for periodic
    Delta: (L - 2 - m)/2, m the first moment of the taps; (L/2 - 1 - m)/2 for periodic
    Edges: zeros; periodic takes the image as periodic.
    Source: pywt.idwt of the band times sqrt(2) and details of 0.
    """
    taps = 2 * _filters(name).synthesis[::-1]
    layout = _inverse_layout(x.shape[axis], len(taps), mode)
    border: Border = "wrap" if mode == "periodic" else "zero"
    return correlate_along(insert_zeros(x, axis, 2), taps, layout, axis, border)
