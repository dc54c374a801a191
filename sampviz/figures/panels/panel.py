"""What a figure is made of: panels in rows, colour bars, and what stands around a picture."""

from dataclasses import dataclass

from matplotlib.colors import Colormap

from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.colormap import Pixels
from sampviz.figures.panels.intensity_window import Limits
from sampviz.figures.panels.view import Zoom


@dataclass(frozen=True)
class Box:
    """A rectangle on a panel, in samples: edges, not centres."""

    top: float
    left: float
    height: float
    width: float


@dataclass(frozen=True, eq=False)
class Panel:
    """A picture at a whole zoom; `below` are the lines under it.

    `digits` are written on its samples, row by row, each in white or not. `array` is what was
    painted, as it is seen, between `limits`; `name` says what it is: its row and its column.
    """

    pixels: Pixels
    zoom: Zoom
    below: str = ""
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
class Bar:
    """A colour bar: map, limits, what is measured (or briefly), and whether values lie beyond."""

    colours: str | Colormap
    limits: Limits
    label: str
    unit: str
    open_ends: bool = False


@dataclass(frozen=True, eq=False)
class PanelRow:
    """A row of panels; where a column has nothing to show, words say why."""

    name: str
    panels: tuple[Panel | str, ...]
    bar: Bar | None = None
    around: "EdgeLabels | None" = None


@dataclass(frozen=True)
class Scale:
    """A scale bar: its length in samples of the panel, and what is written under it."""

    length: float
    label: str


@dataclass(frozen=True)
class EdgeLabels:
    """What stands around the original: the directions at its four sides, and a scale bar."""

    left: str = ""
    right: str = ""
    top: str = ""
    bottom: str = ""
    scale: Scale | None = None
