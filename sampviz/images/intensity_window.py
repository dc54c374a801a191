"""Intensity windows, a radiologist's: the values that are drawn black and white."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np

from sampviz.core.errors import UsageError, argument
from sampviz.core.text import interval_text, three_digits
from sampviz.dsp.dtypes import Array, finite_range
from sampviz.dsp.percentiles import percentiles
from sampviz.images.image import Image
from sampviz.images.value_range import small_part_note

Limits = tuple[float, float]
_DARK = 0.25  # of the range of colours, below which all are
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?"
_LIMITS = re.compile(rf"({_NUMBER}),({_NUMBER})", re.ASCII)
_PERCENTILES = re.compile(rf"p({_NUMBER}),p({_NUMBER})", re.ASCII)


@dataclass(frozen=True)
class Window:
    """A request for limits: the range of the data, percentiles, two values, or the header's.

    Percentiles are of the finite pixels that are not zero: an empty background says nothing
    about the tissue.

    Parameters
    ----------
    kind : {"auto", "percentiles", "limits", "header"}
        "auto" takes the range that format or header say, percentiles where they say none, or
        where grey values fill a small part of 0..255; of colours that are all dark 0 and the
        upper percentile, which keeps their hues.
    low, high : float
        Percentiles, 0..100, or values; `low` is the smaller.
    """

    kind: Literal["auto", "percentiles", "limits", "header"]
    low: float = 1.0
    high: float = 99.0

    @classmethod
    def parse(cls, window: str | Sequence[float | str] | None) -> "Window":
        """Read a window.

        Parameters
        ----------
        window : str or sequence of float or None
            `p1,p99` for percentiles, `LO,HI` or (LO, HI) for values, `header` for those that the
            file says, None for the default.

        Returns
        -------
        Window

        Raises
        ------
        UsageError
            If it is none of these, or its limits are not in rising order.

        Examples
        --------
        >>> Window.parse("0,800")
        Window(kind='limits', low=0.0, high=800.0)
        """
        if window is None:
            return cls("auto")
        if window == "header":
            return cls("header")
        pair = isinstance(window, (tuple, list))
        text = ",".join(map(str, window)) if pair else str(window)
        for kind, pattern in (("percentiles", _PERCENTILES), ("limits", _LIMITS)):
            match = pattern.fullmatch(text.replace(" ", ""))
            if match:
                low, high = float(match[1]), float(match[2])
                bounded = kind == "limits" or (low >= 0 and high <= 100)
                if low < high and bounded and isfinite(high - low):
                    return cls(kind, low, high)  # type: ignore[arg-type]
        raise UsageError(
            f"{text!r} is not a window",
            argument("window"),
            "write percentiles as p1,p99, values as 0,800, the smaller first, or header",
        )

    @property
    def is_fixed(self) -> bool:
        """Whether its values do not depend on what is drawn."""
        return self.kind in ("limits", "header")

    def of_panel(self) -> "Window":
        """Return the window for a panel by itself: percentiles instead of the format's range."""
        return Window("percentiles") if self.kind == "auto" else self

    def limits(self, array: Array, image: Image) -> Limits:
        """Return the values that are drawn black and white.

        Parameters
        ----------
        array : ndarray
            Real numbers: what is drawn.
        image : Image
            What the array was made from, for the range of its format.

        Returns
        -------
        tuple of float
            The lower and the higher value; smallest and largest value where percentiles are equal.

        Raises
        ------
        UsageError
            If the window of the header is wanted, and the file has none.
        """
        if self.kind == "limits":
            return self.low, self.high
        if self.kind == "header":
            if image.header_window is None:
                raise UsageError(
                    f"its header says no window ({image.window_source})",
                    f"{argument('window')}, for {image.name}",
                    "leave it out, or give values: 0,800",
                )
            return image.header_window
        if self.kind == "auto" and (full_range := _drawn_range(image)):
            return full_range
        inner_limits = self._percentiles(array)
        if self.kind == "auto" and inner_limits and image.colour and image.range:
            inner_limits = 0.0, inner_limits[1]
        if inner_limits and inner_limits[0] < inner_limits[1]:
            return inner_limits
        # A mask of 0 and 1 has no percentiles between its ends.
        return nonempty_limits(*(finite_range(array) or (0.0, 1.0)))

    def _percentiles(self, array: Array) -> Limits | None:
        """Return the percentiles of the finite values but 0; None where there are none."""
        values = array[np.isfinite(array) & (array != 0)]
        if not values.size:
            return None
        low, high = percentiles(values, (self.low, self.high))
        return low, high

    def describe(self, limits: Limits, array: Array, image: Image) -> str:
        """Say the limits of the original, and where they come from.

        Parameters
        ----------
        limits : tuple of float
            What `limits` returned for `array`.
        array : ndarray
            What is drawn of the original.
        image : Image
            The original.

        Returns
        -------
        str
            Such as "window 0..255".
        """
        text = f"window {interval_text(*limits)}"
        if self.kind == "header":
            choice = image.window_source.partition(", ")[2]
            return f"{text} (of its header{choice and ': ' + choice})"
        if self.kind == "limits" or (self.kind == "auto" and _drawn_range(image)):
            return text
        inner_limits = self._percentiles(array)
        if self.kind == "auto" and inner_limits and image.colour and image.range:
            return f"{text} (0, p{self.high:g} of the original without its zeros: it is dark)"
        value_range = finite_range(array)
        if value_range is None:
            return f"{text} (no value of the original is finite)"
        if value_range[0] == value_range[1]:
            return f"{text} (all of the original is {three_digits(value_range[0])})"
        if limits != inner_limits:
            return f"{text} (the smallest and the largest value of the original)"
        return f"{text} (p{self.low:g}, p{self.high:g} of the original without its zeros)"


def _drawn_range(image: Image) -> Limits | None:
    """Return the range of the format, or None where nothing would be seen in it.

    Greys of 8 bits, or of the bits of a DICOM, that fill a small part of them would be black
    panels, and so would colours that are all dark; other colours keep their range, without which
    they are other colours.
    """
    is_of_bits = image.range == (0.0, 255.0) or image.range_source.startswith("BitsStored")
    if not is_of_bits or image.range is None or not small_part_note(image):
        return image.range
    is_bright = image.colour and image.array.max() > _DARK * image.range[1]
    return image.range if is_bright else None


def nonempty_limits(low: float, high: float) -> Limits:
    """Return limits that differ: those given, or a wider window where they are equal.

    Parameters
    ----------
    low, high : float
        Finite, `low` not above `high`.

    Returns
    -------
    tuple of float
        Equal limits are 1 apart, or a millionth of a large number, which 1 would not change.

    Examples
    --------
    >>> nonempty_limits(5.0, 5.0)
    (5.0, 6.0)
    """
    low, high = float(low), float(high)
    if low < high:
        return low, high
    step = max(1.0, abs(low) * 2**-20)
    return (low, low + step) if isfinite(low + step) else (low - step, low)
