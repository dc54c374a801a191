"""From numbers to colours, one pixel a sample.

The mapping is our own and not matplotlib's, so that it is exact: level = floor(256 (value - low) /
(high - low)), all 256 colours share the window equally, and what is not finite is striped in
colours of no map.
"""

from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.colors import Colormap
from numpy.typing import NDArray

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import UsageError, argument, did_you_mean
from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.figures.panels.column import tile_layout
from sampviz.figures.panels.label_colours import label_pixels, label_table
from sampviz.images.image import Labels
from sampviz.images.intensity_window import Limits

Pixels = NDArray[np.uint8]  # (H, W, 3)

GREY = "gray"
SPECTRUM = "magma"
DIFFERENCE = "RdBu_r"
# Magenta and yellow: neither is in the maps above, nor can be taken for a grey.
NONFINITE_COLOURS = np.array([(255, 0, 200), (255, 230, 0)], np.uint8)
_STRIPE_WIDTH = 2  # samples


def check_map(name: str) -> None:
    """Check that matplotlib has a colour map of a name.

    Parameters
    ----------
    name : str
        Such as "gray" or "viridis".

    Raises
    ------
    UsageError
        If it has none.
    """
    if name not in mpl.colormaps:
        raise UsageError(
            f"no colour map is named {name!r}",
            argument("cmap"),
            did_you_mean(name, mpl.colormaps, "gray, viridis, magma and cividis are some"),
        )


def apply_colormap(array: Array, limits: Limits, colormap: str | Labels = GREY) -> Pixels:
    """Colour a plane by a map.

    Parameters
    ----------
    array : ndarray
        (H, W), real.
    limits : tuple of float
        The values of the first and the last colour; values beyond them get the nearer of these.
    colormap : str or Labels
        The name of a colour map of matplotlib; of a label map its labels, and no limits count.

    Returns
    -------
    ndarray of uint8
        (H, W, 3); NaN and infinities are striped.

    Examples
    --------
    >>> apply_colormap(np.array([[0.0, 0.5, 2.0]]), (0, 1))[0, :, 0].tolist()
    [0, 128, 255]
    """
    if isinstance(colormap, Labels):
        pixels = label_pixels(array, colormap)
    else:
        pixels = np.asarray(color_table(colormap)[_levels(array, limits)], np.uint8)
    mark_nonfinite(pixels, ~np.isfinite(array))
    return pixels


def color_table(colormap: str | Colormap | Labels) -> Pixels:
    """Return the 256 colours of a map, or those of labels.

    Parameters
    ----------
    colormap : str, Colormap or Labels
        The map, or its name, or labels.

    Returns
    -------
    ndarray of uint8
        (256, 3), from low to high; of labels at least as many, all equally often.
    """
    if isinstance(colormap, Labels):
        return label_table(colormap)
    return _named_table(colormap) if isinstance(colormap, str) else _table(colormap)


@bounded_cache(2**16)  # looking a map up takes as long as painting with it
def _named_table(name: str) -> Pixels:
    return _table(mpl.colormaps[name])


def _table(colormap: Colormap) -> Pixels:
    # Rounded here: matplotlib's own bytes are cut off, and its grey 33 would become 32.
    return np.asarray(np.rint(colormap(np.linspace(0, 1, 256))[:, :3] * 255), np.uint8)


def apply_colormap_to_stack(
    stack: Array, limits: Limits, colormap: str | Labels, *, colour: bool
) -> Pixels:
    """Colour channels: as one picture in colour, or by a map as tiles side by side.

    Parameters
    ----------
    stack : ndarray
        (C, H, W), real.
    limits : tuple of float
        The values of the darkest and the brightest colour.
    colormap : str or Labels
        The name of a colour map of matplotlib, or labels; not used if `colour`.
    colour : bool
        Whether the three channels are red, green and blue.

    Returns
    -------
    ndarray of uint8
        (H, W, 3), larger for tiles, which are one white sample apart.
    """
    if colour:
        pixels = np.ascontiguousarray(_levels(stack, limits).transpose(1, 2, 0))
        mark_nonfinite(pixels, ~np.isfinite(stack).all(axis=0))
        return pixels
    count, h, w = stack.shape
    rows, columns = tile_layout(count)
    tiles = np.full((rows * (h + 1) - 1, columns * (w + 1) - 1, 3), 255, np.uint8)
    for number, channel in enumerate(stack):
        i, j = number // columns * (h + 1), number % columns * (w + 1)
        tiles[i : i + h, j : j + w] = apply_colormap(channel, limits, colormap)
    return tiles


def mark_nonfinite(pixels: Pixels, nonfinite: Any) -> None:
    """Stripe samples that are NaN or infinite, in place.

    Parameters
    ----------
    pixels : ndarray of uint8
        (H, W, 3), which is changed.
    nonfinite : array_like of bool
        (H, W), true for the samples to mark.
    """
    rows, columns = np.nonzero(nonfinite)
    pixels[rows, columns] = NONFINITE_COLOURS[(rows + columns) // _STRIPE_WIDTH % 2]


def _levels(array: Array, limits: Limits) -> NDArray[np.uint8]:
    scale = power_of_two(np.array(limits))
    low, high = np.array(limits) / scale
    with np.errstate(invalid="ignore", over="ignore"):
        level = 256 * (array / scale - low) / (high - low)
        return np.clip(np.where(np.isfinite(array), level, 0), 0, 255).astype(np.uint8)
