"""Resizing to any size by the rules of Pillow, OpenCV and torch."""

from fractions import Fraction
from typing import Annotated, Any

import numpy as np

from sampviz.dsp.closed_form_gain import box_gain
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.dsp.interpolate import interpolate_along, sample_positions
from sampviz.dsp.resampling_weights import TORCH_CUBIC, cubic_at, filtered
from sampviz.dsp.resampling_weights import area as area_weights
from sampviz.ops.define import op
from sampviz.ops.parameter import BadValueError, Param
from sampviz.ops.parameter_types import Factor

Target = Annotated[
    int | str,
    Param(1, 2**16, "px", "size of the output, HxW; counts instead of f", ("none",), per_axis=True),
]
Scale = Annotated[float, Param(1 / 64, 64, "", "size of the output over that of the input")]
Filter = Annotated[
    str, Param(meaning="filter", words=("bicubic", "bilinear", "lanczos", "box", "nearest"))
]
Antialias = Annotated[bool, Param(meaning="as wide a filter as the coarser grid asks for")]


def _centred_grid(n: int, size: int) -> Grid:
    """Return the grid of `size` cells that share the span of n pixels."""
    step = Fraction(n, max(1, size))
    return Grid(size, step, (step - 1) / 2)


def _area_grid(n: int, *, f: int, size: int | str) -> Grid:
    return _centred_grid(n, n // f if isinstance(size, str) else size)


@op("area", kind="down", linear=True, grid=_area_grid, response=lambda v, f, **_: box_gain(v, f))
def area(x: Array, axis: int, *, f: Factor = 2, size: Target = "none") -> Array:
    """Take the mean over the area of each new pixel, parts of old pixels counted as such.

    Size: floor(N / f), or `size`
    Delta: (N/n - 1)/2 for n new pixels
    Edges: the new pixels share the span of the old ones.
    Source: OpenCV's INTER_AREA. torch's adaptive average pooling takes whole pixels and equals
        it only where n divides N.
    """
    n = x.shape[axis]
    return area_weights(n, _area_grid(n, f=f, size=size).size).along(x, axis)


def _resize_grid(n: int, *, size: int | str, f: float, filter: str, **_: Any) -> Grid:  # noqa: A002
    grid = _centred_grid(n, int(n * f) if isinstance(size, str) else size)
    if filter != "nearest":
        return grid
    # Each new pixel takes the old one at floor(i N/n): on average that much before i N/n.
    return Grid(grid.size, grid.step, Fraction(1, 2 * grid.step.denominator) - Fraction(1, 2))


def _check(*, filter: str, antialias: bool, **_: Any) -> None:  # noqa: A002
    if not antialias and filter in ("box", "lanczos"):
        raise BadValueError(
            f"filter={filter}: wanted bilinear, bicubic or nearest without antialias"
        )


def _picks(*, filter: str, size: int | str, f: float, **_: Any) -> bool:  # noqa: A002
    return filter == "nearest" or (filter == "box" and isinstance(size, str) and f >= 1)


@op("resize", kind="down", linear=True, grid=_resize_grid, check=_check, picks=_picks)
def resize(
    x: Array,
    axis: int,
    *,
    size: Target = "none",
    f: Scale = 0.5,
    filter: Filter = "bicubic",  # noqa: A002 - the word of the field
    antialias: Antialias = True,
) -> Array:
    """Interpolate to any size, smaller or larger.

    With antialias the filter is as wide as the coarser grid asks for and nothing folds but what
    it lets through: Pillow, torch with antialias=True. Without, it is the 2 or 4 taps of torch
    and OpenCV, which skip pixels and fold.

    Size: floor(f N), or `size`
    Delta: (N/n - 1)/2 for n new pixels; about -1/2 + n/2N for nearest
    Edges: antialias: taps beyond the edge are dropped, the others sum to 1; otherwise the edge
        pixel is repeated.
    Source: Pillow's Image.resize (cubic a=-0.5); torch.nn.functional.interpolate (a=-0.75).
    """
    n = x.shape[axis]
    grid = _resize_grid(n, size=size, f=f, filter=filter)
    if filter == "nearest":
        index = np.arange(grid.size) * n // grid.size
        return x.take(index, axis)
    if antialias:
        return filtered(n, grid.size, filter).along(x, axis)
    if filter == "bilinear":
        return interpolate_along(x, sample_positions(grid), axis)
    return cubic_at(n, sample_positions(grid), TORCH_CUBIC).along(x, axis)
