"""The frames of a shift animation: panels of one layout, whose pictures and numbers change."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from sampviz.analysis.shift_sweep import ShiftedOutputs, ShiftSweep
from sampviz.figures.captions import annotations
from sampviz.figures.charts.shift_consistency import describe
from sampviz.figures.layout.arrange import arrange
from sampviz.figures.layout.fit_columns import fit_columns
from sampviz.figures.layout.sheet import Sheet
from sampviz.figures.options import Convention, Look
from sampviz.figures.panels.colormap import GREY, Pixels
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.panel import Panel
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.panel_windows import panel_windows
from sampviz.figures.panels.picture_rows import image_row
from sampviz.figures.panels.scene import scenes_of
from sampviz.figures.render.render import draw_sheet
from sampviz.figures.render.save import figure_pixels
from sampviz.figures.style import NO_BREAK
from sampviz.images.intensity_window import Window

DPI = 100  # an animation is for screens
_FIGURE_SPACE = "\u2007"  # as wide as a digit: the text of all frames is of one width


class FrameComposer:
    """Puts frames together: all alike but for the pictures and the numbers under them."""

    def __init__(
        self,
        sweep: ShiftSweep,
        shown_columns: Sequence[Column],
        window: Window,
        convention: Convention,
        columns: int | None,
        look: Look,
    ) -> None:
        image = sweep.image
        self._sweep, self._shown_columns, self._columns = sweep, shown_columns, columns
        self._windows = panel_windows(image, shown_columns, window, "shared")
        self._mirrored = convention == "radiological" and image.runs_left_to_right
        self._edge_labels = annotations.edge_labels(image, mirrored=self._mirrored)
        scenes = scenes_of(image, shown_columns, with_names=False)
        self._zooms, self._columns = fit_columns(
            scenes,
            edge_labels=self._edge_labels is not None,
            tick_text="",
            look=look if look.page_width else replace(look, dpi=look.dpi or DPI),
            columns=columns,
        )
        first = self._panel_data(shown_columns)
        facts = annotations.describe(
            [image], [first], ["image"], window, "shared", self._zooms.aspect_errors
        )
        self._notes = [describe(sweep), *annotations.notes(facts)]
        self._titles = annotations.titles([(image, shown_columns)])
        self._header = annotations.header([image], shown_columns[0].show)
        self._labels = dict(zip(sweep.shifts, _labels(sweep), strict=True))

    def frame(self, outputs: ShiftedOutputs) -> Pixels:
        """Draw a frame."""
        pixels = figure_pixels(draw_sheet(self.sheet(outputs), self._zooms.spacing))
        if self._sweep.image.colour:
            return pixels
        assert (pixels == pixels[..., :1]).all()  # the words are grey too
        return pixels[..., 0].copy()

    def sheet(self, outputs: ShiftedOutputs) -> Sheet:
        """Lay out a frame."""
        arrays = [outputs.array, *outputs.outputs]
        columns = [replace(v, array=a) for v, a in zip(self._shown_columns, arrays, strict=True)]
        row = image_row(self._panel_data(columns), None, self._edge_labels)
        texts = [self._labels[outputs.shift], *map(_error, outputs.consistency)]
        panels = [
            replace(panel, text_below=f"{text}\n{panel.text_below}".strip())
            for panel, text in zip(row.panels, texts, strict=True)
            if isinstance(panel, Panel)
        ]
        return arrange(
            [replace(row, panels=tuple(panels))],
            self._titles,
            self._header,
            self._notes,
            self._zooms.spacing,
            columns=self._columns,
            width=self._zooms.width,
        )

    def _panel_data(self, shown_columns: Sequence[Column]) -> PanelData:
        (zoom,) = self._zooms.zooms
        return PanelData(
            self._sweep.image, tuple(shown_columns), zoom, self._windows, GREY, self._mirrored
        )


def _labels(sweep: ShiftSweep) -> list[str]:
    """Say how far the image has moved, for every shift in text of the same width."""
    px = _aligned(sweep.shifts, next(d for d in range(7) if _exact(sweep.shifts, d)))
    labels = [f"moved by{NO_BREAK}{number}{NO_BREAK}px" for number in px]
    mm = sweep.mm_per_px
    if mm is None:
        return labels
    mm_texts = _aligned([float(shift) * mm for shift in sweep.shifts], 3)
    return [
        f"{label} ({number}{NO_BREAK}mm)" for label, number in zip(labels, mm_texts, strict=True)
    ]


def _exact(values: Sequence[Fraction], digits: int) -> bool:
    return all((value * 10**digits).denominator == 1 for value in values)


def _aligned(values: Sequence[Fraction] | Sequence[float], digits: int) -> list[str]:
    sign = "+" if min(values) < 0 else ""
    written = [f"{float(value):{sign}.{digits}f}".replace("-", "−") for value in values]
    return [text.rjust(max(map(len, written)), _FIGURE_SPACE) for text in written]


def _error(value: float | None) -> str:
    if value is None:
        return f"E{NO_BREAK}undefined"
    # No wider than a column, however large: else the lines of this frame would break elsewhere.
    return f"E{NO_BREAK}{value:.3f}" if value < 100 else f"E{NO_BREAK}{value:.1e}"
