"""Where the samples of a tensor inside a network lie, in pixels of what enters the network."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sampviz.dsp.grid import Grid, Grids


@dataclass(frozen=True)
class Axis:
    """One axis of space: where its samples lie by the paths that lead to them.

    Paths that meet may have moved by different ways: of all places the two outermost are kept.

    Attributes
    ----------
    low, high : Grid
        Of the path with the least delta, and of that with the largest; the same size and step.
    """

    low: Grid
    high: Grid

    @property
    def size(self) -> int:
        """Number of samples."""
        return self.low.size

    @property
    def step(self) -> Fraction:
        """Distance between two samples, in input pixels."""
        return self.low.step

    def then(self, grid: Grid) -> "Axis":
        """Return the axis behind a layer, whose grid is given in samples of this one."""
        return Axis(self.low.then(grid), self.high.then(grid))

    def joined(self, other: "Axis") -> "Axis":
        """Return the axis of a tensor that the paths of this and of another axis lead to."""
        low = min(self.low.delta, other.low.delta)
        high = max(self.high.delta, other.high.delta)
        return Axis(Grid(self.size, self.step, low), Grid(self.size, self.step, high))


@dataclass(frozen=True)
class Place:
    """Where the samples of a tensor lie.

    Attributes
    ----------
    axes : tuple of Axis
        The axes of space in the order of the input of the network.
    positions : tuple of int
        Which axis of the tensor each is.
    rank : int
        Number of axes of the tensor, with those of batch and channels.
    layers : tuple of int
        The numbers of the layers that change resolution on the paths to here, in order.
    """

    axes: tuple[Axis, ...]
    positions: tuple[int, ...]
    rank: int
    layers: tuple[int, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of samples along each axis of space."""
        return tuple(axis.size for axis in self.axes)

    @property
    def steps(self) -> tuple[Fraction, ...]:
        """Distance between samples along each axis of space, in input pixels."""
        return tuple(axis.step for axis in self.axes)

    def then(self, grids: Grids) -> "Place":
        """Return the place behind a layer, whose grids are given in samples of this one."""
        axes = tuple(axis.then(grid) for axis, grid in zip(self.axes, grids, strict=True))
        return replace(self, axes=axes)

    def passing(self, layer: int) -> "Place":
        """Return the same place, of which the path leads through a layer as well."""
        return replace(self, layers=(*self.layers, layer))

    def moved_to(self, positions: Sequence[int], rank: int) -> "Place":
        """Return the same place of a tensor whose axes stand in another order."""
        return replace(self, positions=tuple(positions), rank=rank)

    def joined(self, other: "Place") -> "Place":
        """Return the place of a tensor in which this and another one meet, sample on sample."""
        axes = tuple(a.joined(b) for a, b in zip(self.axes, other.axes, strict=True))
        layers = tuple(sorted({*self.layers, *other.layers}))
        return replace(self, axes=axes, layers=layers)


def relative_grids(entering: Place, leaving: Place) -> Grids:
    """Return the grids of a place in samples of one before it."""
    return tuple(
        Grid(
            after.size,
            after.step / before.step,
            (after.low.delta - before.low.delta) / before.step,
        )
        for before, after in zip(entering.axes, leaving.axes, strict=True)
    )
