"""What sliders, buttons, keys and clicks do; one choice is shown everywhere."""

from pathlib import Path

import numpy as np
import pytest

from sampviz.analysis.measure import measure
from sampviz.dsp.dtypes import Array
from sampviz.figures.panels.colormap import apply_colormap
from sampviz.ops.chain import Chain
from tests.conftest import Cli
from tests.report.browser import Browser
from tests.report.conftest import Make
from tests.report.looking import blocks, drawn, indices, panel, window_of

pytestmark = pytest.mark.slow


def test_the_slider_answers_to_arrow_keys(browser: Browser, make: Make, noise: Array) -> None:
    browser.open(make(noise, "avg", "--measures", "psnr"))
    browser.focus("#between input")
    for _ in range(3):
        browser.key("ArrowRight")
    assert browser.run("document.querySelector('#between input').value") == "53"
    found = browser.pixels("#between .pixels")[..., :3]
    border = round(found.shape[1] * 0.53)
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
    for title in ("Original", "Max pooling", "Original"):
        browser.wait(f"{shown} === {title!r}")
    browser.run("document.querySelector('[data-blink]').click()")
    assert browser.run(shown) == "left Original, right Max pooling"


def test_the_table_sorts_chains_by_a_measure_both_ways_with_the_undefined_last(
    browser: Browser, make: Make, noise: Array
) -> None:
    chains = "max,stride,avg,blur,flc"
    browser.open(make(noise, chains, "--measures", "psnr,alias"))
    values = {row.chain: row.values.get("alias") for row in measure(noise, chains)}
    known = sorted((n for n, v in values.items() if v is not None), key=lambda n: values[n] or 0)
    names = "#numbers thead th code"
    for order in (known, known[::-1]):
        browser.run("document.querySelector('#numbers tbody tr:nth-child(2) button').click()")
        assert browser.texts(names) == [*order, "max"]
        cells = browser.texts("#numbers tbody tr:nth-child(2) td")
        assert cells[-1] == "not defined"
        shown = [float(cell.lstrip("<")) for cell in cells[:-1]]
        assert shown == pytest.approx([100 * (values[n] or 0) for n in order], rel=0.01, abs=0.01)
    sort = browser.run("document.querySelector('#numbers tbody tr:nth-child(2) th').ariaSort")
    assert sort == "descending"


def test_what_is_best_at_a_value_is_sorted_and_drawn_by_the_distance_to_it(
    browser: Browser, make: Make, noise: Array
) -> None:
    chains = "stride,flc,blur"
    browser.open(make(noise, chains, "--measures", "equivariance,detail"))
    off = {row.chain: abs(row.values["detail"] - 1) for row in measure(noise, chains)}
    browser.run("document.querySelector('#numbers tbody tr:nth-child(2) button').click()")
    assert browser.texts("#numbers thead th code") == sorted(off, key=lambda chain: off[chain])
    words = [text.replace("\u00a0", " ") for text in browser.texts("#tradeoff text.middle")]
    assert words[-2:] == [
        "← lower is better, shift error (%)",
        "← lower is better, distance of detail to 100 (%)",
    ]
    heights = browser.run(
        "[...document.querySelectorAll('#tradeoff circle')].map(e => Number(e.getAttribute('cy')))"
    )
    lower = sorted(zip(heights, off.values(), strict=True))
    assert [value for _, value in lower] == sorted(off.values(), reverse=True)


def chosen(browser: Browser) -> set[str]:
    """Return the chain that is selected, by all that say which it is."""
    found = {
        *browser.texts("#images [data-selected=true] > button"),
        *browser.texts("#spectra [data-selected=true] > button"),
        *browser.run(
            "[...document.querySelectorAll('#numbers th[data-selected=true] button')]"
            ".map(e => e.firstChild.textContent.trim())"
        ),
        *browser.texts("#legend [aria-pressed=true]"),
        *browser.texts("#tradeoff [aria-pressed=true] text"),
        *browser.texts("#summary [aria-pressed=true] .name"),
    }
    return found | {
        browser.run("document.querySelectorAll('#between select')[1].selectedOptions[0].text")
    }


def test_a_chain_is_selected_in_the_chart_the_table_and_the_panels_alike(
    browser: Browser, make: Make, noise: Array
) -> None:
    browser.open(make(noise, "max,avg,flc,blur", "--measures", "equivariance,detail"))
    assert chosen(browser) == {"Max pooling"}
    click = "document.querySelector({!r}).dispatchEvent(new MouseEvent('click', {{bubbles: true}}))"
    browser.run(click.format('#tradeoff [data-chain="2"]'))
    assert chosen(browser) == {"Average pooling"}
    browser.run(click.format('#numbers th[data-chain="4"] button'))
    assert chosen(browser) == {"BlurPool"}
    browser.focus(panel("spectra", 3, ".stage"))
    browser.key("Enter")
    assert chosen(browser) == {"FLC pooling"}
    for place, number, title in (
        ("#tradeoff", 1, "Max pooling"),
        ("#legend", 3, "FLC pooling"),
        ("#summary", 2, "Average pooling"),
    ):
        browser.focus(f'{place} [data-chain="{number}"]')
        browser.key("Enter")
        assert chosen(browser) == {title}
        # What is drawn anew does not lose the focus.
        assert browser.run("document.activeElement.dataset.chain") == str(number)


def test_levels_inputs_and_channels_are_stepped_through(
    browser: Browser, make: Make, cli: Cli, tmp_path: Path
) -> None:
    rng = np.random.default_rng(0)
    for name, shape in (("a", (16, 16)), ("b", (24, 8))):
        np.save(tmp_path / f"{name}.npy", rng.random(shape).astype(np.float32))
    inputs = [str(tmp_path / f"{name}.npy") for name in "ab"]
    browser.open(make(inputs, "avg,unshuffle", "--levels", 2, "--measures", "psnr"))
    assert browser.texts("#images .size") == ["16×16", "8×8", "4 of 8×8, 4 channels"]
    browser.focus("#level")
    browser.key("ArrowRight")
    assert browser.texts("#images .size") == ["16×16", "4×4", "16 of 4×4, 16 channels"]
    browser.focus("#channel")
    for _ in range(5):
        browser.key("ArrowRight")
    stack = Chain.parse("unshuffle:times=2")(np.load(tmp_path / "a.npy"))
    found = drawn(browser, "images", 2)
    zoom = found.shape[0] // 4
    limits = window_of(np.load(tmp_path / "a.npy"))
    assert np.array_equal(found, blocks(apply_colormap(stack[5], limits), zoom))
    browser.change("#subject", 1)
    browser.wait("document.querySelector('#images .size').textContent === '24×8'")
    assert browser.texts("#numbers table:not([hidden]) caption") == ["b, level 2"]


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
    said = f"Average pooling: {told}. row "
    browser.wait(f"document.querySelector('#told').textContent.startsWith({said!r})")
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
    browser.hold_timers()
    browser.focus(panel("images", 0, ".stage"))
    for _ in range(3):
        browser.key("ArrowRight")
    assert browser.run("window.told") == 0
    (delay,) = browser.let_timers()
    assert 200 <= delay <= 1000
    assert browser.run("window.told") == 1
    browser.over(panel("images", 0), 0.2, 0.2)
    assert browser.run("window.told") == 1
