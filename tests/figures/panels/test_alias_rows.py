"""Rows that show what was folded, and numbers under panels."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import sampviz
from sampviz.figures.panels.alias_rows import alias_row, foldspectrum_row
from sampviz.figures.panels.column import columns_of
from sampviz.figures.panels.panel import Panel, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.panel_windows import PanelWindow
from sampviz.images.image import Image


def pictures(x: object, chains: str) -> PanelData:
    image = Image.of(x)
    shown = columns_of(image, sampviz.ops.chain.parse_chains(chains), 1, "magnitude")
    windows = tuple(PanelWindow((0.0, 1.0)) for _ in shown)
    return PanelData(image, tuple(shown), (1, 1), windows, "gray", False)


def wave(k: int) -> np.ndarray:
    return np.tile(0.5 + 0.25 * np.cos(2 * np.pi * k * np.arange(64) / 64), (64, 1))


def panel(row: PanelRow, i: int) -> Panel:
    found = row.panels[i]
    assert isinstance(found, Panel)
    return found


def test_the_alias_of_a_wave_that_is_too_fine_is_drawn_with_its_sign() -> None:
    row = alias_row(pictures(wave(20), "stride,flc"))
    assert row.bar
    assert row.bar.limits == pytest.approx((-0.25, 0.25), rel=1e-3)
    pixels = panel(row, 1).pixels[0].astype(int)
    folded = np.cos(2 * np.pi * 20 * np.arange(0, 64, 2) / 64)
    redder = pixels[:, 0] - pixels[:, 2]
    assert (np.sign(redder[np.abs(folded) > 0.2]) == np.sign(folded[np.abs(folded) > 0.2])).all()
    assert np.ptp(panel(row, 2).pixels) < 4  # flc folds nothing: the middle of the map


def test_the_colour_of_a_bin_says_whether_its_energy_was_folded() -> None:
    belongs, folded = (86, 180, 233), (230, 159, 0)
    for k, colour, at in ((10, belongs, 10), (20, folded, 12)):
        row = foldspectrum_row(pictures(wave(k), "stride"), boxes=True)
        pixels = panel(row, 1).pixels
        for sign in (1, -1):
            assert pixels[16, 16 + sign * at] == pytest.approx(colour, abs=1)
        dark = np.delete(pixels[16], [16 - at, 16 + at], axis=0)
        assert dark.max() == 0  # at the floor, 80 dB below


def test_of_the_original_it_says_what_will_be_folded() -> None:
    x = np.random.default_rng(0).random((64, 64))
    pixels = panel(foldspectrum_row(pictures(x, "max"), boxes=True), 0).pixels.astype(int)
    blue = pixels[..., 2] > pixels[..., 0]
    inside = np.abs(np.arange(-32, 32)) <= 16
    bright = pixels.max(axis=-1) > 0
    assert (blue == (inside[:, None] & inside))[bright].all()


def test_of_a_chain_that_is_not_linear_nothing_is_drawn_under_the_name_alias() -> None:
    x = np.random.default_rng(0).random((32, 32))
    for row in (
        alias_row(pictures(x, "max,avg")),
        foldspectrum_row(pictures(x, "max,avg"), boxes=False),
    ):
        assert row.panels[1] == "not linear:\nno alias\ncomponent"
        assert panel(row, 2).text_below == ""


def texts(figure: Figure) -> list[str]:
    return [text.get_text().replace("\u00a0", " ") for text in figure.texts]


def test_numbers_stand_under_the_panels_with_their_meaning() -> None:
    x = np.random.default_rng(0).random((64, 64))
    figure = sampviz.compare(x, "stride,max", in_panel="alias,psnr", rows="image")
    found = texts(figure)
    (row,) = sampviz.measure(x, "stride", measures="alias,psnr")
    assert f"folded energy {100 * row.values['alias']:.3g} % ↓" in found
    assert f"psnr {row.values['psnr']:.3g} dB ↑" in found
    assert "folded energy – ↓" in found
    told = " ".join(found)
    assert "folded energy: energy that was folded, as a share of the output's variation" in told
    assert "no folded energy for max: the chain is not linear" in told


@pytest.mark.parametrize(
    "x",
    [
        np.ones((16, 16)),
        np.full((16, 16), np.nan),
        np.ones((1, 1)),
        np.random.default_rng(0).random((3, 18, 12)),
        np.random.default_rng(0).random((16, 16)) + 1j,
    ],
    ids=["constant", "nan", "1x1", "channels", "complex"],
)
@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_odd_images_are_drawn(x: np.ndarray) -> None:
    chain = "stride,identity,unshuffle" if x.shape[-1] > 1 else "stride,nearest"
    sampviz.compare(x, chain, rows="image,alias,foldspectrum", in_panel="alias,delta")
