"""The pages of `check` and `batch`: light and dark, on a wide screen and on a phone."""

from contextlib import chdir
from pathlib import Path
from shutil import copytree

import pytest

from sampviz.cli.app import run
from tests.report.browser import Browser

pytestmark = pytest.mark.slow
COMPLETE = "document.readyState === 'complete'"
RECIPE = """
[[figure]]
name = "one"
inputs = "sample:noise:24x32"
dpi = 200
ops = "max,{chain}"

[[figure]]
name = "two"
inputs = "sample:siemens:32x32"
dpi = 200
ops = "{chain},stride"
"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pages of two figures: as a batch, and of a check in which both differ."""
    folder = tmp_path_factory.mktemp("pages")
    with chdir(folder):
        recipe = Path("r.toml")
        recipe.write_text(RECIPE.format(chain="blur"))
        assert run(["batch", "r.toml", "-o", "out", "-q", "-j", "1"]) == 0
        assert run(["check", "r.toml", "--baseline", "base", "--update", "-q"]) == 0
        recipe.write_text(RECIPE.format(chain="avg"))
        assert run(["check", "r.toml", "--baseline", "base", "--html", "page", "-q"]) == 1
    return folder


@pytest.fixture
def pages(drawn: Path, tmp_path: Path) -> dict[str, Path]:
    """Copies of them where a browser may look."""
    copytree(drawn, tmp_path, dirs_exist_ok=True)
    return {"batch": tmp_path / "out/index.html", "check": tmp_path / "page/index.html"}


def test_two_figures_that_differ_are_seen_without_long_scrolling(
    browser: Browser, pages: dict[str, Path]
) -> None:
    browser.open(pages["check"], width=1400, ready=COMPLETE)
    assert browser.run("document.documentElement.scrollHeight") < 3000
    rows = browser.run(
        "[...document.querySelectorAll('.three')].filter(e => e.offsetHeight)"
        ".map(e => [...e.children].map(f => [f.offsetTop, f.textContent.split(',')[0]]))"
    )
    assert len(rows) >= 4
    for row in rows:
        assert [name for _, name in row] == ["expected", "actual", "difference"]
        assert len({top for top, _ in row}) == 1


@pytest.mark.parametrize("kind", ["batch", "check"])
def test_they_fit_a_phone_and_are_dark_in_the_dark(
    browser: Browser, pages: dict[str, Path], kind: str
) -> None:
    browser.do(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}]
    )
    try:
        browser.open(pages[kind], width=390, ready=COMPLETE)
        assert browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 26)"
        root = "document.documentElement"
        assert browser.run(f"{root}.scrollWidth <= {root}.clientWidth")
    finally:
        browser.do("Emulation.setEmulatedMedia", features=[])
