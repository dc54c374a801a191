"""The working of one step of a chain: what every window reads, what it writes, and the sum."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from sampviz.analysis.explain.sum_text import area, function_of, number, sum_of
from sampviz.dsp.dtypes import Array
from sampviz.dsp.sliding_window import pad, window_layout
from sampviz.ops.conv_weights import weights as weights_of
from sampviz.ops.registry import OPS
from sampviz.ops.step import Step

Place = tuple[int, int]  # row and column
Run = Callable[[Array], Array]  # a step, on (H, W) or on (N, H, W), each plane alone

# Told pixel by pixel, where each one goes; all others sample by sample, what each is made of.
_PLACED = ("transpose", "nearest", "zeros", "avgunpool", "unpool")
_CHOOSE = ("max", "min", "median")
_NEGLIGIBLE = 1e-12


@dataclass(frozen=True, eq=False)
class WindowStep:
    """One window, or one pixel. `shown` is the output as far as it is known, or one part of it.

    NaN stands where nothing is written. `weights` are those of the pixels read, where it is a
    sum; `taken` is the pixel that is chosen, where it is a choice.
    """

    reads: tuple[Place, ...]
    writes: tuple[Place, ...]
    text: str
    shown: Array
    part: str = ""  # what `shown` is called where it is one of the parts that are added
    weights: tuple[float, ...] = ()
    taken: Place | None = None


@dataclass(frozen=True, eq=False)
class StepTrace:
    """A step of a chain on a matrix: `beside` is its kernel, or the switches that it takes.

    `summary` says in a line what the operation does, where the heading does not. `kept` are the
    places of the input that a cut leaves, empty where nothing is cut.
    """

    heading: str
    input: Array
    output: Array
    window_steps: tuple[WindowStep, ...]
    summary: str = ""
    names: tuple[str, str] = ("INPUT", "OUTPUT")
    beside: tuple[str, tuple[tuple[str, ...], ...]] | None = None
    kernel: Array | None = None
    kept: tuple[Place, ...] = ()


def trace_step(heading: str, step: Step, x: Array, run: Run, indices: Array | None) -> StepTrace:
    """Explain a step on a float64 matrix; `run` is it, with the pool indices that it takes."""
    kernel = kernel_of(step)
    with np.errstate(all="ignore"):
        out = run(x)
        if step.op.name in _PLACED:
            window_steps = list(_placed(step, x, run, out))
        else:
            window_steps = list(_made_of(step, x, run, out))
    beside = None
    if kernel is not None:
        beside = "KERNEL", cells(kernel)
    elif indices is not None:
        at = [divmod(int(place), out.shape[1]) for place in indices.ravel()]
        rows, columns = indices.shape
        texts = [f"{i},{j}" for i, j in at]
        beside = (
            "SWITCHES",
            tuple(tuple(texts[r * columns : (r + 1) * columns]) for r in range(rows)),
        )
    return StepTrace(
        heading, x, out, tuple(window_steps), step.op.summary, beside=beside, kernel=kernel
    )


def cells(matrix: Array) -> tuple[tuple[str, ...], ...]:
    """Return the numbers of a matrix as they are written; nothing for NaN."""
    return tuple(
        tuple("" if np.isnan(value) else number(value) for value in row) for row in matrix.tolist()
    )


def kernel_of(step: Step) -> Array | None:
    """Return the weights of a convolution; None for an operation that is none."""
    values: dict[str, Any] = dict(step.values)
    if step.op.name == "conv":
        return weights_of(values["kernel"], values["k"], values["seed"], values["file"])
    if step.op.name == "transpose":  # what it makes of a single 1
        alone = {**values, "s": 1, "p": 0, "op": 0, "d": 1}
        return OPS["transpose"](np.ones((1, 1)), **alone)
    return None


def _made_of(step: Step, x: Array, run: Run, out: Array) -> Iterator[WindowStep]:
    """Yield a step for every output sample: what it is made of."""
    read = _pixels_read(x, run)
    gains = run(_ones(x)) if step.op.linear else None
    kernel = kernel_of(step)
    ones = kernel is not None and not (kernel == 1).all()
    known = np.full(out.shape, np.nan)
    for m, n in np.ndindex(*out.shape):
        pixels = np.flatnonzero(read[:, m, n])
        known = known.copy()
        known[m, n] = out[m, n]
        result = float(out[m, n])
        if gains is not None:
            # The zeros of a kernel that is shown are written out, others are not.
            if kernel is None:
                pixels = pixels[np.abs(gains[pixels, m, n]) > _NEGLIGIBLE]
            weights = tuple(gains[pixels, m, n].tolist())
            text = sum_of(x.ravel()[pixels].tolist(), weights, result, ones=ones)
            yield WindowStep(_places(pixels, x), ((m, n),), text, known, weights=weights)
            continue
        if step.op.name == "median":
            pixels = _mirrored(step, x, (m, n))
        values = x.ravel()[pixels].tolist()
        taken = None
        if step.op.name in _CHOOSE and result in values:
            taken = _places(pixels, x)[values.index(result)]
        text = function_of(step.op.name, values, result)
        reads = tuple(dict.fromkeys(_places(pixels, x)))
        yield WindowStep(reads, ((m, n),), text, known, taken=taken)


def _mirrored(step: Step, x: Array, at: Place) -> Array:
    """Return the pixels of a window that mirrors the border: some are in it more than once."""
    values: dict[str, Any] = dict(step.values)
    indices = np.arange(x.size).reshape(x.shape)
    for axis, place in zip((-2, -1), at, strict=True):
        k, s, p = (v[axis] if isinstance(v := values[name], tuple) else v for name in "ksp")
        windows = window_layout(x.shape[axis], k=k, s=s, p=p)
        indices = pad(indices, axis, windows.before, windows.reach, "reflect")
        indices = indices.take(range(place * s, place * s + k), axis)
    return indices.ravel()


def _placed(step: Step, x: Array, run: Run, out: Array) -> Iterator[WindowStep]:
    """Yield a step for every pixel: where it goes. Where they meet, the sums follow."""
    gains = run(_ones(x))
    # Switches are positions: a NaN of an unpooling stays in its place as a number does.
    written = np.isnan(run(_nans(x)))
    part = "PRODUCT" if step.op.name == "transpose" else "PART"
    for pixel, value in enumerate(x.ravel().tolist()):
        places = _places(np.flatnonzero(written[pixel]), out)
        weights = tuple(gains[pixel][place] for place in places)
        products = np.full(out.shape, np.nan)
        for place, gain in zip(places, weights, strict=True):
            products[place] = value * gain
        text = f"{_product(step, value, weights)} goes to {area(places)}" if places else ""
        text = text or f"{number(value)} goes where a later one replaces it"
        yield WindowStep(_places(np.array([pixel]), x), places, text, products, part=part)
    if (written.sum(axis=0) > 1).any():
        yield from _made_of(step, x, run, out)


def _product(step: Step, value: float, gains: tuple[float, ...]) -> str:
    if step.op.name == "transpose":
        return f"{number(value)} times the kernel"
    return number(value) if gains[0] == 1 else sum_of([value], [gains[0]], value * gains[0])


def _pixels_read(x: Array, run: Run) -> Array:
    """Return, (pixels, rows, columns), whether a pixel takes part in an output sample."""
    return np.isnan(run(_nans(x)))


def _ones(x: Array) -> Array:
    """Return as many planes as x has pixels, with a single 1 each."""
    return np.eye(x.size).reshape(-1, *x.shape)


def _nans(x: Array) -> Array:
    return np.where(_ones(x) == 1, np.nan, 0.0)


def _places(pixels: Array, x: Array) -> tuple[Place, ...]:
    columns = x.shape[1]
    return tuple(divmod(int(pixel), columns) for pixel in pixels)
