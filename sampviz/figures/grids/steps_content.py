"""The panels of a step-by-step figure, and their layout."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sampviz.analysis.structure_error import structure_error
from sampviz.figures.captions import annotations
from sampviz.figures.captions.page_texts import footer
from sampviz.figures.grids.step_panels import (
    DECIBELS,
    PanelSpec,
    detail_panel,
    frequencies_of,
    intermediate_bar,
    step_panel,
)
from sampviz.figures.grids.steps_fit import fit_steps
from sampviz.figures.grids.steps_layout import Cell, arrange_steps
from sampviz.figures.layout.sheet import Sheet
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.layout.zoom import MM_PER_INCH
from sampviz.figures.options import Look
from sampviz.figures.panels.auto_region import detail_region
from sampviz.figures.panels.colormap import GREY
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.detail_rows import Detail, detail_of
from sampviz.figures.panels.panel import ColorBar, Panel
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.panel_windows import panel_windows
from sampviz.figures.panels.ringing import ringing_region
from sampviz.figures.panels.zoom_region import check_inside, parse_region
from sampviz.images.image import Image
from sampviz.images.intensity_window import Window, nonempty_limits
from sampviz.ops.chain import Chain

_DETAIL = 24  # pixels a side, about
_RINGING = 0.25  # of the window of a detail: ringing is faint
_FILLED = 0.85  # of the width, by details


@dataclass(frozen=True, eq=False)
class StepsLayout:
    """The steps of a chain, laid out."""

    sheet: Sheet
    spacing: Spacing
    panel_data: PanelData
    panels: Sequence[Panel]
    facts: Sequence[str]

    @property
    def height(self) -> float:
        """The height of the figure in mm."""
        return self.sheet.height / self.spacing.text_size.dpi * MM_PER_INCH


@dataclass(frozen=True, eq=False)
class StepsContent:
    """The steps of a chain before they are laid out."""

    image: Image
    chain: Chain
    stages: Sequence[Column]  # the original, the output of each step, those of the chains beside
    specs: Sequence[PanelSpec]
    arrows: Sequence[str | None]  # the text over the arrow before each panel; None for no arrow
    bars: Sequence[bool]  # which panels have a colour bar
    window: Window
    zoom: str | None
    title: str | None
    columns: int | None
    mirrored: bool

    def titles(self, panel_data: PanelData) -> list[tuple[str, ...]]:
        """Return the lines above each panel."""
        return [_titles(spec, panel_data, self.chain) for spec in self.specs]

    def lay_out(self, look: Look, height: float) -> StepsLayout:
        """Lay out with text of this look, on a page of about this height in mm."""
        zooms, per_line = fit_steps(
            self.image,
            self.stages,
            list(zip(self.arrows, self.bars, strict=True)),
            look,
            self.columns,
            height,
            details=self.zoom is not None,
        )
        spacing, width, stages = zooms.spacing, zooms.width, tuple(self.stages)
        assert width
        windows = panel_windows(self.image, stages, self.window, "shared")
        panel_data = PanelData(self.image, stages, zooms.zooms[0], windows, GREY, self.mirrored)
        detail = (
            _detail(panel_data, self.zoom, self.specs, width, result=len(self.chain.steps))
            if self.zoom
            else None
        )
        panels = [
            step_panel(spec, panel_data, self.chain, detail, spacing.text_size)
            for spec in self.specs
        ]
        cells, details = self._cells(panel_data, panels, detail)
        rows = [*(spec.show for spec in self.specs), *(["detail"] if detail else [])]
        units = {cell.frequencies.unit for cell in cells if cell.frequencies}
        facts = self._facts(panel_data, rows, detail, zooms.aspect_errors, units)
        source = annotations.header([self.image], "magnitude")
        starts_with_image = self.specs[0].show == "image" and self.specs[0].stage == 0
        source_in_foot = "" if self.title is None else source
        sheet = arrange_steps(
            cells,
            details,
            annotations.edge_labels(self.image, mirrored=self.mirrored)
            if starts_with_image
            else None,
            source if self.title is None else self.title,
            [footer([panel_data], detail, rows, facts, zooms.aspect_errors, source_in_foot)],
            spacing,
            columns=per_line,
            width=width,
        )
        return StepsLayout(sheet, spacing, panel_data, panels, facts)

    def _cells(
        self, panel_data: PanelData, panels: Sequence[Panel], detail: Detail | None
    ) -> tuple[list[Cell], list[Cell]]:
        """Return the cells of the steps, and those of enlarged parts."""
        titles = self.titles(panel_data)
        cells = [
            Cell(
                panel,
                (lines[0], *(size.replace("x", "×") for size in lines[1:])),
                text,
                frequencies_of(spec, panel_data, panel),
                _bar(spec, panel) if has_bar else None,
            )
            for spec, panel, lines, text, has_bar in zip(
                self.specs, panels, titles, self.arrows, self.bars, strict=True
            )
        ]
        details = [
            Cell(panel, (f"{lines[0]}, detail",), None)
            for spec, lines in zip(self.specs, titles, strict=True)
            if detail and (panel := detail_panel(spec, panel_data, self.chain, detail))
        ]
        return cells, details

    def _facts(
        self,
        panel_data: PanelData,
        rows: Sequence[str],
        detail: Detail | None,
        aspect_errors: Sequence[float],
        units: Iterable[str],
    ) -> list[str]:
        """Return what a reader must know."""
        facts = annotations.describe(
            [self.image], [panel_data], rows, self.window, "shared", aspect_errors
        )
        facts += [f"axes of k-space in {unit}" for unit in units]
        return facts + ([f"detail: {detail.region.text}"] if detail else [])


def bars_of(specs: Sequence[PanelSpec]) -> list[bool]:
    """Return which panels have a colour bar: the last in k-space, windows and weights."""
    levels = [i for i, spec in enumerate(specs) if spec.show in ("spectrum", "product")]
    return [spec.show in ("window", "weights") or i in levels[-1:] for i, spec in enumerate(specs)]


def _bar(spec: PanelSpec, panel: Panel) -> ColorBar:
    return DECIBELS if spec.show in ("spectrum", "product") else intermediate_bar(panel)


def _detail(
    panel_data: PanelData, zoom: str, specs: Sequence[PanelSpec], page: int, *, result: int
) -> Detail:
    """Return the enlarged region: as it is written, where it rings, or differs from the ideal."""
    region = parse_region(zoom)
    stages, column = panel_data.columns, panel_data.columns[result]
    ringing = any(spec.in_frequency for spec in specs)
    if region:
        check_inside(region, panel_data.image)
    else:
        evaluation = panel_data.evaluations[column]
        comparable = evaluation.magnitudes.shape == evaluation.ideal.magnitudes.shape
        if not ringing and comparable and np.isfinite(panel_data.image.array).all():
            error = structure_error(evaluation, colour=column.colour)
            brightest = panel_data.windows[0].limits[1]
            region = detail_region(panel_data.image, stages, {column: error}, brightest, _DETAIL)
        region = region or ringing_region(stages, column, _DETAIL)
    count = sum(spec.show in ("image", "weights") for spec in specs)
    width = min(stages[0].width(panel_data.zoom), round(_FILLED * page / count))
    detail = detail_of(panel_data, region, (width, width))
    if not ringing:
        return detail
    low, high = detail.limits
    lowest = float(np.nanmin(region.crop(column).display_stack))
    return replace(detail, limits=nonempty_limits(lowest, low + _RINGING * (high - low)))


def _titles(spec: PanelSpec, panel_data: PanelData, chain: Chain) -> tuple[str, ...]:
    column = panel_data.columns[spec.stage]
    if spec.show == "product":
        return (spec.title or "k-space × window",)
    if spec.show == "spectrum":
        return (spec.title or "k-space",)
    if spec.show != "image":
        return (spec.title or f"{spec.show} of {chain.steps[spec.stage - 1].op.name}",)
    return (spec.title or column.title, annotations.size_of(column, panel_data.image))
