"""A layer that keeps every s-th sample, with step 1: what it would be if nothing were dropped."""

from collections.abc import Mapping
from typing import Any

from sampviz.dsp.dtypes import Array
from sampviz.dsp.sliding_window import axis_slice, pad
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
    return op.kind == "down" and OURS.get(op.name) is op and "s" in step.params


def run_with_unit_step(step: Step, x: Array, axes: int) -> Array:
    """Apply the window of a step at every pixel, borders wrapped.

    Parameters
    ----------
    step : Step
        A step with a form of step 1: `has_unit_step`.
    x : Array, shape (..., H, W) or (..., D, H, W)
        float32, float64 or complex numbers.
    axes : {2, 3}
        Number of last axes that the step acts on.

    Returns
    -------
    Array
        Of the shape of `x`. At pixel 0 lies the window of the first sample that the step keeps,
        so every s-th pixel is one that it keeps, but for the borders.
    """
    size = x.shape[-axes:]
    unit = {**step.params, "s": 1}
    margins = [reach_of_window(axis_values(step.params, i)) for i in range(axes)]
    padded = x
    for axis, margin in zip(range(-axes, 0), margins, strict=True):
        padded = pad(padded, axis, margin, margin, "wrap")
    grids = step.op.grids(padded.shape[-axes:], unit)
    out = step.op.run(padded, unit, axes, grids)
    first_grids = step.op.grids(size, step.params)
    for axis, n, margin, first, grid in zip(
        range(-axes, 0), size, margins, first_grids, grids, strict=True
    ):
        start = first.delta - grid.delta + margin
        assert start.denominator == 1, "windows lie on pixels"
        out = out[axis_slice(axis, slice(int(start), int(start) + n))]
    return out


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
    k = side(values["k"], values.get("file", "")) if "k" in values else 1
    span = values.get("d", 1) * (k - 1) + 1
    padding = values.get("p", 0)
    before = span if isinstance(padding, str) else padding
    return int(span + before + values.get("off", 0) + values.get("o", 0))
