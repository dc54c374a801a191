"""Figures of matplotlib as sampviz draws them, and their bytes: the same figure gives the same."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sampviz.core.notebook import Svg
from sampviz.core.text import short_repr
from sampviz.core.version import __version__
from sampviz.figures.options import FONT
from sampviz.figures.render.png_encoder import encode_png
from sampviz.figures.render.tiff_encoder import encode_tiff
from sampviz.figures.style import CHARTS, own_style, with_font

Pixels = NDArray[np.uint8]
_PROGRAM = f"sampviz {__version__}"
# matplotlib would write a date, and its own name with its version.
_METADATA: dict[str, dict[str, Any]] = {
    ".pdf": {"Creator": _PROGRAM, "Producer": None, "CreationDate": None},
    ".svg": {"Creator": _PROGRAM, "Date": None},
}
# The key of a figure's record: readers of PDF and SVG know only standard ones.
_RECORD = {".pdf": "Keywords", ".svg": "Description"}


class DrawnFigure(Figure):
    """A matplotlib figure that a notebook shows as the PNG that is saved.

    Attributes
    ----------
    record : str
        How the figure was made, as JSON; "" where that is not known. Saved in the file.
    settings : mapping
        Those of matplotlib that it is painted with.
    font : str
        The family of its text.
    """

    record: str = ""
    settings: Mapping[str, Any] = CHARTS
    font: str = FONT

    @property
    def subject(self) -> str:
        """What it shows, in some words."""
        return ", ".join(axes.get_ylabel() for axes in self.axes if axes.get_ylabel())

    def __repr__(self) -> str:
        width, height = self.get_size_inches() * self.dpi
        words = [type(self).__name__, *([f"{self.subject}:"] if self.subject else [])]
        text = " ".join(" ".join(words).split())  # without the spaces that no line ends at
        return short_repr(f"<{text} {width:.0f}x{height:.0f} px>")

    def _repr_png_(self) -> bytes:
        """Return the PNG that a notebook shows."""
        return encode_figure(self)

    def svg(self) -> Svg:
        """Return the figure as SVG, which a notebook shows in its place: `figure.svg()`.

        Returns
        -------
        str
            The text of the file that `sampviz.save` writes.
        """
        return Svg(encode_figure(self, ".svg").decode("utf-8"))


def encode_figure(figure: Figure, kind: str = ".png") -> bytes:
    """Return the bytes of a figure as a file.

    Parameters
    ----------
    figure : Figure
        A figure of sampviz, or any of matplotlib.
    kind : {".png", ".pdf", ".svg", ".tif", ".eps"}
        The format.

    Returns
    -------
    bytes
    """
    record = figure.record if isinstance(figure, DrawnFigure) else ""
    if kind == ".png":
        texts = {"Software": _PROGRAM, **({"sampviz": record} if record else {})}
        return encode_png(_render(figure), texts, figure.dpi)
    if kind == ".tif":
        return encode_tiff(_render(figure), _PROGRAM, record, figure.dpi)
    settings = with_font(CHARTS, figure.font) if isinstance(figure, DrawnFigure) else CHARTS
    if kind == ".eps":
        # Loads matplotlib's back end of PostScript, which no other kind needs.
        from sampviz.figures.render.eps import encode_eps

        with own_style(settings):
            return encode_eps(figure, _PROGRAM, record)
    metadata = {**_METADATA[kind], **({_RECORD[kind]: record} if record else {})}
    # Not straight into a file: on a full disk matplotlib fails in ways of its own.
    buffer = BytesIO()
    with own_style(settings):
        figure.savefig(buffer, format=kind[1:], metadata=metadata, dpi=figure.dpi)
    return buffer.getvalue()


def figure_pixels(figure: Figure) -> Pixels:
    """Return the pixels of a figure, as they stand in a PNG.

    Parameters
    ----------
    figure : Figure
        A figure of sampviz, or any of matplotlib.

    Returns
    -------
    ndarray of uint8
        (H, W, 3), a copy.
    """
    return _render(figure)[..., :3].copy()


def _render(figure: Figure) -> Pixels:
    """Return the pixels with alpha, (H, W, 4): a view, valid until the figure is drawn again."""
    canvas: Any = FigureCanvasAgg(figure)
    settings = CHARTS
    if isinstance(figure, DrawnFigure):
        settings = with_font(figure.settings, figure.font)
    with own_style(settings):
        canvas.draw()
    return np.asarray(canvas.buffer_rgba(), np.uint8)
