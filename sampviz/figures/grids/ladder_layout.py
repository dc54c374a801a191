"""The layout of the figure of a network: the staircase, columns of layers in lines, bars."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase

from sampviz.figures.charts.layer_bars import FOLDED, SHIFT
from sampviz.figures.grids.ladder_fit import STAIRCASE_LINES, LadderFit
from sampviz.figures.layout.sheet import PlacedBar, PlacedPanel, Rule, Sheet, TextBlock
from sampviz.figures.panels.colormap import DIFFERENCE, SPECTRUM
from sampviz.figures.panels.layer_panels import FOLDED_LIMITS, SPECTRUM_LIMITS, LayerColumn
from sampviz.figures.panels.panel import ColorBar, Panel, PanelRow
from sampviz.figures.style import NO_BREAK

ROWS = (
    "map that enters",
    "spectrum (box: the coarser grid)",
    "result",
    "from outside the box",
)
_BARS = (
    None,
    ColorBar(SPECTRUM, SPECTRUM_LIMITS, "dB re its maximum", "dB"),
    None,
    ColorBar(DIFFERENCE, FOLDED_LIMITS, "SD of the result", "SD", open_ends=True),
)
LEGEND = (
    (FOLDED, "folded at the sampling step, % of the variation of all channels"),
    (SHIFT, "shift error of the maps"),
)
Box = tuple[int, int, int, int]  # left, top, width and height, in figure pixels


@dataclass(frozen=True)
class LadderTexts:
    """What is written on the figure of a network.

    Parameters
    ----------
    title, subtitle : str
        At the top, the first bold.
    labels : sequence of str
        Of the bars.
    foot : str
        At the bottom.
    """

    title: str
    subtitle: str
    labels: Sequence[str]
    foot: str


@dataclass(eq=False)
class LadderSheet:
    """A laid out figure of a network.

    Parameters
    ----------
    sheet : Sheet
        Its panels and texts.
    staircase : tuple of int
        Left, top, width and height of the axes of the staircase, in figure pixels.
    bars : list of tuple of int
        The same of the bars of each column; of no height where it has none.
    middles : list of int
        Of the columns of the first line, in figure pixels.
    """

    sheet: Sheet
    staircase: Box = (0, 0, 0, 0)
    bars: list[Box] = field(default_factory=list)
    middles: list[int] = field(default_factory=list)


def arrange_ladder(
    columns: Sequence[LayerColumn], texts: LadderTexts, fit: LadderFit
) -> LadderSheet:
    """Place the staircase, lines of columns, and what is written.

    Parameters
    ----------
    columns : sequence of LayerColumn
        From left to right.
    texts : LadderTexts
        What is written.
    fit : LadderFit
        The sizes.

    Returns
    -------
    LadderSheet
    """
    text_size, line = fit.spacing.text_size, fit.spacing.text_size.line
    sheet = Sheet(fit.width)
    laid_out = LadderSheet(sheet)
    y = line // 2
    for text, bold in ((texts.title, True), (texts.subtitle, False)):
        for part in text_size.wrap(text, fit.width - 2 * line, bold=bold) if text else []:
            sheet.texts.append(TextBlock(line, y, (part,), bold=bold))
            y += line
    y += line // 2
    left, right = fit.left_margin, fit.width - fit.spacing.right_margin
    laid_out.staircase = (left, y, right - left, (STAIRCASE_LINES - 2) * line)
    _letter(sheet, 0, y, line)
    y += STAIRCASE_LINES * line
    for first in range(0, len(columns), fit.per_line):
        in_line = range(first, min(first + fit.per_line, len(columns)))
        y = _place_line(laid_out, columns, in_line, texts, fit, y)
    y = _place_legend(sheet, y, fit) if any(column.bars for column in columns) else y
    lines = text_size.wrap(texts.foot, fit.width - 2 * line) if texts.foot else []
    sheet.texts.append(TextBlock(line, y, tuple(lines)))
    sheet.height = y + line * len(lines) + line // 2
    return laid_out


def _letter(sheet: Sheet, number: int, y: int, line: int) -> None:
    sheet.texts.append(TextBlock(line // 8, y, (ascii_lowercase[number],), bold=True))


def _place_line(
    laid_out: LadderSheet,
    columns: Sequence[LayerColumn],
    part: range,
    texts: LadderTexts,
    fit: LadderFit,
    y: int,
) -> int:
    """Place some columns side by side below y; return the y below them."""
    sheet, spacing, text_size = laid_out.sheet, fit.spacing, fit.spacing.text_size
    line, is_first = text_size.line, part.start == 0
    middles = [
        fit.left_margin + i * (fit.slot + spacing.gap) + fit.slot // 2 for i in range(len(part))
    ]
    if is_first:
        laid_out.middles = middles
    y = _place_titles(sheet, [columns[i] for i in part], middles, fit, y)
    rows = zip(*(columns[i].panels(fit.zooms[i]) for i in part), strict=True)
    for number, panels in enumerate(rows):
        if is_first:
            _letter(sheet, number + 1, y, line)
        y = _place_row(sheet, number, panels, middles, fit, y)
    return _place_bars(laid_out, [columns[i] for i in part], middles, texts, fit, y) + line


def _place_titles(
    sheet: Sheet, columns: Sequence[LayerColumn], middles: Sequence[int], fit: LadderFit, y: int
) -> int:
    """Place the titles of columns, their last lines level; return the y below them."""
    text_size, line = fit.spacing.text_size, fit.spacing.text_size.line
    widest = fit.slot + fit.spacing.gap // 2
    blocks = []
    for column in columns:
        title = f"{column.number}{NO_BREAK}· {column.title}"
        details = [f"channel{NO_BREAK}{column.channel}", *filter(None, [column.slice_text])]
        blocks.append(
            (
                text_size.wrap(title, fit.slot, bold=True),
                [part for text in details for part in text_size.wrap(text, widest)],
            )
        )
    height = line * max(len(bold) + len(plain) for bold, plain in blocks)
    for middle, (bold, plain) in zip(middles, blocks, strict=True):
        top = y + height - line * (len(bold) + len(plain))
        sheet.texts.append(TextBlock(middle, top, tuple(bold), "center", bold=True))
        sheet.texts.append(TextBlock(middle, top + line * len(bold), tuple(plain), "center"))
    return y + height + line // 4


def _place_row(
    sheet: Sheet,
    number: int,
    panels: Sequence[Panel],
    middles: Sequence[int],
    fit: LadderFit,
    y: int,
) -> int:
    """Place a row of panels with its name and its colour bar; return the y below them."""
    text_size, line = fit.spacing.text_size, fit.spacing.text_size.line
    height = max(panel.size[0] for panel in panels)
    name = text_size.wrap(ROWS[number], fit.left_margin - 2 * line)
    name_y = y + max(0, (height - line * len(name)) // 2)
    right_of_name = fit.left_margin - line // 2
    sheet.texts.append(TextBlock(right_of_name, name_y, tuple(name), "right"))
    height = max(height, line * len(name))
    most = 0
    for panel, middle in zip(panels, middles, strict=True):
        x, top = middle - panel.size[1] // 2, y + (height - panel.size[0]) // 2
        sheet.panels.append(PlacedPanel(panel, x, top))
        lines = text_size.wrap(panel.text_below, fit.slot + fit.spacing.gap // 2)
        below = y + height + line // 4
        sheet.texts.append(TextBlock(middle, below, tuple(lines), "center"))
        most = max(most, len(lines))
    if bar := _BARS[number]:
        row = PanelRow(ROWS[number], tuple(panels), bar)
        x = middles[-1] + max(panel.size[1] for panel in panels[-1:]) // 2 + line // 2
        sheet.bars.append(PlacedBar(row, x, y, height))
    return y + height + line // 2 + line * most


def _place_bars(
    laid_out: LadderSheet,
    columns: Sequence[LayerColumn],
    middles: Sequence[int],
    texts: LadderTexts,
    fit: LadderFit,
    y: int,
) -> int:
    """Leave room for the bars of columns, and label them; return the y below them."""
    sheet, line = laid_out.sheet, fit.spacing.text_size.line
    most = max(len(column.bars) for column in columns)
    height = most * line
    for column, middle in zip(columns, middles, strict=True):
        left = middle - fit.slot // 2
        laid_out.bars.append((left, y, fit.slot, len(column.bars) * line))
    if not most:
        return y
    if not any(block.lines == ("f",) for block in sheet.texts):
        _letter(sheet, len(ROWS) + 1, y, line)
    for number, label in enumerate(texts.labels[:most]):
        top = y + number * line
        sheet.texts.append(TextBlock(fit.left_margin - line // 2, top, (label,), "right"))
    return y + height


def _place_legend(sheet: Sheet, y: int, fit: LadderFit) -> int:
    """Place what the colours of the bars are; return the y below it."""
    text_size, line = fit.spacing.text_size, fit.spacing.text_size.line
    x = line
    for colour, text in LEGEND:
        widest = fit.width - 3 * line
        if x > line and x + 2 * line + text_size.width(text) > fit.width - line:
            x, y = line, y + line
        lines = text_size.wrap(text, widest)
        side = round(0.7 * line)
        sheet.rules.append(Rule(x, y + line // 5, side, side, colour))
        sheet.texts.append(TextBlock(x + line, y, tuple(lines)))
        x += 3 * line + text_size.width(lines[0])
        y += line * (len(lines) - 1)
    return y + round(1.25 * line)
