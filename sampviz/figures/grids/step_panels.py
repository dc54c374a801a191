"""The panels of a step-by-step figure: images, k-space, and what a step uses inside."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sampviz.core.errors import UsageError
from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import FLOOR_DB, decibels
from sampviz.figures.grids.frequency_axes import Frequencies
from sampviz.figures.options import LONGEST_TITLE
from sampviz.figures.panels.colormap import SPECTRUM, apply_colormap
from sampviz.figures.panels.column import Column
from sampviz.figures.panels.detail_rows import Detail
from sampviz.figures.panels.panel import Box, ColorBar, Panel
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.picture_rows import image_row
from sampviz.figures.panels.spectrum_rows import nyquist_boxes, spectrum_panel
from sampviz.figures.style import TextSize
from sampviz.images.intensity_window import Limits, nonempty_limits
from sampviz.ops.chain import Chain

Content = Literal["image", "spectrum", "product", "kernel", "window", "weights"]
_INTERMEDIATE_COLORMAP = "cividis"  # of kernels, windows and weights
_KERNEL_SHARE = 0.5  # of the height of the pictures
_MOST_DIGITS = 7  # side of a kernel whose values are written on it
DECIBELS = ColorBar(SPECTRUM, (FLOOR_DB, 0.0), "dB re the original's maximum", "dB")


@dataclass(frozen=True)
class PanelSpec:
    """What one panel of a step-by-step figure shows.

    Parameters
    ----------
    show : {"image", "spectrum", "product", "kernel", "window", "weights"}
        The image or its spectrum after `stage` steps; or what step number `stage` uses, or the
        product of the spectrum before it and its window.
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

    @property
    def in_frequency(self) -> bool:
        """Whether the panel is in k-space."""
        return self.show in ("spectrum", "product", "window")


def check_specs(specs: Sequence[PanelSpec], chain: Chain) -> None:
    """Raise UsageError for a panel of a stage or of an array that there is not."""
    for spec in specs:
        where = f"panel {spec.show!r} of stage {spec.stage}"
        if (length := max(len(spec.title), len(spec.arrow))) > LONGEST_TITLE:
            fix = f"wanted at most {LONGEST_TITLE}"
            raise UsageError(f"a text of {length} characters", where, fix)
        intermediate = spec.show not in ("image", "spectrum")
        if not int(intermediate) <= spec.stage <= len(chain.steps):
            fix = f"wanted {int(intermediate)}..{len(chain.steps)}"
            raise UsageError(f"'{chain}' has no such stage", where, fix)
        step = chain.steps[spec.stage - 1]
        used = "window" if spec.show == "product" else spec.show
        if intermediate and used not in step.op.intermediates:
            intermediate_names = ", ".join(step.op.intermediates) or "nothing"
            raise UsageError(
                f"{step.op.name} shows no {spec.show}", where, f"it shows {intermediate_names}"
            )


def step_panel(
    spec: PanelSpec,
    panel_data: PanelData,
    chain: Chain,
    detail: Detail | None,
    text_size: TextSize,
) -> Panel:
    """Return a panel.

    Parameters
    ----------
    spec : PanelSpec
        What it shows.
    panel_data : PanelData
        The image after each step.
    chain : Chain
        The steps.
    detail : Detail or None
        Is outlined on images and weights.
    text_size : TextSize
        Of the numbers on a kernel.

    Returns
    -------
    Panel
    """
    panel = _unnamed_panel(spec, panel_data, chain, detail, text_size)
    return replace(panel, name=f"{spec.show}, stage {spec.stage}")


def detail_panel(
    spec: PanelSpec, panel_data: PanelData, chain: Chain, detail: Detail
) -> Panel | None:
    """Return the enlarged part of an image or of weights; None of other panels."""
    name = f"detail of {spec.show}, stage {spec.stage}"
    if spec.show == "image":
        column = detail.region.crop(panel_data.columns[spec.stage])
        panel = panel_data.column_panel(column, column.display_stack, detail.limits, detail.zoom)
        return replace(panel, name=name)
    if spec.show == "weights":
        column = panel_data.columns[spec.stage - 1]
        plane, limits = _intermediate(spec, panel_data, chain)
        part = panel_data.mirror(plane[detail.region.slices(column)])
        pixels = apply_colormap(part, limits, _INTERMEDIATE_COLORMAP)
        return Panel(pixels, column.zoom(detail.zoom), array=part, limits=limits, name=name)
    return None


def frequencies_of(spec: PanelSpec, panel_data: PanelData, panel: Panel) -> Frequencies | None:
    """Return the axes of a panel in k-space; None of other panels, and of one pixel."""
    if not spec.in_frequency:
        return None
    column = panel_data.columns[spec.stage if spec.show == "spectrum" else spec.stage - 1]
    if panel.pixels.shape[:2] != column.size:  # the image was padded for it
        return None
    spacing = panel_data.image.spacing
    if spacing is None or not all(spacing):
        spacing, unit = (1.0, 1.0), "cycles/px"
    else:
        unit = "cycles/mm"
    rows, columns = (
        0.5 / (float(grid.step) * mm) for grid, mm in zip(column.grids, spacing, strict=True)
    )
    return Frequencies(rows, columns, unit)


def _unnamed_panel(
    spec: PanelSpec,
    panel_data: PanelData,
    chain: Chain,
    detail: Detail | None,
    text_size: TextSize,
) -> Panel:
    column = panel_data.columns[spec.stage]
    if spec.show == "image":
        region = detail.region if detail else None
        (panel,) = image_row(panel_data.single_column(spec.stage), region, None).panels
        assert isinstance(panel, Panel)
        return panel
    if spec.show == "spectrum":
        next_stage = panel_data.columns[spec.stage + 1 : spec.stage + 2]
        boxes = nyquist_boxes((column, *next_stage)) if spec.stage == 0 else ()
        # Every bin as large as those of the image: a cropped spectrum is as large as the box.
        panel = spectrum_panel(panel_data, spec.stage)
        return replace(panel, zoom=panel_data.zoom, boxes=boxes)
    if spec.show == "product":
        return _product_panel(spec, panel_data, chain)
    return _intermediate_panel(spec, panel_data, chain, detail, text_size)


def _product_panel(spec: PanelSpec, panel_data: PanelData, chain: Chain) -> Panel:
    """Return the spectrum before a step times its window, in dB."""
    window, _ = _intermediate(spec, panel_data, chain)
    spectrum = panel_data.spectra[spec.stage - 1]
    columns = panel_data.columns[spec.stage - 1 : spec.stage + 1]
    if window.shape != spectrum.shape:
        raise UsageError(
            f"the window is {'x'.join(map(str, window.shape))} px, the image is padded for it",
            f"panel 'product' of stage {spec.stage}",
            "leave the panel out, or the padding",
        )
    maximum = float(panel_data.spectra[0].max())
    reference = maximum if np.isfinite(maximum) else float(spectrum.max())
    levels, limits = decibels(spectrum * window, reference), (FLOOR_DB, 0.0)
    pixels = apply_colormap(levels, limits, SPECTRUM)
    boxes = nyquist_boxes(columns)
    return Panel(pixels, panel_data.zoom, "", boxes, array=levels, limits=limits)


def _intermediate(spec: PanelSpec, panel_data: PanelData, chain: Chain) -> tuple[Array, Limits]:
    """Return the kernel, window or weights of a step, and the ends of their colour map."""
    step = chain.steps[spec.stage - 1]
    name = "window" if spec.show == "product" else spec.show
    array = step.op.intermediates[name](panel_data.columns[spec.stage - 1].array, dict(step.values))
    plane = np.asarray(array if array.ndim == 2 else array.mean(axis=0), np.float64)
    finite = plane[np.isfinite(plane)]
    # Weights are compared with each other, kernels and windows with 0.
    compared = finite if name == "weights" and finite.size else np.append(finite, 0.0)
    return plane, nonempty_limits(compared.min(), compared.max())


def _intermediate_panel(
    spec: PanelSpec,
    panel_data: PanelData,
    chain: Chain,
    detail: Detail | None,
    text_size: TextSize,
) -> Panel:
    """Return the kernel, window or weights of a step, on a colour map of their own."""
    input_column = panel_data.columns[spec.stage - 1]
    plane, limits = _intermediate(spec, panel_data, chain)
    if spec.show == "kernel":
        return _kernel_panel(plane, limits, panel_data, text_size)
    boxes: tuple[Box, ...] = ()
    if spec.show == "weights":
        plane = panel_data.mirror(plane)
        boxes = _weights_box(input_column, panel_data, detail)
    elif plane.shape == input_column.size:  # else the image was padded for it
        boxes = nyquist_boxes((input_column, panel_data.columns[spec.stage]))
    text_below = f"{plane.shape[0]}×{plane.shape[1]}\nblue {limits[0]:.3g}, yellow {limits[1]:.3g}"
    pixels = apply_colormap(plane, limits, _INTERMEDIATE_COLORMAP)
    zoom = input_column.zoom(panel_data.zoom)
    return Panel(pixels, zoom, text_below, boxes, array=plane, limits=limits)


def intermediate_bar(panel: Panel) -> ColorBar:
    """Return the colour bar of weights or of a window."""
    assert panel.limits
    return ColorBar(_INTERMEDIATE_COLORMAP, panel.limits, "", "")


def _weights_box(column: Column, panel_data: PanelData, detail: Detail | None) -> tuple[Box, ...]:
    if not detail:
        return ()
    rows, columns = detail.region.slices(column)
    height, length = rows.stop - rows.start, columns.stop - columns.start
    left = column.size[1] - columns.stop if panel_data.mirrored else columns.start
    return (Box(rows.start, left, height, length),)


def _kernel_panel(
    plane: Array, limits: Limits, panel_data: PanelData, text_size: TextSize
) -> Panel:
    """Return a kernel, half as high as a picture, with its values where they are few enough."""
    digits = _digits(plane, limits) if max(plane.shape) <= _MOST_DIGITS else ()
    text_width = max((text_size.width(f" {text} ") for text, _ in digits), default=1)
    height = _KERNEL_SHARE * panel_data.columns[0].size[0] * panel_data.zoom[0]
    widest = max(1, panel_data.columns[0].width(panel_data.zoom) // plane.shape[1])
    zoom = min(max(text_width, round(height / plane.shape[0])), widest)
    if zoom < text_width:
        digits = ()
    pixels = apply_colormap(plane, limits, _INTERMEDIATE_COLORMAP)
    size = "×".join(map(str, plane.shape)) + " taps"
    return Panel(pixels, (zoom, zoom), size, digits=digits, array=plane, limits=limits)


def _digits(plane: Array, limits: Limits) -> tuple[tuple[str, bool], ...]:
    """Return the text on every sample, row by row, and whether it is white."""
    middle = sum(limits) / 2
    texts = (re.sub(r"^(-?)0\.", r"\1.", f"{value:.3f}") for value in plane.ravel())
    return tuple((text, bool(v < middle)) for text, v in zip(texts, plane.ravel(), strict=True))
