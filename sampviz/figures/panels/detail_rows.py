"""The rows of a small region: what the outputs make of a detail, and how far off it is."""

from dataclasses import dataclass

import numpy as np

from sampviz.analysis.structure_error import error_of, structure_errors
from sampviz.core.text import MINUS, three_digits
from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.auto_region import detail_region, region_around
from sampviz.figures.panels.colormap import DIFFERENCE, apply_colormap_to_stack
from sampviz.figures.panels.column import Column, Zoom
from sampviz.figures.panels.panel import ColorBar, Panel, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.zoom_region import Region
from sampviz.images.intensity_window import Limits, nonempty_limits

_PERCENTILES = (1.0, 99.0)
_UNSEEN = 0.005  # of a scale
_OTHER_CHANNELS = "other channels\nthan the original"
IDEAL = "ideal low-pass (as FLC)"


@dataclass(frozen=True)
class Detail:
    """A region with its own window, and how large it is drawn.

    Parameters
    ----------
    region : Region
        In pixels of the original.
    limits : tuple of float
        The values that are black and white: percentiles 1 and 99 of the original in the region.
    zoom : tuple of int
        Figure pixels per pixel of the original, rows and columns.
    """

    region: Region
    limits: Limits
    zoom: Zoom

    @property
    def error_limit(self) -> float:
        """The end of the scale of errors: half of the window."""
        return (self.limits[1] - self.limits[0]) / 2


def automatic_region(
    panel_data: PanelData, side: int | None = None, crop: Region | None = None
) -> Region:
    """Return the region of a scene in which the outputs differ most from the ideal image.

    Of a slice of a volume it lies around the point that was found in the volume.

    Parameters
    ----------
    panel_data : PanelData
        The scene. Of label maps, and where something is not finite, structure is not looked at.
    side : int, optional
        As for `detail_region`.
    crop : Region, optional
        What is shown of a slice of a volume; all by default.

    Returns
    -------
    Region
    """
    image, cut = panel_data.image, panel_data.cut
    if cut and cut.window:
        return region_around(*cut.window, panel_data.columns, crop or Region(0, 0, *image.size))
    errors = _errors_by_column(panel_data)
    brightest = panel_data.windows[0].limits[1]
    return detail_region(panel_data.image, panel_data.columns, errors, brightest, side)


def _errors_by_column(panel_data: PanelData) -> dict[Column, Array]:
    """Return `structure_errors` of a scene by the columns."""
    evaluations = panel_data.evaluations
    errors = structure_errors(panel_data.image, evaluations.values())
    return {column: errors[e] for column, e in evaluations.items() if e in errors}


def detail_window(original: Column, region: Region) -> Limits:
    """Return percentiles 1 and 99 of the original in a region.

    Parameters
    ----------
    original : Column
        The first column of a scene.
    region : Region
        In pixels of the original.

    Returns
    -------
    tuple of float
    """
    values = region.crop(original).display_stack
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    return nonempty_limits(*np.percentile(finite.astype(np.float64), _PERCENTILES))


def detail_of(panel_data: PanelData, region: Region, available: tuple[int, int]) -> Detail:
    """Return a region at the largest whole multiple of the scene's zoom that fits.

    Parameters
    ----------
    panel_data : PanelData
        The scene.
    region : Region
        In pixels of the original.
    available : tuple of int
        Height and width, in figure pixels, that the enlarged region may have.

    Returns
    -------
    Detail
    """
    factor = max(
        1,
        min(
            side // (pixels * zoom)
            for side, pixels, zoom in zip(
                available, (region.height, region.width), panel_data.zoom, strict=True
            )
        ),
    )
    limits = detail_window(panel_data.columns[0], region)
    rows, columns = panel_data.zoom
    return Detail(region, limits, (rows * factor, columns * factor))


def detail_row(panel_data: PanelData, detail: Detail) -> PanelRow:
    """Return the row of a region, in its own window.

    Parameters
    ----------
    panel_data : PanelData
        The scene.
    detail : Detail
        The region.

    Returns
    -------
    PanelRow
        One window for all panels; shares of labels have theirs.
    """
    panels = []
    for column, window in zip(panel_data.columns, panel_data.windows, strict=True):
        cropped = detail.region.crop(column)
        limits = window.limits if panel_data.image.labels else detail.limits
        panels.append(panel_data.column_panel(cropped, cropped.display_stack, limits, detail.zoom))
    return PanelRow("detail", tuple(panels), region_text=detail.region.text)


def error_row(panel_data: PanelData, detail: Detail) -> PanelRow:
    """Return the row of the outputs less the ideal image, in the region and on the same samples.

    Parameters
    ----------
    panel_data : PanelData
        The scene.
    detail : Detail
        The region.

    Returns
    -------
    PanelRow
        One scale, centred on zero. The mean over the region is taken out of each panel and stands
        below it: a shift of brightness would hide the structure.
    """
    limit = detail.error_limit
    limits = (-limit, limit)
    panels: list[Panel | str] = [f"output {MINUS} ideal,\nmean removed"]
    for column in panel_data.columns[1:]:
        error = column_error(panel_data, column)
        if error is None:
            panels.append(_OTHER_CHANNELS)
            continue
        rows, columns = detail.region.slices(column)
        part = error[..., rows, columns]
        mean = float(part.mean(dtype=np.float64))
        oriented = panel_data.mirror(part - np.asarray(mean, part.dtype))
        pixels = apply_colormap_to_stack(oriented, limits, DIFFERENCE, colour=False)
        text = f"mean {_signed(mean, limit)}"
        zoom = column.zoom(detail.zoom)
        panels.append(Panel(pixels, zoom, text, array=oriented, limits=limits))
    bar = ColorBar(DIFFERENCE, limits, "error", "", open_ends=True)
    return PanelRow("error", tuple(panels), bar, region_text=detail.region.text)


def column_error(panel_data: PanelData, column: Column) -> Array | None:
    """Return the output of a column less the ideal image; None where the channels differ.

    Parameters
    ----------
    panel_data : PanelData
        The scene.
    column : Column
        The output of a chain.

    Returns
    -------
    ndarray or None
        (C, h, w).
    """
    evaluation = panel_data.evaluations[column]
    if evaluation.magnitudes.shape != evaluation.ideal.magnitudes.shape:
        return None
    return panel_data.slice_of(column, error_of(evaluation, colour=column.colour))


def _signed(value: float, scale: float) -> str:
    """Return a number with its sign, to three digits; 0 for what cannot be seen on the scale."""
    if abs(value) < _UNSEEN * scale:
        return "0"
    return f"{'+' * (value > 0)}{three_digits(value)}"
