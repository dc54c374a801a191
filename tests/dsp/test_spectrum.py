"""Spectra as drawn."""

import cmath
from collections import defaultdict
from math import hypot

import numpy as np
import pytest

from sampviz.dsp.spectrum import FLOOR_DB, amplitude, decibels, radial_power


@pytest.mark.parametrize("size", [(64, 64), (33, 48), (7, 9)])
def test_sum_of_squares_is_the_variance(size: tuple[int, int]) -> None:
    x = np.random.default_rng(0).normal(size=size)
    assert (amplitude(x) ** 2).sum() == pytest.approx(x.var())


def test_a_cosine_has_half_its_amplitude_at_each_of_its_two_frequencies() -> None:
    for n in (64, 32):
        spectrum = amplitude(np.tile(3 * np.cos(2 * np.pi * 5 * np.arange(n) / n), (n, 1)) + 7)
        assert spectrum[n // 2, n // 2 + 5] == pytest.approx(1.5)
        assert spectrum[n // 2, n // 2 - 5] == pytest.approx(1.5)
        assert spectrum[n // 2, n // 2] == pytest.approx(0, abs=1e-12)


def test_decibels_below_the_reference_down_to_the_floor() -> None:
    assert decibels(np.array([1.0, 0.1, 0.0]), 1.0) == pytest.approx([0, -20, FLOOR_DB])
    assert decibels(np.array([0.0, np.nan]), 0.0)[0] == FLOOR_DB
    assert np.isnan(decibels(np.array([np.nan]), 0.0)[0])


def wave(k: int, n: int = 64) -> np.ndarray:
    """A cosine of amplitude 1 with k periods along n columns."""
    return np.tile(np.cos(2 * np.pi * k * np.arange(n) / n), (1, n, 1))


def at(k: float, stack: np.ndarray, step: int = 1) -> float:
    """The power at k/64 cycles per pixel of an original of 64 px, and nowhere else."""
    found = radial_power(stack, (step, step), 1 / 64)
    (place,) = np.flatnonzero(np.isclose(found.frequency, k / 64))
    assert np.delete(found.total, place) == pytest.approx(0, abs=1e-12)
    return float(found.total[place])


def test_a_cosine_has_half_its_squared_amplitude_in_its_ring_before_and_after_stride() -> None:
    assert at(10, wave(10)) == pytest.approx(1 / 2)
    assert at(10, wave(10)[:, ::2, ::2], step=2) == pytest.approx(1 / 2)
    assert at(20, 3 * wave(20) + 7) == pytest.approx(9 / 2)


def test_a_cosine_above_the_new_nyquist_folds() -> None:
    assert at(12, wave(20)[:, ::2, ::2], step=2) == pytest.approx(1 / 2)


SHAPES = [(1, 64, 64), (1, 33, 48), (3, 7, 9), (1, 8, 192), (1, 1, 9), (1, 1, 1)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", [np.float32, np.complex64])
def test_rings_add_up_to_the_variance(shape: tuple[int, ...], kind: type) -> None:
    real, imaginary = np.random.default_rng(0).normal(size=(2, *shape))
    x = (real + 100 + (1j * imaginary if kind is np.complex64 else 0)).astype(kind)
    found = radial_power(x, (2, 3), 0.01)
    assert found.total.sum() == pytest.approx(x.astype(complex).var(axis=(1, 2)).mean())
    assert found.count.sum() == x[0].size - 1  # all frequencies but DC
    assert found.parseval < 1e-12


def test_rings_are_what_a_slow_sum_over_all_frequencies_gives() -> None:
    x = np.random.default_rng(1).normal(size=(5, 8))
    down, along, width = 3.0, 0.8, 1 / 6.4  # mm: the shorter side is 8 columns of 0.8 mm
    rings = defaultdict(list)
    for k in range(-2, 3):
        for m in range(-4, 4):
            terms = (
                x[i, j] * cmath.exp(-2j * cmath.pi * (k * i / 5 + m * j / 8))
                for i in range(5)
                for j in range(8)
            )
            ring = round(hypot(k / (5 * down), m / (8 * along)) / width)
            rings[ring].append(abs(sum(terms) / 40) ** 2 if (k, m) != (0, 0) else None)
    found = radial_power(x[None], (down, along), width)
    for ring, powers in rings.items():
        told = [power for power in powers if power is not None]
        (place,) = np.flatnonzero(np.isclose(found.frequency, ring * width))
        assert found.count[place] == len(told)
        assert found.total[place] == pytest.approx(sum(told))
        assert found.mean[place] == pytest.approx(sum(told) / len(told))
    assert len(rings) == len(found.frequency)


def test_white_noise_is_flat_and_stride_folds_four_times_its_density() -> None:
    x = np.random.default_rng(2).normal(size=(1, 512, 512))
    for stack, step in ((x, 1), (x[:, ::2, ::2], 2)):
        found = radial_power(stack, (step, step), 1 / 512)
        full = (found.frequency > 0.05) & (found.frequency < 0.5 / step)
        assert found.mean[full] == pytest.approx(step**2 / 512**2, rel=0.4)
        assert found.mean[full].mean() == pytest.approx(step**2 / 512**2, rel=0.02)


def test_a_frequency_midway_between_two_rings_always_counts_up() -> None:
    found = radial_power(np.random.default_rng(3).normal(size=(1, 1, 200)), (1, 1), 1 / 100)
    assert found.frequency == pytest.approx(np.arange(1, 51) / 100)
    assert found.count.tolist() == [4] * 49 + [3]  # 2m - 1 and 2m at both signs; Nyquist has one


def test_a_constant_has_no_power_and_nan_no_spectrum() -> None:
    flat = radial_power(np.full((1, 9, 12), 0.1, np.float32), (1, 1), 1 / 9)
    assert (flat.variance, flat.total.max(), flat.parseval) == (0, 0, 0)
    for odd in (np.nan, np.inf):
        x = np.ones((2, 4, 4))
        x[1, 2, 3] = odd
        found = radial_power(x, (1, 1), 1 / 4)
        assert np.isnan(found.total).all()
        assert np.isnan([found.variance, found.parseval]).all()
