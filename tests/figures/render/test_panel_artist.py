"""Panels, words and bars are drawn by us; matplotlib's own drawing is the oracle."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image as Pillow

from sampviz.core.bounded_cache import clear_all
from sampviz.figures.render.panel_artist import PanelArtist
from sampviz.figures.render.png_encoder import encode_png
from sampviz.figures.render.text_artist import CachedText
from sampviz.figures.style import own_style

pytestmark = pytest.mark.slow

rng = np.random.default_rng(0)


def drawn(figure: Figure) -> np.ndarray:
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3].copy()


@pytest.mark.parametrize("zoom", [(1, 1), (3, 2), (1, 7)])
def test_a_picture_is_what_imshow_draws_at_a_whole_zoom(zoom: tuple[int, int]) -> None:
    pixels = rng.integers(0, 256, (9, 11, 3), np.uint8)
    height, width = 9 * zoom[0], 11 * zoom[1]
    box = Bbox.from_bounds(5 / 100, 8 / 100, width / 100, height / 100)
    ours, theirs = (Figure((1, 1), dpi=100) for _ in range(2))
    ours.add_artist(PanelArtist(pixels, box, ours.transFigure))
    axes = theirs.add_axes(box.bounds)
    axes.set_axis_off()
    axes.imshow(pixels, interpolation="none", aspect="auto")
    assert np.array_equal(drawn(ours), drawn(theirs))


def test_a_sample_is_where_it_says() -> None:
    figure = Figure((1, 1), dpi=100)
    picture = PanelArtist(
        np.zeros((4, 5, 3), np.uint8), Bbox([[0.1, 0.2], [0.6, 0.6]]), figure.transFigure
    )
    assert np.allclose(picture.samples.transform((0, 0)), (10, 60))
    assert np.allclose(picture.samples.transform((5, 4)), (60, 20))


@pytest.mark.parametrize("rotation", [0, 90])
@pytest.mark.parametrize("weight", ["normal", "bold"])
def test_words_are_what_text_draws(rotation: int, weight: str) -> None:
    pages = []
    for kind in (Text, CachedText, CachedText):  # the second time from what is kept
        with own_style():
            figure = Figure((3, 3), dpi=150)
            text = kind(0.5, 0.5, "−80 dB, gÅ", rotation=rotation, weight=weight, ha="center")
            text.set(figure=figure, transform=figure.transFigure)
            figure.texts.append(text)
            pages.append(drawn(figure))
    assert np.ptp(pages[0]) > 200
    assert np.array_equal(pages[1], pages[2])
    assert np.abs(pages[0].astype(int) - pages[1]).max() <= 8


@pytest.mark.parametrize(
    "look", [{"visible": False}, {"alpha": 0.4}, {"bbox": {"facecolor": "red"}}], ids=str
)
def test_words_that_are_hidden_faint_or_in_a_box_are_what_text_draws(look: dict[str, Any]) -> None:
    plain, pages = [], []
    for kind in (Text, CachedText):
        with own_style():
            figure = Figure((3, 3), dpi=150)
            text = kind(0.5, 0.5, "−80 dB, gÅ", ha="center")
            text.set(figure=figure, transform=figure.transFigure)
            figure.texts.append(text)
            plain.append(drawn(figure))
            text.set(**look)
            pages.append(drawn(figure))
    assert np.abs(plain[1].astype(int) - pages[1]).max() > 100
    assert np.abs(pages[0].astype(int) - pages[1]).max() <= 8


def page_of(words: str, rotation: int = 0) -> np.ndarray:
    with own_style():
        figure = Figure((3, 3), dpi=150)
        text = CachedText(0.5, 0.5, words, rotation=rotation, ha="center")
        text.set(figure=figure, transform=figure.transFigure)
        figure.texts.append(text)
        return drawn(figure)


def test_words_do_not_depend_on_what_was_drawn_before() -> None:
    alone = page_of("−80 dB, gÅ")
    for words in ("MMMMMMMMMMMM", "two\nlines", "WWW"):
        for rotation in (0, 90):
            page_of(words, rotation)
    clear_all()  # they are drawn anew, where others have been
    assert np.array_equal(alone, page_of("−80 dB, gÅ"))


def test_a_png_holds_the_pixels_and_the_texts() -> None:
    pixels = rng.integers(0, 256, (13, 17, 4), np.uint8)
    data = encode_png(pixels, {"Software": "a", "sampviz": '{"é": 1}'}, 150.0)
    with Pillow.open(BytesIO(data)) as picture:
        assert np.array_equal(np.asarray(picture), pixels[..., :3])
        assert picture.text == {"Software": "a", "sampviz": '{"é": 1}'}  # type: ignore[attr-defined]
        assert picture.info["dpi"] == pytest.approx((150, 150), abs=0.02)
