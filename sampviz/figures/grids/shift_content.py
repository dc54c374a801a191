"""What the pages of a moved image show: its rows of panels, and the texts below them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from sampviz.analysis.shift_sweep import ShiftedOutputs, ShiftSweep
from sampviz.core.text import MINUS
from sampviz.figures.captions import annotations
from sampviz.figures.charts.shift_consistency import percent_text
from sampviz.figures.grids.comparison_layout import cropped_image
from sampviz.figures.options import Convention
from sampviz.figures.panels.colormap import GREY
from sampviz.figures.panels.column import Column, Zoom
from sampviz.figures.panels.detail_rows import detail_window
from sampviz.figures.panels.panel import EdgeLabels, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.panel_windows import PanelWindow, panel_windows
from sampviz.figures.panels.shift_rows import (
    ShiftScale,
    moved_columns,
    scale_of_shift,
    shift_rows,
)
from sampviz.figures.panels.zoom_region import Region
from sampviz.figures.style import NO_BREAK
from sampviz.images.intensity_window import Limits, Window

_FIGURE_SPACE = "\u2007"  # as wide as a digit: the text of all frames is of one width


@dataclass(frozen=True, eq=False)
class ShiftContent:
    """A sweep and what is drawn of it.

    Parameters
    ----------
    sweep : ShiftSweep
        The image, the chains and the shifts.
    columns : tuple of Column
        Of the image at rest, the original first.
    window : Window
        As the user asked for it.
    windows : tuple of PanelWindow
        One for each column.
    mirrored : bool
        Whether left and right are exchanged when drawn.
    worst : ShiftedOutputs
        For the shift of the largest errors.
    crop : Region, optional
        What is shown of the images; None for all.
    """

    sweep: ShiftSweep
    columns: tuple[Column, ...]
    window: Window
    windows: tuple[PanelWindow, ...]
    mirrored: bool
    worst: ShiftedOutputs
    crop: Region | None = None

    @classmethod
    def of(
        cls,
        sweep: ShiftSweep,
        columns: Sequence[Column],
        window: Window,
        convention: Convention,
        worst: ShiftedOutputs,
    ) -> "ShiftContent":
        """Return the content of a sweep; `columns` are those of its image and its chains."""
        windows = panel_windows(sweep.image, columns, window, "shared")
        mirrored = convention == "radiological" and sweep.image.runs_left_to_right
        return cls(sweep, tuple(columns), window, windows, mirrored, worst)

    @property
    def edge_labels(self) -> EdgeLabels | None:
        """What stands around the original."""
        part = cropped_image(self.sweep.image, self.crop)
        return annotations.edge_labels(part, mirrored=self.mirrored)

    @property
    def header(self) -> str:
        """The header of a page."""
        return annotations.header([self.sweep.image], self.columns[0].show)

    @property
    def titles(self) -> list[tuple[str, ...]]:
        """The lines above the columns."""
        titles = annotations.titles([(self.sweep.image, self.columns)], in_words=True)
        return [(title, *(size.replace("x", "×") for size in rest)) for title, *rest in titles]

    @cached_property
    def scale(self) -> ShiftScale:
        """The detail and the scale of errors, for what happens at the worst shift."""
        brightest = self.windows[0].limits[1]
        return scale_of_shift(self.sweep.image, self.columns, self.worst, brightest)

    @property
    def detail_limits(self) -> Limits:
        """The window of the detail."""
        return detail_window(self.columns[0], self.scale.region)

    def facts(self, aspect_error: float) -> list[str]:
        """Return what a reader must know: the window, the convention, the shape of a pixel."""
        data = self.panel_data(self.columns, (1, 1))
        return annotations.describe(
            [self.sweep.image], [data], ["image"], self.window, "shared", [aspect_error]
        )

    def rows(
        self, outputs: ShiftedOutputs, zoom: Zoom, colormap: str, texts: Sequence[str]
    ) -> list[PanelRow]:
        """Return the rows of a shift, with errors in a colour map and texts below the images."""
        data = self.panel_data(moved_columns(self.columns, outputs), zoom)
        return shift_rows(data, self.columns, self.scale, colormap, self.edge_labels, texts)

    def panel_data(self, columns: Sequence[Column], zoom: Zoom) -> PanelData:
        """Return what rows are drawn from, of other columns."""
        image = self.sweep.image
        return PanelData(image, tuple(columns), zoom, self.windows, GREY, self.mirrored, self.crop)

    def shift_labels(self) -> dict[Fraction, str]:
        """Say how far the image has moved, for every shift in text of the same width."""
        shifts, mm = self.sweep.shifts, self.sweep.mm_per_px
        px = _aligned(shifts, next(d for d in range(7) if _exact(shifts, d)))
        labels = [f"moved {number}{NO_BREAK}px" for number in px]
        if mm is not None:
            mm_texts = _aligned([float(shift) * mm for shift in shifts], 3)
            labels = [
                f"{label} ({number}{NO_BREAK}mm)"
                for label, number in zip(labels, mm_texts, strict=True)
            ]
        return dict(zip(shifts, labels, strict=True))


def error_text(value: float | None) -> str:
    """Return a shift error in words, as wide whatever its size."""
    if value is None:
        return "shift error undefined"
    return f"shift error {percent_text(value).rjust(5, _FIGURE_SPACE)}{NO_BREAK}%"


def _exact(values: Sequence[Fraction], digits: int) -> bool:
    return all((value * 10**digits).denominator == 1 for value in values)


def _aligned(values: Sequence[Fraction] | Sequence[float], digits: int) -> list[str]:
    sign = "+" if min(values) < 0 else ""
    written = [f"{float(value):{sign}.{digits}f}".replace("-", MINUS) for value in values]
    return [text.rjust(max(map(len, written)), _FIGURE_SPACE) for text in written]
