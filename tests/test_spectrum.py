"""Spectra as drawn."""

import numpy as np
import pytest

from sampviz.spectrum import FLOOR_DB, amplitude, decibels


@pytest.mark.parametrize("size", [(64, 64), (33, 48), (7, 9)])
def test_sum_of_squares_is_the_variance(size: tuple[int, int]) -> None:
    x = np.random.default_rng(0).normal(size=size)
    assert (amplitude(x) ** 2).sum() == pytest.approx(x.var())


def test_a_cosine_has_half_its_amplitude_at_each_of_its_two_frequencies() -> None:
    for n in (64, 32):
        spectrum = amplitude(np.tile(3 * np.cos(2 * np.pi * 5 * np.arange(n) / n), (n, 1)) + 7)
        assert spectrum[n // 2, n // 2 + 5] == pytest.approx(1.5)
        assert spectrum[n // 2, n // 2 - 5] == pytest.approx(1.5)
        assert spectrum[n // 2, n // 2] == pytest.approx(0, abs=1e-12)


def test_decibels_below_the_reference_down_to_the_floor() -> None:
    assert decibels(np.array([1.0, 0.1, 0.0]), 1.0) == pytest.approx([0, -20, FLOOR_DB])
    assert decibels(np.array([0.0, np.nan]), 0.0)[0] == FLOOR_DB
    assert np.isnan(decibels(np.array([np.nan]), 0.0)[0])
