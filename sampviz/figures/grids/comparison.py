"""The options of a comparison, checked, and what their texts mean."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sampviz.analysis.detection.one_lesion import OneLesion
from sampviz.analysis.metric import Metric
from sampviz.analysis.metrics import parse_metrics
from sampviz.core.errors import UsageError, argument
from sampviz.figures.layout.page import PAGE_WIDTH
from sampviz.figures.options import FigureOptions, Look, check_values
from sampviz.figures.panels.colormap import check_map
from sampviz.figures.panels.row_names import PAGE_ROWS, parse_rows
from sampviz.figures.panels.zoom_region import Region, parse_region
from sampviz.figures.style import check_font
from sampviz.images.image import Image
from sampviz.images.intensity_window import Window

_SMALLEST = 24  # pixels a side: of smaller images all is detail
LARGEST_SHOWN = 640  # pixels a side of a page's images: of larger ones a part, and no spectra


@dataclass(frozen=True)
class Comparison:
    """The options of a comparison, checked.

    Parameters
    ----------
    options : FigureOptions
        As they were written.
    rows : tuple of str or None
        None for those of the page.
    metrics : sequence of Metric
        Under the panels of the first row.
    window : Window
        Of the images.
    region : Region or None
        None for `zoom` auto, and where there is no zoom.
    lesion : OneLesion or None
        That is put into the image.
    """

    options: FigureOptions
    rows: tuple[str, ...] | None
    metrics: Sequence[Metric]
    window: Window
    region: Region | None
    lesion: OneLesion | None

    @classmethod
    def parse(cls, options: FigureOptions) -> "Comparison":
        """Read and check options; UsageError for what no image can mend."""
        rows = None if options.rows is None else parse_rows(options.rows)
        window = Window.parse(options.window)
        region = parse_region(options.zoom) if options.zoom else None
        check_map(options.cmap)
        metrics: Sequence[Metric] = ()
        if options.in_panel is not None:
            metrics = parse_metrics(options.in_panel, argument("in_panel"))
        check_values(**vars(options))
        check_font(options.family)
        lesion = OneLesion.parse(options.lesion) if options.lesion is not None else None
        if rows and "lesion" in rows and not lesion:
            where, fix = argument("rows", "lesion"), argument("lesion", "3mm:-30%@120,80")
            raise UsageError("no lesion is named", where, fix)
        return cls(options, rows, metrics, window, region, lesion)

    @property
    def is_page(self) -> bool:
        """Whether the figure is a page: the default one, or rows with a summary."""
        return self.rows is None or "summary" in self.rows

    @property
    def crops(self) -> bool:
        """Whether images are cropped to what is not background."""
        return self.is_page if self.options.crop is None else self.options.crop

    @property
    def look(self) -> Look:
        """How the figure looks; the default page has a width."""
        return self.options.with_width(PAGE_WIDTH) if self.is_page else self.options

    def rows_of(self, images: Sequence[Image]) -> tuple[str, ...]:
        """Return the rows of a figure of images: those asked for, or of the page what they have.

        Only numbers have an ideal image to be compared with: no label map, no image with NaN, and
        of complex numbers the magnitudes.
        """
        rows = self._rows_of(images)
        return (*rows, "lesion") if self.lesion and "lesion" not in rows else rows

    def _rows_of(self, images: Sequence[Image]) -> tuple[str, ...]:
        """Return the rows, without that of a lesion if it was not named."""
        if self.rows is not None:
            if "summary" in self.rows and len(images) > 1:
                raise UsageError(
                    f"a summary is of one input, not of {len(images)}",
                    argument("rows", "summary"),
                    "leave summary out, or draw a figure for each input",
                )
            return self.rows
        if any(image.labels for image in images):
            return ("image", "detail") if _are_planes(images) else ("image",)
        if self.options.show != "magnitude" or not all(map(has_ideal, images)):
            return "image", "spectrum"
        rows = [row for row in PAGE_ROWS if row != "summary" or len(images) == 1]
        if min(sorted(image.size)[-2] for image in images) < _SMALLEST:
            rows.remove("detail")
        if max(max(image.size) for image in images) > LARGEST_SHOWN:
            rows.remove("spectrum")
        return tuple(rows)


def _are_planes(images: Sequence[Image]) -> bool:
    return not any(image.slice_planes for image in images)


def has_ideal(image: Image) -> bool:
    """Return whether outputs of an image can be compared with an ideal image.

    Parameters
    ----------
    image : Image
        Any.

    Returns
    -------
    bool
        True for a finite plane of numbers, grey or in colour, and a finite volume.
    """
    if image.labels:
        return False
    one_picture = image.colour or image.array.ndim == image.axes
    return one_picture and bool(np.isfinite(image.array).all())
