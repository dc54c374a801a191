"""Measures as readers see them, everywhere: heading, unit, better direction, and digits."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, isfinite

from sampviz.analysis.metric import Better, Metric
from sampviz.core.text import three_digits

_LEAST_PERCENT = 0.01
_LEAST_SHARE = 0.001  # of the largest value of a column, or of 1: less is nearly 0
_RANGE = re.compile(r"(-?\d+)(?:\.\.(-?\d+)| or more)")  # "0..1", "0 or more"
_SIGNS: dict[Better, str] = {"lower": "↓", "higher": "↑", "neither": ""}


def unit_of(metric: Metric) -> str:
    """Return the unit in which values are written: percent for a share."""
    return "%" if metric.share else metric.unit


def factor_of(metric: Metric) -> float:
    """Return what a value is multiplied by to be in that unit."""
    return 100.0 if metric.share else 1.0


def heading(metric: Metric) -> str:
    """Return what a measure is called, with the unit."""
    unit = unit_of(metric)
    return f"{metric.label} ({unit})" if unit else metric.label


def best_value(metric: Metric) -> float | None:
    """Return the value that is best, None where the largest or the least is."""
    direction, _, best = metric.better.partition(" ")
    return float(best) if direction == "nearer" else None


def distance_to_best(metric: Metric, value: float) -> float:
    """Return how far a value is from the one that is best: `value` where none is."""
    best = best_value(metric)
    return value if best is None else abs(value - best)


def range_of(metric: Metric) -> tuple[float, float]:
    """Return the least and the largest value there can be, by the Range of its docstring."""
    match = _RANGE.match(metric.sections["Range"])
    return (float(match[1]), float(match[2] or inf)) if match else (-inf, inf)


def better_sign(metric: Metric) -> str:
    """Return an arrow to the better values: "↓", "↑" or "→ 100"; "" where none are."""
    best = best_value(metric)
    return _SIGNS[metric.better] if best is None else f"→ {factor_of(metric) * best:g}"


def better_words(metric: Metric) -> str:
    """Return the same in words: "lower is better", "nearer 100 % is better"."""
    if metric.better == "neither":
        return ""
    best = best_value(metric)
    if best is None:
        return f"{metric.better} is better"
    return f"nearer {factor_of(metric) * best:g}{' %' * metric.share} is better"


@dataclass(frozen=True)
class NumberFormat:
    """How the values of one column are written: in one unit, to three digits.

    Parameters
    ----------
    factor : float
        To the unit of the column.
    least : float
        In that unit; what is less is written as such ("<0.01"), unless it is 0.
    """

    factor: float
    least: float

    @classmethod
    def of(cls, metric: Metric, values: Iterable[float | None]) -> "NumberFormat":
        """Return the format of a column of these values, None where there is none."""
        if metric.share:
            return cls(factor_of(metric), _LEAST_PERCENT)
        sizes = [abs(value) for value in values if value is not None and isfinite(value)]
        return cls(factor_of(metric), _LEAST_SHARE * min(1.0, max(sizes, default=0.0)))

    def text(self, value: float | None) -> str:
        """Return a number, a dash for None."""
        if value is None:
            return "–"
        value = self.factor * value
        return f"<{self.least:.3g}" if 0 < abs(value) < self.least else three_digits(value)
