"""The regions that a page chooses: what is not background, and where structure differs most."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, lcm

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Size
from sampviz.dsp.interpolate import onto_input_grid
from sampviz.dsp.neighbourhood import maximum_around
from sampviz.figures.panels.background import background_of
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.zoom_region import Region, box_sums
from sampviz.images.image import Image

_SMALLEST = 8  # pixels a side
_DETAIL_SHARE = 0.2  # of the shorter side of the original
_FEWEST_SAMPLES = 4  # of the coarsest output, a side of the detail
_BORDER_SHARE = 1 / 16  # of each end of an axis, where borders decide
_MOST_SATURATED = 0.005  # of the pixels of the detail
_LARGEST_PERIOD = 64  # pixels, within which samples of different columns may line up
_MOST_BACKGROUND = 0.02  # of the pixels of the detail, where the image allows it
_MARGIN = 0.02  # of a side, around what is not background
_WORTH_A_CROP = 0.9  # of the area: else the whole image is shown


def detail_region(
    image: Image,
    columns: Sequence[Column],
    structure_errors: Mapping[Column, Array],
    brightest: float,
    side: int | None = None,
    extent: float | None = None,
) -> Region:
    """Return the rectangle in which the outputs differ most from the ideal image, in structure.

    Parameters
    ----------
    image : Image
        The original, a plane.
    columns : sequence of Column
        The original first.
    structure_errors : mapping of Column to ndarray
        Of outputs, (h, w): see `structure_error`; their mean over the chains is looked at.
    brightest : float
        Values of the original from here on saturate the window, and do not count.
    side : int, optional
        About so many pixels a side, in place of a fifth.
    extent : float, optional
        About so many mm a side, or pixels where the spacing is not known, in place of a fifth.

    Returns
    -------
    Region
        A fifth of the shorter side high and wide, in mm where the spacing is known, and of whole
        samples of all columns. An eighth of the image at its borders is left out, and background
        where it can be; the first of equals, by rows.
    """
    size = image.size
    spacing = image.spacing if image.spacing and all(image.spacing) else (1.0, 1.0)
    target = extent or _DETAIL_SHARE * min(n * mm for n, mm in zip(size, spacing, strict=True))
    periods = [period_of([column.grids[axis].step for column in columns]) for axis in (0, 1)]
    height, width = (
        snapped_side(side or target / mm, period, n)
        for mm, period, n in zip(spacing, periods, size, strict=True)
    )
    maps = [
        onto_input_grid(error, column.grids, size, "cells")
        for column, error in structure_errors.items()
    ]
    score = np.mean(maps, axis=0) if maps else np.zeros(size)
    original = columns[0].grey.mean(axis=0)
    reach = 2 * max(periods)
    saturated = maximum_around(original, reach) >= brightest
    sums = box_sums(np.where(np.isfinite(score), score, 0.0), height, width)
    background = background_of(image, original)
    if background is not None:
        dark = box_sums(background.astype(np.float64), height, width)
        sums = _where_it_can_be(dark < _MOST_BACKGROUND * height * width, sums)
    # Next to what saturates the window (the fat of a scalp) all differ, and nothing is seen.
    blinded = box_sums(saturated.astype(np.float64), height, width)
    sums = _where_it_can_be(blinded < _MOST_SATURATED * height * width, sums)
    return best_region(sums, size, (height, width), periods)


def region_around(
    point: Sequence[int], sides: Sequence[float], columns: Sequence[Column], within: Region
) -> Region:
    """Return the rectangle around a point of the original, of whole samples of all columns.

    Parameters
    ----------
    point : sequence of int
        Row and column.
    sides : sequence of float
        About so many pixels high and wide.
    columns : sequence of Column
        The original first.
    within : Region
        What is shown of the original; begins at whole samples where they line up.

    Returns
    -------
    Region
    """
    spans = (within.row, within.height), (within.column, within.width)
    starts, lengths = [], []
    for axis, (middle, target, (start, n)) in enumerate(zip(point, sides, spans, strict=True)):
        period = period_of([column.grids[axis].step for column in columns])
        length = snapped_side(target, period, n)
        first = round((middle + 0.5 - length / 2) / period) * period
        lengths.append(length)
        starts.append(min(max(first, start), start + (n - length) // period * period))
    return Region(starts[0], starts[1], lengths[0], lengths[1])


def _where_it_can_be(allowed: Array, sums: Array) -> Array:
    """Return the sums of allowed regions alone, or all where nothing differs in those."""
    kept = np.where(allowed, sums, -1.0)
    return kept if kept.max() > 0 else sums


def best_region(sums: Array, size: Size, sides: Size, periods: Sequence[int]) -> Region:
    """Return the region with the largest sum of those that begin at whole samples."""
    starts = [
        _starts(n, side, period) for n, side, period in zip(size, sides, periods, strict=True)
    ]
    allowed = sums[np.ix_(*starts)]
    i, j = np.unravel_index(int(np.argmax(allowed)), allowed.shape)
    return Region(int(starts[0][i]), int(starts[1][j]), *sides)


def period_of(steps: Sequence[Fraction]) -> int:
    """Return the pixels after which the samples of all columns line up again, if they soon do."""
    period = lcm(*(step.numerator for step in steps if step >= 1))
    return period if period <= _LARGEST_PERIOD else ceil(max(steps))


def snapped_side(target: float, period: int, n: int) -> int:
    """Return the whole number of periods nearest to a side, with some samples of each column."""
    fewest = max(_SMALLEST, _FEWEST_SAMPLES * period)
    side = max(fewest, round(target / period) * period)
    return min(side, max(1, n // period) * period, n)


def _starts(n: int, side: int, period: int) -> list[int]:
    """Return where a region may begin: at whole samples, not at the border if it can be helped."""
    border = ceil(_BORDER_SHARE * n)
    starts = range(0, n - side + 1, period)
    return [start for start in starts if border <= start <= n - side - border] or list(starts)


def content_region(image: Image, columns: Sequence[Column]) -> Region | None:
    """Return what is not background of an image, with a margin.

    Parameters
    ----------
    image : Image
        The original, a plane.
    columns : sequence of Column
        The original first; the region holds whole samples of all.

    Returns
    -------
    Region or None
        None where little would be cut off, or nothing is known of the background.
    """
    values = columns[0].grey.mean(axis=0)
    background = background_of(image, values)
    if background is None:
        return None
    filled = ~background
    spans = []
    for axis, n in enumerate(image.size):
        period = period_of([column.grids[axis].step for column in columns])
        # Lines in which next to nothing is bright are noise.
        lines = np.flatnonzero(filled.mean(axis=1 - axis) > _MARGIN)
        if not lines.size:
            return None
        margin = ceil(_MARGIN * n)
        first = max(0, int(lines[0]) - margin) // period * period
        last = min(n, -(-(int(lines[-1]) + 1 + margin) // period) * period)
        spans.append((first, last - first))
    (row, height), (column, width) = spans
    if height * width > _WORTH_A_CROP * values.size:
        return None
    return Region(row, column, height, width)


def part_around(region: Region | None, columns: Sequence[Column], size: Size, most: int) -> Region:
    """Return the part of a large image around a region, or around its middle.

    Parameters
    ----------
    region : Region or None
        Lies in the part where it fits.
    columns : sequence of Column
        The original first; the part holds whole samples of all where they line up.
    size : tuple of int
        Rows and columns of the original.
    most : int
        Pixels a side.

    Returns
    -------
    Region
    """
    spans = []
    for axis, n in enumerate(size):
        period = period_of([column.grids[axis].step for column in columns])
        length = min(n, max(1, most // period) * period)
        middle = n / 2
        if region:
            start, side = ((region.row, region.height), (region.column, region.width))[axis]
            middle = start + side / 2
        first = min(max(0, round((middle - length / 2) / period) * period), n - length)
        spans.append((first, length))
    (row, height), (column, width) = spans
    return Region(row, column, height, width)
