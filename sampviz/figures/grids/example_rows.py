"""What stands in a worked example: rows of number grids, what a window reads in colour."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sampviz.analysis.explain.step_arithmetic import Position, StepTrace, WindowStep, cells
from sampviz.core.text import MINUS
from sampviz.dsp.dtypes import Array
from sampviz.figures.style import NO_BREAK

# Orange and blue are told apart by colour-blind readers too. Each digit of a colour stands twice:
# 16 levels of red, green and blue hold it exactly, see figures/render/palette.py.
READ, TAKEN, WRITTEN, RULE, PAPER = "#ffdd99", "#ee9944", "#aaddff", "#999999", "#ffffff"
NARROWEST, _NOTE = 12, 29  # lines of text that a note is wide under the grids


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
    """Grids side by side under a heading, arrows before the last ones, a note below.

    Texts are at least `text_lines` lines of text wide before they wrap. So many as `results` have
    an arrow before them. If `spread`, grids stand apart where the texts are wider.
    """

    heading: str
    grids: tuple[NumberGrid, ...]
    note: str = ""
    text_lines: float = NARROWEST
    results: int = 1
    spread: bool = False


def whole_row_of(trace: StepTrace, note: str) -> GridRow:
    """Return the row of all that goes into a step and comes out."""
    start = _number_grid(trace.names[0], trace.input, read=trace.kept_positions)
    result = _number_grid(trace.names[1], trace.output, widest=_widest(trace))
    note = f"{trace.remark}\n{note}".strip()
    return GridRow(_heading(trace), (start, *_operand_grids(trace), result), note, _NOTE)


def step_rows_of(trace: StepTrace, *, with_operand: bool) -> list[GridRow]:
    """Return a row for every window, with the kernel or the switches if `with_operand`.

    On a page of all windows the remark stands under the whole.
    """
    grid_rows = []
    for i, window_step in enumerate(trace.window_steps, 1):
        start = _number_grid(
            trace.names[0],
            trace.input,
            read=window_step.reads,
            chosen_pixel=window_step.chosen_pixel,
        )
        results = _result_grids(trace, window_step)
        # No line begins or ends with a sign before the result.
        text = re.sub(" ([/=≈]) ", rf"{NO_BREAK}\1{NO_BREAK}", window_step.text.replace("-", MINUS))
        if with_operand:
            heading = f"{_heading(trace)}, {i} of {len(trace.window_steps)}"
            grids = start, *_operand_grids(trace), *results
            text = f"{text}\n{window_step.remark}".rstrip()
        else:
            heading, grids = f"{i}", (start, *results)
        grid_rows.append(GridRow(heading, grids, text, results=len(results)))
    return grid_rows


def _heading(trace: StepTrace) -> str:
    """Return the heading with signs of numbers; hyphens of names stay."""
    return re.sub(r"(?<![\w.])-(?=\d)", MINUS, trace.heading)


def _result_grids(trace: StepTrace, window_step: WindowStep) -> list[NumberGrid]:
    """Return what a window writes, and the sum of the parts so far."""
    colours: dict[str, Any] = {"written": window_step.writes, "widest": _widest(trace)}
    name = window_step.part or trace.names[1]
    grids = [_number_grid(name, window_step.partial_output, **colours)]
    if window_step.running_sum is not None:
        grids.append(_number_grid("SUM", window_step.running_sum, **colours))
    return grids


def _widest(trace: StepTrace) -> str:
    matrices = [trace.output, *(window_step.partial_output for window_step in trace.window_steps)]
    matrices += [w.running_sum for w in trace.window_steps if w.running_sum is not None]
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
