"""The default page: legible at both widths of a journal, whatever is compared."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

import sampviz
from sampviz.figures.layout.page import PAGE_HEIGHT
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.style import NO_BREAK
from sampviz.images.image import Image
from tests.figures.drawn import extents, outlines, overlapping, pixels, place_texts
from tests.figures.readable import texts_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning"),
]
FOUR = "max,stride,blur,flc"
NINE = f"{FOUR},asap,avg,median,dpp,lp"
FOURTEEN = f"{NINE},min,area,resize,softpool,kaiser"
PITFALLS: dict[str, Any] = {
    "levels": 2,
    "in_panel": "residual,ssim,equivariance",
    "title": "Pitfalls",
}
rng = np.random.default_rng(0)
NARROW = np.pad(np.random.default_rng(0).uniform(50, 100, (16, 4)), ((0, 0), (6, 6)))
LAYOUTS: dict[str, tuple[Any, str, dict[str, Any]]] = {
    "one chain": ("sample:t1", "max", {}),
    "two chains, twice": ("sample:t1", "max,flc", {"levels": 2}),
    "four chains": ("sample:dwi_1p5mm", FOUR, {}),
    "four chains, three levels": ("sample:t1", FOUR, {"levels": 3}),
    "nine chains": ("sample:t1", NINE, {}),
    "fourteen chains": ("sample:t1", FOURTEEN, {}),
    "one column of a journal": ("sample:t1", FOUR, {"width": 89}),
    "one column, numbers": ("sample:t1", "max,conv:identity", PITFALLS | {"width": 89}),
    "numbers": ("sample:t1", "max,conv:identity", PITFALLS),
    "one column, nine chains": ("sample:t1", NINE, {"width": 89}),
    "enlarged again": ("sample:t1", "max+bilinear,flc+sinc,stride+nearest", {}),
    "colours": ("sample:chelsea", FOUR, {}),
    "a formula": ("sample:zoneplate", FOUR, {}),
    "tiny": (rng.random((7, 9)), "max,blur:k=3", {}),
    "narrow, without a detail": (NARROW, "max,blur", {}),
    "large": (rng.random((900, 1200)).astype(np.float32), "max,flc", {}),
    "odd": (rng.random((33, 47)), FOUR, {}),
    "long names": ("sample:t1", "transpose:k=5:s=3+conv:kernel=gauss:k=7:p=3:pad=reflect", {}),
    "a volume": ("sample:pd", "max,flc", {"volume": True}),
    "channels": (rng.random((6, 40, 50)), "max,flc", {}),
}


@cache
def page_of(name: str) -> Figure:
    source, chains, options = LAYOUTS[name]
    options = dict(options)
    image = (
        sampviz.load(source, volume=options.pop("volume", False))
        if (isinstance(source, str))
        else source
    )
    figure = sampviz.compare(image, chains, **options)
    place_texts(figure)
    return figure


@pytest.fixture(params=LAYOUTS, ids=list(LAYOUTS), scope="module")
def page(request: pytest.FixtureRequest) -> Figure:
    return page_of(request.param)


def test_no_text_overlaps_another_nor_a_panel(page: Figure) -> None:
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts_of(page)]
    assert overlapping(boxes, boxes, 2) == []
    assert overlapping(boxes, [("a panel", panel) for panel in extents(page)], 2) == []


def test_nothing_is_cut_at_the_edge(page: Figure) -> None:
    for text in texts_of(page):
        box = text.get_window_extent()
        assert box.x0 >= -1, text
        assert box.x1 <= page.bbox.x1 + 1, text
        assert box.y0 >= -1, text
        assert box.y1 <= page.bbox.y1 + 1, text


def test_no_text_is_smaller_than_type_can_be(page: Figure) -> None:
    smallest = 5 if page.get_size_inches()[0] * 25.4 < 100 else 6
    assert min(float(text.get_fontsize()) for text in texts_of(page)) >= smallest


@pytest.mark.parametrize(
    ("name", "width"),
    [
        ("one chain", None),
        ("four chains", None),
        ("nine chains", None),
        ("fourteen chains", None),
        ("one chain", 89),
        ("four chains", 89),
    ],
)
def test_a_page_is_as_wide_as_its_columns_and_not_too_high(name: str, width: float | None) -> None:
    source, chains, _ = LAYOUTS[name]
    figure = page_of(name) if width is None else sampviz.compare(source, chains, width=width)
    size = figure.get_size_inches() * 25.4
    assert size[0] == pytest.approx(width or 183, abs=0.1)
    assert size[1] <= 1.05 * PAGE_HEIGHT
    assert figure.dpi >= 300


def test_samples_are_blocks_of_whole_pixels(page: Figure) -> None:
    for panel, box in zip(pixels(page), extents(page), strict=False):
        rows, columns = panel.shape[:2]
        assert round(box.height) % rows == 0
        assert round(box.width) % columns == 0


def test_the_foot_is_one_line_and_the_rest_is_in_the_caption() -> None:
    figure = sampviz.compare("sample:t1", FOUR)
    assert isinstance(figure, PanelFigure)
    foot = figure.sheet.texts[-1].lines
    assert len(foot) == 1
    assert len(foot[0]) <= 120
    for word in ("window", "detail", "neurological", "ideal"):
        assert word in foot[0]
    assert figure.caption
    assert any("spectra" in sentence.text for sentence in figure.caption.sentences)


def test_a_narrow_page_without_colour_bars_gives_their_room_to_the_panels() -> None:
    words = PITFALLS | {"width": 89, "rows": "image,detail,summary"}
    figure = sampviz.compare(*LAYOUTS["one column, numbers"][:2], **words)
    assert len({box.y0 for box in extents(figure)[:3]}) == 1  # one line of columns
    assert min(box.width for box in extents(figure)[:3]) * 25.4 / figure.dpi > 20
    size = figure.get_size_inches() * 25.4
    assert size[1] <= PAGE_HEIGHT


def test_titles_are_words_and_colours_are_those_of_the_charts() -> None:
    figure = sampviz.compare("sample:t1", "max:k=3:s=2:p=1,blur:k=5,conv:kernel=box", levels=2)
    assert isinstance(figure, PanelFigure)
    lines = [" ".join(block.lines) for block in figure.sheet.texts]
    text = " | ".join(lines)
    assert "Max pooling 3×3, step 2, padding 1 ×2" in text
    assert "BlurPool, 5 taps ×2" in text
    assert "Strided convolution, box kernel ×2" in text
    curves = [line.get_color() for line in figure.axes[0].get_lines()[1:]]
    assert [rule.colour for rule in figure.sheet.rules[1:]] == curves
    bold = [block.lines[0] for block in figure.sheet.texts if block.bold]
    assert [text for text in bold if text in "abcdefgh"] == list("abcde")


def test_rows_that_are_asked_for_give_a_plain_figure() -> None:
    figure = sampviz.compare("sample:t1", "max", rows="image,spectrum")
    assert isinstance(figure, PanelFigure)
    assert not figure.axes
    assert not figure.sheet.rules
    assert pixels(figure)[0].shape[:2] == (256, 192)


def test_the_background_is_cut_off_unless_it_is_wanted() -> None:
    cropped, whole = (
        pixels(sampviz.compare("sample:t1", "max", crop=crop))[0] for crop in (None, False)
    )
    assert whole.shape[:2] == (256, 192)
    rows, columns = cropped.shape[:2]
    assert rows < 256 or columns < 192
    # What is cut off is dark, and the rest is the same pixels.
    i, j = next(
        (i, j)
        for i in range(256 - rows + 1)
        for j in range(192 - columns + 1)
        if np.array_equal(whole[i : i + rows, j : j + columns], cropped)
    )
    outside = whole.astype(int).sum(axis=-1)
    outside[i : i + rows, j : j + columns] = 0
    assert np.percentile(outside, 99) < 3 * 30
    assert pixels(sampviz.compare("sample:chelsea", "max"))[0].shape[:2] == (300, 451)


def test_the_foot_says_what_is_not_the_whole_image_or_its_shape() -> None:
    def foot(**options: Any) -> str:
        return " ".join(sampviz.compare("sample:t1", "max", **options).sheet.texts[-1].lines)

    rough = f"aspect 4{NO_BREAK}% off"  # 0.9375x0.9 mm, drawn as squares
    assert foot() == (
        f"window 1..428 (p1, p99); detail 23..222; cropped; {rough}; neurological: left is left;"
        " ideal: low-pass (as FLC)"
    )
    whole = foot(crop=False)
    assert "cropped" not in whole
    assert rough in whole


def test_of_several_inputs_the_foot_says_which_slices_they_are() -> None:
    images = [sampviz.load("sample:dwi", slice=3), sampviz.load("sample:t1", slice=5)]
    for options in ({}, {"rows": "image"}):
        texts = sampviz.compare(images, "max", **options).sheet.texts  # type: ignore[arg-type]
        lines = " ".join(line for block in texts for line in block.lines)
        assert "dwi: axial slice 3 of 0..23" in lines
        assert "; t1: axial slice 5 of 0..7" in lines


def test_errors_without_a_detail_are_of_what_is_left_of_the_image() -> None:
    _, output, error = (panel.size for panel in extents(sampviz.compare(NARROW, "max"))[:3])
    assert output[0] < 0.6 * output[1]
    np.testing.assert_allclose(error, output, atol=1)


def grating_in_a_square(size: int = 128) -> np.ndarray:
    """Return a flat field with a fine grating in one square, and a smooth bright spot elsewhere."""
    array = np.full((size, size), 100.0)
    square = slice(64, 96), slice(32, 64)
    array[square] += 40 * np.cos(np.pi * 0.9 * np.arange(32))[None]
    rows, columns = np.mgrid[:size, :size]
    array += 150 * np.exp(-((rows - 24) ** 2 + (columns - 100) ** 2) / (2 * 8**2))
    return array


def test_the_detail_is_where_structure_differs_and_not_where_it_is_bright() -> None:
    figure = sampviz.compare(grating_in_a_square(), FOUR, crop=False)
    box = outlines(figure)[0]
    top, left = box.get_y(), box.get_x()
    assert 56 <= top <= 88
    assert 24 <= left <= 56


def test_the_error_is_the_output_less_the_ideal_image_without_its_mean() -> None:
    image = Image.of(grating_in_a_square())
    figure = sampviz.compare(image, "stride,flc", rows="error")
    assert isinstance(figure, PanelFigure)
    stride, flc = (placed.panel for placed in figure.sheet.panels)
    spectrum = np.fft.fft2(image.array)
    kept = np.abs(np.fft.fftfreq(128)) * 128
    weight = np.where(kept < 32, 1.0, np.where(kept == 32, 0.5, 0.0))
    ideal = np.fft.ifft2(spectrum * weight[:, None] * weight[None]).real[::2, ::2]
    expected = image.array[::2, ::2] - ideal
    assert stride.array is not None
    assert flc.array is not None
    assert np.allclose(stride.array[0], expected - expected.mean(), atol=1e-6)
    assert np.abs(flc.array).max() < 1e-6 * np.abs(expected).max()


def test_of_chains_that_are_not_linear_the_bars_show_what_folds_at_their_step() -> None:
    figure = sampviz.compare("sample:t1", "max,stride,dpp", rows="image,summary")
    pooled, strided = sampviz.measure("sample:t1", "max,stride", measures="alias,stepalias")
    (folds,) = (axes for axes in figure.axes if axes.get_title("left").startswith("folded"))
    numbers = [text.get_text() for text in folds.texts]
    assert numbers[0] == f"{100 * pooled.values['stepalias']:.3g}*"
    assert numbers[1] == f"{100 * strided.values['alias']:.3g}"
    assert numbers[2].startswith("not defined")  # of dpp no window is known
    notes = [text.get_text() for text in figure.texts if text.get_text().startswith("*")]
    assert notes == ["* not linear: folded where samples are dropped (stepalias)"]
    linear = sampviz.compare("sample:t1", "stride,flc", rows="image,summary")
    assert not [text for text in linear.texts if text.get_text().startswith("*")]
