"""Curves over the diameter: rising fits, where they cross a level, and how sure that is."""

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from sampviz.dsp.dtypes import Array

DRAWS = 1000  # of the bootstrap
_COVERAGE = 0.95


@dataclass(frozen=True)
class Crossing:
    """A diameter with its interval: -inf stands for below the smallest, inf for above the largest.

    `text` writes it with the diameters that were tried: "1.64 [1.48, 1.80]", "< 1", "> 14".
    """

    value: float
    low: float
    high: float
    text: str


def isotonic(values: Array) -> Array:
    """Return the rising curves nearest to curves along the last axis, in least squares.

    By max_{j <= i} min_{k >= i} mean(values[j..k]); values that are not finite are not allowed.
    """
    n = values.shape[-1]
    sums = np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)
    fitted = np.full(values.shape, -inf)
    for j in range(n):
        means = (sums[..., j + 1 :] - sums[..., j, None]) / np.arange(1, n - j + 1)
        least = np.minimum.accumulate(means[..., ::-1], axis=-1)[..., ::-1]
        fitted[..., j:] = np.maximum(fitted[..., j:], least)
    return fitted


def crossing(diameters: Array, values: Array, level: float) -> Array:
    """Return the smallest diameter at which the rising fit to each curve reaches a level.

    Between two diameters the fit is linear in the logarithm; -inf where the first one has reached
    it already, inf where the last has not; NaN where a value is not finite.
    """
    curves = np.atleast_2d(np.asarray(values, float))
    finite = np.isfinite(curves).all(axis=-1)
    fitted = isotonic(np.where(finite[:, None], curves, 0.0))
    reached = fitted >= level
    index = np.argmax(reached, axis=-1)
    rows, before = np.arange(len(curves)), np.maximum(index - 1, 0)
    low, high = fitted[rows, before], fitted[rows, index]
    share = (level - low) / np.where(high > low, high - low, 1.0)
    logs = np.log(diameters)
    at = np.exp(logs[before] + share * (logs[index] - logs[before]))
    at = np.where(index == 0, -inf, at)
    return np.where(finite, np.where(reached.any(axis=-1), at, inf), np.nan)


def d50(diameters: Array, kept: Array, seed: int, level: float = 0.5) -> Crossing:
    """Return the smallest diameter of which half the contrast is kept, with its 95 % interval.

    `kept` is (lesions, diameters), NaN where it is undefined. The interval is of the percentile
    bootstrap over the lesions, each of which keeps all its diameters.
    """
    sure = np.isfinite(kept)
    sums = np.where(sure, kept, 0.0)
    with np.errstate(all="ignore"):
        value = float(crossing(diameters, sums.sum(0) / sure.sum(0), level)[0])
        rng = np.random.default_rng(seed)
        counts = rng.multinomial(len(kept), np.full(len(kept), 1 / len(kept)), DRAWS)
        draws = crossing(diameters, counts @ sums / (counts @ sure), level)
    draws = np.sort(draws[~np.isnan(draws)])
    if not draws.size or np.isnan(value):
        return Crossing(np.nan, np.nan, np.nan, "undefined")
    tail = (1 - _COVERAGE) / 2
    low, high = (float(draws[nearest_rank(share, len(draws))]) for share in (tail, 1 - tail))
    return Crossing(value, low, high, crossing_text(diameters, value, low, high))


def nearest_rank(share: float, count: int) -> int:
    """Return the index of a percentile among sorted values: the first with so many at or below."""
    return max(int(np.ceil(share * count - 1e-9)), 1) - 1


def percentile(values: Array, share: float) -> float:
    """Return a percentile of the finite values by nearest rank; NaN of none."""
    finite = np.sort(values[np.isfinite(values)])
    return float(finite[nearest_rank(share, len(finite))]) if finite.size else float("nan")


def crossing_text(diameters: Array, value: float, low: float, high: float) -> str:
    """Write a diameter with its interval; without one where all of it lies beyond the diameters."""
    first, last = f"{diameters[0]:g}", f"{diameters[-1]:g}"

    def written(at: float, space: str = "") -> str:
        if isfinite(at):
            return f"{at:.2f}"
        return f"<{space}{first}" if at < 0 else f">{space}{last}"

    if value == low == high:
        return written(value, " ")
    return f"{written(value, ' ')} [{written(low)}, {written(high)}]"
