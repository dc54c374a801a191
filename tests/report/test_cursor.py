"""Where the cursor is: at one place in all panels, at one frequency in all spectra."""

import re
from pathlib import Path

import numpy as np
import pytest

from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.colormap import apply_colormap
from sampviz.images.load import load
from sampviz.ops.chain import Chain
from tests.report.browser import Browser
from tests.report.conftest import Make
from tests.report.looking import indices, panel, places, window_of

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("convention", ["neurological", "radiological"])
def test_zoom_and_pan_keep_all_panels_at_one_place(
    browser: Browser, make: Make, convention: str
) -> None:
    words = ["--measures", "psnr", "--convention", convention, "--window", "p1,p99"]
    browser.open(make(["sample:t1"], "avg,stride,max:times=2", *words))
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
        assert np.array_equal(pixel, apply_colormap(array, limits)[index])


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


def grating(k: int, n: int = 64) -> Array:
    wave = 1 + np.cos(2 * np.pi * k / n * np.arange(n))
    return np.tile(wave, (n, 1)).astype(np.float32)


# Where a grating of 20 cycles in 64 px comes to lie, and its level in dB.
ALIASES: dict[str, tuple[float, float | None]] = {
    "stride": ((20 - 32) / 64, 0.0),  # N = 32 samples are left: 20 folds to 20 - 32
    "stride:times=2": ((20 - 16) / 64, 0.0),  # to -12 first, then to 4
    "stride+nearest": ((20 - 32) / 64, 20 * np.log10(np.cos(np.pi * 12 / 64))),
    "stride:3": ((20 / 64 * 3 - 1) / 3, None),  # between bins: it is spread over several
}


def test_the_fold_marker_lies_on_the_alias_of_a_grating(browser: Browser, make: Make) -> None:
    browser.open(make(grating(20), ",".join(ALIASES), "--measures", "nyquist"))
    for number, (alias, level) in enumerate(ALIASES.values(), 1):
        title = panel("spectra", number, "button")
        browser.run(f"document.querySelector({title!r}).click()")
        assert_folds(browser, number, alias, level)


def assert_folds(browser: Browser, number: int, alias: float, level: float | None) -> None:
    """The cursor on the wave marks its alias in a panel, where the level is that of the wave."""
    width, zoom = browser.run(
        f"[document.querySelector({panel('spectra', 0)!r}).width,"
        f" parseInt(document.querySelector('#spectra .zoomed').textContent)]"
    )
    bins = width / zoom
    middle = 32.5 + (bins - 64) / 2
    browser.over(panel("spectra", 0), (middle + 20) / bins, 0.5 + 0.5 / bins)
    told = browser.text("#spectra .cursor").replace("−", "-")
    found = re.findall(r"of it folds to \((\S+), (\S+)\) cycles/px", told)[0]
    assert float(found[1]) == pytest.approx(alias, abs=1.1 / 64 / zoom)
    # The ring is where it says: the middle of what is marked on the panel of the chain.
    marks = browser.pixels(panel("spectra", number, ".marks"))[..., 3] > 0
    crossed = (middle + 20) * zoom
    ring = [c for c in np.nonzero(marks.any(axis=0))[0] if abs(c - crossed) > 2.1 * zoom + 12]
    assert (min(ring) + max(ring)) / 2 == pytest.approx((middle + 64 * alias) * zoom, abs=zoom)
    # And there is the wave.
    browser.over(panel("spectra", number), (middle + 64 * alias) / bins, 0.5 + 0.5 / bins)
    found_level = browser.texts("#spectra .panel output")[number].split()[0].replace("−", "-")
    if level is not None:
        assert float(found_level) == pytest.approx(level, abs=0.02)


def test_a_wave_lies_at_its_frequency_in_odd_and_even_sizes(
    browser: Browser, make: Make, tmp_path: Path
) -> None:
    # Sizes take turns: by its size one knows that an image has come.
    waves = [(45, 5), (44, -22), (45, -22), (44, 21)]
    files = [str(tmp_path / f"{k} in {n}.npy") for n, k in waves]
    for file, (n, k) in zip(files, waves, strict=True):
        np.save(file, grating(k, n))
    browser.open(make(files, "avg", "--measures", "psnr"))
    for number, (n, k) in enumerate(waves):
        browser.change("#subject", number)
        browser.wait(f"document.querySelector('#images .size').textContent === '{n}×{n}'")
        browser.over(panel("spectra", 0), (n // 2 + k + 0.5) / n, (n // 2 + 0.5) / n)
        told = browser.text("#spectra .cursor").replace("−", "-")
        down, across = map(float, re.findall(r"\((\S+), (\S+)\) cycles/px", told)[0])
        assert (down, across) == pytest.approx((0, k / n), abs=1e-3)
        assert browser.texts("#spectra .panel output")[0] == "0.00 dB"


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
