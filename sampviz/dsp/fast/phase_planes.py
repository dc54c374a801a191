"""Small slices parted into even and odd rows and columns, for filters of step 2.

A filter of OpenCV's computes every output, of which a quarter is kept. Of the parts each tap is
one, shifted: with margins between them the slices are one long row, and a tap is one weighted sum
of it. 64x64x64, 27 taps: from 600 to 465 us.
"""

from typing import NamedTuple

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, DType
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.sliding_window import Border, WindowLayout, pad

_STACK, _PARTS, _TOTAL = 52, 53, 54  # slots
_PIXELS = 2**15  # of a stack

Margins = tuple[tuple[int, int], ...]  # places, and the samples that they show; -1 of zeros
Terms = tuple[list[tuple[int, int, float]], list[tuple[int, int, float]]]


class PhasePlanes(NamedTuple):
    """A number of slices, of which even and odd rows are taken in turn.

    Parameters
    ----------
    number : int
        How many slices.
    rows, columns : WindowLayout
        Windows along the rows and columns of a slice, of step 2.
    first : tuple of int
        Rows before the first, of those of one parity, and columns.
    size : tuple of int
        Rows of one parity, and columns, with their margins.
    row_margins : tuple of tuple of (int, int)
        Rows beyond the edges, for even and odd ones.
    column_margins : tuple of (int, int)
        Columns beyond the edges.
    """

    number: int
    rows: WindowLayout
    columns: WindowLayout
    first: tuple[int, int]
    size: tuple[int, int]
    row_margins: tuple[Margins, Margins]
    column_margins: Margins

    def new_stack(self, dtype: DType) -> Array:
        """Return slices of zeros.

        Parameters
        ----------
        dtype : dtype
            float32 or float64.

        Returns
        -------
        ndarray, shape (number, rows, columns)
            A buffer.
        """
        stack = buffer(_STACK, (self.number, *self.size), dtype)
        stack.fill(0)
        return stack

    def new_total(self, dtype: DType) -> Array:
        """Return a sum without terms.

        Parameters
        ----------
        dtype : dtype
            float32 or float64.

        Returns
        -------
        ndarray, shape (number, rows, columns / 2)
            A buffer.
        """
        total = buffer(_TOTAL, (self.number, self.size[0], self.size[1] // 2), dtype)
        total.fill(0)
        return total

    def terms(self, taps: Array) -> Terms:
        """Return the taps of the even and of the odd rows.

        Parameters
        ----------
        taps : Array, shape (k, k)
            A kernel.

        Returns
        -------
        tuple of list of (int, int, float)
            Of which columns a tap is, how far away they lie, and the weight.
        """
        terms: Terms = ([], [])
        for a, line in enumerate(taps.tolist()):
            below, odd_row = divmod(a - self.rows.before, 2)
            for b, tap in enumerate(line):
                right, odd = divmod(b - self.columns.before, 2)
                if tap:
                    terms[odd_row].append((odd, below * (self.size[1] // 2) + right, tap))
        return terms

    def add(self, slices: Array, begin: int, terms: Terms, stack: Array, total: Array) -> None:
        """Add what a kernel makes of slices.

        Parameters
        ----------
        slices : ndarray, shape (number or fewer, H, W)
            Slices.
        begin : int
            The place of the first of them; others are zeros.
        terms : tuple
            As from `terms`.
        stack : ndarray
            As from `new_stack`, or as left by the sum before.
        total : ndarray
            As from `new_total`.
        """
        height, half = self.size[0], self.size[1] // 2
        parts = buffer(_PARTS, (2, self.number * height, half), slices.dtype)
        lines = parts.reshape(2, -1)
        # From the first window to the last.
        first = self.first[0] * half + self.first[1] // 2
        rows = (self.number - 1) * height + self.rows.count - 1
        count = rows * half + self.columns.count
        kept = total.reshape(-1)[first : first + count]
        for parity in (0, 1):
            if terms[parity]:
                self._fill(stack, slices, begin, parity)
                cv2.split(stack.reshape(-1, half, 2), (parts[0], parts[1]))
            for odd, shift, tap in terms[parity]:
                cv2.scaleAdd(lines[odd][first + shift : first + shift + count], tap, kept, kept)

    def _fill(self, stack: Array, slices: Array, begin: int, parity: int) -> None:
        """Write the rows of a parity, and what lies beyond the edges."""
        (top, left), (h, w), end = self.first, slices.shape[1:], begin + len(slices)
        if len(slices) < self.number:
            stack[:begin] = stack[end:] = 0
        image = stack[begin:end, :, left : left + w]
        image[:, top : top + (h + 1 - parity) // 2] = slices[:, parity::2]
        for place, shown in self.row_margins[parity]:
            image[:, place] = slices[:, shown] if shown >= 0 else 0
        for place, shown in self.column_margins:
            stack[begin:end, :, place] = image[:, :, shown]

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
        return total[:, top : top + rows, left // 2 : left // 2 + columns]


def phase_planes(
    rows: WindowLayout, columns: WindowLayout, slices: int, border: Border
) -> PhasePlanes:
    """Plan how slices are parted.

    Parameters
    ----------
    rows, columns : WindowLayout
        Windows along the rows and columns of a slice, of step 2.
    slices : int
        Number of slices of the result.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges.

    Returns
    -------
    PhasePlanes
        The plan.
    """
    top, left = (-(-each.before // 2) for each in (rows, columns))
    below, right = (-(-(each.n + each.reach) // 2) for each in (rows, columns))
    size = top + below, 2 * (left + right)
    # The stack, its two parts and half as much of sums: with the result three times its size.
    most = int(1.9 / 2.5 * slices * rows.count * columns.count)
    number = max(1, min(slices, min(most, _PIXELS) // (size[0] * size[1])))
    row_margins, column_margins = _margins(rows, top, border), _margins(columns, left, border)
    even, odd = (tuple((i // 2, shown) for i, shown in row_margins if i % 2 == p) for p in (0, 1))
    if rows.n % 2 and not any(place == top + rows.n // 2 for place, _ in odd):
        odd = (*odd, (top + rows.n // 2, -1))  # where the last of the even rows was
    return PhasePlanes(number, rows, columns, (top, 2 * left), size, (even, odd), column_margins)


def _margins(layout: WindowLayout, before: int, border: Border) -> Margins:
    """Return the places that show samples, counted from so many pairs before the first."""
    shown = pad(np.arange(layout.n), -1, layout.before, layout.reach, border, fill=-1).tolist()
    inside = range(layout.before, layout.before + layout.n)
    return tuple(
        (2 * before - layout.before + i, number)
        for i, number in enumerate(shown)
        if i not in inside and number >= 0
    )
