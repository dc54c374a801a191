"""A chain step by step: the image after each step, in the image domain and in k-space.

Panels stand in lines with arrows between them. Between stages a panel may show what a step uses
inside: its kernel, its window in k-space, its weights.
"""

from collections.abc import Sequence
from itertools import pairwise

from sampviz.analysis.label_check import check_labels
from sampviz.analysis.scale_warning import warn_of_scale
from sampviz.figures.captions.grid_captions import steps_caption
from sampviz.figures.grids.step_panels import PanelSpec, check_specs
from sampviz.figures.grids.steps_content import StepsContent, bars_of
from sampviz.figures.layout.fit_height import fit_height
from sampviz.figures.layout.page import PAGE_WIDTH
from sampviz.figures.looks import checked_look, warn_of_height
from sampviz.figures.panels.column import Column
from sampviz.figures.render.render import PanelFigure, draw_sheet
from sampviz.images.image import Image
from sampviz.images.intensity_window import Window
from sampviz.ops.chain import Chain
from sampviz.ops.title import title_of

__all__ = ["PanelSpec", "draw_steps"]


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
    check_labels(image, [chain, *beside])
    warn_of_scale(image, [chain, *beside])
    stages = _stage_columns(image, chain, beside)
    image_window = Window.parse(window)
    arrow_texts = ["", *(_arrow_text(a, b, chain) for a, b in pairwise(specs))]
    specs = [*specs, *(PanelSpec("image", len(chain.steps) + 1 + i) for i in range(len(beside)))]
    prepared = StepsContent(
        image,
        chain,
        stages,
        specs,
        [None, *arrow_texts[1:], *[None] * len(beside)],
        bars_of(specs),
        image_window,
        zoom,
        title,
        columns,
        convention == "radiological" and image.runs_left_to_right,
    )
    layout = fit_height(look, prepared.lay_out, lambda made: made.height)
    figure = draw_sheet(layout.sheet, layout.spacing)
    arrows = [*arrow_texts, *["beside it"] * len(beside)]
    figure.caption = steps_caption(
        layout.panel_data,
        [chain, *beside],
        layout.panels,
        prepared.titles(layout.panel_data),
        arrows,
        layout.facts,
        title,
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
