"""What two snapshots are told to differ in, and what they are not."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from sampviz.core.errors import InputError, UsageError
from sampviz.testing.snapshots.compare import SnapshotResult, Tolerance, compare_snapshots
from sampviz.testing.snapshots.snapshot import Snapshot, SnapshotPanel, snapshot_of

VALUES = np.linspace(0, 200, 12).reshape(3, 4)


def verdict(old: np.ndarray, new: np.ndarray, tolerance: str = "1e-6range") -> SnapshotResult:
    return compare_snapshots(
        snapshot_of("a", old), snapshot_of("a", new), Tolerance.parse(tolerance)
    )


def one_more(by: float) -> np.ndarray:
    moved = VALUES.copy()
    moved[1, 2] += by
    return moved


def test_equal_arrays_agree() -> None:
    found = verdict(VALUES, VALUES.copy())
    assert (found.state, found.arrays, list(found.reasons)) == ("same", "1 of 1", [])


# The range of the values is 200: a millionth of it is 2e-4.
@pytest.mark.parametrize(
    ("by", "tolerance", "state"),
    [
        (1.9e-4, "1e-6range", "same"),
        (2.1e-4, "1e-6range", "differs"),
        (-2.1e-4, "1e-6range", "differs"),
        (0.4, "0.5abs", "same"),
        (0.6, "0.5abs", "differs"),
        (1e-12, "0abs", "differs"),
    ],
)
def test_a_tolerance_has_a_unit(by: float, tolerance: str, state: str) -> None:
    assert verdict(VALUES, one_more(by), tolerance).state == state


def test_a_difference_is_told_in_values_in_parts_of_the_range_and_in_how_many() -> None:
    assert list(verdict(VALUES, one_more(5)).reasons) == [
        "array: values differ by up to 5, 0.025 of the range, in 1 of 12"
    ]


@pytest.mark.parametrize("now", [(0.0, 210.0), (10.0, 200.0), (10.0, 210.0)])
def test_windows_agree_only_if_both_ends_do(now: tuple[float, float]) -> None:
    old, new, near = (
        replace(shot, panels=[replace(shot.panels[0], limits=limits)])
        for shot, limits in zip(
            [snapshot_of("a", VALUES)] * 3, [(0.0, 200.0), now, (1e-4, 199.9999)], strict=True
        )
    )
    found = compare_snapshots(old, new, Tolerance())
    assert list(found.reasons) == [f"array: window {now[0]:g}..{now[1]:g}, was 0..200"]
    assert compare_snapshots(old, near, Tolerance()).state == "same"  # a millionth of 200


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_are_equal_to_themselves_only(odd: float) -> None:
    there = VALUES.copy()
    there[0, 0] = odd
    assert verdict(there, there.copy()).state == "same"
    why = ["array: values that are NaN, infinite or not any more in 1 of 12"]
    assert list(verdict(there, VALUES).reasons) == why
    assert list(verdict(VALUES, there).reasons) == why
    assert verdict(there, -there).state == "differs"


def test_a_constant_is_its_own_range() -> None:
    assert verdict(np.full(3, 5.0), np.full(3, 5.000001)).state == "same"
    assert verdict(np.full(3, 5.0), np.full(3, 5.0001)).state == "differs"
    assert verdict(np.zeros(3), np.full(3, 1e-3)).state == "differs"


def test_values_near_the_largest_number_are_compared() -> None:
    huge = np.array([-1.7e308, 1.7e308])
    assert verdict(huge, huge).state == "same"
    assert verdict(huge, -huge).state == "differs"


def test_complex_numbers_are_compared_in_both_parts() -> None:
    assert verdict(VALUES * 1j, VALUES * 1j).state == "same"
    assert verdict(VALUES * 1j, VALUES * -1j).state == "differs"


def test_another_size_is_told() -> None:
    assert list(verdict(VALUES, VALUES.T).reasons) == ["array: 4x3, was 3x4"]


def test_another_type_of_the_same_values_agrees() -> None:
    assert (
        verdict(VALUES.astype(np.float32), VALUES.astype(np.float32).astype(float)).state == "same"
    )


def shot(names: str, **more: object) -> Snapshot:
    return Snapshot("f", [SnapshotPanel(name, VALUES, (0.0, 1.0)) for name in names], **more)  # type: ignore[arg-type]


def test_panels_that_came_and_went_are_named() -> None:
    found = compare_snapshots(shot("abc"), shot("ac"), Tolerance())
    assert (list(found.reasons), found.arrays) == (["b: the panel is gone"], "2 of 3")
    assert list(compare_snapshots(shot("ac"), shot("abc"), Tolerance()).reasons) == [
        "b: the panel is new"
    ]


def test_nothing_compared_is_a_failure() -> None:
    found = compare_snapshots(shot(""), shot(""), Tolerance())
    assert list(found.reasons) == ["it has no panels: nothing was compared"]
    assert found.failed


def test_words_are_compared_without_spaces() -> None:
    why = compare_snapshots(
        shot("a", words="max64x64px"), shot("a", words="max32x64px"), Tolerance()
    ).reasons
    assert list(why) == ["words: ..max32x64px.., was ..max64x64px.."]
    spaced, other = shot("a", words="max 64x64 px"), shot("a", words="ma x 32x64 px")
    assert compare_snapshots(shot("a", words="max64x64px"), spaced, Tolerance()).state == "same"
    why = compare_snapshots(spaced, other, Tolerance()).reasons
    assert list(why) == ["words: ..ma x 32x64 px.., was ..max 64x64 px.."]
    assert (
        compare_snapshots(shot("a", words="max"), shot("a", words="max"), Tolerance()).state
        == "same"
    )
    assert compare_snapshots(shot("a", words="max"), shot("a", words="maximum"), Tolerance()).failed


@pytest.mark.parametrize(("old", "new"), [("b", "a"), ("a", "b")])
def test_words_are_shown_where_they_first_differ(old: str, new: str) -> None:
    first, second = (f"{start}{'-' * 80}{end}" for start, end in ((old, new), (new, old)))
    shots = [replace(snapshot_of("a", VALUES), words=words) for words in (first, second)]
    (reason,) = compare_snapshots(shots[0], shots[1], Tolerance()).reasons
    assert reason == f"words: ..{new}{'-' * 29}.., was ..{old}{'-' * 29}.."


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


def test_what_is_not_in_a_panel_or_is_written_is_not_judged() -> None:
    around = pictured(100)
    assert around.pixels is not None
    around.pixels[:2] = 0
    assert compare_snapshots(pictured(100), around, Tolerance()).state == "same"
    words_alone = compare_snapshots(pictured(100), pictured(0, written=True), Tolerance())
    assert (words_alone.state, words_alone.picture) == ("same", "RMS 0")


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


@pytest.mark.parametrize("text", ["", "1e-6", "range", "-1abs", "1e999abs", "1.2.3abs", "1 abs"])
def test_what_is_no_tolerance_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a tolerance") as caught:
        Tolerance.parse(text)
    assert caught.value.where == "tolerance"


def test_a_figure_of_others_is_refused() -> None:
    with pytest.raises(UsageError, match="no panels of sampviz: nothing would be compared"):
        snapshot_of("f", Figure())


@pytest.mark.parametrize("thing", [np.array(["a"]), np.zeros((0, 3)), None])
def test_what_is_no_array_of_numbers_is_refused(thing: object) -> None:
    with pytest.raises(UsageError, match="cannot be compared"):
        snapshot_of("f", thing)


def test_what_could_not_be_compared_fails_with_exit_code_1_unless_said() -> None:
    error = InputError("it is not there", "a.npz", "draw it")
    missing = SnapshotResult.of_error("a", "missing", error)
    assert (missing.failed, missing.exit_code) == (True, 1)
    assert missing.reasons == ["it is not there", "  in:  a.npz", "  fix: draw it"]
    assert SnapshotResult.of_error("a", "error", error, 3).exit_code == 3
