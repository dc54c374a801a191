"""Linear chains that treat axes one after the other: their matrices, found by what they do.

For such a chain Op(s) is A_1 s A_2^T, and what is asked of a lesion are forms of its few pixels.
"""

from collections.abc import Sequence
from itertools import product
from math import prod

import numpy as np

from sampviz.analysis.detection.chain_levels import ChainLevels
from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import ChainError
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Size
from sampviz.ops.chain import Chain
from sampviz.ops.linear_part import linear_part

_SIDES = (4, 8, 16, 32, 64)  # px of the axes that are not probed, the first that the chain allows
_WAVES = (0.0, 1.0)  # along these axes: constant, or not where a chain takes the mean away
_HARDLY = 1e-12
_MANY, _SLICES = 2**24, 8  # voxels of which so many slices are compared, not all
_AT_ONCE = 2**22  # samples that are probed together
# Of the norm, and of the energy in bins of the spectrum: FLC halves what lies in one corner of it.
_TOLERANCE, _BINS = 0.06, 4


def level_matrices(levels: ChainLevels) -> list[tuple[Array, ...]]:
    """Return the matrix along each axis, (outputs, inputs), of a linear chain after each level.

    Of one that adds constants that of what is linear of it. Only of the first levels that are the
    product of such matrices, as noise tells: none of chains that are not linear, mix axes, or make
    other channels.
    """
    linear = linear_part(levels.chain)
    if linear is None:
        return []
    return _level_matrices(linear, len(levels.parts), levels.size, levels.spacing)


# Images of a data set have one size: probing a chain takes longer than all that is asked of it.
@bounded_cache(2**27)
def _level_matrices(
    chain: Chain, times: int, size: Size, spacing: tuple[float, ...] | None
) -> list[tuple[Array, ...]]:
    levels = ChainLevels.of(chain, times, size, spacing)
    products = _probed_products(levels)
    dtype = np.float32 if prod(levels.size) > _MANY else np.float64
    waves = [(2 + np.cos(2 * np.pi * np.arange(n) / n)).astype(dtype) for n in levels.size]
    humps = _compared(levels, _separable(waves), products)
    noise = np.random.default_rng(0).standard_normal(levels.size, np.float32)
    noises = _compared(levels, noise, products)
    found: list[tuple[Array, ...]] = []
    for matrices, hump_pair, (actual, expected) in zip(products, humps, noises, strict=True):
        if actual.shape != expected.shape or not expected.any():
            return found
        # What was probed along the other axes scales each matrix. The hump has no orientation.
        scale = _scale(*hump_pair) or _scale(actual, expected)
        left = float(np.linalg.norm(actual - scale * expected) / np.linalg.norm(actual))
        count = prod(matrix.shape[0] for matrix in matrices)
        if left > _TOLERANCE or left**2 * count > _BINS:
            return found
        found.append((scale * matrices[0], *matrices[1:]))
    return found


def _probed_products(levels: ChainLevels) -> list[tuple[Array, ...]]:
    """Return the matrices after each level but for a factor; none of what cannot be probed."""
    products: list[tuple[Array, ...]] = []
    for part, size in zip(levels.parts, [levels.size, *levels.sizes], strict=False):
        maybe = (_probed(part, size, axis) for axis in range(len(size)))
        probed = tuple(matrix for matrix in maybe if matrix is not None)
        if len(probed) < len(size):
            break
        if products:
            probed = tuple(b @ a for a, b in zip(products[-1], probed, strict=True))
        products.append(probed)
    return products


def _compared(
    levels: ChainLevels, x: Array, products: Sequence[tuple[Array, ...]]
) -> list[tuple[Array, Array]]:
    """Return what comes out of each level, and what its matrices make of x.

    Of large volumes some slices of both: all else takes long, and tells no more.
    """
    pairs = []
    output = x
    for part, (first, *others) in zip(levels.parts, products, strict=False):
        output = part(output, axes=x.ndim)
        rows, matrices = np.arange(len(first)), [first, *others]
        if x.size > _MANY:
            rows = np.unique(np.linspace(0, len(first) - 1, _SLICES).astype(int))
            matrices = [matrix.astype(x.dtype) for matrix in (first[rows], *others)]
        same = output.ndim == x.ndim and len(output) == len(first)
        pairs.append((output[rows] if same else output, apply_matrices(x, matrices)))
    return pairs


def apply_matrices(x: Array, matrices: Sequence[Array]) -> Array:
    """Return x, (H, W) or (D, H, W), with a matrix applied along each of its axes."""
    if len(matrices) == 3:
        x = np.tensordot(matrices[0], x, 1)
    return matrices[-2] @ (x @ matrices[-1].T)


def _scale(actual: Array, expected: Array) -> float:
    """Return the factor between two arrays, in least squares; 0 where the second has hardly any."""
    energy = float((expected**2).sum())
    return float((actual * expected).sum()) / energy if energy > _HARDLY else 0.0


def _probed(chain: Chain, size: Size, axis: int) -> Array | None:
    """Return the matrix along an axis but for a factor; None where the chain allows no probe."""
    n, axes = size[axis], len(size)
    for side, wave in product((*_SIDES, max(size)), _WAVES):
        sides = [min(side, m) for m in size]
        sides[axis] = n
        others = [1 if i == axis else m for i, m in enumerate(sides)]
        profile = _separable([1 + np.cos(wave * np.arange(m)) for m in others])
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
        if norm := float(np.linalg.norm(along)):
            return np.ascontiguousarray((probed @ along / norm).T)
    return None


def _separable(profiles: Sequence[Array]) -> Array:
    """Return the product of profiles, one along each axis."""
    whole, *others = profiles
    for profile in others:
        whole = whole[..., None] * profile
    return whole
