"""The region of a zoom row: read from text, found where chains differ, found again in each view."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from sampviz.core.errors import UsageError, argument
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Size
from sampviz.figures.panels.view import Column
from sampviz.images.image import Image

_REGION = re.compile(r"([0-9]{1,6})x([0-9]{1,6})\+([0-9]{1,6})", re.ASCII)
AUTO = "auto"
_SMALLEST_AUTO = 8


@dataclass(frozen=True)
class Region:
    """A square of `side` pixels of the original, its first row and column."""

    row: int
    column: int
    side: int

    def __str__(self) -> str:
        return f"{self.row}x{self.column}+{self.side}"


def parse_region(text: str) -> Region | None:
    """Read `ROWxCOL+SIZE`; None for `auto`."""
    if text == AUTO:
        return None
    found = _REGION.fullmatch(text)
    if not found or int(found[3]) < 1:
        raise UsageError(
            f"{text!r} is not a region",
            argument("zoom"),
            "write ROWxCOL+SIZE in pixels of the original, or auto",
        )
    return Region(int(found[1]), int(found[2]), int(found[3]))


def check_inside(region: Region, image: Image) -> None:
    """Raise UsageError if a region reaches beyond an image, or is one of a volume."""
    if image.cuts:
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


def most_different(shown: Sequence[Column], size: Size) -> Region:
    """Return the quarter-size square in which the chains (or one and the original) differ most.

    Differ: the variance between the outputs, each nearest on the pixels of the original, summed
    over the square; the first of equals, by rows.
    """
    side = min(*size, max(_SMALLEST_AUTO, min(size) // 4))
    compared = shown[1:] if len(shown) > 2 else shown
    spread = np.var([view.on_original("nearest").mean(axis=0) for view in compared], axis=0)
    sums = _box_sums(np.nan_to_num(spread.astype(np.float64), posinf=0.0), side)
    row, column = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return Region(int(row), int(column), side)


def _box_sums(values: Array, side: int) -> Array:
    total = np.pad(values, ((1, 0), (1, 0))).cumsum(0).cumsum(1)
    top, low = total[:-side], total[side:]
    return np.asarray(low[:, side:] - low[:, :-side] - top[:, side:] + top[:, :-side])


def samples(grid: Grid, start: int, length: int) -> slice:
    """Return which samples of an axis show the original's pixels start .. start + length - 1."""
    edge = grid.delta + (1 - grid.step) / 2  # where sample 0 begins
    first = floor((start - edge) / grid.step + (1 - 1e-9) / 2)
    count = min(grid.size, max(1, round(length / grid.step)))
    first = min(max(first, 0), grid.size - count)
    return slice(first, first + count)
