"""Sums as they are written: what stands on the left is what stands on the right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampviz.analysis.explain.sum_text import area, function_of, number, span, sum_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (19.0, "19"),
        (-0.0, "0"),
        (1e-17, "0"),
        (0.75, "0.75"),
        (1 / 3, "0.33333"),
        (123456.0, "123456"),
        (1.5e9, "1.5e+09"),
        (1 - 2j, "1-2i"),
        (0.5 + 1j, "0.5+i"),
        (-1j, "-i"),
        (complex(3, 1e-17), "3"),
    ],
)
def test_numbers_are_short(value: complex, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("values", "weights", "result", "text"),
    [
        ([0, 1, 3, 4], [0, 1, 2, 3], 19, "0*0 + 1*1 + 3*2 + 4*3 = 19"),
        ([1, -2], [1, -4], 9, "1*1 + (-2)*(-4) = 9"),
        ([0, 1, 3, 4], [0.25] * 4, 2, "(0 + 1 + 3 + 4) / 4 = 2"),
        ([2, 4], [0.75, 0.25], 2.5, "(2*3 + 4*1) / 4 = 2.5"),
        ([3], [0.5], 1.5, "3 / 2 = 1.5"),
        ([3], [1], 3, "3 = 3"),
        ([1, 1], [1 / 3, 1 / 3], 2 / 3, "(1 + 1) / 3 ≈ 0.66667"),
        ([2], [2**0.5], 2 * 2**0.5, "2*1.4142 ≈ 2.8284"),
        ([], [], 0, "nothing = 0"),
    ],
)
def test_sums_are_written_out(
    values: list[float], weights: list[float], result: float, text: str
) -> None:
    assert sum_of(values, weights, result) == text


def test_ones_of_a_kernel_are_written() -> None:
    assert sum_of([2], [1], 2, write_ones=True) == "2*1 = 2"


@given(
    st.lists(
        st.tuples(st.integers(-99, 99), st.integers(-99, 99), st.integers(1, 16)),
        min_size=1,
        max_size=9,
    )
)
def test_the_left_side_is_the_right_side(terms: list[tuple[int, int, int]]) -> None:
    values = [float(v) for v, _, _ in terms]
    weights = [a / b for _, a, b in terms]
    result = sum(v * w for v, w in zip(values, weights, strict=True))
    left, right = sum_of(values, weights, result).replace("≈", "=").split(" = ")
    # A number that is not whole is written in five digits, a weight of a sum too.
    size = sum(abs(v * w) for v, w in zip(values, weights, strict=True))
    assert eval(left) == pytest.approx(float(right), rel=1e-4, abs=1e-4 * size)


def test_functions_name_what_they_are_given() -> None:
    assert function_of("max", [0, 1, 3, 4], 4) == "max(0, 1, 3, 4) = 4"
    assert function_of("softpool", [0, 1], 0.7310585786) == "softpool(0, 1) ≈ 0.73106"


def test_places_are_told_by_rows_and_columns() -> None:
    assert span([1]) == "1"
    assert span([0, 1, 2, 1]) == "0..2"
    assert span([0, 2]) == "0, 2"
    assert area([(0, 1), (0, 2)]) == "row 0, columns 1..2"
