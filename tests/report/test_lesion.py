"""A lesion on a page: a picture of it through every chain, for each diameter, bright and dark."""

import re
from pathlib import Path

import pytest

from sampviz.dsp.dtypes import Array
from tests.conftest import Cli
from tests.report.browser import Browser
from tests.report.conftest import Make

pytestmark = pytest.mark.slow

LESION = ["--lesion", "3px:-30%@8,9"]


def test_a_page_has_a_view_for_each_diameter_and_polarity(noise: Array, make: Make) -> None:
    without = make(noise + 5, "avg").read_text("utf-8")
    page = make(noise + 5, "avg,stride", *LESION).read_text("utf-8")
    views = re.findall(r'data-lesion="0" data-diameter="(\d+)" data-polarity="(\w+)"', page)
    assert len(views) == 2 * 10  # 1, 1.5, 2, 3 .. 14 px: all that 16x20 px can hold
    assert len(set(views)) == len(views)
    assert 'id="lesion"' not in without
    assert "lesionSize" not in without
    assert page.count("contrast ") >= 2 * 2 * 10
    assert '<option value="dark" selected>' in page
    assert "--lesion 3px:-30%@8,9" in page.replace("&#39;", "").replace("'", "")


def test_the_slider_shows_one_view(noise: Array, make: Make, browser: Browser) -> None:
    browser.open(make(noise + 5, "avg,stride", *LESION))
    shown = "[...document.querySelectorAll('[data-lesion]:not([hidden])')].map(e => e.dataset.text)"
    assert browser.run(shown) == ["a disc of 3 px, −30 %, at row 8, column 9"]
    browser.change("#lesion input", 4)
    browser.change("#lesion select", "bright")
    assert browser.run(shown) == ["a disc of 4 px, +30 %, at row 8, column 9"]


def test_a_lesion_that_cannot_be_is_said_before_a_page_is_made(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for text, what in (("3", "'3' is no lesion"), ("3mm:-30%@900,9", "the lesion lies outside")):
        result = cli("report", "sample:dwi", "--ops", "avg", "--lesion", text)
        assert result.code == 2
        assert what in result.err
    assert not list(tmp_path.iterdir())
