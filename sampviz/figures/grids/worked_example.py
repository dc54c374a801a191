"""Worked examples as figures: a row of number grids for every window, what it reads in colour."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from math import ceil, sqrt
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle
from matplotlib.transforms import TransformedPatchPath

from sampviz.analysis.explain.explanation import Explanation
from sampviz.core.errors import UsageError, argument
from sampviz.core.text import counted
from sampviz.figures.charts.axes import MM_PER_INCH, chart_style
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.grids.example_rows import (
    NARROWEST,
    RULE,
    GridRow,
    NumberGrid,
    step_rows_of,
    whole_row_of,
)
from sampviz.figures.looks import warn_of_height
from sampviz.figures.options import DEFAULT_LOOK, Look
from sampviz.figures.style import INK, POINTS_PER_INCH, TextSize

MAX_GRIDS_PER_FIGURE = 6_000  # numbers
MAX_FRAMES = 40_000
_POINTS = 9.0  # where neither a width nor a size of the text is said
_WIDER = 1.5  # than high, about, are the rows of a step together
_CELL = 1.7  # height of a cell, and its least width, in lines
_DIGIT = 0.73  # height of a digit in sizes of the font
_ARROW = "→"


def draw_worked_example(explanation: Explanation, look: Look = DEFAULT_LOOK) -> DrawnFigure:
    """Return one figure of all windows; UsageError if they are too many to be read."""
    blocks = [
        (whole_row_of(trace, ""), step_rows_of(trace, with_operand=False))
        for trace in explanation.traces
    ]
    blocks[-1] = whole_row_of(explanation.traces[-1], explanation.note), blocks[-1][1]
    _check_amount(
        [grid_row for whole_row, step_rows in blocks for grid_row in (whole_row, *step_rows)],
        MAX_GRIDS_PER_FIGURE,
        explanation,
        f"take a smaller input, a file for each step with {argument('frames')}, or a .gif",
    )
    renderer = _Renderer(look)
    with chart_style(look):
        grid_positions: list[tuple[int, int, GridRow]] = []
        width, y = 0, renderer.gap
        for row in (
            row for whole_row, step_rows in blocks for row in renderer.rows(whole_row, step_rows)
        ):
            column = max(renderer.size(grid_row)[0] for grid_row in row) + renderer.gap
            grid_positions += [
                (renderer.gap + i * column, y, grid_row) for i, grid_row in enumerate(row)
            ]
            width = max(width, len(row) * column)
            y += max(renderer.size(grid_row)[1] for grid_row in row) + renderer.gap
        figure, axes = renderer.page(width + renderer.gap, y)
        for x, top, grid_row in grid_positions:
            renderer.draw(axes, x, top, grid_row)
    warn_of_height(figure, look)
    return figure


def draw_worked_frames(
    explanation: Explanation, look: Look = DEFAULT_LOOK
) -> Iterator[DrawnFigure]:
    """Yield a figure for every window, and at the end one of the result, all of one size."""
    grid_rows = []
    for trace in explanation.traces:
        grid_rows += step_rows_of(trace, with_operand=True) or [whole_row_of(trace, "")]
    grid_rows.append(whole_row_of(explanation.traces[-1], explanation.note))
    _check_amount(grid_rows, MAX_FRAMES, explanation, "take a smaller input")
    renderer = _Renderer(look)
    grid_rows = renderer.as_wide_as_grids(grid_rows)
    sizes = [renderer.size(grid_row) for grid_row in grid_rows]
    width, height = (max(sides) + 2 * renderer.gap for sides in zip(*sizes, strict=True))
    for grid_row in grid_rows:
        with chart_style(look):
            figure, axes = renderer.page(width, height)
            renderer.draw(axes, renderer.gap, renderer.gap, grid_row)
        yield figure


def _check_amount(
    grid_rows: Sequence[GridRow], most: int, explanation: Explanation, fix: str
) -> None:
    grids = [grid for grid_row in grid_rows for grid in grid_row.grids]
    amount = sum(len(grid.cells) * len(grid.cells[0]) for grid in grids)
    if amount > most:
        raise UsageError(
            f"{counted(len(grid_rows), 'step')} with {amount} numbers are too many;"
            f" the most is {most}",
            f"chain '{explanation.chain}'",
            fix,
        )


class _Renderer:
    """Measures and draws rows of grids, in pixels from the top left corner."""

    def __init__(self, look: Look) -> None:
        self._look = look = look if look.page_width else look.with_points(_POINTS)
        self._dpi = look.dpi or look.least_dpi
        self._type = TextSize(look.points, self._dpi, look.family)
        mm = self._dpi / MM_PER_INCH
        self._page_width = round(look.page_width * mm) if look.page_width else None
        self._width_of = cache(self._type.width)
        self._wrap = cache(self._type.wrap)
        self.gap = self._type.line
        self._cell = round(_CELL * self._type.line)

    def rows(self, whole_row: GridRow, step_rows: Sequence[GridRow]) -> Iterator[Sequence[GridRow]]:
        """Yield the rows of a step, from the top: the whole, then blocks of windows alike."""
        yield [whole_row]
        for _, alike in groupby(step_rows, lambda grid_row: grid_row.results):
            block = list(alike)
            width, height = (max(sides) for sides in zip(*map(self.size, block), strict=True))
            rows = max(1, round(sqrt(len(block) * width / height / _WIDER)))
            per_row = ceil(len(block) / rows)
            if self._page_width:
                per_row = max(1, (self._page_width - self.gap) // (width + self.gap))
            yield from (block[i : i + per_row] for i in range(0, len(block), per_row))

    def as_wide_as_grids(self, grid_rows: Sequence[GridRow]) -> list[GridRow]:
        """Return rows of one width, over which grids spread and in which texts wrap."""
        plain = [replace(grid_row, text_lines=NARROWEST) for grid_row in grid_rows]
        width = max(map(self._width, plain))
        if self._page_width:
            width = max(width, self._page_width - 2 * self.gap)
        text_lines = width / self._type.line
        return [replace(grid_row, text_lines=text_lines, spread=True) for grid_row in plain]

    def size(self, grid_row: GridRow) -> tuple[int, int]:
        """Return the width and the height of a row of grids."""
        width, height = self._width(grid_row), max(map(self._height, grid_row.grids))
        lines = len(self._wrap(grid_row.heading, width, bold=True))
        lines += len(self._wrap(grid_row.note, width)) if grid_row.note else 0
        return width, height + lines * self._type.line + self.gap // 2

    def page(self, width: int, height: int) -> tuple[DrawnFigure, Axes]:
        """Return a page to draw on, one unit a pixel; UsageError if it is too narrow."""
        if self._page_width and width > self._page_width:
            raise UsageError(
                f"the numbers need {width * MM_PER_INCH / self._dpi:.0f} mm",
                f"{argument('width')} {self._look.page_width:g}",
                f"raise it, lower {argument('font_size')}, or take a smaller input",
            )
        width = self._page_width or width
        figure = DrawnFigure(figsize=(width / self._dpi, height / self._dpi), dpi=self._dpi)
        figure.font = self._look.family
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        return figure, axes

    def draw(self, axes: Axes, x: int, y: int, grid_row: GridRow) -> None:
        """Draw a row of grids with its top left corner at x, y."""
        width = self._width(grid_row)
        for text in self._wrap(grid_row.heading, width, bold=True):
            y += self._type.line
            self._write(axes, x, y, text, weight="bold")
        y += self.gap // 2
        corner = float(x)
        spare = (width - self._grids_width(grid_row)) * grid_row.spread
        between = spare / (len(grid_row.grids) - 1)
        first_result = len(grid_row.grids) - grid_row.results
        for i, grid in enumerate(grid_row.grids):
            if i >= first_result:
                middle = y + (self._height(grid) + self.gap) / 2
                self._write(axes, corner + between / 2, middle, _ARROW)
                corner += 2 * self.gap
            corner += between if i else 0
            self._draw_grid(axes, corner, y, grid)
            corner += self._grid_width(grid) + self.gap
        y += max(map(self._height, grid_row.grids))
        for text in self._wrap(grid_row.note, width) if grid_row.note else ():
            y += self._type.line
            self._write(axes, x, y, text)

    def _draw_grid(self, axes: Axes, x: float, y: float, grid: NumberGrid) -> None:
        self._write(axes, x, y + self._type.line, grid.title)
        top, side, cell_width = y + self._title, self._cell, self._cell_width(grid)
        baseline = (side + self._type.points * self._dpi / POINTS_PER_INCH * _DIGIT) / 2
        squares, colours = [], []
        for i, row in enumerate(grid.cells):
            for j, text in enumerate(row):
                corner = x + j * cell_width, top + i * side
                squares.append(Rectangle(corner, cell_width, side))
                colours.append(grid.colour((i, j)))
                if text:
                    weight = "bold" if (i, j) == grid.chosen_pixel else "normal"
                    middle = corner[0] + cell_width / 2
                    self._write(
                        axes, middle, corner[1] + baseline, text, ha="center", weight=weight
                    )
        # One artist for all: thousands of single ones take seconds.
        patches = PatchCollection(squares, facecolors=colours, edgecolors=RULE, linewidths=0.5)
        axes.add_collection(patches, autolim=False)

    def _write(self, axes: Axes, x: float, y: float, text: str, **text_arguments: Any) -> None:
        # Texts are not clipped, but matplotlib would work out for each of them where they were.
        clip = TransformedPatchPath(axes.patch)
        look = {"fontsize": self._type.points, "color": INK, "clip_path": clip, **text_arguments}
        axes.text(x, y, text, va="baseline", **look)

    def _width(self, grid_row: GridRow) -> int:
        """The width of the grids, or that of the note."""
        text_width = round(grid_row.text_lines * self._type.line)
        if self._page_width:
            text_width = min(text_width, self._page_width - 2 * self.gap)
        return max(self._grids_width(grid_row), text_width)

    def _grids_width(self, grid_row: GridRow) -> int:
        """The width of the grids, the gaps between them and the arrows."""
        grids = sum(self._grid_width(grid) + self.gap for grid in grid_row.grids)
        return grids + (2 * grid_row.results - 1) * self.gap

    def _grid_width(self, grid: NumberGrid) -> int:
        return max(self._cell_width(grid) * len(grid.cells[0]), self._width_of(grid.title))

    def _cell_width(self, grid: NumberGrid) -> int:
        texts = {grid.widest, *(text for row in grid.cells for text in row)}
        widest = max(self._width_of(text, bold=True) for text in texts)
        return max(self._cell, widest + self.gap // 2)

    @property
    def _title(self) -> int:
        """The height of a title and the gap below it."""
        return self._type.line + self.gap // 4

    def _height(self, grid: NumberGrid) -> int:
        return self._title + self._cell * len(grid.cells)
