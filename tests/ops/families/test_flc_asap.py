"""Pooling in k-space: what is kept is exact, what is cut is gone, and a fault is named."""

import warnings
from typing import Any

import numpy as np
import pytest

from sampviz.core.errors import ChainError, SampvizWarning
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS
from tests.ops.definition import by_definition
from tests.plain_operations import low_pass

VARIANTS = (
    "flc:3",
    "flc:4",
    "flc:mode=faithful",
    "asap:3",
    "asap:mode=faithful",
    "asap:pad=one",
    "asap:pad=large",
    "asap:mode=faithful:pad=large",
)


def _asap_ripple(params: Any) -> float:
    if params["pad"] != "none":
        return 0.05  # zeros beside the image ring through it
    return 2.5e-3 if params["mode"] == "faithful" else 0.0  # the window's top is beside DC


RIPPLES = {"asap": _asap_ripple}

flc, asap = OPS["flc"], OPS["asap"]
SIZES = [(6, 6), (7, 9), (8, 10), (12, 13), (16, 16), (18, 30), (5, 14)]


def wave(cycles: int, n: int = 64, *, sine: bool = False) -> np.ndarray:
    f = np.sin if sine else np.cos
    return np.tile(f(2 * np.pi * cycles * np.arange(n) / n), (n, 1))


@pytest.mark.parametrize("size", SIZES)
def test_is_the_low_pass_of_the_definition(size: tuple[int, int]) -> None:
    x = np.random.default_rng(0).normal(size=size)
    out = flc(x)
    assert np.allclose(out, low_pass(x, *out.shape), atol=1e-12)


@pytest.mark.parametrize(
    ("n", "kept"), [(256, 128), (7, 4), (9, 4), (33, 16), (182, 91), (218, 109), (14, 7), (2, 1)]
)
def test_sizes_are_those_of_the_authors(n: int, kept: int) -> None:
    for op in ("flc", "flc:mode=faithful", "asap"):
        assert Chain.parse(op).shape((n, 64)) == (kept, 32)


@pytest.mark.parametrize("size", [(8, 12), (7, 9), (33, 64), (17, 23), (11, 15)])
def test_corrected_equals_the_authors_where_they_are_right(size: tuple[int, int]) -> None:
    x = np.random.default_rng(0).normal(size=size)
    assert np.allclose(flc(x), flc(x, mode="faithful"), atol=1e-14)


def test_faithful_shows_the_fault_at_2_mod_4_and_warns_of_it() -> None:
    with pytest.warns(SampvizWarning, match="moves the spectrum by one bin on an axis of 6 px"):
        out = flc(np.ones((6, 6)), mode="faithful")
    assert np.allclose(out, [[1, -0.5, -0.5], [-0.5, -0.5, 1], [-0.5, 1, -0.5]])
    assert np.allclose(flc(np.ones((6, 6))), 1, atol=4e-16)


def test_faithful_is_silent_where_it_is_right() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        flc(np.ones((8, 7)), mode="faithful")


def test_keeps_waves_below_the_new_nyquist_and_drops_those_above() -> None:
    assert np.allclose(flc(wave(10)), np.tile(np.cos(2 * np.pi * 10 * np.arange(32) / 32), (32, 1)))
    assert np.allclose(flc(wave(20)), 0)
    assert np.allclose(asap(wave(20)), 0)


@pytest.mark.parametrize("size", [(67, 97), (257, 64)])
def test_sides_with_large_prime_factors_keep_the_same_waves(size: tuple[int, int]) -> None:
    """In float32 those go by a grid of another length."""
    rows, columns = (2 * np.pi * np.arange(n) / n for n in size)
    x = np.cos(13 * rows[:, None] + 11 * columns) + np.cos(30 * columns)  # 30: beyond a quarter
    out = flc(x.astype(np.float32))
    rows, columns = (2 * np.pi * np.arange(n) / n for n in out.shape)
    assert np.abs(out - np.cos(13 * rows[:, None] + 11 * columns)).max() < 1e-5


def test_at_the_new_nyquist_half_a_cosine_and_no_sine_is_left() -> None:
    signs = np.tile((-1.0) ** np.arange(32), (32, 1))
    assert np.allclose(flc(wave(16)), 0.5 * signs)
    assert np.allclose(flc(wave(16, sine=True)), 0)
    assert np.allclose(asap(wave(16), mode="faithful"), 0.371 * signs, atol=5e-4)


def low_pass_matrix(n: int, kept: int, start: float = 0.0) -> np.ndarray:
    """Sum of the cosines that are kept, a row for each output; of the last of an even number one.

    That is the mean of both signs of the new Nyquist frequency. Sample m lies at start + m n/kept.
    """
    places = start + np.arange(kept)[:, None] * n / kept - np.arange(n)
    waves = [2 * np.cos(2 * np.pi * k * places / n) for k in range(1, (kept + 1) // 2)]
    last = np.cos(np.pi * kept * places / n) if kept % 2 == 0 else 0 * places
    return (1 + sum(waves) + last) / n


@pytest.mark.parametrize("size", [(16, 16, 16), (8, 12, 10), (7, 9, 12), (6, 8, 11)])
@pytest.mark.parametrize("name", ["flc", "kspace"])
def test_volumes_are_low_passed_along_each_axis(name: str, size: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).normal(size=size)
    grids = Chain.parse(name).trace(size)[-1]
    matrices = [
        low_pass_matrix(n, grid.size, float(grid.delta))
        for n, grid in zip(size, grids, strict=True)
    ]
    expected = np.einsum("ia,jb,kc,abc->ijk", *matrices, x)
    assert np.allclose(OPS[name](x, axes=3), expected, atol=1e-12)
    single = OPS[name](x.astype(np.float32), axes=3)
    assert single.dtype == np.float32
    assert np.allclose(single, expected, atol=1e-5)


def test_asap_of_a_volume_is_that_of_its_axes() -> None:
    x = np.random.default_rng(0).normal(size=(8, 9, 12))
    expected = x
    for factors in ((2, 1, 1), (1, 2, 1), (1, 1, 2)):
        expected = asap(expected, f=factors, axes=3)
    assert np.allclose(asap(x, axes=3), expected, atol=1e-13)


def test_rings_at_a_step() -> None:
    step = np.tile((np.arange(256) >= 128) * 1.0, (256, 1))
    assert flc(step).max() == pytest.approx(1.068, abs=1e-3)
    assert asap(step).max() == pytest.approx(1.056, abs=1e-3)


@pytest.mark.parametrize(("n", "gain"), [(8, 0.9544), (16, 0.9899), (32, 0.9976), (64, 0.9994)])
def test_window_of_the_authors_dims_a_constant_and_ours_does_not(n: int, gain: float) -> None:
    ones = np.ones((n, n))
    assert np.allclose(asap(ones, mode="faithful"), gain, atol=5e-5)
    assert np.allclose(asap(ones), 1, atol=1e-15)


def test_window_is_the_same_for_odd_sides() -> None:
    x = np.random.default_rng(0).normal(size=(33, 25))
    assert np.allclose(asap(x), asap(x, mode="faithful"), atol=1e-6)  # theirs is cast to float32


def test_row_of_zeros_stretches_the_grid() -> None:
    rows, _ = Chain.parse("asap:pad=one").trace((16, 16))[-1]
    assert (rows.size, float(rows.step)) == (8, 17 / 8)
    ones = asap(np.ones((16, 16)), mode="faithful", pad="one")
    # A black line enters: per axis a constant 1 becomes .703 .. 1.067.
    assert (ones.min(), ones.max()) == pytest.approx((0.703**2, 1.067**2), abs=2e-3)


def test_the_authors_know_no_other_factor() -> None:
    with pytest.raises(ChainError, match="f=3: wanted 2"):
        flc(np.ones((9, 9)), f=3, mode="faithful")


def test_other_factors_keep_the_middle_too() -> None:
    x = np.random.default_rng(0).normal(size=(24, 36))
    assert np.allclose(flc(x, f=3), low_pass(x, 8, 12), atol=1e-12)


def test_faithful_is_as_fast_as_corrected_where_they_are_equal() -> None:
    sizes = {"flc": [(64, 96), (63, 97), (64, 99)], "asap": [(63, 97)]}
    for name, alike in sizes.items():
        (step,) = Chain.parse(f"{name}:mode=faithful").steps
        assert step.op.fast_path((62, 64), step.params, np.dtype(float)) is None
        for size in alike:
            assert step.op.fast_path(size, step.params, np.dtype(float)) is not None
            x = np.random.default_rng(0).random(size)
            chain = Chain((step,))
            np.testing.assert_allclose(chain(x), by_definition(chain, x), atol=1e-12)
