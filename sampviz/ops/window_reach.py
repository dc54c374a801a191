"""How many samples of its input a sample of a step's output can see along each axis."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from sampviz.core.errors import ChainError
from sampviz.dsp.grid import Size
from sampviz.ops.bind import axis_values
from sampviz.ops.conv_weights import side
from sampviz.ops.step import Step

_ACROSS = 8  # samples of the other axes of a trial


def window_reach(step: Step, size: Size) -> tuple[int, ...]:
    """Return how many samples along each axis reach a sample in the middle of the output.

    Parameters
    ----------
    step : Step
        The step.
    size : tuple of int
        Size of its input.

    Returns
    -------
    tuple of int
        The width of its windows, taps between them counted whatever their weights; of steps
        without windows, of what a NaN reaches.
    """
    return tuple(_along(step, i, size) for i in range(len(size)))


def _along(step: Step, i: int, size: Size) -> int:
    values = axis_values(step.params, i)
    if step.op.form == "pixel" or step.op.takes_switches:
        return 1
    is_window = step.op.kind == "down" and {"k", "s"} <= set(values)
    if is_window and values.get("size", "none") == "none":
        return _width(values)
    if step.op.spreads_nonfinite(step.params):
        return size[i]
    try:
        return _probed(step, i, size)
    except ChainError:  # of two axes only, or of labels
        return 1


def _width(values: Mapping[str, Any]) -> int:
    return int(values.get("d", 1) * (side(values["k"], values.get("file", "")) - 1) + 1)


def _probed(step: Step, i: int, size: Size) -> int:
    """Return how many samples are NaN where one output in the middle is: one NaN at a time."""
    n = size[i]
    shape = [max(m, 1) if j == i else min(m, _ACROSS) for j, m in enumerate(size)]
    seen = []
    for place in range(n):
        x = np.zeros(shape)
        np.moveaxis(x, i, 0)[place] = np.nan
        out = step.op.run(x, step.params, len(size))
        middle = tuple(m // 2 for m in out.shape[-len(size) :])
        if np.isnan(out[(..., *middle)]).any():
            seen.append(place)
    return max(seen) - min(seen) + 1 if seen else 1
