"""The frames of a shift animation: panels of one layout, whose pictures and numbers change."""

from dataclasses import replace

from sampviz.analysis.shift_sweep import ShiftedOutputs
from sampviz.core.text import interval_text
from sampviz.figures.captions import annotations
from sampviz.figures.charts.shift_consistency import describe
from sampviz.figures.grids.shift_content import ShiftContent, error_text
from sampviz.figures.grids.shift_fit import fit_shift
from sampviz.figures.layout.arrange import arrange
from sampviz.figures.layout.fit_columns import fit_columns
from sampviz.figures.layout.sheet import Sheet
from sampviz.figures.options import Look
from sampviz.figures.panels.colormap import DIFFERENCE, GREY, Pixels
from sampviz.figures.panels.scene import scenes_of
from sampviz.figures.render.render import draw_sheet
from sampviz.figures.render.save import figure_pixels

DPI = 100  # an animation is for screens


class FrameComposer:
    """Puts frames together: all alike but for the pictures and the numbers under them."""

    def __init__(self, content: ShiftContent, columns: int | None, look: Look) -> None:
        self._content, image = content, content.sweep.image
        at_most = None
        if look.page_width and not columns:  # or a narrow frame would be higher than a screen
            at_most = fit_shift(content, 0, None, look).columns
        self._zooms, self._columns = fit_columns(
            scenes_of(image, content.columns, with_names=False),
            edge_labels=content.edge_labels is not None,
            tick_text=content.scale.tick_text,
            look=look if look.page_width else replace(look, dpi=look.dpi or DPI),
            columns=columns,
            at_most=at_most,
        )
        # A GIF holds 256 colours, and the images have as many greys.
        self._colormap = DIFFERENCE if image.colour else GREY
        self._labels = content.shift_labels()

    def frame(self, outputs: ShiftedOutputs) -> Pixels:
        """Draw a frame."""
        pixels = figure_pixels(draw_sheet(self.sheet(outputs), self._zooms.spacing))
        if self._content.sweep.image.colour:
            return pixels
        assert (pixels == pixels[..., :1]).all()  # the words and boxes are grey too
        return pixels[..., 0].copy()

    def sheet(self, outputs: ShiftedOutputs) -> Sheet:
        """Lay out a frame."""
        content = self._content
        low, high = content.detail_limits
        facts = content.facts(*self._zooms.aspect_errors)
        facts.insert(1, f"detail: {content.scale.region.text}, window {interval_text(low, high)}")
        texts = [self._labels[outputs.shift], *map(error_text, outputs.consistency)]
        return arrange(
            content.rows(outputs, self._zooms.zooms[0], self._colormap, texts),
            content.titles,
            content.header,
            [describe(content.sweep), *annotations.notes(facts)],
            self._zooms.spacing,
            columns=self._columns,
            width=self._zooms.width,
        )
