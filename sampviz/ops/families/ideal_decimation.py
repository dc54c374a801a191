"""Decimation after an ideal low-pass: alias-free pooling."""

from fractions import Fraction

import numpy as np

from sampviz.dsp.closed_form_gain import constant_gain
from sampviz.dsp.dtypes import Array
from sampviz.dsp.fft import irfft, rfft
from sampviz.dsp.fourier_crop import real_and_imaginary
from sampviz.dsp.grid import Grid
from sampviz.dsp.nonfinite import infinity_as_nan
from sampviz.dsp.sliding_window import axis_slice, on_axis
from sampviz.ops.define import op
from sampviz.ops.parameter import for_all_axes
from sampviz.ops.parameter_types import Strides


def _kept(n: int, s: int) -> Array:
    """Return 1 for each frequency of rfft that the new samples can hold, 0 for the others.

    The new Nyquist frequency is lost where it is one of the frequencies of the axis.
    """
    k = np.arange(n // 2 + 1)
    return (2 * s * k < n) * 1.0


@op(
    "ideal",
    title="Ideal low-pass and decimation",
    kind="down",
    group="spectrum",
    linear=True,
    grid=lambda n, *, s: Grid(-(-n // s), Fraction(s)),
    spreads=lambda s: s > 1,
    response=lambda v, s: constant_gain(v) * (2 * s * np.abs(v) < 1),
    cite=("michaeli2023",),
)
def ideal(x: Array, axes: int, *, s: Strides = for_all_axes(2)) -> Array:
    """Drop what the new samples cannot hold, then keep one sample in s: alias-free pooling.

    Unlike flc, which makes as many samples as it keeps frequencies, it decimates: the samples
    are exactly s apart, of odd sides too. The new Nyquist frequency itself is dropped.

    Size: ceil(N / s)
    Delta: 0
    Edges: the image is taken as periodic.
    Source: Michaeli, Michaeli, Soudry, Alias-Free Convnets: Fractional Shift Invariance via
        Polynomial Activations, CVPR 2023, for any sides.
    """
    for axis, step in zip(range(-axes, 0), s, strict=True):
        n = x.shape[axis]
        if step == 1:
            continue

        def low(part: Array, axis: int = axis, n: int = n, step: int = step) -> Array:
            spectrum = rfft(part, axis=axis) * on_axis(_kept(n, step), axis).astype(part.dtype)
            return np.asarray(irfft(spectrum, n, axis=axis)).astype(part.dtype, copy=False)

        x = real_and_imaginary(low, x)[axis_slice(axis, slice(None, None, step))]
    return infinity_as_nan(np.ascontiguousarray(x).copy())
