"""How large a page is, how soon it answers and how fast it zooms, in a real browser.

    python -m benchmarks.page

The page is that of the T1 slice with eight chains. It is opened again and again, without a cache.
Chromium and chromedriver must be installed.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.side_by_side import Row, row, run
from tests.report.browser import Browser

CHAINS = "max,stride,avg,blur,flc,asap,dpp,lp"
_ROUNDS, _QUICK = 9, 3
_MB, _SECONDS, _FRAMES = 3.0, 1.0, 0.1  # what is promised
_READY = "performance.getEntriesByName('sampviz-ready')[0].startTime / 1000"
_ZOOM = """
(() => {
  const stage = document.querySelector("#images .stage");
  const { left, top } = stage.getBoundingClientRect();
  const at = { clientX: left + 50, clientY: top + 50, deltaY: -100, cancelable: true };
  const start = performance.now();
  stage.dispatchEvent(new WheelEvent("wheel", at));
  return new Promise((done) =>
    requestAnimationFrame(() => done((performance.now() - start) / 1000)));
})()
"""


def rows(quick: bool) -> Iterator[Row]:
    """Yield the size of the page, the time until it can be used, and that of a step of zoom."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page = Path(folder) / "report.html"
        words = ["report", "sample:t1", "--ops", CHAINS, "-o", str(page), "-q"]
        run([sys.executable, "-m", "sampviz", *words])
        size = page.stat().st_size / 1e6
        yield _row("size", [size], _MB, unit="MB")
        browser = Browser(Path(folder) / "profile")
        try:
            ready, zoom = [], []
            for _ in range(_QUICK if quick else _ROUNDS):
                browser.do("Network.clearBrowserCache")
                browser.open(page)
                ready.append(browser.run(_READY))
                zoom.append(browser.run(_ZOOM))
        finally:
            browser.close()
    yield _row("interactive", ready, _SECONDS)
    yield _row("a step of zoom, all panels", zoom, _FRAMES)


def _row(case: str, ours: list[float], most: float, unit: str = "s") -> Row:
    rounds = {"ours": ours, "at most": [most] * len(ours)}
    return row("page", f"t1, 8 chains: {case}", rounds, 1.0, unit=unit)


if __name__ == "__main__":
    from benchmarks.__main__ import text

    for each in rows(quick=False):
        print(text(each))
