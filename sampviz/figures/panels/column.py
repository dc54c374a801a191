"""The columns of a figure: the original, and what each chain makes of it.

A `Column` is an array with the positions of its samples on the pixels of the original, so that
panels of different sizes can be drawn, zoomed and compared in register.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, partial
from math import isqrt, prod

import numpy as np

from sampviz.analysis.label_check import check_labels, keeps_labels
from sampviz.analysis.plane_memory import Work, check_plane_memory
from sampviz.analysis.scale_warning import warn_of_scale
from sampviz.analysis.volume_memory import chains_at_once
from sampviz.core.errors import ChainError
from sampviz.core.parallel import in_threads
from sampviz.core.text import counted
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid, Grids, Size
from sampviz.dsp.interpolate import Method, onto_input_grid
from sampviz.figures.options import Show
from sampviz.images.image import Image, Labels, luminance
from sampviz.ops.chain import Chain
from sampviz.ops.chain_trace import MOST_PIXELS
from sampviz.ops.title import title_of

MOST_DRAWN = 2**24  # px of a column, unless the original has more; 100 bytes each when drawn
Zoom = tuple[int, int]  # figure pixels per sample, rows and columns


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a figure: an array and where its samples lie on the original.

    Parameters
    ----------
    array : ndarray
        (H, W); (3, H, W) if `colour`; (C, H, W) for channels; (.., D, H, W) of a volume. Real
        or complex.
    grids : tuple of Grid
        For each spatial axis the positions of the samples, in pixels of the original.
    title : str
        Its chain, as it is written: `max ×2`.
    original_size : tuple of int
        The lengths of the spatial axes of the original.
    chain : Chain, optional
        The chain that made the array; None for the original.
    colour : bool
        Whether the three channels are red, green and blue.
    show : {"magnitude", "phase", "real"}
        What is drawn of complex numbers.
    original_channels : int
        The number of channels of the original, 1 or more.
    heading : str
        What stands above the column: the chain in words.
    labels : Labels, optional
        Of a label map, and of what a chain makes of one by choosing among its values.
    """

    array: Array
    grids: Grids
    title: str
    original_size: Size
    chain: Chain | None = None
    colour: bool = False
    show: Show = "magnitude"
    original_channels: int = 1
    labels: Labels | None = None
    heading: str = ""

    @cached_property
    def size(self) -> Size:
        """Rows and columns of a channel; slices, rows and columns of a volume."""
        return tuple(grid.size for grid in self.grids)

    @property
    def stack(self) -> Array:
        """The channels, (C, ..): one for a plane, red, green and blue for colour."""
        return self.array.reshape(-1, *self.size)

    @property
    def display_stack(self) -> Array:
        """What is drawn of the channels, (C, ..): real numbers, of complex ones as `show` says."""
        if self.array.dtype.kind != "c":
            return self.stack
        if self.show == "phase":
            return np.angle(self.stack)
        return np.abs(self.stack) if self.show == "magnitude" else self.stack.real

    @property
    def grey(self) -> Array:
        """The grey planes of the channels, (C, ..): one, the luminance, for colour."""
        return luminance(self.display_stack)[None] if self.colour else self.display_stack

    @cached_property
    def tiles(self) -> tuple[int, int]:
        """The number of rows and columns in which the channels are tiled."""
        return tile_layout(1 if self.colour else len(self.stack))

    def zoom(self, original_zoom: Zoom) -> Zoom:
        """Return the whole zoom at which the column is as large as the original.

        Parameters
        ----------
        original_zoom : tuple of int
            Figure pixels per pixel of the original, rows and columns.

        Returns
        -------
        tuple of int
            Figure pixels per sample, rows and columns, each 1 or more.
        """
        (rows, columns), (row_grid, column_grid) = original_zoom, self.grids
        return _times(rows, row_grid.step), _times(columns, column_grid.step)

    def width(self, original_zoom: Zoom) -> int:
        """Return the width of the column's panel, in figure pixels.

        Parameters
        ----------
        original_zoom : tuple of int
            Figure pixels per pixel of the original, rows and columns.

        Returns
        -------
        int
            The width of all tiles, with one sample between two of them.
        """
        return ((self.size[1] + 1) * self.tiles[1] - 1) * self.zoom(original_zoom)[1]

    def on_original(self, method: Method) -> Array:
        """Return the grey planes on the pixels of the original, in register.

        Parameters
        ----------
        method : str
            How values between samples are interpolated.

        Returns
        -------
        ndarray
            (C, H, W), with the size of the original.
        """
        return onto_input_grid(self.grey, self.grids, self.original_size, method)


def _times(zoom: int, step: Fraction) -> int:
    """Return `max(1, round(zoom * step))`; a page tries thousands of zooms, and ints are fast."""
    whole, rest = divmod(zoom * step.numerator, step.denominator)
    half = 2 * rest - step.denominator
    return max(1, whole + (half > 0 or (half == 0 and whole % 2)))


def tile_layout(count: int) -> tuple[int, int]:
    """Return the number of rows and columns of `count` tiles: nearly a square.

    Parameters
    ----------
    count : int
        How many tiles there are, 1 or more.

    Returns
    -------
    tuple of int
        Rows and columns.

    Examples
    --------
    >>> tile_layout(7)
    (3, 3)
    """
    columns = isqrt(count - 1) + 1
    return -(-count // columns), columns


def columns_of(
    image: Image, chains: Sequence[Chain], levels: int, show: Show, work: Work = "panels"
) -> list[Column]:
    """Run chains on an image; return the original and their outputs as columns.

    Parameters
    ----------
    image : Image
        A plane, its channels, or a volume.
    chains : sequence of Chain
        One for each further column.
    levels : int
        How many times each chain is applied, 1 or more.
    show : {"magnitude", "phase", "real"}
        What is drawn of complex numbers.
    work : str
        What is done with the columns, for the estimate of what it takes.

    Returns
    -------
    list of Column
        The original, then one column for each chain.

    Raises
    ------
    ChainError
        If a chain does not fit the image, or makes more than can be drawn.
    """
    size = image.size
    channels = image.array.size // prod(size)
    check_labels(image, chains)
    columns = [
        Column(
            image.array,
            tuple(map(Grid, size)),
            "original",
            size,
            None,
            image.colour,
            show,
            labels=image.labels,
            heading="Original",
        )
    ]
    warn_of_scale(image, chains)
    repeated = [chain.repeat(levels).resolve(size, image.spacing) for chain in chains]
    _check_sizes(repeated, size, channels)
    check_plane_memory(work, image, repeated)
    # Planes are too small for threads to be worth it.
    most = chains_at_once(image, repeated) if image.axes == 3 else 1
    run = partial(_run, array=image.array, axes=image.axes)
    outputs = in_threads(run, repeated, most)
    for chain, chain_of_levels, made in zip(chains, repeated, outputs, strict=True):
        title = chain.label
        if levels > 1:
            title = chain_of_levels.label if len(chain.steps) == 1 else f"({title}) ×{levels}"
        grids = chain_of_levels.trace(size)[-1]
        output = image.after(made, grids)
        columns.append(
            Column(
                output.array,
                grids,
                title,
                size,
                chain_of_levels,
                output.colour,
                show,
                channels,
                image.labels if keeps_labels(image, chain_of_levels) else None,
                title_of(chain.steps, levels),
            )
        )
    return columns


def _run(chain: Chain, array: Array, axes: int) -> Array:
    return chain(array, axes=axes)


def _check_sizes(chains: Sequence[Chain], size: Size, channels: int) -> None:
    """Raise ChainError, before anything is run, if what the chains make is too large to draw."""
    input_pixels = channels * prod(size)
    output_grids = [chain.trace(size, channels)[-1] for chain in chains]
    output_pixels = [channels * prod(grid.size for grid in grids) for grids in output_grids]
    for chain, pixels in zip(chains, output_pixels, strict=True):
        if pixels > max(MOST_DRAWN, input_pixels):
            raise ChainError(
                f"{pixels} px are more than can be drawn: {MOST_DRAWN}",
                f"chain '{chain}' for {'x'.join(map(str, size))} px",
                "use smaller factors, or write the array with `sampviz apply`",
            )
    if sum(output_pixels) > max(MOST_PIXELS, input_pixels):
        raise ChainError(
            f"{sum(output_pixels)} px in all columns are more than can be drawn: {MOST_PIXELS}",
            f"{counted(len(chains), 'chain')} for {'x'.join(map(str, size))} px",
            "draw fewer columns",
        )
