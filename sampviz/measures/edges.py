"""Edges"""

import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.fit import inner
from sampviz.measurement import Parts, UndefinedError, measure
from sampviz.trial import Trial

_FLAT = 1e-6
_MOST_PLACES = 4


@measure("ringing", better="lower", parts=("rows", "columns"))
def ringing(trial: Trial) -> Parts:
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
    flat = np.zeros(trial.original.array.shape, trial.original.array.real.dtype)
    dark, light = (inner(trial.run(flat + level)).real for level in (0, 1))
    height = abs(float(light.mean() - dark.mean()))
    if height < _FLAT:
        raise UndefinedError("the chain makes the same of dark and of light")
    low, high = min(dark.min(), light.min()), max(dark.max(), light.max())
    parts = {}
    for axis, name in ((-2, "rows"), (-1, "columns")):
        beyond = [_beyond(trial, flat, axis, i, low, high) for i in range(_places(trial, axis))]
        parts[name] = max(0.0, *beyond) / height
    return Parts(max(parts.values()), parts)


def _places(trial: Trial, axis: int) -> int:
    return max(1, min(round(trial.coarsest[axis]), _MOST_PLACES))


def _beyond(trial: Trial, flat: Array, axis: int, place: int, low: float, high: float) -> float:
    edge = np.arange(flat.shape[axis]) >= flat.shape[axis] // 2 + place
    step = flat + (edge[:, None] if axis == -2 else edge)
    out = inner(trial.run(step.astype(flat.dtype))).real
    return float(max(out.max() - high, low - out.min()))
