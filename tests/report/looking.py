"""What a page shows, as a test looks at it."""

import re

import numpy as np
from numpy.typing import NDArray

from sampviz.dsp.dtypes import Array
from sampviz.ops.chain import Chain
from sampviz.ops.title import title_of
from tests.report.browser import Browser


def panel(group: str, number: int, part: str = ".pixels") -> str:
    """Return the selector of a part of a panel; that of the original is number 0."""
    return f"#{group} .panel:nth-child({number + 1}) {part}"


def window_of(x: Array) -> tuple[float, float]:
    """Return the grey window of an array that has no range of its own."""
    low, high = np.percentile(x[x != 0], (1, 99))
    return float(low), float(high)


def blocks(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return (H, W, 3) with a square block for every sample."""
    return pixels.repeat(side, 0).repeat(side, 1)


def drawn(browser: Browser, group: str, number: int) -> NDArray[np.uint8]:
    """Return what is on a panel that is filled."""
    found = browser.pixels(panel(group, number))
    assert (found[..., 3] == 255).all()
    return found[..., :3]


def look(browser: Browser, name: str = "whole") -> None:
    """Look at the whole image, or at the detail."""
    browser.run(f"document.querySelector('[data-look={name}]').click()")
    browser.settle()


def titles(ops: str) -> list[str]:
    """Return chains in words, as they stand above panels."""
    return [title_of(Chain.parse(text).steps) for text in ops.split(",")]


def places(browser: Browser, group: str) -> tuple[float, float]:
    """Row and column of the original under the cursor."""
    row, column = re.findall(r"row (\S+), column (\S+) of", browser.text(f"#{group} .cursor"))[0]
    return float(row.replace("−", "-")), float(column.replace("−", "-"))


def indices(browser: Browser, group: str = "images") -> list[tuple[int, int]]:
    """Row and column of the sample under the cursor, in every panel."""
    texts = browser.texts(f"#{group} .panel output")
    return [(int(a), int(b)) for t in texts for a, b in re.findall(r"^\[(\d+), (\d+)\]", t)]
