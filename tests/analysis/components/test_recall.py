"""Shares and their intervals, by SciPy and by hand."""

from math import inf, isnan

import numpy as np
import pytest
import scipy

from sampviz.analysis.components.recall import over_cases, parse_bins, wilson
from sampviz.core.errors import UsageError


@pytest.mark.parametrize(("k", "n"), [(0, 7), (3, 9), (55, 161), (1, 1), (10**6, 10**6)])
def test_intervals_of_shares_are_those_of_scipy(k: int, n: int) -> None:
    share, by_scipy = wilson(k, n), scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
    assert (share.low, share.high) == pytest.approx((by_scipy.low, by_scipy.high), abs=1e-12)
    assert share.value == k / n


def test_no_component_has_no_share() -> None:
    assert isnan(wilson(0, 0).value)
    assert isnan(over_cases(np.zeros(3), np.zeros(3)).value)


def test_cases_that_are_alike_leave_no_doubt() -> None:
    interval = over_cases(np.array([3.0, 3, 3]), np.array([4, 4, 4]))
    assert (interval.low, interval.value, interval.high) == (0.75, 0.75, 0.75)


def test_the_interval_over_cases_is_wider_where_components_of_a_case_are_alike() -> None:
    # Of ten cases one half keep all of ten components, the others none: as ten throws of a coin.
    sums, counts = np.array([10.0, 0] * 5), np.full(10, 10)
    interval, alone = over_cases(sums, counts), wilson(50, 100)
    assert interval.value == alone.value == 0.5
    # Binomial of 10 throws, 2.5 % and 97.5 %: 2 and 8 of 10.
    assert (interval.low, interval.high) == (0.2, 0.8)
    assert interval.low < alone.low < alone.high < interval.high
    assert over_cases(sums, counts, seed=1) == over_cases(sums, counts, seed=1)
    assert isnan(over_cases(sums[:1], counts[:1]).low)


def test_bins_have_no_gap_and_no_overlap() -> None:
    assert parse_bins(None) == [(0, 2), (2, 3), (3, 5), (5, 8), (8, inf)]
    assert parse_bins([]) == [(0, inf)]


@pytest.mark.parametrize("bins", [[0], [2, 2], [3, 2], [float("nan")], [inf], range(1, 100)])
def test_bins_that_are_none_are_refused(bins: list[float]) -> None:
    with pytest.raises(UsageError, match="limit"):
        parse_bins(bins)
