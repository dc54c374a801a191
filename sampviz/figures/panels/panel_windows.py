"""The intensity window of every panel of a figure.

One window for all, so that brightness can be compared, but outputs that are differences are
centred on zero.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from sampviz.core.errors import ChainError, SampvizWarning
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.core.text import interval_text, three_digits
from sampviz.dsp.dtypes import finite_range
from sampviz.dsp.grid import Size
from sampviz.figures.options import Scope
from sampviz.figures.panels.column import Column
from sampviz.images.image import Image
from sampviz.images.intensity_window import Limits, Window
from sampviz.ops.chain import Chain

_SAMPLES = 32  # of an output along an axis: of a volume so many tell of all
_ZERO_GAIN = 1e-6  # the mean response to a constant 1 below which a chain makes differences


@dataclass(frozen=True)
class PanelWindow:
    """The window of one panel.

    Parameters
    ----------
    limits : tuple of float
        The values that are drawn black and white.
    label : str
        Stands under the panel where its window is not that of the original.
    signed : bool
        Whether the panel shows differences, with 0 in the middle of the window.
    origin : str
        The window of the original and where it comes from, for the notes of the figure.
    """

    limits: Limits
    label: str = ""
    signed: bool = False
    origin: str = ""


def panel_windows(
    image: Image, columns: Sequence[Column], window: Window, scope: Scope
) -> tuple[PanelWindow, ...]:
    """Return the window of every column's panel.

    Parameters
    ----------
    image : Image
        The original.
    columns : sequence of Column
        The original first.
    window : Window
        What the user asked for.
    scope : {"shared", "panel"}
        One window for all panels, or one for each. Signed outputs always have their own unless
        `window` gives values.

    Returns
    -------
    tuple of PanelWindow
        One for each column.
    """
    original = columns[0]
    if original.array.dtype.kind == "c" and original.show == "phase" and not window.is_fixed:
        full_turn = PanelWindow((-np.pi, np.pi), origin="window -π..π radians")
        return (full_turn,) * len(columns)
    if image.labels and window.kind == "auto":
        return _label_windows(columns)
    shared_limits = window.limits(original.display_stack, image)
    origin = ""
    windows = []
    for column in columns:
        values = column.display_stack
        if not window.is_fixed and _is_signed(column):
            low, high = finite_range(values) or (0.0, 0.0)
            largest = max(-low, high)
            label = f"window ±{three_digits(largest)}, 0 in the middle"
            windows.append(PanelWindow((-largest, largest), label, signed=True))
        elif scope == "panel":
            low, high = window.of_panel().limits(values, image)
            label = f"window {interval_text(low, high)}"
            windows.append(PanelWindow((low, high), label))
        else:
            origin = origin or window.describe(shared_limits, original.display_stack, image)
            windows.append(PanelWindow(shared_limits, origin=origin))
    return tuple(windows)


def _label_windows(columns: Sequence[Column]) -> tuple[PanelWindow, ...]:
    """Return the windows of a label map: they count for the shares of its labels alone."""
    text = f"shares of labels,\nwindow {interval_text(0, 1)}"
    origin = "labels, each in its own colour"
    return tuple(
        PanelWindow((0.0, 1.0), "" if column.labels else text, origin=origin) for column in columns
    )


def _is_signed(column: Column) -> bool:
    """Whether a chain turns the image into differences: it takes a constant to 0 or below."""
    if column.chain is None or (finite_range(column.display_stack) or (0.0, 0.0))[0] >= 0:
        return False
    with ignored_warnings(SampvizWarning), contextlib.suppress(ChainError):
        size = _short_size(column.chain, column.original_size, column.original_channels)
        response = column.chain(np.ones((column.original_channels, *size)), axes=len(size))
        middle = tuple(slice(n // 4, max(n // 4 + 1, 3 * n // 4)) for n in response.shape[1:])
        return bool(response[:, *middle].mean() < _ZERO_GAIN)
    return False


def _short_size(chain: Chain, size: Size, channels: int) -> Size:
    """Return the size of a part of a volume that a chain takes, for a constant is one anywhere."""
    if len(size) == 2:
        return size
    steps = [max(grid.step for grid in grids) for grids in zip(*chain.trace(size), strict=True)]
    short = tuple(min(n, ceil(_SAMPLES * step)) for n, step in zip(size, steps, strict=True))
    try:
        chain.trace(short, channels)
    except ChainError:
        return size
    return short
