"""What stands on a figure: its panels and what is drawn on them."""

from collections.abc import Sequence
from typing import TypeVar
from unittest.mock import patch

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from mpl_toolkits.axes_grid1.anchored_artists import AnchoredSizeBar

from sampviz.figures.drawn_figure import DrawnFigure
from sampviz.figures.render.panel_artist import PanelArtist
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.render.text_artist import CachedText
from sampviz.figures.style import own_style, with_font

Boxes = Sequence[tuple[str, Bbox]]
Kind = TypeVar("Kind", bound=Artist)


def place_texts(figure: Figure) -> None:
    """Draw a figure but for its pixels: its texts know where they are, at a tenth of the cost."""
    assert isinstance(figure, DrawnFigure)
    FigureCanvasAgg(figure)  # what measures them
    own = own_style(with_font(figure.settings, figure.font))
    with own, patch.object(CachedText, "draw", lambda *_: None):  # it makes its own pixels
        figure.draw_without_rendering()


def overlapping(ones: Boxes, others: Boxes, slack: float = 1.0) -> list[tuple[str, str]]:
    """Which boxes lie on each other by more than `slack` pixels both ways, by their names."""
    one, other = (
        np.array([box.extents for _, box in boxes]).reshape(-1, 4) for boxes in (ones, others)
    )
    low = np.maximum(one[:, None, :2], other[:, :2])
    high = np.minimum(one[:, None, 2:], other[:, 2:])
    pairs = np.argwhere((high - low > slack).all(axis=2))
    return [(ones[i][0], others[j][0]) for i, j in pairs if ones is not others or i < j]


def of_kind(figure: Figure, kind: type[Kind]) -> list[Kind]:
    return [each for each in figure.artists if isinstance(each, kind)]


def pictures(figure: Figure) -> list[PanelArtist]:
    """The panels, of a chart those in its axes; strips of colour bars are pictures, too."""
    if isinstance(figure, PanelFigure):
        return of_kind(figure, PanelArtist)[: len(figure.sheet.panels)]
    artists = [each for axes in figure.axes for each in axes.artists]
    return [each for each in artists if isinstance(each, PanelArtist) and each.pixels.shape[1] > 1]


def pixels(figure: Figure) -> list[np.ndarray]:
    """The samples of every panel, in the order in which they are drawn."""
    return [picture.pixels for picture in pictures(figure)]


def extents(figure: Figure) -> list[Bbox]:
    """Where panels and colour bars are on the page."""
    return [each.get_window_extent() for each in of_kind(figure, PanelArtist)]


def outlines(figure: Figure) -> list[Rectangle]:
    return [each for each in of_kind(figure, Rectangle) if not each.get_fill()]


def digits(figure: Figure) -> list[Text]:
    return of_kind(figure, Text)


def scales(figure: Figure) -> list[AnchoredSizeBar]:
    return of_kind(figure, AnchoredSizeBar)
