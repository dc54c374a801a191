"""The layout of a step-by-step figure: lines of cells with an arrow before each but the first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sampviz.core.text import MINUS
from sampviz.figures.grids.frequency_axes import Frequencies, place_axes
from sampviz.figures.layout.arrange import place_edge_labels
from sampviz.figures.layout.sheet import Arrow, PlacedBar, PlacedPanel, Sheet, TextBlock
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.panels.panel import ColorBar, EdgeLabels, Panel, PanelRow
from sampviz.figures.style import TextSize

_ARROW_LINES = 3  # an arrow is at least so many heights of a line long
_LOWEST_BAR = 4  # heights of a line
_WIDEST_WORDS = 4  # heights of a line: longer words over an arrow are wrapped


@dataclass(frozen=True)
class Cell:
    """A panel with what stands around it.

    Parameters
    ----------
    panel : Panel
        What is shown.
    title : tuple of str
        The lines above it.
    arrow : str or None
        The text over the arrow before the panel; None for no arrow.
    frequencies : Frequencies, optional
        Its axes, in k-space.
    bar : ColorBar, optional
        Stands at its right.
    """

    panel: Panel
    title: tuple[str, ...]
    arrow: str | None
    frequencies: Frequencies | None = None
    bar: ColorBar | None = None


def arrow_lines(text: str, text_size: TextSize) -> list[str]:
    """Return the lines of a text over an arrow.

    Parameters
    ----------
    text : str
        Lines that are too long are broken.
    text_size : TextSize
        The size of the text.

    Returns
    -------
    list of str
    """
    return text_size.wrap(text, _WIDEST_WORDS * text_size.line)


def arrow_length(texts: Sequence[str | None], text_size: TextSize) -> int:
    """Return the length of all arrows of a figure, in pixels: their texts fit over them.

    Parameters
    ----------
    texts : sequence of str or None
        Of all arrows; None for none.
    text_size : TextSize
        The size of the text.

    Returns
    -------
    int
    """
    lines = [line for text in texts if text for line in arrow_lines(text, text_size)]
    return max(_ARROW_LINES * text_size.line, *map(text_size.width, lines), 0)


def bar_width(spacing: Spacing) -> int:
    """Return the width of a colour bar and its texts, in pixels."""
    text_size = spacing.text_size
    return spacing.bar_width + text_size.width(f"{MINUS}80") + round(2.7 * text_size.line)


def arrange_steps(
    cells: Sequence[Cell],
    details: Sequence[Cell],
    edge_labels: EdgeLabels | None,
    header: str,
    notes: Sequence[str],
    spacing: Spacing,
    *,
    columns: int,
    width: int,
) -> Sheet:
    """Place cells in lines, with arrows between them.

    Parameters
    ----------
    cells : sequence of Cell
        In their order.
    details : sequence of Cell
        Stand in lines of their own at the end.
    edge_labels : EdgeLabels or None
        Stand around the first panel.
    header : str
        Stands at the top.
    notes : sequence of str
        Stand at the bottom.
    spacing : Spacing
        The size of the text.
    columns : int
        The most panels in a line, 1 or more.
    width : int
        Of the figure, in pixels.

    Returns
    -------
    Sheet
    """
    text_size, line = spacing.text_size, spacing.text_size.line
    length = arrow_length([cell.arrow for cell in cells], text_size)
    arrows = _Steps([*cells, *details], edge_labels, spacing, length)
    lines = [range(i, min(i + columns, len(cells))) for i in range(0, len(cells), columns)]
    lines += arrows.detail_lines(len(cells), width - 2 * line)
    sheet = Sheet(max(width, *(arrows.line_width(part) + 2 * line for part in lines)))
    y = line // 2
    for text in text_size.wrap(header, sheet.width - 2 * line, bold=True):
        sheet.texts.append(TextBlock(sheet.width // 2, y, (text,), "center", bold=True))
        y += line
    for part in lines:
        y = arrows.place_line(sheet, part, (sheet.width - arrows.line_width(part)) // 2, y)
    note_lines = [part for note in notes for part in text_size.wrap(note, sheet.width - 2 * line)]
    sheet.texts.append(TextBlock(line, y, tuple(note_lines)))
    sheet.height = y + line * len(note_lines) + line // 2
    return sheet


@dataclass(frozen=True)
class _Steps:
    """All cells, and how they are placed."""

    cells: Sequence[Cell]
    edge_labels: EdgeLabels | None
    spacing: Spacing
    arrow_length: int

    @property
    def line(self) -> int:
        return self.spacing.text_size.line

    def line_width(self, numbers: range) -> int:
        """Return the width of the cells of a line with their arrows."""
        return sum(self.space_before(i, numbers) + self.cell_width(i) for i in numbers)

    def space_before(self, i: int, numbers: range) -> int:
        """Return the width between a cell and the one before it, or the start of the line."""
        cell, line = self.cells[i], self.line
        letters = line * bool(self.edge_labels and i <= 1)  # beside the first panel
        if cell.arrow is None:
            return (letters if i == 0 else 0) + 2 * line * (i > numbers[0])
        return letters + self.arrow_length + 2 * line

    def detail_lines(self, first: int, available: int) -> list[range]:
        """Return the lines of the cells from `first` on: as many in each as there is room for."""
        lines: list[range] = []
        for i in range(first, len(self.cells)):
            longer = range(lines[-1].start, i + 1) if lines else range(i, i + 1)
            if lines and self.line_width(longer) <= available:
                lines[-1] = longer
            else:
                lines.append(range(i, i + 1))
        return lines

    def panel_width(self, i: int) -> int:
        """Return the width of a cell without its colour bar."""
        return self.spacing.column_width(self.cells[i].panel.size[1])

    def cell_width(self, i: int) -> int:
        bar = self.cells[i].bar
        return self.panel_width(i) + (bar_width(self.spacing) if bar else 0)

    def cell_height(self, i: int) -> int:
        """Return the height of a panel, or of its colour bar where that is higher."""
        cell = self.cells[i]
        return max(cell.panel.size[0], _LOWEST_BAR * self.line if cell.bar else 0)

    def title_lines(self, i: int) -> list[str]:
        width = self.panel_width(i) + 3 * self.line // 2
        return [part for text in self.cells[i].title for part in self._wrapped(text, width)]

    def lines_below(self, i: int) -> list[str]:
        cell = self.cells[i]
        if cell.frequencies:
            return ["", cell.frequencies.unit]
        text = cell.panel.text_below
        if cell.bar:  # has the values
            text = text.partition("\n")[0]
        return self._wrapped(text, self.panel_width(i) + self.line)

    def _wrapped(self, text: str, width: int) -> list[str]:
        return self.spacing.text_size.wrap(text, width)

    def place_line(self, sheet: Sheet, numbers: range, x: int, y: int) -> int:
        """Place the cells of a line below y; return the y below them."""
        line = self.line
        letter_above = line if self.edge_labels and 0 in numbers else 0
        most_title_lines = max(len(self.title_lines(i)) for i in numbers)
        y += line // 2 + most_title_lines * line + letter_above
        height = max(self.cell_height(i) for i in numbers)
        below = max(len(self.lines_below(i)) for i in numbers) * line + line // 2
        below += line * bool(self.edge_labels and 0 in numbers)
        for i in numbers:
            cell = self.cells[i]
            if cell.arrow is not None:
                self._place_arrow(sheet, i, x, y + height // 2)
            x += self.space_before(i, numbers)
            middle, title = x + self.panel_width(i) // 2, self.title_lines(i)
            title_y = y - len(title) * line - line // 4 - letter_above
            sheet.texts.append(TextBlock(middle, title_y, tuple(title), "center"))
            top = y + (height - cell.panel.size[0]) // 2
            drop = self._place_panel(sheet, i, x, top)
            below = max(below, drop + len(self.lines_below(i)) * line)
            x += self.cell_width(i)
        return y + height + below

    def _place_panel(self, sheet: Sheet, i: int, x: int, top: int) -> int:
        """Place the panel of a cell from x on, and what is beside; return what hangs down."""
        cell, line = self.cells[i], self.line
        panel, middle = cell.panel, x + self.panel_width(i) // 2
        left, drop = x + (self.panel_width(i) - panel.size[1]) // 2, line // 4
        if i == 0 and self.edge_labels:
            drop = place_edge_labels(sheet, self.spacing, self.edge_labels, panel, left, top)
        else:
            sheet.panels.append(PlacedPanel(panel, left, top))
        if cell.frequencies:
            place_axes(sheet, self.spacing, panel, cell.frequencies, left, top)
        if cell.bar:
            row = PanelRow("", (panel,), cell.bar)
            height = self.cell_height(i)
            bar_top = top - (height - panel.size[0]) // 2
            sheet.bars.append(PlacedBar(row, left + panel.size[1] + line, bar_top, height))
        lines = tuple(self.lines_below(i))
        sheet.texts.append(TextBlock(middle, top + panel.size[0] + drop, lines, "center"))
        return drop

    def _place_arrow(self, sheet: Sheet, i: int, x: int, y: int) -> None:
        """Place the arrow before panel i, with its text, from x on."""
        line = self.line
        start = x + line + (line if self.edge_labels and i == 1 else 0)
        arrow = Arrow(start, start + self.arrow_length, y)
        sheet.arrows.append(arrow)
        text = tuple(arrow_lines(self.cells[i].arrow or "", self.spacing.text_size))
        top = y - line * len(text) - line // 2
        sheet.texts.append(TextBlock((arrow.start + arrow.end) // 2, top, text, "center"))
