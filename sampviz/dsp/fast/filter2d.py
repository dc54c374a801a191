"""Correlation of volumes by OpenCV's filters of planes, of which every second sample is kept.

A kernel that is a product of taps along the slices and a plane's has slices summed first; another
takes a filter of a plane for each of its own. Planes by themselves go by `plane_filter`.
"""

from collections.abc import Callable, Sequence
from operator import itemgetter

import cv2
import numpy as np

from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.fast.buffers import buffer
from sampviz.dsp.fast.finite import finite_or_none
from sampviz.dsp.fast.phase_planes import phase_planes
from sampviz.dsp.fast.plane_filter import (
    BORDERS,
    factored,
    filter_at_once,
    filter_planes,
    keep_windows,
    keeps_all,
)
from sampviz.dsp.fast.row_tiles import map_images
from sampviz.dsp.fast.separable_filter import keeps_every_second, separable_filter
from sampviz.dsp.fast.slice_pairs import slice_pairs, takes_pairs
from sampviz.dsp.fast.slices import depth_factor, slab_sums, window_terms
from sampviz.dsp.fast.tall_planes import TallPlane, over_slices, stack_starts, tall_plane
from sampviz.dsp.nonfinite import all_count
from sampviz.dsp.sliding_window import Border, WindowLayout, WindowLayouts, pad

_MOST_TAPS = {"f": 9, "d": 7}  # of a side, for which OpenCV takes no Fourier transform
# Samples of a row that is parted in even and odd ones; of float64 OpenCV has slower filters.
_SHORT = {"f": 128, "d": 1024}
_FULL, _PART, _KEPT = range(3)  # slots


def filter_windows(
    kernel: Array, layouts: WindowLayouts, border: Border, dtype: DType
) -> FiniteFastPath | None:
    """Plan the correlation with a kernel.

    Parameters
    ----------
    kernel : Array, shape (h, w) or (k, k, k)
        Taps.
    layouts : tuple of WindowLayout
        Windows along rows and columns, before them those along slices.
    border : {"zero", "reflect", "edge", "wrap"}
        What lies beyond the edges.
    dtype : dtype
        float32 or float64.

    Returns
    -------
    callable or None
        A function of planes or volumes; None for large kernels, and of volumes for `wrap` and where
        rows and columns have steps beyond 2, dilation, or windows that begin beyond the kernel's
        reach. It may return None where a sum is not finite.
    """
    *depths, rows, columns = layouts
    if not depths:
        return filter_planes(kernel, rows, columns, border, dtype)
    if max(rows.d, columns.d) * (len(kernel) - 1) >= _MOST_TAPS[dtype.char]:
        return None
    if border not in BORDERS or not computes_all_windows((rows, columns)):
        return None
    fast = map_images(
        _correlation(kernel, layouts, border, dtype), tuple(layout.count for layout in layouts)
    )
    return fast if all_count(kernel[kernel != 0], border) else finite_or_none(fast)


def _correlation(
    kernel: Array, layouts: WindowLayouts, border: Border, dtype: DType
) -> Callable[[Array, Array], None]:
    """Return the fastest way for volumes."""
    depth, rows, columns = layouts
    factors = depth_factor(kernel)
    lines = factored(factors[1]) if factors else None
    if factors and lines and keeps_every_second(rows, columns):
        taps = factors[0], lines[0][:, 0], lines[1][0]
        return separable_filter(taps, layouts, border, dtype)
    if factors:
        tall = tall_plane(rows, columns.n, depth.count, border)
        sums = slab_sums(window_terms(depth, factors[0], border), tall.number)
        # A tap of 0 of a line would be a factor of NaN and infinity.
        dense = lines if lines and all(line.all() for line in lines) else None
        kernels = [each.astype(dtype) for each in dense or factors[1:]]
        plane = filter_at_once(kernels, (tall.rows, columns), border)
        return over_slices(tall, sums, plane, tuple(each.count for each in layouts), dtype)
    if keeps_all(rows, columns) and takes_pairs(kernel, depth, rows.n * columns.n, dtype):
        return slice_pairs(kernel, _slices_shown(depth, border), (rows, columns), border)
    if columns.s == 2 and columns.n <= _SHORT[dtype.char]:
        return _by_phases(kernel.astype(dtype), layouts, border)
    tall = tall_plane(rows, columns.n, depth.count, border, buffers=3)
    return _slice_by_slice(kernel.astype(dtype), layouts, border, tall)


def _slice_by_slice(
    kernel: Array, layouts: WindowLayouts, border: Border, tall: TallPlane
) -> Callable[[Array, Array], None]:
    """Return the sum of the filters of slices, each with its plane of the kernel."""
    depth, rows, columns = layouts
    number = tall.number
    starts = tall.starts(depth.count)
    terms = _slices_under_taps(kernel, depth, border, starts, number)
    keep = rows.count, columns.count
    anchor = columns.before, tall.rows.before
    is_all = number == 1 and keeps_all(rows, columns)

    def write(volume: Array, out: Array) -> None:
        stack = tall.new_stack(volume.dtype)
        size = stack.shape[0] * stack.shape[1], stack.shape[2]
        for begin, terms_of in zip(starts, terms, strict=True):
            if not terms_of:
                out[begin : begin + number] = 0
                continue
            total = out[begin] if is_all else buffer(_FULL, size, volume.dtype)
            for i, (slices, taps) in enumerate(terms_of):
                image = tall.tall(slices(volume), stack)
                full = buffer(_PART, size, volume.dtype) if i else total
                cv2.filter2D(image, -1, taps, full, anchor, 0, BORDERS[border])
                if i:
                    cv2.add(total, full, total)
            if number > 1:
                result = buffer(_KEPT, (tall.rows.count, keep[1]), volume.dtype)
                keep_windows(total, result, tall.rows, columns)
                out[begin : begin + number] = result.reshape(number, -1, keep[1])[:, tall.kept]
            elif not is_all:
                keep_windows(total, out[begin], rows, columns)

    return write


def _slices_under_taps(
    kernel: Array,
    depth: WindowLayout,
    border: Border,
    starts: Sequence[int],
    number: int,
) -> list[list[tuple[Callable[[Array], Array], Array]]]:
    """Return, for each stack, the slices under each tap of its windows, and the tap's plane."""
    shown = _slices_shown(depth, border)
    places = [(begin + np.arange(number)) * depth.s for begin in starts]
    return [
        [
            (slices, taps)
            for a, taps in enumerate(kernel)
            if taps.any() and (slices := _slices_at(shown[first + a * depth.d]))
        ]
        for first in places
    ]


def _slices_shown(depth: WindowLayout, border: Border) -> Array:
    """Return the number of the slice at each place of the padded volume, -1 for zeros."""
    return pad(np.arange(depth.n), -1, depth.before, depth.reach, border, fill=-1)


def _slices_inside(index: Array) -> Callable[[Array], tuple[Array, int]] | None:
    """Return what takes slices by their numbers, without the -1 before the first and at the end."""
    places = np.flatnonzero(index >= 0)
    if not len(places):
        return None
    first = int(places[0])
    take = _slices_at(index[first : int(places[-1]) + 1])
    return None if take is None else lambda volume: (take(volume), first)


def _by_phases(
    kernel: Array, layouts: WindowLayouts, border: Border
) -> Callable[[Array, Array], None]:
    """Return the same for slices of which every second row and column is kept, by weighted sums."""
    depth, rows, columns = layouts
    # Which slices lie under a tap: those a whole number of steps apart share a stack.
    taps_of_part: dict[int, list[tuple[int, Array]]] = {}
    for a, taps in enumerate(kernel):
        if taps.any():
            behind, part = divmod(a * depth.d, depth.s)
            taps_of_part.setdefault(part, []).append((behind, taps))
    more = max((taps[-1][0] - taps[0][0] for taps in taps_of_part.values()), default=0)
    planes = phase_planes(rows, columns, depth.count, more, border)
    number = planes.number
    starts = stack_starts(depth.count, number)
    shown = _slices_shown(depth, border)
    plan = []
    for part, taps_of in taps_of_part.items():
        first, last = taps_of[0][0], taps_of[-1][0]
        terms = planes.terms([(behind - first, taps) for behind, taps in taps_of])
        places = (first + np.arange(number + last - first)) * depth.s + part
        plan.append((terms, [_slices_inside(shown[begin * depth.s + places]) for begin in starts]))

    def write(volume: Array, out: Array) -> None:
        parts = planes.new_parts(volume.dtype)
        for i, begin in enumerate(starts):
            total = planes.new_total(volume.dtype)
            for terms, slices_of in plan:
                slices_at = slices_of[i]
                if slices_at is not None:
                    planes.add(*slices_at(volume), terms, parts, total)
            out[begin : begin + number] = planes.kept(total)

    return write


def _slices_at(index: Array) -> Callable[[Array], Array] | None:
    """Return what takes slices by their numbers, zeros for -1; None if there are zeros alone."""
    if (index < 0).all():
        return None
    low, high = int(index[0]), int(index[-1])
    step = max(1, (high - low) // max(1, len(index) - 1))
    if low >= 0 and (np.diff(index) == step).all():
        return itemgetter(slice(low, high + 1, step))

    def chosen(volume: Array) -> Array:
        slices = volume[index]
        slices[index < 0] = 0
        return slices

    return chosen


def computes_all_windows(layouts: WindowLayouts) -> bool:
    """Tell whether the windows are those of a filter of which each output, or each second, is kept.

    Parameters
    ----------
    layouts : tuple of WindowLayout
        Windows along rows and columns.

    Returns
    -------
    bool
        Whether a filter at full size computes all of them.
    """
    rows, columns = layouts
    return rows.s == columns.s <= 2 and _is_kept(rows) and _is_kept(columns)


def _is_kept(layout: WindowLayout) -> bool:
    return layout.d == 1 and layout.before < layout.k and (layout.count - 1) * layout.s < layout.n
