"""Rising fits, where they cross a level, and their intervals."""

from math import inf

import numpy as np
import pytest
from scipy.optimize import isotonic_regression

from sampviz.analysis.detection.curves import crossing, d50, isotonic, nearest_rank

D = np.array([1.0, 2.0, 4.0])


def test_rising_fits_are_those_of_scipy() -> None:
    values = np.random.default_rng(0).normal(size=(50, 9))
    for curve, fitted in zip(values, isotonic(values), strict=True):
        assert fitted == pytest.approx(isotonic_regression(curve).x, abs=1e-12)


def test_a_level_is_crossed_at_the_middle_of_logarithms() -> None:
    curves = [[0.0, 0.25, 0.75], [0.6, 0.7, 0.8], [0.0, 0.1, 0.2], [np.nan, 1, 1], [0.6, 0.0, 1.0]]
    at = crossing(D, np.array(curves), 0.5)
    assert at[0] == pytest.approx(8**0.5)
    assert at[1:3].tolist() == [-inf, inf]
    assert np.isnan(at[3])
    assert at[4] == pytest.approx(2 * 2 ** (2 / 7))  # the first two are 0.3 in the fit


def test_intervals_are_nearest_ranks_and_named_beyond_the_diameters() -> None:
    assert [nearest_rank(share, 1000) for share in (0.025, 0.975, 0.1)] == [24, 974, 99]
    same = np.tile([0.0, 0.25, 0.75], (6, 1))
    at = d50(D, same, seed=0)
    assert at.low == at.value == at.high
    assert at.text == "2.83"
    assert d50(D, same + 1, seed=0).text == "< 1"
    assert d50(D, same - 1, seed=0).text == "> 4"
    spread = d50(D, np.array([[0.0, 0.0, 0.9], [0.0, 0.9, 0.9]] * 3), seed=0)
    assert spread.low < spread.value < spread.high
    assert d50(D, np.full((3, 3), np.nan), seed=0).text == "undefined"


def test_undefined_lesions_do_not_count() -> None:
    kept = np.tile([0.0, 0.25, 0.75], (6, 1))
    kept[0] = np.nan
    assert d50(D, kept, seed=0).value == pytest.approx(8**0.5)
