"""How large a page is, how soon it answers, and how fast it zooms, in a real browser.

    python -m benchmarks.page [RUNS]

The page is that of the T1 slice with eight chains. Each run opens it anew, without a cache; told
are the median and the largest of the runs. Chromium and chromedriver must be installed.
"""

import sys
import tempfile
from pathlib import Path
from statistics import median

from sampviz.cli.app import run
from tests.report.browser import Browser

CHAINS = "max,stride,avg,blur,flc,asap,dpp,lp"
_RUNS = 7
_ZOOM = """
(() => {
  const stage = document.querySelector("#images .stage");
  const box = stage.getBoundingClientRect();
  const at = { clientX: box.left + 50, clientY: box.top + 50, deltaY: -100, cancelable: true };
  const start = performance.now();
  stage.dispatchEvent(new WheelEvent("wheel", at));
  return new Promise((done) => requestAnimationFrame(() => done(performance.now() - start)));
})()
"""


def main() -> None:
    """Write the page, open it again and again, and print what was found."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else _RUNS
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        page = Path(folder) / "report.html"
        if code := run(["report", "sample:t1", "--ops", CHAINS, "-o", str(page), "-q"]):
            sys.exit(code)
        print(f"{page.stat().st_size / 1e6:.2f} MB")
        browser = Browser(Path(folder) / "profile")
        try:
            ready, zoom = [], []
            for _ in range(runs):
                browser.do("Network.clearBrowserCache")
                browser.open(page)
                found = "performance.getEntriesByName('sampviz-ready')[0].startTime"
                ready.append(browser.run(found))
                zoom.append(browser.run(_ZOOM))
        finally:
            browser.close()
    for what, times in (("interactive after", ready), ("a step of zoom in", zoom)):
        print(f"{what} {median(times):.0f} ms (at most {max(times):.0f} ms of {runs} runs)")


if __name__ == "__main__":
    main()
