"""Grey windows: which values are black and white."""

import contextlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np

from sampviz.core.errors import ChainError, SampvizWarning, UsageError, argument
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.figures.options import Scope
from sampviz.figures.panels.view import Column
from sampviz.images.image import Image

Limits = tuple[float, float]
_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?"
_LIMITS = re.compile(rf"({_NUMBER}),({_NUMBER})", re.ASCII)
_PERCENTILES = re.compile(rf"p({_NUMBER}),p({_NUMBER})", re.ASCII)


@dataclass(frozen=True)
class Window:
    """What was asked: the format's own range where it has one, percentiles, or two values.

    Percentiles are of the finite pixels that are not zero: an empty background says nothing
    about the tissue.
    """

    kind: Literal["auto", "percentiles", "limits"]
    low: float = 1.0
    high: float = 99.0

    @classmethod
    def parse(cls, window: str | Sequence[float | str] | None) -> "Window":
        """Read `p1,p99`, `LO,HI` or (LO, HI); None is the default: see the class."""
        if window is None:
            return cls("auto")
        pair = isinstance(window, (tuple, list))
        text = ",".join(map(str, window)) if pair else str(window)
        for kind, pattern in (("percentiles", _PERCENTILES), ("limits", _LIMITS)):
            found = pattern.fullmatch(text.replace(" ", ""))
            if found:
                low, high = float(found[1]), float(found[2])
                bounded = kind == "limits" or (low >= 0 and high <= 100)
                if low < high and bounded and isfinite(high - low):
                    return cls(kind, low, high)  # type: ignore[arg-type]
        raise UsageError(
            f"{text!r} is not a window",
            argument("window"),
            "write percentiles as p1,p99 or values as 0,800, the smaller first",
        )

    def of_panel(self) -> "Window":
        """Return the window that looks at each panel by itself: never the format's range."""
        return Window("percentiles") if self.kind == "auto" else self

    def limits(self, array: Array, image: Image) -> Limits:
        """Return the values that are black and white for `array`, a picture made of `image`."""
        if self.kind == "limits":
            return self.low, self.high
        if self.kind == "auto" and image.range is not None:
            return image.range
        found = self._percentiles(array)
        if found and found[0] < found[1]:
            return found
        # A mask of 0 and 1 has no percentiles between its ends.
        finite = array[np.isfinite(array)]
        return not_empty(float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)

    def _percentiles(self, array: Array) -> Limits | None:
        """Return the percentiles of the finite values but 0; None where there are none."""
        told = array[np.isfinite(array) & (array != 0)]
        if not told.size:
            return None
        scale = power_of_two(told)
        low, high = np.percentile(told / scale, (self.low, self.high)) * scale
        return float(low), float(high)

    def describe(self, limits: Limits, array: Array, image: Image) -> str:
        """Say the limits of `array`, the original, and the percentiles where they are those."""
        shown = f"window {limits[0]:.4g}..{limits[1]:.4g}"
        if self.kind == "limits" or (self.kind == "auto" and image.range is not None):
            return shown
        if limits != self._percentiles(array):
            return f"{shown} (the smallest and the largest value of the original)"
        return f"{shown} (p{self.low:g}, p{self.high:g} of the original without its zeros)"


def not_empty(low: float, high: float) -> Limits:
    """Return the limits of a window, made wider by 1, or by what is seen of a large number."""
    if low < high:
        return low, high
    step = max(1.0, abs(low) * 2**-20)
    return (low, low + step) if isfinite(low + step) else (low - step, low)


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


def panel_windows(
    image: Image, views: Sequence[Column], window: Window, scope: Scope
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


def _is_signed(view: Column) -> bool:
    """Whether a chain turns the picture into differences: it takes a constant to 0 or below."""
    finite = view.drawn[np.isfinite(view.drawn)]
    if view.chain is None or not finite.size or finite.min() >= 0:
        return False
    with ignored_warnings(SampvizWarning), contextlib.suppress(ChainError):
        ones = np.ones((view.channels_before, *view.original))
        flat = view.chain(ones, axes=len(view.original))
        middle = tuple(slice(n // 4, max(n // 4 + 1, 3 * n // 4)) for n in flat.shape[1:])
        return bool(flat[:, *middle].mean() < _NOTHING)
    return False
