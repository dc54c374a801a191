"""Pages fit one and two columns of a journal, whatever is compared."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.figures.journals import JOURNALS
from sampviz.figures.layout.page import PAGE_HEIGHT
from sampviz.figures.panels.row_names import PAGE_ROWS
from sampviz.figures.render.render import PanelFigure
from sampviz.images.image import Image
from sampviz.ops.registry import OPS
from sampviz.recipes.gallery import shipped
from tests.figures.drawn import place_texts
from tests.figures.readable import assert_page

pytestmark = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")

CHAINS = [
    "max",
    "stride",
    "blur",
    "flc",
    "asap",
    "avg",
    "median",
    "dpp",
    "lp",
    "min",
    "area",
    "resize",
    "softpool",
    "kaiser",
]
IN_3D = [name for name in CHAINS if OPS[name].form != "plane"]
rng = np.random.default_rng(0)


def compared(source: Any, chains: int, levels: int, width: float, **options: Any) -> PanelFigure:
    names = IN_3D if options.get("volume") else CHAINS
    image = sampviz.load(source, **options) if isinstance(source, str) else source
    figure = sampviz.compare(image, ",".join(names[:chains]), levels=levels, width=width)
    place_texts(figure)
    return figure


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "chains", "levels", "width"),
    [
        (rng.random((7, 9)), 4, 2, 89),
        (rng.random((33, 47)), 5, 3, 183),
        (rng.random((33, 47)), 14, 3, 89),
        (rng.random((24, 24, 30)), 4, 1, 183),
        (rng.random((40, 24)), 1, 3, 89),
        (rng.random((400, 40)), 9, 1, 183),
        (rng.random((320, 320)), 14, 1, 89),
        (rng.random((64, 128, 128)), 9, 1, 183),
        (rng.random((600, 900)).astype(np.float32), 2, 1, 89),
        ("sample:t1", 9, 3, 183),
        ("sample:chelsea", 4, 1, 89),
    ],
)
def test_pages_fit(source: Any, chains: int, levels: int, width: float) -> None:
    assert_page(compared(source, chains, levels, width), width, PAGE_HEIGHT)


@pytest.mark.slow
@pytest.mark.parametrize("width", [89, 183])
def test_pages_of_volumes_fit(width: float) -> None:
    assert_page(compared("sample:dwi", 9, 2, width, volume=True), width, PAGE_HEIGHT)


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped())
def test_shipped_figures_fit_a_column(name: str) -> None:
    (figure,) = sampviz.figure(name, journal="nature1")
    place_texts(figure)
    assert_page(figure, JOURNALS["nature1"].width, JOURNALS["nature1"].height)


def test_of_many_large_channels_some_are_left_out_and_it_says_so() -> None:
    array = rng.random((64, 128, 128)).astype(np.float32)
    figure = compared(array, 1, 1, 183)
    assert "the first 25 of 64 channels" in figure.sheet.texts[0].lines[0]
    panel = figure.sheet.panels[0].panel
    assert panel.array is not None
    assert np.array_equal(panel.array, array[:25])


def test_rows_without_room_are_named_at_the_foot() -> None:
    figure = compared(rng.random((64, 64)), 9, 1, 89)
    foot = " ".join(figure.sheet.texts[-1].lines)
    said = foot.partition("no room for ")[2].partition(";")[0].split(" and ")
    drawn = {placed.panel.name.partition(",")[0] for placed in figure.sheet.panels}
    drawn |= {"summary"} if figure.axes else set()
    assert sorted([*drawn, *said]) == sorted(PAGE_ROWS)
    assert figure.caption
    assert not any("no room" in sentence.text for sentence in figure.caption.sentences)


def test_a_summary_stands_alone_too() -> None:
    figure = sampviz.compare(rng.random((32, 32)), "max,flc", rows="summary")
    assert isinstance(figure, PanelFigure)
    assert len(figure.axes) == 3
    assert figure.caption
    bars = figure.axes[1].texts[0].get_text()
    assert bars.endswith("*")
    assert f"Folded energy in percent: Max pooling {bars}; FLC pooling 0." in figure.caption.alt
    assert any("stepalias" in sentence.text for sentence in figure.caption.sentences)


def test_the_foot_of_a_volume_says_its_window_and_slices(tmp_path: Path) -> None:
    np.save(tmp_path / "volume.npy", np.arange(1.0, 1921).reshape(6, 16, 20))
    figure = sampviz.compare(sampviz.load(tmp_path / "volume.npy", volume=True), "flc")
    assert isinstance(figure, PanelFigure)
    foot = " ".join(figure.sheet.texts[-1].lines)
    assert foot.startswith("window 20.2..1900 (p1, p99); slice 2 along the first axis; slice 8 ")


def test_the_foot_of_several_inputs_says_that_their_windows_differ() -> None:
    inputs = [Image.of(rng.random((16, 16)) * scale, name=f"{scale}") for scale in (1, 9)]
    figure = sampviz.compare(inputs, "flc", rows="image")
    assert isinstance(figure, PanelFigure)
    assert "each input has its own window" in " ".join(figure.sheet.texts[-1].lines)
