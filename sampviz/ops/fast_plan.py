"""The fast path of an operation for one size: its own, or that of its matrices along axes.

A function of single pixels is its own fast path.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.grid import Size
from sampviz.dsp.interpolate import sample_positions
from sampviz.ops.bind import axis_values, leaves_alone
from sampviz.ops.parameter import BadValueError, Parameter
from sampviz.ops.rules import FastRule, Form, GridRule, Params, PicksRule
from sampviz.ops.values import Value

_ROWS, _COLUMNS, _TURNED = 8, 32, 24  # outputs of a block
_WIDEST = 256  # inputs of a block; where outputs come from more, transforms are faster
_OURS = "sampviz.ops.families."
_Matrix = tuple[Array, Array]  # numbers of inputs, and their weights


class _Planned(Protocol):
    """What is to be known of an operation."""

    @property
    def form(self) -> Form: ...
    @property
    def parameters(self) -> tuple[Parameter, ...]: ...
    @property
    def grid(self) -> GridRule: ...
    @property
    def function(self) -> Callable[..., Array]: ...
    @property
    def fast(self) -> FastRule | None: ...
    @property
    def picks(self) -> PicksRule: ...
    def is_linear(self, params: Params) -> bool: ...


# A fast path holds what it has computed for its size: tables of 3 MB at most.
@bounded_cache(2**26)
def fast_plan(
    op: _Planned, size: Size, values: tuple[tuple[str, Value], ...], dtype: DType
) -> FiniteFastPath | None:
    """Plan an operation for arrays of one size.

    Parameters
    ----------
    op : Operation
        The operation.
    size : tuple of int
        Rows and columns, or slices, rows and columns.
    values : tuple of (str, value)
        The values of its parameters.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable or None
        A function of arrays (..., *size), which may return None where a value is not finite; None
        if there is no fast path for these values.
    """
    params = dict(values)
    try:
        fast_path = op.fast(size, dtype, **params) if op.fast else None
    except BadValueError:  # the operation itself says what is wrong
        return None
    is_ours = op.function.__module__.startswith(_OURS)
    if op.form == "pixel" and is_ours:
        return partial(op.function, **params)
    # The matrix of a function of the user's could hide what it does to some numbers only.
    has_matrices = op.form == "axis" and is_ours and op.is_linear(params)
    if fast_path is None:
        return _by_matrices(op, size, params, dtype) if has_matrices else None
    return fast_path if op.picks is True else _looked_at(fast_path, dtype)


def _looked_at(fast_path: FiniteFastPath, dtype: DType) -> FiniteFastPath:
    """Images are of float64, and may hold the largest numbers; networks' float32 does not."""
    from sampviz.dsp.fast.finite import unless_overflowed

    return unless_overflowed(fast_path) if dtype == np.float64 else fast_path


def _by_matrices(op: _Planned, size: Size, params: Params, dtype: DType) -> FiniteFastPath | None:
    """Return None where values come from all of a long axis.

    None too where values are summed and an axis is left alone: the lines along it are to be equal
    to the last digit, and the linear algebra sums in an order that depends on a line's place.
    """
    from sampviz.dsp.fast.axis_matrix import axis_matrix
    from sampviz.dsp.fast.banded import AxisBlocks, axis_blocks, banded, is_turned
    from sampviz.dsp.fast.pick_samples import pick_samples, picked

    matrices: list[_Matrix] = []
    for i, n in enumerate(size):
        values = axis_values(params, i)
        if leaves_alone(op.parameters, values):
            matrices.append((np.arange(n)[:, None], np.ones((n, 1))))
            continue
        places = sample_positions(op.grid(n, **values))
        matrix = axis_matrix(_along_rows(op.function, values), n, places)
        if matrix is None:
            return None
        matrices.append(matrix)
    indices = [index for matrix in matrices if (index := picked(*matrix)) is not None]
    if len(indices) == len(matrices):
        return pick_samples(indices)
    if (interpolation := _by_phases(size, matrices, dtype)) is not None:
        return interpolation

    sizes = [(n, len(weights)) for n, (_, weights) in zip(size, matrices, strict=True)]
    turned = is_turned(sizes, dtype)

    def blocks_of(i: int, n: int) -> AxisBlocks | None:
        inputs, weights = matrices[i]
        if np.count_nonzero(weights, axis=1).max() < 2:
            return None
        # An interpolation makes twice as many outputs of about as many inputs.
        rows = (_COLUMNS if i == len(size) - 1 else _ROWS) * (2 if len(weights) > n else 1)
        blocks = axis_blocks(n, inputs, weights, _TURNED if turned else rows, dtype)
        if max(block.weights.shape[1] for block in blocks.blocks[1:-1] or blocks.blocks) > _WIDEST:
            return None
        return blocks

    axes = []
    for i, n in enumerate(size):
        blocks = blocks_of(i, n)
        if blocks is None:
            return None
        axes.append(blocks)
    fast_path = banded(axes, dtype)
    return None if fast_path is None else _looked_at(fast_path, dtype)


def _by_phases(size: Size, matrices: Sequence[_Matrix], dtype: DType) -> FiniteFastPath | None:
    from sampviz.dsp.fast.interpolated_phases import interpolate_phases, phases_of

    if len(size) != 2:
        return None
    rows, columns = (phases_of(n, *matrix, dtype) for n, matrix in zip(size, matrices, strict=True))
    return None if rows is None or columns is None else interpolate_phases(rows, columns, dtype)


def _along_rows(function: Callable[..., Array], values: Params) -> Callable[[Array], Array]:
    return lambda x: np.asarray(function(x, -2, **values))
