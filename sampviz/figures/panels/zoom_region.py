"""Regions of the original: read from text, chosen where outputs differ, cut out of columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor
from operator import index

import numpy as np

from sampviz.core.errors import UsageError, argument
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Size
from sampviz.figures.panels.column import Column
from sampviz.images.image import Image
from sampviz.images.volume_slice import axes_of_slice

_REGION = re.compile(r"([0-9]{1,6})x([0-9]{1,6})\+([0-9]{1,6})", re.ASCII)
AUTO = "auto"
_SMALLEST_AUTO = 8  # pixels a side


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


def region_text(region: str | Sequence[int] | None) -> str | None:
    """Return a region as it is written, however it is given.

    Parameters
    ----------
    region : str, sequence of int or None
        ``"80x60+48"``, ``"auto"``, or the first row, the first column and the size.

    Returns
    -------
    str or None
        None for None.

    Raises
    ------
    UsageError
        For anything else.

    Examples
    --------
    >>> region_text((80, 60, 48))
    '80x60+48'
    """
    if region is None or isinstance(region, str):
        return region
    try:
        row, column, size = map(index, region)
    except (TypeError, ValueError):
        raise UsageError(
            f"{region!r} is not a region",
            argument("zoom"),
            "write 'ROWxCOL+SIZE' or (row, column, size) in pixels of the original, or 'auto'",
        ) from None
    return f"{row}x{column}+{size}"


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
    match = _REGION.fullmatch(str(text))
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
        A plane, or a volume of which one plane is shown.

    Raises
    ------
    UsageError
        If it reaches beyond, or the image is a volume of several planes.
    """
    if len(image.slice_planes) > 1:
        raise UsageError(
            "a region is one of a slice",
            argument("zoom"),
            f"add {argument('plane')} for a volume, or write {argument('zoom', 'auto')}",
        )
    axes = axes_of_slice(image.slice_planes[0]) if image.slice_planes else (0, 1)
    h, w = (image.size[axis] for axis in axes)
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
        as cells on the pixels of the original, has the largest sum; the first of equals, by rows.
    """
    side = min(*size, max(_SMALLEST_AUTO, min(size) // 4))
    compared = columns[1:] if len(columns) > 2 else columns
    variance = np.var([column.on_original("cells").mean(axis=0) for column in compared], axis=0)
    sums = box_sums(np.nan_to_num(variance.astype(np.float64), posinf=0.0), side, side)
    row, column = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return Region(int(row), int(column), side, side)


def box_sums(values: Array, height: int, width: int) -> Array:
    """Return the sums over all rectangles of a size, from a table of cumulative sums.

    Parameters
    ----------
    values : ndarray
        (H, W).
    height, width : int
        Of the rectangles.

    Returns
    -------
    ndarray
        (H - height + 1, W - width + 1), by the first row and column of each.
    """
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
