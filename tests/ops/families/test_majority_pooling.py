"""Majority pooling against scipy.stats.mode, and by votes."""

import numpy as np
import pytest
import scipy
from numpy.lib.stride_tricks import sliding_window_view

from sampviz.core.errors import ChainError
from sampviz.ops.families import majority_pooling
from sampviz.ops.registry import OPS

rng = np.random.default_rng(0)
majority, average = OPS["majority"], OPS["avg"]


@pytest.mark.parametrize(("k", "s"), [(2, 2), (3, 2), (3, 3), (2, 1), ((3, 2), (2, 1))])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_is_the_mode_of_every_window(k: int, s: int, dtype: type) -> None:
    labels: np.ndarray = rng.integers(0, 4, (2, 13, 17)).astype(dtype)
    rows, columns = (k, k) if isinstance(k, int) else k
    down, along = (s, s) if isinstance(s, int) else s
    windows = sliding_window_view(labels, (rows, columns), (-2, -1))[:, ::down, ::along]
    expected = scipy.stats.mode(windows.reshape(*windows.shape[:3], -1), axis=-1).mode
    out = majority(labels, k=k, s=s)
    assert out.dtype == dtype
    assert np.array_equal(out, expected)


def test_it_is_the_argmax_of_averaged_one_hot_maps_in_three_axes() -> None:
    labels = rng.integers(0, 3, (6, 8, 10))
    shares = np.stack([average((labels == i) * 1.0, axes=3) for i in range(3)])
    assert np.array_equal(majority(labels, axes=3), shares.argmax(axis=0))


def test_ties_go_to_the_smallest_or_the_largest_label() -> None:
    window = [[1, 7], [7, 1]]
    assert majority(window).tolist() == [[1]]
    assert majority(window, tie="high").tolist() == [[7]]
    assert majority([[5, 4], [3, 2]], tie="high").tolist() == [[5]]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_no_label_is_refused(value: float) -> None:
    with pytest.raises(ChainError, match="majority takes labels, which are finite"):
        majority([[value, 1.0], [1.0, 1.0]])


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = rng.integers(0, 5, (2, 31, 37))
    whole = majority(labels, k=3, s=2)
    monkeypatch.setattr(majority_pooling, "_MOST_AT_ONCE", 100)
    assert np.array_equal(majority(labels, k=3, s=2), whole)
