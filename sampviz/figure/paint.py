"""From numbers to colours, a pixel a sample: what a panel shows is decided here."""

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from sampviz.arrays import Array
from sampviz.errors import UsageError, one_of
from sampviz.figure.window import Limits

Pixels = NDArray[np.uint8]  # (H, W, 3)

GREY = "gray"
SPECTRUM = "magma"
DIFFERENCE = "RdBu_r"
NOT_A_NUMBER = (255, 0, 200)


def check_map(name: str) -> None:
    """Raise UsageError if matplotlib knows no such colour map."""
    if name not in mpl.colormaps:
        raise UsageError(
            f"no colour map is named {name!r}",
            "--cmap",
            one_of(name, mpl.colormaps, "gray, viridis, magma and cividis are some"),
        )


def paint(array: Array, limits: Limits, colours: str = GREY) -> Pixels:
    """Colour an (H, W) array by a map, or an RGB (3, H, W) array by itself.

    Level = floor(256 (value - low) / (high - low)), held within 0..255: the 256 colours of a
    map share the window equally. NaN and infinities have a colour of their own.
    """
    low, high = limits
    finite: Array = np.asarray(np.isfinite(array))
    with np.errstate(invalid="ignore", over="ignore"):
        level = 256 * (array.astype(np.float64) - low) / (high - low)
        level = np.clip(np.where(finite, level, 0), 0, 255).astype(np.uint8)
    if array.ndim == 3:
        pixels = np.ascontiguousarray(level.transpose(1, 2, 0))
        finite = np.asarray(finite.all(axis=0))
    else:
        # Rounded here: matplotlib's own bytes are cut off, and its grey 33 would become 32.
        table = np.rint(mpl.colormaps[colours](np.arange(256))[:, :3] * 255).astype(np.uint8)
        pixels = table[level]
    pixels[~finite] = NOT_A_NUMBER
    return np.asarray(pixels, np.uint8)
