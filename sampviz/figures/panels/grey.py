"""Which grey window each picture gets: one for all, but for pictures of differences."""

import contextlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sampviz.core.errors import ChainError, SampvizWarning
from sampviz.figures.panels.intensity_window import Limits, Scope, Window
from sampviz.figures.panels.view import View
from sampviz.images.image import Image

_NOTHING = 1e-6  # of a constant 1 that went through a chain


@dataclass(frozen=True)
class GreyWindow:
    """The window of one picture, and what to say where it is not that of the original.

    `origin` says the window of the original and where it comes from.
    """

    limits: Limits
    line: str = ""
    signed: bool = False
    origin: str = ""


def grey_windows(
    image: Image, views: Sequence[View], window: Window, scope: Scope
) -> tuple[GreyWindow, ...]:
    """Return the window of every view: one for all, except for signed pictures, unless asked."""
    if views[0].array.dtype.kind == "c" and views[0].show == "phase" and window.kind != "limits":
        whole_turn = GreyWindow((-np.pi, np.pi), origin="window -π..π radians")
        return (whole_turn,) * len(views)
    shared = window.limits(views[0].drawn, image)
    found = []
    for view in views:
        if window.kind != "limits" and _is_signed(view):
            most = float(np.abs(view.drawn[np.isfinite(view.drawn)]).max())
            found.append(GreyWindow((-most, most), f"window ±{most:.4g}, 0 in the middle", True))
        elif scope == "panel":
            low, high = window.of_panel().limits(view.drawn, image)
            found.append(GreyWindow((low, high), f"window {low:.4g}..{high:.4g}"))
        else:
            found.append(GreyWindow(shared, origin=window.describe(shared, views[0].drawn, image)))
    return tuple(found)


def _is_signed(view: View) -> bool:
    """Whether a chain turns the picture into differences: it takes a constant to 0 or below."""
    finite = view.drawn[np.isfinite(view.drawn)]
    if view.chain is None or not finite.size or finite.min() >= 0:
        return False
    with warnings.catch_warnings(), contextlib.suppress(ChainError):
        warnings.simplefilter("ignore", SampvizWarning)
        ones = np.ones((view.channels_before, *view.original))
        flat = view.chain(ones, axes=len(view.original))
        middle = tuple(slice(n // 4, max(n // 4 + 1, 3 * n // 4)) for n in flat.shape[1:])
        return bool(flat[:, *middle].mean() < _NOTHING)
    return False
