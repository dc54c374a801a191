"""A method step by step: the stages of a chain with arrows between, in the image and in k-space."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np

from sampviz.core.errors import UsageError
from sampviz.dsp.dtypes import Array
from sampviz.figures.captions import annotations as wording
from sampviz.figures.captions.caption import steps_caption
from sampviz.figures.layout.sheet import (
    Arrow,
    PlacedPanel,
    Sheet,
    Spacing,
    TextBlock,
    place_edge_labels,
)
from sampviz.figures.layout.zoom import choose_zoom
from sampviz.figures.panels.colormap import GREY, apply_colormap
from sampviz.figures.panels.intensity_window import Limits, Window, not_empty, panel_windows
from sampviz.figures.panels.panel import Box, EdgeLabels, Panel
from sampviz.figures.panels.picture_rows import PanelData, image_row, nyquist_boxes, spectrum_panel
from sampviz.figures.panels.view import Column, Scene
from sampviz.figures.render.render import PanelFigure, draw_sheet
from sampviz.figures.style import TextSize
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

Shown = Literal["image", "spectrum", "kernel", "window", "weights"]
_INSIDE = "cividis"  # the map of what is not a picture
_KERNEL_SHARE = 0.5  # of the height of the pictures
_MOST_DIGITS = 7  # side of a kernel whose numbers are written on it
_ARROW_LINES = 4  # an arrow is at least so many heights of a line long


@dataclass(frozen=True)
class PanelSpec:
    """One panel: what is shown after how many steps, its title, and the words over its arrow.

    `kernel`, `window` and `weights` are those that step `stage` (counted from 1) uses.
    """

    show: Shown
    stage: int
    title: str = ""
    arrow: str = ""


def draw_steps(
    image: Image,
    chain: Chain,
    sights: Sequence[PanelSpec] = (),
    *,
    window: str | None = None,
    title: str | None = None,
    dpi: int | None = None,
    columns: int | None = None,
    font_size: float = 8.0,
    convention: str = "neurological",
) -> PanelFigure:
    """Draw what a chain does to an image, step by step; by default the image after every step.

    `columns` starts a new line after so many panels.
    """
    chain = chain.resolve(image.size, image.spacing)
    shown = list(sights) or [PanelSpec("image", i) for i in range(len(chain.steps) + 1)]
    _check(shown, chain)
    stages = _views(image, chain)
    grey = Window.parse(window)
    settled = choose_zoom(
        [Scene("", image, tuple(stages), max(image.size))],
        letters=image.geometry is not None,
        ticks="",
        dpi=dpi,
        width=None,
        points=font_size,
        columns=columns,
    )
    mirrored = convention == "radiological" and image.runs_left_to_right
    windows = panel_windows(image, stages, grey, "shared")
    pictures = PanelData(image, tuple(stages), settled.zooms[0], windows, GREY, mirrored)
    domains = [sight.show for sight in shown]
    around = wording.edge_labels(image, mirrored=mirrored)
    kind = settled.measures.type
    panels = [_named(_panel(sight, pictures, chain, kind), sight) for sight in shown]
    titles = [_titles(sight, pictures, chain) for sight in shown]
    words = ["", *(_words(a, b, chain) for a, b in pairwise(shown))]
    facts = wording.describe([image], [pictures], domains, grey, "shared", settled.missed)
    sheet = _arranged(
        panels,
        titles,
        words,
        around if shown[0].show == "image" and shown[0].stage == 0 else None,
        wording.header([image], "magnitude") if title is None else title,
        wording.notes(facts),
        settled.measures,
        columns or len(shown),
    )
    figure = draw_sheet(sheet, settled.measures)
    figure.caption = steps_caption(pictures, chain, panels, titles, words, facts, title)
    return figure


def _check(sights: Sequence[PanelSpec], chain: Chain) -> None:
    for sight in sights:
        place = f"panel {sight.show!r} of stage {sight.stage}"
        inside = sight.show not in ("image", "spectrum")
        if not int(inside) <= sight.stage <= len(chain.steps):
            wanted = f"wanted {int(inside)}..{len(chain.steps)}"
            raise UsageError(f"'{chain}' has no such stage", place, wanted)
        step = chain.steps[sight.stage - 1]
        if inside and sight.show not in step.op.intermediates:
            known = ", ".join(step.op.intermediates) or "nothing"
            raise UsageError(f"{step.op.name} shows no {sight.show}", place, f"it shows {known}")


def _views(image: Image, chain: Chain) -> list[Column]:
    arrays, traced = chain.stages(image.array), chain.trace(image.size)
    found = []
    for i, (array, grids) in enumerate(zip(arrays, traced, strict=True)):
        part = Chain(chain.steps[:i]) if i else None
        name = str(chain.steps[i - 1]) if i else "image"
        colour = image.colour and array.shape[:-2] == (3,)
        found.append(Column(array, grids, name, image.size, part, colour))
    return found


def _named(panel: Panel, sight: PanelSpec) -> Panel:
    return replace(panel, name=f"{sight.show}, stage {sight.stage}")


def _panel(sight: PanelSpec, pictures: PanelData, chain: Chain, kind: TextSize) -> Panel:
    view = pictures.views[sight.stage]
    if sight.show == "image":
        (panel,) = image_row(pictures.only(sight.stage), None, None).panels
        assert isinstance(panel, Panel)
        return panel
    if sight.show == "spectrum":
        after = pictures.views[sight.stage + 1 : sight.stage + 2]
        boxes = nyquist_boxes((view, *after)) if sight.stage == 0 else ()
        # Every bin as large as those of the image: what is left is as large as the box.
        return replace(spectrum_panel(pictures, sight.stage), zoom=pictures.zoom, boxes=boxes)
    return _inside(sight, pictures, chain, kind)


def _inside(sight: PanelSpec, pictures: PanelData, chain: Chain, kind: TextSize) -> Panel:
    """The kernel, window or weights of a step, on a map of their own."""
    step = chain.steps[sight.stage - 1]
    before = pictures.views[sight.stage - 1]
    array = step.op.intermediates[sight.show](before.array, dict(step.values))
    plane = np.asarray(array if array.ndim == 2 else array.mean(axis=0), np.float64)
    finite = plane[np.isfinite(plane)]
    # Weights are told from each other; kernels and windows are seen against 0.
    told = finite if sight.show == "weights" and finite.size else np.append(finite, 0.0)
    limits = not_empty(float(told.min()), float(told.max()))
    size = "{}x{} px".format(*plane.shape)
    if sight.show == "kernel":
        return _kernel(plane, limits, pictures, kind, size)
    below = f"{size}\nblue {limits[0]:.3g}, yellow {limits[1]:.3g}"
    boxes: tuple[Box, ...] = ()
    if sight.show == "weights":
        plane = pictures.seen(plane)
    elif plane.shape == before.size:  # else the image was padded for it
        boxes = nyquist_boxes((before, pictures.views[sight.stage]))
    pixels, zoom = apply_colormap(plane, limits, _INSIDE), before.zoom(pictures.zoom)
    return Panel(pixels, zoom, below, boxes, array=plane, limits=limits)


def _kernel(plane: Array, limits: Limits, pictures: PanelData, kind: TextSize, size: str) -> Panel:
    """A kernel with its numbers, where they are not too many, about half as high as a picture."""
    digits = _digits(plane, limits) if max(plane.shape) <= _MOST_DIGITS else ()
    room = max((kind.width(f" {text} ") for text, _ in digits), default=1)
    high_px = _KERNEL_SHARE * pictures.views[0].size[0] * pictures.zoom[0]
    cell = max(room, round(high_px / plane.shape[0]))
    pixels = apply_colormap(plane, limits, _INSIDE)
    return Panel(pixels, (cell, cell), size, digits=digits, array=plane, limits=limits)


def _digits(plane: Array, limits: Limits) -> tuple[tuple[str, bool], ...]:
    """Return what is written on every cell, row by row, and whether in white."""
    middle = sum(limits) / 2
    texts = (f"{v:.3f}" for v in plane.ravel())
    shown = (re.sub(r"^(-?)0\.", r"\1.", text) for text in texts)
    return tuple((text, bool(v < middle)) for text, v in zip(shown, plane.ravel(), strict=True))


def _titles(sight: PanelSpec, pictures: PanelData, chain: Chain) -> tuple[str, ...]:
    view = pictures.views[sight.stage]
    if sight.show not in ("image", "spectrum"):
        return (sight.title or f"{sight.show} of {chain.steps[sight.stage - 1].op.name}",)
    name = view.title if sight.show == "image" else "k-space"
    return (sight.title or name, wording.size_of(view, pictures.image))


def _words(before: PanelSpec, after: PanelSpec, chain: Chain) -> str:
    """Return what stands over the arrow to a panel: what was written, or what happens there."""
    if after.arrow:
        return after.arrow
    if before.show == "image" and after.show == "spectrum":
        return "FFT"
    if before.show == "spectrum" and after.show == "image":
        return "inverse FFT"
    return "\n".join(map(str, chain.steps[before.stage : after.stage]))


def _arranged(
    panels: Sequence[Panel],
    titles: Sequence[Sequence[str]],
    words: Sequence[str],
    around: EdgeLabels | None,
    header: str,
    notes: Sequence[str],
    measures: Spacing,
    columns: int,
) -> Sheet:
    """Place the panels in lines of `columns`, with an arrow before each but the first."""
    kind, line = measures.type, measures.type.line
    gap = max(_ARROW_LINES * line, *(kind.width(w) for each in words for w in each.split("\n")))
    cells = [max(panel.size[1], 8 * line) for panel in panels]
    chosen = [range(i, min(i + columns, len(panels))) for i in range(0, len(panels), columns)]
    step = gap + 2 * line
    natural = max(sum(cells[i] + step for i in part) for part in chosen) + line * 2
    sheet = Sheet(natural)
    y = line // 2
    for text in kind.wrap(header, sheet.width - 2 * line, bold=True):
        sheet.words.append(TextBlock(sheet.width // 2, y, (text,), "center", bold=True))
        y += line
    for part in chosen:
        wrapped = {i: [t for text in titles[i] for t in kind.wrap(text, cells[i])] for i in part}
        top = max(map(len, wrapped.values())) * line
        y += line // 2 + top + (line if around else 0)
        height = max(panels[i].size[0] for i in part)
        x = step // 2 if part[0] == 0 else 0
        for i in part:
            if i:
                letter = line if around and i == 1 else 0
                arrow = Arrow(x + line + letter, x + line + gap, y + height // 2)
                sheet.arrows.append(arrow)
                said = tuple(words[i].split("\n"))
                sheet.words.append(
                    TextBlock(
                        (arrow.start + arrow.end) // 2,
                        arrow.y - line * len(said) - line // 2,
                        said,
                        "center",
                    )
                )
                x += step
            panel = panels[i]
            at, down = x + (cells[i] - panel.size[1]) // 2, y + (height - panel.size[0]) // 2
            sheet.words.append(
                TextBlock(
                    x + cells[i] // 2,
                    y - len(wrapped[i]) * line - line // 4 - (line if around else 0),
                    tuple(wrapped[i]),
                    "center",
                )
            )
            drop = line // 4
            if i == 0 and around:
                drop = place_edge_labels(sheet, measures, around, panel, at, down)
            else:
                sheet.panels.append(PlacedPanel(panel, at, down))
            below = kind.wrap(panel.below, cells[i]) if panel.below else []
            sheet.words.append(
                TextBlock(x + cells[i] // 2, down + panel.size[0] + drop, tuple(below), "center")
            )
            x += cells[i]
        most = max(len(kind.wrap(panels[i].below, cells[i])) for i in part)
        y += height + line * (most + 1) + (line * 2 if around and 0 in part else 0)
    wrapped_notes = [t for note in notes for t in kind.wrap(note, sheet.width - 2 * line)]
    sheet.words.append(TextBlock(line, y, tuple(wrapped_notes)))
    sheet.height = y + line * len(wrapped_notes) + line // 2
    return sheet
