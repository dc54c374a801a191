"""Adaptive polyphase sampling: keep the phase with the largest norm."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any

import numpy as np

from sampviz.dsp.correlate import correlate_along
from sampviz.dsp.dtypes import Array, power_of_two
from sampviz.dsp.filter_taps import binomial
from sampviz.dsp.grid import Grid, Size
from sampviz.dsp.sliding_window import WindowLayout
from sampviz.dsp.sliding_window import pad as pad_axis
from sampviz.ops.define import op, unchanged
from sampviz.ops.families._border_checks import check_mirror
from sampviz.ops.parameter import Param
from sampviz.ops.parameter_types import Border

BlurTaps = Annotated[int, Param(1, 7, "", "taps of the binomial blur before; 1 is none")]
Norm = Annotated[float | str, Param(1, 64, "", "the norm by which phases compete", words=("inf",))]
# Rows and columns at which the four phases start, in the authors' order: of equals the first wins.
_PHASES = ((0, 0), (1, 0), (0, 1), (1, 1))


def _same_size_layout(n: int, k: int) -> WindowLayout:
    return WindowLayout(n, k, 1, 1, (k - 1) // 2, k // 2, n)


def _grid(n: int, *, blur: int, pad: str, **_: Any) -> Grid:
    check_mirror(_same_size_layout(n, blur), pad)
    return Grid(-(-n // 2), Fraction(2), Fraction(1, 2))


def _winner(x: Array, norm: float | str) -> tuple[int, int]:
    """Return the phase of the largest norm of an image with even sides."""
    order = np.inf if isinstance(norm, str) else norm
    scaled = x / x.dtype.type(power_of_two(x))  # whose powers are neither too large nor too small
    norms = [np.linalg.norm(scaled[..., i::2, j::2].ravel(), order) for i, j in _PHASES]
    return _PHASES[int(np.argmax(norms))]


def _evened(x: Array) -> Array:
    """Append the first row or column to odd sides."""
    for axis in (-2, -1):
        x = pad_axis(x, axis, 0, x.shape[axis] % 2, "wrap")
    return x


def _phase_of(x: Array, per_axis: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    return _winner(_evened(x), per_axis[0]["norm"])


@op(
    "aps",
    title="Adaptive polyphase sampling (APS)",
    kind="down",
    group="learned",
    linear=False,
    grid=_grid,
    picks=lambda blur, **_: blur == 1,
    switches=_phase_of,
    channels="together",
    not_by_window="chooses one phase for the whole image",
    cite=("chaman2021",),
)
def aps(x: Array, *, blur: BlurTaps = 1, pad: Border = "wrap", norm: Norm = 2.0) -> Array:
    """Of the four ways to keep every second pixel, take the one with the largest norm.

    The choice follows the image when it moves, so the output does too. One phase is chosen for
    all channels together, on the image before the blur.

    Size: ceil(N / 2)
    Delta: 1/2, half a pixel off: the phase that wins starts at 0 or at 1
    Edges: an odd side gets its first row or column appended; the blur has `pad`.
    Source: Chaman, Dokmanic, Truly Shift-Invariant Convolutional Neural Networks, CVPR 2021: the
        version for CIFAR.
    """
    smooth = x
    if blur > 1:
        for axis in (-2, -1):
            smooth = correlate_along(
                smooth, binomial(blur), _same_size_layout(x.shape[axis], blur), axis, pad
            )
    x, smooth = _evened(x), _evened(smooth)
    i, j = _winner(x, norm)
    return smooth[..., i::2, j::2].copy()


@op(
    "apsunpool",
    title="Polyphase unpooling",
    kind="up",
    group="pooling",
    linear=False,
    grid=unchanged,
    picks=True,
    takes_switches="aps",
    restores_size=True,
    not_by_window="puts all pixels at one phase of the whole image",
    cite=("rojasgomez2022",),
)
def apsunpool(x: Array, axes: int, phase: tuple[int, int], size_before: Size) -> Array:
    """Put the pixels back at the phase that aps chose, zeros elsewhere.

    It takes the phase, and the size before, of the nearest aps before it that no apsunpool has
    taken yet.

    Size: that before the aps
    Delta: that before the aps, moved as far as the steps between have moved
    Edges: what lies in a row or column that the aps had appended is cut off.
    Source: Rojas-Gomez, Lim, Schwing, Do, Yeh, Learnable Polyphase Sampling for Shift Invariant
        and Equivariant Convolutional Networks, NeurIPS 2022.
    """
    whole = [2 * n for n in x.shape[-axes:]]
    out = np.zeros((*x.shape[:-axes], *whole), x.dtype)
    out[..., phase[0] :: 2, phase[1] :: 2] = x
    return out[..., : size_before[0], : size_before[1]].copy()
