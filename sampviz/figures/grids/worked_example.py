"""Worked examples as figures: a row of number grids for every window, what it reads in colour."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, sqrt
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from sampviz.analysis.explain.explanation import Explanation
from sampviz.analysis.explain.step_arithmetic import Position, StepTrace, cells
from sampviz.core.errors import UsageError, argument
from sampviz.core.text import MINUS
from sampviz.dsp.dtypes import Array
from sampviz.figures.charts.axes import MM_PER_INCH, chart_style
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.looks import warn_of_height
from sampviz.figures.options import DEFAULT_LOOK, Look
from sampviz.figures.style import INK, POINTS_PER_INCH, TextSize

MAX_GRIDS_PER_FIGURE = 6_000  # numbers
MAX_FRAMES = 40_000
# Orange and blue are told apart by colour-blind readers too. Each digit of a colour stands twice:
# 16 levels of red, green and blue hold it exactly, see figures/render/palette.py.
READ, TAKEN, WRITTEN, RULE, PAPER = "#ffdd99", "#ee9944", "#aaddff", "#999999", "#ffffff"
_POINTS = 9.0  # where neither a width nor a size of the text is said
_WIDER = 1.5  # than high, about, are the rows of a step together
_NARROWEST, _NOTE = 12, 29  # lines of text that a note is wide under the grids
_CELL = 1.7  # height of a cell, and its least width, in lines
_DIGIT = 0.73  # height of a digit in sizes of the font
_ARROW = "→"


@dataclass(frozen=True)
class NumberGrid:
    """A grid under its title; the positions `read`, `chosen_pixel` and `written` are in colour.

    Its cells hold `widest` too, so that it does not grow from one window to the next.
    """

    title: str
    cells: Sequence[Sequence[str]]
    widest: str = ""
    read: Collection[Position] = ()
    written: Collection[Position] = ()
    chosen_pixel: Position | None = None

    def colour(self, position: Position) -> str:
        """Return the colour of a cell."""
        if position == self.chosen_pixel:
            return TAKEN
        return READ if position in self.read else WRITTEN if position in self.written else PAPER


@dataclass(frozen=True)
class GridRow:
    """Grids side by side under a heading, an arrow before the last, a note below."""

    heading: str
    grids: tuple[NumberGrid, ...]
    note: str = ""
    text_lines: int = _NARROWEST


def draw_worked_example(explanation: Explanation, look: Look = DEFAULT_LOOK) -> DrawnFigure:
    """Return one figure of all windows; UsageError if they are too many to be read."""
    blocks = [
        (_whole_row(trace, ""), _step_rows(trace, with_operand=False))
        for trace in explanation.traces
    ]
    blocks[-1] = _whole_row(explanation.traces[-1], explanation.note), blocks[-1][1]
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
        grid_rows += _step_rows(trace, with_operand=True) or [_whole_row(trace, "")]
    grid_rows.append(_whole_row(explanation.traces[-1], explanation.note))
    _check_amount(grid_rows, MAX_FRAMES, explanation, "take a smaller input")
    renderer = _Renderer(look)
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
            f"{len(grid_rows)} steps with {amount} numbers are too many; the most is {most}",
            f"chain '{explanation.chain}'",
            fix,
        )


def _whole_row(trace: StepTrace, note: str) -> GridRow:
    """Return the row of all that goes into a step and comes out."""
    start = _number_grid(trace.names[0], trace.input, read=trace.kept_positions)
    result = _number_grid(trace.names[1], trace.output, widest=_widest(trace))
    return GridRow(trace.heading, (start, *_operand_grids(trace), result), note, _NOTE)


def _step_rows(trace: StepTrace, *, with_operand: bool) -> list[GridRow]:
    """Return a row for every window, with the kernel or the switches if `with_operand`."""
    widest = _widest(trace)
    return [
        GridRow(
            f"{trace.heading}, {i} of {len(trace.window_steps)}" if with_operand else f"{i}",
            (
                _number_grid(
                    trace.names[0],
                    trace.input,
                    read=window_step.reads,
                    chosen_pixel=window_step.chosen_pixel,
                ),
                *(_operand_grids(trace) if with_operand else ()),
                _number_grid(
                    window_step.part or trace.names[1],
                    window_step.partial_output,
                    written=window_step.writes,
                    widest=widest,
                ),
            ),
            window_step.text.replace("-", MINUS),
        )
        for i, window_step in enumerate(trace.window_steps, 1)
    ]


def _widest(trace: StepTrace) -> str:
    matrices = [trace.output, *(window_step.partial_output for window_step in trace.window_steps)]
    texts = (text for matrix in matrices for row in cells(matrix) for text in row)
    return max(texts, key=len).replace("-", MINUS)


def _operand_grids(trace: StepTrace) -> tuple[NumberGrid, ...]:
    if not trace.operand:
        return ()
    name, texts = trace.operand
    return (_titled_grid(name, texts),)


def _number_grid(name: str, matrix: Array, **highlights: Any) -> NumberGrid:
    return _titled_grid(name, cells(matrix), **highlights)


def _titled_grid(name: str, texts: Sequence[Sequence[str]], **highlights: Any) -> NumberGrid:
    texts_with_minus = tuple(tuple(text.replace("-", MINUS) for text in row) for row in texts)
    return NumberGrid(f"{name} {len(texts)}x{len(texts[0])}", texts_with_minus, **highlights)


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
        """Yield the rows of a step, from the top: the whole, then a block of windows."""
        yield [whole_row]
        if step_rows:
            width, height = (max(sides) for sides in zip(*map(self.size, step_rows), strict=True))
            rows = ceil(sqrt(len(step_rows) * width / height / _WIDER))
            per_row = ceil(len(step_rows) / rows)
            if self._page_width:
                per_row = max(1, (self._page_width - self.gap) // (width + self.gap))
            yield from (step_rows[i : i + per_row] for i in range(0, len(step_rows), per_row))

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
        corner = x
        for grid in grid_row.grids:
            if grid is grid_row.grids[-1]:
                self._write(axes, corner, y + (self._height(grid) + self.gap) / 2, _ARROW)
                corner += 2 * self.gap
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
        axes.text(
            x, y, text, fontsize=self._type.points, color=INK, va="baseline", **text_arguments
        )

    def _width(self, grid_row: GridRow) -> int:
        """The width of the grids, the gaps between them and the arrow, or that of the note."""
        grids = sum(self._grid_width(grid) + self.gap for grid in grid_row.grids)
        text_width = grid_row.text_lines * self._type.line
        if self._page_width:
            text_width = min(text_width, self._page_width - 2 * self.gap)
        return max(grids + self.gap, text_width)

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
