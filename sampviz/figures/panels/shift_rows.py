"""The rows of a moved image: the images, a detail of them, and how far the outputs differ.

Outputs are moved back, so that they lie on the samples of the outputs of the image at rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sampviz.analysis.shift_sweep import ShiftedOutputs
from sampviz.core.text import MINUS, three_digits
from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.dsp.patches import inner
from sampviz.figures.panels.auto_region import detail_region
from sampviz.figures.panels.colormap import GREY, apply_colormap_to_stack
from sampviz.figures.panels.column import Column, Zoom
from sampviz.figures.panels.detail_rows import detail_of, detail_row, detail_window
from sampviz.figures.panels.panel import Box, ColorBar, EdgeLabels, Panel, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.picture_rows import image_row, symmetric_limit
from sampviz.figures.panels.zoom_region import Region
from sampviz.images.image import Image, luminance

ROWS = ("image", "detail", "error")
_BLACK, _WHITE = "#000000", "#ffffff"


@dataclass(frozen=True)
class ShiftScale:
    """What the rows of all shifts share, so that they can be compared.

    Parameters
    ----------
    region : Region
        What is enlarged, in pixels of the original.
    limit : float
        The end of the scale of errors, which has 0 in its middle.
    """

    region: Region
    limit: float

    @property
    def tick_text(self) -> str:
        """A text as wide as the widest label of the scale's ticks."""
        return three_digits(-self.limit)


def moved_columns(columns: Sequence[Column], outputs: ShiftedOutputs) -> tuple[Column, ...]:
    """Return columns with the moved image, and with what is made of it, moved back.

    Parameters
    ----------
    columns : sequence of Column
        Of the image at rest, the original first.
    outputs : ShiftedOutputs
        Of the same chains.

    Returns
    -------
    tuple of Column
    """
    arrays = (outputs.array, *outputs.outputs)
    return tuple(
        replace(column, array=array) for column, array in zip(columns, arrays, strict=True)
    )


def scale_of_shift(
    image: Image, columns: Sequence[Column], worst: ShiftedOutputs, brightest: float
) -> ShiftScale:
    """Return where the outputs change most as the image moves, and how much.

    Parameters
    ----------
    image : Image
        The image at rest, a plane.
    columns : sequence of Column
        Of the image at rest, the original first.
    worst : ShiftedOutputs
        For the shift of the largest errors.
    brightest : float
        Values of the original from here on saturate the window, and do not count.

    Returns
    -------
    ShiftScale
        The region is that of the largest squared errors, as `detail_region` chooses it, without
        the eighth at each side that the shift error leaves out. The limit is the 99.5th percentile
        of the magnitudes of all errors in it, or their maximum where that is 0; never 0.
    """
    pairs = list(zip(moved_columns(columns, worst)[1:], columns[1:], strict=True))
    errors = {column: _error(moved, column) for moved, column in pairs}
    # The squares of large numbers would overflow, and those of small ones vanish.
    factor = power_of_two(np.array([power_of_two(error) for error in errors.values()]))
    squares = {column: _inner_squares(error / factor) for column, error in errors.items()}
    region = detail_region(image, columns, squares, brightest)
    in_region = [_error(region.crop(moved), region.crop(column)) for moved, column in pairs]
    return ShiftScale(region, symmetric_limit(in_region))


def _inner_squares(error: Array) -> Array:
    """Return the mean square over the channels, 0 where the shift error does not look."""
    squares = np.zeros(error.shape[1:])
    inner(squares)[...] = inner(np.mean(error**2, axis=0))
    return squares


def shift_rows(
    panel_data: PanelData,
    unmoved: Sequence[Column],
    scale: ShiftScale,
    colormap: str,
    edge_labels: EdgeLabels | None,
    texts: Sequence[str],
) -> list[PanelRow]:
    """Return the rows of one shift: image, detail and error.

    Parameters
    ----------
    panel_data : PanelData
        The image at rest, and the columns of the shift, as `moved_columns` returns them.
    unmoved : sequence of Column
        The columns of the image at rest.
    scale : ShiftScale
        What all shifts share.
    colormap : str
        Of the errors, from low to high; if it is grey, boxes are, too.
    edge_labels : EdgeLabels, optional
        Stand around the original.
    texts : sequence of str
        Stand below the images, one for each column.

    Returns
    -------
    list of PanelRow
    """
    columns = panel_data.crop.width if panel_data.crop else panel_data.image.size[1]
    width = columns * panel_data.zoom[1]
    detail = detail_of(panel_data, scale.region, (width, width))
    limits = detail_window(unmoved[0], scale.region)
    row = image_row(panel_data, scale.region, edge_labels, boxes_on_all=True)
    panels = [
        replace(
            panel,
            boxes=_grey_outlines(panel) if colormap == GREY else panel.boxes,
            text_below=f"{text}\n{panel.text_below}".strip(),
        )
        for panel, text in zip(row.panels, texts, strict=True)
        if isinstance(panel, Panel)
    ]
    return [
        replace(row, panels=tuple(panels)),
        detail_row(panel_data, replace(detail, limits=limits)),
        _error_row(panel_data, unmoved, scale, colormap, detail.zoom),
    ]


def _error_row(
    panel_data: PanelData,
    unmoved: Sequence[Column],
    scale: ShiftScale,
    colormap: str,
    zoom: Zoom,
) -> PanelRow:
    """Return the row of the outputs, moved back, less those of the image at rest."""
    limits = (-scale.limit, scale.limit)
    panels: list[Panel | str] = [f"moved back {MINUS} unmoved"]
    crop = scale.region.crop
    for moved, column in zip(panel_data.columns[1:], unmoved[1:], strict=True):
        oriented = panel_data.mirror(_error(crop(moved), crop(column)))
        pixels = apply_colormap_to_stack(oriented, limits, colormap, colour=False)
        panels.append(Panel(pixels, column.zoom(zoom), array=oriented, limits=limits))
    bar = ColorBar(colormap, limits, "error", "", open_ends=True)
    return PanelRow("error", tuple(panels), bar, region_text=scale.region.text)


def _error(moved: Column, unmoved: Column) -> Array:
    """Return the difference of what is drawn of two columns, (C, h, w); of colour the luminance."""
    if moved.array.dtype.kind == "c" and moved.show == "phase":
        # No jump where a turn is full.
        return np.asarray(np.angle(moved.stack * unmoved.stack.conj()))
    error = moved.display_stack - unmoved.display_stack
    return luminance(error)[None] if moved.colour else np.asarray(error)


def _grey_outlines(panel: Panel) -> tuple[Box, ...]:
    """Return white outlines with a black one inside each: grey, and seen on every grey."""
    rows, columns = (1 / zoom for zoom in panel.zoom)
    inner = [
        Box(
            box.top + rows,
            box.left + columns,
            box.height - 2 * rows,
            box.width - 2 * columns,
            _BLACK,
        )
        for box in panel.boxes
    ]
    return (*(replace(box, colour=_WHITE) for box in panel.boxes), *inner)
