"""Draw a sheet: every panel at its whole zoom, on whole pixels, never resampled."""

from typing import Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox
from mpl_toolkits.axes_grid1.anchored_artists import AnchoredSizeBar

from sampviz.core.errors import OutputError, argument
from sampviz.figures.captions.caption import Caption
from sampviz.figures.layout.sheet import PlacedBar, PlacedPanel, Sheet, Spacing, TextBlock
from sampviz.figures.panels.panel import Scale
from sampviz.figures.render.colorbar import color_bar
from sampviz.figures.render.panel_artist import PanelArtist
from sampviz.figures.render.text_artist import CachedText
from sampviz.figures.style import (
    FONT,
    INK,
    LINE_HEIGHT,
    MARK,
    PANELS,
    POINTS_PER_INCH,
    own_style,
)

MOST_SIDE = 60_000  # Agg draws less than 2^16
MOST_PIXELS = 2**27
_LINE = 0.5  # points
_LETTERING: dict[str, Any] = {"fontfamily": [FONT], "parse_math": False}  # a $ is a $
_BASELINE = 0.77  # of the height of a line, below its top


class PanelFigure(Figure):
    """A figure that knows its sheet, and may know its caption.

    `record` says how it was made, "" where nobody knows: it is saved in the file.
    """

    caption: Caption | None = None
    record: str = ""

    def __init__(self, sheet: Sheet, dpi: float) -> None:
        super().__init__(figsize=(sheet.width / dpi, sheet.height / dpi), dpi=dpi)
        self.sheet = sheet


def draw_sheet(sheet: Sheet, measures: Spacing) -> PanelFigure:
    """Return the figure of a sheet; OutputError if it is larger than can be drawn."""
    if max(sheet.width, sheet.height) > MOST_SIDE or sheet.width * sheet.height > MOST_PIXELS:
        raise OutputError(
            f"the figure would have {sheet.height}x{sheet.width} px",
            "the drawing",
            f"draw fewer columns, or break the line with {argument('columns')}",
        )
    with own_style(PANELS):
        return _drawn(sheet, measures)


def _drawn(sheet: Sheet, measures: Spacing) -> PanelFigure:
    figure = PanelFigure(sheet, measures.type.dpi)
    for words in sheet.words:
        _write(figure, sheet, words, measures.type.points)
    for placed in sheet.panels:
        picture = _draw_panel(figure, sheet, placed)
        if placed.scale:
            _draw_scale(figure, picture, placed, placed.scale, measures)
        _write_digits(figure, picture, placed, measures.type.points)
    for arrow in sheet.arrows:
        ends = [(x / sheet.width, 1 - arrow.y / sheet.height) for x in (arrow.start, arrow.end)]
        head = measures.type.points * 1.5
        figure.add_artist(
            FancyArrowPatch(
                *ends,
                transform=figure.transFigure,
                arrowstyle="-|>",
                mutation_scale=head,
                shrinkA=0,
                shrinkB=0,
                color=INK,
                linewidth=0.8,
            )
        )
    for bar in sheet.bars:
        _draw_bar(figure, sheet, bar, measures)
    return figure


def _write(figure: Figure, sheet: Sheet, words: TextBlock, points: float) -> None:
    line = points * figure.dpi / POINTS_PER_INCH * LINE_HEIGHT
    for number, text in enumerate(words.lines):
        # Every line by its baseline: matplotlib's own line spacing depends on the letters.
        y = words.y + line * (number + _BASELINE) if words.upright else words.y
        lettering = CachedText(
            words.x / sheet.width,
            1 - y / sheet.height,
            text,
            fontsize=points,
            **_LETTERING,
            color=INK,
            ha=words.anchor if words.upright else "center",
            va="baseline" if words.upright else "center",
            rotation=0 if words.upright else 90,
            weight="bold" if words.bold else "normal",
            figure=figure,
            transform=figure.transFigure,
        )
        figure.texts.append(lettering)


def _box(sheet: Sheet, x: float, y: float, width: float, height: float) -> Bbox:
    """Return where something is, in parts of the figure from its lowest left corner."""
    bottom = sheet.height - y - height
    page = sheet.width, sheet.height
    return Bbox.from_bounds(*np.divide((x, bottom, width, height), (*page, *page)))


def _draw_panel(figure: Figure, sheet: Sheet, placed: PlacedPanel) -> PanelArtist:
    height, width = placed.panel.size
    box = _box(sheet, placed.x, placed.y, width, height)
    picture = PanelArtist(placed.panel.pixels, box, figure.transFigure)
    figure.add_artist(picture)
    for each in placed.panel.boxes:
        outline = Rectangle(
            (each.left, each.top),
            each.width,
            each.height,
            fill=False,
            edgecolor=MARK,
            linewidth=0.8,
            transform=picture.samples,
        )
        figure.add_artist(outline)
    return picture


def _write_digits(figure: Figure, picture: PanelArtist, placed: PlacedPanel, points: float) -> None:
    columns = placed.panel.pixels.shape[1]
    for number, (text, white) in enumerate(placed.panel.digits):
        digits = Text(
            number % columns + 0.5,
            number // columns + 0.5,
            text,
            fontsize=points,
            **_LETTERING,
            color="white" if white else INK,
            ha="center",
            va="center",
            transform=picture.samples,
        )
        figure.add_artist(digits)


def _draw_scale(
    figure: Figure, picture: PanelArtist, placed: PlacedPanel, scale: Scale, measures: Spacing
) -> None:
    bar = AnchoredSizeBar(
        picture.samples,
        scale.length,
        scale.label,
        loc="upper left",
        bbox_to_anchor=(0, -placed.drop / placed.panel.size[0]),
        bbox_transform=picture.sides,
        borderpad=0,
        pad=0,
        sep=2,
        frameon=False,
        size_vertical=0.15 * measures.type.line / placed.panel.zoom[0],
        fontproperties={"family": [FONT], "size": measures.type.points},
    )
    for text in bar.txt_label.get_children():
        text.set(parse_math=False)
    for line in bar.size_bar.get_children():
        line.set_linewidth(0)  # an outline would make the bar longer than it says
    figure.add_artist(bar)


def _draw_bar(figure: Figure, sheet: Sheet, placed: PlacedBar, measures: Spacing) -> None:
    bar = color_bar(placed, measures)
    box = _box(sheet, placed.x, bar.top, measures.bar, bar.height)
    figure.add_artist(PanelArtist(bar.strip, box, figure.transFigure))
    down = Affine2D().scale(1 / sheet.width, -1 / sheet.height).translate(0, 1)
    page = down + figure.transFigure
    for corners, colour in zip(bar.arrows, bar.strip[[0, -1], 0], strict=False):
        figure.add_artist(Polygon(corners, color=colour / 255, linewidth=0, transform=page))
    frame = Polygon(bar.frame, fill=False, edgecolor=INK, linewidth=_LINE, transform=page)
    figure.add_artist(frame)
    figure.add_artist(LineCollection(list(bar.ticks), colors=INK, linewidths=_LINE, transform=page))
    for words in bar.words:
        _write(figure, sheet, words, measures.type.points)
