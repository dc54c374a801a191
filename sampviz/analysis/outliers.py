"""Outliers among many values: those beyond the quartiles by more than 1.5 of their distance."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sampviz.dsp.dtypes import Array

FENCE = 1.5  # IQR beyond the quartiles
FEWEST = 5  # values: of fewer none is an outlier
_ROUNDING = 1e-9  # of the largest magnitude: equal but for rounding is equal


@dataclass(frozen=True)
class Distribution:
    """Where many values lie.

    Attributes
    ----------
    lower, median, upper : float
        The quartiles, between order statistics linear.
    low, high : float
        The fences: the quartiles less and plus 1.5 times their distance.
    whiskers : tuple of float
        The least and the largest value within the fences.
    """

    lower: float
    median: float
    upper: float
    low: float
    high: float
    whiskers: tuple[float, float]

    def distance(self, value: float) -> float:
        """Return how far a value lies beyond the quartiles, in IQR; inf where all others agree."""
        beyond = max(self.lower - value, value - self.upper, 0.0)
        iqr = self.upper - self.lower
        return beyond / iqr if iqr > 0 else (float("inf") if beyond > 0 else 0.0)


def distribution(values: Sequence[float] | Array) -> Distribution:
    """Return where values lie.

    Parameters
    ----------
    values : sequence of float or ndarray
        Finite, at least one.

    Returns
    -------
    Distribution
        Of fewer than 5 values the fences are infinite: none is an outlier.

    Examples
    --------
    >>> values = distribution([1, 2, 3, 4, 5, 60])
    >>> round(values.low, 3), round(values.high, 3), values.whiskers
    (-1.5, 8.5, (1.0, 5.0))
    """
    x = np.asarray(values, np.float64)
    lower, median, upper = (float(q) for q in np.percentile(x, [25, 50, 75]))
    reach = FENCE * (upper - lower) + _ROUNDING * float(np.abs(x).max())
    if len(x) < FEWEST:
        reach = float("inf")
    low, high = lower - reach, upper + reach
    inside = x[(x >= low) & (x <= high)]
    return Distribution(lower, median, upper, low, high, (float(inside.min()), float(inside.max())))
