"""Grids of numbers as a figure: a strip of grids for every move, what it reads in colour."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, sqrt
from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sampviz.analysis.explain.explanation import Explanation
from sampviz.analysis.explain.step_arithmetic import Place, StepTrace, cells
from sampviz.core.errors import UsageError, argument
from sampviz.core.text import MINUS
from sampviz.dsp.dtypes import Array
from sampviz.figures.style import INK, POINTS_PER_INCH, TextSize, own_style

MAX_GRIDS_PER_FIGURE = 6_000  # numbers
MAX_FRAMES = 40_000
# Orange and blue are told apart by colour-blind readers too. Each digit of a colour stands twice:
# 16 levels of red, green and blue hold it exactly, see figure/frames.py.
READ, TAKEN, WRITTEN, RULE, PAPER = "#ffdd99", "#ee9944", "#aaddff", "#999999", "#ffffff"
_DPI, _POINTS = 150, 9.0
_WIDER = 1.5  # than high, about, are the moves of a step together
_NARROWEST, _NOTE = 300, 700  # px that words have under a strip
_CELL = 1.7  # height of a cell, and its least width, in lines
_DIGIT = 0.73  # height of a digit in sizes of the font
_ARROW = "→"


@dataclass(frozen=True)
class NumberGrid:
    """A grid under its title; the places `read`, `taken` and `written` are in colour.

    Its cells hold `widest` too, so that it does not grow from one move to the next.
    """

    title: str
    cells: Sequence[Sequence[str]]
    widest: str = ""
    read: Collection[Place] = ()
    written: Collection[Place] = ()
    taken: Place | None = None

    def colour(self, place: Place) -> str:
        """Return the colour of a cell."""
        if place == self.taken:
            return TAKEN
        return READ if place in self.read else WRITTEN if place in self.written else PAPER


@dataclass(frozen=True)
class GridRow:
    """Plates side by side under a heading, an arrow before the last, words below."""

    heading: str
    plates: tuple[NumberGrid, ...]
    words: str = ""
    room: int = _NARROWEST


def draw_worked_example(found: Explanation) -> Figure:
    """Return one figure of all moves; UsageError if they are too many to be read."""
    blocks = [(_whole(each, ""), _moves(each, beside=False)) for each in found.traces]
    blocks[-1] = _whole(found.traces[-1], found.note), blocks[-1][1]
    _check_amount(
        [strip for whole, moves in blocks for strip in (whole, *moves)],
        MAX_GRIDS_PER_FIGURE,
        found,
        f"take a smaller input, a file for each step with {argument('frames')}, or a .gif",
    )
    with own_style():
        board = _Renderer()
        placed: list[tuple[int, int, GridRow]] = []
        width, y = 0, board.gap
        for row in (row for whole, moves in blocks for row in board.rows(whole, moves)):
            column = max(board.size(strip)[0] for strip in row) + board.gap
            placed += [(board.gap + i * column, y, strip) for i, strip in enumerate(row)]
            width = max(width, len(row) * column)
            y += max(board.size(strip)[1] for strip in row) + board.gap
        axes = board.axes(width + board.gap, y)
        for x, top, strip in placed:
            board.draw(axes, x, top, strip)
        return axes.figure  # type: ignore[return-value]


def draw_worked_frames(found: Explanation) -> Iterator[Figure]:
    """Yield a figure for every move, and at the end one of the result, all of one size."""
    strips = []
    for working in found.traces:
        strips += _moves(working, beside=True) or [_whole(working, "")]
    strips.append(_whole(found.traces[-1], found.note))
    _check_amount(strips, MAX_FRAMES, found, "take a smaller input")
    board = _Renderer()
    sizes = [board.size(strip) for strip in strips]
    width, height = (max(each) + 2 * board.gap for each in zip(*sizes, strict=True))
    for strip in strips:
        with own_style():
            axes = board.axes(width, height)
            board.draw(axes, board.gap, board.gap, strip)
        yield axes.figure  # type: ignore[misc]


def _check_amount(strips: Sequence[GridRow], most: int, found: Explanation, fix: str) -> None:
    plates = [plate for strip in strips for plate in strip.plates]
    amount = sum(len(plate.cells) * len(plate.cells[0]) for plate in plates)
    if amount > most:
        raise UsageError(
            f"{len(strips)} steps with {amount} numbers are too many; the most is {most}",
            f"chain '{found.chain}'",
            fix,
        )


def _whole(working: StepTrace, note: str) -> GridRow:
    """Return the strip of all that goes into a step and comes out."""
    given = _number_grid(working.names[0], working.input, read=working.kept)
    made = _number_grid(working.names[1], working.output, widest=_widest(working))
    return GridRow(working.heading, (given, *_beside(working), made), note, _NOTE)


def _moves(working: StepTrace, *, beside: bool) -> list[GridRow]:
    """Return a strip for every move, with the kernel or the switches if `beside`."""
    widest = _widest(working)
    return [
        GridRow(
            f"{working.heading}, {i} of {len(working.window_steps)}" if beside else f"{i}",
            (
                _number_grid(working.names[0], working.input, read=move.reads, taken=move.taken),
                *(_beside(working) if beside else ()),
                _number_grid(
                    move.part or working.names[1], move.shown, written=move.writes, widest=widest
                ),
            ),
            move.text.replace("-", MINUS),
        )
        for i, move in enumerate(working.window_steps, 1)
    ]


def _widest(working: StepTrace) -> str:
    shown = [working.output, *(move.shown for move in working.window_steps)]
    texts = (text for matrix in shown for row in cells(matrix) for text in row)
    return max(texts, key=len).replace("-", MINUS)


def _beside(working: StepTrace) -> tuple[NumberGrid, ...]:
    if not working.beside:
        return ()
    name, texts = working.beside
    return (_titled(name, texts),)


def _number_grid(name: str, matrix: Array, **marks: Any) -> NumberGrid:
    return _titled(name, cells(matrix), **marks)


def _titled(name: str, texts: Sequence[Sequence[str]], **marks: Any) -> NumberGrid:
    shown = tuple(tuple(text.replace("-", MINUS) for text in row) for row in texts)
    return NumberGrid(f"{name} {len(texts)}x{len(texts[0])}", shown, **marks)


class _Renderer:
    """Measures and draws strips, in pixels from the top left corner."""

    def __init__(self) -> None:
        self._type = TextSize(_POINTS, _DPI)
        self._width_of = cache(self._type.width)
        self._wrap = cache(self._type.wrap)
        self.gap = self._type.line
        self._cell = round(_CELL * self._type.line)

    def rows(self, whole: GridRow, moves: Sequence[GridRow]) -> Iterator[Sequence[GridRow]]:
        """Yield the strips of a step row by row: the whole, then the moves in a block."""
        yield [whole]
        if moves:
            width, height = (max(each) for each in zip(*map(self.size, moves), strict=True))
            rows = ceil(sqrt(len(moves) * width / height / _WIDER))
            many = ceil(len(moves) / rows)
            yield from (moves[i : i + many] for i in range(0, len(moves), many))

    def size(self, strip: GridRow) -> tuple[int, int]:
        """Return the width and the height of a strip."""
        width, height = self._width(strip), max(map(self._height, strip.plates))
        lines = len(self._wrap(strip.heading, width, bold=True))
        lines += len(self._wrap(strip.words, width)) if strip.words else 0
        return width, height + lines * self._type.line + self.gap // 2

    def axes(self, width: int, height: int) -> Axes:
        """Return a page to draw on, one unit a pixel."""
        figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        return axes

    def draw(self, axes: Axes, x: int, y: int, strip: GridRow) -> None:
        """Draw a strip with its top left corner at x, y."""
        width = self._width(strip)
        for text in self._wrap(strip.heading, width, bold=True):
            y += self._type.line
            self._write(axes, x, y, text, weight="bold")
        y += self.gap // 2
        corner = x
        for plate in strip.plates:
            if plate is strip.plates[-1]:
                self._write(axes, corner, y + (self._height(plate) + self.gap) / 2, _ARROW)
                corner += 2 * self.gap
            self._draw_plate(axes, corner, y, plate)
            corner += self._plate_width(plate) + self.gap
        y += max(map(self._height, strip.plates))
        for text in self._wrap(strip.words, width) if strip.words else ():
            y += self._type.line
            self._write(axes, x, y, text)

    def _draw_plate(self, axes: Axes, x: float, y: float, plate: NumberGrid) -> None:
        self._write(axes, x, y + self._type.line, plate.title)
        top, side, wide = y + self._title, self._cell, self._cell_width(plate)
        baseline = (side + _POINTS * _DPI / POINTS_PER_INCH * _DIGIT) / 2
        squares, colours = [], []
        for i, row in enumerate(plate.cells):
            for j, text in enumerate(row):
                corner = x + j * wide, top + i * side
                squares.append(Rectangle(corner, wide, side))
                colours.append(plate.colour((i, j)))
                if text:
                    weight = "bold" if (i, j) == plate.taken else "normal"
                    middle = corner[0] + wide / 2
                    self._write(
                        axes, middle, corner[1] + baseline, text, ha="center", weight=weight
                    )
        # One artist for all: thousands of single ones take seconds.
        grid = PatchCollection(squares, facecolors=colours, edgecolors=RULE, linewidths=0.5)
        axes.add_collection(grid, autolim=False)

    def _write(self, axes: Axes, x: float, y: float, text: str, **look: Any) -> None:
        axes.text(x, y, text, fontsize=_POINTS, color=INK, va="baseline", **look)

    def _width(self, strip: GridRow) -> int:
        """The width of the plates, the gaps between them and the arrow, or the room for words."""
        plates = sum(self._plate_width(plate) + self.gap for plate in strip.plates)
        return max(plates + self.gap, strip.room)

    def _plate_width(self, plate: NumberGrid) -> int:
        return max(self._cell_width(plate) * len(plate.cells[0]), self._width_of(plate.title))

    def _cell_width(self, plate: NumberGrid) -> int:
        texts = {plate.widest, *(text for row in plate.cells for text in row)}
        widest = max(self._width_of(text, bold=True) for text in texts)
        return max(self._cell, widest + self.gap // 2)

    @property
    def _title(self) -> int:
        """The height of a title and the gap below it."""
        return self._type.line + self.gap // 4

    def _height(self, plate: NumberGrid) -> int:
        return self._title + self._cell * len(plate.cells)
