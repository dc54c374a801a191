"""The pages of a batch of many figures, from records that are made up."""

import re
from pathlib import Path

import pytest

from sampviz.core import page_list
from sampviz.core.errors import OutputError
from sampviz.recipes.batch.output_folder import Folder

NAMES = [f"f{number}" for number in range(7)]


@pytest.fixture(autouse=True)
def _three_on_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_list, "PER_PAGE", 3)


def finished(path: Path, names: list[str]) -> Folder:
    """Return a folder with the figures of these names, and their pages."""
    folder = Folder(path)
    folder.open("many", {}, len(names))
    for name in names:
        record = {"name": name, "key": "", "about": "", "chains": [], "inputs": [], "seconds": 1.5}
        folder.keep(record, {f"{name}.svg": b""})
    folder.finish("many", names, {})
    return folder


def pages(path: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in path.glob("*.html")}


def test_every_figure_stands_on_one_page_and_the_links_lead_through_all(tmp_path: Path) -> None:
    finished(tmp_path, NAMES)
    found, seen = pages(tmp_path), []
    assert set(found) == {"index.html", "index_2.html", "index_3.html"}
    name: str | None = "index.html"
    while name:
        seen += re.findall(r'<article id="(\w+)">', found[name])
        assert set(re.findall(r'href="([^"]+\.html)"', found[name])) <= set(found)
        step = re.search(r'<a href="([^"]+)">next</a>', found[name])
        name = step[1] if step else None
    assert seen == NAMES
    assert "4 to 6 of 7" in found["index_2.html"]
    middle = {
        "first": "index.html",
        "previous": "index.html",
        "next": "index_3.html",
        "last": "index_3.html",
    }
    assert all(f'<a href="{to}">{word}</a>' in found["index_2.html"] for word, to in middle.items())
    assert '<a href="index_3.html">f6 to f6</a>' in found["index.html"]


def test_what_fits_on_a_page_has_no_links_to_others(tmp_path: Path) -> None:
    finished(tmp_path, NAMES[:3])
    (page,) = pages(tmp_path).values()
    assert "<nav>" not in page


def test_of_fewer_figures_the_pages_beyond_are_removed_but_not_those_of_others(
    tmp_path: Path,
) -> None:
    finished(tmp_path, NAMES)
    (tmp_path / "index_3.html").write_text("mine")
    (tmp_path / "index_4.html").write_text((tmp_path / "index_2.html").read_text())
    finished(tmp_path, NAMES[:2])
    assert set(pages(tmp_path)) == {"index.html", "index_3.html"}


def test_a_page_that_is_not_ours_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "index_2.html").write_text("mine")
    with pytest.raises(OutputError, match="sampviz may not have made it"):
        finished(tmp_path, NAMES)


def test_the_same_records_are_the_same_bytes(tmp_path: Path) -> None:
    finished(tmp_path, NAMES)
    first = pages(tmp_path)
    finished(tmp_path, NAMES)
    assert pages(tmp_path) == first
