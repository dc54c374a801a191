"""A layer that keeps every s-th sample, with step 1: what it would be if nothing were dropped."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.fft import irfft, rfft
from sampviz.dsp.fourier_crop import real_and_imaginary
from sampviz.dsp.sliding_window import axis_slice, on_axis, pad, pair
from sampviz.ops.bind import axis_values
from sampviz.ops.conv_weights import side
from sampviz.ops.registry import OURS
from sampviz.ops.step import Step


def has_unit_step(step: Step) -> bool:
    """Tell whether a step is a filter of which every s-th sample is kept.

    Parameters
    ----------
    step : Step
        The step; one of an operation of a user is not, for nothing is known of its windows.

    Returns
    -------
    bool
    """
    op = step.op
    is_ours = op.kind == "down" and OURS.get(op.name) is op
    return is_ours and "s" in step.params and step.params.get("size", "none") == "none"


def run_with_unit_step(step: Step, x: Array, axes: int, *, from_0: bool = False) -> Array:
    """Apply the window of a step at every pixel, borders wrapped.

    Parameters
    ----------
    step : Step
        A step with a form of step 1: `has_unit_step`.
    x : Array, shape (..., H, W) or (..., D, H, W)
        float32, float64 or complex numbers.
    axes : {2, 3}
        Number of last axes that the step acts on.
    from_0 : bool
        Whether the first window begins at pixel 0, and not with the padding before it.

    Returns
    -------
    Array
        Of the shape of `x`. At pixel 0 lies the window of the first sample that the step keeps,
        so every s-th pixel is one that it keeps, but for the borders.
    """
    if step.op.spreads_nonfinite(step.params):
        return _with_gain(step, x, axes)
    size = x.shape[-axes:]
    unit = {**step.params, "s": 1}
    margins = [reach_of_window(axis_values(step.params, i)) for i in range(axes)]
    padded = x
    for axis, margin in zip(range(-axes, 0), margins, strict=True):
        padded = pad(padded, axis, margin, margin, "wrap")
    grids = step.op.grids(padded.shape[-axes:], unit)
    out = step.op.run(padded, unit, axes, grids)
    first_grids = step.op.grids(size, step.params)
    spans = (window_span(axis_values(step.params, i)) for i in range(axes))
    for axis, n, margin, first, grid, span in zip(
        range(-axes, 0), size, margins, first_grids, grids, spans, strict=True
    ):
        before = Fraction(span - 1, 2) - first.delta
        start = first.delta - grid.delta + margin + (before if from_0 else 0)
        assert start.denominator == 1, "windows lie on pixels"
        out = out[axis_slice(axis, slice(int(start), int(start) + n))]
    return out


def _with_gain(step: Step, x: Array, axes: int) -> Array:
    """Apply a filter that acts on the spectrum, and drops samples from pixel 0 on, by its gain."""
    for i, axis in enumerate(range(-axes, 0)):
        n = x.shape[axis]
        frequencies = [np.zeros(n // 2 + 1)] * axes
        frequencies[i] = np.fft.rfftfreq(n)
        gain = step.op.gain(frequencies, step.params)
        assert gain is not None, "filters of the spectrum have a formula"
        along = on_axis(gain, axis).astype(x.real.dtype)

        def filtered(part: Array, axis: int = axis, n: int = n, along: Array = along) -> Array:
            return np.asarray(irfft(rfft(part, axis=axis) * along, n, axis=axis))

        x = real_and_imaginary(filtered, x)
    return x


def window_span(values: Mapping[str, Any]) -> int:
    """Return how many pixels lie from the first to the last of a window, both included.

    Parameters
    ----------
    values : mapping of str to value
        The parameters of a step along an axis.

    Returns
    -------
    int
        Number of pixels.
    """
    k = side(values["k"], values.get("file", "")) if "k" in values else 1
    return int(values.get("d", 1) * (k - 1) + 1)


def reach_of_window(values: Mapping[str, Any]) -> int:
    """Return how far from its first pixel a window may reach at most, on either side.

    Parameters
    ----------
    values : mapping of str to value
        The parameters of a step along an axis.

    Returns
    -------
    int
        In pixels.
    """
    span = window_span(values)
    padding = values.get("p", 0)
    before = span if isinstance(padding, str) else max(pair(padding))
    return int(span + before + values.get("off", 0) + values.get("o", 0))
