"""The page without scripts, on paper, on small screens, from disk, with hostile names."""

import re
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from sampviz.dsp.dtypes import Array
from tests.conftest import Cli
from tests.report.browser import Browser
from tests.report.conftest import Make
from tests.report.looking import drawn, panel

pytestmark = pytest.mark.slow


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


def test_without_scripts_there_are_the_pictures_and_the_table(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "avg,max"), scripts=False)
    sizes = browser.run("[...document.images].map(i => [i.naturalWidth, i.naturalHeight, i.width])")
    assert sizes == [[20, 16, 160], [10, 8, 160], [10, 8, 160]]
    assert browser.run("document.querySelector('#app').offsetHeight") == 0
    assert browser.run("document.querySelector('#numbers table').offsetHeight") > 50
    assert browser.run("document.querySelector('#tradeoff').offsetHeight") == 0


def test_a_narrow_screen_shows_everything_without_scrolling_sideways(
    browser: Browser, make: Make
) -> None:
    page = make(["sample:t1"], "max,flc,bilinear:2")
    for ratio in (1, 2):
        browser.open(page, width=400, ratio=ratio)
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
        assert len(set(tops)) == 1
        root = "document.documentElement"
        assert browser.run(f"{root}.scrollWidth <= {root}.clientWidth")
    finally:
        browser.do("Emulation.setEmulatedMedia", media="")


def test_words_stand_out_from_the_paper(browser: Browser, make: Make, noise: Array) -> None:
    browser.open(make(noise, "avg", "--measures", "psnr,detail,equivariance"))
    for scheme in ("light", "dark"):
        ink, quiet, link, paper = (luminance(each) for each in colours(browser, scheme))
        assert (paper < 0.1) == (scheme == "dark")
        for each in (ink, quiet, link):
            low, high = sorted((each, paper))
            assert (high + 0.05) / (low + 0.05) > 4.5  # of WCAG 2


def colours(browser: Browser, scheme: str) -> list[str]:
    """Return the colours of words, of quiet words, of links and of the paper."""
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.do("Emulation.setEmulatedMedia", features=features)
    try:
        return [
            browser.run(f"getComputedStyle(document.querySelector({where!r})).{what}")
            for where, what in (
                ("body", "color"),
                (".size", "color"),
                ("a", "color"),
                ("body", "backgroundColor"),
            )
        ]
    finally:
        browser.do("Emulation.setEmulatedMedia", features=[])


def luminance(colour: str) -> float:
    """Return the relative luminance of `rgb(..)`, after WCAG 2."""
    parts = [int(n) / 255 for n in re.findall(r"\d+", colour)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def test_a_hostile_name_is_text(browser: Browser, make: Make, noise: Array) -> None:
    name = "<script>document.title = 1<!-- '\"&lt; {{7*7}} \\"
    browser.open(make(noise, "avg", name=name))
    assert browser.text("h1") == name
    assert browser.run("document.title").startswith(name)
    assert browser.run("document.scripts.length") == 3
    assert name in browser.text("#command").replace("'\"'\"'", "'")


def test_a_page_beyond_its_size_opens_with_its_folder(
    browser: Browser, make: Make, noise: Array, cli: Cli, tmp_path: Path
) -> None:
    whole = make(noise, "avg,max")
    browser.open(whole)
    seen = drawn(browser, "images", 1)
    result = cli(
        "report", tmp_path / "x.npy", "--ops", "avg,max", "-o", whole, "--max-size", "20kB"
    )
    assert result.code == 0
    assert (
        result.err == f"larger than 20kB: mail the folder {tmp_path}/report_files with the page\n"
    )
    browser.open(whole)
    assert np.array_equal(drawn(browser, "images", 1), seen)
    browser.open(whole, scripts=False)
    browser.wait("[...document.images].every(i => i.complete)")
    assert browser.run("[...document.images].map(i => i.naturalWidth)") == [20, 10, 10]


def test_a_page_without_its_folder_says_what_it_lacks(
    browser: Browser, make: Make, noise: Array, cli: Cli, tmp_path: Path
) -> None:
    page = make(noise, "avg")
    words = ["--ops", "avg", "-o", page, "--max-size", "1kB"]
    assert cli("report", tmp_path / "x.npy", *words).code == 0
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
