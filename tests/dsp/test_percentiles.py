"""Percentiles of many values are those that numpy finds by partitioning all of them."""

import numpy as np
import pytest

from sampviz.dsp import percentiles as module
from sampviz.dsp.dtypes import Array
from sampviz.dsp.percentiles import percentiles

SHARES = (0.0, 1.0, 37.3, 99.8, 100.0)


@pytest.mark.parametrize("kind", ["noise", "whole numbers", "sorted", "nearly constant"])
def test_equals_numpy(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    values = {
        "noise": rng.standard_normal(30_000),
        "whole numbers": rng.integers(-3, 4, 30_000),
        "sorted": np.arange(30_000.0) ** 2,
        "nearly constant": np.where(np.arange(30_000) == 12_345, 5.0, 2.0),
    }[kind].astype(np.float32)
    expected = np.percentile(values.astype(np.float64), SHARES)
    monkeypatch.setattr(module, "_MANY", 10_000)
    monkeypatch.setattr(module, "_SAMPLE", 1000)
    assert percentiles(values.reshape(300, 100), SHARES) == pytest.approx(expected, rel=1e-12)


def test_the_rank_is_found_where_a_sample_says_nothing_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.tile([0.0, 1.0, 2.0, 3.0], 5000)  # every fourth value is sampled: all 0
    monkeypatch.setattr(module, "_MANY", 1000)
    monkeypatch.setattr(module, "_SAMPLE", 5000)
    assert percentiles(values, [50.0, 90.0]) == [1.5, 3.0]


@pytest.mark.parametrize("levels", [3, 1000])
def test_the_next_larger_value_is_found_where_few_are_partitioned(
    levels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of so few values that a part often ends at the value of the rank, or does not have it."""
    monkeypatch.setattr(module, "_MANY", 1)
    monkeypatch.setattr(module, "_DEVIATIONS", 0.2)
    rng = np.random.default_rng(0)
    for size in range(12, 60):
        values = rng.integers(0, levels, size).astype(np.float64)
        monkeypatch.setattr(module, "_SAMPLE", rng.integers(3, size))
        shares = [*rng.uniform(0, 100, 6), *(np.arange(0, size, 4) * 100 / (size - 1)), 100.0]
        expected = np.percentile(values, shares)
        np.testing.assert_allclose(percentiles(values, shares), expected, rtol=1e-9, atol=1e-9)


def test_no_more_values_are_partitioned_than_lie_near_a_percentile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a sample of 1000 the rank deviates by four times sqrt(1000): by an eighth of them."""
    monkeypatch.setattr(module, "_MANY", 30_000)
    monkeypatch.setattr(module, "_SAMPLE", 1000)
    partitioned: list[int] = []

    def recorded(part: Array, places: list[int]) -> Array:
        partitioned.append(part.size)
        return np.sort(part)

    monkeypatch.setattr(np, "partition", recorded)
    values = np.random.default_rng(0).standard_normal(30_000)
    assert percentiles(values, SHARES) == pytest.approx(np.percentile(values, SHARES), rel=1e-12)
    assert len(partitioned) == len(SHARES)
    assert max(partitioned) < 30_000 * 0.28
    percentiles(values[1:], SHARES)
    assert len(partitioned) == len(SHARES)
