"""Polyphase sampling by logits: one of the four phases, or a mixture of them."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Annotated

import numpy as np

from sampviz.dsp.closed_form_gain import taps_gain
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.dsp.sliding_window import pad
from sampviz.ops.define import op
from sampviz.ops.parameter import Param
from sampviz.ops.rules import DoesNotFitError

Logit = Annotated[float, Param(-1000, 1000, "", "logit of the phase that starts at (row, column)")]
Choice = Annotated[str, Param(meaning="the largest logit's, or a mixture", words=("hard", "soft"))]
Temperature = Annotated[float, Param(1e-3, 1000, "", "of the softmax")]


def shares(l00: float, l01: float, l10: float, l11: float, mode: str, tau: float) -> Array:
    """Return the share of each phase.

    Parameters
    ----------
    l00, l01, l10, l11 : float
        Logits of the phases that start at (row, column).
    mode : {"hard", "soft"}
        All of the first largest, or softmax.
    tau : float
        Temperature of the softmax.

    Returns
    -------
    Array, shape (2, 2)
        Shares, by row and column, which sum to 1.
    """
    logits = np.array([l00, l01, l10, l11])
    if mode == "hard":
        return (np.arange(4) == logits.argmax()).reshape(2, 2) * 1.0
    weights = np.exp((logits - logits.max()) / tau)
    return (weights / weights.sum()).reshape(2, 2)


def _mean_phase(axis: int, taps: Array) -> Fraction:
    share = taps[1].sum() if axis == -2 else taps[:, 1].sum()
    return Fraction(float(share)).limit_denominator(10**6)


def _mix(x: Array, taps: Array) -> Array:
    """Return the sum of the phases that have a share."""
    chosen = [(i, j) for i in (0, 1) for j in (0, 1) if taps[i, j]]
    total = sum(x[..., i::2, j::2] * x.real.dtype.type(taps[i, j]) for i, j in chosen)
    return np.asarray(total)


def _response(
    frequencies: Sequence[Array], mode: str = "soft", tau: float = 1.0, **logits: float
) -> Array:
    return taps_gain(shares(**logits, mode=mode, tau=tau), *frequencies)


def _lps_grid(n: int, *, axis: int, mode: str, tau: float, **logits: float) -> Grid:
    taps = shares(**logits, mode=mode, tau=tau)
    return Grid(-(-n // 2), Fraction(2), _mean_phase(axis, taps))


@op(
    "lps",
    title="Learnable polyphase sampling",
    kind="down",
    group="learned",
    linear=True,
    grid=_lps_grid,
    swaps=(("l01", "l10"),),
    picks=lambda mode, **_: mode == "hard",
    response=_response,
    cite=("rojasgomez2022",),
)
def lps(
    x: Array,
    *,
    l00: Logit = 0.0,
    l01: Logit = 0.0,
    l10: Logit = 0.0,
    l11: Logit = 0.0,
    mode: Choice = "hard",
    tau: Temperature = 1.0,
) -> Array:
    """Keep one of the four phases, or a mixture of them, by logits: LPS.

    The authors compute the logits from the phases with a learned network; here they are
    parameters. `hard` keeps the first of the largest, `soft` mixes with softmax(logits / tau):
    equal ones are average pooling.

    Size: ceil(N / 2)
    Delta: the row or column at which the phase starts, its mean for soft
    Edges: an odd side gets a row or column of zeros at the end.
    Source: Rojas-Gomez, Lim, Schwing, Do, Yeh, Learnable Polyphase Sampling for Shift Invariant
        and Equivariant Convolutional Networks, NeurIPS 2022.
    """
    for axis in (-2, -1):
        x = pad(x, axis, 0, x.shape[axis] % 2, "zero")
    return _mix(x, shares(l00, l01, l10, l11, mode, tau))


def _tips_grid(n: int, *, axis: int, **logits: float) -> Grid:
    if n == 1:
        raise DoesNotFitError("tips mirrors an odd axis at its start: of 1 px it has no mirror")
    phase = _mean_phase(axis, shares(**logits, mode="soft", tau=1.0))
    return Grid(-(-n // 2), Fraction(2), phase - n % 2)


@op(
    "tips",
    title="Translation-invariant polyphase sampling",
    kind="down",
    group="learned",
    linear=True,
    grid=_tips_grid,
    swaps=(("l01", "l10"),),
    response=lambda frequencies, **logits: _response(frequencies, **logits),
    cite=("saha2025",),
)
def tips(
    x: Array,
    *,
    l00: Logit = 0.0,
    l01: Logit = 0.0,
    l10: Logit = 0.0,
    l11: Logit = 0.0,
) -> Array:
    """Mix the four phases with softmax of logits: TIPS.

    The authors compute the logits with a learned branch; here they are parameters. Equal ones
    are average pooling.

    Size: ceil(N / 2)
    Delta: the mean row or column of the phases, a pixel earlier on odd axes
    Edges: an odd side gets a mirrored row or column at the start.
    Source: Saha, Gokhale, Improving Shift Invariance in Convolutional Neural Networks with
        Translation Invariant Polyphase Sampling, WACV 2025.
    """
    for axis in (-2, -1):
        x = pad(x, axis, x.shape[axis] % 2, 0, "reflect")
    return _mix(x, shares(l00, l01, l10, l11, "soft", 1.0))
