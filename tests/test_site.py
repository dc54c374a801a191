"""The site, where it is built: every link leads somewhere, and a browser finds what it needs."""

import os
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import numpy as np
import pytest
from PIL import Image, ImageSequence

from sampviz.analysis import metrics
from sampviz.ops import registry
from sampviz.recipes.figure import resolved_figures
from tests.report.browser import BROWSER, DRIVER, Browser

pytestmark = pytest.mark.slow

DOCS = Path(__file__).parent.parent / "docs"
SITE = DOCS / "_build" / "html"
ENTRIES = tomllib.loads((DOCS / "site_pages" / "gallery.toml").read_text("utf-8"))["figure"]
READY = "document.readyState === 'complete'"


@pytest.fixture(scope="module")
def site() -> Path:
    if not (SITE / "index.html").exists():
        missing = "the site is not built: nox -s site"
        if os.environ.get("SAMPVIZ_SITE") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    return SITE


class Page(HTMLParser):
    """The addresses that a page names, its anchors, and its pictures without a text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.loaded: list[str] = []
        self.anchors: set[str] = {""}
        self.without_text: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.add(values["href"])
        if tag in ("img", "script", "iframe") and "src" in values:
            self.loaded.append(values["src"])
        if tag == "link" and values.get("rel") in ("stylesheet", "preload", "icon"):
            self.loaded.append(values["href"])
        if tag == "img" and not values.get("alt"):
            self.without_text.append(values.get("src", ""))


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in site.rglob("*.html") if "_static" not in path.parts}


def inner(page: Path, link: str) -> tuple[Path, str] | None:
    """The file and the anchor that a link leads to; None where it leads out of the site."""
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return None
    path = page.parent / unquote(parts.path) if parts.path else page
    return Path(os.path.normpath(path)), parts.fragment


def test_every_link_leads_to_a_page_and_a_place_of_it(pages: dict[Path, Page]) -> None:
    exists = cache(Path.exists)
    for path, page in pages.items():
        for link in page.links:
            target = inner(path, link)
            if target is None:
                continue
            file, anchor = target
            assert exists(file), (path, link)
            if file in pages:
                assert unquote(anchor) in pages[file].anchors, (path, link)


def test_nothing_is_loaded_from_elsewhere(pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        for address in page.loaded:
            if address.startswith("data:"):  # in the page itself
                continue
            target = inner(path, address)
            assert target, (path, address)
            assert target[0].exists(), (path, address)


def test_every_picture_has_a_text(pages: dict[Path, Page]) -> None:
    assert {str(path): page.without_text for path, page in pages.items() if page.without_text} == {}


def test_every_operation_and_measure_has_a_page_with_a_picture(site: Path) -> None:
    for folder, names in {"operations": registry.OURS, "measures": metrics.OURS}.items():
        for name in names:
            page = (site / "reference" / folder / f"{name}.html").read_text("utf-8")
            assert re.search(r'<img[^>]* src="\.\./\.\./_images/[\w-]+\.png"', page), name
        stems = {path.stem for path in (site / "reference" / folder).glob("*.html")}
        assert stems == {"index", *names}


def test_the_notebook_has_run(site: Path) -> None:
    page = (site / "tutorial.html").read_text("utf-8")
    assert len(re.findall(r'<img alt="_images/\w+\.png"', page)) >= 3  # figures of cells


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
def test_python_of_the_gallery_gives_the_pixels_of_its_command(
    entry: dict[str, Any], site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = (site / "gallery" / f"{entry['name']}.html").read_text("utf-8")
    (picture,) = re.findall(r'<img[^>]* src="\.\./(_images/[\w.-]+)"', page)
    names: dict[str, Any] = {}
    exec(f"import sampviz\n{entry['python']}", names)
    path, figure = Path(f"figure{Path(picture).suffix}"), names["figure"]
    figure.save(path) if path.suffix == ".gif" else names["sampviz"].save(figure, path)
    for mine, theirs in zip(frames(site / picture), frames(path), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def frames(path: Path) -> Iterator[np.ndarray[Any, Any]]:
    with Image.open(path) as picture:
        for frame in ImageSequence.Iterator(picture):
            yield np.asarray(frame.convert("RGB"))


def test_recipes_of_the_gallery_are_recipes(site: Path, tmp_path: Path) -> None:
    found = 0
    for page in (DOCS / "gallery").glob("*.rst"):
        for block in re.findall(r"code-block:: toml\n\n((?:   .*\n|\n)+)", page.read_text()):
            path = tmp_path / f"{page.stem}.toml"
            path.write_text("".join(f"{line[3:]}\n" for line in block.splitlines()))
            assert resolved_figures(str(path))
            found += 1
    assert found > 15


@pytest.fixture(scope="module")
def window(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not (BROWSER and DRIVER):
        missing = "chromium and chromedriver are not installed"
        if os.environ.get("SAMPVIZ_BROWSER") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    browser = Browser(tmp_path_factory.mktemp("site"))
    yield browser
    browser.close()


LOOKED_AT = [
    "index.html",
    "ideas/folding.html",
    "gallery/folded.html",
    "gallery/index.html",
    "reference/operations/max.html",
    "reference/operations/index.html",
    "reference/python/compare.html",
    "reference/differences.html",
    "options.html",
    "tutorial.html",
]


@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_page_asks_for_nothing_and_fits(window: Browser, site: Path, name: str) -> None:
    window.open(site / name, width=1400, ready=READY)
    for width in (1400, 400):
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        window.do("Emulation.setDeviceMetricsOverride", **screen)
        window.settle()
        assert window.run("innerWidth") == width
        assert window.run("document.documentElement.scrollWidth <= innerWidth"), width
        # A sample stays a block of whole pixels: no picture is scaled.
        assert window.run(
            "[...document.querySelectorAll('.bd-article img')].every("
            "i => i.clientWidth === i.naturalWidth && i.clientHeight === i.naturalHeight)"
        )
    assert all(url.startswith(site.resolve().as_uri()) for url in window.requests())
    # The theme says there which colours it has chosen.
    assert [text for text in window.complaints() if "sphinx-theme.js" not in text] == []


def test_it_is_light_or_dark_as_is_chosen(window: Browser, site: Path) -> None:
    colours = {}
    for theme in ("light", "dark"):
        window.open(site / "glossary.html", ready=READY)
        window.run(f"localStorage.setItem('mode', '{theme}')")
        window.open(site / "glossary.html", ready=READY)
        colours[theme] = window.run("getComputedStyle(document.body).backgroundColor")
    window.run("localStorage.clear()")
    brightness = {k: sum(map(int, re.findall(r"\d+", v)[:3])) for k, v in colours.items()}
    assert brightness["light"] > 700
    assert brightness["dark"] < 100


def test_a_search_finds_a_page(window: Browser, site: Path) -> None:
    window.open(site / "search.html", ready=READY)
    window.driver.get(f"{(site / 'search.html').as_uri()}?q=blur")
    window.wait("document.querySelectorAll('#search-results li a').length > 5")
    links = window.run("[...document.querySelectorAll('#search-results li a')].map(a => a.href)")
    assert any("reference/operations/blur.html" in link for link in links)
    assert all(url.startswith(site.resolve().as_uri()) for url in window.requests())
