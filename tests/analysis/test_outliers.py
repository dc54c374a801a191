"""Outliers by the rule of 1.5 IQR, with known answers."""

import numpy as np
import pytest

from sampviz.analysis.outliers import distribution


def test_the_fences_of_known_values() -> None:
    told = distribution([*range(1, 10), 40])
    # Order statistics 1..9, 40: the quartiles lie a quarter of nine steps from both ends.
    assert (told.lower, told.median, told.upper) == (3.25, 5.5, 7.75)
    assert told.low == pytest.approx(3.25 - 1.5 * 4.5, abs=1e-6)
    assert told.high == pytest.approx(7.75 + 1.5 * 4.5, abs=1e-6)
    assert told.whiskers == (1.0, 9.0)
    assert told.distance(40) == (40 - 7.75) / 4.5
    assert told.distance(5) == 0


def test_of_few_values_none_is_an_outlier() -> None:
    for values in ([7.0], [1.0, 1.0, 1.0, 1e9]):
        told = distribution(values)
        assert told.whiskers == (min(values), max(values))
        assert told.low == -np.inf


def test_rounding_is_no_outlier_but_a_value_that_differs_is() -> None:
    told = distribution([0.1] * 9 + [0.1 + 1e-16, 0.2])
    assert told.low < 0.1 + 1e-16 < told.high < 0.2
    assert told.distance(0.2) == np.inf
    assert told.distance(0.1) == 0
