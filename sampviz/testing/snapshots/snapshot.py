"""What is compared of a figure or an array: its arrays, its words, its pixels."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray

from sampviz.core.errors import UsageError
from sampviz.dsp.dtypes import Array, refuse_masked
from sampviz.figures.panels.colormap import Pixels
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.style import own_style
from sampviz.images.intensity_window import Limits
from sampviz.recipes.provenance import drawn_with

Region = tuple[slice, slice]  # rows and columns of the picture


@dataclass(frozen=True, eq=False)
class SnapshotPanel:
    """A panel: the array that it shows, between which values, and where in the picture."""

    name: str
    array: Array
    limits: Limits | None = None
    region: Region | None = None


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A figure, or an array, at one time.

    `words` are all its texts with one space between two words; they are compared without spaces:
    where lines break depends on the font.
    `pixels` (H, W, 3) is the picture, at `dpi`, and `text` (H, W) says where words stand on it; an
    array has none. `record` says how it was made, "" where nobody knows.
    """

    name: str
    panels: Sequence[SnapshotPanel]
    words: str = ""
    record: str = ""
    versions: Mapping[str, str] = field(default_factory=drawn_with)
    dpi: float | None = None
    pixels: Pixels | None = None
    text: NDArray[np.bool_] | None = None


def snapshot_of(name: str, value: Figure | Any) -> Snapshot:
    """Return what is compared of a figure that sampviz drew, or of an array.

    UsageError for another figure, and for what is no array of numbers.
    """
    if isinstance(value, PanelFigure):
        return _of_figure(name, value)
    if isinstance(value, Figure):
        what = "the figure has no panels of sampviz: nothing would be compared"
        raise UsageError(what, name, "give what sampviz.compare returns, or an array")
    refuse_masked(value)
    array = np.asarray(value)
    if array.dtype.kind not in "biufc" or not array.size:
        what = f"an array of {array.dtype} and shape {array.shape} cannot be compared"
        raise UsageError(what, name, "give numbers")
    return Snapshot(name, [SnapshotPanel("array", array)])


def _of_figure(name: str, figure: PanelFigure) -> Snapshot:
    with own_style():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        pixels = np.asarray(canvas.buffer_rgba())[..., :3].copy()
        boxes = [
            text.get_window_extent(canvas.get_renderer())
            for text in figure.findobj(Text)
            if isinstance(text, Text) and text.get_text() and text.get_visible()
        ]
    high = len(pixels)
    written = np.zeros(pixels.shape[:2], np.bool_)
    for box in boxes:
        rows = slice(max(0, int(high - box.y1) - 1), max(0, int(high - box.y0) + 2))
        columns = slice(max(0, int(box.x0) - 1), max(0, int(box.x1) + 2))
        written[rows, columns] = True
    sheet = figure.sheet
    words = " ".join(word for block in sheet.texts for line in block.lines for word in line.split())
    counts: Counter[str] = Counter()
    panels = []
    for placed in sheet.panels:
        panel, (height, width) = placed.panel, placed.panel.size
        region = slice(placed.y, placed.y + height), slice(placed.x, placed.x + width)
        counts[panel.name] += 1
        count = counts[panel.name]
        title = panel.name + f" ({count})" * (count > 1)
        array, limits = panel.array, panel.limits
        if array is None:
            array, limits = panel.pixels, (0.0, 255.0)
        elif array.ndim > 2 and len(array) == 1:  # a plane
            array = array[0]
        panels.append(SnapshotPanel(title, array, limits, region))
    return Snapshot(name, panels, words, figure.record, drawn_with(), figure.dpi, pixels, written)
