"""Windowed-sinc filters under a Kaiser window, as alias-free generators use them."""

from collections.abc import Callable
from fractions import Fraction
from typing import Annotated, Any

from sampviz.dsp.closed_form_gain import taps_gain
from sampviz.dsp.correlate import correlate_along
from sampviz.dsp.dtypes import Array
from sampviz.dsp.filter_taps import kaiser_sinc
from sampviz.dsp.grid import Grid
from sampviz.dsp.interpolate import insert_zeros
from sampviz.dsp.sliding_window import WindowLayout
from sampviz.ops.define import op
from sampviz.ops.parameter import BadValueError, Param, derived
from sampviz.ops.parameter_types import Factor

Taps = Annotated[int, Param(1, 384, "", "number of filter taps", per_axis=True)]
Cutoff = Annotated[
    float,
    Param(0.01, 0.99, "", "cutoff, as a share of the Nyquist frequency", per_axis=True),
]
Width = Annotated[
    float, Param(0.005, 2, "", "width of the transition, on the same scale", per_axis=True)
]


def _of_factor(rule: Callable[[int], float], f: Any) -> Any:
    """Return what follows from the factor of each axis; of an axis that stays, as for 2."""
    if isinstance(f, tuple):
        return tuple(_of_factor(rule, value) for value in f)
    return rule(max(f, 2)) if isinstance(f, int) else f  # auto is not known yet


SIX_A_SAMPLE = derived("6f", lambda values: _of_factor(lambda f: 6 * f, values["f"]))
TRANSITION = derived("0.4/f", lambda values: _of_factor(lambda f: 0.4 / f, values["f"]))
NYQUIST = derived("1/f", lambda values: _of_factor(lambda f: 1 / f, values["f"]))


def _down_layout(n: int, *, f: int, taps: int, **_: Any) -> WindowLayout:
    before, after = (taps - f + 1) // 2, (taps - f) // 2
    return WindowLayout(n, taps, f, 1, before, after, (n + before + after - taps) // f + 1)


def _down_grid(n: int, **params: Any) -> Grid:
    return _down_layout(n, **params).grid


def _check(*, f: int, taps: int, **_: Any) -> None:
    if taps < f:
        raise BadValueError(f"taps={taps}: wanted at least f={f}")


def _down_response(v: Array, taps: int, cutoff: float, width: float, **_: Any) -> Array:
    return taps_gain(kaiser_sinc(taps, cutoff, width), v)


@op(
    "kaiser",
    title="Kaiser low-pass",
    kind="down",
    group="filters",
    linear=True,
    grid=_down_grid,
    check=_check,
    response=_down_response,
    cite=("karras2021",),
)
def kaiser(
    x: Array,
    axis: int,
    *,
    f: Factor = 2,
    taps: Taps = SIX_A_SAMPLE,
    cutoff: Cutoff = NYQUIST,
    width: Width = TRANSITION,
) -> Array:
    """Low-pass with a sinc under a Kaiser window, then keep one sample in f.

    Size: floor(N / f)
    Delta: (f - 1)/2, half a pixel less where taps - f is odd
    Edges: zeros, so that the rim gets darker.
    Source: Karras et al., Alias-Free Generative Adversarial Networks, NeurIPS 2021; the filter is
        scipy.signal.firwin(taps, cutoff, width=width, fs=2).
    """
    layout = _down_layout(x.shape[axis], f=f, taps=taps)
    return correlate_along(x, kaiser_sinc(taps, cutoff, width), layout, axis, "zero")


def _up_layout(n: int, *, f: int, taps: int, **_: Any) -> WindowLayout:
    before, after = (taps + f - 1) // 2, (taps - f) // 2
    return WindowLayout(f * n, taps, 1, 1, before, after, f * n + before + after - taps + 1)


def _up_grid(n: int, *, f: int, taps: int, **_: Any) -> Grid:
    fine_grid = _up_layout(n, f=f, taps=taps).grid
    return Grid(fine_grid.size, Fraction(1, f), fine_grid.delta / f)


def _up_response(v: Array, f: int, **filtered: Any) -> Array:
    return _down_response(v / f, **filtered)


@op(
    "kaiserup",
    title="Kaiser interpolation",
    kind="up",
    group="filters",
    linear=True,
    grid=_up_grid,
    check=_check,
    response=_up_response,
    cite=("karras2021",),
)
def kaiserup(
    x: Array,
    axis: int,
    *,
    f: Factor = 2,
    taps: Taps = SIX_A_SAMPLE,
    cutoff: Cutoff = NYQUIST,
    width: Width = TRANSITION,
) -> Array:
    """Put zeros between the samples, then low-pass with f times the sinc under a Kaiser window.

    A constant stays one for f=2; for more the f outputs of a sample differ by 2 to 4 % along each
    axis, as the authors' filter has it.

    Size: f N
    Delta: 1/(2f) - 1/2 where taps - f is even
    Edges: zeros, so that the rim gets darker.
    Source: Karras et al., Alias-Free Generative Adversarial Networks, NeurIPS 2021; cutoff and
        width are on the scale of the output.
    """
    with_zeros = insert_zeros(x, axis, f)
    layout = _up_layout(x.shape[axis], f=f, taps=taps)
    return correlate_along(with_zeros, f * kaiser_sinc(taps, cutoff, width), layout, axis, "zero")
