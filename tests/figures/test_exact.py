"""The picture is true: every value of every panel is a whole block of pixels, in its place."""

import base64
import io
import re
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image as Pillow

import sampviz
from sampviz.figures.render.save import figure_pixels
from sampviz.images.image import Image
from tests.figures.drawn import pictures, pixels

pytestmark = pytest.mark.slow


def grey_levels(array: np.ndarray, low: float, high: float) -> np.ndarray:
    """What the documentation of a window says, in RGB."""
    level = np.floor(256 * (array.astype(np.float64) - low) / (high - low))
    return np.repeat(np.clip(level, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def saved_page(figure: Figure, tmp_path: Path) -> np.ndarray:
    path = sampviz.save(figure, tmp_path / "figure.png")
    with Pillow.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def panels(figure: Figure, pixels: np.ndarray) -> list[np.ndarray]:
    """The part of the page that each panel covers, in the order in which they were drawn."""
    found = []
    for each in pictures(figure):
        box = each.get_window_extent()
        edges = np.array([box.x0, box.x1, pixels.shape[0] - box.y1, pixels.shape[0] - box.y0])
        left, right, top, bottom = np.rint(edges).astype(int)
        assert np.allclose(edges, [left, right, top, bottom], atol=1e-6)
        found.append(pixels[top:bottom, left:right])
    return found


def unzoomed(panel: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """The samples of a panel, after making sure that each is a whole block of equal pixels."""
    zoom = panel.shape[0] // size[0], panel.shape[1] // size[1]
    assert panel.shape[:2] == (size[0] * zoom[0], size[1] * zoom[1])
    samples = panel[:: zoom[0], :: zoom[1]]
    assert np.array_equal(samples.repeat(zoom[0], 0).repeat(zoom[1], 1), panel)
    return samples


# Every resolution meets an image that is small, of which a sample is many pixels, and a large one.
CASES = [
    *(("sample:noise:7x9", dpi) for dpi in (72, 150, 201)),
    ("sample:t1", 72),
    ("sample:dwi", 150),
    ("sample:zoneplate:33x64", 201),
    ("sample:t1", 201),
    ("sample:brick", 150),
]


@pytest.mark.parametrize(("source", "dpi"), CASES)
def test_every_value_of_every_panel_is_in_its_place(source: str, dpi: int, tmp_path: Path) -> None:
    image = sampviz.load(source)
    texts = ["max", "stride:3", "blur", "flc", "nearest+avg:k=4:s=1"]
    figure = sampviz.compare(image, texts, rows="image", window="0,300", dpi=dpi)
    drawn = panels(figure, saved_page(figure, tmp_path))
    arrays = [image.array, *(sampviz.Chain.parse(text)(image.array) for text in texts)]
    assert len(drawn) == len(arrays)
    for panel, array in zip(drawn, arrays, strict=True):
        assert np.array_equal(unzoomed(panel, array.shape), grey_levels(array, 0, 300))


def test_colour_panels_are_exact(tmp_path: Path) -> None:
    image = sampviz.load("sample:chelsea")
    figure = sampviz.compare(image, "max,blur", rows="image")
    drawn = panels(figure, saved_page(figure, tmp_path))
    assert np.array_equal(drawn[0], image.array.astype(np.uint8).transpose(1, 2, 0))
    pooled = sampviz.Chain.parse("max")(image.array).astype(np.uint8).transpose(1, 2, 0)
    assert np.array_equal(unzoomed(drawn[1], pooled.shape[:2]), pooled)


def test_outputs_have_the_physical_size_of_the_original() -> None:
    image = sampviz.load("sample:t1")
    figure = sampviz.compare(image, "max,max:times=3,flc+nearest", rows="image")
    sizes = {panel.shape for panel in panels(figure, figure_pixels(figure))}
    assert len(sizes) == 1


def test_spectra_are_exact_and_share_their_limits() -> None:
    image = sampviz.load("sample:zoneplate:64x64")
    figure = sampviz.compare(image, "stride,blur", rows="spectrum", annotate=False)
    drawn = panels(figure, figure_pixels(figure))
    planes = [image.array, *(sampviz.Chain.parse(t)(image.array) for t in ("stride", "blur"))]
    amplitudes = [np.fft.fftshift(np.abs(np.fft.fft2(p - p.mean()))) / p.size for p in planes]
    table = np.rint(mpl.colormaps["magma"](np.arange(256))[:, :3] * 255).astype(int)
    for panel, spectrum in zip(drawn, amplitudes, strict=True):
        with np.errstate(divide="ignore"):
            decibels = 20 * np.log10(spectrum / amplitudes[0].max())
        level = np.clip(np.floor(256 * (decibels + 80) / 80), 0, 255).astype(int)
        colours = unzoomed(panel, spectrum.shape).astype(int)
        # Rounding of the FFT may move a value over the edge between two neighbouring levels.
        near = [np.abs(table[np.clip(level + d, 0, 255)] - colours).sum(2) for d in (-1, 0, 1)]
        assert np.min(near, axis=0).max() == 0
        assert (near[1] == 0).mean() > 0.99


def test_zoom_shows_the_region_of_the_original_in_every_panel() -> None:
    image = sampviz.load("sample:t1")
    figure = sampviz.compare(
        image, "avg,stride", rows="zoom", zoom="100x60+40", window="0,600", annotate=False
    )
    drawn = panels(figure, figure_pixels(figure))
    avg, stride = (sampviz.Chain.parse(t)(image.array) for t in ("avg", "stride"))
    for panel, part in zip(
        drawn,
        (image.array[100:140, 60:100], avg[50:70, 30:50], stride[50:70, 30:50]),
        strict=True,
    ):
        assert np.array_equal(unzoomed(panel, part.shape), grey_levels(part, 0, 600))


def test_difference_is_in_register() -> None:
    # Average pooling of a picture of 2x2 blocks loses nothing, so nothing may be seen.
    blocks = np.random.default_rng(0).random((16, 16)).repeat(2, 0).repeat(2, 1)
    image = Image(blocks.astype(np.float32), "blocks", sampviz.load("sample:noise").file)
    figure = sampviz.compare(image, "avg,avg+nearest", rows="difference")
    drawn = panels(figure, figure_pixels(figure))
    middle = np.rint(np.array(mpl.colormaps["RdBu_r"](128))[:3] * 255)
    for panel in drawn:
        assert (panel.reshape(-1, 3) == middle).all()


def test_a_ramp_that_every_second_pixel_is_kept_of_does_not_move() -> None:
    # A pixel between two samples takes both: their mean is the pixel of a ramp, nothing is left.
    ramp = np.add.outer(np.arange(16.0), np.arange(16.0)).astype(np.float32)
    image = Image(ramp, "ramp", sampviz.load("sample:noise").file)
    figure = sampviz.compare(image, "stride", rows="difference")
    (stride,) = panels(figure, figure_pixels(figure))
    middle = np.rint(np.array(mpl.colormaps["RdBu_r"](128))[:3] * 255)
    inner = stride[: stride.shape[0] * 15 // 16, : stride.shape[1] * 15 // 16]
    assert (inner.reshape(-1, 3) == middle).all()


def test_radiological_mirrors_pictures_and_letters_alike() -> None:
    image = sampviz.load("sample:t1")
    both = []
    for convention in ("neurological", "radiological"):
        figure = sampviz.compare(image, "stride", rows="image", convention=convention)
        both.append(panels(figure, figure_pixels(figure)))
        letters = [text.get_text() for text in figure.texts if text.get_text() in "LR"]
        assert letters == (["L", "R"] if convention == "neurological" else ["R", "L"])
    for neurological, radiological in zip(*both, strict=True):
        assert np.array_equal(neurological, radiological[:, ::-1])


def test_svg_holds_the_panels_sample_by_sample(tmp_path: Path) -> None:
    image = sampviz.load("sample:t1")
    figure = sampviz.compare(image, "max,flc", rows="image", window="0,500")
    text = sampviz.save(figure, tmp_path / "figure.svg").read_text()
    arrays = [image.array, *(sampviz.Chain.parse(t)(image.array) for t in ("max", "flc"))]
    embedded = re.findall(r'base64,\s*([^"]+)"', text)
    assert len(embedded) == 3
    for data, array in zip(embedded, arrays, strict=True):
        with Pillow.open(io.BytesIO(base64.b64decode(data))) as picture:
            pixels = np.asarray(picture.convert("RGB"))
        assert np.array_equal(unzoomed(pixels, array.shape), grey_levels(array, 0, 500))
    assert text.count("image-rendering:pixelated") == 3
    assert ">Max pooling</text>" in text  # text stays text


def test_pdf_holds_the_panels_in_whole_blocks_and_text_as_text(tmp_path: Path) -> None:
    image = sampviz.load("sample:t1")
    data = sampviz.save(
        sampviz.compare(image, "max,flc:4", rows="image"), tmp_path / "figure.pdf"
    ).read_bytes()
    sizes = {
        (int(h), int(w))
        for h, w in re.findall(rb"/Height (\d+)[^>]*?/Width (\d+)", data)
        + [(h, w) for w, h in re.findall(rb"/Width (\d+)[^>]*?/Height (\d+)", data)]
    }
    # On the page a sample of the original is 2 of 150 pixels an inch.
    assert sizes == {(6 * 256, 6 * 192), (11 * 128, 11 * 96), (16 * 64, 16 * 48)}
    assert b"/FontFile2" in data  # TrueType, not Type 3 outlines


def test_the_user_s_own_settings_change_nothing() -> None:
    image = sampviz.load("sample:noise:24x32")
    plain = figure_pixels(sampviz.compare(image, "max", dpi=100))
    with mpl.rc_context(
        {
            "font.size": 30,
            "savefig.bbox": "tight",
            "image.interpolation": "bicubic",
            "text.usetex": True,
            "figure.facecolor": "red",
        }
    ):
        styled = figure_pixels(sampviz.compare(image, "max", dpi=100))
        assert mpl.rcParams["font.size"] == 30
    assert np.array_equal(plain, styled)


def test_a_region_may_be_three_numbers() -> None:
    x = np.random.default_rng(0).random((32, 32))
    written = sampviz.compare(x, "max", rows="image,zoom", zoom="4x6+8")
    counted = sampviz.compare(x, "max", rows="image,zoom", zoom=(4, 6, 8))
    assert all(map(np.array_equal, pixels(written), pixels(counted)))
    sampviz.compare(x, "max", rows="image,zoom", zoom=np.array([4, 6, 8]))  # type: ignore[arg-type]
    for wrong in ((4, 6), 4, (4, 6, 8.5), (-4, 6, 8), np.zeros((2, 2)), b"4x6+8"):
        with pytest.raises(sampviz.UsageError, match="is not a region"):
            sampviz.compare(x, "max", rows="image,zoom", zoom=wrong)  # type: ignore[arg-type]
