"""What two snapshots are told to differ in, and what they are not."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure

from sampviz.core.errors import InputError, UsageError
from sampviz.recipes.provenance import Record
from sampviz.recipes.recipe import Recipe
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


def test_what_is_as_far_apart_as_allowed_agrees() -> None:
    whole = np.arange(5.0)
    for by, tolerance in ((0.0, "0abs"), (0.5, "0.5abs"), (1.0, "0.25range")):
        assert verdict(whole, whole + by, tolerance).state == "same", tolerance
        assert verdict(whole, whole + by + 2**-40, tolerance).state == "differs", tolerance


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
    assert compare_snapshots(old, old, Tolerance(0.0)).state == "same"
    for one, other in ((old, snapshot_of("a", VALUES)), (snapshot_of("a", VALUES), new)):
        assert compare_snapshots(one, other, Tolerance()).state == "same"  # an array has none


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_are_equal_to_themselves_only(odd: float) -> None:
    there = VALUES.copy()
    there[0, 0] = odd
    assert verdict(there, there.copy()).state == "same"
    why = ["array: values that are NaN, infinite or not any more in 1 of 12"]
    assert list(verdict(there, VALUES).reasons) == why
    assert list(verdict(VALUES, there).reasons) == why
    assert verdict(there, -there).state == "differs"


def test_the_range_is_that_of_the_values_wherever_they_lie() -> None:
    for offset in (0.0, 1000.0, -5000.0):
        lifted = verdict(VALUES + offset, one_more(5) + offset)
        assert list(lifted.reasons) == [
            "array: values differ by up to 5, 0.025 of the range, in 1 of 12"
        ]


@pytest.mark.parametrize("constant", [5.0, -5.0, 1e-3, 1e6])
def test_a_constant_is_its_own_range(constant: float) -> None:
    flat = np.full(3, constant)
    assert verdict(flat, flat * (1 + 0.9e-6)).state == "same"
    assert verdict(flat, flat * (1 + 1.1e-6)).state == "differs"


def test_where_there_is_no_range_it_is_one() -> None:
    assert verdict(np.zeros(3), np.full(3, 0.9e-6)).state == "same"
    assert verdict(np.zeros(3), np.full(3, 1.1e-6)).state == "differs"
    nothing = np.full(3, np.nan)
    assert verdict(nothing, nothing).state == "same"


def test_values_near_the_largest_number_are_compared() -> None:
    huge = np.array([-1.7e308, 1.7e308])
    assert verdict(huge, huge).state == "same"
    (reason,) = verdict(huge, -huge).reasons
    assert reason == "array: values differ by up to 1.8e+308, 1 of the range, in 2 of 2"


def test_complex_numbers_are_compared_in_both_parts() -> None:
    assert verdict(VALUES * 1j, VALUES * 1j).state == "same"
    assert verdict(VALUES * 1j, VALUES * -1j).state == "differs"
    for one, other in ((VALUES, VALUES + 3j), (VALUES + 3j, VALUES)):
        (reason,) = verdict(one, other, "1abs").reasons
        assert reason.startswith("array: values differ by up to 3, ")


def test_the_range_of_complex_numbers_is_that_of_their_magnitudes() -> None:
    turned = np.array([1, 1j, -1, -3j])  # magnitudes of 1 to 3
    (reason,) = verdict(turned, turned + 1).reasons
    assert reason == "array: values differ by up to 1, 0.5 of the range, in 4 of 4"


def test_another_size_is_told() -> None:
    assert list(verdict(VALUES, VALUES.T).reasons) == ["array: 4x3, was 3x4"]
    assert list(verdict(VALUES, np.array(5.0)).reasons) == ["array: one value, was 3x4"]


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


def test_panels_are_compared_by_place_or_where_some_are_new_by_name() -> None:
    assert compare_snapshots(shot("ab"), shot("ax"), Tolerance()).state == "same"
    moved = replace(shot("bacd"), panels=[*shot("ba").panels, SnapshotPanel("c", VALUES + 1)])
    moved = replace(moved, panels=[*moved.panels, *shot("de").panels])
    found = compare_snapshots(shot("abcx"), moved, Tolerance())
    assert list(found.reasons) == [
        "c: values differ by up to 1, 0.005 of the range, in 12 of 12",
        "x: the panel is gone",
        "d: the panel is new",
        "e: the panel is new",
    ]
    assert found.arrays == "2 of 6"
    # What is shown as it was and as it is: what differs and is in both.
    assert [(old.name, new.name) for old, new in found.differing] == [("c", "c")]


@pytest.mark.parametrize(("count", "left_out"), [(6, []), (7, ["1"]), (9, ["3"])])
def test_of_many_panels_that_differ_six_are_named_and_the_others_counted(
    count: int, left_out: list[str]
) -> None:
    names = "abcdefghi"[:count]
    others = [
        SnapshotPanel(name, VALUES + 1, (0.0, 2.0)) for name in names
    ]  # other values, in other windows
    found = compare_snapshots(shot(names), replace(shot(names), panels=others), Tolerance())
    arrays, windows = (
        [f"{name}: {what}" for name in names[:6]] + [f"and {n} more panels" for n in left_out]
        for what in ("values differ by up to 1, 0.005 of the range, in 12 of 12",
                     "window 0..2, was 0..1")
    )  # fmt: skip
    assert list(found.reasons) == arrays + windows


def record(window: str) -> str:
    recipe = Recipe("f", "compare", {"ops": ["max"], "window": window, "inputs": ["t1.npy"]})
    return Record("figure", recipe, ("0" * 64,), ("",), {"numpy": "2.0"}).json()


def test_what_has_changed_is_noted_where_something_differs_and_both_have_a_record() -> None:
    old, new = (snapshot_of("a", array) for array in (VALUES, VALUES + 1))
    for then, now, notes in (
        ("0,1", "0,2", ["changed: option window: 0,1 then, 0,2 now"]),
        ("0,1", "", []),
        ("", "0,2", []),
        ("", "", []),
    ):
        stored, drawn, same = (
            replace(shot, record=record(window) if window else "")
            for shot, window in ((old, then), (new, now), (old, now))
        )
        assert list(compare_snapshots(stored, drawn, Tolerance()).notes) == notes
        assert list(compare_snapshots(stored, same, Tolerance()).notes) == []


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


def test_words_are_shown_with_those_around_them_as_far_as_there_are_some() -> None:
    digits = "0123456789" * 8
    for old, new in (("x", "y"), ("", "y")):
        first, second = (f"{digits}{word}{digits}" for word in (old, new))
        shots = [replace(snapshot_of("a", VALUES), words=words) for words in (first, second)]
        (reason,) = compare_snapshots(shots[0], shots[1], Tolerance()).reasons
        around = [f"{digits[-30:]}{(word + digits)[:30]}" for word in (new, old)]
        assert reason == f"words: ..{around[0]}.., was ..{around[1]}.."
    for old, new in (("max pool", "max"), ("max", "max pool"), ("", "max")):
        (reason,) = compare_snapshots(
            shot("a", words=old), shot("a", words=new), Tolerance()
        ).reasons
        assert reason == f"words: ..{new}.., was ..{old}.."


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


def test_a_result_is_shown_with_its_reasons_if_there_are_some() -> None:
    assert repr(verdict(VALUES, VALUES)) == "<SnapshotResult a same>"
    broken = SnapshotResult("a", "differs", reasons=["one", "two"])
    assert repr(broken) == "<SnapshotResult a differs: one; two>"


def test_what_could_not_be_compared_fails_with_exit_code_1_unless_said() -> None:
    error = InputError("it is not there", "a.npz", "draw it")
    missing = SnapshotResult.of_error("a", "missing", error)
    assert (missing.failed, missing.exit_code) == (True, 1)
    assert missing.reasons == ["it is not there", "  in:  a.npz", "  fix: draw it"]
    assert SnapshotResult.of_error("a", "error", error, 3).exit_code == 3
