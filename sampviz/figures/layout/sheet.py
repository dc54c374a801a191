"""The sheet of a grid figure: what stands where, in whole pixels from the top left corner.

Positions are whole figure pixels because panels are: a panel between two pixels would have to be
resampled. `arrange` makes a sheet, `figures.render` draws it.
"""

from dataclasses import dataclass, field

from sampviz.core.notebook import ShortRepr
from sampviz.figures.panels.panel import Panel, PanelRow, Scale


@dataclass(frozen=True, repr=False)
class TextBlock(ShortRepr):
    """Lines of text.

    Parameters
    ----------
    x, y : int
        Figure pixels: the anchor, and the top of the first line.
    lines : tuple of str
        From top to bottom.
    anchor : {"left", "center", "right"}
        The part of a line that lies at `x`.
    upright : bool
        If false, the text is turned by 90 degrees, and `y` is its middle.
    bold : bool
        Whether it is bold.
    """

    x: int
    y: int
    lines: tuple[str, ...]
    anchor: str = "left"
    upright: bool = True
    bold: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class PlacedPanel(ShortRepr):
    """A panel at its position.

    Parameters
    ----------
    panel : Panel
        What is drawn.
    x, y : int
        Its top left pixel.
    scale : Scale, optional
        A scale bar under the panel.
    drop : int
        How far below the panel the scale bar hangs, in figure pixels.
    """

    panel: Panel
    x: int
    y: int
    scale: Scale | None = None
    drop: int = 0


@dataclass(frozen=True, eq=False, repr=False)
class PlacedBar(ShortRepr):
    """The colour bar of a row at its position.

    Parameters
    ----------
    row : PanelRow
        A row with a bar.
    x, y : int
        The top left pixel of the bar.
    height : int
        In figure pixels.
    """

    row: PanelRow
    x: int
    y: int
    height: int


@dataclass(frozen=True, repr=False)
class Rule(ShortRepr):
    """A filled bar in the colour of a chain.

    Parameters
    ----------
    x, y, width, height : int
        Figure pixels, from its top left pixel.
    colour : str
        "#rrggbb".
    """

    x: int
    y: int
    width: int
    height: int
    colour: str


@dataclass(frozen=True, repr=False)
class Arrow(ShortRepr):
    """A level arrow.

    Parameters
    ----------
    start, end : int
        Its x from tail to head, in figure pixels.
    y : int
        Figure pixels.
    """

    start: int
    end: int
    y: int


@dataclass(eq=False, repr=False)
class Sheet(ShortRepr):
    """A whole figure, laid out.

    Parameters
    ----------
    width, height : int
        Figure pixels.
    texts : list of TextBlock
    panels : list of PlacedPanel
    bars : list of PlacedBar
    arrows : list of Arrow
    rules : list of Rule
    chart_area : tuple of int
        Left, top, width and height of the room for charts; of no height where there are none.
    """

    width: int
    height: int = 0
    texts: list[TextBlock] = field(default_factory=list)
    panels: list[PlacedPanel] = field(default_factory=list)
    bars: list[PlacedBar] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    chart_area: tuple[int, int, int, int] = (0, 0, 0, 0)
