"""The working of one step of a chain: what every window reads, what it writes, and the sum."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sampviz.analysis.explain.sum_text import area, denominator_of, function_of, number, sum_of
from sampviz.core.notebook import ShortRepr
from sampviz.dsp.dtypes import Array
from sampviz.dsp.sliding_window import pad, window_layout
from sampviz.ops.conv_weights import weights as weights_of
from sampviz.ops.registry import OPS
from sampviz.ops.step import Step

Position = tuple[int, int]  # row and column
Run = Callable[[Array], Array]  # a step, on (H, W) or on (N, H, W), each plane alone

# Explained input pixel by input pixel; all others output sample by output sample.
_BY_INPUT = ("transpose", "nearest", "zeros", "avgunpool", "unpool")
_CHOOSE = ("max", "min", "median")
_NEGLIGIBLE = 1e-12
_BEYOND = {"reflect": "mirrored", "edge": "repeated", "wrap": "wrapped around"}


@dataclass(frozen=True, eq=False, repr=False)
class WindowStep(ShortRepr):
    """One window, or one pixel. `partial_output` is the output as far as it is known, or
    one part of it.

    NaN stands where nothing is written. `weights` are those of the pixels read, where it is a
    sum; `chosen_pixel` is the pixel that is chosen, where it is a choice. `running_sum` is what
    the parts up to this one add up to. `remark` says of its weights what the window does not show.
    """

    reads: tuple[Position, ...]
    writes: tuple[Position, ...]
    text: str
    partial_output: Array
    part: str = ""  # what `partial_output` is called where it is one of the parts that are added
    weights: tuple[float, ...] = ()
    chosen_pixel: Position | None = None
    running_sum: Array | None = None
    remark: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class StepTrace(ShortRepr):
    """A step of a chain on a matrix: `operand` is its kernel or the switches it takes.

    `summary` says in a line what the operation does, where the heading does not. `kept_positions`
    are those of the input that a cut leaves, empty where nothing is cut.
    """

    heading: str
    input: Array
    output: Array
    window_steps: tuple[WindowStep, ...]
    summary: str = ""
    names: tuple[str, str] = ("INPUT", "OUTPUT")
    operand: tuple[str, tuple[tuple[str, ...], ...]] | None = None
    kernel: Array | None = None
    kept_positions: tuple[Position, ...] = ()

    @property
    def remark(self) -> str:
        """What must be said of the weights of its windows; empty where there is nothing to say."""
        return next((window.remark for window in self.window_steps if window.remark), "")


def trace_step(heading: str, step: Step, x: Array, run: Run, indices: Array | None) -> StepTrace:
    """Explain a step on a float64 matrix; `run` is it, with the pool indices that it takes."""
    kernel = kernel_of(step)
    with np.errstate(all="ignore"):
        out = run(x)
        if step.op.name in _BY_INPUT:
            window_steps = list(_by_input(step, x, run, out))
        else:
            window_steps = list(_by_output(step, x, run, out))
    operand = None
    if kernel is not None:
        operand = "KERNEL", cells(kernel)
    elif "kernel" in step.op.intermediates:
        operand = _whole_numbers(step.op.intermediates["kernel"](x, step.params))
    elif indices is not None:
        source_positions = [divmod(int(index), out.shape[1]) for index in indices.ravel()]
        rows, columns = indices.shape
        texts = [f"{i},{j}" for i, j in source_positions]
        operand = (
            "SWITCHES",
            tuple(tuple(texts[r * columns : (r + 1) * columns]) for r in range(rows)),
        )
    return StepTrace(
        heading, x, out, tuple(window_steps), step.op.summary, operand=operand, kernel=kernel
    )


def cells(matrix: Array) -> tuple[tuple[str, ...], ...]:
    """Return the numbers of a matrix as they are written; nothing for NaN."""
    return tuple(
        tuple("" if np.isnan(value) else number(value) for value in row) for row in matrix.tolist()
    )


def _whole_numbers(kernel: Array) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """Return a kernel of fractions times their denominator, and what that is called."""
    denominator = denominator_of(kernel.ravel().tolist())
    if not denominator or denominator == 1:
        return "KERNEL", cells(kernel)
    return f"{denominator} × KERNEL", cells(kernel * denominator)


def kernel_of(step: Step) -> Array | None:
    """Return the weights of a convolution; None for an operation that is none."""
    values: dict[str, Any] = dict(step.values)
    if step.op.name == "conv":
        return weights_of(values["kernel"], values["k"], values["seed"], values["file"])
    if step.op.name == "transpose":  # what it makes of a single 1
        alone = {**values, "s": 1, "p": 0, "op": 0, "d": 1}
        return OPS["transpose"](np.ones((1, 1)), **alone)
    return None


def _by_output(step: Step, x: Array, run: Run, out: Array) -> Iterator[WindowStep]:
    """Yield a step for every output sample: what it is made of."""
    is_read = _is_read(step, run, x)  # (pixels, rows, columns)
    gains = run(_ones(x)) if step.linear else None
    remarks = _remarks(step, x, gains, out)
    kernel = kernel_of(step)
    write_ones = kernel is not None and not (kernel == 1).all()
    partial = np.full(out.shape, np.nan)
    for m, n in np.ndindex(*out.shape):
        pixels = np.flatnonzero(is_read[:, m, n])
        partial = partial.copy()
        partial[m, n] = out[m, n]
        result = float(out[m, n])
        if gains is not None:
            # The zeros of a kernel that is shown are written out, others are not.
            if kernel is None:
                pixels = pixels[np.abs(gains[pixels, m, n]) > _NEGLIGIBLE]
            weights = tuple(gains[pixels, m, n].tolist())
            text = sum_of(x.ravel()[pixels].tolist(), weights, result, write_ones=write_ones)
            yield WindowStep(
                _positions(pixels, x),
                ((m, n),),
                text,
                partial,
                weights=weights,
                remark=remarks[m][n],
            )
            continue
        if step.op.name == "median":
            pixels = _mirrored(step, x, (m, n))
        values = x.ravel()[pixels].tolist()
        chosen_pixel = None
        if step.op.name in _CHOOSE and result in values:
            chosen_pixel = _positions(pixels, x)[values.index(result)]
        text = function_of(step.op.name, values, result)
        reads = tuple(dict.fromkeys(_positions(pixels, x)))
        yield WindowStep(reads, ((m, n),), text, partial, chosen_pixel=chosen_pixel)


def _remarks(step: Step, x: Array, gains: Array | None, out: Array) -> list[list[str]]:
    """Say of every output sample whether weights from beyond the border are among its own."""
    word = _BEYOND.get(str(step.params.get("pad")))
    if word is None or gains is None:
        return [[""] * out.shape[1]] * out.shape[0]
    inside = step.op.run(_ones(x), {**step.params, "pad": "zero"})
    reaches_out = (np.abs(inside - gains) > _NEGLIGIBLE).any(axis=0)
    remark = (
        f"Beyond the border the input is {word}; a pixel that repeats has the sum of its weights."
    )
    return [[remark * bool(reaches) for reaches in row] for row in reaches_out]


def _mirrored(step: Step, x: Array, position: Position) -> Array:
    """Return the pixels of a window that mirrors the border: some are in it more than once."""
    values: dict[str, Any] = dict(step.values)
    indices = np.arange(x.size).reshape(x.shape)
    for axis, coordinate in zip((-2, -1), position, strict=True):
        k, s, p = (v[axis] if isinstance(v := values[name], tuple) else v for name in "ksp")
        layout = window_layout(x.shape[axis], k=k, s=s, p=p)
        indices = pad(indices, axis, layout.before, layout.reach, "reflect")
        indices = indices.take(range(coordinate * s, coordinate * s + k), axis)
    return indices.ravel()


def _by_input(step: Step, x: Array, run: Run, out: Array) -> Iterator[WindowStep]:
    """Yield a step for every pixel: where it goes. Where they meet, the sums follow."""
    gains = run(_ones(x))
    # Switches are positions: a NaN of an unpooling stays in its place as a number does.
    written = _is_read(step, run, x)
    part = "PRODUCT" if step.op.name == "transpose" else "PART"
    they_meet = (written.sum(axis=0) > 1).any()
    total = np.full(out.shape, np.nan)
    for pixel, value in enumerate(x.ravel().tolist()):
        positions = _positions(np.flatnonzero(written[pixel]), out)
        weights = tuple(gains[pixel][position] for position in positions)
        products = np.full(out.shape, np.nan)
        for position, gain in zip(positions, weights, strict=True):
            products[position] = value * gain
        text = f"{_product(step, value, weights)} goes to {area(positions)}" if positions else ""
        text = text or f"{number(value)} goes where a later one replaces it"
        total = add_part(total, products)
        yield WindowStep(
            _positions(np.array([pixel]), x),
            positions,
            text,
            products,
            part=part,
            running_sum=total if they_meet else None,
        )
    if they_meet:
        yield from _by_output(step, x, run, out)


def add_part(total: Array, part: Array) -> Array:
    """Return a sum with one more part; NaN where nothing is written yet."""
    both = np.nan_to_num(total) + np.nan_to_num(part)
    return np.where(np.isnan(total) & np.isnan(part), np.nan, both)


def _product(step: Step, value: float, gains: tuple[float, ...]) -> str:
    if step.op.name == "transpose":
        return f"{number(value)} times the kernel"
    return number(value) if gains[0] == 1 else sum_of([value], [gains[0]], value * gains[0])


def _is_read(step: Step, run: Run, x: Array) -> Array:
    """Return which pixel each output sample reads: (pixels, rows, columns)."""
    if step.op.domain != "labels":
        return np.isnan(_all_taps(step, run)(np.where(_ones(x) == 1, np.nan, 0.0)))
    # No label is NaN. Of labels that differ all the lowest wins, or the highest.
    labels = np.arange(1.0, x.size + 1).reshape(x.shape)
    lowest, highest = (np.where(_ones(x) == 1, label, labels) for label in (0.0, x.size + 1.0))
    return np.asarray((run(lowest) == 0) | (run(highest) == x.size + 1))


def _all_taps(step: Step, run: Run) -> Run:
    """Return the step with a kernel of ones, which reads and writes under taps of 0 as well."""
    kernel = kernel_of(step)
    if kernel is None:
        return run
    values = {**step.params, "kernel": "box", "k": len(kernel), "file": ""}
    return lambda planes: step.op.run(planes, values)


def _ones(x: Array) -> Array:
    """Return as many planes as x has pixels, with a single 1 each."""
    return np.eye(x.size).reshape(-1, *x.shape)


def _positions(pixels: Array, x: Array) -> tuple[Position, ...]:
    columns = x.shape[1]
    return tuple(divmod(int(pixel), columns) for pixel in pixels)
