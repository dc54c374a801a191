"""Numbers of any size: what is exact, what is rounded, means and scales that do not overflow."""

from fractions import Fraction

import numpy as np
import pytest

from sampviz.dsp.dtypes import as_number, is_rounded, mean_of, power_of_two

LARGEST = np.finfo(np.float64).max


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        (np.array([2**24, -(2**24)], np.int64), "float32"),
        (np.array([2**24 + 1], np.int32), "float64"),
        (np.array([-(2**24) - 1], np.int64), "float64"),
        (np.array([-(2**63), 2**24 + 1], np.int64), "float64"),
        (np.array([2**64 - 1], np.uint64), "float64"),
        (np.array([0.1], ">f4"), "float32"),
        (np.array([0.1], ">f8"), "float64"),
        (np.array([0.1], "f2"), "float32"),
        (np.array([1j], ">c8"), "complex64"),
        (np.array([1j], "c16"), "complex128"),
    ],
)
def test_a_number_keeps_what_it_needs(values: np.ndarray, kept: str) -> None:
    made = as_number(values)
    assert made.dtype == kept
    assert made.tolist() == pytest.approx(
        values.tolist(), rel=0 if values.dtype.kind in "if" else 1e-15
    )


@pytest.mark.parametrize(
    ("values", "rounded"),
    [
        (np.array([2**53], np.int64), False),
        (np.array([2**53 + 1], np.int64), True),
        (np.array([-(2**63)], np.int64), True),
        (np.array([2**53 + 1], np.uint64), True),
        (np.array([2**31 - 1], np.int32), False),
        (np.array([0.1]), False),
        (np.array([0.1j]), False),
        (np.array([0.1], np.longdouble), np.dtype(np.longdouble).itemsize > 8),
        (np.array([], np.int64), False),
    ],
)
def test_what_float64_rounds_is_known(values: np.ndarray, rounded: bool) -> None:
    assert is_rounded(values) is rounded


@pytest.mark.parametrize("size", [1e-322, 1e-310, 1e-30, 1.0, 1e30, 1e308])
def test_the_mean_of_numbers_of_any_size_is_exact(size: float) -> None:
    values = np.array([1.0, 0.5, 1.25, 1.0, 0.25, 1.75]) * size
    exact = float(sum(map(Fraction, values)) / len(values))
    assert mean_of(values) == pytest.approx(exact, rel=1e-15, abs=1e-323)


def test_the_mean_of_the_largest_numbers_is_the_largest() -> None:
    assert mean_of(np.full(7, LARGEST)) == LARGEST
    most = complex(LARGEST, LARGEST)  # its magnitude is beyond float64
    mean = mean_of(np.full(7, most))
    assert (mean.real, mean.imag) == pytest.approx((LARGEST, LARGEST), rel=1e-15)


@pytest.mark.parametrize("top", [5e-324, 1e-310, 0.3, 1.0, 2.0, 1e30, LARGEST])
def test_a_power_of_two_changes_no_digit(top: float) -> None:
    scale = power_of_two(np.array([top, -top / 3, 0, np.nan, np.inf]))
    assert np.frexp(scale)[0] == 0.5
    assert top / scale < 2
    assert top / scale * scale == top


def test_of_nothing_the_scale_is_1() -> None:
    assert power_of_two(np.array([0.0, np.nan, np.inf])) == 1
    assert power_of_two(np.array([])) == 1
