"""Edges"""

from math import ceil

import numpy as np

from sampviz.analysis.evaluation import Evaluation
from sampviz.analysis.metric import MetricValue, UndefinedError, metric
from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import ChainError
from sampviz.dsp.patches import inner
from sampviz.dsp.sliding_window import axis_slice
from sampviz.ops.chain import Chain

_FLAT = 1e-6
_MOST_POSITIONS = 4
_SAMPLES = 32  # of the output along axes that have no edge


@metric("ringing", better="lower", parts=("rows", "columns"), share=True, volume_parts=("slices",))
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
    array, chain = evaluation.original.array, evaluation.chain
    positions = (min(max(1, round(step)), _MOST_POSITIONS) for step in evaluation.coarsest)
    reads_file = any(
        parameter.spec.is_path and step.params[parameter.name]
        for step in chain.steps
        for parameter in step.op.parameters
    )
    find = overshoot.__wrapped__ if reads_file else overshoot  # the file may change
    overshoots = find(chain, array.shape, array.real.dtype.char, tuple(positions))
    if overshoots is None:
        raise UndefinedError("the chain makes the same of dark and of light")
    sides = zip(evaluation.axis_names, overshoots, evaluation.original.size, strict=True)
    # Across a single slice there is no edge.
    parts = {name: share for name, share, n in sides if n > 1 or evaluation.axes == 2}
    return MetricValue(max(parts.values(), default=0.0), parts)


@bounded_cache(2**17)  # images of a data set have one size
def overshoot(
    chain: Chain, shape: tuple[int, ...], dtype: str, positions: tuple[int, ...]
) -> tuple[float, ...] | None:
    """Return the overshoot at an edge across each axis, down the rows and along the columns.

    It is the slowest of the metrics, for it runs the chain six times for a step of 2 px.

    Parameters
    ----------
    chain : Chain
        The chain.
    shape : tuple of int
        Shape of the image, (C, H, W) or (C, D, H, W).
    dtype : str
        Character of its dtype.
    positions : tuple of int
        Number of positions of the edge along each axis.

    Returns
    -------
    tuple of float or None
        A share of the height of the edge for each axis; None if the chain gives one value for all.
    """
    axes = len(positions)
    flat: dict[tuple[int, ...], tuple[float, float, float]] = {}
    overshoots = []
    for axis, count in zip(range(-axes, 0), positions, strict=True):
        cut = _cut(chain, shape, axis)
        if cut not in flat:
            flat[cut] = _answers_to_flat(chain, cut, dtype)
        low, high, height = flat[cut]
        if height < _FLAT:
            return None
        largest, step, middle = 0.0, np.zeros(cut, dtype), cut[axis] // 2
        step[axis_slice(axis, slice(middle, None))] = 1
        for position in range(middle, middle + count):
            out = inner(chain(step, axes=axes), axes).real
            largest = max(largest, float(out.max() - high), float(low - out.min()))
            step[axis_slice(axis, slice(position, position + 1))] = 0  # the next position
        overshoots.append(largest / height)
    return tuple(overshoots)


def _answers_to_flat(
    chain: Chain, shape: tuple[int, ...], dtype: str
) -> tuple[float, float, float]:
    """Return the range of the answers to all 0 and all 1, and the difference of their means."""
    axes = len(shape) - 1
    light = inner(chain(np.ones(shape, dtype), axes=axes), axes).real
    # What is linear makes 0 of 0.
    dark = np.zeros(1, dtype)
    if not chain.linear:
        dark = inner(chain(np.zeros(shape, dtype), axes=axes), axes).real
    low, high = min(dark.min(), light.min()), max(dark.max(), light.max())
    return low, high, abs(float(light.mean() - dark.mean()))


def _cut(chain: Chain, shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    """Return a shape whose other axes are short: of a volume, nothing changes along them.

    They keep `_SAMPLES` samples of the output, beyond what borders reach. All channels stay, for a
    chain may look at them together.
    """
    channels, *size = shape
    if len(size) == 2:
        return shape
    steps = [
        max(grid.step for grid in grids) for grids in zip(*chain.trace(tuple(size)), strict=True)
    ]
    short = [
        n if i == axis else min(n, ceil(_SAMPLES * step))
        for i, n, step in zip(range(-len(size), 0), size, steps, strict=True)
    ]
    try:
        chain.trace(tuple(short), channels)
    except ChainError:
        return shape
    return (channels, *short)
