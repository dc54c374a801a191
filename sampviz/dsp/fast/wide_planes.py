"""Small slices side by side in one wide plane, for filters of step 2.

Rows of 64 px take OpenCV's filters half as long again as rows of 500. Between the slices lie
columns that hold what is beyond their edges; beyond those of rows the filter sees for itself.
OpenCV computes the last columns of a row, beyond its vectors, with other last digits: these are no
slice's.
"""

from typing import NamedTuple

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.deinterleave import even_samples
from sampviz.dsp.sliding_window import Border, WindowLayout, pad

_WIDE = 52  # slot
_REST = 32  # columns after the last slice


class WidePlane(NamedTuple):
    """A number of slices side by side.

    Parameters
    ----------
    number : int
        How many slices.
    first : int
        Columns before the first.
    pitch : int
        Columns from one to the next.
    rows, columns : WindowLayout
        Windows along the rows and columns of a slice.
    margins : tuple of (int, int)
        Columns beyond the edges, and the columns that they show; -1 of zeros.
    """

    number: int
    first: int
    pitch: int
    rows: WindowLayout
    columns: WindowLayout
    margins: tuple[tuple[int, int], ...]

    def stacked(self, slices: Array) -> Array:
        """Return slices side by side.

        Parameters
        ----------
        slices : ndarray, shape (number, H, W)
            Slices.

        Returns
        -------
        ndarray, shape (H, more than number * pitch)
            A buffer.
        """
        full = buffer(_WIDE, (slices.shape[1], self.number * self.pitch + _REST), slices.dtype)
        plane = self._split(full)
        plane[:, :, self.first : self.first + self.columns.n] = slices.swapaxes(0, 1)
        for place, shown in self.margins:
            plane[:, :, place] = plane[:, :, shown] if shown >= 0 else 0
        return full

    def _split(self, full: Array) -> Array:
        return full[:, : self.number * self.pitch].reshape(len(full), self.number, self.pitch)

    def kept(self, full: Array, slot: int) -> Array:
        """Return the outputs of a filter that belong to windows.

        Parameters
        ----------
        full : ndarray, shape (H, more than number * pitch)
            The filter's output at every pixel.
        slot : int
            The buffer slot of the result.

        Returns
        -------
        ndarray, shape (windows along the rows, number * windows along the columns)
            A buffer.
        """
        count = self.columns.count
        out = buffer(slot, (self.rows.count, self.number, count), full.dtype)
        plane = self._split(full)[: 2 * self.rows.count - 1 : 2]
        even_samples(plane[:, :, self.first : self.first + 2 * count], out)
        return out.reshape(self.rows.count, -1)

    def slices(self, kept: Array) -> Array:
        """Return what was kept, slice by slice.

        Parameters
        ----------
        kept : ndarray
            As from `kept`.

        Returns
        -------
        ndarray, shape (number, windows along the rows, windows along the columns)
            A view.
        """
        return kept.reshape(len(kept), self.number, -1).swapaxes(0, 1)


def wide_plane(rows: WindowLayout, columns: WindowLayout, number: int, border: Border) -> WidePlane:
    """Plan slices side by side.

    Parameters
    ----------
    rows, columns : WindowLayout
        Windows along the rows and columns of a slice, of step 2.
    number : int
        How many slices.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges.

    Returns
    -------
    WidePlane
        The plan.
    """
    n = columns.n
    first = -(-columns.before // 2) * 2  # windows keep their distance from one slice to the next
    pitch = -(-(first + max(n + columns.reach, 2 * columns.count)) // 2) * 2
    shown = pad(np.arange(n), -1, first, pitch - first - n, border, fill=-1).tolist()
    beyond = (i for i in range(pitch) if not first <= i < first + n)
    margins = tuple((i, first + shown[i] if shown[i] >= 0 else -1) for i in beyond)
    return WidePlane(number, first, pitch, rows, columns, margins)
