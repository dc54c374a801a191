"""Hartley pooling: a crop of the real transform of Hartley."""

from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from sampviz.dsp.closed_form_gain import cut_gain
from sampviz.dsp.dtypes import Array
from sampviz.dsp.fourier_crop import real_and_imaginary
from sampviz.dsp.grid import Grid
from sampviz.dsp.nonfinite import infinity_as_nan
from sampviz.ops.define import op
from sampviz.ops.parameter import for_all_axes
from sampviz.ops.parameter_types import DecimalFactors


def _grid(n: int, *, f: Any) -> Grid:
    size = int(n // f)
    return Grid(size, Fraction(n, max(1, size)))


def _response(v: Array, f: float) -> Array | None:
    if f != int(f):
        return None
    # At the new Nyquist one of both signs is kept: half of the power, over all phases.
    gain = cut_gain(v, int(f))
    return np.where(gain == 0.5, np.sqrt(0.5), gain)


@op(
    "hartley",
    title="Hartley pooling",
    kind="down",
    group="spectrum",
    linear=True,
    grid=_grid,
    spreads=True,
    response=_response,
    cite=("zhang2018",),
)
def hartley(x: Array, axes: int, *, f: DecimalFactors = for_all_axes(2)) -> Array:
    """Keep the low frequencies of the Hartley transform, which is real: Hartley pooling.

    For an odd number of samples it is flc, where their numbers agree; for an even one the lowest
    frequency of one sign stays without its partner.

    Size: floor(N / f)
    Delta: 0; the samples are N / size apart
    Edges: the image is taken as periodic.
    Source: Zhang, Ma, Hartley Spectral Pooling for Deep Learning, 2018, arXiv 1810.04028; the
        definition, mean kept.
    """
    sizes = [int(n // fi) for n, fi in zip(x.shape[-axes:], f, strict=True)]
    return infinity_as_nan(real_and_imaginary(lambda part: _cropped(part, sizes), x))


def _cropped(x: Array, sizes: list[int]) -> Array:
    axes = len(sizes)
    before = _transform(x, axes) / prod(x.shape[-axes:])
    low = [np.r_[: -(-n // 2), m - n // 2 : m] for m, n in zip(x.shape[-axes:], sizes, strict=True)]
    return _transform(before[(..., *np.ix_(*low))], axes).astype(x.dtype, copy=False)


def _transform(x: Array, axes: int) -> Array:
    from scipy.fft import fftn

    spectrum = fftn(x, axes=range(-axes, 0))
    return np.asarray(spectrum.real - spectrum.imag)
