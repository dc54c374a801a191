"""Where everything goes, in whole figure pixels from the top left corner. Nothing is drawn here."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sampviz.figures.panels.panel import EdgeLabels, Panel, PanelRow, Scale
from sampviz.figures.style import TextSize

TICK = 0.2  # of the height of a line: ticks, and the gaps beside them
_TITLE_ROOM = "0" * 10  # a column is at least as wide as ten digits


@dataclass(frozen=True)
class TextBlock:
    """Lines of text; `anchor` is left, center or right of x; y is the top of the first line."""

    x: int
    y: int
    lines: tuple[str, ...]
    anchor: str = "left"
    upright: bool = True  # else turned by 90 degrees, and y is the middle
    bold: bool = False


@dataclass(frozen=True, eq=False)
class PlacedPanel:
    """A panel and the pixel of its top left corner; the scale bar hangs `drop` pixels below it."""

    panel: Panel
    x: int
    y: int
    scale: Scale | None = None
    drop: int = 0


@dataclass(frozen=True, eq=False)
class PlacedBar:
    """The colour bar of a row: corner and height."""

    row: PanelRow
    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Arrow:
    """A level arrow from x = `start` to x = `end`."""

    start: int
    end: int
    y: int


@dataclass(eq=False)
class Sheet:
    """A whole figure: its size and what stands where."""

    width: int
    height: int = 0
    words: list[TextBlock] = field(default_factory=list)
    panels: list[PlacedPanel] = field(default_factory=list)
    bars: list[PlacedBar] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)


@dataclass(frozen=True)
class Spacing:
    """The sizes of everything between the panels, from the size of the text."""

    type: TextSize
    letters: bool  # whether directions stand around a picture
    ticks: str  # as wide as what is written beside a colour bar; empty where there is none

    @property
    def gap(self) -> int:
        """Between columns; the letter at the side of the original stands in it."""
        return self.type.line

    @property
    def left(self) -> int:
        """From the edge of the figure to the first panel."""
        return self.type.line * (3 if self.letters else 2)

    @property
    def right(self) -> int:
        """From the last panel to the edge of the figure."""
        if not self.ticks:
            return self.type.line
        gaps = round(3 * TICK * self.type.line)
        return 3 * self.type.line + self.bar + gaps + self.type.width(self.ticks)

    @property
    def bar(self) -> int:
        """The width of a colour bar."""
        return max(3, round(0.6 * self.type.line))

    def cell(self, panel_width: int) -> int:
        """The width of a column."""
        return max(panel_width, self.type.width(_TITLE_ROOM))

    def total(self, panel_widths: Sequence[int]) -> int:
        """The width of a line of columns with everything around it."""
        cells = sum(self.cell(width) for width in panel_widths)
        return self.left + cells + self.gap * (len(panel_widths) - 1) + self.right


def blocks(count: int, columns: int | None) -> list[range]:
    """Split `count` columns into lines of at most `columns`."""
    most = columns or count
    return [range(start, min(start + most, count)) for start in range(0, count, most)]


def arrange(
    rows: Sequence[PanelRow],
    titles: Sequence[Sequence[str]],
    header: str,
    notes: Sequence[str],
    measures: Spacing,
    *,
    columns: int | None,
    width: int | None,
) -> Sheet:
    """Place header, columns and notes one under the other; `width` is the figure's, if fixed."""
    widths = [
        max((p.size[1] for row in rows if isinstance(p := row.panels[c], Panel)), default=0)
        for c in range(len(titles))
    ]
    lines_of_columns = blocks(len(titles), columns)
    natural = max(measures.total([widths[c] for c in line]) for line in lines_of_columns)
    sheet = Sheet(width or natural)
    shift = (sheet.width - natural) // 2
    line = measures.type.line
    margin = line // 2

    y = margin
    if header:
        wrapped = measures.type.wrap(header, sheet.width - 2 * line, bold=True)
        sheet.words.append(TextBlock(sheet.width // 2, y, tuple(wrapped), "center", bold=True))
        y += line * len(wrapped) + margin
    for number, chosen in enumerate(lines_of_columns):
        x = shift + measures.left
        y = _block(sheet, measures, rows, titles, widths, list(chosen), x, y, first=number == 0)
        y += margin
    if notes:
        wrapped = [
            part for note in notes for part in measures.type.wrap(note, sheet.width - 2 * line)
        ]
        sheet.words.append(TextBlock(line, y, tuple(wrapped)))
        y += line * len(wrapped) + margin
    sheet.height = y
    return sheet


def _block(
    sheet: Sheet,
    measures: Spacing,
    rows: Sequence[PanelRow],
    titles: Sequence[Sequence[str]],
    widths: Sequence[int],
    chosen: list[int],
    x: int,
    y: int,
    *,
    first: bool,
) -> int:
    """Place one line of columns; return the y below it."""
    kind, line = measures.type, measures.type.line
    cells = [measures.cell(widths[c]) for c in chosen]
    lefts = [x + sum(cells[:i]) + measures.gap * i for i in range(len(cells))]
    room = [cell + measures.gap // 2 for cell in cells]

    wrapped = [
        [part for text in titles[c] for part in kind.wrap(text, room[i])]
        for i, c in enumerate(chosen)
    ]
    most_lines = max(map(len, wrapped))
    for left, cell, lines in zip(lefts, cells, wrapped, strict=True):
        top = y + line * (most_lines - len(lines))
        sheet.words.append(TextBlock(left + cell // 2, top, tuple(lines), "center"))
    y += line * most_lines + line // 4

    for row in rows:
        around = row.around if first else None
        y += line if around else 0
        panels = [_named(row.panels[c], f"{row.name}, {titles[c][0]}") for c in chosen]
        strip = 0
        # Flat panels still leave room for the name of the row beside them.
        tallest = max((p.size[0] for p in panels if isinstance(p, Panel)), default=0)
        instead = {i: kind.wrap(p, room[i]) for i, p in enumerate(panels) if isinstance(p, str)}
        height = max(kind.width(row.name), tallest, *(line * len(t) for t in instead.values()), 0)
        under = [
            kind.wrap(p.below, room[i]) if isinstance(p, Panel) else []
            for i, p in enumerate(panels)
        ]
        for i, panel in enumerate(panels):
            middle = lefts[i] + cells[i] // 2
            if isinstance(panel, str):
                top = y + (height - line * len(instead[i])) // 2
                sheet.words.append(TextBlock(middle, top, tuple(instead[i]), "center"))
                continue
            at = lefts[i] + (cells[i] - panel.size[1]) // 2
            if around and i == 0:
                strip = place_edge_labels(sheet, measures, around, panel, at, y)
            else:
                sheet.panels.append(PlacedPanel(panel, at, y))
            if under[i]:
                below = y + height + (strip or line // 4)
                sheet.words.append(TextBlock(middle, below, tuple(under[i]), "center"))
        sheet.words.append(
            TextBlock(
                x - line * (2 if measures.letters else 1) - line // 2,
                y + height // 2,
                (row.name,),
                upright=False,
            )
        )
        if row.bar:
            end = lefts[-1] + cells[-1] + line
            sheet.bars.append(PlacedBar(row, end, y, height))
        y += height + (strip or line // 4) + line * max(map(len, under))
        y += line // 2
    return y


def _named(panel: Panel | str, name: str) -> Panel | str:
    return replace(panel, name=name) if isinstance(panel, Panel) else panel


def place_edge_labels(
    sheet: Sheet, measures: Spacing, around: EdgeLabels, panel: Panel, x: int, y: int
) -> int:
    """Place the original with letters at its sides and a scale bar; return what is needed below."""
    height, width = panel.size
    line = measures.type.line
    centre, middle = x + width // 2, y + (height - line) // 2
    for letter, at, top in (
        (around.left, x - line // 2, middle),
        (around.right, x + width + line // 2, middle),
        (around.top, centre, y - line),
        (around.bottom, centre, y + height),
    ):
        if letter:
            sheet.words.append(TextBlock(at, top, (letter,), "center", bold=True))
    drop = line // 4
    if around.scale:
        reach = max(around.scale.length * panel.zoom[1], measures.type.width(around.scale.label))
        if around.bottom and reach > width // 2 - line:
            drop += line  # the bar would run into the letter
    sheet.panels.append(PlacedPanel(panel, x, y, around.scale, drop))
    return drop + line * 3 // 2 + line // 4 if around.scale else line
