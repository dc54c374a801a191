"""The drawing of a comparison: columns, zooms, rows, notes, the sheet and its caption."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sampviz.analysis.evaluation import check_plane
from sampviz.analysis.metric import Metric
from sampviz.analysis.metrics import parse_metrics
from sampviz.core.errors import SampvizWarning, argument
from sampviz.core.text import escape_control
from sampviz.figures.captions import annotations
from sampviz.figures.captions.grid_captions import compare_caption
from sampviz.figures.captions.metric_labels import (
    MetricValues,
    label_row,
    metric_notes,
    metric_values,
)
from sampviz.figures.layout.arrange import arrange
from sampviz.figures.layout.sheet import Sheet
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.layout.zoom import Zooms, choose_zoom
from sampviz.figures.options import FigureOptions, check_values
from sampviz.figures.panels.alias_rows import alias_row, foldspectrum_row
from sampviz.figures.panels.colormap import check_map
from sampviz.figures.panels.column import Column, Scene, columns_of, scenes_of
from sampviz.figures.panels.flat_field_row import flat_field_row
from sampviz.figures.panels.panel import EdgeLabels, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.panel_windows import PanelWindow, panel_windows
from sampviz.figures.panels.picture_rows import (
    MEASURED,
    difference_row,
    image_row,
    parse_rows,
    spectrum_row,
    zoom_row,
)
from sampviz.figures.panels.zoom_region import (
    Region,
    check_inside,
    most_different_region,
    parse_region,
)
from sampviz.figures.render.render import PanelFigure, draw_sheet
from sampviz.figures.style import FONT
from sampviz.images.image import Image
from sampviz.images.intensity_window import Window
from sampviz.ops.chain import Chain

# As wide as the numbers beside a colour bar of that row.
_TICKS = {"spectrum": "−80", "difference": "−10000", "alias": "−10000", "foldspectrum": "0.25"}
_MOST_LACKING = 8  # characters without a sign in the font that are named


@dataclass(frozen=True)
class Comparison:
    """The options of a comparison, checked, and what their texts mean.

    `region` is None for `zoom` auto, and where there is no zoom.
    """

    options: FigureOptions
    rows: tuple[str, ...]
    metrics: Sequence[Metric]
    window: Window
    region: Region | None

    @classmethod
    def parse(cls, options: FigureOptions) -> "Comparison":
        """Read and check options; UsageError for what no image can mend."""
        rows = parse_rows(options.rows, zoomed=options.zoom is not None)
        window = Window.parse(options.window)
        region = parse_region(options.zoom) if options.zoom else None
        check_map(options.cmap)
        metrics: Sequence[Metric] = ()
        if options.in_panel is not None:
            metrics = parse_metrics(options.in_panel, argument("in_panel"))
        check_values(**vars(options))
        return cls(options, rows, metrics, window, region)


def draw_comparison(
    images: Sequence[Image], chains: Sequence[Chain], comparison: Comparison
) -> PanelFigure:
    """Draw every image and, beside it, what every chain makes of it."""
    options = comparison.options
    images = [replace(image, name=escape_control(image.name)) for image in images]
    _check_images(images, comparison)
    columns = [columns_of(image, chains, options.levels, options.show) for image in images]
    scenes, windows_of_scenes = _scenes(images, columns, comparison)
    mirrored = [
        options.convention == "radiological" and scene.image.runs_left_to_right for scene in scenes
    ]
    edge_labels = [
        annotations.edge_labels(scene.image, mirrored=mirror) if options.annotate else None
        for scene, mirror in zip(scenes, mirrored, strict=True)
    ]
    zooms = choose_zoom(
        scenes,
        edge_labels=any(edge_labels),
        tick_text=_tick_text(comparison.rows, images),
        dpi=options.dpi,
        width=options.width,
        points=options.font_size,
        columns=options.columns,
    )
    panel_data = [
        PanelData(scene.image, scene.columns, zoom, scene_windows, options.cmap, mirror)
        for scene, zoom, scene_windows, mirror in zip(
            scenes, zooms.zooms, windows_of_scenes, mirrored, strict=True
        )
    ]
    drawing = _ComparisonContent(
        comparison,
        images,
        annotations.titles(list(zip(images, columns, strict=True))),
        panel_data,
        [metric_values(data, comparison.metrics) for data in panel_data]
        if comparison.metrics
        else [],
        zooms,
    )
    return drawing.figure([scene.label for scene in scenes], edge_labels)


def _tick_text(rows: Sequence[str], images: Sequence[Image]) -> str:
    """Return a text as wide as the widest label of a colour bar's ticks; "" without a bar."""
    texts = [_TICKS.get(name, "") for name in rows]
    texts += [str(label) for image in images if image.labels for label in image.labels.ids]
    return max(texts, key=len)


def _check_images(images: Sequence[Image], comparison: Comparison) -> None:
    """Raise UsageError for an image that the measures or the region do not suit."""
    if comparison.metrics or MEASURED & set(comparison.rows):
        for image in images:
            check_plane(image)
    if comparison.region:
        for image in images:
            check_inside(comparison.region, image)


def _scenes(
    images: Sequence[Image], columns: Sequence[Sequence[Column]], comparison: Comparison
) -> tuple[list[Scene], list[tuple[PanelWindow, ...]]]:
    """Return the scenes of all images, and of each the windows of its columns."""
    scenes, windows_of_scenes = [], []
    for image, own_columns in zip(images, columns, strict=True):
        scene_windows = panel_windows(
            image, own_columns, comparison.window, comparison.options.window_scope
        )
        for scene in scenes_of(image, own_columns, with_names=len(images) > 1):
            scenes.append(scene)
            windows_of_scenes.append(scene_windows)
    return scenes, windows_of_scenes


@dataclass(frozen=True)
class _ComparisonContent:
    """All that the rows, the notes and the caption of a figure are made from."""

    comparison: Comparison
    images: Sequence[Image]
    titles: Sequence[tuple[str, ...]]  # of the columns
    panel_data: Sequence[PanelData]  # of the scenes
    metric_values: Sequence[MetricValues]  # of the scenes; none without `in_panel`
    zooms: Zooms

    def figure(
        self, labels: Sequence[str], edge_labels: Sequence[EdgeLabels | None]
    ) -> PanelFigure:
        """Draw the scenes, with these labels, on one sheet."""
        comparison, options = self.comparison, self.comparison.options
        rows = []
        for i, (label, scene_edge_labels) in enumerate(zip(labels, edge_labels, strict=True)):
            rows += [
                replace(row, name=f"{label} {row.name}".strip())
                for row in self._labelled_rows(i, scene_edge_labels)
            ]
        facts = annotations.describe(
            self.images,
            self.panel_data,
            comparison.rows,
            comparison.window,
            options.window_scope,
            self.zooms.aspect_errors,
            annotate=options.annotate,
        )
        header = annotations.header(self.images, options.show)
        spacing = self.zooms.spacing
        sheet = arrange(
            rows,
            self.titles,
            header if options.title is None else options.title,
            self._notes(facts) if options.annotate else [],
            spacing,
            columns=options.columns,
            width=self.zooms.width,
        )
        _warn_of_missing_glyphs(sheet, spacing)
        figure = draw_sheet(sheet, spacing)
        figure.caption = compare_caption(
            self.panel_data,
            self.titles,
            rows,
            facts,
            comparison.metrics,
            self.metric_values,
            options.title,
        )
        return figure

    def _labelled_rows(self, i: int, edge_labels: EdgeLabels | None) -> list[PanelRow]:
        """Return the rows of scene `i`, the first with the measures under its panels."""
        data = self.panel_data[i]
        region = self.comparison.region
        if region is None and (self.comparison.options.zoom or "zoom" in self.comparison.rows):
            region = most_different_region(data.columns, data.image.size)
        rows = [self._row(name, data, region, edge_labels) for name in self.comparison.rows]
        if self.metric_values:
            names = [metric.name for metric in self.comparison.metrics]
            rows[0] = label_row(rows[0], data.columns, self.metric_values[i], names)
        return rows

    def _row(
        self, name: str, data: PanelData, region: Region | None, edge_labels: EdgeLabels | None
    ) -> PanelRow:
        """Return the row of that name of one scene."""
        options = self.comparison.options
        match name:
            case "image":
                return image_row(data, region if options.annotate else None, edge_labels)
            case "zoom":
                assert region
                return zoom_row(data, region, self._available(data))
            case "spectrum":
                return spectrum_row(data, boxes=options.annotate)
            case "difference":
                return difference_row(data, options.up)
            case "alias":
                return alias_row(data)
            case "foldspectrum":
                return foldspectrum_row(data, boxes=options.annotate)
            case _:
                return flat_field_row(data)

    def _available(self, data: PanelData) -> tuple[int, int]:
        """Return the height and width, in figure pixels, that a zoom may have."""
        height, width = (n * zoom for n, zoom in zip(data.image.size, data.zoom, strict=True))
        # A narrow picture may have a wider zoom, unless the width of the figure is given.
        side = max(height, width)
        return side, self.zooms.spacing.column_width(width) if self.zooms.width else side

    def _notes(self, facts: Sequence[str]) -> list[str]:
        notes = annotations.notes(facts)
        if self.metric_values:
            notes += ["; ".join(metric_notes(self.metric_values, self.comparison.metrics))]
        return notes


def _warn_of_missing_glyphs(sheet: Sheet, spacing: Spacing) -> None:
    """Warn of the characters for which the font has no sign."""
    text = "".join(line for block in sheet.texts for line in block.lines)
    lacking = sorted(spacing.text_size.lacking(text))
    if lacking:
        missing_text = " ".join(lacking[:_MOST_LACKING]) + " .." * (len(lacking) > _MOST_LACKING)
        warnings.warn(
            f"{FONT} has no sign for {missing_text}: a box is drawn instead",
            SampvizWarning,
            stacklevel=5,
        )
