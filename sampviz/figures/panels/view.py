"""What stands in the columns of a figure: the original, and what each chain makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isqrt, prod

import numpy as np

from sampviz.core.errors import ChainError
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Grids, Size
from sampviz.dsp.interpolate import Method, onto_input_grid
from sampviz.figures.options import Show
from sampviz.images.geometry import SlicePlane
from sampviz.images.image import Image, luminance
from sampviz.images.volume_slice import slice_array, slice_geometry, slice_grids
from sampviz.ops.chain import Chain
from sampviz.ops.chain_trace import MOST_PIXELS

MOST_DRAWN = 2**24  # px of a column, unless the original has more; 100 bytes each when drawn
Zoom = tuple[int, int]  # figure pixels per sample, rows and columns


@dataclass(frozen=True, eq=False)
class Column:
    """A column: an array, where its samples lie in pixels of the original, and its name.

    The array is (H, W), (3, H, W) in `colour`, or (C, H, W) for channels; `show` says what is
    drawn of complex numbers.
    """

    array: Array
    grids: Grids
    title: str
    original: Size
    chain: Chain | None = None
    colour: bool = False
    show: Show = "magnitude"
    channels_before: int = 1  # of the original

    @property
    def size(self) -> Size:
        """Rows and columns of a channel; slices, rows and columns of a volume."""
        return tuple(grid.size for grid in self.grids)

    @property
    def stack(self) -> Array:
        """The channels, (C, ..): one for a plane, red, green and blue for colour."""
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
        return ((self.size[1] + 1) * self.tiles[1] - 1) * self.zoom(original)[1]

    def on_original(self, method: Method) -> Array:
        """Return the grey pictures on the pixels of the original, in register."""
        return onto_input_grid(self.grey, self.grids, self.original, method)


def layout_of(count: int) -> tuple[int, int]:
    """Return in how many rows and columns `count` tiles are laid out: nearly a square."""
    columns = isqrt(count - 1) + 1
    return -(-count // columns), columns


def columns_of(image: Image, chains: Sequence[Chain], levels: int, show: Show) -> list[Column]:
    """Run every chain `levels` times; the original comes first."""
    size = image.size
    channels = image.array.size // prod(size)
    made = [Column(image.array, tuple(map(Grid, size)), "original", size, None, image.colour, show)]
    repeated = [chain.repeat(levels).resolve(size, image.spacing) for chain in chains]
    _check_room(repeated, size, channels)
    for chain, whole in zip(chains, repeated, strict=True):
        title = chain.label
        if levels > 1:
            title = whole.label if len(chain.steps) == 1 else f"({title}) ×{levels}"
        grids = whole.trace(size)[-1]
        out = image.after(whole(image.array, axes=image.axes), grids)
        made.append(Column(out.array, grids, title, size, whole, out.colour, show, channels))
    return made


def _check_room(chains: Sequence[Chain], size: Size, channels: int) -> None:
    """Raise ChainError, before anything is run, if what the chains make is too large to draw."""
    given = channels * prod(size)
    ends = [chain.trace(size, channels)[-1] for chain in chains]
    made = [channels * prod(grid.size for grid in grids) for grids in ends]
    for chain, pixels in zip(chains, made, strict=True):
        if pixels > max(MOST_DRAWN, given):
            raise ChainError(
                f"{pixels} px are more than can be drawn: {MOST_DRAWN}",
                f"chain '{chain}' for {'x'.join(map(str, size))} px",
                "use smaller factors, or write the array with `sampviz apply`",
            )
    if sum(made) > max(MOST_PIXELS, given):
        raise ChainError(
            f"{sum(made)} px in all columns are more than can be drawn: {MOST_PIXELS}",
            f"{len(chains)} chains for {'x'.join(map(str, size))} px",
            "draw fewer columns",
        )


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture and what became of it: the rows of a figure; `label` names them among others."""

    label: str
    image: Image
    columns: tuple[Column, ...]
    largest: int  # side of the input that it is cut from: its scenes are drawn at one zoom


def scenes_of(image: Image, shown: Sequence[Column], *, several: bool) -> list[Scene]:
    """Return the scenes of an image: one, or a slice for each cut through a volume."""
    name = image.name if several else ""
    largest = max(image.size)
    if not image.cuts:
        return [Scene(name, image, tuple(shown), largest)]
    planes = len(image.cuts) > 1
    return [
        Scene(f"{name} {cut.plane if planes else ''}".strip(), *_slices(image, shown, cut), largest)
        for cut in image.cuts
    ]


def _slices(
    image: Image, shown: Sequence[Column], cut: SlicePlane
) -> tuple[Image, tuple[Column, ...]]:
    """Return a slice of a volume, and the same slice of what became of it."""
    geometry = image.geometry and slice_geometry(image.geometry, image.size, cut)
    plane = slice_array(image.array, shown[0].grids, cut)
    seen = tuple(
        replace(
            view,
            array=slice_array(view.array, view.grids, cut),
            grids=slice_grids(view.grids, image.size, cut),
            original=plane.shape[-2:],
        )
        for view in shown
    )
    return replace(image, array=plane, geometry=geometry, cuts=(), taken=cut.text), seen
