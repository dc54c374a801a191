"""Where the samples of an output sit, along one axis, in pixels of the input."""

from dataclasses import dataclass
from fractions import Fraction


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
