"""The region of a zoom row: read from text, chosen where outputs differ, found in each column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from sampviz.core.errors import UsageError, argument
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Size
from sampviz.figures.panels.column import Column
from sampviz.images.image import Image

_REGION = re.compile(r"([0-9]{1,6})x([0-9]{1,6})\+([0-9]{1,6})", re.ASCII)
AUTO = "auto"
_SMALLEST_AUTO = 8  # pixels a side


@dataclass(frozen=True)
class Region:
    """A square of the original, in pixels.

    Parameters
    ----------
    row, column : int
        Its first row and column, from 0.
    side : int
        1 or more.
    """

    row: int
    column: int
    side: int

    def __str__(self) -> str:
        return f"{self.row}x{self.column}+{self.side}"


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
    Region(row=80, column=60, side=48)
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
    return Region(int(match[1]), int(match[2]), int(match[3]))


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
    if region.row + region.side > h or region.column + region.side > w:
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
    sums = _box_sums(np.nan_to_num(variance.astype(np.float64), posinf=0.0), side)
    row, column = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return Region(int(row), int(column), side)


def _box_sums(values: Array, side: int) -> Array:
    """Return the sums over all squares of a side, from a table of cumulative sums."""
    total = np.pad(values, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    top, low = total[:-side], total[side:]
    return np.asarray(low[:, side:] - low[:, :-side] - top[:, side:] + top[:, :-side])


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
