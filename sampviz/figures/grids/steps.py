"""A chain step by step: the image after each step, in the image domain and in k-space.

Panels stand in lines with arrows between them. Between stages a panel may show what a step uses
inside: its kernel, its window in k-space, its weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Literal

import numpy as np

from sampviz.analysis.scale_warning import warn_of_scale
from sampviz.core.errors import UsageError
from sampviz.figures.captions import annotations
from sampviz.figures.captions.grid_captions import steps_caption
from sampviz.figures.grids.kernel_panel import INTERMEDIATE_COLORMAP, kernel_panel
from sampviz.figures.grids.steps_layout import arrange_steps
from sampviz.figures.layout.fit_width import fit_width
from sampviz.figures.layout.sheet import Sheet
from sampviz.figures.layout.spacing import Spacing
from sampviz.figures.layout.zoom import MM_PER_INCH, PANEL_INCHES, choose_zoom
from sampviz.figures.looks import checked_look, warn_of_height
from sampviz.figures.options import Look
from sampviz.figures.panels.colormap import GREY, apply_colormap
from sampviz.figures.panels.column import Column, Scene
from sampviz.figures.panels.panel import Box, Panel
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.panel_windows import panel_windows
from sampviz.figures.panels.picture_rows import image_row
from sampviz.figures.panels.spectrum_rows import nyquist_boxes, spectrum_panel
from sampviz.figures.render.render import PanelFigure, draw_sheet
from sampviz.figures.style import TextSize
from sampviz.images.image import Image
from sampviz.images.intensity_window import Window, nonempty_limits
from sampviz.ops.chain import Chain

Content = Literal["image", "spectrum", "kernel", "window", "weights"]


@dataclass(frozen=True)
class PanelSpec:
    """What one panel of a step-by-step figure shows.

    Parameters
    ----------
    show : {"image", "spectrum", "kernel", "window", "weights"}
        The image or its spectrum after `stage` steps, or what step number `stage` uses.
    stage : int
        0 is the input; steps are counted from 1.
    title : str
        Stands above the panel; "" for the default.
    arrow : str
        Stands over the arrow before the panel; "" for the default.
    """

    show: Content
    stage: int
    title: str = ""
    arrow: str = ""


def draw_steps(
    image: Image,
    chain: Chain,
    specs: Sequence[PanelSpec] = (),
    *,
    window: str | None = None,
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
    window : str, optional
        Intensity window of the images: `p1,p99` or `LO,HI`.
    title : str, optional
        In place of the name of the image.
    columns : int, optional
        The most panels in a line.
    width, dpi, font_size, font, journal
        How the figure looks, as in `sampviz.compare`.
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
    chain = chain.resolve(image.size, image.spacing)
    specs = list(specs) or [PanelSpec("image", i) for i in range(len(chain.steps) + 1)]
    _check_specs(specs, chain)
    warn_of_scale(image, [chain])
    content = _StepsContent(image, chain, specs, Window.parse(window), convention, title)
    look = checked_look(width, dpi, font_size, font, journal)
    if look.page_width:
        drawn = fit_width(
            partial(content.lay_out, look), _LaidOut.size_of, look, len(specs), columns
        )
    else:
        drawn = content.lay_out(
            look, look.dpi or look.least_dpi, PANEL_INCHES, columns or len(specs)
        )
    figure = draw_sheet(drawn.sheet, drawn.spacing)
    figure.caption = steps_caption(
        drawn.panel_data,
        chain,
        drawn.panels,
        content.titles,
        content.arrow_texts,
        drawn.facts,
        title,
    )
    warn_of_height(figure, look)
    return figure


@dataclass(frozen=True)
class _LaidOut:
    """The figure laid out, and what its caption is made of."""

    sheet: Sheet
    spacing: Spacing
    panel_data: PanelData
    panels: Sequence[Panel]
    facts: Sequence[str]

    def size_of(self) -> tuple[int, int]:
        """Return its height and width, in pixels."""
        return self.sheet.height, self.sheet.width


class _StepsContent:
    """What is drawn, whatever its size."""

    def __init__(
        self,
        image: Image,
        chain: Chain,
        specs: Sequence[PanelSpec],
        window: Window,
        convention: str,
        title: str | None,
    ) -> None:
        self._image, self._chain, self._specs, self._window = image, chain, specs, window
        self._stages = tuple(_stage_columns(image, chain))
        self._windows = panel_windows(image, self._stages, window, "shared")
        self._mirrored = convention == "radiological" and image.runs_left_to_right
        self._header = annotations.header([image], "magnitude") if title is None else title
        self.arrow_texts = ["", *(_arrow_text(a, b, chain) for a, b in pairwise(specs))]
        data = PanelData(image, self._stages, (1, 1), self._windows, GREY, self._mirrored)
        self.titles = [_titles(spec, data, chain) for spec in specs]

    def lay_out(self, look: Look, dpi: int, panel_inches: float, columns: int) -> _LaidOut:
        """Lay the panels out at a size, so many in a line."""
        image, specs = self._image, self._specs
        zooms = choose_zoom(
            [Scene("", image, self._stages, max(image.size))],
            edge_labels=image.geometry is not None,
            tick_text="",
            look=replace(look, width=None, journal=None, dpi=dpi, font_size=look.points),
            columns=columns,
            panel_inches=panel_inches,
        )
        spacing = zooms.spacing
        data = PanelData(image, self._stages, zooms.zooms[0], self._windows, GREY, self._mirrored)
        panels = [_panel(spec, data, self._chain, spacing.text_size) for spec in specs]
        shown = [spec.show for spec in specs]
        facts = annotations.describe(
            [image], [data], shown, self._window, "shared", zooms.aspect_errors
        )
        starts_with_image = specs[0].show == "image" and specs[0].stage == 0
        edge_labels = annotations.edge_labels(image, mirrored=self._mirrored)
        sheet = arrange_steps(
            panels,
            self.titles,
            self.arrow_texts,
            edge_labels if starts_with_image else None,
            self._header,
            annotations.notes(facts),
            spacing,
            columns,
            width=round(look.page_width * dpi / MM_PER_INCH) if look.page_width else None,
        )
        return _LaidOut(sheet, spacing, data, panels, facts)


def _check_specs(specs: Sequence[PanelSpec], chain: Chain) -> None:
    for spec in specs:
        where = f"panel {spec.show!r} of stage {spec.stage}"
        intermediate = spec.show not in ("image", "spectrum")
        if not int(intermediate) <= spec.stage <= len(chain.steps):
            fix = f"wanted {int(intermediate)}..{len(chain.steps)}"
            raise UsageError(f"'{chain}' has no such stage", where, fix)
        step = chain.steps[spec.stage - 1]
        if intermediate and spec.show not in step.op.intermediates:
            intermediate_names = ", ".join(step.op.intermediates) or "nothing"
            raise UsageError(
                f"{step.op.name} shows no {spec.show}", where, f"it shows {intermediate_names}"
            )


def _stage_columns(image: Image, chain: Chain) -> list[Column]:
    """Return the image and the output of each step."""
    arrays, stage_grids = chain.stages(image.array), chain.trace(image.size)
    columns = []
    for i, (array, grids) in enumerate(zip(arrays, stage_grids, strict=True)):
        part = Chain(chain.steps[:i]) if i else None
        name = str(chain.steps[i - 1]) if i else "image"
        colour = image.colour and array.shape[:-2] == (3,)
        columns.append(Column(array, grids, name, image.size, part, colour))
    return columns


def _panel(spec: PanelSpec, panel_data: PanelData, chain: Chain, text_size: TextSize) -> Panel:
    panel = _unnamed_panel(spec, panel_data, chain, text_size)
    return replace(panel, name=f"{spec.show}, stage {spec.stage}")


def _unnamed_panel(
    spec: PanelSpec, panel_data: PanelData, chain: Chain, text_size: TextSize
) -> Panel:
    column = panel_data.columns[spec.stage]
    if spec.show == "image":
        (panel,) = image_row(panel_data.single_column(spec.stage), None, None).panels
        assert isinstance(panel, Panel)
        return panel
    if spec.show == "spectrum":
        next_stage = panel_data.columns[spec.stage + 1 : spec.stage + 2]
        boxes = nyquist_boxes((column, *next_stage)) if spec.stage == 0 else ()
        # Every bin as large as those of the image: a cropped spectrum is as large as the box.
        return replace(spectrum_panel(panel_data, spec.stage), zoom=panel_data.zoom, boxes=boxes)
    return _intermediate_panel(spec, panel_data, chain, text_size)


def _intermediate_panel(
    spec: PanelSpec, panel_data: PanelData, chain: Chain, text_size: TextSize
) -> Panel:
    """Return the kernel, window or weights of a step, on a colour map of their own."""
    step = chain.steps[spec.stage - 1]
    input_column = panel_data.columns[spec.stage - 1]
    array = step.op.intermediates[spec.show](input_column.array, dict(step.values))
    plane = np.asarray(array if array.ndim == 2 else array.mean(axis=0), np.float64)
    finite = plane[np.isfinite(plane)]
    # Weights are compared with each other, kernels and windows with 0.
    compared = finite if spec.show == "weights" and finite.size else np.append(finite, 0.0)
    limits = nonempty_limits(compared.min(), compared.max())
    size = "{}x{} px".format(*plane.shape)
    if spec.show == "kernel":
        return kernel_panel(plane, limits, panel_data, text_size, size)
    text_below = f"{size}\nblue {limits[0]:.3g}, yellow {limits[1]:.3g}"
    boxes: tuple[Box, ...] = ()
    if spec.show == "weights":
        plane = panel_data.mirror(plane)
    elif plane.shape == input_column.size:  # else the image was padded for it
        boxes = nyquist_boxes((input_column, panel_data.columns[spec.stage]))
    pixels, zoom = (
        apply_colormap(plane, limits, INTERMEDIATE_COLORMAP),
        input_column.zoom(panel_data.zoom),
    )
    return Panel(pixels, zoom, text_below, boxes, array=plane, limits=limits)


def _titles(spec: PanelSpec, panel_data: PanelData, chain: Chain) -> tuple[str, ...]:
    column = panel_data.columns[spec.stage]
    if spec.show not in ("image", "spectrum"):
        return (spec.title or f"{spec.show} of {chain.steps[spec.stage - 1].op.name}",)
    name = column.title if spec.show == "image" else "k-space"
    return (spec.title or name, annotations.size_of(column, panel_data.image))


def _arrow_text(previous: PanelSpec, following: PanelSpec, chain: Chain) -> str:
    """Return the text over the arrow to a panel: the user's, or what happens there."""
    if following.arrow:
        return following.arrow
    if previous.show == "image" and following.show == "spectrum":
        return "FFT"
    if previous.show == "spectrum" and following.show == "image":
        return "inverse FFT"
    return "\n".join(map(str, chain.steps[previous.stage : following.stage]))
