"""Arrange rows of panels, their titles and texts on a sheet. Nothing is drawn here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase

from sampviz.figures.layout.sheet import PlacedBar, PlacedPanel, Rule, Sheet, TextBlock
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.panels.panel import EdgeLabels, Panel, PanelRow

_RULE = 0.3  # of the height of a line: the bar over a column


@dataclass(frozen=True)
class PageParts:
    """What a page has besides rows of panels.

    Parameters
    ----------
    colours : sequence of str
        Of the bars over the columns; empty for none.
    names : sequence of str
        Of the columns, for programs that look a panel up; their titles by default.
    letters : bool
        Whether rows and charts are lettered a, b, c.
    subheader : str
        Stands below the header, not bold; "" for none.
    chart_height : int
        Of the room for charts below the rows, in figure pixels.
    """

    colours: Sequence[str] = ()
    names: Sequence[str] = ()
    letters: bool = False
    subheader: str = ""
    chart_height: int = 0


@dataclass(frozen=True)
class _Columns:
    """Columns side by side: their numbers, and where each begins and how wide it is, in pixels."""

    numbers: Sequence[int]
    lefts: Sequence[int]
    widths: Sequence[int]
    text_widths: Sequence[int]  # a text may use half of the gap beside its column

    def middle(self, i: int) -> int:
        return self.lefts[i] + self.widths[i] // 2


def blocks(count: int, columns: int | None) -> list[range]:
    """Split columns into blocks that stand one below the other.

    Parameters
    ----------
    count : int
        How many columns there are.
    columns : int, optional
        The most in one block; None for no limit.

    Returns
    -------
    list of range
        The numbers of the columns of each block.

    Examples
    --------
    >>> blocks(5, 2)
    [range(0, 2), range(2, 4), range(4, 5)]
    """
    most = columns or count
    return [range(start, min(start + most, count)) for start in range(0, count, most)]


def arrange(
    rows: Sequence[PanelRow],
    titles: Sequence[Sequence[str]],
    header: str,
    notes: Sequence[str],
    spacing: Spacing,
    *,
    columns: int | None,
    width: int | None,
    parts: PageParts = PageParts(),
) -> Sheet:
    """Place a header, blocks of columns and notes one below the other.

    Parameters
    ----------
    rows : sequence of PanelRow
        All of the same number of panels.
    titles : sequence of sequence of str
        The lines above each column.
    header : str
        Stands at the top; "" for none.
    notes : sequence of str
        Stand at the bottom.
    spacing : Spacing
        The size of the text and of the gaps.
    columns : int or None
        The most columns in one block; None for no limit.
    width : int or None
        Of the figure, in pixels; None for as wide as its content.
    parts : PageParts
        Bars over the columns, letters, and room for charts.

    Returns
    -------
    Sheet
    """
    panel_widths = [
        max((p.size[1] for row in rows if isinstance(p := row.panels[c], Panel)), default=0)
        for c in range(len(titles))
    ]
    column_blocks = blocks(len(titles), columns)
    names = parts.names or [title for title, *_ in titles]
    natural = max(spacing.total_width([panel_widths[c] for c in block]) for block in column_blocks)
    sheet = Sheet(width or natural)
    shift = (sheet.width - natural) // 2
    line = spacing.text_size.line
    margin = line // 2

    y = margin
    if header:
        lines = spacing.text_size.wrap(header, sheet.width - 2 * line, bold=True)
        sheet.texts.append(TextBlock(sheet.width // 2, y, tuple(lines), "center", bold=True))
        y += line * len(lines) + margin
    if parts.subheader:
        lines = spacing.text_size.wrap(parts.subheader, sheet.width - 2 * line)
        sheet.texts.append(TextBlock(sheet.width // 2, y - margin, tuple(lines), "center"))
        y += line * len(lines)
    for number, block in enumerate(column_blocks):
        x = shift + spacing.left_margin
        placed = _place_columns(spacing, block, [panel_widths[c] for c in block], x)
        y = _place_titles(sheet, spacing, placed, titles, y, parts.colours)
        for letter, row in zip(ascii_lowercase, rows, strict=False):
            if parts.letters and number == 0:
                sheet.texts.append(TextBlock(line // 8, y, (letter,), bold=True))
            y = _place_row(
                sheet,
                spacing,
                placed,
                row,
                names,
                y,
                first_block=number == 0,
                letters=parts.letters,
            )
        y += margin
    if parts.chart_height:
        if parts.letters:
            letter = ascii_lowercase[min(len(rows), len(ascii_lowercase) - 1)]
            sheet.texts.append(TextBlock(line // 8, y, (letter,), bold=True))
        sheet.chart_area = (line, y, sheet.width - 2 * line, parts.chart_height)
        y += parts.chart_height + margin
    if notes:
        lines = [
            part for note in notes for part in spacing.text_size.wrap(note, sheet.width - 2 * line)
        ]
        sheet.texts.append(TextBlock(line, y, tuple(lines)))
        y += line * len(lines) + margin
    sheet.height = y
    return sheet


def _place_columns(
    spacing: Spacing, numbers: Sequence[int], panel_widths: Sequence[int], x: int
) -> _Columns:
    """Return where columns stand, the first of them at x."""
    widths = [spacing.column_width(width) for width in panel_widths]
    lefts = [x + sum(widths[:i]) + spacing.gap * i for i in range(len(widths))]
    return _Columns(numbers, lefts, widths, [width + spacing.gap // 2 for width in widths])


def _place_titles(
    sheet: Sheet,
    spacing: Spacing,
    columns: _Columns,
    titles: Sequence[Sequence[str]],
    y: int,
    colours: Sequence[str],
) -> int:
    """Place the titles of columns, their last lines level; return the y below them."""
    line = spacing.text_size.line
    wrapped = [
        [part for text in titles[c] for part in spacing.text_size.wrap(text, width)]
        for c, width in zip(columns.numbers, columns.text_widths, strict=True)
    ]
    most_lines = max(map(len, wrapped))
    for i, lines in enumerate(wrapped):
        top = y + line * (most_lines - len(lines))
        sheet.texts.append(TextBlock(columns.middle(i), top, tuple(lines), "center"))
    y += line * most_lines + line // 4
    if colours:
        height = max(2, round(_RULE * line))
        for i, number in enumerate(columns.numbers):
            bar = Rule(columns.lefts[i], y, columns.widths[i], height, colours[number])
            sheet.rules.append(bar)
        y += height + line // 4
    return y


def _place_row(
    sheet: Sheet,
    spacing: Spacing,
    columns: _Columns,
    row: PanelRow,
    names: Sequence[str],
    y: int,
    *,
    first_block: bool,
    letters: bool,
) -> int:
    """Place the panels of a row that stand in some columns; return the y below them."""
    text_size, line = spacing.text_size, spacing.text_size.line
    edge_labels = row.edge_labels if first_block else None
    y += line if edge_labels else 0
    panels = [_with_name(row.panels[c], f"{row.name}, {names[c]}") for c in columns.numbers]
    replacements: dict[int, list[str]] = {}  # texts in place of panels
    lines_below: list[list[str]] = []
    for i, (panel, width) in enumerate(zip(panels, columns.text_widths, strict=True)):
        if isinstance(panel, str):
            replacements[i] = text_size.wrap(panel, width)
        lines_below.append(
            text_size.wrap(panel.text_below, width) if isinstance(panel, Panel) else []
        )
    # Flat panels still leave room for the name of the row beside them.
    tallest = max((p.size[0] for p in panels if isinstance(p, Panel)), default=0)
    text_heights = (line * len(lines) for lines in replacements.values())
    is_long = letters and text_size.width(row.name) > tallest
    name_lines = row.name.rsplit(" ", 1) if is_long else [row.name]
    height = max(*map(text_size.width, name_lines), tallest, *text_heights, 0)
    depths = [line // 4]  # of what stands below each panel
    for i, panel in enumerate(panels):
        middle = columns.middle(i)
        if isinstance(panel, str):
            top = y + (height - line * len(replacements[i])) // 2
            sheet.texts.append(TextBlock(middle, top, tuple(replacements[i]), "center"))
            continue
        x = columns.lefts[i] + (columns.widths[i] - panel.size[1]) // 2
        depth = line // 4
        if edge_labels and i == 0:
            depth = place_edge_labels(sheet, spacing, edge_labels, panel, x, y)
        else:
            sheet.panels.append(PlacedPanel(panel, x, y))
        if lines_below[i]:
            below = TextBlock(middle, y + height + depth, tuple(lines_below[i]), "center")
            sheet.texts.append(below)
        depths.append(depth + line * len(lines_below[i]))
    name_x = columns.lefts[0] - line * (2 if spacing.edge_labels else 1) - line // 2
    if letters:  # the name of a low row would run into them
        name_x += line * 3 // 4
    for i, text in enumerate(reversed(name_lines)):  # from the panel outwards
        middle = y + height // 2
        sheet.texts.append(TextBlock(name_x - i * line, middle, (text,), upright=False))
    if row.bar and any(isinstance(panel, Panel) for panel in panels):
        right = columns.lefts[-1] + columns.widths[-1] + line
        sheet.bars.append(PlacedBar(row, right, y, height))
    return y + height + max(depths) + line // 2


def _with_name(panel: Panel | str, name: str) -> Panel | str:
    return replace(panel, name=name) if isinstance(panel, Panel) else panel


def place_edge_labels(
    sheet: Sheet, spacing: Spacing, edge_labels: EdgeLabels, panel: Panel, x: int, y: int
) -> int:
    """Place a panel with letters at its sides and a scale bar below.

    Parameters
    ----------
    sheet : Sheet
        Is added to.
    spacing : Spacing
        The size of the text.
    edge_labels : EdgeLabels
        The letters and the scale.
    panel : Panel
        The original.
    x, y : int
        Its top left pixel.

    Returns
    -------
    int
        The height that is taken below the panel, in figure pixels.
    """
    height, width = panel.size
    line = spacing.text_size.line
    centre, middle = x + width // 2, y + (height - line) // 2
    for letter, letter_x, letter_y in (
        (edge_labels.left, x - line // 2, middle),
        (edge_labels.right, x + width + line // 2, middle),
        (edge_labels.top, centre, y - line),
        (edge_labels.bottom, centre, y + height),
    ):
        if letter:
            sheet.texts.append(TextBlock(letter_x, letter_y, (letter,), "center", bold=True))
    drop, scale = line // 4, edge_labels.scale
    if scale:
        length = max(scale.length * panel.zoom[1], spacing.text_size.width(scale.label))
        if edge_labels.bottom and length > width // 2 - line:
            drop += line  # the bar would run into the letter
    sheet.panels.append(PlacedPanel(panel, x, y, scale, drop))
    return drop + line * 3 // 2 + line // 4 if scale else line
