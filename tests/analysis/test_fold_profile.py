"""Power over that of the ideal image: 0 dB for a crop of k-space, and closed forms for others."""

import numpy as np
import pytest

from sampviz.analysis.evaluation import evaluate, source_of
from sampviz.analysis.fold_profile import fold_profile
from sampviz.analysis.structure_error import structure_error
from sampviz.dsp.neighbourhood import box_variance, maximum_around
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

rng = np.random.default_rng(0)


def profile(array: np.ndarray, chain: str) -> np.ndarray:
    image = Image.of(array)
    profile_of_output = fold_profile(evaluate(source_of(image), Chain.parse(chain)))
    assert profile_of_output is not None
    return profile_of_output.ratio


@pytest.mark.parametrize("size", [(64, 64), (60, 52), (63, 65)])
def test_a_crop_of_k_space_is_0_db(size: tuple[int, int]) -> None:
    ratio = profile(rng.normal(size=size), "flc")
    assert np.nanmax(np.abs(ratio[:-1])) < 1e-6


def test_striding_of_white_noise_folds_three_parts_in() -> None:
    # Four bands of equal power lie on each other: 10 log10(4) dB.
    ratio = profile(rng.normal(size=(512, 512)), "stride")
    assert ratio[4:].mean() == pytest.approx(10 * np.log10(4), abs=0.1)


def test_what_is_lost_lies_below() -> None:
    # A band-limited image through a blur: |H|^2 alone.
    n = 128
    waves = np.cos(2 * np.pi * 16 * np.arange(n) / n)
    image = np.tile(waves, (n, 1))
    ratio = profile(image, "blur:k=3:pad=wrap")
    gain = np.cos(np.pi * 16 / n) ** 2
    finite = ratio[np.isfinite(ratio)]
    assert finite == pytest.approx(20 * np.log10(gain), abs=1e-6)


def test_structure_is_not_brightness() -> None:
    image = Image.of(rng.random((64, 64)))
    original = source_of(image)
    strided = evaluate(original, Chain.parse("stride"))
    brighter = evaluate(original, Chain.parse("stride"), strided.output + 5)
    errors = structure_error(strided, colour=False)
    assert np.allclose(structure_error(brighter, colour=False), errors, atol=1e-9)
    assert errors.mean() > 0.1
    cropped = evaluate(original, Chain.parse("flc"))
    assert structure_error(cropped, colour=False).max() < 1e-3  # the Nyquist line alone


def test_box_variance_and_maximum_are_those_of_numpy() -> None:
    plane = rng.normal(100, 1, (9, 11))
    padded = np.pad(plane, 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (5, 5))
    assert np.allclose(box_variance(plane), windows.var(axis=(-2, -1)))
    volume = rng.normal(100, 1, (6, 9, 11))
    padded = np.pad(volume, 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (5, 5, 5))
    assert np.allclose(box_variance(volume), windows.var(axis=(-3, -2, -1)))
    small = np.pad(plane, 2, mode="constant", constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(small, (5, 5))
    assert np.array_equal(maximum_around(plane, 2), windows.max(axis=(-2, -1)))
