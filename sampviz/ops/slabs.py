"""A chain on a volume, some slices at a time: the same values, in less memory.

What a step makes of a slice depends on the slices within its reach. So a slab of slices is read
with as many more on either side as all steps together reach, and what those make is dropped. Steps
that need all slices, such as crops of the spectrum, have no reach: their chains run as a whole.

Large volumes are worked on so, and smaller ones where a stage in between is larger than the result.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import ceil, floor, lcm, prod
from typing import NamedTuple

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import ChainError
from sampviz.dsp.dtypes import Array
from sampviz.dsp.fast.axis_matrix import axis_matrix
from sampviz.dsp.grid import Grid, Grids, Size
from sampviz.ops.bind import axis_values, leaves_alone
from sampviz.ops.registry import OURS
from sampviz.ops.step import Step
from sampviz.ops.unit_step import window_span

LARGE = 2**25  # voxels
_SMALL = 2**18  # voxels; stages of fewer are of a megabyte, and slabs take twice the time
_AT_ONCE = 2**24  # voxels of a slab, without what it reaches

Trace = Callable[[Size], Sequence[Grids]]  # the grids before the first and after each step


class Slab(NamedTuple):
    """A part of a volume that a chain works on.

    Parameters
    ----------
    read : slice
        Slices of the input.
    kept : slice
        Which slices of what the chain makes of them are right.
    written : slice
        Where those lie in the output.
    """

    read: slice
    kept: slice
    written: slice


def run_in_slabs(
    run: Callable[[Array], Array], steps: Sequence[Step], trace: Trace, x: Array, large: int = LARGE
) -> Array | None:
    """Return what a chain makes of a volume, slab by slab.

    Parameters
    ----------
    run : callable
        The chain on arrays (..., D, H, W).
    steps : sequence of Step
        Its steps.
    trace : callable
        The grids along the chain for a size.
    x : Array, shape (..., D, H, W)
        The volume.
    large : int
        Voxels from which on any chain is run in slabs.

    Returns
    -------
    Array or None
        None where the chain needs all slices at once, or one slab holds them, or all stages of a
        smaller volume have their place.
    """
    size, channels = x.shape[-3:], prod(x.shape[:-3])
    plan = plan_slabs if x.size >= large else _plan_for_stages
    slabs = plan(tuple(steps), trace, size, channels)
    if slabs is None:
        return None
    out: Array | None = None
    for slab in slabs:
        part = run(np.ascontiguousarray(x[..., slab.read, :, :]))[..., slab.kept, :, :]
        if out is None:
            shape = (*part.shape[:-3], slabs[-1].written.stop, *part.shape[-2:])
            out = np.empty(shape, part.dtype)
        out[..., slab.written, :, :] = part
        del part  # while the next is made
    return out


@bounded_cache(2**20)
def _plan_for_stages(
    steps: tuple[Step, ...], trace: Trace, size: Size, channels: int
) -> list[Slab] | None:
    """Return slabs where a stage in between is as large as the input and twice the output."""
    first, *between, last = (prod(grid.size for grid in grids) for grids in trace(size))
    most = max(between, default=0)
    if channels * first < _SMALL or most < first // 2 or most <= 2 * last:
        return None
    return plan_slabs(steps, trace, size, channels, channels * last * 3 // 4)


def plan_slabs(
    steps: Sequence[Step], trace: Trace, size: Size, channels: int = 1, voxels: int | None = None
) -> list[Slab] | None:
    """Return the slabs in which a chain can work on a volume.

    Parameters
    ----------
    steps, trace
        As for `run_in_slabs`.
    size : tuple of int
        Slices, rows and columns.
    channels : int
        Number of channels, which share the bound.
    voxels : int, optional
        Of a slab, without what it reaches.

    Returns
    -------
    list of Slab or None
        As of `run_in_slabs`.
    """
    stages = [grids[0] for grids in trace(size)]
    reaches = [_reach(step, grid.size) for step, grid in zip(steps, stages, strict=False)]
    if None in reaches:
        return None
    pairs = zip(reaches, stages, strict=False)
    halo = sum((reach * grid.step for reach, grid in pairs if reach is not None), Fraction(0))
    period = lcm(*(grid.step.numerator for grid in stages))
    slices = (voxels or _AT_ONCE) // (channels * size[1] * size[2])
    at_once = max(1, int(slices / stages[-1].step))
    slabs = list(_slabs(stages, halo, period, at_once))
    is_right = all(_keeps_places(slab, stages, trace, size) for slab in slabs)
    needs_all = any(slab.read.stop - slab.read.start == size[0] for slab in slabs)
    return slabs if is_right and not needs_all else None


def _slabs(stages: Sequence[Grid], halo: Fraction, period: int, at_once: int) -> Iterator[Slab]:
    """Yield slabs that begin where all stages have a sample."""
    n, out = stages[0].size, stages[-1]
    for begin in range(0, out.size, at_once):
        end = min(begin + at_once, out.size)
        low = out.step * begin + out.delta - halo
        high = out.step * (end - 1) + out.delta + halo
        first = max(0, floor(low / period) * period)
        last = min(n, ceil((high + 1) / period) * period)
        before = int(first / out.step)
        yield Slab(slice(first, last), slice(begin - before, end - before), slice(begin, end))


def _keeps_places(slab: Slab, stages: Sequence[Grid], trace: Trace, size: Size) -> bool:
    """Tell whether all stages of a slab have their samples where those of the volume lie."""
    first, last = slab.read.start, slab.read.stop
    try:
        of_slab = [grids[0] for grids in trace((last - first, *size[1:]))]
    except ChainError:
        return False
    same = all((a.step, a.delta) == (b.step, b.delta) for a, b in zip(of_slab, stages, strict=True))
    if last == size[0]:  # what lies beyond the last slice must lie beyond that of the slab
        same &= all(first / b.step + a.size == b.size for a, b in zip(of_slab, stages, strict=True))
    return same and slab.kept.stop <= of_slab[-1].size


def _reach(step: Step, n: int) -> Fraction | None:
    """Return how many slices away an output may depend on; None for all, or if it is not known."""
    op, values = step.op, axis_values(step.params, 0)
    if op.form == "pixel" or leaves_alone(op.parameters, values):
        return Fraction(0)
    if OURS.get(op.name) is not op or op.takes_switches:
        return None
    needs_all = op.finish and op.finish(step.params)
    if needs_all or values.get("size", "none") != "none" or values.get("mode") == "train":
        return None
    if "k" in values:
        # A sample lies in the middle of its window.
        return None if values.get("pad") == "wrap" else Fraction(window_span(values) - 1, 2)
    if op.form != "axis" or not step.linear or op.spreads_nonfinite(step.params):
        return None
    return _measured_reach(step, n)


@bounded_cache(2**20)
def _measured_reach(step: Step, n: int) -> Fraction | None:
    """Return the reach of a linear step along an axis of n samples, from its matrix."""
    values = axis_values(step.params, 0)
    grid = step.op.grid(n, **values)
    places = np.arange(grid.size) * float(grid.step) + float(grid.delta)
    matrix = axis_matrix(lambda x: np.asarray(step.op.function(x, -2, **values)), n, places)
    if matrix is None:
        return None
    inputs, weights = matrix
    distances = np.where(weights != 0, np.abs(inputs - places[:, None]), 0)
    return Fraction(ceil(float(distances.max())))
