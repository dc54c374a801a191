"""The page of what differs: its pictures show the values, at whole zooms."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from sampviz.testing.snapshots.compare import Tolerance, compare_snapshots
from sampviz.testing.snapshots.diff_page import DiffPage
from sampviz.testing.snapshots.snapshot import Snapshot, SnapshotPanel, snapshot_of

OLD = np.linspace(0, 255, 24).reshape(4, 6)


def snapshot(arrays: list[np.ndarray]) -> Snapshot:
    window = (0.0, 255.0)
    return Snapshot("f", [SnapshotPanel(f"p{i}", x, window) for i, x in enumerate(arrays)])


def written(folder: Path, *new: np.ndarray) -> str:
    result = compare_snapshots(snapshot([OLD] * len(new)), snapshot([*new]), Tolerance())
    page = DiffPage(folder / "page")
    page.add(result, None, folder)
    return page.write().read_text("utf-8")


def test_a_panel_is_shown_as_it_was_as_it_is_and_where_it_differs(tmp_path: Path) -> None:
    new = OLD.copy()
    new[1, 2], new[3, 5] = new[1, 2] + 8, new[3, 5] - 16
    text = written(tmp_path, new)
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", text)
    assert captions == ["expected, 0..255", "actual, 0..255", "difference, ±16"]
    shown = [
        np.asarray(Image.open(tmp_path / "page" / f"f_0_{name}.png").convert("RGB")).astype(int)
        for name in ("expected", "actual", "difference")
    ]
    assert [x.shape for x in shown] == [(4, 6, 3)] * 3
    assert np.abs(shown[0] - OLD[..., None]).max() <= 1
    assert np.abs(shown[1] - new[..., None]).max() <= 1
    even = shown[2][0, 0]
    assert np.argwhere((shown[2] != even).any(axis=-1)).tolist() == [[1, 2], [3, 5]]


@pytest.mark.parametrize(
    ("samples", "width"), [(6, 240), (7, 245), (100, 300), (239, 478), (240, 240), (241, 241)]
)
def test_samples_are_blocks_of_whole_pixels_that_are_large_enough(
    tmp_path: Path, samples: int, width: int
) -> None:
    array = np.zeros((2, samples))
    result = compare_snapshots(snapshot([array]), snapshot([array + 1]), Tolerance())
    page = DiffPage(tmp_path)
    page.add(result, None, tmp_path)
    text = page.write().read_text("utf-8")
    assert re.findall(r'class="samples" width="(\d+)"', text) == [str(width)] * 3


def test_three_panels_are_open_and_twelve_are_shown_at_most(tmp_path: Path) -> None:
    assert "<details>" not in written(tmp_path, *[OLD + 1] * 3)
    text = written(tmp_path, *[OLD + 1] * 27)
    assert "<summary>9 more, 15 left out</summary>" in text
    assert text.count("<article>") == 12


def test_the_planes_of_an_array_lie_side_by_side_a_pixel_apart(tmp_path: Path) -> None:
    old, new = np.zeros((2, 3, 4)), np.ones((2, 3, 4))
    result = compare_snapshots(snapshot([old]), snapshot([new]), Tolerance())
    page = DiffPage(tmp_path)
    page.add(result, None, tmp_path)
    page.write()
    with Image.open(tmp_path / "f_0_actual.png") as picture:
        assert picture.size == (4 + 1 + 4, 3)


@pytest.mark.parametrize(
    ("old", "new", "captions", "size"),
    [
        (OLD, OLD + 0.25, ["0..255", "0..255", "±0.25"], (6, 4)),
        (OLD * 1j, OLD * -2j, ["0..255", "0..255", "±255"], (6, 4)),  # of the magnitudes
        (np.where(OLD > 200, np.nan, OLD), OLD, ["0..200", "0..200", "±1"], (6, 4)),
        (np.full((2, 3), np.nan), np.ones((2, 3)), ["0..1", "0..1", "±1"], (3, 2)),
        (np.zeros((2, 3)), np.ones((2, 3)), ["0..1", "0..1", "±1"], (3, 2)),
        (np.arange(5.0), np.arange(5.0) + 3, ["0..4", "0..4", "±3"], (5, 1)),
        (np.array(4.0), np.array(6.0), None, (1, 1)),
        (OLD, OLD[1:], ["0..255", "0..255"], (6, 4)),
        (OLD[1:], OLD, ["66.5..255", "66.5..255"], (6, 3)),
    ],
)
def test_an_array_without_a_window_is_shown_in_the_range_that_it_had(
    tmp_path: Path,
    old: np.ndarray,
    new: np.ndarray,
    captions: list[str] | None,
    size: tuple[int, int],
) -> None:
    result = compare_snapshots(snapshot_of("a", old), snapshot_of("a", new), Tolerance())
    page = DiffPage(tmp_path / "a" / "page")
    page.add(result, None, tmp_path)
    text = page.write().read_text("utf-8")
    shown = re.findall(r"<figcaption>\w+, (.*?)</figcaption>", text)
    if captions:
        assert shown == captions
    with Image.open(tmp_path / "a" / "page" / "a_0_expected.png") as picture:
        assert picture.size == size


@pytest.mark.parametrize("by", [1, 40, 155])
def test_the_picture_of_a_difference_is_white_where_a_channel_differs_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: int
) -> None:
    old = np.full((4, 6, 3), 100, np.uint8)
    Image.fromarray(old).save(tmp_path / "f.png")
    new = old.copy()
    new[1, 2, 0] += by
    new[3, 5, 2] -= by // 2
    drawn: Any = SimpleNamespace(pixels=new)
    monkeypatch.setattr("sampviz.testing.snapshots.diff_page.snapshot_of", lambda *_: drawn)
    page = DiffPage(tmp_path / "page")
    result = compare_snapshots(snapshot([OLD]), snapshot([OLD + 1]), Tolerance())
    page.add(result, drawn, tmp_path)
    assert f"difference, white is {by} of 255" in page.write().read_text("utf-8")
    with Image.open(tmp_path / "page" / "f_difference.png") as picture:
        grey = np.asarray(picture.convert("L")).astype(int)
    assert grey.shape == (4, 6)
    assert grey[1, 2] == 255
    assert abs(grey[3, 5] - 255 * (by // 2) / by) <= 1
    assert np.count_nonzero(grey) == 1 + (by > 1)


def test_pictures_of_one_size_have_a_difference_and_others_have_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = np.full((4, 6, 3), 100, np.uint8)
    Image.fromarray(old).save(tmp_path / "f.png")
    result = compare_snapshots(snapshot([OLD]), snapshot([OLD + 1]), Tolerance())
    for size, captions in (
        ((4, 6), ["expected", "actual", "difference, white is 16 of 255"]),
        ((5, 6), ["expected", "actual"]),
        ((3, 7), ["expected", "actual"]),
    ):
        new = np.full((*size, 3), 116, np.uint8)
        drawn: Any = SimpleNamespace(pixels=new)
        monkeypatch.setattr(
            "sampviz.testing.snapshots.diff_page.snapshot_of", lambda *_, drawn=drawn: drawn
        )
        page = DiffPage(tmp_path / "page")
        page.add(result, drawn, tmp_path)
        shown = re.findall(r"<figcaption>(.*?)</figcaption>", page.write().read_text("utf-8"))
        assert shown == [*captions, "expected, 0..255", "actual, 0..255", "difference, ±1"]
