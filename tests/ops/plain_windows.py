"""What operations that are not linear make of NaN and infinity, window by window, as defined."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.ops.step import Step
from tests.ops import declared

Window = Array  # the values in it, without padding


def plain_step(step: Step, x: Array) -> Array:
    """Return what a step makes of one plane or volume, by its definition."""
    if step.op.name == "aps":
        return _adaptive_polyphase(x, step.params)
    if step.op.name in ("relu", "abs"):
        return np.maximum(x, 0) if step.op.name == "relu" else np.abs(x)
    if step.op.name == "dpp":
        return _detail_preserving(x, step.params)
    if step.op.name in declared.STEPS:
        return np.asarray(declared.STEPS[step.op.name](x, step.params))
    value, out = (VALUES | declared.VALUES)[step.op.name], np.empty(_counts(step, x.shape))
    for at, index in _windows(step, x.shape):
        out[at] = value(x[index].ravel(), step.params)
    return out


def taken(step: Step, x: Array) -> Array:
    """Return the flat index of the pixel that a max takes: the first of equals, the last NaN.

    Of aps those of the phase that wins.
    """
    if step.op.name == "aps":
        i, j = _phase_that_wins(x, step.params["norm"])
        return np.arange(x.size).reshape(x.shape)[i::2, j::2]
    numbers, out = np.arange(x.size).reshape(x.shape), np.empty(_counts(step, x.shape), int)
    for at, index in _windows(step, x.shape):
        window, places = x[index].ravel(), numbers[index].ravel()
        nan = places[np.isnan(window)]
        out[at] = nan[-1] if nan.size else places[np.argmax(window)]
    return out


def _counts(step: Step, shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(grid.size for grid in step.op.grids(shape, step.params))


@lru_cache(4)  # of the arrays of one stack they are the same
def _windows(step: Step, shape: tuple[int, ...]) -> list[tuple[tuple[int, ...], Any]]:
    """Return the index of each window, and the index of its pixels."""
    counts = _counts(step, shape)
    positions = [
        [
            _samples(n, m, **_of_axis(step.params, i), mirrored=step.op.name == "median")
            for m in range(count)
        ]
        for i, (n, count) in enumerate(zip(shape, counts, strict=True))
    ]
    return [
        (at, np.ix_(*(along[m] for along, m in zip(positions, at, strict=True))))
        for at in np.ndindex(*counts)
    ]


def _of_axis(params: Any, i: int) -> dict[str, Any]:
    return {
        name: value[i] if isinstance(value, tuple) else value
        for name, value in params.items()
        if name in ("k", "s", "p", "d", "size") and value != "none"
    }


def _samples(
    n: int,
    m: int,
    *,
    k: int,
    s: int,
    p: int | tuple[int, int] | str = 0,
    d: int = 1,
    size: int | None = None,
    mirrored: bool,
) -> list[int]:
    """Return the indices in window m of an axis of n samples."""
    if size:
        return list(range(m * n // size, -(-(m + 1) * n // size)))
    if isinstance(p, str):
        before = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0) // 2
    else:
        before = p[0] if isinstance(p, tuple) else p
    wanted = [m * s - before + a * d for a in range(k)]
    if mirrored:
        wanted = [abs(i) for i in wanted]
        wanted = [i if i < n else 2 * (n - 1) - i for i in wanted]
    return [i for i in wanted if 0 <= i < n]


def _median(window: Window, _: Any) -> float:
    return np.nan if np.isnan(window).any() else float(np.sort(window)[(window.size - 1) // 2])


def _power(window: Window, params: Any) -> float:
    """Not for ceil=true, whose share of a window matters to the finite values only."""
    if params["norm"] == "inf":
        return float(np.abs(window).max())
    return float((window ** params["norm"]).sum() ** (1 / params["norm"]))


def _soft(window: Window, params: Any) -> float:
    gain, largest = params.get("gain", 1.0), float(window.max())
    if gain == 0:
        mean = float(window.mean())
    elif np.isfinite(largest):
        weights = np.exp(gain * (window - largest))
        counts = weights > 0  # of minus infinity the weight is 0
        mean = float((weights[counts] * window[counts]).sum() / weights.sum())
    else:
        mean = largest
    return float(np.maximum(mean, 0)) if params.get("mode") == "faithful" else mean


VALUES: dict[str, Callable[[Window, Any], float]] = {
    "max": lambda window, _: float(window.max()),
    "min": lambda window, _: float(window.min()),
    "median": _median,
    "lp": _power,
    "softpool": _soft,
    "lip": _soft,
}


def _blocks(x: Array) -> Iterator[tuple[tuple[int, int], Array]]:
    x = np.pad(x, [(0, n % 2) for n in x.shape], mode="edge")
    for i, j in product(*(range(n // 2) for n in x.shape)):
        yield (i, j), x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]


def _detail_preserving(x: Array, params: Any) -> Array:
    """NaN, infinity or 0, which stands for any number."""
    out = np.zeros([-(-n // 2) for n in x.shape])
    surround = np.pad(np.pad(x, [(0, n % 2) for n in x.shape], mode="edge"), 1)
    for (i, j), block in _blocks(x):
        out[i, j] = 0 if np.isfinite(block).all() else block.sum()
        if params["full"] and params["lam"] and np.isfinite(block).all():
            smoothed = surround[2 * i : 2 * i + 3, 2 * j : 2 * j + 3]  # the gauss has no tap of 0
            out[i, j] = 0 if np.isfinite(smoothed).all() else np.nan
    return out


def _adaptive_polyphase(x: Array, params: Any) -> Array:
    """The phase of the largest norm, NaN the largest of all; the blur's taps are positive."""
    smooth, k = x, params["blur"]
    before, after = (k - 1) // 2, k // 2
    modes: dict[str, Any] = {
        "zero": "constant",
        "wrap": "wrap",
        "reflect": "reflect",
        "edge": "edge",
    }
    wide = np.pad(x, [(before, after)] * 2, mode=modes[params["pad"]])
    taps = np.array([1.0])
    for _ in range(k - 1):
        taps = np.convolve(taps, [0.5, 0.5])
    smooth = sum(
        taps[a] * taps[b] * wide[a : a + x.shape[0], b : b + x.shape[1]]
        for a, b in product(range(k), repeat=2)
    )
    smooth = np.pad(smooth, [(0, n % 2) for n in x.shape], mode="wrap")
    i, j = _phase_that_wins(x, params["norm"])
    return smooth[i::2, j::2]


def _phase_that_wins(x: Array, norm: Any) -> tuple[int, int]:
    x = np.pad(x, [(0, n % 2) for n in x.shape], mode="wrap")
    phases = [(0, 0), (1, 0), (0, 1), (1, 1)]
    powers = [np.abs(x[i::2, j::2]) for i, j in phases]
    norms = [p.max() if norm == "inf" else (p**norm).sum() for p in powers]
    nan = [number for number, value in enumerate(norms) if np.isnan(value)]
    return phases[nan[0] if nan else int(np.argmax(norms))]
