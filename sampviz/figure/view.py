"""What stands in the columns of a figure: the original, and what each chain makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sampviz.arrays import Array
from sampviz.arrays.grid import Grid, Grids
from sampviz.arrays.interpolate import Method, onto_input
from sampviz.chain import Chain
from sampviz.image import Image, luminance

Zoom = tuple[int, int]  # figure pixels per sample, rows and columns


@dataclass(frozen=True, eq=False)
class View:
    """A column: an array, where its samples lie in pixels of the original, and its name."""

    array: Array
    grids: Grids
    title: str
    original: tuple[int, int]
    chain: Chain | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.grids[0].size, self.grids[1].size

    @property
    def plane(self) -> Array:
        """The grey picture."""
        return luminance(self.array)

    def zoom(self, original: Zoom) -> Zoom:
        """Return the whole zoom at which the view is as large as the original at `original`."""
        rows, columns = (
            max(1, round(zoom * grid.step)) for zoom, grid in zip(original, self.grids, strict=True)
        )
        return rows, columns

    def on_original(self, size: tuple[int, int], method: Method) -> Array:
        """Return the grey picture on the pixels of the original, in register."""
        return onto_input(self.plane, self.grids, size, method)


def views(image: Image, chains: Sequence[Chain], levels: int) -> list[View]:
    """Run every chain `levels` times; the original comes first."""
    rows, columns = image.size
    made = [View(image.array, (Grid(rows), Grid(columns)), "original", image.size)]
    for chain in chains:
        whole = chain.repeat(levels)
        title = chain.label
        if levels > 1:
            title = whole.label if len(chain.steps) == 1 else f"({title}) ×{levels}"
        made.append(View(whole(image.array), whole.trace(image.size)[-1], title, image.size, whole))
    return made
