"""Where the samples of an output sit, along one axis, in pixels of the input."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product


@dataclass(frozen=True)
class Grid:
    """Sample m of `size` samples sits at input coordinate `step * m + delta` (in input pixels).

    Exact fractions: a chain of many steps keeps its place without rounding.
    """

    size: int
    step: Fraction = Fraction(1)
    delta: Fraction = Fraction(0)

    def then(self, nxt: "Grid") -> "Grid":
        """Return the grid of `nxt`, which is given in samples of this one, in input pixels."""
        return Grid(nxt.size, self.step * nxt.step, self.delta + self.step * nxt.delta)


Grids = tuple[Grid, ...]  # rows, columns; with a volume: slices, rows, columns
Size = tuple[int, ...]


def nearest_to_cubes(spacing: Sequence[float]) -> Size:
    """Return factors 1 or 2, not all 1, after which the sides of a pixel are most alike.

    Of equals those that take most away.
    """

    def unlike(factors: Size) -> tuple[float, int]:
        sides = [mm * f for mm, f in zip(spacing, factors, strict=True)]
        return round(max(sides) / min(sides), 6), -sum(factors)

    return min(list(product((1, 2), repeat=len(spacing)))[1:], key=unlike)
