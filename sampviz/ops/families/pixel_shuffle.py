"""Pixel shuffle: pixels into channels and channels into pixels."""

from fractions import Fraction
from typing import Annotated

import numpy as np

from sampviz.core.errors import ChainError
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.ops.define import op
from sampviz.ops.parameter import Param
from sampviz.ops.rules import DoesNotFitError

Block = Annotated[int, Param(2, 16, "px", "side of the block of pixels")]


def _unshuffle_grid(n: int, *, f: int) -> Grid:
    if n % f:
        fix = f"cut it before: crop:size=HxW with a side of {n // f * f} px" if n >= f else ""
        raise DoesNotFitError(f"unshuffle wants sides that {f} divides, not {n} px", fix)
    return Grid(n // f, Fraction(f), Fraction(f - 1, 2))


@op(
    "unshuffle",
    title="Pixel unshuffle",
    kind="down",
    group="pixels",
    linear=True,
    grid=_unshuffle_grid,
    picks=True,
    channels="together",
    not_by_window="makes many images of one",
)
def unshuffle(x: Array, *, f: Block = 2) -> Array:
    """Move each f x f block of pixels into f^2 channels: nothing is lost, nothing is filtered.

    Channel c f^2 + a f + b holds the pixels (f i + a, f j + b) of channel c.

    Size: N / f, which must be whole; f^2 times the channels
    Delta: (f-1)/2, the middle of the block; channel 0 lies at 0
    Edges: nothing lies beyond the edge.
    Source: torch.nn.PixelUnshuffle.
    """
    *lead, c, h, w = (1, *x.shape) if x.ndim == 2 else x.shape
    blocks = x.reshape(*lead, c, h // f, f, w // f, f)
    return np.moveaxis(blocks, (-3, -1), (-4, -3)).reshape(*lead, c * f * f, h // f, w // f).copy()


def _shuffle_grid(n: int, *, f: int) -> Grid:
    return Grid(n * f, Fraction(1, f), Fraction(1, 2 * f) - Fraction(1, 2))


@op(
    "shuffle",
    title="Pixel shuffle",
    kind="up",
    group="pixels",
    linear=True,
    grid=_shuffle_grid,
    picks=True,
    channels="together",
    before="unshuffle",
    not_by_window="makes one image of many",
    cite=("shi2016",),
)
def shuffle(x: Array, *, f: Block = 2) -> Array:
    """Lay f^2 channels out as f x f pixels: sub-pixel convolution without its weights.

    It undoes unshuffle. An image of one channel has nothing to lay out and is refused.

    Size: f N; the channels by f^2
    Delta: 1/(2f) - 1/2
    Edges: nothing lies beyond the edge.
    Source: Shi et al., Real-Time Single Image and Video Super-Resolution, CVPR 2016;
        torch.nn.PixelShuffle.
    """
    channels = x.shape[-3] if x.ndim > 2 else 1
    if channels % f**2:
        raise ChainError(
            f"shuffle:f={f} wants a multiple of {f**2} channels, not {channels}",
            fix="unshuffle earlier in the chain, or repeat pixels with nearest",
        )
    *lead, c, h, w = x.shape
    blocks = x.reshape(*lead, c // f**2, f, f, h, w)
    out = np.moveaxis(blocks, (-4, -3), (-3, -1)).reshape(*lead, c // f**2, h * f, w * f)
    return out.copy()
