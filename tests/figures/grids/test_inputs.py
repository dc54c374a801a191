"""Images side by side: exact pictures at one scale, and spectra by their definition."""

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest

import sampviz
from sampviz.core.errors import UsageError
from sampviz.figures.grids.inputs import draw_inputs
from sampviz.figures.render.render import PanelFigure
from sampviz.figures.render.save import figure_pixels
from sampviz.images.image import Image
from tests.figures.drawn import pictures, scales
from tests.figures.test_exact import grey_levels, panels, unzoomed

pytestmark = pytest.mark.slow

BEYOND = (225, 225, 225)


def noise(size: tuple[int, int], mm: tuple[float, float], name: str = "noise") -> Image:
    array = np.random.default_rng(0).random(size).astype(np.float32)
    return Image.of(array, name, mm)


def drawn(images: Sequence[Image], **options: Any) -> PanelFigure:
    """Of few pixels: a page of 300 an inch takes ten times as long."""
    return draw_inputs(images, **{"dpi": 100, **options})


def shown(figure: PanelFigure) -> list[np.ndarray]:
    """The panels: a picture and its spectrum for each input."""
    return panels(figure, figure_pixels(figure))


def words(figure: PanelFigure) -> list[str]:
    """The lines of text, with plain spaces."""
    return [text.get_text().replace("\u00a0", " ") for text in figure.texts if text.get_text()]


def test_pictures_are_exact() -> None:
    images = [noise((20, 16), (1, 1)), noise((8, 9), (3, 2))]
    found = shown(drawn(images, window="0,1"))
    for picture, image in zip(found[::2], images, strict=True):
        assert np.array_equal(unzoomed(picture, image.size), grey_levels(image.array, 0, 1))


@pytest.mark.parametrize(
    "sizes",
    [
        [((64, 64), (4.0, 4.0)), ((256, 192), (0.9375, 0.9)), ((53, 53), (4.0, 4.0))],
        [((64, 64), (2.0, 3.0)), ((32, 128), (4.0, 1.5))],
        [((64, 64), (1.0, 1.0))],
    ],
)
def test_pictures_have_one_scale_as_nearly_as_it_says(
    sizes: list[tuple[tuple[int, int], tuple[float, float]]],
) -> None:
    figure = draw_inputs([noise(size, mm) for size, mm in sizes])
    scales = [
        extent / (n * mm)
        for picture, (size, spacing) in zip(pictures(figure)[::2], sizes, strict=True)
        for extent, n, mm in zip(picture.get_window_extent().size[::-1], size, spacing, strict=True)
    ]
    off = round(100 * (max(scales) / min(scales) - 1))
    assert f"one scale for all, within {off} %" in " ".join(words(figure))
    assert off <= 10


def test_scale_bars_are_as_long_as_they_say() -> None:
    figure = drawn([noise((64, 64), (4, 4)), noise((64, 64), (2, 2))])
    pairs = zip(pictures(figure)[::2], scales(figure), (4, 2), strict=True)
    for picture, bar, mm in pairs:
        (line,) = bar.size_bar.get_children()
        length, unit = bar.txt_label.get_text().split()
        assert unit == "mm"
        width = picture.get_window_extent().width
        assert line.get_window_extent().width / width == pytest.approx(float(length) / (64 * mm))


def colour_at(spectrum: np.ndarray, down: float, along: float, top: float) -> np.ndarray:
    """The colour of the spectrum at a frequency, in cycles/mm, on axes of -top .. top."""
    n = spectrum.shape[0]
    row, column = (round((v / top + 1) / 2 * (n - 1)) for v in (down, along))
    return spectrum[row, column].astype(int)


def test_spectra_are_the_sum_of_waves_at_every_frequency() -> None:
    coarse, fine = noise((10, 14), (2.0, 2.5)), noise((24, 24), (1.0, 1.0))
    _, of_coarse, _, of_fine = shown(drawn([coarse, fine], width=60, dpi=300))
    top, n = 0.5, of_fine.shape[0]
    assert n % 2 == 1
    table = np.rint(mpl.colormaps["magma"](np.arange(256))[:, :3] * 255).astype(int)
    frequencies = np.linspace(-top, top, n)
    for image, spectrum in ((coarse, of_coarse), (fine, of_fine)):
        assert image.spacing
        x = image.array.astype(np.float64)
        x = x - x.mean()
        at = [np.arange(size) * mm for size, mm in zip(x.shape, image.spacing, strict=True)]

        def amplitude(f: float, g: float, x=x, at=at) -> float:  # type: ignore[no-untyped-def]
            wave = np.exp(-2j * np.pi * (f * at[0][:, None] + g * at[1]))
            return float(abs((x * wave).sum()) / x.size)

        inside = [frequencies[np.abs(frequencies) * mm <= 0.5] for mm in image.spacing]
        most = max(amplitude(f, g) for f in inside[0][::2] for g in inside[1][::2])
        for f in inside[0][:: len(inside[0]) // 6]:
            for g in inside[1][:: len(inside[1]) // 6]:
                decibels = 20 * np.log10(amplitude(f, g) / most + 1e-12)
                level = np.clip(256 * (decibels + 80) / 80, 0, 255)
                seen = colour_at(spectrum, f, g, top)
                nearest = int(np.argmin(np.abs(table - seen).sum(axis=1)))
                assert abs(nearest - level) < 4  # the maximum was looked for on half of the axis


def test_what_is_beyond_the_nyquist_frequency_is_grey() -> None:
    _, coarse, _, fine = shown(drawn([noise((12, 12), (2.0, 4.0)), noise((24, 24), (1.0, 1.0))]))
    assert not (fine == BEYOND).all(axis=2).any()
    n = coarse.shape[0]
    frequencies = np.abs(np.linspace(-0.5, 0.5, n))
    inside = (frequencies <= 0.25 + 1e-9)[:, None] & (frequencies <= 0.125 + 1e-9)
    assert np.array_equal((coarse == BEYOND).all(axis=2), ~inside)


def test_a_wave_is_where_its_frequency_is() -> None:
    # 10 cycles on 40 pixels of 2 mm, along the rows: 0.125 cycles/mm.
    wave = np.cos(2 * np.pi * 10 / 40 * np.arange(40))[None].repeat(40, 0)
    image = Image.of(wave.astype(np.float32), "wave", (2.0, 2.0))
    _, spectrum = shown(drawn([image]))
    brightest = np.rint(np.array(mpl.colormaps["magma"](255))[:3] * 255)
    n = spectrum.shape[0]
    rows, columns = np.nonzero((spectrum == brightest).all(axis=2))
    # 256 colours share 80 dB, so the brightest is as wide as a part of the peak.
    assert np.allclose(rows, n // 2, atol=n / 150)
    assert np.allclose(np.abs(columns - n // 2), 0.125 / 0.25 * (n // 2), atol=n / 150)
    assert set(np.sign(columns - n // 2)) == {-1, 1}


def test_every_image_has_its_name_size_window_and_nyquist_frequency() -> None:
    figure = drawn([noise((10, 14), (2.0, 2.5), "a"), noise((24, 24), (1.0, 1.0), "b")])
    told = words(figure)
    for text in ("a", "b", "10×14 px of 2×2.5 mm", "24×24 px of 1 mm",
                 "Nyquist 0.25×0.2 cycles/mm", "Nyquist 0.5 cycles/mm"):  # fmt: skip
        assert text in told
    assert len([text for text in told if text.startswith("window ")]) == 2


def test_radiological_mirrors_pictures_and_letters() -> None:
    image = sampviz.load("sample:dwi")
    both = []
    for convention in ("neurological", "radiological"):
        figure = drawn([image], convention=convention)
        both.append(shown(figure)[0])
        letters = [text for text in words(figure) if text in ("L", "R")]
        assert letters == (["L", "R"] if convention == "neurological" else ["R", "L"])
    assert np.array_equal(both[0], both[1][:, ::-1])


def test_images_without_a_known_size_of_pixels_are_refused() -> None:
    bare = Image.of(np.eye(8), "bare")
    with pytest.raises(UsageError) as caught:
        drawn([noise((8, 8), (1, 1)), bare])
    assert str(caught.value) == (
        "bare has no pixels of known size\n  in:  inputs side by side\n"
        "  fix: give slices with a spacing in mm"
    )
    with pytest.raises(UsageError, match="dwi is a volume"):
        drawn([sampviz.load("sample:dwi", volume=True)])


def test_a_chart_has_the_radial_power_of_each_up_to_its_nyquist_frequency() -> None:
    images = [noise((64, 64), (4.0, 4.0), "coarse"), noise((64, 64), (1.0, 1.0), "fine")]
    (axes,) = draw_inputs(images).axes
    ends = {str(line.get_label()): max(np.asarray(line.get_xdata())) for line in axes.lines}
    assert ends == pytest.approx({"coarse": 0.125, "fine": 0.5})
    assert axes.get_xlabel() == "cycles/mm"


@pytest.mark.parametrize("width", [89.0, 183.0])
def test_images_are_cropped_to_one_size_in_mm_and_fit_the_width(width: float) -> None:
    images = [sampviz.load(f"sample:{name}") for name in ("t1", "dwi", "bold")]
    figure = drawn(images, width=width)
    assert figure.get_figwidth() * 25.4 == pytest.approx(width, abs=25.4 / figure.dpi)
    shown = [placed.panel for placed in figure.sheet.panels[::2]]
    sizes = [
        (n * mm for n, mm in zip(panel.pixels.shape[:2], image.spacing or (), strict=True))
        for panel, image in zip(shown, images, strict=True)
    ]
    for sides in zip(*sizes, strict=True):
        assert max(sides) - min(sides) < 8  # two voxels of the coarsest
