"""The page of `check` of many figures is parted, and what failed stands first."""

import re
from pathlib import Path
from typing import Literal

import pytest

from sampviz.core import page_list
from sampviz.testing.snapshots.compare import SnapshotResult
from sampviz.testing.snapshots.diff_page import DiffPage


def test_of_many_figures_what_failed_stands_on_the_first_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_list, "PER_PAGE", 3)
    page = DiffPage(tmp_path)
    for number in range(8):
        state: Literal["missing", "same"] = "missing" if number == 6 else "same"
        page.add(SnapshotResult(f"f{number}", state, reasons=["why"]), None, tmp_path)
    assert page.write() == tmp_path / "index.html"
    texts = [(tmp_path / name).read_text() for name in page_list.page_names(8)]
    rows = [re.findall(r"<tr><td>(\w+)", text) for text in texts]
    assert rows == [["f6", "f0", "f1"], ["f2", "f3", "f4"], ["f5", "f7"]]
    assert ["<h2>f6</h2>" in text for text in texts] == [True, False, False]
    assert '<a href="index_3.html">last</a>' in texts[0]


@pytest.mark.parametrize(("count", "first"), [(3, "f0"), (4, "f2"), (6, "f2"), (7, "f2")])
def test_what_failed_stands_first_as_soon_as_there_are_two_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, first: str
) -> None:
    monkeypatch.setattr(page_list, "PER_PAGE", 3)
    page = DiffPage(tmp_path)
    for number in range(count):
        state: Literal["missing", "same"] = "missing" if number == 2 else "same"
        page.add(SnapshotResult(f"f{number}", state), None, tmp_path)
    assert re.findall(r"<tr><td>(\w+)", page.write().read_text())[0] == first
