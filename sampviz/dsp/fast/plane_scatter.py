"""Transposed convolution of planes as small filters, whose outputs are interleaved.

The outputs at one place of a step depend on taps of their own: of a 3x3 kernel and step 2 on 2x2,
2x1, 1x2 and 1. Each of these filters is one pass of OpenCV's over the small input; numpy would
read and write the large output once for each of the nine taps. 256x256 px, 3x3: 920 to 190 us.

OpenCV interleaves columns four times as fast where rows of the result begin at cache lines: they
are as much longer as that takes, and what is too much is left out of the result.
"""

from itertools import pairwise
from math import prod
from typing import NamedTuple

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.finite import finite_or_none
from sampviz.dsp.fast.plane_filter import filter_planes
from sampviz.dsp.grid import Size
from sampviz.dsp.nonfinite import all_count
from sampviz.dsp.sliding_window import WindowLayout

_MOST_STEPS = 4
_MOST_TAPS = {"f": 120, "d": 49}  # of a filter that OpenCV does without a Fourier transform
_LINE = 64  # bytes of a cache line
_PIXELS = 2**18  # of the result that are written in one go
_PADDED, _PARTS = 0, 1  # slots; one for each place of a step


class _Phase(NamedTuple):
    """The outputs at one place of a step.

    Parameters
    ----------
    taps : slice
        The taps that reach them.
    width : int
        How many these are.
    last : int
        The input under the first of these taps, of the first output.
    """

    taps: slice
    width: int
    last: int


class _Axis(NamedTuple):
    """An axis of the result: groups of as many outputs as a step has places.

    Parameters
    ----------
    groups : int
        How many.
    phases : tuple of _Phase
        The outputs of a group.
    before, after : int
        Zeros around the inputs.
    """

    groups: int
    phases: tuple[_Phase, ...]
    before: int
    after: int


def scatter_planes(
    kernel: Array, size: Size, steps: Size, cuts: Size, size_after: Size, dtype: DType
) -> FiniteFastPath | None:
    """Plan the sum of a kernel times each pixel, `steps` px apart.

    Parameters
    ----------
    kernel : Array, shape (k, k)
        Taps.
    size : tuple of int
        Rows and columns.
    steps : tuple of int
        Step along rows and columns.
    cuts : tuple of int
        What is cut off the sum before the first row and column.
    size_after : tuple of int
        Rows and columns of the result.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable or None
        A function of planes; None for large steps and kernels. It may return None where a sum is
        not finite.
    """
    if steps == (1, 1):
        return _correlation(kernel, size, cuts, size_after, dtype)
    sides = zip(size, kernel.shape, steps, cuts, size_after, strict=True)
    rows, columns = (_axis(*values) for values in sides)
    taps_of = [
        [_flipped(kernel[row.taps, column.taps], dtype) for column in columns.phases]
        for row in rows.phases
    ]
    most = max(taps.size for row in taps_of for taps in row)
    if max(steps) > _MOST_STEPS or most > _MOST_TAPS[dtype.char]:
        return None
    padded_size = rows.before + size[0] + rows.after, columns.before + size[1] + columns.after
    margins = rows.before, rows.after, columns.before, columns.after
    line = _LINE // dtype.itemsize
    pitch = -(-columns.groups * steps[1] // (line * steps[1])) * line * steps[1]
    bands = _bands(rows.groups, pitch * steps[0])

    def write(plane: Array, out: Array) -> None:
        padded = buffer(_PADDED, padded_size, dtype)
        cv2.copyMakeBorder(plane, *margins, cv2.BORDER_CONSTANT, padded, 0)
        groups = out.reshape(rows.groups, steps[0], -1, steps[1])[:, :, : columns.groups]
        for first, last in bands:
            for number, row in enumerate(rows.phases):
                begin = first + row.last - row.width + 1 + rows.before
                lines = padded[begin : last + row.last + rows.before]
                parts = [
                    _part(lines, row, column, taps, columns, (last - first, _PARTS + place))
                    for place, (column, taps) in enumerate(
                        zip(columns.phases, taps_of[number], strict=True)
                    )
                ]
                cv2.merge(parts, groups[first:last, number])

    def apply(x: Array) -> Array:
        planes = x.reshape(-1, *size)
        out = _aligned((len(planes), rows.groups * steps[0], pitch), dtype)
        for plane, out_plane in zip(planes, out, strict=True):
            write(plane, out_plane)
        kept = out[:, : size_after[0], : size_after[1]]
        return kept.reshape(*x.shape[:-2], *size_after) if x.ndim > 3 else kept[(0,) * (3 - x.ndim)]

    return apply if all_count(kernel[kernel != 0], "zero") else finite_or_none(apply)


def _axis(n: int, k: int, s: int, cut: int, count: int) -> _Axis:
    groups, phases = -(-count // s), []
    for place in range(s):
        first = (place + cut) % s
        phases.append(_Phase(slice(first, None, s), len(range(first, k, s)), (place + cut) // s))
    before = max(0, *(phase.width - 1 - phase.last for phase in phases))
    after = max(0, groups + max(phase.last for phase in phases) - n)
    return _Axis(groups, tuple(phases), before, after)


def _flipped(taps: Array, dtype: DType) -> Array:
    return np.ascontiguousarray(taps[::-1, ::-1], dtype)


def _part(
    lines: Array, row: _Phase, column: _Phase, taps: Array, columns: _Axis, place: tuple[int, int]
) -> Array:
    """Return the outputs at one place of the step, in a slot; `place` has their rows and it."""
    count, slot = place
    if not taps.any():
        part = buffer(slot, (count, columns.groups), lines.dtype)
        part[...] = 0
        return part
    begin = column.last - column.width + 1 + columns.before
    samples = lines[:, begin : columns.groups + column.last + columns.before]
    part = buffer(slot, samples.shape, lines.dtype)
    cv2.filter2D(samples, -1, taps, part, (0, 0), 0, cv2.BORDER_CONSTANT)
    return part[:count, : columns.groups]


def _bands(groups: int, pixels: int) -> list[tuple[int, int]]:
    """Return the first group of rows and the one past the last that are written in one go."""
    step = max(1, _PIXELS // pixels)
    return list(pairwise([*range(0, groups, step), groups]))


def _aligned(shape: Size, dtype: DType) -> Array:
    """Return a new array that begins at a cache line."""
    memory = np.empty(prod(shape) * dtype.itemsize + _LINE, np.uint8)
    begin = -memory.ctypes.data % _LINE
    return memory[begin : begin + prod(shape) * dtype.itemsize].view(dtype).reshape(shape)


def _correlation(
    kernel: Array, size: Size, cuts: Size, size_after: Size, dtype: DType
) -> FiniteFastPath | None:
    """Return what a step of 1 makes: a correlation with the flipped kernel."""
    k = len(kernel)
    if max(cuts) >= k:
        return None
    rows, columns = (
        WindowLayout(n, k, 1, 1, k - 1 - cut, 0, count)
        for n, cut, count in zip(size, cuts, size_after, strict=True)
    )
    return filter_planes(kernel[::-1, ::-1], rows, columns, "zero", dtype)
