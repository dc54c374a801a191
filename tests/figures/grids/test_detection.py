"""The figure of a detection: its curves, its pictures of exact blocks, and that it can be read."""

import numpy as np
import pytest

from sampviz.analysis.detection.detect import detect_lesions
from sampviz.analysis.detection.detection import Detection
from sampviz.figures.grids.detection import draw_detection
from sampviz.figures.grids.lesion_insets import choose_lesion, inset_rows
from sampviz.figures.options import Look
from sampviz.figures.panels.panel import Panel
from sampviz.images.convert import as_image
from sampviz.images.image import Image
from sampviz.ops.chain import parse_chains
from tests.figures.drawn import place_texts
from tests.figures.readable import assert_page

pytestmark = pytest.mark.slow

CHAINS = "stride,avg,blur:k=5,flc"


@pytest.fixture(scope="module")
def detection() -> Detection:
    rng = np.random.default_rng(0)
    array = (100 + rng.normal(0, 4, (80, 72))).astype(np.float32)
    array[:6] = 0
    image = Image.of(array, "tissue", spacing=(1.0, 0.9))
    chains = parse_chains(CHAINS)
    return detect_lesions(image, chains, levels=2, diameters=[1.5, 3, 6], lesions=12, noise=0)


@pytest.mark.parametrize("width", [89, 183])
def test_it_can_be_read(detection: Detection, width: float) -> None:
    figure = draw_detection(detection, look=Look(width=width))
    place_texts(figure)
    assert_page(figure, width, 250)


def test_curves_are_the_means_of_all_lesions(detection: Detection) -> None:
    figure = draw_detection(detection)
    for axes, polarity in zip(figure.axes, ("bright", "dark"), strict=True):
        drawn = [line.get_ydata() for line in axes.lines if len(line.get_xdata()) == 3]  # type: ignore[arg-type]
        rows = [r for r in detection.rows if (r.level, r.polarity) == (2, polarity)]
        kept = np.reshape([100 * row.kept for row in rows], (4, 3))
        assert np.allclose(np.array(drawn), kept)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == [
        "Striding, no filter ×2", "Average pooling ×2", "BlurPool, 5 taps ×2", "FLC pooling ×2",
    ]  # fmt: skip


def test_pictures_are_blocks_of_the_values_of_cells(detection: Detection) -> None:
    view = choose_lesion(detection)
    bright, dark = inset_rows(view, (4, 4))
    inputs = [row.panels[0] for row in (bright, dark)]
    assert all(isinstance(panel, Panel) for panel in inputs)
    (row, column), (height, width) = view.start, view.shape
    part = detection.image.array[row : row + height, column : column + width]
    for panel in inputs:
        assert isinstance(panel, Panel)
        assert panel.array is not None
        assert (panel.array[::4, ::4] == panel.array[3::4, 3::4]).all()
        is_lesion = panel.array[::4, ::4] != part
        assert 4 <= np.count_nonzero(is_lesion) <= 25  # 3 mm across
    strided = bright.panels[1]
    assert isinstance(strided, Panel)
    assert strided.array is not None
    # The cells of striding by 4 reach from 2 px before their pixel to 2 px behind it.
    chain_grid = np.arange(row, row + height)
    edges = np.flatnonzero(np.any(np.diff(strided.array, axis=0) != 0, axis=1)) + 1
    assert {(chain_grid[0] * 4 + e - 2) % 16 for e in edges} == {8}
    kept = detection.kept["stride", 2, "bright"][view.place, view.index]
    assert strided.text_below == f"{round(100 * kept)} %"


def test_its_words_say_what_was_put_in_and_what_is_half(detection: Detection) -> None:
    caption = draw_detection(detection, title="Mine").caption
    assert caption is not None
    texts = " ".join(sentence.text for sentence in caption.sentences)
    assert texts.startswith("Mine")
    half = next(limit.d50.text for limit in detection.limits if limit.level == 2)
    assert f"Striding, no filter ×2, bright: {half}" in texts
    assert "12 discs" in texts
    assert "Input: tissue, 1×0.9 mm." in texts
    assert "tissue: above" in texts


def test_each_chart_says_whose_band_it_has() -> None:
    words = {"diameters": [3, 6], "lesions": 12, "noise": 0, "mask": np.ones((64, 64), bool)}
    flat = as_image(np.full((64, 64), 77, np.float32))
    figure = draw_detection(detect_lesions(flat, parse_chains("max,avg"), **words))  # type: ignore[arg-type]
    assert figure.caption is not None
    texts = " ".join(sentence.text for sentence in figure.caption.sentences)
    colours = [axes.collections[0].get_facecolor()[0] for axes in figure.axes[:2]]
    assert not np.array_equal(colours[0], colours[1])
    assert "percentile of Average pooling (bright) and Max pooling (dark), where" in texts


def test_charts_hold_the_means_of_a_chain_that_makes_more_of_a_lesion() -> None:
    array = np.random.default_rng(0).normal(50, 2, (40, 40)).astype(np.float32)
    image = as_image(array)
    words = {"diameters": [8], "lesions": 5, "noise": 0}
    detection = detect_lesions(image, parse_chains("lp,avg"), **words)  # type: ignore[arg-type]
    figure = draw_detection(detection)
    highest = max(row.kept for row in detection.rows)
    assert highest > 1.6
    assert all(axes.get_ylim()[1] > 100 * highest for axes in figure.axes[:2])


def test_volumes_show_the_slice_through_the_lesion() -> None:
    array = np.random.default_rng(0).normal(50, 2, (20, 26, 28)).astype(np.float32)
    array[:2] = 0
    volume = as_image(array, volume=True)
    words = {"diameters": [3, 6], "lesions": 5, "noise": 0, "polarity": "dark"}
    detection = detect_lesions(volume, parse_chains("avg"), **words)  # type: ignore[arg-type]
    figure = draw_detection(detection, look=Look(width=183))
    place_texts(figure)
    assert_page(figure, 183, 250)
    assert len(figure.axes) == 1


def test_the_lesion_that_is_shown_lies_in_calm_tissue() -> None:
    array = np.full((64, 64), 100, np.float32)
    array[:, :32] += np.random.default_rng(0).choice([-60, 60], (64, 32))
    words = {"diameters": [3], "lesions": 16, "noise": 0, "mask": np.ones((64, 64), bool)}
    detection = detect_lesions(as_image(array), parse_chains("avg"), **words)  # type: ignore[arg-type]
    columns = detection.centres[:, 1]
    assert 4 <= np.count_nonzero(columns > 36) < 12
    assert columns[choose_lesion(detection).place] > 36
