"""A volume in the browser: planes are linked at the same place, a slider moves them."""

import re
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from sampviz.figures.panels.colormap import apply_colormap
from sampviz.ops.chain import Chain
from tests.report.browser import Browser
from tests.report.conftest import Make
from tests.report.looking import blocks, drawn, look, window_of

pytestmark = pytest.mark.slow
DEPTH, HEIGHT, WIDTH = 6, 16, 20
MM = 3.0


def test_the_slider_moves_all_planes_to_the_slices_nearest_to_the_same_mm(
    browser: Browser, make: Make, tmp_path: Path
) -> None:
    volume = np.random.default_rng(0).random((DEPTH, HEIGHT, WIDTH)).astype(np.float32)
    # The file counts x, y, z: columns from the left, rows from the front, slices upwards.
    stored = volume.transpose(2, 1, 0)[:, ::-1]
    path = tmp_path / "v.nii"
    nib.save(nib.Nifti1Image(stored, np.diag([MM, MM, MM, 1])), path)
    page = make([str(path)], "avg,stride:3x2x2", "--volume", "--measures", "psnr")
    browser.open(page)
    assert browser.text("#where") == "z = 9.0 mm, slice 3 of 0..5".replace(
        "z = 9.0 mm", "z\xa0=\xa09.0\xa0mm"
    )
    look(browser)
    limits = window_of(volume)
    smaller = Chain.parse("avg")(volume, axes=3)
    browser.focus("#slice")
    browser.key("Home")
    for index in range(DEPTH):
        # Means of two lie between them, 0.5 + 2 k; of three the first is kept, 3 k.
        places = [0.5 + 2 * np.arange(DEPTH // 2), 3.0 * np.arange(DEPTH // 3)]
        nearest = [int(np.argmin(np.abs(place - index))) for place in places]
        off = [MM * (place[k] - index) for place, k in zip(places, nearest, strict=True)]
        known = ["", *(f" ({mm:+.3g} mm)".replace("-", "−") if mm else "" for mm in off)]
        at = [MM * index, *(MM * place[k] for place, k in zip(places, nearest, strict=True))]
        lines = [line.replace("\xa0", " ") for line in browser.texts("#images .line")]
        assert lines == [
            f"axial slice at z = {mm:.1f} mm{more}" for mm, more in zip(at, known, strict=True)
        ]
        for number, plane in ((0, volume[index]), (1, smaller[nearest[0]])):
            found = drawn(browser, "images", number)
            zoom = found.shape[0] // len(plane)
            assert np.array_equal(found, blocks(apply_colormap(plane, limits), zoom))
        browser.key("ArrowRight")
    # Another plane keeps its own slice, upright: the top of the head comes first.
    browser.change("#plane", 1)
    found_place = re.fullmatch(
        rf"y = (\S+) mm, slice (\d+) of 0\.\.{HEIGHT - 1}",
        browser.text("#where").replace("\xa0", " "),
    )
    assert found_place
    row = int(found_place[2])
    assert found_place[1] == f"{MM * row:.1f}"
    plane = volume[::-1, HEIGHT - 1 - row]
    found = drawn(browser, "images", 0)
    assert np.array_equal(found, blocks(apply_colormap(plane, limits), found.shape[0] // DEPTH))
    browser.change("#plane", 0)
    assert f"slice {DEPTH - 1} of" in browser.text("#where")
    # In a panel keys go on by a slice, and not beyond the last.
    browser.focus("#images .stage")
    for key, number in (("PageUp", DEPTH - 1), ("PageDown", DEPTH - 2)):
        browser.key(key)
        assert f"slice {number} of" in browser.text("#where")


def test_names_of_nyquist_frequencies_near_zero_lie_inside_the_chart_and_apart(
    browser: Browser, make: Make, tmp_path: Path
) -> None:
    volume = np.random.default_rng(0).random((WIDTH, HEIGHT, DEPTH)).astype(np.float32)
    path = tmp_path / "thick.nii"
    nib.save(nib.Nifti1Image(volume, np.diag([1, 1, 5, 1])), path)
    browser.open(make([str(path)], "avg", "--volume", "--measures", "psnr"))
    browser.wait("document.querySelectorAll('#radial .nyquist').length")
    words = (
        "[...document.querySelectorAll('#radial text')].filter(e => /yquist/.test(e.textContent))"
    )
    boxes = browser.run(f"{words}.map(e => e.getBBox()).map(b => [b.x, b.y, b.width, b.height])")
    (x, y, _, height), (other_x, other_y, *_) = boxes
    assert min(x, other_x) > 64  # the left side of the frame
    assert abs(y - other_y) >= height - 1
