"""What a browser draws of a page: the samples, whole, in the colours of the figures."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sampviz.analysis.evaluation import evaluate, source_of
from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import FLOOR_DB, amplitude, decibels
from sampviz.figures.charts import fold_summary
from sampviz.figures.panels.colormap import DIFFERENCE, NONFINITE_COLOURS, SPECTRUM, apply_colormap
from sampviz.figures.panels.label_colours import label_pixels
from sampviz.figures.panels.picture_rows import symmetric_limit
from sampviz.images.image import Image
from sampviz.images.load import load
from sampviz.ops.chain import Chain
from tests.conftest import Cli
from tests.report.browser import Browser
from tests.report.conftest import Make
from tests.report.looking import blocks, drawn, look, panel, window_of

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
    look(browser)
    image = load("sample:t1")
    limits = window_of(image.array)
    assert np.array_equal(
        drawn(browser, "images", 0), blocks(apply_colormap(image.array, limits), 2)
    )
    assert browser.text("#images .zoomed").endswith(", pixel aspect 0.96 not drawn")
    for _ in range(9):
        browser.run("document.querySelector('[data-zoom=\"1\"]').click()")
    browser.settle()
    # 24 for 0.9 mm and 25 for 0.9375 mm: now the proportions are right.
    assert browser.text("#images .zoomed") == "24 screen px per px"
    found = drawn(browser, "images", 0)
    edges = np.flatnonzero((found[1:] != found[:-1]).any(axis=(1, 2)))
    assert set(np.diff(edges)) == {25}


def test_colour_stays_colour(browser: Browser, make: Make) -> None:
    page = make(["sample:chelsea"], "avg", "--measures", "psnr")
    browser.open(page)
    image = load("sample:chelsea")
    look(browser)
    whole = np.clip(256 * (image.array.transpose(1, 2, 0) / 255.0), 0, 255).astype(np.uint8)
    assert browser.text("#images .zoomed").startswith("1 ")
    assert np.array_equal(drawn(browser, "images", 0), whole)
    # In a narrow window two would not fit side by side: one stands above the other.
    browser.open(page, width=700)
    look(browser)
    assert np.array_equal(drawn(browser, "images", 0), whole)
    tops = browser.run("[...document.querySelectorAll('#images .panel')].map(e => e.offsetTop)")
    assert tops[0] < tops[1]


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


RED, BLUE = (
    np.array(apply_colormap(np.array([[k / 256]]), (0, 1), DIFFERENCE)[0, 0], float)
    for k in (217.5, 38.5)
)


def laid_over(picture: NDArray[np.uint8], values: Array, limit: float) -> NDArray[np.float64]:
    """Return a picture under an overlay of values: the farther from 0, the less is seen of it."""
    share = np.minimum(1, np.abs(values) / limit)[..., None]
    under = picture.astype(np.float64)
    return np.asarray(under + (np.where(values[..., None] < 0, BLUE, RED) - under) * share)


def test_overlays_hide_the_picture_by_their_magnitude_and_nothing_where_they_are_0(
    browser: Browser, make: Make, noise: Array
) -> None:
    noise[4:8, 4:8] = noise[4:6, 4:6].mean()  # no difference here
    browser.open(make(noise, "avg"))
    chain = Chain.parse("avg")
    y = chain(noise)
    evaluation = evaluate(source_of(Image.of(noise)), chain)
    plain, zoom = drawn(browser, "images", 1), browser.pixels(panel("images", 0)).shape[0] // 16
    error = evaluation.magnitudes[0] - evaluation.ideal.magnitudes[0]
    overlays = {
        "alias": (evaluation.alias[0], 2 * zoom, "alias"),
        "error": (error - error.mean(), 2 * zoom, "error"),
        "difference": (y.repeat(2, 0).repeat(2, 1) - noise, zoom, "difference"),
    }
    for name, (values, side, word) in overlays.items():
        browser.change("#overlay", name)
        limit = symmetric_limit([values])
        whole = values.repeat(side, 0).repeat(side, 1)
        found = drawn(browser, "images", 1)
        assert np.abs(found - laid_over(plain, whole, limit)).max() < 1.01
        faint = np.abs(whole) < 1e-3 * limit
        assert np.abs(found[faint].astype(int) - plain[faint]).max(initial=0) <= 1
        low, high = browser.texts("#signed > span")
        assert float(low.replace("−", "-")) == pytest.approx(-limit, rel=0.01)
        assert high.endswith(f" {word}")
    assert faint.any()
    browser.change("#opacity", 0)
    assert np.array_equal(drawn(browser, "images", 1), plain)


def test_a_difference_shares_a_pixel_between_two_samples(browser: Browser, make: Make) -> None:
    ramp = np.add.outer(np.arange(16.0), np.arange(16.0))
    browser.open(make(ramp, "stride"))
    plain = browser.pixels(panel("images", 1))
    browser.change("#overlay", "difference")
    laid = browser.pixels(panel("images", 1))
    side = len(plain) // 16 * 15  # the last pixels have one sample alone
    assert np.array_equal(laid[:side, :side], plain[:side, :side])
    assert not np.array_equal(laid, plain)


def test_a_chain_without_an_alias_says_so_and_shows_nothing_else(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "max"))
    plain = drawn(browser, "images", 1)
    browser.change("#overlay", "alias")
    assert np.array_equal(drawn(browser, "images", 1), plain)
    assert browser.text("#lacking") == "Not defined for Max pooling: not linear"
    folds = "not linear: folded where samples are dropped (stepalias)"
    assert folds in browser.text("#summary [data-chain='1']")
    assert f"* {folds}" in browser.texts("#summary svg > text")


def test_labels_have_the_colours_of_the_figures_and_averages_are_grey(
    browser: Browser, make: Make, cli: Cli, tmp_path: Path
) -> None:
    labels = np.kron(np.arange(12).reshape(3, 4), np.ones((4, 4))).astype(np.uint16)
    labels[0, 0] = 1000
    nibabel = pytest.importorskip("nibabel")
    file = tmp_path / "labels.nii.gz"
    volume = nibabel.Nifti1Image(labels.T[:, ::-1, None], np.eye(4))
    volume.header.set_intent("label")
    nibabel.save(volume, file)
    page = tmp_path / "report.html"
    assert cli("report", file, "--ops", "stride,onehot+avg", "-o", page, "-q").code == 0
    browser.open(page)
    image = load(str(file))
    assert image.labels
    found = drawn(browser, "images", 0)
    zoom = found.shape[0] // image.size[0]
    assert np.array_equal(found, blocks(label_pixels(image.array, image.labels), zoom))
    assert 1000 in image.labels.ids
    strided = label_pixels(Chain.parse("stride")(image.array), image.labels)
    middles = browser.pixels(panel("images", 1))[zoom // 2 :: 2 * zoom, zoom // 2 :: 2 * zoom, :3]
    assert np.array_equal(middles, strided)
    averaged = drawn(browser, "images", 2)
    assert (averaged == averaged[..., :1]).all()
    assert browser.texts("#labels span") == [*map(str, range(12)), "1000"]
    assert browser.run("document.querySelector('#window').offsetHeight") == 0


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
    look(browser)
    for each in ("alias", "error", "difference"):
        browser.change("#overlay", each)
    browser.over(panel("images", 0), 0.5, 0.5)
    assert browser.texts("#images .panel output")[0].startswith("[")
    browser.over(panel("spectra", 0), 0.5, 0.5)
    assert "cycles/px" in browser.text("#spectra .cursor")


def test_the_words_of_the_summary_are_those_of_the_figures(
    browser: Browser, make: Make, noise: Array, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever they are: the page has no words of its own."""
    monkeypatch.setattr(fold_summary, "TITLES", ("a title " * 20, "a title"))
    monkeypatch.setattr(fold_summary, "X_LABEL", "across")
    monkeypatch.setattr(fold_summary, "Y_LABELS", ("up",))
    monkeypatch.setattr(fold_summary, "HEADINGS", {"folded": ("one",), "bias": ("other",)})
    browser.open(make(noise, "avg"))
    texts = browser.texts("#summary text")
    assert {"a title", "across", "up", "one", "other"} <= set(texts)
    assert not [text for text in texts if len(text) > 20]
