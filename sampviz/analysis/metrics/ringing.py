"""Edges"""

import numpy as np

from sampviz.analysis.evaluation import Evaluation, Run
from sampviz.analysis.metric import MetricValue, UndefinedError, metric
from sampviz.core.bounded_cache import bounded_cache
from sampviz.dsp.least_squares_filter import inner
from sampviz.dsp.sliding_window import axis_slice

_FLAT = 1e-6
_MOST_PLACES = 4


@metric("ringing", better="lower", parts=("rows", "columns"))
def ringing(trial: Evaluation) -> MetricValue:
    """Overshoot at a sharp edge, as a share of its height.

    Formula: the chain is given a step from 0 to 1 in the middle of an image of this size, along
    each axis and at each of its places relative to the samples (at most 4); the most that the
    output leaves the range of its answers to all 0 and all 1, over the difference of these. An
    eighth of each side is left out. It does not depend on the values of the image.
    Range: 0 or more.
    Undefined: where the chain makes the same of 0 and of 1.
    Known: of 64x64 px: flc .069, asap .056; stride, avg, blur, max 0.
    Source: the Gibbs phenomenon; its continuous limit is .089.
    """
    array = trial.original.array
    places = (min(max(1, round(step)), _MOST_PLACES) for step in trial.coarsest)
    dtype = array.real.dtype.char
    beyond = overshoot(trial.run, array.shape, dtype, tuple(places), linear=trial.linear)
    if beyond is None:
        raise UndefinedError("the chain makes the same of dark and of light")
    return MetricValue(max(beyond), dict(zip(("rows", "columns"), beyond, strict=True)))


@bounded_cache(2**17)  # images of a data set have one size
def overshoot(
    run: Run, shape: tuple[int, ...], dtype: str, places: tuple[int, ...], *, linear: bool
) -> tuple[float, ...] | None:
    """Return the overshoot down the rows and along the columns; None if the chain gives one grey.

    It is the dearest of the measures, for it runs the chain six times for a step of 2 px.
    """
    # What is linear makes 0 of 0.
    dark = np.zeros(1, dtype) if linear else inner(run(np.zeros(shape, dtype))).real
    light = inner(run(np.ones(shape, dtype))).real
    height = abs(float(light.mean() - dark.mean()))
    if height < _FLAT:
        return None
    low, high = min(dark.min(), light.min()), max(dark.max(), light.max())
    found = []
    for axis, count in zip((-2, -1), places, strict=True):
        most, step, middle = 0.0, np.zeros(shape, dtype), shape[axis] // 2
        step[axis_slice(axis, slice(middle, None))] = 1
        for line in range(middle, middle + count):
            out = inner(run(step)).real
            most = max(most, float(out.max() - high), float(low - out.min()))
            step[axis_slice(axis, slice(line, line + 1))] = 0  # the next place
        found.append(most / height)
    return tuple(found)
