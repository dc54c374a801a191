"""Statistics of many inputs: as one would compute them from all values at once."""

import sys
from collections.abc import Sequence

import numpy as np
import pytest

from sampviz.analysis.measure import MetricRow
from sampviz.analysis.statistics import (
    EXACT,
    RESAMPLES,
    RunningStatistic,
    SummaryStatistics,
    statistic,
)
from sampviz.images.value_range import ValueRange

pytestmark = pytest.mark.slow


def running(values: Sequence[float]) -> RunningStatistic:
    found = RunningStatistic()
    for number, value in enumerate(values):
        found.add(value, number)
    return found


def row(name: str, value: float | None, why: str = "") -> MetricRow:
    values, undefined = ({"bias": value}, {}) if value is not None else ({}, {"bias": why})
    return MetricRow(name, "max", 1, (8, 8), values, {}, undefined, ValueRange(0, 1, "as given"))


@pytest.mark.parametrize("count", [400, EXACT, EXACT + 1, 3 * EXACT])
def test_a_statistic_is_mean_deviation_and_interval(count: int) -> None:
    values = np.random.default_rng(1).normal(5, 2, count)
    found = running(list(values)).statistic()
    assert found.count == count
    assert found.mean == pytest.approx(values.mean())
    assert found.sd == pytest.approx(values.std(ddof=1))
    # Of a mean of many the interval is that of the normal distribution.
    half = 1.96 * values.std(ddof=1) / np.sqrt(count)
    assert found.low == pytest.approx(values.mean() - half, abs=half / 8)
    assert found.high == pytest.approx(values.mean() + half, abs=half / 8)


def test_up_to_a_thousand_inputs_the_interval_is_drawn_from_the_values() -> None:
    values = list(np.random.default_rng(2).random(EXACT))
    assert running(values).statistic() == statistic(values)
    assert running([3.0]).statistic().sd is None


def test_a_large_offset_costs_no_digits() -> None:
    values = 1e9 + np.random.default_rng(3).random(2 * EXACT)
    found = running(list(values)).statistic()
    assert found.sd is not None
    assert found.low is not None
    assert found.high is not None
    assert found.sd == pytest.approx(values.std(ddof=1), rel=1e-6)
    assert found.low < values.mean() < found.high
    assert found.high - found.low == pytest.approx(3.92 * found.sd / np.sqrt(2 * EXACT), rel=0.1)


def test_the_interval_depends_on_the_order_of_the_inputs_only() -> None:
    values = list(np.random.default_rng(4).random(EXACT + 500))
    assert running(values).statistic() == running(values).statistic()
    # An input for which a measure is undefined keeps its number: its weights are not another's.
    kept = RunningStatistic()
    for number, value in enumerate(values):
        if number != 7:
            kept.add(value, number)
    assert kept.statistic().count == EXACT + 499


def test_memory_does_not_grow_with_the_inputs() -> None:
    def size(tally: SummaryStatistics) -> int:
        (group,) = tally._running.values()
        parts = [part for each in group.values() for part in vars(each).values()]
        return sum(getattr(part, "nbytes", sys.getsizeof(part)) for part in parts)

    tally, sizes = SummaryStatistics(["bias"]), []
    for i in range(3 * EXACT):
        tally.add([row(f"{i}.npy", i / 7)])
        if i + 1 in (2 * EXACT, 3 * EXACT):
            sizes.append(size(tally))
    assert sizes[0] == sizes[1] < 8 * (2 * RESAMPLES + 2 * EXACT)


def test_reasons_that_differ_from_input_to_input_do_not_pile_up() -> None:
    tally = SummaryStatistics(["bias"])
    for i in range(200):
        tally.add([row(f"{i}.npy", None, f"{i} values are NaN")])
    assert len(tally.reasons()) == 50
    assert tally.reasons()[0] == "no brightness bias for max: 0 values are NaN"
