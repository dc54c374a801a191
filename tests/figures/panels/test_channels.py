"""Channels as tiles, complex numbers as one of their parts."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

import sampviz
from sampviz.core.errors import ChainError
from sampviz.images.image import Image
from tests.figures import drawn

rng = np.random.default_rng(0)


def pixels(figure: Figure, number: int) -> np.ndarray:
    return drawn.pixels(figure)[number]


def levels(array: np.ndarray, low: float, high: float) -> np.ndarray:
    return np.clip(np.floor(256 * (array - low) / (high - low)), 0, 255).astype(np.uint8)


def test_channels_are_tiles_in_reading_order() -> None:
    maps = rng.random((5, 4, 6))
    figure = sampviz.compare(maps, "max", rows="image", window="0,1")
    page = pixels(figure, 0)
    assert page.shape == (9, 20, 3)  # two rows of three, a sample's width apart
    for number, channel in enumerate(maps):
        i, j = divmod(number, 3)
        tile = page[5 * i : 5 * i + 4, 7 * j : 7 * j + 6, 0]
        assert np.array_equal(tile, levels(channel, 0, 1))
    assert (page[5:, 14:] == 255).all()  # the sixth place is empty: paper
    assert (page[4] == 255).all()
    assert (page[:, 6] == 255).all()


def test_a_chain_may_change_the_number_of_channels() -> None:
    plane = rng.random((8, 8))
    figure = sampviz.compare(
        plane, "unshuffle,unshuffle+shuffle", rows="image,spectrum,difference", window="0,1"
    )
    assert pixels(figure, 1).shape == (9, 9, 3)  # four tiles of 4x4
    assert np.array_equal(pixels(figure, 2), pixels(figure, 0))
    words = [text.get_text() for text in figure.texts]
    assert "4 of 4×4" in words
    assert "other channels" in words


def test_spectra_of_channels_are_their_mean_power() -> None:
    one = np.tile(np.cos(2 * np.pi * 3 * np.arange(16) / 16), (16, 1))
    figure = sampviz.compare(np.stack([one, 0 * one]), "stride", rows="spectrum", annotate=False)
    page = pixels(figure, 0)
    assert page.shape == (16, 16, 3)
    lit = np.argwhere((page != page[0, 0]).any(axis=2)).tolist()
    assert lit == [[8, 5], [8, 11]]


@pytest.mark.parametrize(("show", "part"), [("magnitude", np.abs), ("real", np.real)])
def test_complex_numbers_are_drawn_by_a_part(show: str, part: np.ufunc) -> None:
    array = rng.normal(size=(16, 16)) + 1j * rng.normal(size=(16, 16))
    chain = sampviz.Chain.parse("kspace")
    figure = sampviz.compare(array, chain, rows="image", window="-2,2", show=show)  # type: ignore[arg-type]
    assert np.array_equal(pixels(figure, 0)[..., 0], levels(part(array), -2, 2))
    assert np.array_equal(pixels(figure, 1)[..., 0], levels(part(chain(array)), -2, 2))
    assert any(text.get_text().endswith(show) for text in figure.texts)


def test_phase_has_a_window_from_minus_pi_to_pi() -> None:
    array = np.exp(1j * rng.uniform(-np.pi, np.pi, (16, 16)))
    figure = sampviz.compare(array, "stride", rows="image", show="phase")
    assert any(t.get_text() == "window -π..π radians, in all panels" for t in figure.texts)
    assert np.array_equal(pixels(figure, 0)[..., 0], levels(np.angle(array), -np.pi, np.pi))


def test_what_is_not_defined_for_complex_numbers_says_so() -> None:
    with pytest.raises(ChainError) as caught:
        sampviz.compare(np.ones((8, 8)) * 1j, "blur,blur+max")
    assert str(caught.value) == (
        "max is not defined for complex numbers\n  in:  max\n  fix: take the magnitude first: abs"
    )
    assert sampviz.Chain.parse("blur+abs+max")(np.ones((8, 8)) * 1j).dtype == np.float64


@pytest.mark.filterwarnings("ignore:.*oblique")
def test_scanner_data_go_through_the_command_line(tmp_path: Path) -> None:
    from sampviz.cli.app import run

    out = tmp_path / "coil.npy"
    words = [
        "apply",
        "sample:flash_phantom_kspace",
        "kspace:window=hann",
        "--kspace",
        "--frame",
        "1",
    ]
    assert run([*words, "-o", str(out), "-q"]) == 0
    coil = np.load(out)
    assert (coil.shape, coil.dtype) == ((80, 80), np.complex64)
    # Both coils together, root of the sum of squares, are the magnitude image that comes along.
    coils = [sampviz.load("sample:flash_phantom_kspace", kspace=True, frame=f) for f in (0, 1)]
    magnitude = np.sqrt(sum(np.abs(coil.array) ** 2 for coil in coils))
    expected = sampviz.load("sample:flash_phantom").array
    scale = magnitude.sum() / expected.sum()
    assert np.allclose(magnitude, expected * scale, atol=1e-3 * magnitude.max())


def test_a_png_holds_no_complex_numbers_and_no_channels(tmp_path: Path) -> None:
    from sampviz.cli.app import run

    np.save(tmp_path / "z.npy", np.ones((8, 8)) * 1j)
    assert run(["apply", str(tmp_path / "z.npy"), "blur", "-o", str(tmp_path / "z.png")]) == 4
    assert run(["apply", "sample:step:8x8", "unshuffle", "-o", str(tmp_path / "z.png")]) == 4
    made = ["apply", str(tmp_path / "z.npy"), "blur+abs", "-o", str(tmp_path / "z.png")]
    assert run(made) == 0
    assert run([*made, "--window", "p1,p99"]) == 0


def test_colours_through_unshuffle_are_channels() -> None:
    image = sampviz.load("sample:chelsea")
    cut = Image(image.array[:, :300, :450], "cut", image.file, range=(0, 255), colour=True)
    figure = sampviz.compare(cut, "unshuffle,blur", rows="image")
    assert pixels(figure, 1).shape == (151 * 3 - 1, 226 * 4 - 1, 3)
    assert pixels(figure, 2).shape == (150, 225, 3)
