"""How the columns of a network's layers fit a page: resolution, columns in a line, whole zooms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from sampviz.core.errors import UsageError, argument
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.layout.zoom import MM_PER_INCH
from sampviz.figures.options import Look
from sampviz.figures.panels.column import Zoom
from sampviz.figures.panels.layer_panels import LayerColumn
from sampviz.figures.style import TextSize

STAIRCASE_LINES = 10  # of text
LONGEST_LABEL = "as trained"  # stands left of the bars
_NARROWEST = "convolution"  # of a title: a narrower column would break words
Sizes = NDArray[np.int64]
_PANELS = 4  # one below the other
_LEGIBLE, _SMALL, _WIDEST = 24.0, 11.0, 60.0  # mm, of a panel
_MOST_DPI, _DPI_STEP = 900, 50
_SHARES = tuple(1 - 0.05 * i for i in range(15))  # of the width of a column that a panel takes
_AS_GOOD = 0.97  # of the largest panel: then the lower resolution is taken
_TEXT_LINES = 10  # in every line of columns: titles, texts below panels, gaps
_AROUND = 8  # the title, the legend, the foot


@dataclass(frozen=True)
class LadderFit:
    """The sizes of the figure of a network.

    Parameters
    ----------
    zooms : tuple of Zoom
        Figure pixels per sample of the finer map of each column, rows and columns.
    spacing : Spacing
        The size of the text, at the chosen resolution.
    slot : int
        The width of a column, in figure pixels.
    per_line : int
        Columns in a line.
    width : int
        Of the figure, in pixels.
    panel, height : float
        The width of the narrowest column of panels and the height of the page, about, in mm.
    """

    zooms: tuple[Zoom, ...]
    spacing: Spacing
    slot: int
    per_line: int
    width: int
    panel: float
    height: float

    @property
    def left_margin(self) -> int:
        """From the edge of the figure to the first column."""
        return left_margin(self.spacing.text_size)


def left_margin(text_size: TextSize) -> int:
    """Return the room for the names of rows and bars, and for letters."""
    return text_size.width(LONGEST_LABEL) + 2 * text_size.line


def ladder_fits(
    columns: Sequence[LayerColumn], pixel: tuple[float, float], look: Look
) -> list[list[LadderFit]]:
    """Return what fits the width: for every number of columns in a line the sizes of panels.

    Parameters
    ----------
    columns : sequence of LayerColumn
        The layers.
    pixel : tuple of float
        The height and width of a pixel of the input, relative to one another.
    look : Look
        With a width.

    Returns
    -------
    list of list of LadderFit
        The fewest lines first, and the lowest resolution.

    Raises
    ------
    UsageError
        If a map is too large for the width.
    """
    count = len(columns)
    choices = sorted({ceil(count / n) for n in range(1, count + 1)}, reverse=True)
    tables = [_sizes(column, pixel) for column in columns]
    fits = [list(_fits(columns, tables, look, choice)) for choice in choices]
    if any(fits):
        return list(filter(None, fits))
    raise UsageError(
        f"the maps are too large for {look.page_width:g} mm",
        f"{argument('width')} {look.page_width:g}",
        f"raise {argument('width')} or {argument('dpi')}",
    )


def best_fit(fits: Sequence[Sequence[LadderFit]], highest: float) -> LadderFit:
    """Return the best of what fits the width.

    Parameters
    ----------
    fits : sequence of sequence of LadderFit
        From `ladder_fits`.
    highest : float
        In mm, of the page.

    Returns
    -------
    LadderFit
        The fewest lines in which panels are legible; where there is none, the largest panels that
        fit the height, else the lowest page.
    """
    best_of_each = [_best_of(each, highest) for each in fits]
    legible = (fit for fit in best_of_each if fit.height <= highest and fit.panel >= _LEGIBLE)
    return next(legible, max(best_of_each, key=lambda fit: _merit(fit, highest)))


def is_too_small(fit: LadderFit, highest: float) -> bool:
    """Return whether panels are so small, or the page so high, that fewer layers are better."""
    return fit.panel < _SMALL or fit.height > highest


def _merit(fit: LadderFit, highest: float) -> tuple[bool, float, float]:
    is_good = not is_too_small(fit, highest)
    return is_good, -max(fit.height, highest), fit.panel


def _best_of(fits: Sequence[LadderFit], highest: float) -> LadderFit:
    """Return the largest panels on a page of the right height, else the lowest page."""
    low_enough = [fit for fit in fits if fit.height <= highest]
    if not low_enough:
        return min(fits, key=lambda fit: (fit.panel < _SMALL, fit.height))
    largest = max(fit.panel for fit in low_enough)
    return next(fit for fit in low_enough if fit.panel >= _AS_GOOD * largest)


def _fits(
    columns: Sequence[LayerColumn], tables: Sequence[Sizes], look: Look, per_line: int
) -> Iterator[LadderFit]:
    """Yield what fits the width, the lowest resolutions first."""
    assert look.page_width
    resolutions = [look.dpi] if look.dpi else range(look.least_dpi, _MOST_DPI + 1, _DPI_STEP)
    for dpi in resolutions:
        spacing = Spacing(TextSize(look.points, dpi, look.family), False, "−60")
        width = round(look.page_width * dpi / MM_PER_INCH)
        margins = left_margin(spacing.text_size) + spacing.right_margin
        slot = (width - margins - spacing.gap * (per_line - 1)) // per_line
        if slot < spacing.text_size.width(_NARROWEST, bold=True):
            continue
        limits = np.array(_SHARES) * min(slot, round(_WIDEST * dpi / MM_PER_INCH))
        # Of every column (rows) and limit: the number of the largest zoom.
        chosen = np.array([np.searchsorted(table[:, 3], limits, "right") - 1 for table in tables])
        chosen = np.unique(chosen[:, chosen.min(axis=0) >= 0], axis=1)[:, ::-1]
        # Of every column and choice: its zooms, and the height and width of its panels.
        sizes = np.array([table[i] for table, i in zip(tables, chosen, strict=True)])
        mm = MM_PER_INCH / dpi
        heights = _heights(columns, sizes[..., 2], spacing.text_size.line, per_line) * mm
        panels = sizes[..., 3].min(axis=0) * mm
        for i, zooms in enumerate(sizes[..., :2].swapaxes(0, 1).tolist()):
            panel, height = float(panels[i]), float(heights[i])
            yield LadderFit(tuple(map(tuple, zooms)), spacing, slot, per_line, width, panel, height)


def _heights(columns: Sequence[LayerColumn], panels: Sizes, line: int, per_line: int) -> Sizes:
    """Estimate the heights of pages from those of the panels: of every column (rows) and page."""
    starts = range(0, len(columns), per_line)
    bars = [max(len(column.bars) for column in columns[i : i + per_line]) for i in starts]
    lines = STAIRCASE_LINES + _AROUND + sum(_TEXT_LINES + n for n in bars)
    return lines * line + _PANELS * np.maximum.reduceat(panels, starts).sum(axis=0)


def _sizes(column: LayerColumn, pixel: tuple[float, float]) -> Sizes:
    """Return whole zooms of a column, rows and columns, with the height and width of its panels.

    A sample is as high and wide as in space, to whole pixels.
    """
    down, along = (side * step for side, step in zip(pixel, column.steps, strict=True))
    least, most = min(down, along), _MOST_DPI * _WIDEST / MM_PER_INCH
    rows = []
    for factor in range(1, round(most) + 1):
        zoom = round(factor * down / least), round(factor * along / least)
        rows.append((*zoom, *np.max(column.sizes(zoom), axis=0)))
        if rows[-1][3] > most:
            break
    return np.array(rows)
