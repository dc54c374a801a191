"""Percentiles of many values are those that numpy finds by partitioning all of them."""

import numpy as np
import pytest

from sampviz.dsp import percentiles as module
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
