"""The layout of images side by side: an image and its spectrum in every column, and a chart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sampviz.core.text import axes_text
from sampviz.dsp.spectrum import FLOOR_DB
from sampviz.figures.captions import annotations
from sampviz.figures.grids.frequency_axes import Frequencies, place_axes
from sampviz.figures.grids.inputs_fit import InputsFit
from sampviz.figures.layout.arrange import place_edge_labels
from sampviz.figures.layout.sheet import PlacedBar, PlacedPanel, Rule, Sheet, TextBlock
from sampviz.figures.panels.colormap import SPECTRUM
from sampviz.figures.panels.panel import ColorBar, Panel, PanelRow
from sampviz.figures.style import NO_BREAK
from sampviz.images.image import Image

_BAR = ColorBar(SPECTRUM, (FLOOR_DB, 0.0), "dB re each maximum", "dB")
_RULE = 0.3  # of the height of a line: the bar over a column


@dataclass(frozen=True)
class InputColumn:
    """An image with its panels.

    Parameters
    ----------
    image : Image
        What is shown.
    picture, spectrum : Panel
        Its panels.
    mirrored : bool
        Whether left and right are exchanged.
    colour : str
        Of the bar over the column, and of its curve.
    """

    image: Image
    picture: Panel
    spectrum: Panel
    mirrored: bool
    colour: str

    @property
    def titles(self) -> tuple[str, str, str]:
        """The name, which slice it is, and the size."""
        image = self.image
        spacing = axes_text(image.spacing or ())
        size = "×".join(map(str, image.size))
        taken = image.taken.replace(" mm", f"{NO_BREAK}mm").replace(
            "z = ", f"z{NO_BREAK}={NO_BREAK}"
        )
        return image.name, taken, f"{size} px of {spacing}{NO_BREAK}mm"


def arrange_inputs(
    columns: Sequence[InputColumn], header: str, footer: str, fit: InputsFit, highest: float
) -> Sheet:
    """Place the columns, in lines, and leave room for a chart below.

    Parameters
    ----------
    columns : sequence of InputColumn
        From left to right.
    header, footer : str
        Stand at the top and at the bottom.
    fit : InputsFit
        The sizes.
    highest : float
        The frequency at the ends of the spectra, in cycles/mm.

    Returns
    -------
    Sheet
    """
    text_size, line = fit.spacing.text_size, fit.spacing.text_size.line
    sheet = Sheet(fit.width)
    y = line // 2
    for text in text_size.wrap(header, sheet.width - 2 * line, bold=True):
        sheet.texts.append(TextBlock(sheet.width // 2, y, (text,), "center", bold=True))
        y += line
    for first in range(0, len(columns), fit.per_line):
        y = _place_line(sheet, columns[first : first + fit.per_line], fit, highest, y + line // 2)
    sheet.chart_area = (line, y, sheet.width - 2 * line, fit.chart_lines * line)
    y += sheet.chart_area[3] + line // 2
    lines = text_size.wrap(footer, sheet.width - 2 * line)
    sheet.texts.append(TextBlock(line, y, tuple(lines)))
    sheet.height = y + line * len(lines) + line // 2
    return sheet


def _place_line(
    sheet: Sheet, columns: Sequence[InputColumn], fit: InputsFit, highest: float, y: int
) -> int:
    """Place columns side by side below y; return the y below them."""
    text_size, line = fit.spacing.text_size, fit.spacing.text_size.line
    used = fit.per_line * (fit.column + fit.gap) - fit.gap
    margins = fit.spacing.left_margin + fit.spacing.right_margin
    start = fit.spacing.left_margin + (fit.width - margins - used) // 2
    lefts = [start + i * (fit.column + fit.gap) for i in range(len(columns))]
    titles = [
        [part for text in column.titles for part in text_size.wrap(text, fit.text_width)]
        for column in columns
    ]
    y += line * max(map(len, titles))
    for left, column, lines in zip(lefts, columns, titles, strict=True):
        middle = left + fit.column // 2
        top = y - line * len(lines)
        sheet.texts.append(TextBlock(middle, top, tuple(lines), "center"))
        bar = Rule(left, y + line // 4, fit.column, max(2, round(_RULE * line)), column.colour)
        sheet.rules.append(bar)
    y += 2 * line  # the letter stands above the image
    height = max(column.picture.size[0] for column in columns)
    first, below = len(sheet.panels), []
    for left, column in zip(lefts, columns, strict=True):
        picture, middle = column.picture, left + fit.column // 2
        x = left + (fit.column - picture.size[1]) // 2
        labels = annotations.edge_labels(_as_drawn(column), mirrored=column.mirrored)
        top = y + (height - picture.size[0]) // 2
        drop = place_edge_labels(sheet, fit.spacing, labels, picture, x, top) if labels else 0
        if not labels:
            sheet.panels.append(PlacedPanel(picture, x, top))
        lines = text_size.wrap(picture.text_below, fit.text_width)
        text_y = top + picture.size[0] + max(drop, line // 4)
        sheet.texts.append(TextBlock(middle, text_y, tuple(lines), "center"))
        below.append(text_y + line * len(lines))
    y = max(below) + line
    for left, column in zip(lefts, columns, strict=True):
        _place_spectrum(sheet, column.spectrum, fit, highest, left, y)
    placed, count = sheet.panels[first:], len(columns)
    # In the order in which columns are read: a picture, then its spectrum.
    sheet.panels[first:] = [placed[i + half] for i in range(count) for half in (0, count)]
    side = columns[0].spectrum.size[0]
    right = lefts[-1] + fit.column + line // 2
    bar_row = PanelRow("", (columns[-1].spectrum,), _BAR)
    sheet.bars.append(PlacedBar(bar_row, right, y, side))
    nyquist_lines = max(
        len(text_size.wrap(column.spectrum.text_below, fit.text_width)) for column in columns
    )
    return y + side + line * (nyquist_lines + 2)


def _as_drawn(column: InputColumn) -> Image:
    """Return an image as large as what is shown of it, for its scale bar."""
    return replace(column.image, array=column.image.array[..., : column.picture.pixels.shape[1]])


def _place_spectrum(
    sheet: Sheet, panel: Panel, fit: InputsFit, highest: float, left: int, y: int
) -> None:
    """Place a spectrum with axes in cycles/mm and its Nyquist frequency below."""
    line, middle = fit.spacing.text_size.line, left + fit.column // 2
    x = left + (fit.column - panel.size[1]) // 2
    sheet.panels.append(PlacedPanel(panel, x, y))
    place_axes(sheet, fit.spacing, panel, Frequencies(highest, highest, "cycles/mm"), x, y)
    lines = fit.spacing.text_size.wrap(panel.text_below, fit.text_width)
    below = y + panel.size[0] + line + line // 4
    sheet.texts.append(TextBlock(middle, below, tuple(lines), "center"))
