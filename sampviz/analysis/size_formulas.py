"""The size formulas of torch and of Keras with the numbers put in, and where the two differ."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sampviz.core.notebook import ShortRepr
from sampviz.dsp.grid import Size
from sampviz.dsp.sliding_window import window_layout
from sampviz.ops.chain import Chain
from sampviz.ops.conv_weights import side
from sampviz.ops.step import Step

_WINDOWS = ("conv", "max", "min", "avg", "lp", "median", "softpool", "lip")
_AXES = ("slices", "rows", "columns")


@dataclass(frozen=True)
class Formula:
    """A formula for an axis: `pads` are the pixels padded before and after it, or cut off there.

    `delta` is where sample 0 lies, in pixels of the step's input. `used` says that the step
    follows this one, not another for comparison.
    """

    convention: str  # torch p=1, Keras valid, Keras same
    text: str
    size: int
    pads: tuple[int, int]
    delta: Fraction
    used: bool
    total: str = ""  # how Keras finds the sum of both ends


@dataclass(frozen=True, repr=False)
class AxisFormulas(ShortRepr):
    """The formulas for axes on which a step has the same numbers, and how the programs differ."""

    step: int  # of the chain, from 0
    name: str
    axes: tuple[str, ...]
    n: int
    formulas: tuple[Formula, ...]
    difference: str
    verb: str  # what is done with the ends: pads or cuts


def formulas(chain: Chain, size: Size) -> list[AxisFormulas]:
    """Return the formulas of every convolution, pooling and transposed convolution of a chain."""
    by_axis: list[AxisFormulas] = []
    grids = chain.trace(size)
    for number, step in enumerate(chain.steps):
        if step.op.name not in (*_WINDOWS, "transpose"):
            continue
        same: dict[AxisFormulas, tuple[str, ...]] = {}
        for i, (grid, axis) in enumerate(zip(grids[number], _AXES[-len(size) :], strict=True)):
            of_axis = _of_axis(number, step, grid.size, i)
            same[of_axis] = (*same.get(of_axis, ()), axis)
        by_axis += [replace(of_axis, axes=axes) for of_axis, axes in same.items()]
    return by_axis


def _of_axis(number: int, step: Step, n: int, axis: int) -> AxisFormulas:
    values: dict[str, Any] = {
        name: value[axis] if isinstance(value, tuple) else value for name, value in step.values
    }
    values["k"] = side(values["k"], values.get("file", ""))
    transposed = step.op.name == "transpose"
    by_convention = tuple((_transposed if transposed else _windowed)(n, values))
    # The one of torch to compare with: that of the same size, if there is one.
    torch = next((f for f in reversed(by_convention) if f.convention.startswith("torch")), None)
    keras = next((f for f in by_convention if f.convention == "Keras same"), None)
    verb = "cuts" if transposed else "pads"
    difference = ""
    if keras and torch:
        difference = _difference(torch, keras, verb, values["s"] if transposed else 1)
    elif keras:
        difference = "torch has no padding that gives this size"
    return AxisFormulas(number, str(step), (), n, by_convention, difference, verb)


def _windowed(n: int, values: dict[str, Any]) -> Iterator[Formula]:
    k, s, d = values["k"], values["s"], values.get("d", 1)
    p, ceil = values.get("p", 0), values.get("ceil", False)
    span = f"{k}" if d == 1 else f"{d}*({k}-1) + 1"
    same = window_layout(n, k=k, s=s, p="same", d=d)
    # What stands for `same` in torch: half of the window on both sides.
    half_window = d * (k - 1) // 2
    paddings = [p] if isinstance(p, int) else []
    if not paddings or (
        window_layout(n, k=k, s=s, p=p, d=d).count != same.count and p != half_window
    ):
        paddings.append(half_window)
    for padding in paddings:
        used = padding == p
        layout = window_layout(n, k=k, s=s, p=padding, d=d, ceil=ceil and used)
        rounding = "ceil" if ceil and used else "floor"
        text = f"{rounding}(({n} + 2*{padding} - {d}*({k}-1) - 1) / {s}) + 1"
        last_start = n + 2 * padding - d * (k - 1) - 1
        if rounding == "ceil" and layout.count != -(-last_start // s) + 1:
            text += " - 1, for the last window would start in the padding"
        yield Formula(
            f"torch p={padding}", text, layout.count, (padding, padding), layout.grid.delta, used
        )
    if p == 0 and not ceil:
        valid = window_layout(n, k=k, s=s, d=d)
        inner = span if d == 1 else f"({span})"
        text = f"ceil(({n} - {inner} + 1) / {s})"
        yield Formula("Keras valid", text, valid.count, (0, 0), valid.grid.delta, used=True)
    total = f"max(({same.count}-1)*{s} + {span} - {n}, 0) = {same.before + same.after}"
    pads = same.before, same.after
    text = f"ceil({n} / {s})"
    yield Formula("Keras same", text, same.count, pads, same.grid.delta, p == "same", total)


def _transposed(n: int, values: dict[str, Any]) -> Iterator[Formula]:
    k, s, p, d = (values[name] for name in ("k", "s", "p", "d"))
    op = 0 if isinstance(values["op"], str) else values["op"]
    follows_keras = p == "same" and not isinstance(values["op"], str)
    # What gives s N in torch: as little output padding as it can be.
    output_padding = (k - s) % 2 if k >= s else s - k
    keras_pair = (max(k - s, 0) + output_padding * (k >= s)) // 2, output_padding
    pairs = [] if isinstance(p, str) else [(p, op)]
    if output_padding < s and (not pairs or (d == 1 and (n - 1) * s - 2 * p + k + op != n * s)):
        pairs.append(keras_pair)
    for crop, extra in pairs:
        size = (n - 1) * s - 2 * crop + d * (k - 1) + extra + 1
        text = f"({n}-1)*{s} - 2*{crop} + {d}*({k}-1) + {extra} + 1"
        delta = (crop - Fraction(d * (k - 1), 2)) / s
        name = f"torch p={crop}" + f" op={extra}" * bool(extra)
        pads = crop, crop - extra
        yield Formula(name, text, size, pads, delta, (crop, extra) == (p, op))
    if d > 1:
        return
    if (p, op) == (0, 0):
        size = n * s + max(k - s, 0)
        delta = -Fraction(k - 1, 2) / s
        used = size == (n - 1) * s + k
        text = f"{n}*{s} + max({k}-{s}, 0)"
        yield Formula("Keras valid", text, size, (0, min(k - s, 0)), delta, used)
    start = max(k - s, 0) // 2
    delta = (start - Fraction(k - 1, 2)) / s
    pads = start, k - s - start
    is_used = p == "same" and not follows_keras
    yield Formula("Keras same", f"{n}*{s}", n * s, pads, delta, is_used)
    if follows_keras:
        text = f"({n}-1)*{s} + {k} - 2*{k // 2} + {op}"
        cut = 2 * (k // 2) - op
        start = max(cut, 0) // 2
        delta = (start - Fraction(k - 1, 2)) / s
        size = (n - 1) * s + k - cut
        yield Formula(f"Keras same op={op}", text, size, (start, cut - start), delta, used=True)


def _difference(torch: Formula, keras: Formula, verb: str, scale: int) -> str:
    """Say how torch and Keras `same` differ, and why; distances in pixels of the finer grid."""
    if torch.size != keras.size:
        return f"{torch.convention} and Keras same differ in size: {torch.size} and {keras.size}"
    offset = (keras.delta - torch.delta) * scale
    if not offset:
        return f"{torch.convention} and Keras same agree in size and in place"
    unit = "pixel" if abs(offset) == 1 else "pixels"
    finer = "" if scale == 1 else " of the output"
    return (
        f"Same size, but sampled {abs(offset)} {unit}{finer} apart: at the start {torch.convention}"
        f" {verb} {torch.pads[0]}, Keras same {keras.pads[0]}; it {verb} the odd pixel at the end"
    )
