"""Contrast kept and d' of linear chains, exactly: forms of the pixels of the lesion."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from math import sqrt

import numpy as np

from sampviz.analysis.detection.axis_matrices import apply_matrices
from sampviz.analysis.detection.lesions import Lesion
from sampviz.core.blas_threads import one_blas_thread
from sampviz.dsp.cells import pixel_shares
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Grids, Size


@dataclass(frozen=True, eq=False)
class _Forms:
    """Matrices between the pixels of a part of an axis: W A, A^T A and A^T A A^T A."""

    start: int
    kept: Array
    signal: Array
    noise: Array

    def of(self, box: slice) -> tuple[Array, Array, Array]:
        """Return those of a part of the part."""
        inner = slice(box.start - self.start, box.stop - self.start)
        return self.kept[inner, inner], self.signal[inner, inner], self.noise[inner, inner]


class ExactValues:
    """Contrast kept and d' of lesions through one linear chain.

    What a part of an axis asks of its matrix is computed once: on a lattice few parts differ.

    Parameters
    ----------
    matrices : sequence of ndarray
        Of the chain along each axis, from `axis_matrices`.
    grids : tuple of Grid
        Where its outputs lie.
    size : tuple of int
        Of the image.
    """

    def __init__(self, matrices: Sequence[Array], grids: Grids, size: Size) -> None:
        self._axes = list(zip(matrices, grids, size, strict=True))
        self._forms: dict[tuple[int, int, int], _Forms] = {}

    def of(self, lesions: Sequence[Lesion]) -> Array:
        """Return the contrast kept of lesions at one place, and the d' of contrast 1 in noise of 1.

        Parameters
        ----------
        lesions : sequence of Lesion
            About one place: what they share is computed once.

        Returns
        -------
        ndarray
            (2, lesions): contrast kept, and d', which is r . r / |Op^T r| with r = Op(s), 0 where
            nothing is left of it.
        """
        forms = []
        for axis in range(len(self._axes)):
            boxes = [lesion.box[axis] for lesion in lesions]
            ends = min(box.start for box in boxes), max(box.stop for box in boxes)
            forms.append(self._forms_of(axis, *ends))
        values = []
        for lesion in lesions:
            m = lesion.shares
            pieces = zip(
                *(form.of(box) for form, box in zip(forms, lesion.box, strict=True)), strict=True
            )
            kept, signal, noise = (
                float((m * apply_matrices(m, list(piece))).sum()) for piece in pieces
            )
            values.append((kept / lesion.energy, signal / sqrt(noise) if noise > 0 else 0.0))
        return np.array(values).T

    def _forms_of(self, axis: int, start: int, stop: int) -> _Forms:
        key = axis, start, stop
        if key not in self._forms:
            matrix, grid, n = self._axes[axis]
            part = slice(start, stop)
            self._forms[key] = _forms(matrix, cell_shares(grid, n, part), part)
        return self._forms[key]


def cell_shares(grid: Grid, n: int, part: slice) -> Array:
    """Return how much of each pixel of a part of an axis each output's cell covers, dense."""
    overlaps = pixel_shares(grid, n)
    shares = np.zeros((part.stop - part.start, grid.size))
    rows = np.arange(len(shares))[:, None]
    np.add.at(shares, (rows, overlaps.index[part]), overlaps.weights[part])
    return shares


def cell_weights(
    grids: Grids, size: Size, lesion: Lesion, samples: Sequence[slice] | None = None
) -> Array:
    """Return how much of a lesion the cell of each output, or of some samples of them, holds."""
    samples = samples or [slice(None)] * len(size)
    shares = [
        cell_shares(grid, n, box)[:, side].T
        for grid, n, box, side in zip(grids, size, lesion.box, samples, strict=True)
    ]
    return apply_matrices(lesion.shares, shares)


def _forms(matrix: Array, shares: Array, part: slice) -> _Forms:
    rows = np.flatnonzero(matrix[:, part].any(axis=1))  # few, where the chain is local
    columns = matrix[rows, part]
    weights = matrix if len(rows) == len(matrix) else matrix[rows]  # not a copy of all
    # Threads take longer to start than such a product, and give it other last digits.
    with one_blas_thread() or nullcontext():
        back = weights.T @ columns
    return _Forms(part.start, shares[:, rows] @ columns, columns.T @ columns, back.T @ back)
