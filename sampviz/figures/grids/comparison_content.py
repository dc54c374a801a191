"""The rows, the notes and the caption of a comparison, and its sheet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import takewhile

from sampviz.figures.captions import annotations, page_texts
from sampviz.figures.captions.grid_captions import compare_caption
from sampviz.figures.captions.metric_labels import MetricValues, label_row, metric_notes
from sampviz.figures.charts.axes import FAINT, LineStyle, line_styles
from sampviz.figures.charts.fold_summary import draw_fold_summary, summarize_chains
from sampviz.figures.charts.summary_text import summary_sentence, summary_values
from sampviz.figures.grids.comparison import Comparison
from sampviz.figures.grids.comparison_layout import chart_lines
from sampviz.figures.layout.arrange import PageParts, arrange
from sampviz.figures.layout.sheet import Sheet
from sampviz.figures.layout.zoom import MM_PER_INCH, Zooms
from sampviz.figures.looks import warn_of_missing_glyphs
from sampviz.figures.panels.alias_rows import alias_row, foldspectrum_row
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.detail_rows import (
    Detail,
    detail_of,
    detail_row,
    error_row,
)
from sampviz.figures.panels.flat_field_row import flat_field_row
from sampviz.figures.panels.lesion_row import lesion_row
from sampviz.figures.panels.panel import EdgeLabels, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.picture_rows import difference_row, image_row, zoom_row
from sampviz.figures.panels.spectrum_rows import small_spectrum_row, spectrum_row
from sampviz.figures.panels.zoom_region import Region
from sampviz.figures.render.render import PanelFigure, draw_sheet
from sampviz.images.image import Image
from sampviz.ops.title import title_of

_OF_DETAILS = ("detail", "error", "zoom")
_SPECTRUM_SHARE = 0.6  # of the width of an image, on a page


@dataclass(frozen=True)
class ComparisonContent:
    """All that the rows, the notes and the caption of a figure are made from."""

    comparison: Comparison
    rows: Sequence[str]
    images: Sequence[Image]
    titles: Sequence[tuple[str, ...]]  # of the columns, for the caption
    headings: Sequence[tuple[str, ...]]  # the same in words
    panel_data: Sequence[PanelData]  # of the scenes
    metric_values: Sequence[MetricValues]  # of the scenes; none without `in_panel`
    zooms: Zooms
    columns_in_line: int | None
    regions: Sequence[Region | None]  # that are enlarged, of the scenes
    labels: Sequence[str]  # of the scenes
    edge_labels: Sequence[EdgeLabels | None]  # of the scenes
    are_parts: Sequence[bool]  # whether the background or more is cut off, of the scenes

    @property
    def height(self) -> float:
        """The height of the figure in mm."""
        return self.sheet.height / self.zooms.spacing.text_size.dpi * MM_PER_INCH

    @cached_property
    def sheet(self) -> Sheet:
        """The layout of all scenes, one below the other."""
        options = self.comparison.options
        header = annotations.header(self.images, options.show)
        return arrange(
            self._panel_rows,
            self._headings(),
            header if options.title is None else options.title,
            self._notes(self._facts) if options.annotate else [],
            self.zooms.spacing,
            columns=self.columns_in_line,
            width=self.zooms.width,
            parts=self._page_parts(),
        )

    @cached_property
    def _panel_rows(self) -> list[PanelRow]:
        """The rows of all scenes; of the slices of one volume those of a name together."""
        scenes = enumerate(zip(self.labels, self.edge_labels, strict=True))
        rows = [
            (name, replace(row, name=f"{label} {row.name}".strip()))
            for i, (label, edge_labels) in scenes
            for name, row in self._labelled_rows(i, edge_labels)
        ]
        if len(self.images) == 1:
            rows.sort(key=lambda pair: self.rows.index(pair[0]))
        return [row for _, row in rows]

    @cached_property
    def _facts(self) -> list[str]:
        """What a reader must know."""
        comparison, options = self.comparison, self.comparison.options
        facts = []
        if comparison.lesion and "lesion" in self.rows:
            facts.append(f"lesion: {comparison.lesion}, and the contrast kept of it")
        facts += page_texts.crop_facts(self.panel_data, self.are_parts)
        return facts + annotations.describe(
            self.images,
            self.panel_data,
            self.rows,
            comparison.window,
            options.window_scope,
            self.zooms.aspect_errors,
            annotate=options.annotate,
        )

    def figure(self) -> PanelFigure:
        """Draw the sheet."""
        comparison, options = self.comparison, self.comparison.options
        sheet, spacing = self.sheet, self.zooms.spacing
        lines = [line for block in sheet.texts for line in block.lines]
        warn_of_missing_glyphs(lines, spacing.text_size)
        figure = draw_sheet(sheet, spacing)
        charts: list[str] = []
        if sheet.chart_area[3]:
            data = self.panel_data[0]
            titles = {data.evaluations[c]: self._headings()[i][0] for i, c in self._outputs}
            summaries = summarize_chains(titles)
            draw_fold_summary(
                figure, sheet.chart_area, summaries, self._styles[1:], spacing.text_size
            )
            charts = [summary_sentence(summaries), *summary_values(summaries)]
        figure.caption = compare_caption(
            self.panel_data,
            self.titles,
            self._panel_rows,
            self._facts,
            comparison.metrics,
            self.metric_values,
            options.title,
            charts,
        )
        return figure

    @property
    def _outputs(self) -> list[tuple[int, Column]]:
        """The outputs of the first scene with the numbers of their columns."""
        return list(enumerate(self.panel_data[0].columns))[1:]

    @cached_property
    def _styles(self) -> list[LineStyle]:
        """The style of every column, in which its chain is drawn wherever it occurs."""
        return [LineStyle(FAINT, "-", ""), *line_styles(len(self.titles) - 1)]

    def _page_parts(self) -> PageParts:
        names = [title for title, *_ in self.titles]  # of the chains as they are written
        if not self.comparison.is_page:
            return PageParts(names=names)
        annotate = self.comparison.options.annotate
        line = self.zooms.spacing.text_size.line
        return PageParts(
            [style.colour for style in self._styles],
            names,
            letters=annotate,
            subheader=self._subheader if annotate else "",
            chart_height=line * self._chart_lines,
        )

    @property
    def _chart_lines(self) -> int:
        comparison = self.comparison
        if "summary" not in self.rows or comparison.look.page_width is None:
            return 0
        return chart_lines(len(self._styles) - 1, comparison.look)

    @property
    def _shared_steps(self) -> int:
        """With how many equal steps all chains begin: on a page they are said once."""
        chains = [column.chain.steps for _, column in self._outputs if column.chain]
        is_said_once = self.comparison.is_page and self.comparison.options.annotate
        if not is_said_once or self.comparison.options.levels > 1 or len(chains) < 2:
            return 0
        steps = zip(*(chain[:-1] for chain in chains), strict=False)
        return sum(1 for _ in takewhile(lambda same: len(set(same)) == 1, steps))

    @property
    def _subheader(self) -> str:
        """What all outputs share."""
        first = self.panel_data[0].columns[1].chain if self._shared_steps else None
        start = f"each after {title_of(first.steps[: self._shared_steps])}" if first else ""
        data = self.panel_data
        facts = page_texts.slice_texts(data), start, page_texts.shared_facts(data)
        return "; ".join(filter(None, facts))

    def _headings(self) -> Sequence[tuple[str, ...]]:
        """Return the lines above the columns; what all outputs share is said once on a page."""
        headings = [
            (heading, *(size.replace("x", "×") for size in rest))
            for heading, *rest in self.headings
        ]
        if shared := self._shared_steps:
            for i, column in self._outputs:
                assert column.chain
                headings[i] = (title_of(column.chain.steps[shared:]), *headings[i][1:])
        if not (self.comparison.is_page and page_texts.shared_facts(self.panel_data)):
            return headings
        return [
            (heading, *(size.partition(",")[0] for size in rest)) for heading, *rest in headings
        ]

    def _labelled_rows(self, i: int, edge_labels: EdgeLabels | None) -> list[tuple[str, PanelRow]]:
        """Return the rows of scene `i` by name, the first with the measures under its panels."""
        data = self.panel_data[i]
        rows = [
            (name, self._row(name, data, self._details[i], edge_labels))
            for name in self.rows
            if name != "summary" and (self._details[i] or name not in _OF_DETAILS)
        ]
        if self.metric_values:
            name, row = rows[0]
            metrics = self.comparison.metrics
            rows[0] = name, label_row(row, data.columns, self.metric_values[i], metrics)
        return rows

    @cached_property
    def _details(self) -> list[Detail | None]:
        """The enlarged region of every scene; None where the figure has none."""
        return [
            detail_of(data, region, self._available(data)) if region else None
            for data, region in zip(self.panel_data, self.regions, strict=True)
        ]

    def _row(
        self, name: str, data: PanelData, detail: Detail | None, edge_labels: EdgeLabels | None
    ) -> PanelRow:
        """Return the row of that name of one scene."""
        options, is_page = self.comparison.options, self.comparison.is_page
        region = detail.region if detail else None
        match name:
            case "image":
                outlined = region if options.annotate and self._has_detail else None
                return image_row(
                    data, outlined, edge_labels, boxes_on_all=is_page, places=options.annotate
                )
            case "detail":
                assert detail
                return detail_row(data, detail)
            case "error":
                assert detail
                return error_row(data, detail)
            case "zoom":
                assert region
                row = zoom_row(data, region, self._available(data))
                return replace(row, name="zoom") if is_page else row
            case "spectrum" if is_page:
                return small_spectrum_row(data, self._spectrum_width(data), boxes=options.annotate)
            case "spectrum":
                return spectrum_row(data, boxes=options.annotate)
            case "difference":
                return difference_row(data, options.up)
            case "alias":
                return alias_row(data)
            case "foldspectrum":
                return foldspectrum_row(data, boxes=options.annotate)
            case "lesion":
                assert self.comparison.lesion
                return lesion_row(data, self.comparison.lesion, self._available(data)[1])
            case _:
                return flat_field_row(data)

    @property
    def _has_detail(self) -> bool:
        """Whether a region is enlarged."""
        return bool({"detail", "zoom"} & set(self.rows) or self.comparison.options.zoom)

    def _panel_size(self, data: PanelData) -> tuple[int, int]:
        """Return the height and width of an image, in figure pixels."""
        size = (data.crop.height, data.crop.width) if data.crop else data.image.size
        return size[0] * data.zoom[0], size[1] * data.zoom[1]

    def _spectrum_width(self, data: PanelData) -> int:
        """Return the width, in figure pixels, that a spectrum on a page may have.

        The spectra of the slices of a volume are drawn at one scale, too.
        """
        zooms = [
            round(_SPECTRUM_SHARE * self._panel_size(other)[1]) // other.columns[0].size[1]
            for other in self.panel_data
            if other.source is data.source
        ]
        return max(zooms) * data.columns[0].size[1]

    def _available(self, data: PanelData) -> tuple[int, int]:
        """Return the height and width, in figure pixels, that a zoom may have."""
        height, width = self._panel_size(data)
        if self.comparison.is_page:
            return width, width
        # A narrow picture may have a wider zoom, unless the width of the figure is given.
        side = max(height, width)
        return side, self.zooms.spacing.column_width(width) if self.zooms.width else side

    def _notes(self, facts: list[str]) -> list[str]:
        left_out = [row for row in self.comparison.rows_of(self.images) if row not in self.rows]
        facts = [f"no room for {' and '.join(left_out)}"] * bool(left_out) + facts
        if self.comparison.is_page:
            options = self.comparison.options
            source = annotations.header(self.images, options.show)
            notes = [
                page_texts.footer(
                    self.panel_data,
                    next(filter(None, self._details), None),
                    self.rows,
                    facts,
                    self.zooms.aspect_errors,
                    "" if options.title is None else source,
                )
            ]
        else:
            notes = annotations.notes(facts)
        notes = page_texts.taken_notes(self.panel_data) + notes
        if self.metric_values and not self.comparison.is_page:
            notes += ["; ".join(metric_notes(self.metric_values, self.comparison.metrics))]
        return notes
