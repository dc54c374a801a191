"""The parts of a figure: panels, rows of them, colour bars and what stands around a picture.

Plain data, in samples of the arrays: nothing here knows where a part stands on the page
(`figures.layout`) or how it is painted (`figures.render`).
"""

from dataclasses import dataclass

from matplotlib.colors import Colormap

from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.colormap import Pixels
from sampviz.figures.panels.column import Zoom
from sampviz.figures.style import MARK
from sampviz.images.image import Labels
from sampviz.images.intensity_window import Limits


@dataclass(frozen=True)
class Box:
    """An outlined rectangle on a panel.

    Parameters
    ----------
    top, left, height, width : float
        In samples, between the edges of samples, not between their centres.
    colour : str
        "#rrggbb".
    label : str
        Stands beside it, where there is room.
    """

    top: float
    left: float
    height: float
    width: float
    colour: str = MARK
    label: str = ""


@dataclass(frozen=True, eq=False)
class Panel:
    """An array as pixels, at a whole zoom.

    Parameters
    ----------
    pixels : ndarray of uint8
        (H, W, 3), one pixel a sample.
    zoom : tuple of int
        Figure pixels per sample, rows and columns.
    text_below : str
        The lines under the panel, separated by line ends.
    boxes : tuple of Box
        Outlines on the panel.
    digits : tuple of (str, bool)
        A text for each sample, row by row, and whether it is white; empty for none.
    array : ndarray, optional
        The values that were coloured, in the orientation of `pixels`.
    limits : tuple of float, optional
        The values at the two ends of the colour map.
    name : str
        Row and column of the panel, for programs that look it up.
    """

    pixels: Pixels
    zoom: Zoom
    text_below: str = ""
    boxes: tuple[Box, ...] = ()
    digits: tuple[tuple[str, bool], ...] = ()
    array: Array | None = None
    limits: Limits | None = None
    name: str = ""

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in figure pixels."""
        return self.pixels.shape[0] * self.zoom[0], self.pixels.shape[1] * self.zoom[1]


@dataclass(frozen=True)
class ColorBar:
    """The colour bar of a row.

    Parameters
    ----------
    colormap : str, Colormap or Labels
        The colours, from low to high; or labels, each with its number.
    limits : tuple of float
        The values at its two ends.
    label : str
        What is shown, with its unit.
    short_label : str
        Stands in place of `label` where that is longer than the bar is high.
    open_ends : bool
        Whether values may lie beyond the limits: the ends are arrows then.
    """

    colormap: str | Colormap | Labels
    limits: Limits
    label: str
    short_label: str
    open_ends: bool = False


@dataclass(frozen=True, eq=False)
class PanelRow:
    """A row of panels.

    Parameters
    ----------
    name : str
        Stands at the left of the row.
    panels : tuple of Panel or str
        One for each column; a text says why there is no panel.
    bar : ColorBar, optional
        Stands at the right of the row.
    edge_labels : EdgeLabels, optional
        Stand around the first panel.
    region_text : str
        Which part of the original is shown, for the caption; "" for all.
    """

    name: str
    panels: tuple[Panel | str, ...]
    bar: ColorBar | None = None
    edge_labels: "EdgeLabels | None" = None
    region_text: str = ""


@dataclass(frozen=True)
class Scale:
    """A scale bar.

    Parameters
    ----------
    length : float
        In samples of the panel.
    label : str
        The physical length, written under the bar.
    """

    length: float
    label: str


@dataclass(frozen=True)
class EdgeLabels:
    """What stands around the original.

    Parameters
    ----------
    left, right, top, bottom : str
        The direction in the patient at each side, such as "L"; "" where it is not known.
    scale : Scale, optional
        The scale bar under the panel.
    """

    left: str = ""
    right: str = ""
    top: str = ""
    bottom: str = ""
    scale: Scale | None = None
