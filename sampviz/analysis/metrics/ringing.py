"""Edges"""

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import MetricValue, UndefinedError, metric
from sampviz.core.bounded_cache import bounded_cache
from sampviz.dsp.least_squares_filter import inner
from sampviz.dsp.sliding_window import axis_slice
from sampviz.ops.chain import Chain

_FLAT = 1e-6
_MOST_POSITIONS = 4


@metric("ringing", better="lower", parts=("rows", "columns"), share=True)
def ringing(evaluation: Evaluation) -> MetricValue:
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
    array = evaluation.original.array
    positions = (min(max(1, round(step)), _MOST_POSITIONS) for step in evaluation.coarsest)
    dtype = array.real.dtype.char
    overshoots = overshoot(evaluation.chain, array.shape, dtype, tuple(positions))
    if overshoots is None:
        raise UndefinedError("the chain makes the same of dark and of light")
    return MetricValue(max(overshoots), dict(zip(("rows", "columns"), overshoots, strict=True)))


@bounded_cache(2**17)  # images of a data set have one size
def overshoot(
    chain: Chain, shape: tuple[int, ...], dtype: str, positions: tuple[int, ...]
) -> tuple[float, ...] | None:
    """Return the overshoot at an edge down the rows and along the columns.

    It is the slowest of the metrics, for it runs the chain six times for a step of 2 px.

    Parameters
    ----------
    chain : Chain
        The chain.
    shape : tuple of int
        Shape of the image.
    dtype : str
        Character of its dtype.
    positions : tuple of int
        Number of positions of the edge along rows and columns.

    Returns
    -------
    tuple of float or None
        A share of the height of the edge for each axis; None if the chain gives one value for all.
    """
    # What is linear makes 0 of 0.
    dark = np.zeros(1, dtype) if chain.linear else inner(chain(np.zeros(shape, dtype))).real
    light = inner(chain(np.ones(shape, dtype))).real
    height = abs(float(light.mean() - dark.mean()))
    if height < _FLAT:
        return None
    low, high = min(dark.min(), light.min()), max(dark.max(), light.max())
    overshoots = []
    for axis, count in zip((-2, -1), positions, strict=True):
        largest, step, middle = 0.0, np.zeros(shape, dtype), shape[axis] // 2
        step[axis_slice(axis, slice(middle, None))] = 1
        for position in range(middle, middle + count):
            out = inner(chain(step)).real
            largest = max(largest, float(out.max() - high), float(low - out.min()))
            step[axis_slice(axis, slice(position, position + 1))] = 0  # the next position
        overshoots.append(largest / height)
    return tuple(overshoots)
