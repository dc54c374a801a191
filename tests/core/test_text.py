"""What a terminal finds in texts of others: nothing to obey."""

from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampviz.core.errors import InputError
from sampviz.core.text import LONGEST, axes_text, counted, escape_control, interval_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("brain 1.nii.gz", "brain 1.nii.gz"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("\x9b31m", "\\x9b31m"),  # the same in one byte
        ("a\nb\rc\td\0", "a\\nb\\rc\\td\\x00"),
        ("exe.\u202egnp", "exe.\\u202egnp"),  # would be shown as exe.png
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),  # of no width
        ("line\u2028end", "line\\u2028end"),
        ("\udcff.png", "\\udcff.png"),  # a byte that is no UTF-8
        ("12\u00a0mm", "12\u00a0mm"),
        ("м脑🧠 e\u0301 שלום", "м脑🧠 e\u0301 שלום"),
        ("<b>&amp;]]>{}%s[red]$x$", "<b>&amp;]]>{}%s[red]$x$"),
    ],
)
def test_what_a_terminal_would_obey_or_not_show_is_an_escape(text: str, shown: str) -> None:
    assert escape_control(text) == shown


@given(st.text(st.characters(codec=None), max_size=50))
def test_any_text_is_one_line_of_signs_and_spaces(text: str) -> None:
    shown = escape_control(text)
    assert len(shown.splitlines()) <= 1
    assert not {category(char) for char in shown} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert shown.encode().decode() == shown
    assert escape_control(shown) == shown


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (1.0, 428.4, "1..428"),
        (0.0986, 1180.0, "0..1180"),
        (-5.0, 3000.0, "\u22125..3000"),
        (1000.2, 1000.9, "1000.2..1000.9"),  # three digits would be the same
        (-1000.9, -1000.2, "\u22121000.9..\u22121000.2"),
        (5.0, 5.0, "5..5"),
        (-1.5e308, 1.5e308, "\u22121.5e+308..1.5e+308"),  # longer than the largest number
    ],
)
def test_the_ends_of_an_interval_are_told_apart_and_no_finer(
    low: float, high: float, text: str
) -> None:
    assert interval_text(low, high) == text


def test_sides_are_one_number_where_all_are_written_alike() -> None:
    assert axes_text([0.9375, 0.9]) == "0.938×0.9"
    assert axes_text([5.0, 1.0, 1.0], "x") == "5x1x1"
    assert axes_text([1.0, 5.0, 1.0]) == "1×5×1"
    assert (axes_text([2.0, 2.0001]), axes_text([])) == ("2", "")


def test_of_a_long_line_of_an_error_the_ends_are_shown() -> None:
    shown = str(InputError("a" * 10**6 + "z"))
    assert (len(shown), shown[0], shown[-1]) == (LONGEST + 1, "a", "z")
    assert len(escape_control("a" * 10**6)) == 10**6  # notes of figures are never cut


def test_an_error_has_three_lines_whatever_it_tells() -> None:
    error = InputError("a\nb", "c\x1b[2Jd", "e\u2028f")
    assert str(error) == "a\\nb\n  in:  c\\x1b[2Jd\n  fix: e\\u2028f"


def test_one_is_not_several() -> None:
    counts = [counted(number, "value is", "values are") for number in (0, 1, 2, 11)]
    assert counts == ["0 values are", "1 value is", "2 values are", "11 values are"]
    assert [counted(number, "channel") for number in (1, 21)] == ["1 channel", "21 channels"]
