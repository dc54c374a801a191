"""Strided convolution with weights that nobody learned."""

from collections.abc import Sequence
from typing import Any

from sampviz.dsp.closed_form_gain import of_taps
from sampviz.dsp.correlate import correlate
from sampviz.dsp.dtypes import Array, Kernel
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.sliding_window import Each, fit, fit_both
from sampviz.ops.conv_weights import check_kernel, side, weights
from sampviz.ops.families._border_checks import check_mirror
from sampviz.ops.operation import op
from sampviz.ops.parameter import each
from sampviz.ops.parameter_types import (
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
    windows = fit(n, k=side(k, file), s=s, p=p, d=d)
    check_mirror(windows, pad)
    return windows.grid


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
) -> Array:
    scaled = [v * di for v, di in zip(frequencies, d, strict=True)]
    return of_taps(weights(kernel, k, seed, file, len(d)), *scaled)


def _fast(
    size: Size,
    *,
    kernel: str,
    k: int,
    s: Each,
    p: Each,
    d: Each,
    pad: Border,
    seed: int,
    file: str,
) -> Kernel | None:
    from sampviz.dsp.fast.filter2d import correlated

    if file:
        return None  # it may change
    taps = weights(kernel, k, seed, file, 2)
    return correlated(taps, fit_both(size, len(taps), s, p, d, False), pad)


@op("conv", kind="down", linear=True, grid=_grid, check=_check, response=_response, fast=_fast)
def conv(
    x: Array,
    axes: int,
    *,
    kernel: KernelName = "identity",
    k: Side = 3,
    s: Strides = each(2),
    p: Paddings = each(1),
    d: Dilations = each(1),
    pad: Border = "zero",
    seed: Seed = 0,
    file: KernelFile = "",
) -> Array:
    """Correlate with a kernel, then keep one sample in s: a strided convolution.

    The identity kernel makes it plain decimation, so that nothing hides what striding does.
    `box` and `gauss` sum to 1; the Sobel and Laplacian kernels sum to 0 and their outputs are
    signed. With `file` the side is the file's.

    Size: floor((N + 2p - d(k-1) - 1) / s) + 1; ceil(N / s) for p=same
    Delta: d(k-1)/2 - p; p=same pads the odd pixel at the end, so it may sit a pixel later
    Edges: `pad`, p pixels on every side; reflect needs p < N.
    Source: torch.nn.functional.conv2d; tf.keras.layers.Conv2D for p=same.
    """
    taps = weights(kernel, k, seed, file, axes)
    per_axis = zip(x.shape[-axes:], s, p, d, strict=True)
    fits = [fit(n, k=len(taps), s=si, p=pi, d=di) for n, si, pi, di in per_axis]
    return correlate(x, taps, fits, pad)
