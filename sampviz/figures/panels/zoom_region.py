"""Regions of the original: read from text, chosen where outputs differ, found in each column."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, lcm

import numpy as np

from sampviz.core.errors import UsageError, argument
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.interpolate import onto_input_grid
from sampviz.dsp.neighbourhood import maximum_around
from sampviz.figures.panels.background import background_of
from sampviz.figures.panels.column import Column
from sampviz.images.image import Image

_REGION = re.compile(r"([0-9]{1,6})x([0-9]{1,6})\+([0-9]{1,6})", re.ASCII)
AUTO = "auto"
_SMALLEST_AUTO = 8  # pixels a side
_DETAIL_SHARE = 0.2  # of the shorter side of the original
_FEWEST_SAMPLES = 4  # of the coarsest output, a side of the detail
_BORDER_SHARE = 1 / 16  # of each end of an axis, where borders decide
_MOST_SATURATED = 0.005  # of the pixels of the detail
_LARGEST_PERIOD = 64  # pixels, within which samples of different columns may line up
_MOST_BACKGROUND = 0.02  # of the pixels of the detail, where the image allows it
_MARGIN = 0.02  # of a side, around what is not background
_WORTH_A_CROP = 0.9  # of the area: else the whole image is shown


@dataclass(frozen=True)
class Region:
    """A rectangle of the original, in pixels.

    Parameters
    ----------
    row, column : int
        Its first row and column, from 0.
    height, width : int
        1 or more.
    """

    row: int
    column: int
    height: int
    width: int

    def __str__(self) -> str:
        side = f"{self.height}" if self.height == self.width else f"{self.height}x{self.width}"
        return f"{self.row}x{self.column}+{side}"

    @property
    def text(self) -> str:
        """The region in words."""
        return f"the {self.height}x{self.width} px from row {self.row} and column {self.column} on"

    def slices(self, column: Column) -> tuple[slice, slice]:
        """Return the samples of a column that show it, rows and columns."""
        rows, columns = column.grids
        return (
            sample_slice(rows, self.row, self.height),
            sample_slice(columns, self.column, self.width),
        )

    def crop(self, column: Column) -> Column:
        """Return the part of a column that shows it, in pixels from its own corner on."""
        rows, columns = self.slices(column)
        corner = self.row, self.column
        grids = tuple(
            Grid(part.stop - part.start, grid.step, grid.delta + part.start * grid.step - start)
            for grid, part, start in zip(column.grids, (rows, columns), corner, strict=True)
        )
        array = column.array[..., rows, columns]
        return replace(column, array=array, grids=grids, original_size=(self.height, self.width))


def parse_region(text: str) -> Region | None:
    """Read a region.

    Parameters
    ----------
    text : str
        `ROWxCOL+SIZE`, or `auto`.

    Returns
    -------
    Region or None
        None for `auto`.

    Raises
    ------
    UsageError
        For another text.

    Examples
    --------
    >>> parse_region("80x60+48")
    Region(row=80, column=60, height=48, width=48)
    """
    if text == AUTO:
        return None
    match = _REGION.fullmatch(text)
    if not match or int(match[3]) < 1:
        raise UsageError(
            f"{text!r} is not a region",
            argument("zoom"),
            "write ROWxCOL+SIZE in pixels of the original, or auto",
        )
    row, first_column, side = map(int, match.groups())
    return Region(row, first_column, side, side)


def check_inside(region: Region, image: Image) -> None:
    """Check that a region lies in an image.

    Parameters
    ----------
    region : Region
        In pixels of the image.
    image : Image
        A plane.

    Raises
    ------
    UsageError
        If it reaches beyond, or the image is a volume.
    """
    if image.slice_planes:
        raise UsageError(
            "a region is one of a slice",
            argument("zoom"),
            f"write {argument('zoom', 'auto')} for a volume",
        )
    h, w = image.size
    if region.row + region.height > h or region.column + region.width > w:
        raise UsageError(
            f"the region {region} reaches beyond {h}x{w} px",
            argument("zoom"),
            "write ROWxCOL+SIZE inside the image, or auto",
        )


def most_different_region(columns: Sequence[Column], size: Size) -> Region:
    """Return the square in which the outputs differ most.

    Parameters
    ----------
    columns : sequence of Column
        The original first. It is compared too where there is but one output.
    size : tuple of int
        Rows and columns of the original.

    Returns
    -------
    Region
        A quarter of the shorter side wide, at least 8 px: where the variance between the outputs,
        each nearest on the pixels of the original, has the largest sum; the first of equals, by
        rows.
    """
    side = min(*size, max(_SMALLEST_AUTO, min(size) // 4))
    compared = columns[1:] if len(columns) > 2 else columns
    variance = np.var([column.on_original("nearest").mean(axis=0) for column in compared], axis=0)
    sums = box_sums(np.nan_to_num(variance.astype(np.float64), posinf=0.0), side, side)
    row, column = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return Region(int(row), int(column), side, side)


def detail_region(
    image: Image,
    columns: Sequence[Column],
    structure_errors: Mapping[Column, Array],
    brightest: float,
    side: int | None = None,
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

    Returns
    -------
    Region
        A fifth of the shorter side high and wide, in mm where the spacing is known, and of whole
        samples of all columns. An eighth of the image at its borders is left out, and background
        where it can be; the first of equals, by rows.
    """
    size = image.size
    spacing = image.spacing if image.spacing and all(image.spacing) else (1.0, 1.0)
    target = _DETAIL_SHARE * min(n * mm for n, mm in zip(size, spacing, strict=True))
    periods = [period_of([column.grids[axis].step for column in columns]) for axis in (0, 1)]
    height, width = (
        snapped_side(side or target / mm, period, n)
        for mm, period, n in zip(spacing, periods, size, strict=True)
    )
    maps = [
        onto_input_grid(error, column.grids, size, "nearest")
        for column, error in structure_errors.items()
    ]
    score = np.mean(maps, axis=0) if maps else np.zeros(size)
    original = columns[0].grey.mean(axis=0)
    reach = 2 * max(periods)
    saturated = maximum_around(original, reach) >= brightest
    sums = box_sums(np.where(np.isfinite(score), score, 0.0), height, width)
    # Next to what saturates the window (the fat of a scalp) all differ, and nothing is seen.
    blinded = box_sums(saturated.astype(np.float64), height, width)
    sums = np.where(blinded < _MOST_SATURATED * height * width, sums, -1.0)
    background = background_of(image, np.abs(original))
    if background is not None:
        dark = box_sums(background.astype(np.float64), height, width)
        inside = np.where(dark < _MOST_BACKGROUND * height * width, sums, -1.0)
        sums = inside if inside.max() > 0 else sums
    return best_region(sums, size, (height, width), periods)


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
    fewest = max(_SMALLEST_AUTO, _FEWEST_SAMPLES * period)
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
    values = np.abs(columns[0].grey.mean(axis=0))
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


def box_sums(values: Array, height: int, width: int) -> Array:
    """Return the sums over all rectangles of a size, from a table of cumulative sums."""
    total = np.pad(values, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    top, low = total[:-height], total[height:]
    return np.asarray(low[:, width:] - low[:, :-width] - top[:, width:] + top[:, :-width])


def sample_slice(grid: Grid, start: int, length: int) -> slice:
    """Return the samples of an axis that show some pixels of the original.

    Parameters
    ----------
    grid : Grid
        The positions of the samples, in pixels of the original.
    start, length : int
        The pixels are `start` .. `start + length - 1`.

    Returns
    -------
    slice
        Of the samples, at least one.
    """
    edge = grid.delta + (1 - grid.step) / 2  # where sample 0 begins
    first = floor((start - edge) / grid.step + (1 - 1e-9) / 2)
    count = min(grid.size, max(1, round(length / grid.step)))
    first = min(max(first, 0), grid.size - count)
    return slice(first, first + count)
