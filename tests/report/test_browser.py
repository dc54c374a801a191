"""The page in a real browser: what it draws, where the cursor is, what keys and clicks do."""

import re
import shutil
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sampviz.arrays import Array
from sampviz.chain import Chain
from sampviz.figure.paint import DIFFERENCE, NOT_A_NUMBER, SPECTRUM, paint
from sampviz.figure.rows import signed_limit
from sampviz.image import Image
from sampviz.io import load
from sampviz.measuring import measure
from sampviz.spectrum import FLOOR_DB, amplitude, decibels
from sampviz.trials import original_of, trial_of
from tests.conftest import Told
from tests.report.browser import Browser

Run = Callable[..., Told]
Make = Callable[..., Path]


@pytest.fixture
def make(sampviz: Run, tmp_path: Path) -> Make:
    """Write the page of an array, or of named inputs; return its path."""

    def made(what: Array | Sequence[str], ops: str, *words: object, name: str = "x") -> Path:
        inputs = what
        if isinstance(what, np.ndarray):
            np.save(tmp_path / f"{name}.npy", what)
            inputs = [str(tmp_path / f"{name}.npy")]
        out = tmp_path / "report.html"
        told = sampviz("report", *inputs, "--ops", ops, "-o", out, "-q", "--overwrite", *words)
        assert (told.code, told.err) == (0, "")
        return out

    return made


@pytest.fixture
def noise() -> Array:
    return np.random.default_rng(0).normal(size=(16, 20)).astype(np.float32)


def panel(group: str, number: int, part: str = ".pixels") -> str:
    return f"#{group} .panel:nth-child({number + 1}) {part}"


def window_of(x: Array) -> tuple[float, float]:
    low, high = np.percentile(x[x != 0], (1, 99))
    return float(low), float(high)


def blocks(pixels: NDArray[np.uint8], rows: int, columns: int | None = None) -> NDArray[np.uint8]:
    return pixels.repeat(rows, 0).repeat(columns or rows, 1)


def drawn(browser: Browser, group: str, number: int) -> NDArray[np.uint8]:
    found = browser.pixels(panel(group, number))
    assert (found[..., 3] == 255).all()
    return found[..., :3]


def places(browser: Browser, group: str) -> tuple[float, float]:
    """Row and column of the original under the cursor."""
    row, column = re.findall(r"row (\S+), column (\S+) of", browser.text(f"#{group} .cursor"))[0]
    return float(row.replace("−", "-")), float(column.replace("−", "-"))


def indices(browser: Browser, group: str = "images") -> list[tuple[int, int]]:
    """Row and column of the sample under the cursor, in every panel."""
    texts = browser.texts(f"#{group} .panel output")
    return [(int(a), int(b)) for t in texts for a, b in re.findall(r"^\[(\d+), (\d+)\]", t)]


# What is drawn.


@pytest.mark.parametrize("ratio", [1, 2])
def test_samples_are_whole_blocks_of_screen_pixels_in_the_colours_of_the_figures(
    browser: Browser, make: Make, noise: Array, ratio: float
) -> None:
    browser.open(make(noise, "avg,stride,bilinear:2"), ratio=ratio)
    limits = window_of(noise)
    original = drawn(browser, "images", 0)
    zoom = original.shape[0] // 16
    assert zoom >= 6
    assert zoom % 2 == 0
    assert np.array_equal(original, blocks(paint(noise, limits), zoom))
    shown = {each: Chain.parse(each)(noise) for each in ("avg", "stride", "bilinear:2")}
    # The samples of avg lie between two pixels, those of stride on the first of two: half a
    # sample of it lies outside, and nothing is drawn where it has none.
    whole = blocks(paint(shown["avg"], limits), 2 * zoom)
    assert np.array_equal(drawn(browser, "images", 1), whole)
    strided = blocks(paint(shown["stride"], limits), 2 * zoom)[zoom // 2 :, zoom // 2 :]
    found = browser.pixels(panel("images", 2))
    assert np.array_equal(found[: -zoom // 2, : -zoom // 2, :3], strided)
    assert not found[-zoom // 2 :].any()
    fine = blocks(paint(shown["bilinear:2"], limits), zoom // 2)
    assert np.array_equal(drawn(browser, "images", 3), fine)


def test_samples_that_are_not_square_are_whole_blocks_too(browser: Browser, make: Make) -> None:
    browser.open(make(["sample:t1"], "avg", "--measures", "psnr"))
    image = load("sample:t1")
    limits = window_of(image.array)
    assert np.array_equal(drawn(browser, "images", 0), blocks(paint(image.array, limits), 2))
    assert browser.text("#images .zoomed").endswith(", 0.96 times as high as it should be")
    for _ in range(9):
        browser.run("document.querySelector('[data-zoom=\"1\"]').click()")
    browser.settle()
    # 24 for 0.9 mm and 25 for 0.9375 mm: now the proportions are right.
    assert browser.text("#images .zoomed") == "24 screen px per px"
    found = drawn(browser, "images", 0)
    edges = np.flatnonzero((found[1:] != found[:-1]).any(axis=(1, 2)))
    assert set(np.diff(edges)) == {25}


def test_colour_stays_colour(browser: Browser, make: Make) -> None:
    browser.open(make(["sample:chelsea"], "avg", "--measures", "psnr"))
    image = load("sample:chelsea")
    found = browser.pixels(panel("images", 0))[..., :3]
    whole = np.clip(256 * (image.array.transpose(1, 2, 0) / 255.0), 0, 255).astype(np.uint8)
    # It is larger than its panel, so that two stand side by side: the middle is shown.
    assert browser.text("#images .zoomed").startswith("1 ")
    assert browser.run(
        "(([a, b]) => a.offsetTop === b.offsetTop)(document.querySelectorAll('#images .panel'))"
    )
    rows, columns = (
        slice((n - m) // 2, (n - m) // 2 + m)
        for n, m in zip(whole.shape[:2], found.shape[:2], strict=True)
    )
    assert np.array_equal(found, whole[rows, columns])


def test_nan_is_striped(browser: Browser, make: Make, noise: Array) -> None:
    noise[3, 5] = np.nan
    browser.open(make(noise, "stride", "--measures", "psnr"))
    found = drawn(browser, "images", 0)
    zoom = found.shape[0] // 16
    finite = noise[np.isfinite(noise)]
    assert np.array_equal(found, blocks(paint(noise, window_of(finite)), zoom))
    assert found[3 * zoom, 5 * zoom].tolist() in NOT_A_NUMBER.tolist()


def test_spectra_are_those_of_the_figures(browser: Browser, make: Make, noise: Array) -> None:
    browser.open(make(noise, "avg"))
    peak = amplitude(noise).max()
    levels = decibels(amplitude(noise), float(peak))
    found = drawn(browser, "spectra", 0)
    zoom = found.shape[0] // 16
    rounded = np.rint((levels - FLOOR_DB) * 100) / 100 + FLOOR_DB
    near = np.abs(
        found.astype(int) - blocks(paint(rounded, (FLOOR_DB, 0.0), SPECTRUM), zoom).astype(int)
    )
    assert near.max() <= 3  # a level beside, where the hundredth of a dB falls on its edge
    assert (near > 0).mean() < 0.02


def test_what_was_folded_and_the_difference_are_those_of_numpy(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "avg"))
    browser.change("#opacity", 100)
    browser.change("#overlay", "alias")
    chain = Chain.parse("avg")
    alias = trial_of(original_of(Image.of(noise)), chain).alias[0]
    zoom = browser.pixels(panel("images", 0)).shape[0] // 16
    most = signed_limit([alias])
    expected = blocks(paint(alias, (-most, most), DIFFERENCE), 2 * zoom)
    assert np.array_equal(drawn(browser, "images", 1), expected)
    browser.change("#overlay", "difference")
    apart = chain(noise).repeat(2, 0).repeat(2, 1) - noise
    most = signed_limit([apart])
    expected = blocks(paint(apart, (-most, most), DIFFERENCE), zoom)
    assert np.array_equal(drawn(browser, "images", 1), expected)
    browser.change("#opacity", 0)
    plain = blocks(paint(chain(noise), window_of(noise)), 2 * zoom)
    assert np.array_equal(drawn(browser, "images", 1), plain)


# The same place in all panels.


def test_zoom_and_pan_keep_all_panels_at_one_place(browser: Browser, make: Make) -> None:
    browser.open(make(["sample:t1"], "avg,stride,max:times=2", "--measures", "psnr"))
    image = load("sample:t1")
    chains = [Chain.parse(each) for each in ("avg", "stride", "max:times=2")]
    shown = [image.array, *(chain(image.array) for chain in chains)]
    grids = [chain.trace(image.size)[-1] for chain in [Chain.parse("identity"), *chains]]
    limits = window_of(image.array)
    x, y = browser.over(panel("images", 1), 0.4, 0.3)
    before = places(browser, "images")
    for _ in range(5):
        browser.wheel(x, y, -100)
    browser.over(panel("images", 1), 0.4, 0.3)
    assert places(browser, "images") == pytest.approx(before, abs=0.6)
    browser.drag(x, y, 60, -45)
    assert places(browser, "images") == pytest.approx(before, abs=0.6)
    at = places(browser, "images")
    found = indices(browser)
    assert len(found) == 4
    left, top = browser.run(
        "(c => { const b = c.getBoundingClientRect(); return [b.left, b.top]; })"
        f"(document.querySelector({panel('images', 1)!r}))"
    )
    column, row = int(x + 60 - left), int(y - 45 - top)
    for number, (index, grid, array) in enumerate(zip(found, grids, shown, strict=True)):
        for i, each in enumerate(grid):
            off = index[i] * float(each.step) + float(each.delta) - at[i]
            assert abs(off) <= float(each.step) / 2 + 0.06
        pixel = browser.pixels(panel("images", number))[row, column, :3]
        assert np.array_equal(pixel, paint(array, limits)[index])


def test_the_cursor_reads_values_and_millimetres(browser: Browser, make: Make) -> None:
    browser.open(make(["sample:t1"], "avg", "--measures", "psnr"))
    image = load("sample:t1")
    assert image.geometry
    browser.over(panel("images", 0), 0.6, 0.6)
    (row, column), small = indices(browser)
    texts = browser.texts("#images .panel output")
    assert float(texts[0].split("] ")[1]) == image.array[row, column]
    assert float(texts[1].split("] ")[1]) == pytest.approx(Chain.parse("avg")(image.array)[small])
    told = browser.text("#images .cursor").replace("−", "-")
    y, x = places(browser, "images")
    down, along = map(float, re.findall(r"(\S+), (\S+) mm from its first pixel", told)[0])
    assert (down, along) == pytest.approx((y * 0.9375, x * 0.9), abs=0.11)
    mm = re.findall(r"x (\S+), y (\S+), z (\S+) mm in the scanner", told)[0]
    assert [*map(float, mm)] == pytest.approx(image.geometry.affine[:3] @ [y, x, 0, 1], abs=0.15)


def test_radiological_is_the_mirror_image_and_reads_the_same_values(
    browser: Browser, make: Make
) -> None:
    words = ["avg", "--measures", "psnr"]
    browser.open(make(["sample:t1"], *words))
    plain = browser.pixels(panel("images", 1))
    browser.open(make(["sample:t1"], *words, "--convention", "radiological"))
    assert np.array_equal(browser.pixels(panel("images", 1)), plain[:, ::-1])
    assert browser.texts(panel("images", 0, ".left")) == ["R"]
    browser.over(panel("images", 0), 0.25, 0.4)
    (row, column), _ = indices(browser)
    assert column > 96
    value = float(browser.texts("#images .panel output")[0].split("] ")[1])
    assert value == load("sample:t1").array[row, column]


def test_without_a_spacing_there_are_no_millimetres(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "avg"))
    browser.over(panel("images", 0), 0.5, 0.5)
    browser.over(panel("spectra", 0), 0.3, 0.5)
    assert "mm" not in browser.text("#images .cursor") + browser.text("#spectra .cursor")
    assert browser.run("document.querySelector('.scale').hidden")


# Spectra.


def grating(k: int, n: int = 64) -> Array:
    wave = 1 + np.cos(2 * np.pi * k / n * np.arange(n))
    return np.tile(wave, (n, 1)).astype(np.float32)


@pytest.mark.parametrize(
    ("ops", "alias", "level"),
    [
        ("stride", (20 - 32) / 64, 0.0),  # N = 32 samples are left: 20 folds to 20 - 32
        ("stride:times=2", (20 - 16) / 64, 0.0),  # to -12 first, then to 4
        ("stride+nearest", (20 - 32) / 64, 20 * np.log10(np.cos(np.pi * 12 / 64))),
        ("stride:3", (20 / 64 * 3 - 1) / 3, None),  # between bins: it is spread over several
    ],
)
def test_the_fold_marker_lies_on_the_alias_of_a_grating(
    browser: Browser, make: Make, ops: str, alias: float, level: float | None
) -> None:
    browser.open(make(grating(20), ops, "--measures", "nyquist"))
    width, zoom = browser.run(
        f"[document.querySelector({panel('spectra', 0)!r}).width,"
        f" parseInt(document.querySelector('#spectra .zoomed').textContent)]"
    )
    bins = width / zoom
    middle = 32.5 + (bins - 64) / 2
    browser.over(panel("spectra", 0), (middle + 20) / bins, 0.5 + 0.5 / bins)
    told = browser.text("#spectra .cursor").replace("−", "-")
    found = re.findall(r"it folds to \((\S+), (\S+)\) cycles/px", told)[0]
    assert float(found[1]) == pytest.approx(alias, abs=1.1 / 64 / zoom)
    # The ring is where it says: the middle of what is marked on the panel of the chain.
    marks = browser.pixels(panel("spectra", 1, ".marks"))[..., 3] > 0
    crossed = (middle + 20) * zoom
    ring = [c for c in np.nonzero(marks.any(axis=0))[0] if abs(c - crossed) > 2.1 * zoom + 12]
    assert (min(ring) + max(ring)) / 2 == pytest.approx((middle + 64 * alias) * zoom, abs=zoom)
    # And there is the wave.
    browser.over(panel("spectra", 1), (middle + 64 * alias) / bins, 0.5 + 0.5 / bins)
    found_level = browser.texts("#spectra .panel output")[1].split()[0].replace("−", "-")
    if level is not None:
        assert float(found_level) == pytest.approx(level, abs=0.02)


def test_the_cursor_on_a_chain_marks_all_that_folds_there(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(grating(20), "stride", "--measures", "nyquist"))
    zoom = int(browser.text("#spectra .zoomed").split()[0])
    browser.over(panel("spectra", 1), (32.5 + 4) / 64, (32.5 + 8) / 64)
    marks = browser.pixels(panel("spectra", 0, ".marks"))
    rings = [(8, 4 - 32), (8 - 32, 4), (8 - 32, 4 - 32)]
    for row, column in rings:
        y, x = (32.5 + row) * zoom, (32.5 + column) * zoom
        around = marks[int(y) - 7 : int(y) + 8, int(x) - 7 : int(x) + 8, 3]
        assert np.count_nonzero(around) > 20
        assert not around[6:9, 6:9].any()  # a ring, which is open


def test_a_frequency_is_told_per_pixel_and_per_millimetre(browser: Browser, make: Make) -> None:
    browser.open(make(["sample:t1"], "avg", "--measures", "psnr"))
    browser.over(panel("spectra", 0), 0.75, 0.5 + 0.5 / 256)
    told = browser.text("#spectra .cursor").replace("−", "-")
    across = float(re.findall(r"\(\S+, (\S+)\) cycles/px", told)[0])
    assert across == pytest.approx(0.25, abs=0.01)
    per_mm, mm = re.findall(r"(\S+) cycles/mm, (\S+) mm per cycle", told)[0]
    assert float(per_mm) == pytest.approx(across / 0.9, abs=0.002)
    assert float(mm) == pytest.approx(0.9 / across, rel=0.01)


# Before and after.


def test_the_slider_answers_to_arrow_keys(browser: Browser, make: Make, noise: Array) -> None:
    browser.open(make(noise, "avg", "--measures", "psnr"))
    browser.focus("#between input")
    for _ in range(10):
        browser.key("ArrowRight")
    assert browser.run("document.querySelector('#between input').value") == "60"
    found = browser.pixels("#between .pixels")[..., :3]
    border = round(found.shape[1] * 0.6)
    one, two = (drawn(browser, "images", number) for number in (0, 1))
    assert np.array_equal(found[:, :border], one[:, :border])
    assert np.array_equal(found[:, border:], two[:, border:])
    browser.key("End")
    assert np.array_equal(browser.pixels("#between .pixels")[..., :3], one)
    browser.key("Home")
    assert np.array_equal(browser.pixels("#between .pixels")[..., :3], two)


def test_a_blink_shows_one_after_the_other_until_it_is_ended(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "avg,max", "--measures", "psnr"))
    browser.change("#between label:nth-child(2) select", 2)
    shown = "document.querySelector('[data-shown]').textContent"
    browser.run("document.querySelector('[data-blink]').click()")
    for title in ("original", "max", "original"):
        browser.wait(f"{shown} === {title!r}")
    browser.run("document.querySelector('[data-blink]').click()")
    assert browser.run(shown) == "left original, right max"


# Numbers, and one choice everywhere.


def test_the_table_sorts_by_a_column_both_ways_with_the_undefined_last(
    browser: Browser, make: Make, noise: Array
) -> None:
    chains = "max,stride,avg,blur,flc"
    browser.open(make(noise, chains, "--measures", "psnr,alias"))
    values = {row.chain: row.values.get("alias") for row in measure(noise, chains)}
    known = sorted((n for n, v in values.items() if v is not None), key=lambda n: values[n] or 0)
    names = "#numbers tbody tr:not([hidden]) th"
    for order in (known, known[::-1]):
        browser.run("document.querySelector('#numbers thead th:nth-child(3) button').click()")
        assert browser.texts(names) == [*order, "max"]
    sort = browser.run("document.querySelector('#numbers thead th:nth-child(3)').ariaSort")
    assert sort == "descending"
    browser.run("document.querySelector('#numbers thead th button').click()")
    assert browser.texts(names) == sorted(values)


def chosen(browser: Browser) -> set[str]:
    """Return the chain that is selected, by all that say which it is."""
    found = {
        *browser.texts("#images [data-selected=true] > button"),
        *browser.texts("#spectra [data-selected=true] > button"),
        *browser.texts("#numbers tr[data-selected=true] th"),
        *browser.texts("#legend [aria-pressed=true]"),
        *browser.texts("#tradeoff [aria-pressed=true] text"),
    }
    return found | {
        browser.run("document.querySelectorAll('#between select')[1].selectedOptions[0].text")
    }


def test_a_chain_is_selected_in_the_chart_the_table_and_the_panels_alike(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "max,avg,flc,blur", "--measures", "equivariance,detail"))
    assert chosen(browser) == {"max"}
    click = "document.querySelector({!r}).dispatchEvent(new MouseEvent('click', {{bubbles: true}}))"
    browser.run(click.format('#tradeoff [data-chain="2"]'))
    assert chosen(browser) == {"avg"}
    browser.run(click.format('#numbers tr[data-chain="4"] button'))
    assert chosen(browser) == {"blur"}
    browser.focus(panel("spectra", 3, ".stage"))
    browser.key("Enter")
    assert chosen(browser) == {"flc"}
    browser.focus('#tradeoff [data-chain="1"]')
    browser.key("Enter")
    assert chosen(browser) == {"max"}


def test_levels_inputs_and_channels_are_stepped_through(
    browser: Browser, make: Make, sampviz: Run, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    for name, shape in (("a", (16, 16)), ("b", (24, 8))):
        np.save(tmp_path / f"{name}.npy", rng.random(shape).astype(np.float32))
    inputs = [str(tmp_path / f"{name}.npy") for name in "ab"]
    browser.open(make(inputs, "avg,unshuffle", "--levels", 2, "--measures", "psnr"))
    assert browser.texts("#images .size") == ["16x16", "8x8", "4 of 8x8, 4 channels"]
    browser.focus("#level")
    browser.key("ArrowRight")
    assert browser.texts("#images .size") == ["16x16", "4x4", "16 of 4x4, 16 channels"]
    browser.focus("#channel")
    for _ in range(5):
        browser.key("ArrowRight")
    stack = Chain.parse("unshuffle:times=2")(np.load(tmp_path / "a.npy"))
    found = drawn(browser, "images", 2)
    zoom = found.shape[0] // 4
    limits = window_of(np.load(tmp_path / "a.npy"))
    assert np.array_equal(found, blocks(paint(stack[5], limits), zoom))
    browser.change("#subject", 1)
    browser.wait("document.querySelector('#images .size').textContent === '24x8'")
    rows = browser.texts("#numbers tbody tr:not([hidden])")
    assert len(rows) == 2
    assert all("b" in row for row in rows)


# Keys and readers of screens.


def test_keys_move_the_cursor_pan_zoom_and_choose(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "avg,max", "--measures", "psnr"))
    browser.focus(panel("images", 1, ".stage"))
    browser.key("ArrowRight")
    first = indices(browser)[1]
    browser.key("ArrowDown")
    assert indices(browser)[1] == (first[0] + 1, first[1])
    browser.key("ArrowLeft")
    assert indices(browser)[1] == (first[0] + 1, first[1] - 1)
    told = browser.texts("#images .panel output")[1]
    browser.wait("document.querySelector('#told').textContent")
    assert browser.text("#told").startswith(f"avg: {told}. row ")
    zoom = int(browser.text("#images .zoomed").split()[0])
    whole = drawn(browser, "images", 0)
    browser.key("+")
    browser.settle()
    assert int(browser.text("#images .zoomed").split()[0]) > zoom
    before = browser.pixels(panel("images", 0))
    browser.key("ArrowRight", shift=True)
    browser.settle()
    moved = browser.pixels(panel("images", 0))
    assert np.array_equal(moved[:, :-40], before[:, 40:])
    browser.key("0")
    browser.settle()
    assert np.array_equal(drawn(browser, "images", 0), whole)
    browser.key("Escape")
    assert browser.texts("#images .panel output") == [""] * 3


def test_the_live_region_waits_until_the_cursor_rests(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "avg", "--measures", "psnr"))
    browser.run(
        "(window.told = 0, new MutationObserver(() => window.told++)"
        ".observe(document.querySelector('#told'), {childList: true}), 0)"
    )
    browser.focus(panel("images", 0, ".stage"))
    for _ in range(8):
        browser.key("ArrowRight")
    browser.wait("window.told > 0")
    assert browser.run("window.told") == 1
    browser.over(panel("images", 0), 0.2, 0.2)
    assert browser.run("window.told") == 1


def test_everything_that_takes_the_focus_has_a_name_and_the_order_is_that_of_the_page(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "avg,max", "--measures", "psnr,detail,equivariance"))
    tree = browser.do("Accessibility.getFullAXTree")["nodes"]
    flags = [
        ({p["name"]: p["value"].get("value") for p in n.get("properties", [])}, n) for n in tree
    ]
    focusable = [node for found, node in flags if found.get("focusable") and not node["ignored"]]
    roles = {node["role"]["value"] for node in focusable}
    assert {"slider", "button", "application", "combobox", "link"} <= roles
    unnamed = [
        n
        for n in focusable
        if not n.get("name", {}).get("value") and n["role"]["value"] != "RootWebArea"
    ]
    assert unnamed == []
    assert browser.run("document.querySelectorAll('[tabindex]:not([tabindex=\"0\"])').length") == 0
    levels = browser.run("[...document.querySelectorAll('h1,h2,h3')].map(e => +e.tagName[1])")
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


# Anywhere.


def test_without_scripts_there_are_the_pictures_and_the_table(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "avg,max"), scripts=False)
    sizes = browser.run("[...document.images].map(i => [i.naturalWidth, i.naturalHeight, i.width])")
    assert sizes == [[20, 16, 160], [10, 8, 160], [10, 8, 160]]
    assert browser.run("document.querySelector('#app').offsetHeight") == 0
    assert browser.run("document.querySelector('#numbers table').offsetHeight") > 50
    assert browser.run("document.querySelector('#tradeoff').offsetHeight") == 0


@pytest.mark.parametrize("ratio", [1, 2])
def test_a_narrow_screen_shows_everything_without_scrolling_sideways(
    browser: Browser, make: Make, ratio: float
) -> None:
    browser.open(make(["sample:t1"], "max,flc,bilinear:2"), width=400, ratio=ratio)
    root = "document.documentElement"
    assert browser.run(f"{root}.scrollWidth <= {root}.clientWidth")
    for group in ("images", "spectra"):
        width, css = browser.run(
            f"(c => [c.width, c.getBoundingClientRect().width])"
            f"(document.querySelector({panel(group, 0)!r}))"
        )
        assert css == pytest.approx(width / ratio)
        assert css <= 400


def test_on_paper_there_are_no_controls_and_the_pictures_fit(browser: Browser, make: Make) -> None:
    page = make(["sample:t1"], "max,flc,avg")
    browser.do("Emulation.setEmulatedMedia", media="print")
    try:
        browser.open(page, width=700)
        hidden = "#controls,nav,.help,#between,[data-copy]"
        assert browser.run(
            f"[...document.querySelectorAll({hidden!r})].every(e => !e.offsetHeight)"
        )
        tops = browser.run("[...document.querySelectorAll('#images .panel')].map(e => e.offsetTop)")
        assert tops[0] == tops[1] == tops[2] < tops[3]
        root = "document.documentElement"
        assert browser.run(f"{root}.scrollWidth <= {root}.clientWidth")
    finally:
        browser.do("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_the_paper(
    browser: Browser, make: Make, noise: Array, scheme: str
) -> None:
    page = make(noise, "avg", "--measures", "psnr,detail,equivariance")
    browser.do(
        "Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}]
    )
    try:
        browser.open(page)
        ink, quiet, link, paper = (
            browser.run(f"getComputedStyle(document.querySelector({where!r})).{what}")
            for where, what in (
                ("body", "color"),
                (".size", "color"),
                ("a", "color"),
                ("body", "backgroundColor"),
            )
        )
    finally:
        browser.do("Emulation.setEmulatedMedia", features=[])
    lights = [luminance(each) for each in (ink, quiet, link, paper)]
    assert (lights[3] < 0.1) == (scheme == "dark")
    for each in lights[:3]:
        low, high = sorted((each, lights[3]))
        assert (high + 0.05) / (low + 0.05) > 4.5  # of WCAG 2


def luminance(colour: str) -> float:
    """Return the relative luminance of `rgb(..)`, after WCAG 2."""
    parts = [int(n) / 255 for n in re.findall(r"\d+", colour)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


@pytest.mark.parametrize(
    ("x", "ops"),
    [
        (np.ones((1, 1), np.float32), "stride,bilinear:2"),
        (np.full((7, 5), 3, np.float32), "stride,flc,max,bilinear:3"),
        (np.full((4, 4), np.nan, np.float32), "stride,max"),
        (np.random.default_rng(0).random((2, 9, 7)).astype(np.float32), "resize:5x4,median"),
        (np.random.default_rng(0).random((3, 400)).astype(np.float64) * 1e300, "stride,area:3"),
        (np.random.default_rng(0).random((8, 8)) + 1j, "stride,abs"),
    ],
    ids=["1x1", "constant", "nan", "channels", "long", "complex"],
)
def test_any_image_can_be_looked_at(browser: Browser, make: Make, x: Array, ops: str) -> None:
    browser.open(make(x, ops))
    for each in ("alias", "difference"):
        browser.change("#overlay", each)
    browser.over(panel("images", 0), 0.5, 0.5)
    assert browser.texts("#images .panel output")[0].startswith("[")
    browser.over(panel("spectra", 0), 0.5, 0.5)
    assert "cycles/px" in browser.text("#spectra .cursor")


def test_a_hostile_name_is_text(browser: Browser, make: Make, noise: Array) -> None:
    name = "<script>document.title = 1<!-- '\"&lt; {{7*7}} \\"
    browser.open(make(noise, "avg", name=name))
    assert browser.text("h1") == name
    assert browser.run("document.title").startswith(name)
    assert browser.run("document.scripts.length") == 3
    assert name in browser.text("#command").replace("'\"'\"'", "'")


def test_a_page_beyond_its_size_opens_with_its_folder(
    browser: Browser, make: Make, noise: Array, sampviz: Run, tmp_path: Path
) -> None:
    whole = make(noise, "avg,max")
    browser.open(whole)
    seen = drawn(browser, "images", 1)
    told = sampviz(
        "report", tmp_path / "x.npy", "--ops", "avg,max", "-o", whole, "--max-size", "20kB"
    )
    assert told.code == 0
    assert told.err == f"larger than 20kB: mail the folder {tmp_path}/report_files with the page\n"
    browser.open(whole)
    assert np.array_equal(drawn(browser, "images", 1), seen)
    browser.open(whole, scripts=False)
    browser.wait("[...document.images].every(i => i.complete)")
    assert browser.run("[...document.images].map(i => i.naturalWidth)") == [20, 10, 10]


def test_a_page_without_its_folder_says_what_it_lacks(
    browser: Browser, make: Make, noise: Array, sampviz: Run, tmp_path: Path
) -> None:
    page = make(noise, "avg")
    words = ["--ops", "avg", "-o", page, "--max-size", "1kB"]
    assert sampviz("report", tmp_path / "x.npy", *words).code == 0
    browser.open(page)
    shutil.move(tmp_path / "report_files", tmp_path / "elsewhere")
    browser.open(page, ready="document.querySelector('#failed').textContent")
    assert re.fullmatch(
        r"The page cannot be drawn: report_files/[0-9a-f]{16}\.js is not beside the page",
        browser.text("#failed"),
    )
    browser.forget()  # the browser says it, too


def test_nothing_is_asked_for_and_the_policy_would_not_let_it(
    browser: Browser, make: Make, noise: Array
) -> None:
    page = make(noise, "avg", "--measures", "psnr")
    browser.open(page)
    assert browser.requests() == [page.as_uri()]
    violated = browser.driver.execute_async_script("""
        const done = arguments[0], found = [];
        addEventListener("securitypolicyviolation", (e) => found.push(e.effectiveDirective));
        fetch("data:,x").catch(() => 0);
        document.body.insertAdjacentHTML("beforeend", "<p style='color: red'>");
        const script = document.createElement("script");
        script.textContent = "document.title = 'changed'";
        document.body.append(script);
        document.body.append(Object.assign(new Image(), {src: "file:///tmp/x.png"}));
        setTimeout(() => done([[...new Set(found)].sort(), document.title]), 200);
    """)
    assert violated == [
        ["connect-src", "img-src", "script-src-elem", "style-src-attr"],
        "x – sampviz report",
    ]
    browser.forget()


def test_copying_puts_the_command_on_the_clipboard_or_marks_it(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "avg"))
    command = browser.text("#command")
    browser.run("document.querySelector('[data-copy]').click()")
    browser.wait(
        f"getSelection().toString().trim() === {command!r}"
        " || document.querySelector('#told').textContent === 'copied'"
    )
