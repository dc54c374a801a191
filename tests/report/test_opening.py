"""What is seen when a page opens: all chains in a row, on the detail, in its grey window."""

from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.colormap import apply_colormap, color_table
from sampviz.figures.panels.column import columns_of
from sampviz.figures.panels.detail_rows import automatic_region, detail_window
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.panel_windows import panel_windows
from sampviz.images.intensity_window import Window
from sampviz.images.load import load
from sampviz.ops.chain import Chain
from tests.report.browser import Browser
from tests.report.conftest import Make
from tests.report.looking import drawn, look, panel, titles, window_of

pytestmark = pytest.mark.slow
OPS = "max,stride,blur,flc"


@pytest.fixture
def page(make: Make) -> Path:
    """The page of the T1 slice."""
    return make(["sample:t1"], OPS, "--measures", "psnr,alias")


def ends(browser: Browser) -> list[float]:
    """Return what the two fields of the grey window say."""
    fields = "[...document.querySelectorAll('#window input')]"
    return list(browser.run(f"{fields}.map(e => Number(e.value))"))


@pytest.mark.parametrize("ops", [OPS, "max,stride,avg,blur,flc,asap,dpp,lp"])
def test_all_panels_stand_in_one_row_above_the_fold(browser: Browser, make: Make, ops: str) -> None:
    browser.open(make(["sample:t1"], ops, "--measures", "psnr"), width=1400, height=900)
    boxes = browser.run(
        "[...document.querySelectorAll('#images .panel')].map(e => e.getBoundingClientRect())"
        ".map(b => [b.top, b.bottom, b.left, b.right])"
    )
    assert len(boxes) == len(ops.split(",")) + 1
    tops, bottoms, lefts, rights = np.transpose(boxes)
    assert len(set(tops)) == 1
    assert bottoms.max() < 900
    assert lefts.min() >= 0
    assert rights.max() <= 1400
    stages = browser.run(
        "[...document.querySelectorAll('#images .stage')].map(e => e.getBoundingClientRect().top)"
    )
    assert len(set(stages)) == 1  # whatever the length of the titles


def test_it_opens_on_the_region_and_in_the_window_of_the_default_figure(
    browser: Browser, page: Path
) -> None:
    browser.open(page, width=1400)
    image = load("sample:t1")
    columns = columns_of(image, [Chain.parse(text) for text in OPS.split(",")], 1, "magnitude")
    windows = panel_windows(image, columns, Window.parse(None), "shared")
    data = PanelData(image, tuple(columns), (1, 1), windows, "gray", mirrored=False)
    region = automatic_region(data)
    low, high = detail_window(columns[0], region)
    assert ends(browser) == pytest.approx([low, high], rel=1e-3)
    # The middle of the region is that of the panel, and all of the region is seen.
    zoom = int(browser.text("#images .zoomed").split()[0])
    found = drawn(browser, "images", 0)
    assert found.shape[0] >= region.height * zoom
    assert found.shape[1] >= region.width * zoom
    painted = apply_colormap(image.array, (low, high))
    row, column = region.row + region.height // 2, region.column + region.width // 2
    middle = found[found.shape[0] // 2 + zoom // 2, found.shape[1] // 2 + zoom // 2]
    near = painted[row - 1 : row + 2, column - 1 : column + 2].reshape(-1, 3)
    assert middle.tolist() in near.tolist()
    # The whole image has the window of the image again.
    look(browser)
    assert ends(browser) == pytest.approx(window_of(image.array), rel=1e-3)
    assert np.array_equal(drawn(browser, "images", 0), apply_colormap(image.array, (1, 428)))
    look(browser, "detail")
    assert np.array_equal(drawn(browser, "images", 0), found)


def test_the_window_is_set_by_numbers_for_all_panels_and_reset(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "avg,stride", "--measures", "psnr"))
    before = [browser.pixels(panel("images", number)) for number in range(3)]
    browser.change("#window label:nth-of-type(1) input", -0.5)
    browser.change("#window label:nth-of-type(2) input", 0.25)
    for number in range(3):
        after = browser.pixels(panel("images", number))
        assert not np.array_equal(after, before[number])
    found = drawn(browser, "images", 0)
    zoom = found.shape[0] // 16
    assert np.array_equal(found[::zoom, ::zoom], apply_colormap(noise, (-0.5, 0.25)))
    # What is no window is said, and changes nothing.
    browser.change("#window label:nth-of-type(1) input", 7)
    assert browser.text("#window .origin") == "black must be less than white"
    assert np.array_equal(drawn(browser, "images", 0), found)
    browser.run("document.querySelector('#window button').click()")
    browser.settle()
    for number in range(3):
        assert np.array_equal(browser.pixels(panel("images", number)), before[number])


def test_a_drag_sets_width_and_level(browser: Browser, make: Make, noise: Array) -> None:
    browser.open(make(noise, "avg", "--measures", "psnr"))
    assert_drag_sets_window(browser, noise, "right")
    browser.run("document.querySelector('#window button').click()")
    browser.change("#drag", "window")
    assert_drag_sets_window(browser, noise, "left")


def assert_drag_sets_window(browser: Browser, noise: Array, button: str) -> None:
    """Along a row the window becomes wider, along a column brighter, and the picture stays."""
    low, high = ends(browser)
    x, y = browser.over(panel("images", 0), 0.3, 0.5)
    held = {"button": button, "buttons": 1 if button == "left" else 2, "clickCount": 1}
    browser.mouse("mousePressed", x, y, **held)
    browser.mouse("mouseMoved", x + 150, y, **held)
    wide = ends(browser)
    assert wide[1] - wide[0] == pytest.approx(2 * (high - low), rel=0.01)
    assert sum(wide) == pytest.approx(low + high, abs=0.01)
    browser.mouse("mouseMoved", x + 150, y - 40, **held)
    browser.mouse("mouseReleased", x + 150, y - 40, **held)
    bright = ends(browser)
    assert bright[1] - bright[0] == pytest.approx(wide[1] - wide[0], rel=0.01)
    assert sum(bright) < sum(wide)
    found = drawn(browser, "images", 0)
    assert np.abs(found.mean(axis=(0, 1)) - found.mean()).max() < 1e-9
    # The picture has not moved.
    zoom = found.shape[0] // 16
    expected = apply_colormap(noise, (bright[0], bright[1]))
    assert np.abs(found[::zoom, ::zoom].astype(int) - expected).max() <= 2


def test_colour_bars_are_painted_in_the_colours_of_the_panels(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "avg", "--measures", "psnr"))
    grey = browser.pixels("#window canvas")[0, :, :3]
    assert np.array_equal(grey, color_table("gray"))
    assert np.array_equal(browser.pixels("#decibels canvas")[0, :, :3], color_table("magma"))
    assert browser.texts("#decibels span") == ["−80", "0 dB: the original's maximum"]
    assert browser.run("document.querySelector('#signed').hidden")
    browser.change("#overlay", "error")
    opacity = browser.pixels("#signed canvas")[0, :, 3].astype(int)
    assert (opacity[0], opacity[127], opacity[-1]) == (255, 0, 255)
    assert (np.diff(opacity[:128]) < 0).all()


def test_the_summary_shows_the_numbers_of_the_measures(browser: Browser, page: Path) -> None:
    browser.open(page, width=1400)
    assert browser.texts("#summary .name") == titles(OPS)
    told = browser.run(
        "[...document.querySelectorAll('#summary [role=button]')].map(e => e.ariaLabel)"
    )
    alias = browser.texts("#numbers tbody tr:nth-child(2) td")
    (row,) = sampviz.measure("sample:t1", "max", measures="stepalias")
    alias[0] = f"{100 * row.values['stepalias']:.3g}: not linear"
    for text, cell in zip(told, alias, strict=True):
        assert f"folded energy (%) {cell}" in text
    assert browser.run("document.querySelectorAll('#summary polyline').length") == 4
    colours = browser.run(
        "[...document.querySelectorAll('#images .panel > button')]"
        ".map(e => e.style.getPropertyValue('--chain'))"
    )
    bars = browser.run(
        "[...document.querySelectorAll('#summary polyline')].map(e => e.getAttribute('stroke'))"
    )
    assert bars == colours[1:]


def test_the_measures_fit_the_page_and_their_names_stay_in_sight_on_a_phone(
    browser: Browser, make: Make
) -> None:
    page = make(["sample:t1"], OPS)
    browser.open(page, width=1400)
    scroll = "document.querySelector('#numbers .scroll')"
    assert browser.run(f"{scroll}.scrollWidth <= {scroll}.clientWidth")
    cells = browser.texts("#numbers td")
    assert not [cell for cell in cells if "e" in cell.replace("not defined", "")]
    browser.open(page, width=390, height=844)
    assert browser.run(f"{scroll}.scrollWidth > {scroll}.clientWidth")
    browser.run(f"{scroll}.scrollLeft = 1000")
    browser.settle()
    left = browser.run(
        "document.querySelector('#numbers tbody th').getBoundingClientRect().left"
        f" - {scroll}.getBoundingClientRect().left"
    )
    assert abs(left) < 1
    root = "document.documentElement"
    assert browser.run(f"{root}.scrollWidth <= {root}.clientWidth")
