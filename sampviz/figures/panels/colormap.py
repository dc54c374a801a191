"""From numbers to colours, a pixel a sample: what a panel shows is decided here."""

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import Colormap
from numpy.typing import NDArray

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import UsageError, argument, did_you_mean
from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.figures.panels.intensity_window import Limits
from sampviz.figures.panels.view import layout_of

Pixels = NDArray[np.uint8]  # (H, W, 3)

GREY = "gray"
SPECTRUM = "magma"
DIFFERENCE = "RdBu_r"
# Stripes of magenta and yellow: no map has them, and no eye takes them for grey.
NOT_A_NUMBER = np.array([(255, 0, 200), (255, 230, 0)], np.uint8)
_STRIPE = 2  # samples


def check_map(name: str) -> None:
    """Raise UsageError if matplotlib knows no such colour map."""
    if name not in mpl.colormaps:
        raise UsageError(
            f"no colour map is named {name!r}",
            argument("cmap"),
            did_you_mean(name, mpl.colormaps, "gray, viridis, magma and cividis are some"),
        )


def apply_colormap(array: Array, limits: Limits, colours: str = GREY) -> Pixels:
    """Colour an (H, W) array by a map.

    Level = floor(256 (value - low) / (high - low)), held within 0..255: the 256 colours of a
    map share the window equally. NaN and infinities are striped in colours of their own.
    """
    pixels = np.asarray(table_of(colours)[_levels(array, limits)], np.uint8)
    mark_nonfinite(pixels, ~np.isfinite(array))
    return pixels


def table_of(colours: str | Colormap) -> Pixels:
    """Return the 256 colours of a map, (256, 3)."""
    return _named_table(colours) if isinstance(colours, str) else _table(colours)


@bounded_cache(2**16)  # to look a map up takes as long as to paint with it
def _named_table(name: str) -> Pixels:
    return _table(mpl.colormaps[name])


def _table(colours: Colormap) -> Pixels:
    # Rounded here: matplotlib's own bytes are cut off, and its grey 33 would become 32.
    return np.asarray(np.rint(colours(np.linspace(0, 1, 256))[:, :3] * 255), np.uint8)


def apply_colormap_to_stack(stack: Array, limits: Limits, colours: str, *, colour: bool) -> Pixels:
    """Colour (C, H, W): as one picture in colour, or by a map as tiles side by side."""
    if colour:
        pixels = np.ascontiguousarray(_levels(stack, limits).transpose(1, 2, 0))
        mark_nonfinite(pixels, ~np.isfinite(stack).all(axis=0))
        return pixels
    count, h, w = stack.shape
    rows, columns = layout_of(count)
    # A sample's width of paper keeps the tiles apart.
    page = np.full((rows * (h + 1) - 1, columns * (w + 1) - 1, 3), 255, np.uint8)
    for number, channel in enumerate(stack):
        i, j = number // columns * (h + 1), number % columns * (w + 1)
        page[i : i + h, j : j + w] = apply_colormap(channel, limits, colours)
    return page


def mark_nonfinite(pixels: Pixels, odd: Any) -> None:
    """Stripe the samples (H, W) of a picture that are `odd`, in place."""
    rows, columns = np.nonzero(odd)
    pixels[rows, columns] = NOT_A_NUMBER[(rows + columns) // _STRIPE % 2]


def _levels(array: Array, limits: Limits) -> NDArray[np.uint8]:
    scale = power_of_two(np.array(limits))
    low, high = np.array(limits) / scale
    with np.errstate(invalid="ignore", over="ignore"):
        level = 256 * (array / scale - low) / (high - low)
        return np.clip(np.where(np.isfinite(array), level, 0), 0, 255).astype(np.uint8)
