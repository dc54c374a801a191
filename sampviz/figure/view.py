"""What stands in the columns of a figure: the original, and what each chain makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Literal

import numpy as np

from sampviz.arrays import Array
from sampviz.arrays.grid import Grid, Grids
from sampviz.arrays.interpolate import Method, onto_input
from sampviz.chain import Chain
from sampviz.image import Image, luminance

Show = Literal["magnitude", "phase", "real"]
Zoom = tuple[int, int]  # figure pixels per sample, rows and columns


@dataclass(frozen=True, eq=False)
class View:
    """A column: an array, where its samples lie in pixels of the original, and its name.

    The array is (H, W), (3, H, W) in `colour`, or (C, H, W) for channels; `show` says what is
    drawn of complex numbers.
    """

    array: Array
    grids: Grids
    title: str
    original: tuple[int, int]
    chain: Chain | None = None
    colour: bool = False
    show: Show = "magnitude"
    channels_before: int = 1  # of the original

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of a channel."""
        return self.grids[0].size, self.grids[1].size

    @property
    def stack(self) -> Array:
        """The channels, (C, H, W): one for a plane, red, green and blue for colour."""
        return self.array.reshape(-1, *self.size)

    @property
    def drawn(self) -> Array:
        """What is drawn of the channels: real numbers."""
        if self.array.dtype.kind != "c":
            return self.stack
        if self.show == "phase":
            return np.angle(self.stack)
        return np.abs(self.stack) if self.show == "magnitude" else self.stack.real

    @property
    def grey(self) -> Array:
        """The grey pictures of the channels: one, the luminance, for colour."""
        return luminance(self.drawn)[None] if self.colour else self.drawn

    @property
    def tiles(self) -> tuple[int, int]:
        """In how many rows and columns the channels are laid out."""
        return layout_of(1 if self.colour else len(self.stack))

    def zoom(self, original: Zoom) -> Zoom:
        """Return the whole zoom at which the view is as large as the original at `original`."""
        rows, columns = (
            max(1, round(zoom * grid.step)) for zoom, grid in zip(original, self.grids, strict=True)
        )
        return rows, columns

    def width(self, original: Zoom) -> int:
        """Return the width of its panel, in figure pixels, with the original at zoom `original`."""
        return self.size[1] * self.tiles[1] * self.zoom(original)[1]

    def on_original(self, method: Method) -> Array:
        """Return the grey pictures on the pixels of the original, in register."""
        return onto_input(self.grey, self.grids, self.original, method)


def layout_of(count: int) -> tuple[int, int]:
    """Return in how many rows and columns `count` tiles are laid out: nearly a square."""
    columns = isqrt(count - 1) + 1
    return -(-count // columns), columns


def views(image: Image, chains: Sequence[Chain], levels: int, show: Show) -> list[View]:
    """Run every chain `levels` times; the original comes first."""
    rows, columns = image.size
    grids: Grids = (Grid(rows), Grid(columns))
    made = [View(image.array, grids, "original", image.size, None, image.colour, show)]
    channels = image.array.size // (rows * columns)
    for chain in chains:
        whole = chain.repeat(levels)
        title = chain.label
        if levels > 1:
            title = whole.label if len(chain.steps) == 1 else f"({title}) ×{levels}"
        grids = whole.trace(image.size)[-1]
        out = image.after(whole(image.array), grids)
        made.append(View(out.array, grids, title, image.size, whole, out.colour, show, channels))
    return made
