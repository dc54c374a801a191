"""What two pictures are told to differ in, where they are judged at all."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from sampviz.testing.snapshots.compare import Tolerance, compare_snapshots
from sampviz.testing.snapshots.snapshot import Snapshot, SnapshotPanel

VALUES = np.linspace(0, 200, 12).reshape(3, 4)


def pictured(
    level: int, written: bool = False, versions: Mapping[str, str] | None = None
) -> Snapshot:
    """A picture of 8x8 px, whose panel of 4x4 px has a level, and words perhaps."""
    pixels = np.full((8, 8, 3), 255, np.uint8)
    pixels[2:6, 2:6] = level
    text = np.zeros((8, 8), np.bool_)
    text[2:6, 2:6] = written
    panel = SnapshotPanel("a", VALUES, (0.0, 1.0), (slice(2, 6), slice(2, 6)))
    known = {"matplotlib": "1", "FreeType": "2", **(versions or {})}
    return Snapshot("f", [panel], versions=known, dpi=150, pixels=pixels, text=text)


def test_a_picture_may_be_two_levels_apart() -> None:
    assert compare_snapshots(pictured(100), pictured(102), Tolerance()).picture == "RMS 2"
    assert compare_snapshots(pictured(100), pictured(102), Tolerance()).state == "same"
    found = compare_snapshots(pictured(100), pictured(103), Tolerance())
    assert list(found.reasons) == ["picture: RMS 3 of 255 in a; allowed 2"]
    assert compare_snapshots(pictured(100), pictured(103), Tolerance(), rms=3).state == "same"


def test_the_panel_whose_picture_is_farthest_apart_is_named() -> None:
    expected, actual = pictured(100), pictured(104)
    assert actual.pixels is not None
    actual.pixels[6:8, :4] = 245  # was 255
    regions = [None, (slice(2, 6), slice(2, 6)), (slice(6, 8), slice(0, 4))]
    panels = [SnapshotPanel(n, VALUES, None, r) for n, r in zip("abc", regions, strict=True)]
    found = compare_snapshots(
        replace(expected, panels=panels), replace(actual, panels=panels), Tolerance()
    )
    assert list(found.reasons) == ["picture: RMS 10 of 255 in c; allowed 2"]


def test_a_picture_in_one_of_two_is_a_difference_and_none_in_both_is_none() -> None:
    bare = replace(pictured(100), pixels=None)
    for old, new in ((bare, pictured(100)), (pictured(100), bare)):
        found = compare_snapshots(old, new, Tolerance())
        assert (found.picture, list(found.reasons)) == (
            "none",
            ["there is a picture in one of the two only"],
        )
    found = compare_snapshots(bare, bare, Tolerance())
    assert (found.picture, found.state, list(found.notes)) == ("none", "same", [])


def test_what_is_not_in_a_panel_or_is_written_is_not_judged() -> None:
    around = pictured(100)
    assert around.pixels is not None
    around.pixels[:2] = 0
    assert compare_snapshots(pictured(100), around, Tolerance()).state == "same"
    words_alone = compare_snapshots(pictured(100), pictured(0, written=True), Tolerance())
    assert (words_alone.state, words_alone.picture) == ("same", "RMS 0")


def test_panels_without_a_place_in_the_picture_differ_by_nothing_in_it() -> None:
    nowhere = [SnapshotPanel("a", VALUES)]
    old, new = (replace(pictured(level), panels=nowhere) for level in (0, 255))
    found = compare_snapshots(old, new, Tolerance())
    assert (found.state, found.picture) == ("same", "RMS 0")


@pytest.mark.parametrize("program", ["matplotlib", "FreeType"])
def test_a_picture_of_other_programs_is_not_judged_but_told(program: str) -> None:
    found = compare_snapshots(pictured(100, versions={program: "0.9"}), pictured(0), Tolerance())
    now = {"matplotlib": "1", "FreeType": "2"}[program]
    told = f"not judged: {program} {now}, stored with 0.9"
    assert (found.state, found.picture, list(found.notes)) == ("same", told, [told])


def test_a_picture_of_another_resolution_differs_whatever_drew_it() -> None:
    finer = replace(pictured(100, versions={"FreeType": "0.9"}), dpi=151)
    assert list(compare_snapshots(pictured(100), finer, Tolerance()).reasons) == [
        "picture: 151 dpi, was 150"
    ]


def test_a_picture_of_another_size_differs() -> None:
    larger = replace(pictured(100), pixels=np.zeros((9, 8, 3), np.uint8))
    assert list(compare_snapshots(pictured(100), larger, Tolerance()).reasons) == [
        "picture: 9x8 px, was 8x8"
    ]
