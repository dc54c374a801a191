"""Sampling grids: where the samples of an output lie, in pixels of the input."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil


@dataclass(frozen=True)
class Grid:
    """The positions of the samples of one axis: sample m lies at `step * m + delta`.

    Exact fractions, so that a chain of many steps keeps its positions without rounding.

    Parameters
    ----------
    size : int
        Number of samples.
    step : Fraction
        Distance between two samples, in input pixels.
    delta : Fraction
        Position of the first sample, in input pixels; 0 is the first pixel.

    Examples
    --------
    >>> halved = Grid(64, Fraction(2), Fraction(1, 2))
    >>> halved.then(halved)
    Grid(size=64, step=4, delta=3/2)
    """

    size: int
    step: Fraction = Fraction(1)
    delta: Fraction = Fraction(0)

    def then(self, following: "Grid") -> "Grid":
        """Express a grid that is given in samples of this one in input pixels.

        Parameters
        ----------
        following : Grid
            The grid of the next step; its unit is the distance between samples of this grid.

        Returns
        -------
        Grid
            The same samples; the unit is the input pixel.
        """
        return Grid(
            following.size, self.step * following.step, self.delta + self.step * following.delta
        )

    def nearest(self, pixel: int) -> int:
        """Return the sample nearest to a pixel of the input; the first of two as near.

        Parameters
        ----------
        pixel : int
            Its index.

        Returns
        -------
        int
            The index of the sample.
        """
        index = ceil((pixel - self.delta) / self.step - Fraction(1, 2))
        return min(max(index, 0), self.size - 1)

    def __repr__(self) -> str:
        return f"Grid(size={self.size}, step={self.step}, delta={self.delta})"


Grids = tuple[Grid, ...]  # rows, columns; with a volume: slices, rows, columns
Size = tuple[int, ...]
