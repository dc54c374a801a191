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

_PIXELS = 2**16  # of a tall plane
_STACK, _RESULT = 50, 51  # slots

Plane = Callable[[Array, Array], None]  # from a plane to a plane
# Writes the slices from some number on to its last argument (slices, H, W); may return a view.
Slices = Callable[[Array, int, Array], Array]


class TallPlane(NamedTuple):
    """A number of slices below each other.

    Parameters
    ----------
    number : int
        How many slices; one is left as it is.
    pitch : int
        Rows from one to the next.
    first : int
        Rows before the first.
    size : tuple of int
        Rows and columns of a slice.
    rows : WindowLayout
        Windows along the rows of all.
    kept : slice
        The windows of a slice, from `pitch` rows.
    margins : tuple of (slice, slice)
        Rows beyond the edges, and the rows of the slice that they show.
    fill : float
        What other rows beyond the edges hold.
    """

    number: int
    pitch: int
    first: int
    size: Size
    rows: WindowLayout
    kept: slice
    margins: tuple[tuple[slice, slice], ...] = ()
    fill: float = 0.0

    def starts(self, count: int) -> tuple[int, ...]:
        """Return where the stacks of `count` slices begin; the last may overlap.

        Parameters
        ----------
        count : int
            Number of slices of the result, as many as a stack has or more.

        Returns
        -------
        tuple of int
            The number of the first slice of each stack.
        """
        return stack_starts(count, self.number)

    def new_stack(self, dtype: DType) -> Array:
        """Return a stack with what all slices have beyond their edges.

        Parameters
        ----------
        dtype : dtype
            Of its values.

        Returns
        -------
        ndarray, shape (number, pitch, W)
        """
        stack = buffer(_STACK, (self.number, self.pitch, self.size[1]), dtype)
        self.fill_margins(stack)
        return stack

    def fill_margins(self, stack: Array) -> None:
        """Write what lies beyond the edges of slices, but for rows that show others.

        Parameters
        ----------
        stack : ndarray, shape (number, pitch, W)
            As `new_stack` makes it.
        """
        stack[:, : self.first] = self.fill
        stack[:, self.first + self.size[0] :] = self.fill

    def inside(self, stack: Array) -> Array:
        """Return where the slices lie in a stack.

        Parameters
        ----------
        stack : ndarray, shape (number, pitch, W)
            As `new_stack` makes it.

        Returns
        -------
        ndarray, shape (number, H, W)
            A view.
        """
        return stack[:, self.first : self.first + self.size[0]]

    def tall(self, slices: Array, stack: Array) -> Array:
        """Return slices below each other, with their margins.

        Parameters
        ----------
        slices : ndarray, shape (number, H, W)
            Are copied into the stack, if they do not lie there.
        stack : ndarray, shape (number, pitch, W)
            As `new_stack` makes it.

        Returns
        -------
        ndarray, shape (number * pitch, W)
            A view of the stack, or the only slice.
        """
        if self.number == 1 and self.pitch == self.size[0]:
            return np.asarray(slices[0])
        image = self.inside(stack)
        if slices.base is not image.base:
            image[...] = slices
        for rows, shown in self.margins:
            stack[:, rows] = image[:, shown]
        return stack.reshape(-1, self.size[1])


def stack_starts(count: int, number: int) -> tuple[int, ...]:
    """Return where stacks of `number` slices begin; the last may overlap.

    Parameters
    ----------
    count : int
        Number of slices of the result, as many as a stack has or more.
    number : int
        How many slices a stack has.

    Returns
    -------
    tuple of int
        The number of the first slice of each stack.
    """
    return (*range(0, count - number, number), count - number)


def tall_plane(
    rows: WindowLayout,
    columns: int,
    slices: int,
    border: Border,
    fill: float = 0.0,
    *,
    buffers: float = 2,
    least: int = 1,
    alone: bool = False,
) -> TallPlane:
    """Plan how slices are stacked; large ones are left alone.

    Parameters
    ----------
    rows : WindowLayout
        Windows along the rows of a slice.
    columns : int
        Columns of a slice.
    slices : int
        Number of slices of the result.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges.
    fill : float
        What `zero` stands for.
    buffers : float
        How many arrays of the size of the tall plane are in use at a time.
    least : int
        Pixels that are taken together however small the result is.
    alone : bool
        Whether one slice alone is given margins too.

    Returns
    -------
    TallPlane
        The plan.
    """
    s, n = rows.s, rows.n
    # All of them take one and a half times the memory of the result at most.
    pixels = min(_PIXELS, max(least, int(slices * rows.count * (columns // s) * 1.5 / buffers)))
    number = max(1, min(slices, pixels // (n * columns)))
    if number == 1 and not alone:
        return TallPlane(1, n, 0, (n, columns), rows, slice(0, rows.count))
    first = -(-rows.before // s) * s  # windows keep their distance from one slice to the next
    pitch = -(-(first + n + rows.reach) // s) * s
    shown = pad(np.arange(n), -1, rows.before, rows.reach, border, fill=-1).tolist()
    beyond = [
        (first - rows.before + i, row)
        for i, row in enumerate(shown)
        if not rows.before <= i < rows.before + n and row >= 0
    ]
    stacked = replace(rows, n=number * pitch, count=number * pitch // s)
    kept = slice(first // s, first // s + rows.count)
    return TallPlane(number, pitch, first, (n, columns), stacked, kept, _together(beyond), fill)


def _together(rows: list[tuple[int, int]]) -> tuple[tuple[slice, slice], ...]:
    """Return runs of rows side by side that show rows side by side, in either direction."""
    runs: list[tuple[slice, slice]] = []
    begin = 0
    while begin < len(rows):
        row, shown = rows[begin]
        step, end = 1, begin + 1
        if end < len(rows) and rows[end] == (row + 1, shown - 1):
            step = -1
        while end < len(rows) and rows[end] == (row + end - begin, shown + step * (end - begin)):
            end += 1
        stop = shown + step * (end - begin)
        runs.append((slice(row, row + end - begin), slice(shown, None if stop < 0 else stop, step)))
        begin = end
    return tuple(runs)


def over_slices(
    tall: TallPlane, slices: Slices, plane: Plane, size_after: Size, dtype: DType
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
    starts = tall.starts(count)

    def write(volume: Array, out: Array) -> None:
        stack = tall.new_stack(dtype)
        inside = tall.inside(stack)
        for begin in starts:
            image = tall.tall(slices(volume, begin, inside), stack)
            if number == 1:
                plane(image, out[begin])
                continue
            result = buffer(_RESULT, (number, pitch // tall.rows.s, columns_after), dtype)
            plane(image, result.reshape(-1, columns_after))
            out[begin : begin + number] = result[:, tall.kept]

    return write
