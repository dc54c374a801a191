"""What is compared of a figure: its arrays by name, its words, and where these stand."""

import numpy as np
import pytest
from matplotlib.text import Text
from scipy.ndimage import distance_transform_edt

import sampviz
from sampviz.figures.grids.contact_sheet import contact_sheet
from sampviz.testing.snapshots.snapshot import snapshot_of

X = np.random.default_rng(0).random((24, 20))


def test_where_words_stand_is_marked_and_nothing_else() -> None:
    """Where the picture is another without the words, and what is near, as high as a line."""
    figure = sampviz.compare(X, "max", rows="image,alias", title="gjp | ÅÉ")
    shown = snapshot_of("f", figure)
    texts = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    for text in texts:
        text.set_visible(False)
    bare = snapshot_of("f", figure)
    assert shown.pixels is not None
    assert bare.pixels is not None
    assert shown.text is not None
    assert bare.text is not None
    differs = (shown.pixels != bare.pixels).any(axis=-1)
    assert differs.any()
    assert not (differs & ~shown.text).any()
    assert not bare.text.any()
    sizes = [t.get_fontproperties().get_size_in_points() for t in texts]
    high = max(sizes) / 72 * figure.dpi
    assert distance_transform_edt(~differs)[shown.text].max() < high


def test_what_is_compared_is_what_the_panels_show() -> None:
    figure = sampviz.compare(X, ["max", "max"], rows="image", window="0,0.5", annotate=False)
    shown = snapshot_of("f", figure)
    assert [panel.name for panel in shown.panels] == [
        "image, original",
        "image, max",
        "image, max (2)",
    ]
    assert [panel.limits for panel in shown.panels] == [(0, 0.5)] * 3
    largest = X.reshape(12, 2, 10, 2).max(axis=(1, 3))
    for panel, array in zip(shown.panels, (X, largest, largest), strict=True):
        assert np.array_equal(panel.array, array.astype(panel.array.dtype))
    assert " ".join(shown.words.split()) == shown.words
    assert {"24×20", "12×10"} <= set(shown.words.split())
    assert (shown.record, shown.dpi) == (figure.record, figure.dpi)


def test_a_panel_of_a_picture_alone_is_its_levels_from_black_to_white() -> None:
    figure = sampviz.compare(X, "max", rows="image")
    shown = snapshot_of("sheet", contact_sheet({"thumbnail": figure}, {}))
    (panel,) = shown.panels
    assert (panel.name, panel.limits) == ("thumbnail", (0, 255))
    assert shown.pixels is not None
    assert panel.region is not None
    assert np.array_equal(panel.array, shown.pixels[panel.region])


@pytest.mark.parametrize("array", [np.arange(3), np.ones((2, 2), bool), np.array(1j), np.eye(2)])
def test_an_array_is_one_panel_and_nothing_else(array: np.ndarray) -> None:
    shown = snapshot_of("a", array)
    (panel,) = shown.panels
    assert (panel.name, panel.limits, panel.region) == ("array", None, None)
    assert np.array_equal(panel.array, array)
    assert (shown.words, shown.record, shown.dpi, shown.pixels) == ("", "", None, None)
