"""Linear chains that treat axes one after the other: their matrices, found by what they do.

For such a chain Op(s) is A_1 s A_2^T, and what is asked of a lesion are forms of its few pixels.
"""

from collections.abc import Sequence
from math import prod

import numpy as np

from sampviz.analysis.detection.chain_levels import ChainLevels
from sampviz.core.errors import ChainError
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Size
from sampviz.ops.chain import Chain

_SIDES = (8, 16, 32, 64)  # px of the axes that are not probed, the first that the chain allows
_AT_ONCE = 2**22  # samples that are probed together
_TOLERANCE = 0.02  # of the norm; a corner of the spectrum that FLC halves is below it


def level_matrices(levels: ChainLevels) -> list[tuple[Array, ...]]:
    """Return the matrix along each axis, (outputs, inputs), of a linear chain after each level.

    Only of the first levels that are the product of such matrices, as noise tells: none of chains
    that are not linear, mix axes, or make other channels.
    """
    if not levels.chain.linear:
        return []
    noise = np.random.default_rng(0).standard_normal(levels.size)
    actual, sizes = noise, [levels.size, *levels.sizes]
    cumulated = [np.eye(n) for n in levels.size]
    found: list[tuple[Array, ...]] = []
    for part, size in zip(levels.parts, sizes, strict=False):
        actual = part(actual, axes=len(size))
        probed = [_probed(part, size, axis) for axis in range(len(size))]
        cumulated = [b @ a for a, b in zip(cumulated, probed, strict=True) if b is not None]
        if len(cumulated) < len(size):
            return found
        expected = along_axes(noise, cumulated)
        if actual.shape != expected.shape or not expected.any():
            return found
        # What was probed along the other axes scales each matrix.
        scale = float((actual * expected).sum() / (expected**2).sum())
        cumulated[0] = scale * cumulated[0]
        error = float(np.linalg.norm(actual - scale * expected))
        if error > _TOLERANCE * float(np.linalg.norm(actual)):
            return found
        found.append(tuple(cumulated))
    return found


def along_axes(x: Array, matrices: Sequence[Array]) -> Array:
    """Return x, (H, W) or (D, H, W), with a matrix applied along each of its axes."""
    x = matrices[-2] @ (x @ matrices[-1].T)
    return np.tensordot(matrices[0], x, 1) if len(matrices) == 3 else x


def _probed(chain: Chain, size: Size, axis: int) -> Array | None:
    """Return the matrix along an axis but for a factor; None where the chain allows no probe."""
    n, axes, rng = size[axis], len(size), np.random.default_rng(axis)
    for side in (*_SIDES, max(size)):
        sides = [min(side, m) for m in size]
        sides[axis] = n
        profile = 1 + rng.random([1 if i == axis else m for i, m in enumerate(sides)])
        at_once = max(1, _AT_ONCE // prod(sides))
        columns: list[Array] = []
        try:
            for start in range(0, n, at_once):
                ones = np.eye(n)[start : start + at_once]
                shape = [len(ones), *(n if i == axis else 1 for i in range(axes))]
                out = chain(ones.reshape(shape) * profile, axes=axes)
                if out.ndim != axes + 1 or len(out) != len(ones):
                    return None
                outputs = np.moveaxis(out, axis + 1, 1)
                columns.append(outputs.reshape(*outputs.shape[:2], -1))
        except ChainError:
            continue
        probed = np.concatenate(columns)
        largest = np.unravel_index(np.argmax((probed**2).sum(-1)), probed.shape[:2])
        along = probed[largest]
        norm = np.linalg.norm(along)
        return np.ascontiguousarray((probed @ along / norm).T) if norm > 0 else None
    return None
