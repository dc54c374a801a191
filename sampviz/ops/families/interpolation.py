"""Upsampling by repeating or interpolating samples."""

from typing import Annotated

from sampviz.dsp.closed_form_gain import box_gain, cut_gain, interpolation_gain
from sampviz.dsp.dtypes import Array, DType, FastPath, FiniteFastPath
from sampviz.dsp.fourier_crop import zero_fill
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.interpolate import interpolate_along, sample_positions, upsampled
from sampviz.dsp.resampling_weights import (
    TORCH_CUBIC,
    cubic,
    cubic_at,
    filtered,
    lanczos3,
    triangle,
)
from sampviz.dsp.sliding_window import PerAxis, each_axis
from sampviz.ops.define import op
from sampviz.ops.parameter import Param
from sampviz.ops.parameter_types import Factor

Corners = Annotated[bool, Param(meaning="outermost samples stay at the outermost places")]


def _centred_grid(n: int, *, f: int) -> Grid:
    return upsampled(n, f, corners=False)


def _fast_repeat(size: Size, dtype: DType, *, f: PerAxis) -> FastPath:
    from sampviz.dsp.fast.block_resample import repeat

    return repeat(size, each_axis(f, len(size)), dtype)


@op(
    "nearest",
    title="Nearest neighbour",
    kind="up",
    linear=True,
    grid=_centred_grid,
    picks=True,
    response=lambda v, f: box_gain(v / f, f),
    fast=_fast_repeat,
)
def nearest(x: Array, axis: int, *, f: Factor = 2) -> Array:
    """Repeat every sample f times along each axis.

    Size: f N
    Delta: 1/(2f) - 1/2
    Edges: nothing lies beyond the edge.
    Source: torch.nn.functional.interpolate(mode="nearest"); tf.keras.layers.UpSampling2D.
    """
    return x.repeat(f, axis)


def _corners_grid(n: int, *, f: int, corners: bool) -> Grid:
    return upsampled(n, f, corners=corners)


def _fast_bilinear(
    size: Size, dtype: DType, *, f: PerAxis, corners: PerAxis
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.block_resample import linear_interpolation

    f = each_axis(f, len(size))
    # Other factors have weights that OpenCV rounds.
    exact = all(factor & (factor - 1) == 0 for factor in f)
    return linear_interpolation(size, f, dtype) if exact and not corners else None


@op(
    "bilinear",
    title="Bilinear interpolation",
    kind="up",
    linear=True,
    grid=_corners_grid,
    response=lambda v, f, **_: interpolation_gain(v, f, triangle, 1),
    fast=_fast_bilinear,
)
def bilinear(x: Array, axis: int, *, f: Factor = 2, corners: Corners = False) -> Array:
    """Draw straight lines between the samples, along one axis after the other.

    corners=true keeps the outermost samples at the outermost places and so changes the scale:
    the samples lie (N-1)/(fN-1) apart instead of 1/f.

    Size: f N
    Delta: 1/(2f) - 1/2; 0 for corners=true
    Edges: the edge pixel is repeated.
    Source: torch.nn.functional.interpolate(mode="bilinear", align_corners=corners).
    """
    return interpolate_along(
        x, sample_positions(upsampled(x.shape[axis], f, corners=corners)), axis
    )


@op(
    "bicubic",
    title="Bicubic interpolation",
    kind="up",
    linear=True,
    grid=_corners_grid,
    response=lambda v, f, **_: interpolation_gain(v, f, lambda t: cubic(t, TORCH_CUBIC), 2),
)
def bicubic(x: Array, axis: int, *, f: Factor = 2, corners: Corners = False) -> Array:
    """Draw cubics through the samples (a=-0.75), along one axis after the other.

    Size: f N
    Delta: 1/(2f) - 1/2; 0 for corners=true
    Edges: the edge pixel is repeated.
    Source: torch.nn.functional.interpolate(mode="bicubic", align_corners=corners); OpenCV's
        INTER_CUBIC. Pillow and TensorFlow have a=-0.5: that is `resize:f=2`.
    """
    positions = sample_positions(upsampled(x.shape[axis], f, corners=corners))
    return cubic_at(x.shape[axis], positions, TORCH_CUBIC).along(x, axis)


@op(
    "lanczos",
    title="Lanczos interpolation",
    kind="up",
    linear=True,
    grid=_centred_grid,
    response=lambda v, f: interpolation_gain(v, f, lanczos3, 3),
)
def lanczos(x: Array, axis: int, *, f: Factor = 2) -> Array:
    """Interpolate with a sinc under the middle of a wider one, three samples to each side.

    Size: f N
    Delta: 1/(2f) - 1/2
    Edges: taps beyond the edge are dropped, the others sum to 1.
    Source: Pillow's LANCZOS.
    """
    n = x.shape[axis]
    return filtered(n, _centred_grid(n, f=f), "lanczos").along(x, axis)


def _sinc_grid(n: int, *, f: int) -> Grid:
    grid = upsampled(n, f, corners=False)
    return Grid(grid.size, grid.step)


@op(
    "sinc",
    title="Sinc interpolation",
    kind="up",
    linear=True,
    grid=_sinc_grid,
    response=lambda v, **_: cut_gain(v, 1),
)
def sinc(x: Array, axis: int, *, f: Factor = 2) -> Array:
    """Fill the spectrum up with zeros: the one interpolation that adds no frequency.

    The samples themselves are kept, every f-th of the output; MRI scanners call it zero filling.

    Size: f N
    Delta: 0
    Edges: the image is taken as periodic; the Nyquist bin of an even side is split in two halves.
    Source: scipy.signal.resample.
    """
    return zero_fill(x, f * x.shape[axis], axis)
