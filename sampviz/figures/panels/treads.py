"""The treads of the staircase of a network: its maps, and how high frequencies they can hold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_LINES = "solid", "dashed", "dotted"
_SAME = 0.15  # of the logarithm: axes that differ by less are drawn as one


@dataclass(frozen=True)
class Tread:
    """The map of a layer, of the input first.

    Parameters
    ----------
    number : int
        Of the layer.
    size : tuple of int
        Samples along each axis.
    entering, nyquist : tuple of float
        The highest frequencies of the map that enters and of the result, along each axis.
    millimetres : str
        Between samples, in mm, as text; "" where that is not known.
    """

    number: int
    size: tuple[int, ...]
    entering: tuple[float, ...]
    nyquist: tuple[float, ...]
    millimetres: str = ""

    @property
    def enlarges(self) -> bool:
        """Whether it holds higher frequencies than what enters."""
        return max(self.nyquist) > max(self.entering)

    @property
    def size_text(self) -> str:
        """The size: "64²" or "64×48"."""
        sides, powers = set(self.size), {2: "²", 3: "³"}
        if len(sides) == 1 and len(self.size) in powers:
            return f"{self.size[0]}{powers[len(self.size)]}"
        return "×".join(map(str, self.size))


def line_names(treads: Sequence[Tread]) -> str:
    """Return which line is which axis of space, where several are drawn; "" for one."""
    axes = drawn_axes(treads)
    names = ("slices", "rows", "columns")[-len(treads[0].nyquist) :]
    lines = [f"{line} {names[axis]}" for line, axis in zip(_LINES, axes, strict=False)]
    return ", ".join(lines) if len(axes) > 1 else ""


def drawn_axes(treads: Sequence[Tread]) -> list[int]:
    """Return the axes whose frequencies differ from those of the axes before them."""
    return [axis for axis in range(len(treads[0].nyquist)) if not axis or _differs(treads, axis)]


def _differs(treads: Sequence[Tread], axis: int) -> bool:
    """Whether an axis has clearly other frequencies than each of those before it."""
    levels = np.array([tread.nyquist for tread in treads])
    ratios = np.abs(np.log(levels[:, :axis] / levels[:, axis : axis + 1]))
    return bool((ratios.max(axis=0) > _SAME).all())
