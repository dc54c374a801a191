"""What a browser draws of a page: the samples, whole, in the colours of the figures."""

import numpy as np
import pytest

from sampviz.analysis.evaluation import evaluate, source_of
from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import FLOOR_DB, amplitude, decibels
from sampviz.figures.panels.colormap import DIFFERENCE, NONFINITE_COLOURS, SPECTRUM, apply_colormap
from sampviz.figures.panels.picture_rows import symmetric_limit
from sampviz.images.image import Image
from sampviz.images.load import load
from sampviz.ops.chain import Chain
from tests.report.browser import Browser
from tests.report.conftest import Make
from tests.report.looking import blocks, drawn, panel, window_of

pytestmark = pytest.mark.slow


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
    assert np.array_equal(original, blocks(apply_colormap(noise, limits), zoom))
    shown = {each: Chain.parse(each)(noise) for each in ("avg", "stride", "bilinear:2")}
    # The samples of avg lie between two pixels, those of stride on the first of two: half a
    # sample of it lies outside, and nothing is drawn where it has none.
    whole = blocks(apply_colormap(shown["avg"], limits), 2 * zoom)
    assert np.array_equal(drawn(browser, "images", 1), whole)
    strided = blocks(apply_colormap(shown["stride"], limits), 2 * zoom)[zoom // 2 :, zoom // 2 :]
    found = browser.pixels(panel("images", 2))
    assert np.array_equal(found[: -zoom // 2, : -zoom // 2, :3], strided)
    assert not found[-zoom // 2 :].any()
    fine = blocks(apply_colormap(shown["bilinear:2"], limits), zoom // 2)
    assert np.array_equal(drawn(browser, "images", 3), fine)


def test_samples_that_are_not_square_are_whole_blocks_too(browser: Browser, make: Make) -> None:
    browser.open(make(["sample:t1"], "avg", "--measures", "psnr"))
    image = load("sample:t1")
    limits = window_of(image.array)
    assert np.array_equal(
        drawn(browser, "images", 0), blocks(apply_colormap(image.array, limits), 2)
    )
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
    noise[3:8, 5:9] = np.nan
    browser.open(make(noise, "stride", "--measures", "psnr"))
    found = drawn(browser, "images", 0)
    zoom = found.shape[0] // 16
    finite = noise[np.isfinite(noise)]
    assert np.array_equal(found, blocks(apply_colormap(noise, window_of(finite)), zoom))
    assert found[3 * zoom, 5 * zoom].tolist() in NONFINITE_COLOURS.tolist()


def test_spectra_are_those_of_the_figures(browser: Browser, make: Make, noise: Array) -> None:
    browser.open(make(noise, "avg"))
    peak = amplitude(noise).max()
    levels = decibels(amplitude(noise), float(peak))
    found = drawn(browser, "spectra", 0)
    zoom = found.shape[0] // 16
    rounded = np.rint((levels - FLOOR_DB) * 100) / 100 + FLOOR_DB
    near = np.abs(
        found.astype(int)
        - blocks(apply_colormap(rounded, (FLOOR_DB, 0.0), SPECTRUM), zoom).astype(int)
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
    alias = evaluate(source_of(Image.of(noise)), chain).alias[0]
    zoom = browser.pixels(panel("images", 0)).shape[0] // 16
    most = symmetric_limit([alias])
    expected = blocks(apply_colormap(alias, (-most, most), DIFFERENCE), 2 * zoom)
    assert np.array_equal(drawn(browser, "images", 1), expected)
    browser.change("#overlay", "difference")
    apart = chain(noise).repeat(2, 0).repeat(2, 1) - noise
    most = symmetric_limit([apart])
    expected = blocks(apply_colormap(apart, (-most, most), DIFFERENCE), zoom)
    assert np.array_equal(drawn(browser, "images", 1), expected)
    browser.change("#opacity", 0)
    plain = blocks(apply_colormap(chain(noise), window_of(noise)), 2 * zoom)
    assert np.array_equal(drawn(browser, "images", 1), plain)


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
