"""What is too large to draw is refused before anything is computed, and nothing else is."""

import numpy as np
import pytest

from sampviz.core.errors import UsageError
from sampviz.figures.grids import drawn_size
from sampviz.figures.grids.compare import compare
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

ROWS = ("image", "spectrum", "difference", "alias", "foldspectrum", "flat")


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize(
    ("shape", "chains"),
    [((129, 97), "max,flc"), ((96, 130), "avg:k=4,nearest:f=3,crop:p=8")],
    ids=str,
)
def test_the_figure_has_at_least_so_many_pixels(
    row: str, shape: tuple[int, int], chains: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = Image.of(np.random.default_rng(0).random(shape, np.float32), "a")
    figure = compare(image, chains, rows=row, dpi=30)
    size = figure.sheet.width * figure.sheet.height
    monkeypatch.setattr(drawn_size, "MOST_PIXELS", size)
    compare(image, chains, rows=row, dpi=30)


def test_nothing_is_computed_for_what_cannot_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object, **__: object) -> None:
        raise AssertionError("the chain was run")

    monkeypatch.setattr(Chain, "__call__", run)
    image = Image.of(np.broadcast_to(np.float32(1), (8192, 8192)), "a")
    with pytest.raises(UsageError, match="the panels alone would have 201326592 px"):
        compare(image, "max,flc", rows="image")
