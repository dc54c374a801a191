"""A method step by step: every panel is what the step before it made, value by value."""

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch

import sampviz
from sampviz.core.errors import UsageError
from sampviz.figures.grids.steps import PanelSpec, draw_steps
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.render.save import figure_pixels
from sampviz.images.image import Image
from sampviz.ops.chain import Chain
from tests.figures.drawn import digits, extents, of_kind, outlines, pictures
from tests.figures.test_exact import grey_levels, panels, unzoomed


def noise(size: tuple[int, int] = (16, 20)) -> Image:
    return Image.of(np.random.default_rng(0).random(size).astype(np.float32), "noise")


def drawn(
    chain: str, *sights: PanelSpec, image: Image | None = None, **options: object
) -> PanelFigure:
    return draw_steps(image or noise(), Chain.parse(chain), sights, **options)  # type: ignore[arg-type]


def words(figure: PanelFigure) -> list[str]:
    return [text.get_text() for text in figure.texts if text.get_text()]


def bar_limits(figure: PanelFigure) -> list[float]:
    """The ends of the one colour bar."""
    (placed,) = figure.sheet.bars
    assert placed.row.bar
    return list(placed.row.bar.limits)


def coloured(values: np.ndarray, low: float, high: float, colours: str) -> np.ndarray:
    """What the documentation of a map says: 256 colours that share the limits equally."""
    table = np.rint(mpl.colormaps[colours](np.arange(256))[:, :3] * 255).astype(np.uint8)
    return table[np.clip(np.floor(256 * (values - low) / (high - low)), 0, 255).astype(int)]


def test_images_are_the_stages_of_the_chain() -> None:
    image = noise()
    figure = drawn("max:s=1+blur:k=3:s=1+stride", image=image, window="0,1")
    # The largest of 2x2, [1 2 1]/4 along both axes with the edge mirrored, every second pixel.
    x = image.array.astype(np.float64)
    largest = np.max([x[:-1, :-1], x[1:, :-1], x[:-1, 1:], x[1:, 1:]], axis=0)
    wide = np.pad(largest, 1, mode="reflect")
    rows = (wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4
    blurred = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4
    found = panels(figure, figure_pixels(figure))
    stages = (x, largest, blurred, blurred[::2, ::2])
    for panel, stage in zip(found, stages, strict=True):
        levels = unzoomed(panel, stage.shape[:2]).astype(int)
        assert np.abs(levels - grey_levels(stage, 0, 1)).max() <= 1  # float32 rounds


def test_spectra_are_those_of_the_stages_at_the_size_of_their_bins() -> None:
    image = noise((16, 16))
    figure = drawn("flc", PanelSpec("spectrum", 0), PanelSpec("spectrum", 1), image=image)
    whole, cropped = panels(figure, figure_pixels(figure))
    x = image.array.astype(np.float64)
    spectrum = np.fft.fftshift(np.abs(np.fft.fft2(x - x.mean()))) / x.size
    # Nyquist bins aside, which flc leaves out, the middle of k-space is kept as it is.
    inner = spectrum[5:12, 5:12]
    for panel, amplitudes, start in ((whole, spectrum, 0), (cropped, inner, 1)):
        with np.errstate(divide="ignore"):
            decibels = 20 * np.log10(amplitudes / spectrum.max())
        expected = coloured(np.maximum(decibels, -80), -80, 0, "magma").astype(int)
        seen = beside_lines(panel, (8, 8) if start else (16, 16))[start:, start:]
        off = np.abs(seen - expected).max(axis=2)
        assert (off == 0).mean() > 0.9
        assert off.max() < 8  # a level more or less
    assert whole.shape[0] == 2 * cropped.shape[0]  # what is left is as large as the box


def test_the_box_is_around_what_is_left_of_the_spectrum() -> None:
    figure = drawn("flc:4", PanelSpec("spectrum", 0), PanelSpec("image", 1), image=noise((16, 32)))
    (box,) = outlines(figure)
    assert box.get_bbox().bounds == (32 / 2 + 0.5 - 4, 16 / 2 + 0.5 - 2, 8, 4)
    assert not outlines(drawn("nearest", PanelSpec("spectrum", 0)))


def test_weights_are_drawn_from_the_smallest_to_the_largest() -> None:
    image = noise()
    figure = drawn("dpp", PanelSpec("weights", 1), image=image)
    x = image.array.astype(np.float64)

    def over_windows(y: np.ndarray) -> np.ndarray:
        means = y.reshape(8, 2, 10, 2).mean(axis=(1, 3))
        return means.repeat(2, 0).repeat(2, 1)

    q = (x - over_windows(x)) ** 2 + 1e-3
    weights = np.sqrt(q / over_windows(q)) + 1
    (panel,) = panels(figure, figure_pixels(figure))
    expected = coloured(weights, weights.min(), weights.max(), "cividis").astype(int)
    assert np.abs(unzoomed(panel, (16, 20)) - expected).max() <= 4  # a level more or less
    assert bar_limits(figure) == pytest.approx([weights.min(), weights.max()], rel=1e-5)


def test_weights_of_an_image_with_nan_are_those_of_the_rest() -> None:
    array = noise().array.copy()
    array[3, 4] = np.nan
    figure = drawn("dpp", PanelSpec("weights", 1), image=Image.of(array, "nan"))
    assert np.isfinite(bar_limits(figure)).all()
    array[:] = np.nan
    figure = drawn("dpp", PanelSpec("weights", 1), image=Image.of(array))
    assert bar_limits(figure) == [0, 1]


def test_a_window_is_drawn_from_0_over_the_whole_spectrum() -> None:
    figure = drawn("asap:mode=faithful", PanelSpec("window", 1), image=noise((16, 20)))
    hamming = [0.54 - 0.46 * np.cos(2 * np.pi * np.arange(n) / (n - 1)) for n in (16, 20)]
    (panel,) = panels(figure, figure_pixels(figure))
    expected = coloured(np.sqrt(np.outer(*hamming)), 0, 1, "cividis").astype(int)
    off = np.abs(beside_lines(panel, (16, 20)) - expected).max(axis=2)
    assert off.max() <= 4  # the largest is a little below 1
    assert bar_limits(figure) == pytest.approx([0, 0.992], abs=5e-4)
    assert len(outlines(figure)) == 1


def beside_lines(panel: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A pixel of every sample; lines run along its edges or through its middle."""
    zoom = panel.shape[0] // size[0], panel.shape[1] // size[1]
    assert panel.shape[:2] == (size[0] * zoom[0], size[1] * zoom[1])
    return panel[zoom[0] // 4 :: zoom[0], zoom[1] // 4 :: zoom[1]].astype(int)


def test_the_numbers_of_a_kernel_are_written_on_it() -> None:
    figure = drawn("blur:k=4", PanelSpec("kernel", 1))
    taps = np.array([1, 3, 3, 1]) / 8
    written = [text.get_text() for text in digits(figure)]
    assert np.allclose([float(text) for text in written], np.outer(taps, taps).ravel(), atol=5e-4)
    assert written[:2] == [".016", ".047"]
    assert [t.get_text() for t in digits(drawn("blur:k=1", PanelSpec("kernel", 1)))] == ["1.000"]
    assert not digits(drawn("blur:k=8", PanelSpec("kernel", 1)))  # no room for so many


def test_numbers_are_dark_on_bright_cells_and_white_on_dark_ones() -> None:
    texts = digits(drawn("blur:k=3", PanelSpec("kernel", 1)))
    colours = [text.get_color() for text in texts]
    assert colours[4] == "#222222"  # 1/4, the largest
    assert {colours[i] for i in (0, 2, 6, 8)} == {"white"}  # 1/16


def test_without_panels_the_image_after_every_step_is_shown() -> None:
    figure = drawn("max:s=1+blur+relu")
    assert len(pictures(figure)) == 4
    told = words(figure)
    names = ("Original", "BlurPool", "ReLU")
    # Each step stands over its arrow and over its picture.
    assert [told.count(name) for name in names] == [1, 2, 2]
    assert len(of_kind(figure, FancyArrowPatch)) == 3


def test_words_of_arrows_are_those_written_or_what_happens() -> None:
    figure = drawn(
        "max+avg",
        PanelSpec("image", 0),
        PanelSpec("spectrum", 0),
        PanelSpec("image", 1),
        PanelSpec("image", 2, "last", "then\nmean"),
    )
    told = words(figure)
    said = " ".join(told)
    assert all(text in said for text in ("FFT", "inverse FFT", "then mean", "last"))


def test_radiological_mirrors_pictures_but_not_what_is_computed() -> None:
    image = sampviz.load("sample:dwi")
    both = []
    for convention in ("neurological", "radiological"):
        figure = drawn("dpp", PanelSpec("image", 0), PanelSpec("weights", 1), PanelSpec("image", 1),
                       image=image, convention=convention)  # fmt: skip
        both.append(panels(figure, figure_pixels(figure)))
        letters = [text for text in words(figure) if text in ("L", "R")]
        assert letters == (["L", "R"] if convention == "neurological" else ["R", "L"])
    for neurological, radiological in zip(*both, strict=True):
        assert np.array_equal(neurological, radiological[:, ::-1])


def test_panels_follow_in_lines() -> None:
    figure = drawn("max:s=1+max:s=1+max:s=1", columns=2)
    tops = [box.y1 for box in extents(figure)]
    tenth = figure.dpi / 10
    assert tops[0] - tops[1] < tenth < tops[1] - tops[2]
    lefts = [box.x0 for box in extents(figure)]
    assert lefts[0] < lefts[1] > lefts[2]


@pytest.mark.parametrize(
    ("sight", "what", "fix"),
    [
        (PanelSpec("image", 3), "'max+flc' has no such stage", "wanted 0..2"),
        (PanelSpec("image", -1), "'max+flc' has no such stage", "wanted 0..2"),
        (PanelSpec("kernel", 0), "'max+flc' has no such stage", "wanted 1..2"),
        (PanelSpec("kernel", 1), "max shows no kernel", "it shows nothing"),
        (PanelSpec("kernel", 2), "flc shows no kernel", "it shows window"),
        (PanelSpec("product", 1), "max shows no product", "it shows nothing"),
        (PanelSpec("spectra", 1), "max shows no spectra", "it shows nothing"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_shown_is_said(sight: PanelSpec, what: str, fix: str) -> None:
    with pytest.raises(UsageError) as caught:
        drawn("max+flc", sight)
    assert caught.value.what == what
    assert caught.value.where == f"panel {sight.show!r} of stage {sight.stage}"
    assert caught.value.fix == fix


def test_a_window_over_a_padded_image_has_its_own_size_and_no_box() -> None:
    figure = drawn("asap:pad=large", PanelSpec("window", 1), image=noise((16, 16)))
    assert "31×31" in words(figure)
    assert not outlines(figure)


def test_the_product_is_the_spectrum_times_the_window() -> None:
    image = noise((16, 20))
    for chain in ("flc", "asap"):
        specs = (PanelSpec("spectrum", 0), PanelSpec("window", 1), PanelSpec("product", 1))
        figure = drawn(chain, *specs, image=image)
        spectrum, window, product = (placed.panel.array for placed in figure.sheet.panels)
        assert spectrum is not None
        assert window is not None
        assert product is not None
        with np.errstate(divide="ignore"):
            expected = np.maximum(spectrum + 20 * np.log10(window), -80)
        assert product is not None
        assert np.allclose(product, expected, atol=1e-9)


def test_the_window_of_flc_is_what_the_operation_keeps() -> None:
    # A cosine comes out with the window's value at its frequency, whatever side it is on.
    size = 16
    figure = drawn("flc", PanelSpec("window", 1), image=noise((size, size)))
    window = figure.sheet.panels[0].panel.array
    assert window is not None
    for k in range(size // 2):
        wave = np.cos(2 * np.pi * k / size * np.arange(size))[:, None].repeat(size, 1)
        out = Chain.parse("flc")(wave)
        assert abs(out).max() == pytest.approx(window[size // 2 + k, size // 2], abs=1e-12)


def test_a_detail_shows_the_same_part_of_every_image_and_of_the_weights() -> None:
    image = noise((32, 40))
    specs = (PanelSpec("image", 0), PanelSpec("weights", 1), PanelSpec("image", 1))
    figure = drawn("dpp", *specs, image=image, zoom="4x6+8")
    by_name = {placed.panel.name: placed.panel for placed in figure.sheet.panels}
    original = by_name["detail of image, stage 0"]
    assert original.array is not None
    assert np.array_equal(original.array[0], image.array[4:12, 6:14])
    weights = by_name["weights, stage 1"].array
    assert weights is not None
    part = by_name["detail of weights, stage 1"]
    assert np.array_equal(np.asarray(part.array), weights[4:12, 6:14])
    assert by_name["detail of image, stage 1"].size == original.size == part.size


def test_further_chains_stand_beside_the_result_without_an_arrow() -> None:
    image = noise((16, 20))
    chain, other = Chain.parse("avg"), Chain.parse("max")
    figure = draw_steps(image, chain, beside=[other])
    last = figure.sheet.panels[-1].panel.array
    assert len(figure.sheet.panels) == 3
    assert last is not None
    assert np.array_equal(last[0], other(image.array))
    assert len(figure.sheet.arrows) == 1
    assert "Max pooling" in words(figure)


def test_ticks_of_k_space_stand_where_their_frequencies_are() -> None:
    # A wave of 0.1 cycles/mm, at the tick of 0.1, on pixels of 2 mm: 8 cycles on 40 pixels.
    wave = np.cos(2 * np.pi * 8 / 40 * np.arange(40))[None].repeat(40, 0)
    image = Image.of(wave.astype(np.float32), "wave", (2.0, 2.0))
    figure = drawn("flc", PanelSpec("spectrum", 0), image=image)
    (placed,) = figure.sheet.panels
    assert placed.panel.array is not None
    column = int(np.argmax(placed.panel.array[20, 21:])) + 21
    middle = placed.x + (column + 0.5) * placed.panel.zoom[1]
    ticks = {block.lines: block.x for block in figure.sheet.texts if block.lines == ("0.2",)}
    zero = placed.x + 20.5 * placed.panel.zoom[1]
    (at,) = ticks.values()
    assert at - zero == pytest.approx(2 * (middle - zero), abs=1)
    assert "cycles/mm" in words(figure)


@pytest.mark.parametrize("width", [89.0, 120.0, 183.0])
def test_width_is_kept(width: float) -> None:
    figure = drawn("max:s=1+blur:s=1+stride", width=width, zoom="auto", image=noise((64, 48)))
    assert figure.get_figwidth() * 25.4 == pytest.approx(width, abs=25.4 / figure.dpi)
    assert figure.dpi >= 300
