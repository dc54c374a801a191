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
from sampviz.ops.parameter import AUTO_WORDS, BadValueError, Param

Shrinking = Annotated[int, Param(1, 64, "", "how many times smaller", AUTO_WORDS, per_axis=True)]
Target = Annotated[
    int | str,
    Param(1, 2**16, "px", "size of the output, HxW; counts instead of f", ("none",), per_axis=True),
]
Scale = Annotated[Fraction, Param(1 / 64, 64, "", "size of the output over that of the input")]
Filter = Annotated[
    str, Param(meaning="filter", words=("bicubic", "bilinear", "lanczos", "box", "nearest"))
]
Antialias = Annotated[bool, Param(meaning="as wide a filter as the coarser grid asks for")]
StepRule = Annotated[
    str,
    Param(
        meaning="new pixels share the span of the old ones, or are 1/f apart", words=("size", "f")
    ),
]


def _centred_grid(n: int, size: int, step: Fraction | None = None) -> Grid:
    """Return the grid of `size` cells, `step` wide or sharing the span of n pixels."""
    step = step or Fraction(n, max(1, size))
    return Grid(size, step, (step - 1) / 2)


def _area_grid(n: int, *, f: int, size: int | str) -> Grid:
    return _centred_grid(n, n // f if isinstance(size, str) else size)


@op(
    "area",
    title="Area averaging",
    kind="down",
    linear=True,
    grid=_area_grid,
    response=lambda v, f, **_: box_gain(v, f),
)
def area(x: Array, axis: int, *, f: Shrinking = 2, size: Target = "none") -> Array:
    """Take the mean over the area of each new pixel, parts of old pixels counted as such.

    Size: floor(N / f), or `size`
    Delta: (N/n - 1)/2 for n new pixels
    Edges: the new pixels share the span of the old ones.
    Source: OpenCV's INTER_AREA. torch's adaptive average pooling takes whole pixels and equals
        it only where n divides N.
    """
    n = x.shape[axis]
    grid = _area_grid(n, f=f, size=size)
    return x.copy() if grid == Grid(n) else area_weights(n, grid.size).along(x, axis)


def _resize_grid(
    n: int,
    *,
    size: int | str,
    f: Fraction,
    filter: str,  # noqa: A002
    step: str,
    **_: Any,
) -> Grid:
    apart = 1 / f if step == "f" else None
    grid = _centred_grid(n, int(n * f) if isinstance(size, str) else size, apart)
    if filter != "nearest":
        return grid
    # Each new pixel takes the old one at floor(i step): on average that much before i step.
    return Grid(grid.size, grid.step, Fraction(1, 2 * grid.step.denominator) - Fraction(1, 2))


def _check(
    *,
    size: int | str,
    filter: str,  # noqa: A002
    antialias: bool,
    step: str,
    **_: Any,
) -> None:
    if not antialias and filter in ("box", "lanczos"):
        raise BadValueError(
            f"filter={filter}: wanted bilinear, bicubic or nearest without antialias"
        )
    if step == "f" and size != "none":
        raise BadValueError(f"step=f: wanted a factor f, not size={size}")


def _floors(grid: Grid) -> Array:
    """Return floor(i step) for every sample i, in whole numbers."""
    step = grid.step
    numbers = np.arange(grid.size, dtype=np.intp if step.numerator < 2**31 else object)
    return np.asarray(numbers * step.numerator // step.denominator).astype(np.intp)


def _picks(*, filter: str, size: int | str, f: float, **_: Any) -> bool:  # noqa: A002
    return filter == "nearest" or (filter == "box" and isinstance(size, str) and f >= 1)


@op(
    "resize",
    title="Resize",
    kind="down",
    linear=True,
    grid=_resize_grid,
    check=_check,
    picks=_picks,
)
def resize(
    x: Array,
    axis: int,
    *,
    size: Target = "none",
    f: Scale = Fraction(1, 2),
    filter: Filter = "bicubic",  # noqa: A002 - the word of the field
    antialias: Antialias = True,
    step: StepRule = "size",
) -> Array:
    """Interpolate to any size, smaller or larger.

    With antialias the filter is as wide as the coarser grid asks for and nothing folds but what
    it lets through: Pillow, torch with antialias=True. Without, it is the 2 or 4 taps of torch
    and OpenCV, which skip pixels and fold. The new pixels share the span of the old ones: they
    are N/n apart. With step=f they are 1/f apart, as torch has them for a scale_factor: where f N
    is not whole the last one ends before the old ones do.

    Size: floor(f N), or `size`; f is the decimal as it is written
    Delta: (N/n - 1)/2 for n new pixels, (1/f - 1)/2 for step=f; for nearest 1/2q - 1/2, q the
        denominator of the step
    Edges: antialias: taps beyond the edge are dropped, the others sum to 1; otherwise the edge
        pixel is repeated.
    Source: Pillow's Image.resize (cubic a=-0.5); torch.nn.functional.interpolate (a=-0.75).
    """
    n = x.shape[axis]
    grid = _resize_grid(n, size=size, f=f, filter=filter, step=step)
    if grid == Grid(n):
        return x.copy()
    if filter == "nearest":
        return x.take(_floors(grid), axis)
    if antialias:
        return filtered(n, grid, filter).along(x, axis)
    if filter == "bilinear":
        return interpolate_along(x, sample_positions(grid), axis)
    return cubic_at(n, sample_positions(grid), TORCH_CUBIC).along(x, axis)
