"""The page of a network: layers, their channels, and maps in register, in a browser."""

import base64
from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import OutputError, UsageError
from sampviz.figures.panels.layer_panels import map_limits
from sampviz.networks.ladder import Network
from sampviz.networks.layer_measures import ShownChannel
from sampviz.report.network_page import network_report
from tests.figures.grids.ladders import network
from tests.report.browser import Browser

pytestmark = pytest.mark.slow

NET = network((24, 16), [(2, 2), (2, 1)])
FIRST = ".panel:nth-child(1) .pixels"


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = network_report(NET, tmp_path_factory.mktemp("page") / "net.html")
    return path.read_text("utf-8")


@pytest.fixture
def page(text: str, tmp_path: Path) -> Path:
    (tmp_path / "net.html").write_text(text, "utf-8")
    return tmp_path / "net.html"


def kept(layer: int, channel: int) -> ShownChannel:
    measures = NET.layers[layer].measures
    assert measures is not None
    return measures.kept[channel]


def assert_drawn(browser: Browser, array: np.ndarray, selector: str) -> None:
    """Every sample of a map is a block of equal pixels, in the grey of its window."""
    drawn = browser.pixels(selector)
    zoom = drawn.shape[0] // array.shape[0], drawn.shape[1] // array.shape[1]
    low, high = map_limits(array)
    levels = np.clip(np.floor(256 * (array.astype(float) - low) / (high - low)), 0, 255)
    expected = levels.repeat(zoom[0], 0).repeat(zoom[1], 1)
    assert np.abs(drawn[..., 0] - expected).max() <= 1  # maps are packed in 65532 steps


def test_layers_and_channels_are_looked_at_one_by_one(browser: Browser, page: Path) -> None:
    browser.open(page)
    assert browser.complaints() == []
    assert browser.requests() == [page.as_uri()]
    assert browser.text("#summary-line") == "channel 3, 1 % folded in it, 1 % in all channels"
    assert_drawn(browser, kept(1, 0).entering, FIRST)
    assert_drawn(browser, kept(1, 0).result, ".panel:nth-child(3) .pixels")
    browser.run("document.querySelector('[data-layer=\"1\"]').click()")
    browser.wait("location.hash === '#layer=2&channel=3'")
    assert_drawn(browser, kept(2, 0).entering, FIRST)
    browser.key("ArrowRight")
    browser.wait("location.hash === '#layer=2&channel=2'")
    assert_drawn(browser, kept(2, 1).entering, FIRST)
    browser.key("ArrowUp")
    browser.wait("location.hash === '#layer=1&channel=3'")
    browser.run("document.querySelectorAll('#staircase .hit')[2].dispatchEvent(new Event('click'))")
    browser.wait("location.hash === '#layer=2&channel=3'")
    assert browser.complaints() == []


def test_the_cursor_is_at_one_place_in_all_maps(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.over(FIRST, 0.3, 0.6)
    outputs = browser.texts("output")
    assert outputs[0].endswith("at row 14, column 4")
    assert outputs[1] == ""
    assert outputs[2].endswith("at row 7, column 2")
    assert float(outputs[0].split()[0].replace("\u2212", "-")) == pytest.approx(
        kept(1, 0).entering[14, 4], abs=1e-3
    )


def test_nothing_lies_beside_a_map(browser: Browser, page: Path) -> None:
    browser.open(page)
    browser.run("document.querySelector('.panel .line').textContent = 'w'.repeat(200)")
    widths = "s => [s.offsetWidth, s.firstElementChild.offsetWidth]"
    stages = browser.run(f"[...document.querySelectorAll('.stage')].map({widths})")
    assert stages == [[canvas, canvas] for _, canvas in stages]


def test_bars_are_a_table(browser: Browser, page: Path) -> None:
    browser.open(page)
    rows = browser.texts("#bars tbody tr")
    assert rows == ["as trained10.5", "blur 30.1250.1", "blur 50.1250.1", "FLC0.1250.1"]


def test_without_scripts_the_figure_is_there(text: str) -> None:
    picture = text.partition("data:image/png;base64,")[2].partition('"')[0]
    assert base64.b64decode(picture).startswith(b"\x89PNG")
    assert "net.onnx: noise" in text


def test_pages_of_what_was_not_run_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not run"):
        network_report(Network((), ()), tmp_path / "net.html")
    with pytest.raises(OutputError, match="a page is HTML"):
        network_report(NET, tmp_path / "net.txt")
    (tmp_path / "mine.html").write_text("mine")
    with pytest.raises(OutputError):
        network_report(NET, tmp_path / "mine.html", overwrite=False)
