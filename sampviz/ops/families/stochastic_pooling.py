"""Poolings that draw: a pixel by its size, the windows, or the samples that are kept."""

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from typing import Annotated, Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.dsp.sliding_window import axis_slice, pad, window_layout, window_taps
from sampviz.ops.define import op
from sampviz.ops.families.mean_and_max import layouts_of
from sampviz.ops.families.pooling import AS_WINDOW
from sampviz.ops.parameter import AUTO_WORDS, BadValueError, Param, derived, for_all_axes
from sampviz.ops.parameter_types import Strides, Target, Windows
from sampviz.ops.rules import DoesNotFitError
from sampviz.ops.values import Sizes

Draw = Annotated[
    str,
    Param(
        meaning="the mean over all draws, or one draw",
        words=("test", "train"),
        in_caption="variant",
    ),
]
Seed = Annotated[int, Param(0, 2**31 - 1, "", "seed of the draws")]
Shrinking = Annotated[
    Fraction,
    Param(1, 64, "", "how many times smaller; decimals", per_axis=True, in_caption="factor"),
]
Draws = Annotated[float, Param(0, 1, "", "the draw of the rows or columns")]
Grids = Annotated[
    Sizes,
    Param(
        1, 4096, "px", "side of the grids, of which one in k is drawn", AUTO_WORDS, per_axis=True
    ),
]


@op(
    "stochastic",
    title="Stochastic pooling",
    kind="down",
    group="pooling",
    linear=False,
    grid=lambda n, *, k, s, **_: window_layout(n, k=k, s=s).grid,
    domain="positive",
    picks=lambda mode, **_: mode == "train",
    cite=("zeiler2013",),
)
def stochastic(
    x: Array,
    axes: int,
    *,
    k: Windows = for_all_axes(2),
    s: Strides = AS_WINDOW,
    mode: Draw = "test",
    seed: Seed = 0,
) -> Array:
    """Draw a pixel of every window, the more often the larger it is; or the mean over the draws.

    The chance of a pixel is its share of the sum. `test` is what networks take when they are
    used, the sum of squares over the sum; `train` is one draw of numpy's generator. A window of
    zeros gives 0. Values below 0 have no chance and are refused.

    Size: floor((N - k) / s) + 1
    Delta: (k-1)/2
    Edges: windows lie inside.
    Source: Zeiler, Fergus, Stochastic Pooling for Regularization of Deep Convolutional Neural
        Networks, ICLR 2013.
    """
    layouts = layouts_of(x, k, s)
    taps = list(window_taps(x, layouts))
    return _expected(taps) if mode == "test" else _drawn(taps, axes, seed)


def _expected(taps: Sequence[Array]) -> Array:
    largest = np.maximum.reduce(taps)
    squares = total = np.zeros_like(largest)
    with np.errstate(invalid="ignore", divide="ignore", under="ignore"):  # put in below
        for tap in taps:
            share = tap / largest
            squares, total = squares + share**2, total + share
        out = squares / total * largest
    return np.where((largest == 0) | np.isinf(largest), largest, out)


def _drawn(taps: Sequence[Array], axes: int, seed: int) -> Array:
    total = np.sum(taps, axis=0)
    rng = np.random.default_rng(seed)
    planes = total.reshape(-1, *total.shape[-axes:])
    draws = np.stack([rng.random(plane.shape) for plane in planes]).reshape(total.shape)
    running, out, is_drawn = np.zeros_like(total), np.zeros_like(total), total == 0
    for tap in taps:
        running = running + tap
        chosen = ~is_drawn & (running > draws * total)
        out[chosen] = tap[chosen]
        is_drawn |= chosen
    return np.where(np.isnan(total), total, out)


def _draw_of(number: int) -> Any:
    """Return a default that follows from the seed: the draw of rows (0) or columns (1)."""
    return derived("by seed", lambda v: float(np.random.default_rng(v["seed"]).random(2)[number]))


_DRAWS = _draw_of(0), _draw_of(1)


def _starts(n: int, k: int, count: int, draw: float) -> Array:
    """Return where the windows of an axis begin."""
    if count == 1:
        return np.array([n - k])
    apart = (n - k) / (count - 1)
    starts = ((np.arange(count) + draw) * apart).astype(np.intp) - int(draw * apart)
    starts[-1] = n - k
    return starts


def _count(n: int, f: Fraction, size: int | str) -> int:
    return int(n / f) if isinstance(size, str) else size


def _fractional_grid(
    n: int, *, axis: int, f: Fraction, size: int | str, k: int, u: float, v: float, **_: Any
) -> Grid:
    count = _count(n, f, size)
    if count < 1 or k + count - 1 > n:
        raise DoesNotFitError(f"{count} windows of {k} px, each a step on, want more than {n} px")
    starts = _starts(n, k, count, u if axis == -2 else v)
    step = Fraction(n - k, count - 1) if count > 1 else Fraction(n)
    mean = Fraction(int(starts.sum()), count) - step * Fraction(count - 1, 2)
    return Grid(count, step, mean + Fraction(k - 1, 2))


def _check_fractional(*, size: int | str, f: Fraction, **_: Any) -> None:
    if isinstance(size, str) and f == 1:
        raise BadValueError("f=1: wanted more")


@op(
    "fracmax",
    title="Fractional max pooling",
    kind="down",
    group="pooling",
    linear=False,
    grid=_fractional_grid,
    check=_check_fractional,
    swaps=(("u", "v"),),
    picks=True,
    cite=("graham2014",),
)
def fracmax(
    x: Array,
    *,
    f: Shrinking = Fraction("1.41"),
    size: Target = "none",
    k: Windows = for_all_axes(2),
    seed: Seed = 0,
    u: Draws = _DRAWS[0],
    v: Draws = _DRAWS[1],
) -> Array:
    """Keep the largest pixel of windows that lie a fraction of pixels apart, drawn at random.

    A size that is no whole part of the image: the windows are as far apart as they must, rounded
    to pixels, from a start that is drawn, u for rows and v for columns.

    Size: floor(N / f), or `size`
    Delta: about (k-1)/2: that of the mean of the windows, which lie (N - k)/(n - 1) apart
    Edges: windows lie inside, the last at the end.
    Source: Graham, Fractional Max-Pooling, 2014, arXiv 1412.6071, the overlapping, pseudorandom
        kind; torch.nn.FractionalMaxPool2d, whose samples are those of columns and rows.
    """
    factors = f if isinstance(f, tuple) else (f, f)
    sizes = size if isinstance(size, tuple) else (size, size)
    for axis, factor, own, ki, draw in zip((-2, -1), factors, sizes, k, (u, v), strict=True):
        n = x.shape[axis]
        starts = _starts(n, ki, _count(n, factor, own), draw)
        x = np.maximum.reduce([x[axis_slice(axis, starts + a)] for a in range(ki)])
    return x


def _check_spatial(*, k: int, grid: int, **_: Any) -> None:
    if grid % k:
        raise BadValueError(f"grid={grid}: wanted a multiple of k={k}")


@op(
    "s3pool",
    title="Stochastic spatial sampling",
    kind="down",
    group="pooling",
    linear=False,
    grid=lambda n, *, k, **_: Grid(n // k, Fraction(k), Fraction(k - 1)),
    check=_check_spatial,
    picks=lambda mode, k, **_: mode == "train" or k == 1,
    not_by_window="draws rows and columns of the whole image",
    cite=("zhai2017",),
)
def s3pool(
    x: Array,
    axes: int,
    *,
    k: Windows = for_all_axes(2),
    grid: Grids = AS_WINDOW,
    mode: Draw = "test",
    seed: Seed = 0,
) -> Array:
    """Take the largest of k pixels at every pixel, then draw one row and column in k: S3Pool.

    `train` draws grid / k rows of each `grid` rows, then columns so; `test`, the mean in place of
    draws, is what networks take when they are used. What is less than a grid at the end gives one
    in k, too.

    Size: floor(N / k)
    Delta: k - 1: (k-1)/2 of the maximum, and (k-1)/2 of the mean over all draws
    Edges: windows are cut off at the end.
    Source: Zhai et al., S3Pool: Pooling with Stochastic Spatial Sampling, CVPR 2017.
    """
    rng = np.random.default_rng(seed)
    for axis, ki in zip(range(-axes, 0), k, strict=True):
        n = x.shape[axis]
        padded = pad(x, axis, 0, ki - 1, "zero", -np.inf)
        x = reduce(np.maximum, (padded[axis_slice(axis, slice(a, a + n))] for a in range(ki)))
    if mode == "train":
        for axis, ki, side in zip(range(-axes, 0), k, grid, strict=True):
            x = x[axis_slice(axis, _drawn_places(x.shape[axis], ki, side, rng))]
        return x.copy()
    taps = list(window_taps(x, layouts_of(x, k, k)))
    with np.errstate(invalid="ignore"):  # infinities of both signs
        return np.asarray(reduce(np.add, taps) / x.dtype.type(len(taps)))


def _drawn_places(n: int, k: int, side: int, rng: "np.random.Generator") -> Array:
    """Return one place in k of each grid of an axis, in order."""
    starts = range(0, n, side)
    grids = [rng.permutation(min(side, n - start)) + start for start in starts]
    return np.concatenate([np.sort(places[: len(places) // k]) for places in grids])
