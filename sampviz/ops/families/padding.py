"""Padding and cropping: the borders alone."""

from fractions import Fraction
from typing import Annotated, Any, Literal

import numpy as np

from sampviz.dsp.closed_form_gain import constant_gain
from sampviz.dsp.dtypes import Array, DType, FastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.sliding_window import Padding, PerAxis, axis_slice, each_axis, pair
from sampviz.ops.define import op
from sampviz.ops.parameter import BadValueError, Param
from sampviz.ops.rules import DoesNotFitError

_MEANING = "on every side, or TOPxBOTTOMxLEFTxRIGHT"
Added = Annotated[
    int | tuple[int, int],
    Param(
        0,
        2**12,
        "px",
        f"added {_MEANING}",
        per_axis=True,
        sides=True,
        in_caption="added",
    ),
]
Cut = Annotated[
    int | tuple[int, int],
    Param(0, 2**12, "px", f"cut off {_MEANING}", per_axis=True, sides=True, in_caption="cut off"),
]
Beyond = Literal["zero", "reflect", "edge", "wrap", "symmetric"]
Mode = Annotated[
    Beyond,
    Param(meaning="what is added", words=("zero", "reflect", "edge", "wrap", "symmetric")),
]
Fill = Annotated[float, Param(-1e30, 1e30, "", "added instead of zeros")]
Target = Annotated[
    int | str,
    Param(
        1,
        2**16,
        "px",
        "size of the middle kept, HxW",
        words=("none",),
        per_axis=True,
        in_caption="size of the middle kept",
    ),
]


def _pad_grid(n: int, *, p: Padding, mode: str, **_: Any) -> Grid:
    before, after = pair(p)
    most = {"reflect": n - 1, "wrap": n, "symmetric": n}.get(mode, max(before, after))
    if max(before, after) > most:
        raise DoesNotFitError(f"{mode} adds at most {most} px to an axis of {n} px")
    return Grid(n + before + after, delta=Fraction(-before))


def _check_pad(*, mode: str, value: float, **_: Any) -> None:
    if value and mode != "zero":
        raise BadValueError(f"value={value:g}: wanted mode=zero, in place of whose zeros it is")


def _fast_pad(
    size: Size, dtype: DType, *, p: PerAxis, mode: Beyond, value: float
) -> FastPath | None:
    from sampviz.dsp.fast.pick_samples import pad_planes

    margins = [pair(width) for width in each_axis(p, len(size))]
    return pad_planes(size, margins, mode) if len(size) == 2 else None


@op(
    "pad",
    title="Padding",
    kind="up",
    group="pixels",
    linear=True,
    linear_if=lambda value, **_: value == 0,
    affine="value",
    grid=_pad_grid,
    check=_check_pad,
    picks=lambda value, **_: value == 0,
    depends_on_scale=lambda value, **_: value != 0,
    response=lambda v, **_: constant_gain(v),
    fast=_fast_pad,
)
def pad(x: Array, axis: int, *, p: Added = 1, mode: Mode = "zero", value: Fill = 0.0) -> Array:
    """Add pixels around the image: zeros, a value, mirrored, repeated or wrapped ones.

    reflect mirrors without the edge pixel, symmetric with it. What stands in front of a strided
    convolution decides where its samples lie: p=0x1x0x1 is that of diffusion models.

    Size: N + before + after
    Delta: minus the pixels before
    Edges: reflect adds at most N - 1 px on a side, wrap and symmetric at most N.
    Source: torch.nn.functional.pad; numpy.pad.
    """
    widths = [(0, 0)] * x.ndim
    widths[axis] = pair(p)
    if mode == "zero":
        return np.pad(x, widths, constant_values=value)
    return np.pad(x, widths, mode=mode)


def _crop_ends(n: int, p: Padding, size: int | str) -> tuple[int, int]:
    if isinstance(size, str):
        before, after = pair(p)
        return before, n - after
    start = (n - size) // 2
    return start, start + size


def _crop_grid(n: int, *, p: Padding, size: int | str) -> Grid:
    start, stop = _crop_ends(n, p, size)
    if start < 0 or stop <= start:
        wanted = f"size={size}" if size != "none" else f"what p={p} cuts off"
        raise DoesNotFitError(f"crop: an axis of {n} px is too short for {wanted}")
    return Grid(stop - start, delta=Fraction(start))


def _check_crop(*, p: Padding, size: int | str) -> None:
    if size != "none" and p != 0:
        raise BadValueError(f"size={size}: wanted no p beside it")


@op(
    "crop",
    title="Crop",
    kind="down",
    group="pixels",
    linear=True,
    grid=_crop_grid,
    check=_check_crop,
    picks=True,
    response=lambda v, **_: constant_gain(v),
)
def crop(x: Array, axis: int, *, p: Cut = 0, size: Target = "none") -> Array:
    """Cut pixels off the borders, or keep a middle of some size.

    Size: N - before - after, or `size`
    Delta: the pixels cut off before; floor((N - size)/2) for `size`
    Edges: nothing lies beyond the edge; a size larger than the image is refused.
    Source: the definition; torchvision's CenterCrop rounds the start, which may be a pixel later.
    """
    start, stop = _crop_ends(x.shape[axis], p, size)
    return x[axis_slice(axis, slice(start, stop))].copy()
