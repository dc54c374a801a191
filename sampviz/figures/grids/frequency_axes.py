"""The axes of a panel in k-space: ticks, and their numbers below."""

from dataclasses import dataclass

from sampviz.core.text import MINUS
from sampviz.figures.captions.annotations import nice_length
from sampviz.figures.layout.sheet import Rule, Sheet, TextBlock
from sampviz.figures.layout.spacing import TICK, Spacing
from sampviz.figures.panels.panel import Panel
from sampviz.figures.style import INK


@dataclass(frozen=True)
class Frequencies:
    """The axes of a panel in k-space: the Nyquist frequencies of its rows and columns.

    Parameters
    ----------
    rows, columns : float
        At the ends of the axes, in `unit`.
    unit : str
        Stands below the panel.
    """

    rows: float
    columns: float
    unit: str


def place_axes(
    sheet: Sheet, spacing: Spacing, panel: Panel, frequencies: Frequencies, left: int, top: int
) -> None:
    """Place ticks at the same frequencies below and at the left of a panel, numbers below.

    Parameters
    ----------
    sheet : Sheet
        Is added to.
    spacing : Spacing
        The size of the text.
    panel : Panel
        In k-space, DC in the middle.
    frequencies : Frequencies
        At its ends.
    left, top : int
        Its top left pixel.
    """
    line, (height, width) = spacing.text_size.line, panel.size
    rows, columns = (n // 2 for n in panel.pixels.shape[:2])
    middle_y, middle_x = (rows + 0.5) * panel.zoom[0], (columns + 0.5) * panel.zoom[1]
    tick, thin = max(2, round(TICK * line)), max(1, round(0.05 * line))
    far = nice_length(0.8 * min(frequencies.rows, frequencies.columns))
    space = far / frequencies.columns * width / 2
    texts = spacing.text_size.width(_number(-far)) + spacing.text_size.width("0")
    close = texts / 2 + line / 4 > space
    ends = spacing.text_size.width(_number(-far)) + spacing.text_size.width(_number(far))
    closest = ends / 2 + line / 4 > 2 * space
    numbers = (far,) if closest else (-far, far) if close else (-far, 0.0, far)
    for value in (-far, 0.0, far):
        x = left + round(middle_x + value / frequencies.columns * width / 2)
        sheet.rules.append(Rule(x - thin // 2, top + height, thin, tick, INK))
        if value in numbers:
            sheet.texts.append(TextBlock(x, top + height + tick, (_number(value),), "center"))
        y = top + round(middle_y + value / frequencies.rows * height / 2)
        sheet.rules.append(Rule(left - tick, y - thin // 2, tick, thin, INK))


def _number(value: float) -> str:
    return f"{value:g}".replace("-", MINUS)
