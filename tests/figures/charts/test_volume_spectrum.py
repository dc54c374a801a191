"""The charts of spectra of volumes: which axes they are over, and that they can be read."""

from dataclasses import replace

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import UsageError
from sampviz.dsp.dtypes import Array
from sampviz.figures.charts.spectrum import RadialCurve
from sampviz.figures.charts.volume_spectrum import volume_curves
from sampviz.images.convert import as_image
from sampviz.images.geometry import Geometry
from sampviz.images.image import Image
from sampviz.images.load import load
from sampviz.ops.chain import Chain, parse_chains
from tests.figures.readable import assert_readable

pytestmark = pytest.mark.slow
ALL = (0, 1, 2)


def volume(x: Array, spacing: tuple[float, float, float]) -> Image:
    """An array with voxels of some size."""
    geometry = Geometry(np.diag([*spacing, 1.0]), None, dims=3)
    return replace(as_image(x, volume=True), geometry=geometry)


def strongest(curve: RadialCurve) -> tuple[float, float]:
    place = int(curve.radial.total.argmax())
    return float(curve.radial.frequency[place]), float(curve.radial.total[place])


@pytest.mark.parametrize(
    ("chain", "frequency", "power"),
    [
        ("stride", 1 / 24, 1 / 2),
        ("avg", 1 / 24, np.cos(12 * np.pi / 32) ** 2 / 2),
        ("stride:1x2x2", 1 / 8, 1 / 2),
    ],
)
def test_a_grating_across_thick_slices_folds_in_its_own_panel(
    chain: str, frequency: float, power: float
) -> None:
    """12 cycles in 32 slices of 3 mm."""
    wave = np.cos(2 * np.pi * 12 * np.arange(32) / 32 + 0.7)[:, None, None] + np.zeros((8, 8))
    image = volume(wave, (3.0, 0.9, 0.9))
    (within, _), (across, curves) = volume_curves(image, [Chain.parse(chain)], unit="mm")
    assert (within, across) == ((1, 2), (0,))
    assert strongest(curves[0]) == pytest.approx((1 / 8, 1 / 2))
    assert strongest(curves[1]) == pytest.approx((frequency, power))


@pytest.mark.parametrize(
    ("spacing", "directions"),
    [
        ((1, 1, 1), [ALL]),
        ((2, 1, 1), [ALL]),
        ((2.1, 1, 1), [(1, 2), (0,)]),
        ((1, 4, 1), [(0, 2), (1,)]),
        ((1, 1.5, 5), [(0, 1), (2,)]),
    ],
)
def test_the_thick_axis_is_apart_from_the_others(
    spacing: tuple[float, float, float], directions: list[tuple[int, ...]]
) -> None:
    x = np.random.default_rng(0).normal(size=(2, 8, 9, 10))[0]
    pairs = volume_curves(volume(x, spacing), [Chain.parse("stride")], unit="mm")
    assert [axes for axes, _ in pairs] == directions
    for axes, (original, strided) in pairs:
        assert original.radial.total.sum() == pytest.approx(x.var())
        assert original.nyquist == pytest.approx([0.5 / spacing[axis] for axis in axes])
        assert strided.lost == strided.nyquist == pytest.approx(np.array(original.nyquist) / 2)


def test_an_axis_of_few_slices_sets_no_width() -> None:
    x = np.random.default_rng(0).normal(size=(4, 16, 16))
    ((_, (curve,)),) = volume_curves(volume(x, (1, 1, 1)), [])
    assert np.diff(curve.radial.frequency) == pytest.approx(1 / 16)


def test_without_a_spacing_there_is_no_mm() -> None:
    with pytest.raises(UsageError, match="the size of the pixels is not known"):
        sampviz.spectrum(np.zeros((8, 8, 8)), "max", axes=3, unit="mm")


@pytest.mark.parametrize(
    ("source", "titles"),
    [
        ("sample:dwi", ["Over all axes"]),
        (
            "sample:pd",
            [
                "Along rows and columns, mean over slices",
                "Along slices, mean over rows and columns",
            ],
        ),
    ],
)
@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_a_panel_for_each_direction_can_be_read(source: str, titles: list[str]) -> None:
    chains = parse_chains("max,stride:1x2x2,blur,flc:f=2x1x2")
    figure = sampviz.spectrum(load(source, volume=True), chains, unit="mm", levels=2)
    assert_readable(figure)
    assert [axes.get_title("left") for axes in figure.axes] == titles
    assert all(axes.get_xlabel() == "cycles/mm" for axes in figure.axes)
    names = {text.get_text() for text in figure.axes[-1].texts}
    assert any(name.startswith("Nyquist of the original") for name in names)


def test_spectra_as_images_are_of_all_slices_and_name_none() -> None:
    volume = as_image(np.random.default_rng(0).random((8, 10, 12)), volume=True)
    spectra = sampviz.spectrum(volume, "max", two_d=True)
    pictures = sampviz.compare(volume, "max", rows="image,spectrum", width=80)
    feet = [
        " ".join(line for block in figure.sheet.texts for line in block.lines)  # type: ignore[attr-defined]
        for figure in (spectra, pictures)
    ]
    assert all("mean power of all slices" in foot for foot in feet)
    assert ["how far their slice lies" in foot for foot in feet] == [False, True]
