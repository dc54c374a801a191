"""The drawing of a comparison: columns, zooms, rows, notes, the sheet and its caption."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

from sampviz.analysis.end_jump import warn_of_end_jump
from sampviz.analysis.metric import Metric
from sampviz.analysis.plane_memory import Work
from sampviz.core.errors import SampvizError, UsageError, argument
from sampviz.core.progress import Tick
from sampviz.core.text import escape_control
from sampviz.figures.captions import annotations
from sampviz.figures.captions.metric_labels import MetricValues, metric_values
from sampviz.figures.grids.comparison import LARGEST_SHOWN, Comparison, has_ideal
from sampviz.figures.grids.comparison_content import ComparisonContent
from sampviz.figures.grids.comparison_layout import cropped_image, fit_comparison
from sampviz.figures.grids.drawn_size import check_drawn_size
from sampviz.figures.layout.fit_height import fit_height
from sampviz.figures.layout.page import PAGE_WIDTH
from sampviz.figures.layout.zoom import Zooms
from sampviz.figures.looks import warn_of_height
from sampviz.figures.options import FigureOptions, Look
from sampviz.figures.panels.auto_region import content_region, part_around
from sampviz.figures.panels.column import Column, columns_of
from sampviz.figures.panels.detail_rows import automatic_region
from sampviz.figures.panels.panel import EdgeLabels
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.panel_windows import PanelWindow, panel_windows
from sampviz.figures.panels.row_names import MEASURED
from sampviz.figures.panels.scene import Scene, scenes_of
from sampviz.figures.panels.zoom_region import Region, check_inside, most_different_region
from sampviz.figures.render.render import PanelFigure
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

STAGES = 4  # run the chains, choose what is shown, lay it out, draw it
_SMALLEST_PART = 256  # pixels a side of what a page shows of a large image
_AT_FULL_SIZE = 5  # columns of a page of full width for which no smaller part is shown
_DETAILS_IN_PART = 5  # the side of a part over that of the detail in it


def draw_comparison(
    images: Sequence[Image],
    chains: Sequence[Chain],
    comparison: Comparison,
    tick: Tick = lambda: None,
) -> PanelFigure:
    """Draw every image and, beside it, what every chain makes of it.

    `tick` is called after each of `STAGES` stages of the work.
    """
    options = comparison.options
    images = [replace(image, name=escape_control(image.name)) for image in images]
    if comparison.is_page:
        tiled = _largest_part(len(chains) + 1, comparison)
        images = [_with_fewer_tiles(image, tiled) for image in images]
    rows = comparison.rows_of(images)
    _check_images(images, comparison, rows)
    check_drawn_size(images, chains, comparison, rows)
    work: Work = "compare" if {*MEASURED, "spectrum"} & set(rows) else "panels"
    columns = [_columns(image, chains, options, work, alone=len(images) == 1) for image in images]
    tick()
    if comparison.metrics or MEASURED & set(rows):
        _warn_of_end_jumps(images, columns)
    scenes, windows_of_scenes = _scenes(images, columns, comparison)
    tick()
    mirrored = [
        options.convention == "radiological" and scene.image.runs_left_to_right for scene in scenes
    ]
    data = [
        PanelData(
            scene.image,
            scene.columns,
            (1, 1),
            scene_windows,
            options.cmap,
            mirror,
            cut=scene.cut,
        )
        for scene, scene_windows, mirror in zip(scenes, windows_of_scenes, mirrored, strict=True)
    ]
    crops = [_crop(scene_data, comparison) for scene_data in data]
    regions = [
        _region(scene_data, images, comparison, rows, crop)
        for scene_data, crop in zip(data, crops, strict=True)
    ]
    metrics = comparison.metrics
    prepared = _Prepared(
        comparison,
        images,
        columns,
        rows,
        scenes,
        data,
        [_numbers(scene_data, metrics, data) for scene_data in data] if metrics else [],
        regions,
        crops,
        [
            _part(scene_data, region, comparison)
            for scene_data, region in zip(data, regions, strict=True)
        ],
        mirrored,
    )
    if comparison.is_page:
        content = fit_height(comparison.look, prepared.lay_out, lambda made: made.height)
    else:
        content = prepared.lay_out(options, inf)
    tick()
    figure = content.figure()
    tick()
    warn_of_height(figure, options)
    return figure


@dataclass(frozen=True, eq=False)
class _Prepared:
    """A comparison before it is laid out."""

    comparison: Comparison
    images: Sequence[Image]
    columns: Sequence[Sequence[Column]]  # of the images
    rows: Sequence[str]
    scenes: Sequence[Scene]
    data: list[PanelData]  # of the scenes
    metric_values: Sequence[MetricValues]  # of the scenes
    regions: Sequence[Region | None]  # of the scenes
    crops: Sequence[Region | None]  # of the scenes without their background
    parts: Sequence[Region | None]  # of scenes that are large
    mirrored: Sequence[bool]  # of the scenes

    def lay_out(self, look: Look, height: float) -> ComparisonContent:
        """Return all that is drawn, with text of this look, on a page of a height in mm."""
        options = replace(self.comparison.options, font_size=look.font_size)
        comparison = replace(self.comparison, options=options)
        is_crowded = look.points < self.comparison.look.points
        parts = [
            part if is_crowded or max(scene.image.size) > LARGEST_SHOWN else None
            for scene, part in zip(self.scenes, self.parts, strict=True)
        ]
        cropped = [part or crop for part, crop in zip(parts, self.crops, strict=True)]
        edge_labels = self._edge_labels(cropped)
        # Spectra are of the whole image: they would be wider than a part of it.
        row_names = [row for row in self.rows if row != "spectrum" or not any(parts)]
        zooms, columns_in_line, rows, crops = _fit(
            self.scenes, cropped, comparison, row_names, edge_labels, height
        )
        self.data[:] = [  # what was computed for the last layout is kept
            scene_data.at(zoom, crop)
            for scene_data, zoom, crop in zip(self.data, zooms.zooms, crops, strict=True)
        ]
        regions = [  # errors of the whole image would show more than its row does
            crop if crop and region == Region(0, 0, *scene.image.size) else region
            for scene, region, crop in zip(self.scenes, self.regions, crops, strict=True)
        ]
        pairs = list(zip(self.images, self.columns, strict=True))
        return ComparisonContent(
            comparison,
            rows,
            self.images,
            annotations.titles(pairs),
            annotations.titles(pairs, in_words=True),
            list(self.data),
            self.metric_values,
            zooms,
            columns_in_line,
            self.regions if comparison.region else regions,
            [scene.label for scene in self.scenes],
            edge_labels,
            [bool(part) for part in parts],
        )

    def _edge_labels(self, crops: Sequence[Region | None]) -> list[EdgeLabels | None]:
        """Return the letters and the scale around the scenes as they are cropped.

        The slices of a volume are drawn at one scale: its bar stands at the first.
        """
        if not self.comparison.options.annotate:
            return [None] * len(crops)
        labels = [
            annotations.edge_labels(cropped_image(scene.image, crop), mirrored=mirror)
            for scene, crop, mirror in zip(self.scenes, crops, self.mirrored, strict=True)
        ]
        sources = [scene_data.source for scene_data in self.data]
        return [
            replace(own, scale=None) if own and sources[i] in sources[:i] else own
            for i, own in enumerate(labels)
        ]


def _fit(
    scenes: Sequence[Scene],
    crops: Sequence[Region | None],
    comparison: Comparison,
    rows: Sequence[str],
    edge_labels: Sequence[EdgeLabels | None],
    height: float,
) -> tuple[Zooms, int | None, tuple[str, ...], Sequence[Region | None]]:
    """Return zooms, columns in a line, the rows that there is room for, and what is shown."""
    fit = fit_comparison(scenes, crops, comparison, rows, any(edge_labels), height)
    if "spectrum" in fit[2] and any(crops) and any(1 in zoom for zoom in fit[0].zooms):
        # Spectra are of the whole image: they would be wider than what is left of it.
        crops = [None] * len(scenes)
        fit = fit_comparison(scenes, crops, comparison, rows, any(edge_labels), height)
    return *fit, crops


def _check_images(images: Sequence[Image], comparison: Comparison, rows: Sequence[str]) -> None:
    """Raise UsageError for an image that the rows or the region do not suit."""
    if "flat" in rows and any(image.slice_planes for image in images):
        raise UsageError(
            "what becomes of all 1 is drawn of planes, not of volumes",
            argument("rows", "flat"),
            f"leave flat out, or {argument('volume')}",
        )
    if comparison.lesion:
        for image in images:
            comparison.lesion.check(image)
    if comparison.region:
        for image in images:
            check_inside(comparison.region, image)


def _warn_of_end_jumps(images: Sequence[Image], columns: Sequence[Sequence[Column]]) -> None:
    for image, own_columns in zip(images, columns, strict=True):
        if image.slice_planes:
            warn_of_end_jump(image, [column.chain for column in own_columns if column.chain])


def _columns(
    image: Image, chains: Sequence[Chain], options: FigureOptions, work: Work, *, alone: bool
) -> list[Column]:
    try:
        return columns_of(image, chains, options.levels, options.show, work)
    except SampvizError as err:
        raise err if alone else err.of(image.source or image.name) from None


def _numbers(
    scene_data: PanelData, metrics: Sequence[Metric], data: Sequence[PanelData]
) -> MetricValues:
    """Return the measures of a scene; those of a volume belong to the first of its slices."""
    first = next(other for other in data if other.source is scene_data.source)
    return metric_values(scene_data, metrics) if first is scene_data else {}


def _scenes(
    images: Sequence[Image], columns: Sequence[Sequence[Column]], comparison: Comparison
) -> tuple[list[Scene], list[tuple[PanelWindow, ...]]]:
    """Return the scenes of all images, and of each the windows of its columns."""
    scenes, windows_of_scenes = [], []
    for image, own_columns in zip(images, columns, strict=True):
        scene_windows = panel_windows(
            image, own_columns, comparison.window, comparison.options.window_scope
        )
        for scene in scenes_of(image, own_columns, with_names=len(images) > 1, choose=True):
            scenes.append(scene)
            windows_of_scenes.append(scene_windows)
    return scenes, windows_of_scenes


def _region(
    data: PanelData,
    images: Sequence[Image],
    comparison: Comparison,
    rows: Sequence[str],
    crop: Region | None,
) -> Region | None:
    """Return the region of a scene that is enlarged; None where the figure has none."""
    if not ({"detail", "error", "zoom"} & set(rows) or comparison.options.zoom):
        return None
    if comparison.region is not None:
        return comparison.region
    if not {"detail", "zoom"} & set(rows) and not comparison.options.zoom:
        return Region(0, 0, *data.image.size)
    if data.cut and not data.cut.has_detail:
        return None
    if all(map(has_ideal, images)):
        is_part = comparison.is_page and max(data.image.size) > LARGEST_SHOWN
        side = _largest_part(len(data.columns), comparison) // _DETAILS_IN_PART if is_part else None
        return automatic_region(data, side, crop)
    return most_different_region(data.columns, data.image.size)


def _crop(data: PanelData, comparison: Comparison) -> Region | None:
    """Return what is not background of the images of a scene; None for all."""
    return content_region(data.image, data.columns) if comparison.crops else None


def _part(data: PanelData, region: Region | None, comparison: Comparison) -> Region | None:
    """Return what a page shows of a large image; None for one that is not."""
    largest = _largest_part(len(data.columns), comparison)
    if not (comparison.is_page and comparison.crops and max(data.image.size) > largest):
        return None
    return part_around(region, data.columns, data.image.size, largest)


def _with_fewer_tiles(image: Image, largest: int) -> Image:
    """Return an image with its first channels, whose tiles are not larger than a page shows."""
    if image.colour or image.labels or image.slice_planes or image.array.ndim != 3:
        return image
    count, most = len(image.array), max(1, largest // max(image.size)) ** 2
    if count <= most:
        return image
    taken = f"the first {most} of {count} channels"
    return replace(
        image, array=image.array[:most], taken=f"{image.taken}, {taken}" if image.taken else taken
    )


def _largest_part(columns: int, comparison: Comparison) -> int:
    """Return how many pixels a side a page of so many columns shows of an image that is larger."""
    share = _AT_FULL_SIZE / columns * (comparison.look.page_width or 0) / PAGE_WIDTH
    return max(_SMALLEST_PART, round(min(1.0, share) * LARGEST_SHOWN))
