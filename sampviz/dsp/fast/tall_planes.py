"""Small slices, stacked to one tall plane: one call filters a dozen of them.

A call of OpenCV's or numpy's takes a microsecond or more, whatever there is to do; a slice of 64x64
is done in two. So slices are written below each other, with rows between them that hold what lies
beyond their edges, and the results that belong to these rows are left out.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sampviz.dsp.dtypes import Array, DType
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.grid import Size
from sampviz.dsp.sliding_window import Border, WindowLayout, pad

_PIXELS = 2**14  # of a tall plane
_STACK, _RESULT = 50, 51  # slots

Plane = Callable[[Array, Array], None]  # from a plane to a plane
# Writes the slices from some number on to its last argument (slices, H, W); may return a view.
Slices = Callable[[Array, int, Array], Array]


class TallPlane(NamedTuple):
    """A number of slices below each other.

    Parameters
    ----------
    number : int
        How many slices.
    pitch : int
        Rows from one to the next.
    first : int
        Rows before the first.
    rows : WindowLayout
        Windows along the rows of all.
    kept : slice
        The windows of a slice, from `pitch` rows.
    margins : tuple of (int, int)
        Rows beyond the edges, and the rows of the slice that they show; -1 for the fill.
    fill : float
        What other rows beyond the edges hold.
    """

    number: int
    pitch: int
    first: int
    rows: WindowLayout
    kept: slice
    margins: tuple[tuple[int, int], ...] = ()
    fill: float = 0.0

    def stack(self, made: Array, slot: int = _STACK) -> Array:
        """Write slices (number, H, W) below each other, with their margins; large ones stay."""
        if self.is_bare:
            return np.asarray(made[0])
        n, columns = made.shape[1:]
        stack = self.buffer(columns, made.dtype, slot)
        image = stack[:, self.first : self.first + n]
        if made.base is None or not np.shares_memory(made, image):
            image[...] = made
        stack[:, : self.first] = self.fill
        stack[:, self.first + n :] = self.fill
        for row, shown in self.margins:
            if shown >= 0:
                stack[:, row] = image[:, shown]
        return stack.reshape(-1, columns)

    @property
    def is_bare(self) -> bool:
        """Whether it is one slice without margins."""
        return self.number == 1 and self.pitch == self.rows.n and not self.margins

    def buffer(self, columns: int, dtype: DType, slot: int = _STACK) -> Array:
        """Return uninitialised memory for the slices and their margins, (number, pitch, W)."""
        return buffer(slot, (self.number, self.pitch, columns), dtype)


def tall_plane(
    rows: WindowLayout,
    columns: int,
    slices: int,
    border: Border,
    fill: float = 0.0,
    *,
    margins: bool = False,
) -> TallPlane:
    """Plan how slices are stacked; large ones are left alone.

    Parameters
    ----------
    rows : WindowLayout
        Windows along the rows of a slice.
    columns : int
        Columns of a slice.
    slices : int
        Number of slices there are.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges.
    fill : float
        What `zero` stands for.
    margins : bool
        Whether large slices are to have margins too.

    Returns
    -------
    TallPlane
        The plan.
    """
    number = min(slices, _PIXELS // (rows.n * columns))
    number = max(1, number)
    if number == 1 and not margins:
        return TallPlane(1, rows.n, 0, rows, slice(0, rows.count))
    s, n = rows.s, rows.n
    first = -(-rows.before // s) * s  # windows keep their distance from one slice to the next
    pitch = -(-(first + n + rows.reach) // s) * s
    shown = pad(np.arange(n), -1, rows.before, rows.reach, border, fill=-1).tolist()
    beyond = tuple(
        (first - rows.before + i, row)
        for i, row in enumerate(shown)
        if not rows.before <= i < rows.before + n
    )
    stacked = replace(rows, n=number * pitch, count=number * pitch // s)
    kept = slice(first // s, first // s + rows.count)
    return TallPlane(number, pitch, first, stacked, kept, beyond, fill)


def over_slices(
    tall: TallPlane, slices: Slices, plane: Plane, size: Size, size_after: Size, dtype: DType
) -> Plane:
    """Make a function of volumes of one of planes.

    Parameters
    ----------
    tall : TallPlane
        How slices are stacked.
    slices : callable
        `slices(volume, begin, out)` writes what goes through `plane` for the slices of the result
        from `begin` on, and returns it.
    plane : callable
        `plane(image, out)`, planned for the rows of the tall plane.
    size : tuple of int
        Slices, rows and columns before.
    size_after : tuple of int
        Slices, rows and columns of the result.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable
        `function(volume, out)`.
    """
    count, _, columns_after = size_after
    number, pitch = tall.number, tall.pitch
    inside = slice(tall.first, tall.first + size[1])

    def write(volume: Array, out: Array) -> None:
        stack = tall.buffer(size[2], dtype)
        for begin in (*range(0, count - number, number), count - number):
            image = tall.stack(slices(volume, begin, stack[:, inside]))
            if tall.is_bare:
                plane(image, out[begin])
                continue
            result = buffer(_RESULT, (number, pitch // tall.rows.s, columns_after), dtype)
            plane(image, result.reshape(-1, columns_after))
            out[begin : begin + number] = result[:, tall.kept]

    return write
