"""Upsampling by repeating or interpolating samples."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Annotated, Any

from sampviz.dsp.closed_form_gain import box_gain, cut_gain, interpolation_gain
from sampviz.dsp.dtypes import Array, DType, FastPath, FiniteFastPath
from sampviz.dsp.fourier_crop import zero_fill
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.interpolate import interpolate_along, sample_positions, upsampled
from sampviz.dsp.resampling_kernels import TORCH_CUBIC, cubic, lanczos3, triangle
from sampviz.dsp.resampling_weights import cubic_at, filtered
from sampviz.dsp.resize_places import nearest_grid, nearest_index
from sampviz.dsp.sliding_window import PerAxis, each_axis
from sampviz.ops.define import op
from sampviz.ops.parameter import BadValueError, Param
from sampviz.ops.parameter_types import DecimalFactor, Factor, StepRule

Corners = Annotated[bool, Param(meaning="outermost samples stay at the outermost places")]


def _centred_grid(n: int, *, f: int) -> Grid:
    return upsampled(n, f, corners=False)


def _repeated_places(n: int, f: int | Fraction, step: str) -> Grid:
    return replace(upsampled(n, f, corners=False, step=step), delta=Fraction(0))


def _nearest_grid(n: int, *, f: int, step: str) -> Grid:
    return nearest_grid(_repeated_places(n, f, step), "floor")


def _fast_repeat(size: Size, dtype: DType, *, f: PerAxis, **_: PerAxis) -> FastPath | None:
    from sampviz.dsp.fast.block_resample import repeat

    factors = each_axis(f, len(size))
    return repeat(size, factors, dtype) if all(map(_is_whole, factors)) else None


def _is_whole(f: int | Fraction) -> bool:
    return isinstance(f, int)


@op(
    "nearest",
    title="Nearest neighbour",
    kind="up",
    group="filters",
    linear=True,
    grid=_nearest_grid,
    picks=True,
    response=lambda v, f, **_: box_gain(v / f, f) if _is_whole(f) else None,
    fast=_fast_repeat,
)
def nearest(x: Array, axis: int, *, f: DecimalFactor = 2, step: StepRule = "size") -> Array:
    """Repeat every sample f times along each axis.

    For decimals sample i is that at i N/n, rounded down, or at i/f with step=f.

    Size: floor(f N)
    Delta: 1/(2f) - 1/2; for decimals 1/2q - 1/2, q the denominator of the step
    Edges: nothing lies beyond the edge.
    Source: torch.nn.functional.interpolate(mode="nearest"); tf.keras.layers.UpSampling2D.
    """
    if _is_whole(f):
        return x.repeat(f, axis)
    n = x.shape[axis]
    return x.take(nearest_index(n, _repeated_places(n, f, step), "floor"), axis)


def _corners_grid(n: int, *, f: int, corners: bool, step: str) -> Grid:
    return upsampled(n, f, corners=corners, step=step)


def _check_corners(*, corners: bool, step: str, **_: Any) -> None:
    if corners and step == "f":
        raise BadValueError("step=f: wanted corners=false, which says how far they are apart")


def _fast_bilinear(
    size: Size, dtype: DType, *, f: PerAxis, corners: PerAxis, **_: PerAxis
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.block_resample import linear_interpolation

    f = each_axis(f, len(size))
    # Other factors have weights that OpenCV rounds.
    exact = all(_is_whole(factor) and factor & (factor - 1) == 0 for factor in f)
    return linear_interpolation(size, f, dtype) if exact and not corners else None


def _fast_bicubic(
    size: Size, dtype: DType, *, f: PerAxis, corners: PerAxis, **_: PerAxis
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.block_resample import cubic_interpolation

    factors = each_axis(f, len(size))
    exact = len(size) == 2 and all(factor in (2, 4) for factor in factors)
    return cubic_interpolation(size, factors) if exact and not corners else None


def _kernel_gain(v: Array, f: int, kernel: Callable[[Array], Array], support: int) -> Array | None:
    # Between whole factors every sample has its own weights: there is no one gain.
    return interpolation_gain(v, f, kernel, support) if _is_whole(f) else None


@op(
    "bilinear",
    title="Bilinear interpolation",
    kind="up",
    group="filters",
    linear=True,
    grid=_corners_grid,
    check=_check_corners,
    response=lambda v, f, **_: _kernel_gain(v, f, triangle, 1),
    fast=_fast_bilinear,
)
def bilinear(
    x: Array,
    axis: int,
    *,
    f: DecimalFactor = 2,
    corners: Corners = False,
    step: StepRule = "size",
) -> Array:
    """Draw straight lines between the samples, along one axis after the other.

    corners=true keeps the outermost samples at the outermost places and so changes the scale:
    the samples lie (N-1)/(fN-1) apart instead of 1/f.

    Size: floor(f N)
    Delta: 1/(2f) - 1/2, of decimals (N/n - 1)/2 unless step=f; 0 for corners=true
    Edges: the edge pixel is repeated.
    Source: torch.nn.functional.interpolate(mode="bilinear", align_corners=corners).
    """
    grid = upsampled(x.shape[axis], f, corners=corners, step=step)
    return interpolate_along(x, sample_positions(grid), axis)


@op(
    "bicubic",
    title="Bicubic interpolation",
    kind="up",
    group="filters",
    linear=True,
    grid=_corners_grid,
    check=_check_corners,
    response=lambda v, f, **_: _kernel_gain(v, f, lambda t: cubic(t, TORCH_CUBIC), 2),
    fast=_fast_bicubic,
)
def bicubic(
    x: Array,
    axis: int,
    *,
    f: DecimalFactor = 2,
    corners: Corners = False,
    step: StepRule = "size",
) -> Array:
    """Draw cubics through the samples (a=-0.75), along one axis after the other.

    Size: floor(f N)
    Delta: 1/(2f) - 1/2, of decimals (N/n - 1)/2 unless step=f; 0 for corners=true
    Edges: the edge pixel is repeated.
    Source: torch.nn.functional.interpolate(mode="bicubic", align_corners=corners); OpenCV's
        INTER_CUBIC. Pillow and TensorFlow have a=-0.5: that is `resize:f=2`.
    """
    positions = sample_positions(upsampled(x.shape[axis], f, corners=corners, step=step))
    return cubic_at(x.shape[axis], positions, TORCH_CUBIC).along(x, axis)


@op(
    "lanczos",
    title="Lanczos interpolation",
    kind="up",
    group="filters",
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
    return filtered(n, _centred_grid(n, f=f), lanczos3, 3).along(x, axis)


def _sinc_grid(n: int, *, f: int) -> Grid:
    grid = upsampled(n, f, corners=False)
    return Grid(grid.size, grid.step)


@op(
    "sinc",
    title="Sinc interpolation",
    kind="up",
    group="spectrum",
    linear=True,
    grid=_sinc_grid,
    response=lambda v, **_: cut_gain(v, 1),
    spreads=True,
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
