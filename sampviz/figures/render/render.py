"""Draw a sheet as a matplotlib figure: every panel at its whole zoom, on whole pixels.

There are no axes: everything is an artist of the figure at a position of the sheet, so that nothing
is resampled and nothing depends on matplotlib's layout.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox
from mpl_toolkits.axes_grid1.anchored_artists import AnchoredSizeBar

from sampviz.core.errors import UsageError, argument
from sampviz.figures.captions.caption import Caption
from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.layout.sheet import Arrow, PlacedBar, PlacedPanel, Rule, Sheet, TextBlock
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.panels.panel import Scale
from sampviz.figures.render.box_labels import place_box_labels
from sampviz.figures.render.colorbar import lay_out_color_bar
from sampviz.figures.render.panel_artist import PanelArtist
from sampviz.figures.render.text_artist import CachedText
from sampviz.figures.style import (
    INK,
    LINE_HEIGHT,
    PANELS,
    POINTS_PER_INCH,
    TextSize,
    families,
    own_style,
)

MOST_SIDE = 60_000  # Agg draws less than 2^16
MOST_PIXELS = 2**27
_LINE_WIDTH = 0.5  # points
_BASELINE = 0.77  # of the height of a line, below its top


class PanelFigure(DrawnFigure):
    """A matplotlib figure of panels, with what it was made from.

    Parameters
    ----------
    sheet : Sheet
        The layout, with the values behind every panel.
    dpi : float
        Pixels per inch.

    Attributes
    ----------
    caption : Caption or None
        What the figure shows, in words.
    """

    caption: Caption | None = None
    settings = PANELS

    def __init__(self, sheet: Sheet, dpi: float) -> None:
        super().__init__(figsize=(sheet.width / dpi, sheet.height / dpi), dpi=dpi)
        self.sheet = sheet

    @property
    def subject(self) -> str:
        """What it shows, in some words."""
        return self.caption.title if self.caption else ""


def draw_sheet(sheet: Sheet, spacing: Spacing) -> PanelFigure:
    """Draw a sheet.

    Parameters
    ----------
    sheet : Sheet
        The layout.
    spacing : Spacing
        The size of the text, and the resolution.

    Returns
    -------
    PanelFigure
        As large as the sheet, in pixels.

    Raises
    ------
    UsageError
        If it is larger than can be drawn.
    """
    if max(sheet.width, sheet.height) > MOST_SIDE or sheet.width * sheet.height > MOST_PIXELS:
        raise UsageError(
            f"the figure would have {sheet.height}x{sheet.width} px",
            "the drawing",
            f"draw fewer columns, or lower {argument('width')} or {argument('dpi')}",
        )
    with own_style(PANELS):
        return _draw_all(sheet, spacing)


def _draw_all(sheet: Sheet, spacing: Spacing) -> PanelFigure:
    figure = PanelFigure(sheet, spacing.text_size.dpi)
    figure.font = spacing.text_size.font
    points = spacing.text_size.points
    for block in sheet.texts:
        _draw_text(figure, sheet, block, points)
    for placed_panel in sheet.panels:
        artist = _draw_panel(figure, sheet, placed_panel)
        _draw_box_labels(figure, artist, placed_panel, spacing.text_size)
        if placed_panel.scale:
            _draw_scale(figure, artist, placed_panel, placed_panel.scale, spacing)
        _draw_digits(figure, artist, placed_panel, spacing.text_size)
    for rule in sheet.rules:
        _draw_rule(figure, sheet, rule)
    for arrow in sheet.arrows:
        _draw_arrow(figure, sheet, arrow, points)
    for bar in sheet.bars:
        _draw_bar(figure, sheet, bar, spacing)
    return figure


def _draw_text(figure: PanelFigure, sheet: Sheet, block: TextBlock, points: float) -> None:
    line = points * figure.dpi / POINTS_PER_INCH * LINE_HEIGHT
    for number, text in enumerate(block.lines):
        # Every line by its baseline: matplotlib's own line spacing depends on the letters.
        y = block.y + line * (number + _BASELINE) if block.upright else block.y
        artist = CachedText(
            block.x / sheet.width,
            1 - y / sheet.height,
            text,
            fontsize=points,
            fontfamily=families(figure.font),
            parse_math=False,  # a $ is a $
            color=INK,
            ha=block.anchor if block.upright else "center",
            va="baseline" if block.upright else "center",
            rotation=0 if block.upright else 90,
            weight="bold" if block.bold else "normal",
            figure=figure,
            transform=figure.transFigure,
        )
        figure.texts.append(artist)


def _figure_box(sheet: Sheet, x: float, y: float, width: float, height: float) -> Bbox:
    """Return a box in fractions of the figure, from its lowest left corner."""
    bottom = sheet.height - y - height
    size = sheet.width, sheet.height
    return Bbox.from_bounds(*np.divide((x, bottom, width, height), (*size, *size)))


def _draw_panel(figure: Figure, sheet: Sheet, placed_panel: PlacedPanel) -> PanelArtist:
    height, width = placed_panel.panel.size
    box = _figure_box(sheet, placed_panel.x, placed_panel.y, width, height)
    artist = PanelArtist(placed_panel.panel.pixels, box, figure.transFigure)
    figure.add_artist(artist)
    for outlined in placed_panel.panel.boxes:
        outline = Rectangle(
            (outlined.left, outlined.top),
            outlined.width,
            outlined.height,
            fill=False,
            edgecolor=outlined.colour,
            linewidth=0.8,
            transform=artist.samples,
        )
        figure.add_artist(outline)
    return artist


def _draw_box_labels(
    figure: PanelFigure, artist: PanelArtist, placed_panel: PlacedPanel, text_size: TextSize
) -> None:
    """Write the names of boxes beside them, where there is room."""
    down, along = placed_panel.panel.zoom
    for box, left, top in place_box_labels(placed_panel.panel, text_size):
        label = Text(
            left / along,
            (top + _BASELINE * text_size.line) / down,
            f" {box.label}",
            fontsize=text_size.points,
            fontfamily=families(figure.font),
            parse_math=False,  # a $ is a $
            color=box.colour,
            va="baseline",
            transform=artist.samples,
        )
        figure.add_artist(label)


def _draw_digits(
    figure: PanelFigure, artist: PanelArtist, placed_panel: PlacedPanel, text_size: TextSize
) -> None:
    """Write the numbers on the samples; none where one is wider than its sample."""
    panel = placed_panel.panel
    columns, points = panel.pixels.shape[1], text_size.points
    widest = max((text_size.width(f"{text} ") for text, _ in panel.digits), default=0)
    if widest > panel.zoom[1]:
        return
    for number, (text, white) in enumerate(panel.digits):
        digits = Text(
            number % columns + 0.5,
            number // columns + 0.5,
            text,
            fontsize=points,
            fontfamily=families(figure.font),
            parse_math=False,  # a $ is a $
            color="white" if white else INK,
            ha="center",
            va="center",
            transform=artist.samples,
        )
        figure.add_artist(digits)


def _draw_scale(
    figure: PanelFigure,
    artist: PanelArtist,
    placed_panel: PlacedPanel,
    scale: Scale,
    spacing: Spacing,
) -> None:
    bar = AnchoredSizeBar(
        artist.samples,
        scale.length,
        scale.label,
        loc="upper left",
        bbox_to_anchor=(0, -placed_panel.drop / placed_panel.panel.size[0]),
        bbox_transform=artist.sides,
        borderpad=0,
        pad=0,
        sep=2,
        frameon=False,
        size_vertical=0.15 * spacing.text_size.line / placed_panel.panel.zoom[0],
        fontproperties={"family": families(figure.font), "size": spacing.text_size.points},
    )
    for text in bar.txt_label.get_children():
        text.set(parse_math=False)
    for line in bar.size_bar.get_children():
        line.set_linewidth(0)  # an outline would make the bar longer than it says
    figure.add_artist(bar)


def _draw_rule(figure: Figure, sheet: Sheet, rule: Rule) -> None:
    box = _figure_box(sheet, rule.x, rule.y, rule.width, rule.height)
    bar = Rectangle(
        box.p0, box.width, box.height, color=rule.colour, linewidth=0, transform=figure.transFigure
    )
    figure.add_artist(bar)


def _draw_arrow(figure: Figure, sheet: Sheet, arrow: Arrow, points: float) -> None:
    ends = [(x / sheet.width, 1 - arrow.y / sheet.height) for x in (arrow.start, arrow.end)]
    patch = FancyArrowPatch(
        *ends,
        transform=figure.transFigure,
        arrowstyle="-|>",
        mutation_scale=points * 1.5,
        shrinkA=0,
        shrinkB=0,
        color=INK,
        linewidth=0.8,
    )
    figure.add_artist(patch)


def _draw_bar(figure: PanelFigure, sheet: Sheet, placed_bar: PlacedBar, spacing: Spacing) -> None:
    parts = lay_out_color_bar(placed_bar, spacing)
    box = _figure_box(sheet, placed_bar.x, parts.top, spacing.bar_width, parts.height)
    figure.add_artist(PanelArtist(parts.strip, box, figure.transFigure))
    from_top = Affine2D().scale(1 / sheet.width, -1 / sheet.height).translate(0, 1)
    pixels = from_top + figure.transFigure
    for corners, colour in zip(parts.arrows, parts.strip[[0, -1], 0], strict=False):
        figure.add_artist(Polygon(corners, color=colour / 255, linewidth=0, transform=pixels))
    frame = Polygon(parts.frame, fill=False, edgecolor=INK, linewidth=_LINE_WIDTH, transform=pixels)
    figure.add_artist(frame)
    ticks = LineCollection(list(parts.ticks), colors=INK, linewidths=_LINE_WIDTH, transform=pixels)
    figure.add_artist(ticks)
    for block in parts.texts:
        _draw_text(figure, sheet, block, spacing.text_size.points)
