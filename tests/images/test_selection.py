"""Choosing a slice: what can be written, what it means, and what is said when it cannot be."""

from typing import Any

import pytest

from sampviz.cli.app import run
from sampviz.core.errors import UsageError
from sampviz.images.load import load
from sampviz.images.selection import Selection, slice_index


@pytest.mark.parametrize(
    ("text", "index"),
    [
        (None, 5),
        ("0", 0),
        ("9", 9),
        ("007", 7),
        ("0%", 0),
        ("5.5%", 0),
        ("5.6%", 1),
        ("60%", 5),
        ("100%", 9),
        ("100.0%", 9),
        ("mm=-20", 0),
        ("mm=-21", 0),
        ("mm=-19.1", 0),
        ("mm=-18.9", 1),
        ("mm=-2", 9),
        ("mm=-1", 9),
    ],
)
def test_a_text_means_one_slice(text: str | None, index: int) -> None:
    # Ten slices, 2 mm apart, the first at -20 mm.
    assert slice_index(text, 10, -20.0, 2.0) == index


def test_the_middle_of_an_even_number_is_the_later_one() -> None:
    assert [slice_index(None, count, 0.0, 1.0) for count in (1, 2, 3, 4)] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            " 3",
            "-1",
            "+1",
            "1.5",
            "1e3",
            "60 %",
            "%",
            "-5%",
            "1000%",
            "mm=",
            "mm=1e2",
            "mm=nan",
        ],
        *["mm=inf", "mm=12mm", "12mm", "MM=1", "0x10", "٣", "³", "last", "1\n", "1;2", "9" * 10],
    ],
)
def test_any_other_text_is_not_a_slice(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Selection(slice=text)
    assert str(caught.value) == (
        f"{text!r} is not a slice\n"
        "  in:  slice\n"
        "  fix: write an index (90), a percentage (60%) or a place (mm=-12)"
    )


@pytest.mark.parametrize("plane", ["", "Axial", "ax", "transverse"])
def test_there_are_three_planes(plane: str) -> None:
    with pytest.raises(UsageError) as caught:
        Selection(plane=plane)
    assert str(caught.value) == (
        f"no plane is named {plane!r}\n  in:  plane\n  fix: wanted axial, coronal or sagittal"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("10", "there is no slice 10\n  in:  slice\n  fix: wanted 0..9"),
        ("100.1%", "100.1% is beyond the last slice\n  in:  slice\n  fix: wanted 0%..100%"),
        ("mm=-21.1", "no slice lies at -21.1 mm\n  in:  slice\n  fix: wanted -20.0..-2.0 mm"),
        ("mm=-0.9", "no slice lies at -0.9 mm\n  in:  slice\n  fix: wanted -20.0..-2.0 mm"),
    ],
)
def test_a_slice_beyond_the_ends_says_where_they_are(text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        slice_index(text, 10, -20.0, 2.0)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("pick", "said"),
    [
        ({"slice": "x"}, "'x' is not a slice"),
        ({"slice": -1}, "'-1' is not a slice"),
        ({"plane": "x"}, "no plane is named 'x'"),
    ],
)
def test_a_wrong_choice_is_told_before_the_file_is_looked_at(
    pick: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        load("there is no such file", **pick)
    assert caught.value.what == said


def test_an_index_may_be_a_number_or_a_text() -> None:
    by_number, by_text = load("sample:t1", slice=2), load("sample:t1", slice="2")
    assert by_number.taken == by_text.taken == "axial slice 2 of 0..7, z = 21.2 mm"


def test_a_wrong_choice_is_exit_code_2_and_three_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["info", "sample:t1", "--slice", "99"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "error: there is no slice 99\n  in:  --slice\n  fix: wanted 0..7\n"
