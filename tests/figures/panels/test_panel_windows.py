"""Grey windows, signed pictures, NaN: what black and white mean."""

from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import UsageError
from sampviz.figures.options import Scope
from sampviz.figures.panels.colormap import apply_colormap
from sampviz.figures.panels.column import columns_of
from sampviz.figures.panels.panel_windows import PanelWindow, panel_windows
from sampviz.images.image import Image
from sampviz.images.intensity_window import Window
from tests.figures.drawn import extents, pixels

rng = np.random.default_rng(0)


def windows(
    array: np.ndarray, chains: str, text: str | None = None, scope: Scope = "shared"
) -> list[PanelWindow]:
    image = Image.of(array)
    parsed = [sampviz.Chain.parse(each) for each in chains.split(",")]
    found = panel_windows(
        image, columns_of(image, parsed, 1, "magnitude"), Window.parse(text), scope
    )
    return list(found)


def odd(pixels: np.ndarray) -> np.ndarray:
    """Return where pixels are magenta or yellow."""
    magenta, yellow = (255, 0, 200), (255, 230, 0)
    return (pixels == magenta).all(axis=-1) | (pixels == yellow).all(axis=-1)


def test_percentiles_are_those_of_the_pixels_that_are_not_zero() -> None:
    array = np.zeros((100, 100))
    array[:50] = rng.random((50, 100)) + 1
    (low, high) = windows(array, "max")[0].limits
    assert (low, high) == pytest.approx(tuple(np.percentile(array[:50], [1, 99])))


def test_a_high_offset_is_not_a_sign() -> None:
    array = 1000 + 50 * rng.random((64, 64))
    found = windows(array, "max,flc,stride")
    assert not any(window.signed for window in found)
    assert len({window.limits for window in found}) == 1
    assert found[0].limits[0] > 999


@pytest.mark.parametrize("offset", [0, -500, 1000])
def test_a_filter_that_loses_constants_gets_a_window_around_zero(offset: float) -> None:
    array = offset + 100 * rng.random((32, 32))
    plain, signed, kept, cut = windows(
        array, "conv:laplacian:pad=edge,blur:3,conv:laplacian:pad=edge+relu"
    )
    assert signed.signed
    assert signed.limits[0] == -signed.limits[1]
    assert plain.limits == kept.limits == cut.limits


def test_a_window_that_was_asked_for_is_kept() -> None:
    found = windows(rng.random((32, 32)), "conv:laplacian", "0,2")
    assert {window.limits for window in found} == {(0.0, 2.0)}


def test_each_panel_may_have_its_own() -> None:
    original, brighter = windows(rng.random((64, 64)), "max", scope="panel")
    assert brighter.limits[0] > original.limits[0]
    assert brighter.label.startswith("window ")


@pytest.mark.parametrize("array", [np.zeros((8, 8)), np.full((8, 8), 7.0), np.full((8, 8), np.nan)])
def test_constant_and_empty_images_have_a_window(array: np.ndarray) -> None:
    low, high = windows(array, "max")[0].limits
    assert low < high


def test_nan_is_counted_painted_and_kept_out_of_the_window() -> None:
    array = rng.random((32, 32))
    array[4, 5] = np.nan
    figure = sampviz.compare(array, "max,stride")
    words = " ".join(text.get_text() for text in figure.texts)
    assert "striped in magenta and yellow: NaN or infinite" in words
    assert figure.caption
    assert any("1 NaN among 1024" in sentence.text for sentence in figure.caption.sentences)
    assert np.argwhere(odd(pixels(figure)[0])).tolist() == [[4, 5]]


def test_spectra_of_outputs_without_nan_are_drawn_below_their_own_maximum() -> None:
    array = rng.random((32, 32))
    array[3, 3] = np.nan  # stride does not keep it
    figure = sampviz.compare(array, "stride", rows="spectrum")
    original, output = pixels(figure)
    assert odd(original).all()
    assert not odd(output).any()
    assert len(np.unique(output.reshape(-1, 3), axis=0)) > 50
    assert any("its maximum" in text.get_text() for text in figure.texts)


def test_what_is_not_a_number_is_striped_for_eyes_that_see_no_colour() -> None:
    light = apply_colormap(np.full((8, 8), np.nan), (0.0, 1.0)) @ np.array([0.2126, 0.7152, 0.0722])
    assert set(np.diff(np.diagonal(light))) != {0}
    # Along the other diagonal nothing changes: these are stripes.
    assert set(np.diff(np.diagonal(light[::-1]))) == {0}
    assert light.max() > 2 * light.min()


@pytest.mark.parametrize("size", [1e-310, 1e-30, 1e30, 8e307])
def test_pictures_do_not_depend_on_the_scale_of_the_values(size: float) -> None:
    array = rng.integers(-(2**20), 2**20, (32, 32)) / 2.0**20
    scale = 2.0 ** np.round(np.log2(size))  # no digit changes, but of the smallest numbers
    plain, scaled = (
        sampviz.compare(each, "max,stride,blur", rows="image,spectrum", window="p5,p95")
        for each in (array, array * scale)
    )
    for pair in zip(pixels(plain), pixels(scaled), strict=True):
        apart = np.abs(np.diff(np.array(pair, int), axis=0))
        assert apart.max() <= (8 if size < 1e-300 else 0)


@pytest.mark.parametrize("value", [7.0, 2.0**63, 1e30, -1e30, 1.7e308, 5e-324])
def test_a_constant_has_a_window_in_which_it_can_be_drawn(value: float) -> None:
    low, high = windows(np.full((8, 8), value), "max")[0].limits
    assert np.isfinite([low, high]).all()
    assert low < high
    assert low <= value <= high


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a difference may lie beyond float64
@pytest.mark.parametrize("size", [1e-310, 1e308, 1.7e308])
def test_differences_of_any_size_have_a_bar(size: float) -> None:
    array = (rng.random((16, 16)) - 0.5) * size
    figure = sampviz.compare(array, "max,stride", rows="difference")
    strip = extents(figure)[-1]
    middles = [
        text.get_window_extent().y0 / 2 + text.get_window_extent().y1 / 2
        for text in figure.texts
        if text.get_text() == "0.0"
    ]
    assert middles == [pytest.approx((strip.y0 + strip.y1) / 2, abs=2)]


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"up": "cubic"}, "up"),
        ({"window_scope": "pannel"}, "window_scope"),
        ({"convention": "Radiological"}, "convention"),
        ({"columns": 0}, "columns"),
        ({"font_size": 0}, "font_size"),
        ({"dpi": -3}, "dpi"),
        ({"width": float("nan")}, "width"),
        ({"levels": 0}, "levels"),
    ],
)
def test_options_that_cannot_be_are_refused_in_python_too(
    options: dict[str, Any], where: str
) -> None:
    with pytest.raises(UsageError) as caught:
        sampviz.compare(np.zeros((16, 16)), "max", **options)
    assert caught.value.where == where


def test_arrays_are_images_and_what_is_not_is_refused() -> None:
    assert Image.of([[1, 2], [3, 4]], spacing=(2, 3)).spacing == (2, 3)
    assert Image.of(np.zeros((4, 4), np.uint8)).range == (0, 255)
    for wrong in (np.zeros(4), np.zeros((2, 3, 4, 4)), np.zeros((0, 4)), [["a"]]):
        with pytest.raises(UsageError):
            Image.of(wrong)
    with pytest.raises(UsageError):
        Image.of(np.zeros((4, 4)), spacing=(0, 1))


def test_a_mask_of_zeros_and_ones_is_black_and_white() -> None:
    mask = np.zeros((8, 8), np.float32)
    mask[2:5, 3:6] = 1
    image = Image.of(mask)
    window = Window.parse(None)
    limits = window.limits(mask, image)
    assert limits == (0.0, 1.0)
    told = window.describe(limits, mask, image)
    assert told == "window 0..1 (the smallest and the largest value of the original)"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (3.0, "3..4 (all of the original is 3)"),
        (np.nan, "0..1 (no value of the original is finite)"),
    ],
)
def test_a_window_of_no_contrast_says_so(value: float, words: str) -> None:
    flat = np.full((8, 8), value)
    window = Window.parse(None)
    image = Image.of(flat)
    assert window.describe(window.limits(flat, image), flat, image) == f"window {words}"
