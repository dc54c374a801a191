"""Shares of components, by their diameter: intervals of one map, and over several maps."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, isfinite, nan, sqrt

import numpy as np

from sampviz.core.bounded_cache import bounded_cache
from sampviz.core.errors import UsageError, argument
from sampviz.dsp.dtypes import Array

BINS = (2.0, 3.0, 5.0, 8.0)
DRAWS = 1000  # of the bootstrap
_MOST_BINS = 32
_NORMAL = 1.959963984540054  # quantile of 97.5 %
_COVERAGE = 0.95


@dataclass(frozen=True)
class Interval:
    """A value with its 95 % interval; NaN where there is none.

    Parameters
    ----------
    value, low, high : float
        The value and the ends of the interval.
    """

    value: float
    low: float = nan
    high: float = nan


def wilson(successes: int, count: int) -> Interval:
    """Return a share with the interval of Wilson 1927.

    Centre (p + z^2/2n) / (1 + z^2/n), half width z sqrt(p(1-p)/n + z^2/4n^2) / (1 + z^2/n).

    Parameters
    ----------
    successes, count : int
        k of n; NaN for n = 0.

    Returns
    -------
    Interval

    Examples
    --------
    >>> share = wilson(3, 9)
    >>> round(share.low, 3), round(share.high, 3)
    (0.121, 0.646)
    """
    if not count:
        return Interval(nan)
    p, z = successes / count, _NORMAL
    scale = 1 + z * z / count
    centre = (p + z * z / (2 * count)) / scale
    half = z * sqrt(p * (1 - p) / count + (z / (2 * count)) ** 2) / scale
    return Interval(p, max(0.0, centre - half), min(1.0, centre + half))


def parse_bins(bins: Sequence[float] | None) -> list[tuple[float, float]]:
    """Return the bins of diameters, each with its low end and without its high one.

    Parameters
    ----------
    bins : sequence of float, optional
        The limits between them, rising; 2, 3, 5 and 8 by default.

    Returns
    -------
    list of (float, float)
        One more than there are limits: the first begins at 0, the last has no end.

    Raises
    ------
    UsageError
        If limits do not rise, or are not above 0.

    Examples
    --------
    >>> parse_bins([2, 5])
    [(0.0, 2.0), (2.0, 5.0), (5.0, inf)]
    """
    limits = list(map(float, BINS if bins is None else bins))
    where = argument("bins")
    if not all(isfinite(limit) and limit > 0 for limit in limits):
        raise UsageError("a limit between bins is a number above 0", where, "write 2,3,5,8")
    if any(low >= high for low, high in pairwise(limits)):
        raise UsageError("limits between bins rise", where, "write 2,3,5,8")
    if len(limits) > _MOST_BINS:
        raise UsageError(f"{len(limits)} limits", where, f"give at most {_MOST_BINS}")
    return list(zip([0.0, *limits], [*limits, inf], strict=True))


def over_cases(sums: Array, counts: Array, seed: int = 0) -> Interval:
    """Return the mean over all components, with its interval over the cases.

    Components of one case are not independent, so whole cases are drawn: the percentile bootstrap
    with 1000 draws, by nearest rank. Draws without a component do not count.

    Parameters
    ----------
    sums : ndarray, shape (cases,)
        Of each case the sum of the values of its components.
    counts : ndarray, shape (cases,)
        How many components it has.
    seed : int
        Of the draws.

    Returns
    -------
    Interval
        Without an interval of less than two cases.
    """
    total = float(counts.sum())
    value = float(sums.sum() / total) if total else nan
    cases = len(counts)
    if cases < 2 or not total:
        return Interval(value)
    drawn = _draws(cases, seed)
    in_draw = drawn @ counts
    means = np.sort((drawn @ sums)[in_draw > 0] / in_draw[in_draw > 0])
    tail = (1 - _COVERAGE) / 2
    low, high = (means[max(int(np.ceil(q * len(means) - 1e-9)), 1) - 1] for q in (tail, 1 - tail))
    return Interval(value, float(low), float(high))


@bounded_cache(2**24)
def _draws(cases: int, seed: int) -> Array:
    """Return how often each case is in each draw, (draws, cases)."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(cases, np.full(cases, 1 / cases), DRAWS)
