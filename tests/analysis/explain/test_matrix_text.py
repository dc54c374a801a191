"""Matrices as text: what is one is read, of what is none the column is named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampviz.analysis.explain.matrix_text import read_matrix
from sampviz.core.errors import ChainError


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("0 1;2 3", [[0, 1], [2, 3]]),
        ("  0  1 ; 2 3 ", [[0, 1], [2, 3]]),
        ("-1.5 +2 .5 1e3", [[-1.5, 2, 0.5, 1000]]),
        ("7", [[7]]),
    ],
)
def test_rows_stand_between_semicolons_and_numbers_between_spaces(
    text: str, wanted: list[list[float]]
) -> None:
    assert read_matrix(text, "input").tolist() == wanted


@pytest.mark.parametrize(
    ("text", "what", "column"),
    [
        ("0 1;2", "rows of different length: row 1 has 2 numbers, row 2 1", 5),
        ("0 1;2 x", "'x' is not a number", 7),
        ("0,1;2,3", "'0,1' is not a number", 1),
        ("0 1;", "row 2 has no numbers", 5),
        ("", "row 1 has no numbers", 1),
        ("1 nan", "'nan' is not a number", 3),
        ("1 1_0", "'1_0' is not a number", 3),
        ("1 2e6", "2e6: wanted -1e6..1e6", 3),
        (" ".join("1" * 17), "a matrix has at most 16x16 numbers here", 33),
        (";".join("1" * 17), "a matrix has at most 16x16 numbers here", 33),
        (" " * 20000, "a text of 20000 characters", 1),
    ],
)
def test_what_is_no_matrix_is_refused_at_its_column(text: str, what: str, column: int) -> None:
    with pytest.raises(ChainError) as caught:
        read_matrix(text, "input")
    assert caught.value.what == what
    assert caught.value.where.startswith("input '")
    assert caught.value.where.endswith(f"', column {column}")
    assert caught.value.fix


@given(st.text(alphabet="0123456789 ;.-+exnaf_", max_size=40))
def test_any_text_is_a_finite_matrix_or_refused(text: str) -> None:
    try:
        found = read_matrix(text, "input")
    except ChainError:
        return
    assert found.ndim == 2
    assert np.isfinite(found).all()
