"""The kernel of a step as a panel, with its values where they are few enough."""

import re

from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.colormap import apply_colormap
from sampviz.figures.panels.panel import Panel
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.style import TextSize
from sampviz.images.intensity_window import Limits

INTERMEDIATE_COLORMAP = "cividis"  # of kernels, windows and weights
_KERNEL_SHARE = 0.5  # of the height of the pictures
_MOST_DIGITS = 7  # side of a kernel whose values are written on it


def kernel_panel(
    plane: Array, limits: Limits, panel_data: PanelData, text_size: TextSize, size: str
) -> Panel:
    """Return a kernel, half as high as a picture, with its values where they are few enough."""
    digits = _digits(plane, limits) if max(plane.shape) <= _MOST_DIGITS else ()
    text_width = max((text_size.width(f" {text} ") for text, _ in digits), default=1)
    height = _KERNEL_SHARE * panel_data.columns[0].size[0] * panel_data.zoom[0]
    zoom = max(text_width, round(height / plane.shape[0]))
    pixels = apply_colormap(plane, limits, INTERMEDIATE_COLORMAP)
    return Panel(pixels, (zoom, zoom), size, digits=digits, array=plane, limits=limits)


def _digits(plane: Array, limits: Limits) -> tuple[tuple[str, bool], ...]:
    """Return the text on every sample, row by row, and whether it is white."""
    middle = sum(limits) / 2
    texts = (re.sub(r"^(-?)0\.", r"\1.", f"{value:.3f}") for value in plane.ravel())
    return tuple((text, bool(v < middle)) for text, v in zip(texts, plane.ravel(), strict=True))
