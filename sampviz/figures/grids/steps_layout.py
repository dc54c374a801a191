"""The layout of a step-by-step figure: lines of panels with an arrow before each but the first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sampviz.figures.layout.arrange import place_edge_labels
from sampviz.figures.layout.sheet import Arrow, PlacedPanel, Sheet, TextBlock
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.panels.panel import EdgeLabels, Panel

_ARROW_LINES = 4  # an arrow is at least so many heights of a line long
_CELL_LINES = 8  # a panel has at least the width of so many heights of a line


@dataclass(frozen=True)
class _Content:
    """Panels with their texts, and the widths of the cells and of the arrows before them."""

    panels: Sequence[Panel]
    titles: Sequence[Sequence[str]]
    arrow_texts: Sequence[str]
    edge_labels: EdgeLabels | None
    spacing: Spacing

    @property
    def line(self) -> int:
        return self.spacing.text_size.line

    @property
    def arrow_length(self) -> int:
        lines = (line for text in self.arrow_texts for line in text.split("\n"))
        return max(_ARROW_LINES * self.line, *map(self.spacing.text_size.width, lines))

    @property
    def arrow_width(self) -> int:
        """The arrow with a line's height at each end."""
        return self.arrow_length + 2 * self.line

    def cell_width(self, i: int) -> int:
        return max(self.panels[i].size[1], _CELL_LINES * self.line)

    def title_lines(self, i: int) -> list[str]:
        width = self.cell_width(i)
        return [
            part for text in self.titles[i] for part in self.spacing.text_size.wrap(text, width)
        ]

    def lines_below(self, i: int) -> list[str]:
        return self.spacing.text_size.wrap(self.panels[i].text_below, self.cell_width(i))


def arrange_steps(
    panels: Sequence[Panel],
    titles: Sequence[Sequence[str]],
    arrow_texts: Sequence[str],
    edge_labels: EdgeLabels | None,
    header: str,
    notes: Sequence[str],
    spacing: Spacing,
    columns: int,
    *,
    width: int | None = None,
) -> Sheet:
    """Place panels in lines, with arrows between them.

    Parameters
    ----------
    panels : sequence of Panel
        In their order.
    titles : sequence of sequence of str
        The lines above each panel.
    arrow_texts : sequence of str
        The text over the arrow before each panel; that of the first is not used.
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
    width : int, optional
        That the figure shall have, in pixels.

    Returns
    -------
    Sheet
        At least as wide as its content.
    """
    content = _Content(panels, titles, arrow_texts, edge_labels, spacing)
    text_size, line = spacing.text_size, content.line
    lines = [range(i, min(i + columns, len(panels))) for i in range(0, len(panels), columns)]
    widths = (sum(content.cell_width(i) + content.arrow_width for i in part) for part in lines)
    natural = max(widths) + line * 2
    sheet = Sheet(max(natural, width or 0))
    shift = (sheet.width - natural) // 2
    y = line // 2
    for text in text_size.wrap(header, sheet.width - 2 * line, bold=True):
        sheet.texts.append(TextBlock(sheet.width // 2, y, (text,), "center", bold=True))
        y += line
    for part in lines:
        y = _place_line(sheet, content, part, shift, y)
    note_lines = [part for note in notes for part in text_size.wrap(note, sheet.width - 2 * line)]
    sheet.texts.append(TextBlock(line, y, tuple(note_lines)))
    sheet.height = y + line * len(note_lines) + line // 2
    return sheet


def _place_line(sheet: Sheet, content: _Content, numbers: range, shift: int, y: int) -> int:
    """Place the panels of a line below y, so far to the right; return the y below them."""
    line = content.line
    letter_above = line if content.edge_labels else 0
    most_title_lines = max(len(content.title_lines(i)) for i in numbers)
    y += line // 2 + most_title_lines * line + letter_above
    height = max(content.panels[i].size[0] for i in numbers)
    x = shift + (content.arrow_width // 2 if numbers[0] == 0 else 0)
    for i in numbers:
        if i:
            _place_arrow(sheet, content, i, x, y + height // 2)
            x += content.arrow_width
        panel, width = content.panels[i], content.cell_width(i)
        middle, title = x + width // 2, content.title_lines(i)
        title_y = y - len(title) * line - line // 4 - letter_above
        sheet.texts.append(TextBlock(middle, title_y, tuple(title), "center"))
        left, top = x + (width - panel.size[1]) // 2, y + (height - panel.size[0]) // 2
        drop = line // 4
        if i == 0 and content.edge_labels:
            drop = place_edge_labels(sheet, content.spacing, content.edge_labels, panel, left, top)
        else:
            sheet.panels.append(PlacedPanel(panel, left, top))
        below = tuple(content.lines_below(i))
        sheet.texts.append(TextBlock(middle, top + panel.size[0] + drop, below, "center"))
        x += width
    most_lines_below = max(len(content.lines_below(i)) for i in numbers)
    y += height + line * (most_lines_below + 1)
    return y + (line * 2 if content.edge_labels and 0 in numbers else 0)


def _place_arrow(sheet: Sheet, content: _Content, i: int, x: int, y: int) -> None:
    """Place the arrow before panel i, with its text, from x on."""
    line = content.line
    letter_beside = line if content.edge_labels and i == 1 else 0
    arrow = Arrow(x + line + letter_beside, x + line + content.arrow_length, y)
    sheet.arrows.append(arrow)
    text = tuple(content.arrow_texts[i].split("\n"))
    top = y - line * len(text) - line // 2
    sheet.texts.append(TextBlock((arrow.start + arrow.end) // 2, top, text, "center"))
