"""Small slices parted into even and odd rows and columns, for filters of step 2.

A filter of OpenCV's computes every output, of which a quarter is kept. Of the parts each tap is
one, shifted: with margins between them the slices are one long row, and a tap is one weighted sum
of it. Slices a step apart lie in one stack, so that of a step of 2 each is parted once. 64x64x64,
27 taps: from 600 to 400 us.
"""

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, DType
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.deinterleave import even_samples
from sampviz.dsp.grid import Size
from sampviz.dsp.sliding_window import Border, WindowLayout, pad

_PARTS, _TOTAL = 53, 54  # slots
_PIXELS = 2**15  # of the even columns of a stack, of rows of one parity

Margins = tuple[tuple[int, int], ...]  # places, and the samples that they show; -1 of zeros
Terms = tuple[list[tuple[int, int, float]], list[tuple[int, int, float]]]


class PhasePlanes(NamedTuple):
    """A number of slices, of which even and odd rows are taken in turn.

    Parameters
    ----------
    number : int
        How many slices of the result.
    more : int
        How many more slices than that lie under a tap or another.
    rows, columns : WindowLayout
        Windows along the rows and columns of a slice, of step 2.
    first : tuple of int
        Rows of one parity before the first, and columns.
    size : tuple of int
        Rows and columns of one parity, with their margins.
    row_margins : tuple of tuple of (int, int)
        Rows beyond the edges, for even and odd ones.
    column_margins : tuple of (int, int)
        Columns beyond the edges, counted in columns of both parities.
    """

    number: int
    more: int
    rows: WindowLayout
    columns: WindowLayout
    first: tuple[int, int]
    size: tuple[int, int]
    row_margins: tuple[Margins, Margins]
    column_margins: Margins

    def new_parts(self, dtype: DType) -> Array:
        """Return slices of zeros.

        Parameters
        ----------
        dtype : dtype
            float32 or float64.

        Returns
        -------
        ndarray, shape (2, number + more, rows, columns)
            A buffer, for even and odd columns.
        """
        return _zeros(_PARTS, (2, self.number + self.more, *self.size), dtype)

    def new_total(self, dtype: DType) -> Array:
        """Return a sum without terms.

        Parameters
        ----------
        dtype : dtype
            float32 or float64.

        Returns
        -------
        ndarray, shape (number, rows, columns)
            A buffer.
        """
        return _zeros(_TOTAL, (self.number, *self.size), dtype)

    def terms(self, kernel: Sequence[tuple[int, Array]]) -> Terms:
        """Return the taps of the even and of the odd rows.

        Parameters
        ----------
        kernel : sequence of (int, Array)
            How many slices of the stack below that of the result, and the taps, shape (k, k).

        Returns
        -------
        tuple of list of (int, int, float)
            Of which columns a tap is, how far away they lie, and the weight.
        """
        terms: Terms = ([], [])
        height, width = self.size
        for behind, plane in kernel:
            for a, line in enumerate(plane.tolist()):
                below, odd_row = divmod(a - self.rows.before, 2)
                for b, tap in enumerate(line):
                    right, odd = divmod(b - self.columns.before, 2)
                    if tap:
                        shift = (behind * height + below) * width + right
                        terms[odd_row].append((odd, shift, tap))
        return terms

    def add(self, slices: Array, begin: int, terms: Terms, parts: Array, total: Array) -> None:
        """Add what a kernel makes of slices.

        Parameters
        ----------
        slices : ndarray, shape (number + more or fewer, H, W)
            Slices.
        begin : int
            The place of the first of them; others are zeros.
        terms : tuple
            As from `terms`.
        parts : ndarray
            As from `new_parts`, or as left by the sum before.
        total : ndarray
            As from `new_total`.
        """
        height, width = self.size
        # From the first window to the last.
        first = self.first[0] * width + self.first[1]
        count = ((self.number - 1) * height + self.rows.count - 1) * width + self.columns.count
        kept, columns = total.reshape(-1)[first : first + count], parts.reshape(2, -1)
        for parity in (0, 1):
            if terms[parity]:
                self._fill(parts, slices, begin, parity)
            for odd, shift, tap in terms[parity]:
                cv2.scaleAdd(columns[odd, first + shift : first + shift + count], tap, kept, kept)

    def _fill(self, parts: Array, slices: Array, begin: int, parity: int) -> None:
        """Write the rows of a parity, and what lies beyond the edges."""
        (top, left), (h, w) = self.first, slices.shape[1:]
        end = begin + len(slices)
        parts[:, :begin] = parts[:, end:] = 0
        rows = slice(top, top + (h + 1 - parity) // 2)
        for odd in (0, 1):
            image = parts[odd, begin:end, :, left : left + (w + 1 - odd) // 2]
            if image.size:
                even_samples(slices[:, parity::2, odd:], image[:, rows])
            for place, shown in self.row_margins[parity]:
                image[:, place] = slices[:, shown, odd::2] if shown >= 0 else 0
        for place, shown in self.column_margins:
            parts[place % 2, begin:end, :, place // 2] = parts[
                shown % 2, begin:end, :, left + shown // 2
            ]

    def kept(self, total: Array) -> Array:
        """Return the outputs that belong to windows.

        Parameters
        ----------
        total : ndarray
            As from `new_total`.

        Returns
        -------
        ndarray, shape (number, windows along the rows, windows along the columns)
            A view.
        """
        (top, left), (rows, columns) = self.first, (self.rows.count, self.columns.count)
        return total[:, top : top + rows, left : left + columns]


def phase_planes(
    rows: WindowLayout, columns: WindowLayout, slices: int, more: int, border: Border
) -> PhasePlanes:
    """Plan how slices are parted.

    Parameters
    ----------
    rows, columns : WindowLayout
        Windows along the rows and columns of a slice, of step 2.
    slices : int
        Number of slices of the result.
    more : int
        How many more slices than those of a result are parted at a time.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges.

    Returns
    -------
    PhasePlanes
        The plan.
    """
    top, left = (-(-each.before // 2) for each in (rows, columns))
    below, right = (-(-(each.n + each.reach) // 2) for each in (rows, columns))
    size = top + below, left + right
    # Two parts and the sums: with the result three times its size.
    most = int(1.9 * slices * rows.count * columns.count) // (size[0] * size[1])
    most = max(1, min((most - 2 * more) // 3, _PIXELS // (size[0] * size[1])))
    number = -(-slices // -(-slices // most))
    row_margins, column_margins = _margins(rows, top, border), _margins(columns, left, border)
    even, odd = (tuple((i // 2, shown) for i, shown in row_margins if i % 2 == p) for p in (0, 1))
    if rows.n % 2 and not any(place == top + rows.n // 2 for place, _ in odd):
        odd = (*odd, (top + rows.n // 2, -1))  # where the last of the even rows was
    return PhasePlanes(number, more, rows, columns, (top, left), size, (even, odd), column_margins)


def _zeros(slot: int, size: Size, dtype: DType) -> Array:
    array = buffer(slot, size, dtype)
    array.fill(0)
    return array


def _margins(layout: WindowLayout, before: int, border: Border) -> Margins:
    """Return the places that show samples, counted from so many pairs before the first."""
    shown = pad(np.arange(layout.n), -1, layout.before, layout.reach, border, fill=-1).tolist()
    inside = range(layout.before, layout.before + layout.n)
    return tuple(
        (2 * before - layout.before + i, number)
        for i, number in enumerate(shown)
        if i not in inside and number >= 0
    )
