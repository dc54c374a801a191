"""Strided convolution with fixed kernels."""

from collections.abc import Sequence
from typing import Any

from sampviz.dsp.closed_form_gain import taps_gain
from sampviz.dsp.correlate import correlate
from sampviz.dsp.dtypes import Array, DType, FiniteFastPath
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.mix_channels import correlate_channels
from sampviz.dsp.sliding_window import PerAxis, window_layout, window_layouts
from sampviz.ops.conv_weights import (
    check_channels,
    check_kernel,
    fast_path_of_file,
    mixes_channels,
    side,
    weights,
    with_bias,
)
from sampviz.ops.define import op
from sampviz.ops.families._border_checks import check_mirror
from sampviz.ops.parameter import for_all_axes
from sampviz.ops.parameter_types import (
    BiasFile,
    Border,
    Dilations,
    KernelFile,
    KernelName,
    Paddings,
    Seed,
    Side,
    Strides,
)


def _grid(n: int, *, k: int, s: int, p: int | str, d: int, pad: str, file: str, **_: Any) -> Grid:
    layout = window_layout(n, k=side(k, file), s=s, p=p, d=d)
    check_mirror(layout, pad)
    return layout.grid


def _check(*, kernel: str, k: int, file: str, **_: Any) -> None:
    check_kernel(kernel=kernel, k=k, file=file)


def _response(
    frequencies: Sequence[Array],
    kernel: str,
    k: int,
    d: Sequence[int],
    seed: int,
    file: str,
    **_: Any,
) -> Array | None:
    if file and weights(kernel, k, seed, file, len(d)).ndim > len(d):
        return None  # each channel has its own
    scaled = [v * di for v, di in zip(frequencies, d, strict=True)]
    return taps_gain(weights(kernel, k, seed, file, len(d)), *scaled)


def _fast(
    size: Size,
    dtype: DType,
    *,
    kernel: str,
    k: int,
    s: PerAxis,
    p: PerAxis,
    d: PerAxis,
    pad: Border,
    seed: int,
    file: str,
    bias: str,
) -> FiniteFastPath | None:
    from sampviz.dsp.fast.filter2d import filter_windows

    def plan(taps: Array) -> FiniteFastPath | None:
        return filter_windows(taps, window_layouts(size, len(taps), s, p, d, False), pad, dtype)

    if bias:
        return None
    if file:
        return fast_path_of_file(file, len(size), plan)
    return plan(weights(kernel, k, seed, file, len(size)))


@op(
    "conv",
    title="Strided convolution",
    kind="down",
    group="learned",
    linear=True,
    linear_if=lambda bias, **_: not bias,
    affine="bias",
    depends_on_scale=lambda bias, **_: bool(bias),
    grid=_grid,
    check=_check,
    picks=lambda kernel, file, **_: kernel == "identity" and not file,
    response=_response,
    fast=_fast,
)
def conv(
    x: Array,
    axes: int,
    *,
    kernel: KernelName = "identity",
    k: Side = 3,
    s: Strides = for_all_axes(2),
    p: Paddings = for_all_axes(1),
    d: Dilations = for_all_axes(1),
    pad: Border = "zero",
    seed: Seed = 0,
    file: KernelFile = "",
    bias: BiasFile = "",
) -> Array:
    """Correlate with a kernel, then keep one sample in s: a strided convolution.

    The identity kernel makes it plain decimation, so that nothing hides what striding does.
    `box` and `gauss` sum to 1; the Sobel and Laplacian kernels sum to 0 and their outputs are
    signed. With `file` the side is the file's: k x k weights for every channel, or channels made x
    channels taken x k x k, as torch has them, in as many groups as fit the channels. `bias` has a
    number to add to each channel.

    Size: floor((N + 2p - d(k-1) - 1) / s) + 1; ceil(N / s) for p=same
    Delta: d(k-1)/2 - p; p=same pads the odd pixel at the end, so it may sit a pixel later
    Edges: `pad`, p pixels on every side; reflect needs p < N.
    Source: torch.nn.functional.conv2d; tf.keras.layers.Conv2D for p=same.
    """
    taps = weights(kernel, k, seed, file, axes)
    per_axis = zip(x.shape[-axes:], s, p, d, strict=True)
    layouts = [window_layout(n, k=taps.shape[-1], s=si, p=pi, d=di) for n, si, pi, di in per_axis]
    if not mixes_channels(taps, axes):
        out = correlate(x, taps, layouts, pad)
        return with_bias(out, bias, axes)
    x = x[None] if x.ndim == axes else x
    check_channels(x.shape[-axes - 1], taps.shape[1], taps.shape[0], "conv")
    return with_bias(correlate_channels(x, taps, layouts, pad), bias, axes)
