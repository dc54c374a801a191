"""The figure of a network: how far its maps can see, layer by layer, and what folds in each."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import inf

from sampviz.core.errors import argument
from sampviz.core.warn import warn
from sampviz.figures.charts.layer_bars import draw_layer_bars
from sampviz.figures.charts.staircase import draw_staircase
from sampviz.figures.grids.ladder_fit import LadderFit, best_fit, is_too_small, ladder_fits
from sampviz.figures.grids.ladder_layout import LadderSheet, LadderTexts, arrange_ladder
from sampviz.figures.layout.fit_height import fit_height
from sampviz.figures.layout.page import PAGE_WIDTH, SMALLEST_TYPE
from sampviz.figures.layout.zoom import MM_PER_INCH
from sampviz.figures.looks import warn_of_height, warn_of_missing_glyphs
from sampviz.figures.options import Look
from sampviz.figures.panels.layer_panels import LayerColumn
from sampviz.figures.panels.treads import Tread
from sampviz.figures.render.render import PanelFigure, draw_sheet


@dataclass(frozen=True, eq=False)
class Ladder:
    """All that the figure of a network shows.

    Parameters
    ----------
    columns : sequence of LayerColumn
        The layers that are drawn in full.
    treads : sequence of Tread
        The input, and every layer.
    texts : LadderTexts
        What is written.
    unit : str
        Of the frequencies of the treads.
    pixel : tuple of float
        The height and width of a pixel, relative to one another.
    """

    columns: Sequence[LayerColumn]
    treads: Sequence[Tread]
    texts: LadderTexts
    unit: str
    pixel: tuple[float, float] = (1.0, 1.0)

    def with_columns(self, columns: Sequence[LayerColumn]) -> "Ladder":
        """Return the same with some of its columns; it says so where layers are left out."""
        ordered = tuple(sorted(columns, key=lambda column: column.number))
        if len(ordered) == len(self.columns):
            return self
        note = f"{len(ordered)} of {len(self.columns)} layers: those that fold most"
        texts = replace(self.texts, foot=f"{note}; {self.texts.foot}")
        return replace(self, columns=ordered, texts=texts)


def draw_ladder(ladder: Ladder, look: Look, *, all_layers: bool = False) -> PanelFigure:
    """Draw the figure of a network.

    Parameters
    ----------
    ladder : Ladder
        What it shows.
    look : Look
        183 mm wide by default.
    all_layers : bool
        Whether all columns are drawn, even where the page becomes too high.

    Returns
    -------
    PanelFigure
        Where there are more layers than a page has room for, those that fold most.
    """
    look = look.with_width(PAGE_WIDTH)
    prepared = _Prepared(ladder, all_layers)
    laid_out = fit_height(look, prepared.lay_out, lambda made: made.height)
    if laid_out.ladder is not ladder:
        warn(
            f"there is room for {laid_out.ladder.texts.foot.partition(';')[0]};"
            f" {argument('layers')} chooses"
        )
    ladder = laid_out.ladder
    sheet, spacing = laid_out.placed.sheet, laid_out.fit.spacing
    warn_of_missing_glyphs(
        [text for block in sheet.texts for text in block.lines], spacing.text_size
    )
    figure = draw_sheet(sheet, spacing)
    box = laid_out.placed.staircase
    draw_staircase(
        figure, box, ladder.treads, _drops(laid_out, ladder), ladder.unit, spacing.text_size
    )
    bars = [bar for column in ladder.columns for bar in column.bars]
    largest = (
        max((bar.folded or 0.0 for bar in bars), default=0.0),
        max((bar.shift_error or 0.0 for bar in bars), default=0.0),
    )
    for column, place in zip(ladder.columns, laid_out.placed.bars, strict=True):
        if column.bars:
            draw_layer_bars(figure, place, column.bars, largest, spacing.text_size)
    warn_of_height(figure, look)
    return figure


@dataclass(frozen=True, eq=False)
class _LaidOut:
    """A figure of a network, laid out: what is drawn of it, where, and how large."""

    ladder: Ladder
    placed: LadderSheet
    fit: LadderFit
    is_legible: bool

    @property
    def height(self) -> float:
        """The height of the figure in mm; without end where smaller text would make it better."""
        if not self.is_legible:
            return inf
        return self.placed.sheet.height / self.fit.spacing.text_size.dpi * MM_PER_INCH


@dataclass(frozen=True, eq=False)
class _Prepared:
    """A figure of a network before it is laid out."""

    ladder: Ladder
    all_layers: bool
    fits: dict[tuple[float, int], list[list[LadderFit]]] = field(default_factory=dict)

    def lay_out(self, look: Look, height: float) -> _LaidOut:
        """Lay out all layers, or in the smallest text as many as there is room for."""
        count = len(self.ladder.columns)
        is_smallest = look.points <= SMALLEST_TYPE or look.font_size is not None
        if is_smallest and not self.all_layers:
            counts = range(1, count + 1)
            key = lambda n: is_too_small(self._fit(n, look, height)[1], height)  # noqa: E731
            count = max(1, bisect_left(counts, True, key=key))
        ladder, fit = self._fit(count, look, height)
        is_legible = is_smallest or not is_too_small(fit, height)
        placed = arrange_ladder(ladder.columns, ladder.texts, fit)
        return _LaidOut(ladder, placed, fit, is_legible)

    def _fit(self, count: int, look: Look, height: float) -> tuple[Ladder, LadderFit]:
        """Return what is drawn of so many layers, and how it fits."""
        ranked = sorted(self.ladder.columns, key=lambda column: column.rank, reverse=True)
        part = self.ladder.with_columns(ranked[:count])
        key = look.points, count
        if key not in self.fits:
            self.fits[key] = ladder_fits(part.columns, part.pixel, look)
        return part, best_fit(self.fits[key], height)


def _drops(laid_out: _LaidOut, ladder: Ladder) -> list[float]:
    """Return where layers stand along the staircase: over their columns, if all are in one line."""
    count = len(ladder.treads) - 1
    left, _, width, _ = laid_out.placed.staircase
    numbers = [column.number for column in ladder.columns]
    middles = laid_out.placed.middles
    if numbers == [tread.number for tread in ladder.treads[1:]] and len(middles) == count:
        return [(middle - left) / width for middle in middles]
    return [number / (count + 1) for number in range(1, count + 1)]
