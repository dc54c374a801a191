"""A chain step by step: the image after each step, in the image domain and in k-space.

Panels stand in lines with arrows between them. Between stages a panel may show what a step uses
inside: its kernel, its window in k-space, its weights.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from sampviz.analysis.scale_warning import warn_of_scale
from sampviz.analysis.structure_error import structure_error
from sampviz.figures.captions import annotations
from sampviz.figures.captions.grid_captions import steps_caption
from sampviz.figures.captions.page_texts import footer
from sampviz.figures.grids.step_panels import (
    DECIBELS,
    PanelSpec,
    check_specs,
    detail_panel,
    frequencies_of,
    intermediate_bar,
    step_panel,
)
from sampviz.figures.grids.steps_fit import fit_steps
from sampviz.figures.grids.steps_layout import (
    Cell,
    arrange_steps,
)
from sampviz.figures.layout.page import PAGE_WIDTH
from sampviz.figures.looks import checked_look, warn_of_height
from sampviz.figures.panels.auto_region import detail_region
from sampviz.figures.panels.colormap import GREY
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.detail_rows import Detail, detail_of
from sampviz.figures.panels.panel import ColorBar, Panel
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.panel_windows import panel_windows
from sampviz.figures.panels.ringing import ringing_region
from sampviz.figures.panels.zoom_region import check_inside, parse_region
from sampviz.figures.render.render import PanelFigure, draw_sheet
from sampviz.images.image import Image
from sampviz.images.intensity_window import Window, nonempty_limits
from sampviz.ops.chain import Chain
from sampviz.ops.title import title_of

__all__ = ["PanelSpec", "draw_steps"]
_DETAIL = 24  # pixels a side, about
_RINGING = 0.25  # of the window of a detail: ringing is faint
_FILLED = 0.85  # of the width, by details


def draw_steps(
    image: Image,
    chain: Chain,
    specs: Sequence[PanelSpec] = (),
    beside: Sequence[Chain] = (),
    *,
    window: str | None = None,
    zoom: str | None = None,
    title: str | None = None,
    columns: int | None = None,
    width: float | None = None,
    dpi: int | None = None,
    font_size: float | None = None,
    font: str | None = None,
    journal: str | None = None,
    convention: str = "neurological",
) -> PanelFigure:
    """Draw what a chain does to an image, step by step.

    Parameters
    ----------
    image : Image
        A plane.
    chain : Chain
        What is applied.
    specs : sequence of PanelSpec
        The panels; by default the image after every step.
    beside : sequence of Chain
        Their outputs stand at the end, to be compared.
    window : str, optional
        Intensity window of the images: `p1,p99` or `LO,HI`.
    zoom : str, optional
        `ROWxCOL+SIZE` or `auto`, about 24 px a side: is enlarged below images and weights. Auto is
        where the result differs most from the ideal image in structure, or rings most.
    title : str, optional
        In place of the name of the image.
    columns : int, optional
        The most panels in a line; by default as many as are legible.
    width, dpi, font_size, font, journal
        How the figure looks, as in `sampviz.compare`; 183 mm wide by default.
    convention : {"neurological", "radiological"}
        Whether the patient's left is drawn on the left.

    Returns
    -------
    PanelFigure

    Raises
    ------
    UsageError
        If a panel asks for a stage or an intermediate array that there is not.
    ChainError
        If the chain does not fit the image.
    """
    look = checked_look(width, dpi, font_size, font, journal).with_width(PAGE_WIDTH)
    chain = chain.resolve(image.size, image.spacing)
    specs = list(specs) or [PanelSpec("image", i) for i in range(len(chain.steps) + 1)]
    check_specs(specs, chain)
    warn_of_scale(image, [chain, *beside])
    stages = _stage_columns(image, chain, beside)
    image_window = Window.parse(window)
    arrow_texts = ["", *(_arrow_text(a, b, chain) for a, b in pairwise(specs))]
    specs = [*specs, *(PanelSpec("image", len(chain.steps) + 1 + i) for i in range(len(beside)))]
    texts: list[str | None] = [None, *arrow_texts[1:], *[None] * len(beside)]
    bars = _bars(specs)
    layout, per_line = fit_steps(
        image,
        stages,
        list(zip(texts, bars, strict=True)),
        look,
        columns,
        details=zoom is not None,
    )
    mirrored = convention == "radiological" and image.runs_left_to_right
    windows = panel_windows(image, stages, image_window, "shared")
    panel_data = PanelData(image, tuple(stages), layout.zooms[0], windows, GREY, mirrored)
    detail = (
        _detail(panel_data, zoom, specs, layout.width or 0, result=len(chain.steps))
        if zoom
        else None
    )
    text_size = layout.spacing.text_size
    panels = [step_panel(spec, panel_data, chain, detail, text_size) for spec in specs]
    titles = [_titles(spec, panel_data, chain) for spec in specs]
    cells = [
        Cell(
            panel,
            (lines[0], *(size.replace("x", "×") for size in lines[1:])),
            text,
            frequencies_of(spec, panel_data, panel),
            _bar(spec, panel) if has_bar else None,
        )
        for spec, panel, lines, text, has_bar in zip(
            specs, panels, titles, texts, bars, strict=True
        )
    ]
    details = [
        Cell(panel, (f"{lines[0]}, detail",), None)
        for spec, lines in zip(specs, titles, strict=True)
        if detail and (panel := detail_panel(spec, panel_data, chain, detail))
    ]
    rows = [*(spec.show for spec in specs), *(["detail"] if detail else [])]
    facts = annotations.describe(
        [image], [panel_data], rows, image_window, "shared", layout.aspect_errors
    )
    units = {cell.frequencies.unit for cell in cells if cell.frequencies}
    facts += [f"axes of k-space in {unit}" for unit in units]
    if detail:
        facts.append(f"detail: {detail.region.text}")
    starts_with_image = specs[0].show == "image" and specs[0].stage == 0
    source = annotations.header([image], "magnitude")
    assert layout.width
    sheet = arrange_steps(
        cells,
        details,
        annotations.edge_labels(image, mirrored=mirrored) if starts_with_image else None,
        source if title is None else title,
        [footer([panel_data], detail, rows, facts, "" if title is None else source)],
        layout.spacing,
        columns=per_line,
        width=layout.width,
    )
    figure = draw_sheet(sheet, layout.spacing)
    arrows = [*arrow_texts, *["beside it"] * len(beside)]
    figure.caption = steps_caption(
        panel_data, [chain, *beside], panels, titles, arrows, facts, title
    )
    warn_of_height(figure, look)
    return figure


def _stage_columns(image: Image, chain: Chain, beside: Sequence[Chain]) -> list[Column]:
    """Return the image, the output of each step, and those of the chains beside."""
    arrays, stage_grids = chain.stages(image.array), chain.trace(image.size)
    columns = []
    for i, (array, grids) in enumerate(zip(arrays, stage_grids, strict=True)):
        part = Chain(chain.steps[:i]) if i else None
        name = title_of(chain.steps[i - 1 : i]) if i else "Original"
        colour = image.colour and array.shape[:-2] == (3,)
        columns.append(Column(array, grids, name, image.size, part, colour))
    for other in beside:
        other = other.resolve(image.size, image.spacing)
        array, grids = other(image.array), other.trace(image.size)[-1]
        colour = image.colour and array.shape[:-2] == (3,)
        columns.append(Column(array, grids, title_of(other.steps), image.size, other, colour))
    return columns


def _bars(specs: Sequence[PanelSpec]) -> list[bool]:
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


def _arrow_text(previous: PanelSpec, following: PanelSpec, chain: Chain) -> str:
    """Return the text over the arrow to a panel: the user's, or what happens there."""
    if following.arrow:
        return following.arrow
    if previous.show == "image" and following.show == "spectrum":
        return "FFT"
    if previous.show in ("spectrum", "product") and following.show == "image":
        return "inverse FFT"
    if following.show == "product":
        return "gives" if previous.show == "window" else "times window"
    steps = chain.steps[previous.stage : following.stage]
    return "\n".join(title_of([step]) for step in steps)
