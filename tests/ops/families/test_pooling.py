"""Pooling: brightness, borders and NaN. Torch and others are compared in tests/oracles."""

import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops.registry import OPS

VARIANTS = (
    "max:k=3:s=2:p=1",
    "max:k=1",
    "max:k=3:s=2:p=0x1x0x1",
    "max:size=7x5",
    "min:size=7",
    "avg:size=7x5",
    "avg:size=5",
    "avg:k=3:s=2:p=1x0x0x2",
    "avg:divisor=1",
    "avg:k=3:divisor=5",
    "max:k=3:s=2:p=same",
    "max:k=3:s=1:d=2:p=1",
    "max:ceil=true",
    "min:k=4:s=3:p=2",
    "avg:k=3:s=2:p=1",
    "avg:k=3:s=2:p=1:countpad=false",
    "avg:ceil=true",
    "avg:k=4:s=3:p=same",
    "avg:k=1x3:s=2x1",
)

largest, smallest, average = OPS["max"], OPS["min"], OPS["avg"]


def test_max_pooling_brightens_uniform_noise_to_four_fifths() -> None:
    noise = np.random.default_rng(0).random((512, 512))
    assert largest(noise).mean() == pytest.approx(0.8, abs=0.002)


def test_checkerboard_is_all_bright_or_all_grey() -> None:
    board = np.add.outer(np.arange(8), np.arange(8)) % 2.0
    assert np.array_equal(largest(board), np.ones((4, 4)))
    assert np.array_equal(smallest(board), np.zeros((4, 4)))
    assert np.array_equal(average(board), np.full((4, 4), 0.5))


def test_padding_is_never_the_largest() -> None:
    assert np.array_equal(largest(np.full((4, 4), -7.0), k=3, s=2, p=1), np.full((2, 2), -7.0))


def test_a_window_of_infinities_stays_infinite() -> None:
    assert np.array_equal(largest(np.full((2, 2), -np.inf)), [[-np.inf]])


def test_nan_wins_in_exactly_the_windows_that_hold_it() -> None:
    x = np.random.default_rng(0).random((9, 9))
    x[4, 4] = np.nan
    assert np.argwhere(np.isnan(largest(x, k=3, s=2, p=1))).tolist() == [[2, 2]]
    assert np.isnan(largest(x, k=3, s=1, p=1)).sum() == 9


def test_a_constant_with_counted_zeros_is_darker_at_the_edge() -> None:
    out = average(np.ones((6, 6)), k=3, s=2, p=1)
    assert out[0, 0] == pytest.approx(4 / 9)
    assert average(np.ones((6, 6)), k=3, s=2, p=1, countpad=False)[0, 0] == 1


def test_keras_same_never_counts_padding_unless_it_is_asked_to() -> None:
    assert np.allclose(average(np.ones((5, 5)), k=3, s=2, p="same"), 1)
    counted = average(np.ones((5, 5)), k=3, s=2, p="same", countpad=True)
    assert counted[0, 0] == pytest.approx(4 / 9)


def test_padding_wider_than_half_a_window_is_refused() -> None:
    with pytest.raises(ChainError, match="p=2: wanted at most half of k=3"):
        largest(np.zeros((9, 9)), k=3, p=2)


def test_stride_follows_the_window_unless_given() -> None:
    x = np.random.default_rng(0).random((12, 12))
    assert np.array_equal(largest(x, k=3), largest(x, k=3, s=3))
    assert largest(x, k=3, s=1).shape == (10, 10)
