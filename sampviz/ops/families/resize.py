"""Resizing to any size by the rules of Pillow, OpenCV, torch, TensorFlow, ONNX and scikit-image."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.dsp.interpolate import interpolate_along, sample_positions
from sampviz.dsp.resampling_kernels import FILTERS, PILLOW_CUBIC, TORCH_CUBIC, cubic, lanczos
from sampviz.dsp.resampling_weights import Weights, filtered, kernel_at
from sampviz.dsp.resize_places import (
    nearest_grid,
    nearest_index,
    resized_grid,
    rounded_size,
)
from sampviz.dsp.spline import gaussian_weights, prefilter_sigma, spline_along
from sampviz.ops.bind import axis_values
from sampviz.ops.define import op
from sampviz.ops.parameter import BadValueError, Param, derived
from sampviz.ops.parameter_types import StepRule, Target
from sampviz.ops.rules import Finish, Params

_FILTERS = (
    "bicubic",
    "bilinear",
    "lanczos",
    "box",
    "nearest",
    "hamming",
    "mitchell",
    "gaussian",
    "lanczos5",
    "lanczos4",
    "spline",
)
_OWN_WIDTH = ("lanczos4", "spline")  # as wide as the old samples, never wider
Scale = Annotated[
    Fraction, Param(1 / 64, 64, "", "size of the output over that of the input", per_axis=True)
]
Filter = Annotated[str, Param(meaning="filter", words=_FILTERS)]
Antialias = Annotated[bool, Param(meaning="as wide a filter as the coarser grid asks for")]
At = Annotated[
    str,
    Param(
        meaning="where the new samples lie",
        words=("half", "corners", "start", "torchhalf", "tfnn", "symmetric"),
    ),
]
CubicA = Annotated[float, Param(-4, 4, "", "the parameter of the cubic")]
Outside = Annotated[
    str, Param(meaning="taps beyond the edge: the edge, or none", words=("edge", "drop"))
]
Rounding = Annotated[
    str,
    Param(
        meaning="of the size; for nearest, of the places",
        words=("floor", "half", "up", "down", "ceil"),
    ),
]
Order = Annotated[int, Param(0, 5, "", "of the spline")]
Prefilter = Annotated[
    str, Param(meaning="Gaussian before an axis shrinks", words=("none", "skimage", "cardoso"))
]
Sigma = Annotated[
    float | str, Param(0.01, 100, "px", "of a Gaussian before an axis shrinks", ("none",))
]
Clip = Annotated[bool, Param(meaning="keep to the range of what is resized")]


def _default_rounding(values: Params) -> str:
    is_rounded = values["filter"] == "nearest" and values["at"] not in ("start", "tfnn")
    return "up" if is_rounded else "floor"


_ANTIALIAS = derived(
    "true, false for spline and lanczos4", lambda values: values["filter"] not in _OWN_WIDTH
)
_AT = derived(
    "half, start for nearest", lambda values: "start" if values["filter"] == "nearest" else "half"
)
_A = derived(
    "-0.5, -0.75 without antialias",
    lambda values: PILLOW_CUBIC if values["antialias"] else TORCH_CUBIC,
)
_OUTSIDE = derived(
    "drop, edge without antialias", lambda values: "drop" if values["antialias"] else "edge"
)
_ROUND = derived("floor, up for nearest unless at=start", _default_rounding)


def _places(n: int, values: Mapping[str, Any]) -> Grid:
    """Return where the new samples lie, before nearest rounds them."""
    size, f = values["size"], values["f"]
    is_nearest = values["filter"] == "nearest"
    if isinstance(size, str):
        size = rounded_size(n * f, "floor" if is_nearest else values["round"])
    step = 1 / f if values["step"] == "f" else Fraction(n, max(1, size))
    return resized_grid(n, size, step, values["at"])


def _index_rule(values: Mapping[str, Any]) -> str:
    """Return how places are rounded to pixels; "" for what interpolates."""
    if values["filter"] == "nearest":
        return str(values["round"])
    return "up" if values["filter"] == "spline" and values["order"] == 0 else ""


def _grid(n: int, **values: Any) -> Grid:
    places, rounding = _places(n, values), _index_rule(values)
    return nearest_grid(places, rounding) if rounding and places.size else places


def _check(
    *,
    size: int | str,
    filter: str,  # noqa: A002
    antialias: bool,
    step: str,
    outside: str,
    prefilter: str,
    sigma: float | str,
    **values: Any,
) -> None:
    if not antialias and filter == "box":
        raise BadValueError("filter=box: wanted another without antialias")
    if antialias and filter in _OWN_WIDTH:
        raise BadValueError(f"filter={filter}: wanted antialias=false, it has one width")
    if step == "f" and size != "none":
        raise BadValueError(f"step=f: wanted a factor f, not size={size}")
    if filter == "nearest" and values["round"] == "half":
        raise BadValueError("round=half: wanted up, down, floor or ceil for nearest")
    if outside == "drop" and filter == "spline":
        raise BadValueError("outside=drop: wanted edge for spline")
    if prefilter != "none" and sigma != "none":
        raise BadValueError(f"sigma={sigma}: wanted it without prefilter={prefilter}")


def _picks(
    *,
    filter: str,  # noqa: A002
    size: int | str,
    f: float,
    at: str,
    prefilter: str,
    sigma: float | str,
    order: int,
    **_: Any,
) -> bool:
    if prefilter != "none" or sigma != "none":
        return False
    repeats = filter == "box" and isinstance(size, str) and f >= 1 and at == "half"
    return filter == "nearest" or repeats or (filter == "spline" and order == 0)


def _clip(params: Params) -> Finish | None:
    """Keep the result within the range of what was resized: of slices each its own."""

    def clip(out: Array, x: Array, axes: int) -> Array:
        sizes = enumerate(x.shape[-axes:])
        grids = [(_grid(n, **axis_values(params, i)), Grid(n)) for i, n in sizes]
        changed = tuple(i - axes for i, (after, before) in enumerate(grids) if after != before)
        if not changed:
            return out
        low, high = (ends.reduce(x, changed, keepdims=True) for ends in (np.fmin, np.fmax))
        return np.clip(out, low, high)

    return clip if params["clip"] else None


def _spreads(*, filter: str, order: int, **_: Any) -> bool:  # noqa: A002
    return filter == "spline" and order > 1


def _smoothed(x: Array, axis: int, ratio: float, prefilter: str, sigma: float | str) -> Array:
    if ratio <= 1 or (prefilter == "none" and isinstance(sigma, str)):
        return x
    width = prefilter_sigma(prefilter, ratio) if isinstance(sigma, str) else sigma
    return gaussian_weights(x.shape[axis], width).along(x, axis)


def _weights(n: int, grid: Grid, values: Mapping[str, Any]) -> Weights:
    name, a, drop = values["filter"], values["a"], values["outside"] == "drop"
    if name == "lanczos4":
        kernel, support = (lambda t: lanczos(t, 4)), 4.0
    elif name == "bicubic":
        kernel, support = (lambda t: cubic(t, a)), 2.0
    else:
        kernel, support = FILTERS[name]
    if values["antialias"]:
        return filtered(n, grid, kernel, support, drop=drop)
    positions, reach = sample_positions(grid), int(np.ceil(support))
    return kernel_at(n, positions, kernel, reach, drop=drop, normalise=name != "bicubic")


@op(
    "resize",
    title="Resize",
    kind="down",
    group="filters",
    linear=True,
    linear_if=lambda clip, **_: not clip,
    grid=_grid,
    check=_check,
    picks=_picks,
    spreads=_spreads,
    finish=_clip,
)
def resize(
    x: Array,
    axis: int,
    *,
    size: Target = "none",
    f: Scale = Fraction(1, 2),
    filter: Filter = "bicubic",  # noqa: A002 - the word of the field
    antialias: Antialias = _ANTIALIAS,
    step: StepRule = "size",
    at: At = _AT,
    a: CubicA = _A,
    outside: Outside = _OUTSIDE,
    round: Rounding = _ROUND,  # noqa: A002
    order: Order = 3,
    prefilter: Prefilter = "none",
    sigma: Sigma = "none",
    clip: Clip = False,
) -> Array:
    """Interpolate to any size, smaller or larger.

    With antialias the filter is as wide as the coarser grid asks for and nothing folds but what
    it lets through: Pillow, torch and TensorFlow with antialias=True. Without, it is as wide as
    the old pixels: the 2 or 4 taps of torch, OpenCV and ONNX, which skip pixels and fold; spline
    is that of SciPy, scikit-image and nnU-Net, of `order`. The Gaussian of `prefilter` is
    scikit-image's anti_aliasing, or that of Cardoso et al., MICCAI 2015.

    The new pixels share the span of the old ones: they are N/n apart. With step=f they are 1/f
    apart, as torch has them for a scale_factor: where f N is not whole the last one ends before
    the old ones do. `at` says where they lie: half, pixels are cells; corners, the outermost stay
    (align_corners); start, from the first pixel (asymmetric); torchhalf, tfnn and symmetric are
    those of ONNX.

    Size: floor(f N), or as `round` says, or `size`; f is the decimal as it is written
    Delta: (N/n - 1)/2 for n new pixels, (1/f - 1)/2 for step=f; 0 at corners and start, half the
        step at tfnn. nearest loses fractions of a pixel: from the start 1/2q - 1/2 on average, q
        the denominator of the step
    Edges: antialias: taps beyond the edge are dropped, the others sum to 1, unless outside=edge;
        otherwise the edge pixel is repeated, unless outside=drop. spline repeats it 12 times, then
        comes a mirror.
    Source: Pillow's Image.resize (cubic a=-0.5); torch.nn.functional.interpolate (a=-0.75);
        OpenCV's INTER_LANCZOS4; tf.image.resize; Resize of ONNX; skimage.transform.resize.
    """
    n, values = x.shape[axis], {
        "size": size, "f": f, "filter": filter, "antialias": antialias, "step": step,
        "at": at, "a": a, "outside": outside, "round": round, "order": order,
    }  # fmt: skip
    places = _places(n, values)
    if places == Grid(n):
        return x.copy()
    x = _smoothed(x, axis, n / places.size, prefilter, sigma)
    if rounding := _index_rule(values):
        return x.take(nearest_index(n, places, rounding), axis)
    if filter == "spline" and order > 1:
        return spline_along(x, sample_positions(places), order, axis)
    if filter == "spline" or (filter == "bilinear" and not antialias):
        return interpolate_along(x, sample_positions(places), axis)
    return _weights(n, places, values).along(x, axis)
