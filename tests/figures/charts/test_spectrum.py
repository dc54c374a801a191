"""The chart of radial spectra: what is on it, and that it can be read."""

from functools import cache

import numpy as np
import pytest
from matplotlib.figure import Figure

from sampviz.core.errors import UsageError
from sampviz.figures.charts.spectrum import Unit, draw_spectrum, radial_curves
from sampviz.images.image import Image
from sampviz.images.load import load
from sampviz.ops.chain import Chain, parse_chains
from tests.figures.drawn import place_texts
from tests.figures.readable import assert_readable

pytestmark = pytest.mark.slow

NINE = "max,stride,avg,blur,flc,asap,dpp,conv:gauss:pad=reflect,min"
NOISE = np.random.default_rng(0).normal(size=(64, 64))


def wave(k: int) -> np.ndarray:
    return np.tile(np.cos(2 * np.pi * k * np.arange(64) / 64), (64, 1))


def strongest(array: np.ndarray, chain: str) -> tuple[float, float]:
    """The frequency of the strongest ring of what a chain makes of an array, and its power."""
    radial = radial_curves(Image.of(array), [Chain.parse(chain)])[1].radial
    place = int(radial.total.argmax())
    return float(radial.frequency[place]), float(radial.total[place])


@pytest.mark.parametrize(
    ("k", "chain", "bin_", "power"),
    [
        (10, "stride", 10, 1 / 2),
        (20, "stride", 12, 1 / 2),
        (10, "avg", 10, np.cos(np.pi * 10 / 64) ** 2 / 2),
        (20, "blur:3:pad=wrap", 12, np.cos(np.pi * 20 / 64) ** 4 / 2),
        (10, "stride+sinc", 10, 1 / 2),
        (20, "stride+sinc", 12, 1 / 2),
    ],
)
def test_a_cosine_is_where_the_operation_leaves_it(
    k: int, chain: str, bin_: int, power: float
) -> None:
    assert strongest(wave(k), chain) == pytest.approx((bin_ / 64, power), rel=1e-6)


@pytest.mark.parametrize("size", [(64, 64), (64, 96), (48, 32)])
def test_flc_equals_the_original_below_the_new_nyquist(size: tuple[int, int]) -> None:
    x = np.random.default_rng(1).normal(size=size)
    original, flc = (c.radial for c in radial_curves(Image.of(x), [Chain.parse("flc")]))
    below = flc.frequency < 0.25 - 1 / min(size)
    assert flc.frequency[below] == pytest.approx(original.frequency[: below.sum()])
    assert flc.total[below] == pytest.approx(original.total[: below.sum()], rel=1e-5)


def test_anisotropic_pixels_are_binned_in_mm() -> None:
    image = Image.of(wave(8).T, spacing=(2.0, 0.5))  # 8 periods down 64 rows of 2 mm
    for curve in radial_curves(image, [Chain.parse("stride")], unit="mm"):
        place = int(curve.radial.total.argmax())
        assert curve.radial.frequency[place] == pytest.approx(8 / 128, abs=1 / 64)
    assert curve.nyquist == (1 / 8, 1 / 2)


def test_colour_is_the_luminance_and_channels_the_mean() -> None:
    colour = load("sample:chelsea")
    (luminance,) = radial_curves(colour, [])
    grey = np.tensordot([0.299, 0.587, 0.114], colour.array, axes=1)
    assert luminance.radial.variance == pytest.approx(grey.var(), rel=1e-5)
    (channels,) = radial_curves(Image.of(np.stack([NOISE, 3 * NOISE])), [])
    assert channels.radial.variance == pytest.approx(5 * NOISE.var())


def test_unknown_spacing_and_volumes_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        draw_spectrum(Image.of(NOISE), [Chain.parse("max")], unit="mm")
    assert str(caught.value) == (
        "the size of the pixels is not known\n  in:  unit='mm'\n"
        "  fix: leave it out, or give a NIfTI"
    )
    with pytest.raises(UsageError, match="spectra are of planes, not of volumes"):
        radial_curves(load("sample:dwi", volume=True), [])


CASES = {
    "many": ("sample:noise:128x128", ",".join(f"stride:s={n}" for n in range(2, 40)), {}),
    "dwi": ("sample:dwi", NINE, {}),
    "one": ("sample:dwi", "max", {"of": "sum"}),
    "levels": ("sample:t1", "max,stride:times=2,blur:times=3", {"levels": 2, "unit": "mm"}),
    "zoneplate": ("sample:zoneplate", "stride,blur,flc,bilinear,stride:s=1x2", {"levels": 2}),
    "odd": ("sample:bold", NINE, {"unit": "mm"}),
    "colour": ("sample:chelsea", "max,flc+sinc,max+bilinear", {}),
    "checkerboard": ("sample:checkerboard", "stride,avg,zeros", {}),
    "long": ("sample:dwi", ",".join(f"conv:random:k=5:p=2:pad=reflect:seed={n}+relu+blur:5+bilinear"
             ":4:corners=true" for n in range(20)), {}),
}  # fmt: skip


@pytest.fixture(scope="module", params=CASES, ids=list(CASES))
def figure(request: pytest.FixtureRequest) -> Figure:
    source, chains, options = CASES[request.param]
    made = draw_spectrum(load(source), parse_chains(chains), **options)  # type: ignore[arg-type]
    place_texts(made)
    return made


def test_no_text_overlaps_another_or_is_cut(figure: Figure) -> None:
    assert_readable(figure)


def test_no_curve_and_no_line_runs_through_the_name_of_a_nyquist_frequency(figure: Figure) -> None:
    axes = figure.axes[0]
    assert axes.texts
    for name in axes.texts:
        box = name.get_window_extent()
        for line in axes.lines:
            path = line.get_transform().transform_path(line.get_path()).interpolated(20)
            points = np.asarray(path.vertices)
            inside = (points > [box.x0, box.y0]) & (points < [box.x1, box.y1])
            assert not inside.all(axis=1).any(), name.get_text()


def test_the_power_over_the_originals_is_that_of_the_folded_wave() -> None:
    """Every second sample of a wave of 20/64 and one of 12/64: twice the amplitude, 6.02 dB."""
    image = Image.of(wave(12) + wave(20))
    _, ratio = draw_spectrum(image, parse_chains("stride,flc")).axes
    _, stride, flc = ratio.lines  # after the line at 0
    at = 12 / 16  # of the new Nyquist frequency
    for line, level in ((stride, 20 * np.log10(2)), (flc, 0.0)):
        frequency, levels = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
        ring = int(at * len(frequency))
        assert levels[ring] == pytest.approx(level, abs=1e-6)
        assert np.isnan(np.delete(levels, ring)).all()  # there is no power elsewhere
    assert (ratio.get_xlim(), ratio.get_xlabel()) == ((0, 1), "frequency / new Nyquist")


def test_without_an_original_to_divide_by_there_is_one_panel() -> None:
    broken = NOISE.copy()
    broken[3, 4] = np.nan
    assert len(draw_spectrum(Image.of(broken), parse_chains("max")).axes) == 1


@cache
def drawn(source: str, chains: str, unit: Unit = "px") -> Figure:
    return draw_spectrum(load(source), parse_chains(chains), unit=unit)


def names_of(source: str, chains: str, unit: Unit = "px") -> list[str]:
    return sorted(text.get_text() for text in drawn(source, chains, unit).axes[0].texts)


def test_old_and_new_nyquist_frequencies_are_named() -> None:
    assert names_of("sample:dwi", "max,stride,max:times=2") == [
        "Nyquist of the original 0.5", "new Nyquist 0.125", "new Nyquist 0.25"]  # fmt: skip
    assert names_of("sample:dwi", "max", unit="mm") == [
        "Nyquist of the original 0.125", "new Nyquist 0.0625"]  # fmt: skip
    # What was lost on the way, and what is new above the old.
    assert names_of("sample:dwi", "max+nearest") == [
        "Nyquist of the original 0.5", "new Nyquist 0.25"]  # fmt: skip
    assert names_of("sample:dwi", "nearest") == [
        "Nyquist of the original 0.5", "new Nyquist 1"]  # fmt: skip
    assert names_of("sample:dwi", "stride:s=1x2") == [
        "Nyquist of the original 0.5", "new Nyquist, columns 0.25"]  # fmt: skip
    assert names_of("sample:t1", "max", unit="mm") == [
        "Nyquist of the original 0.533..0.556", "new Nyquist 0.267..0.278"]  # fmt: skip


def test_the_axis_in_mm_is_there_for_square_pixels_only() -> None:
    cases: list[tuple[str, Unit, int]] = [
        ("dwi", "px", 1), ("dwi", "mm", 0), ("t1", "px", 0), ("noise", "px", 0)]  # fmt: skip
    for source, unit, tops in cases:
        made = drawn(f"sample:{source}", "max", unit)
        assert len(made.axes[0].child_axes) == tops
    (top,) = drawn("sample:dwi", "max", "px").axes[0].child_axes
    # 0.5 cycles per pixel of 4 mm
    assert top._functions[0](0.5) == pytest.approx(0.125)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "why"), [(1, "constant: no power"), (np.nan, "NaN or infinite values: no spectrum")]
)
def test_what_has_no_spectrum_says_so(value: float, why: str) -> None:
    made = draw_spectrum(Image.of(np.full((16, 16), value)), parse_chains("max,conv:gauss"))
    labels = [text.get_text() for text in made.legends[0].get_texts()]
    assert labels[:2] == [f"original ({why})", f"max ({why})"]
    # Of a constant, zero padding makes an image.
    assert labels[2] == ("conv:kernel=gauss" + (f" ({why})" if np.isnan(value) else ""))
