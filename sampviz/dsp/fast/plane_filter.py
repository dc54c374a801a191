"""Correlation of planes by OpenCV, of which the samples that a step keeps are taken.

A filter at full size does s times s times the arithmetic of a strided one, and is faster still: it
is one pass of vector instructions over memory, where numpy makes one for every tap. 256x256 px,
3x3, step 2: from 294 to 31 us. Where there is more to do, less of it is done: a kernel that is a
product of taps along rows and along columns goes down the columns first, for the rows that are
kept; of another the rows of the image that meet the same taps are filtered together, so that
nothing is computed between the rows that are kept. 1024x1024 px, 7x7, step 3: 3.6 to 1.5 ms.

OpenCV leaves out taps that are zero: NaN and infinity under them do not count, as they should not.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from math import gcd
from typing import Any

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.deinterleave import even_samples
from sampviz.dsp.fast.finite import finite_or_none
from sampviz.dsp.fast.row_tiles import map_images
from sampviz.dsp.nonfinite import all_count
from sampviz.dsp.sliding_window import Border, WindowLayout, WindowLayouts

BORDERS = {
    "zero": cv2.BORDER_CONSTANT,
    "reflect": cv2.BORDER_REFLECT_101,
    "edge": cv2.BORDER_REPLICATE,
}
# Beyond 120 taps of float32 and 49 of float64 OpenCV takes a Fourier transform, which spreads NaN
# and infinity.
_MOST_TAPS = {"f": 120, "d": 49}
_ONE_PASS = 120  # bytes of the taps, times the step: so much is filtered at once
_FEW_TAPS, _SMALL = 5, 2**16  # taps along an axis, and pixels
_FULL, _PART, _PADDED, _LATTICE, _KEPT = range(5)  # slots

Write = Callable[[Array, Array], None]  # from a plane to the samples that are kept


def filter_planes(
    kernel: Array, rows: WindowLayout, columns: WindowLayout, border: Border, dtype: DType
) -> FiniteFastPath | None:
    """Plan the correlation of planes with a kernel.

    Parameters
    ----------
    kernel : Array, shape (h, w)
        Taps.
    rows, columns : WindowLayout
        Windows along rows and columns.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable or None
        A function of planes; None for large kernels. It may return None where a sum is not finite.
    """
    write = _writer(kernel, rows, columns, border, dtype)
    if write is None:
        return None
    fast = map_images(write, (rows.count, columns.count))
    return fast if all_count(kernel[kernel != 0], border) else finite_or_none(fast)


def _writer(
    kernel: Array, rows: WindowLayout, columns: WindowLayout, border: Border, dtype: DType
) -> Write | None:
    layouts = rows, columns
    sides = zip(layouts, kernel.shape, strict=True)
    taps = np.zeros([layout.d * (k - 1) + 1 for layout, k in sides])
    taps[:: rows.d, :: columns.d] = kernel
    factors = factored(taps)
    is_small = np.count_nonzero(taps) * dtype.itemsize * rows.s <= _ONE_PASS
    most = _MOST_TAPS[dtype.char]
    is_large = taps.size > most and (factors is None or max(taps.shape) > most)
    if any(gcd(each.s, each.d) > 1 or (is_large and each.d > 1) for each in layouts):
        return _of_lattices(kernel, rows, columns, border, dtype)
    if is_large:
        return None
    in_phases = not factors and not is_small and rows.s > 1
    spans = zip(layouts, taps.shape, strict=True)
    is_padded = in_phases or border not in BORDERS
    is_padded |= any(e.before >= k or (e.count - 1) * e.s >= e.n for e, k in spans)
    margins = rows.before, rows.reach, columns.before, columns.reach
    if is_padded:
        layouts = rows, columns = _within(rows), _within(columns)
    if factors and all(line.all() for line in factors) and _is_quick(taps, rows, columns):
        write = filter_at_once([line.astype(dtype) for line in factors], layouts, border)
    elif factors and (not is_small or taps.size > most):
        down, across = (line.astype(dtype) for line in factors)
        write = _along_both(down, across, layouts, border)
    elif in_phases:
        write = _in_row_phases(taps.astype(dtype), rows, columns)
    else:
        write = filter_at_once([taps.astype(dtype)], layouts, border)
    return _of_padded(write, (rows.n, columns.n), margins, border) if is_padded else write


def factored(kernel: Array) -> tuple[Array, Array] | None:
    """Return the taps along rows and columns whose product a kernel is.

    Parameters
    ----------
    kernel : Array, shape (h, w)
        Taps.

    Returns
    -------
    tuple of Array, or None
        Shapes (h, 1) and (1, w); None where the kernel is no such product. A tap of 0 stays 0.
    """
    i, j = np.unravel_index(np.abs(kernel).argmax(), kernel.shape)
    down, across = kernel[:, j : j + 1] / (kernel[i, j] or 1), kernel[i : i + 1]
    product = down * across
    is_product = np.abs(product - kernel).max() <= 1e-15 * abs(kernel[i, j])
    return (down, across) if is_product and not product[kernel == 0].any() else None


def keep_windows(full: Array, out: Array, rows: WindowLayout, columns: WindowLayout) -> None:
    """Copy the outputs of a filter that belong to the windows.

    Parameters
    ----------
    full : Array, shape (H, W)
        The filter's output at every pixel.
    out : Array
        Where one value for each window is written.
    rows, columns : WindowLayout
        Windows along rows and columns.
    """
    _keep_columns(full[: rows.s * (rows.count - 1) + 1 : rows.s], out, columns)


def _keep_columns(full: Array, out: Array, columns: WindowLayout) -> None:
    if columns.s == 2:
        even_samples(full[:, : 2 * columns.count], out)
    else:
        out[...] = full[:, : columns.s * (columns.count - 1) + 1 : columns.s]


def _within(layout: WindowLayout) -> WindowLayout:
    """Return the windows of an axis that is padded."""
    return replace(layout, n=layout.before + layout.n + layout.reach, before=0, after=0)


def _of_padded(
    write: Write, size: tuple[int, int], margins: tuple[int, int, int, int], border: Border
) -> Write:
    if not any(margins):
        return write
    how = BORDERS.get(border, cv2.BORDER_WRAP)

    def write_padded(plane: Array, out: Array) -> None:
        padded = buffer(_PADDED, size, plane.dtype)
        write(cv2.copyMakeBorder(plane, *margins, how, padded, 0), out)

    return write_padded


def _of_lattices(
    kernel: Array, rows: WindowLayout, columns: WindowLayout, border: Border, dtype: DType
) -> Write | None:
    """Return what filters the samples that dilated windows meet, side by side, without dilation."""
    margins = rows.before, rows.reach, columns.before, columns.reach
    padded_rows, padded_columns = _within(rows), _within(columns)
    parts: list[tuple[Any, Any, WindowLayouts, Write]] = []
    for (top, below, down), (left, right, across) in product(
        _lattices(padded_rows), _lattices(padded_columns)
    ):
        write = _writer(kernel, down, across, "zero", dtype)
        if write is None:
            return None
        parts.append(((top, left), (below, right), (down, across), write))

    def write_all(padded: Array, out: Array) -> None:
        for samples, outputs, layouts, write in parts:
            lattice = buffer(_LATTICE, tuple(each.n for each in layouts), dtype)
            lattice[...] = padded[samples]
            kept = buffer(_KEPT, tuple(each.count for each in layouts), dtype)
            write(lattice, kept)
            out[outputs] = kept

    return _of_padded(write_all, (padded_rows.n, padded_columns.n), margins, border)


def _lattices(layout: WindowLayout) -> Iterator[tuple[slice, slice, WindowLayout]]:
    """Yield samples d apart, the windows that they belong to, and how these lie on them."""
    shared = gcd(layout.s, layout.d)
    apart = layout.d // shared
    for first in range(min(apart, layout.count)):
        samples = slice(layout.s * first, None, layout.d)
        n = len(range(*samples.indices(layout.n)))
        count = len(range(first, layout.count, apart))
        windows = WindowLayout(n, layout.k, layout.s // shared, 1, 0, 0, count)
        yield samples, slice(first, None, apart), windows


def _is_quick(taps: Array, rows: WindowLayout, columns: WindowLayout) -> bool:
    """Tell whether OpenCV's filter along both axes is, which computes every output."""
    return rows.s == 1 or (max(taps.shape) <= _FEW_TAPS and rows.n * columns.n <= _SMALL)


def filter_at_once(kernels: Sequence[Array], layouts: WindowLayouts, border: Border) -> Write:
    """Plan one call of OpenCV's that computes every output.

    Parameters
    ----------
    kernels : sequence of Array
        A kernel, or the taps along rows and those along columns, of the type of the planes.
    layouts : tuple of WindowLayout
        Windows along rows and columns.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges; for `wrap` planes are padded.

    Returns
    -------
    callable
        `function(plane, out)` writes the outputs that belong to windows.
    """
    rows, columns = layouts
    anchor, how = (columns.before, rows.before), BORDERS.get(border, cv2.BORDER_CONSTANT)
    is_all = keeps_all(rows, columns)
    first, last = kernels[0], kernels[-1]

    def write(plane: Array, out: Array) -> None:
        full = out if is_all else buffer(_FULL, plane.shape, plane.dtype)
        if len(kernels) == 2:
            cv2.sepFilter2D(plane, -1, last, first, full, anchor, 0, how)
        else:
            cv2.filter2D(plane, -1, first, full, anchor, 0, how)
        if not is_all:
            keep_windows(full, out, rows, columns)

    return write


def keeps_all(rows: WindowLayout, columns: WindowLayout) -> bool:
    """Tell whether each output of a filter at full size belongs to a window.

    Parameters
    ----------
    rows, columns : WindowLayout
        Windows along rows and columns.

    Returns
    -------
    bool
        Whether there is nothing to leave out.
    """
    return (rows.count, columns.count, rows.s, columns.s) == (rows.n, columns.n, 1, 1)


def _along_both(
    down: Array, across: Array, layouts: tuple[WindowLayout, WindowLayout], border: Border
) -> Write:
    rows, columns = layouts
    how = BORDERS.get(border, cv2.BORDER_CONSTANT)
    last = rows.s * (rows.count - 1) + 1
    is_all = columns.s == 1 and columns.count == columns.n

    def write(plane: Array, out: Array) -> None:
        filtered = buffer(_PART, plane.shape, plane.dtype)
        cv2.filter2D(plane, -1, down, filtered, (0, rows.before), 0, how)
        kept = filtered[: last : rows.s]
        full = out if is_all else buffer(_FULL, kept.shape, plane.dtype)
        cv2.filter2D(kept, -1, across, full, (columns.before, 0), 0, how)
        if not is_all:
            _keep_columns(full, out, columns)

    return write


def _in_row_phases(taps: Array, rows: WindowLayout, columns: WindowLayout) -> Write:
    """Return the sum of filters of every s-th row of a padded plane by every s-th row of taps."""
    s = rows.s
    phases = [np.ascontiguousarray(taps[phase::s]) for phase in range(min(s, len(taps)))]
    phases_of_taps = [(i, part) for i, part in enumerate(phases) if part.any()]

    def write(plane: Array, out: Array) -> None:
        total = None
        for phase, part in phases_of_taps:
            lines = plane[phase::s][: rows.count + len(part) - 1]
            full = buffer(_FULL if total is None else _PART, lines.shape, plane.dtype)
            cv2.filter2D(lines, -1, part, full, (0, 0), 0, cv2.BORDER_CONSTANT)
            full = full[: rows.count]
            total = full if total is None else cv2.add(total, full, total)
        if total is None:
            out[...] = 0
        else:
            _keep_columns(total, out, columns)

    return write
