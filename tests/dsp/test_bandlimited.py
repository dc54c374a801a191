"""The ideal low-pass, against sums of waves that are written out."""

from fractions import Fraction

import numpy as np
import pytest

from sampviz.dsp.bandlimited import bandlimited_resample, fourier_shift, low_pass
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from tests.every import every

CASES = [
    (64, 32, Fraction(2), Fraction(1, 2)),
    (64, 31, Fraction(2), Fraction(1)),  # the last sample is missing
    (33, 16, Fraction(33, 16), Fraction(0)),
    (33, 8, Fraction(33, 8), Fraction(1, 3)),
    (7, 4, Fraction(2), Fraction(0)),
    (64, 25, Fraction(64, 25), Fraction(0)),
    (64, 128, Fraction(1, 2), Fraction(-1, 4)),
    (7, 14, Fraction(1, 2), Fraction(-1, 4)),
    (64, 64, Fraction(1), Fraction(1, 2)),
    (5, 1, Fraction(5), Fraction(0)),
    (1, 1, Fraction(2), Fraction(0)),
]


@every("n, size, step, delta", CASES)
@every("dtype", [np.float32, np.float64, np.complex128])
@every("nyquist", [0.5, 1.0])
def test_samples_are_sums_of_waves(
    n: int, size: int, step: Fraction, delta: Fraction, dtype: type, nyquist: float
) -> None:
    rng = np.random.default_rng(0)
    x: Array = rng.normal(size=(3, n)).astype(dtype)
    if dtype is np.complex128:
        x = x + 1j * rng.normal(size=(3, n))
    spectrum = np.fft.fft(x)
    places = float(step) * np.arange(size) + float(delta)
    top = n / max(step, Fraction(1)) / 2
    wanted = np.zeros((3, size), complex)
    for k in range(-n, n + 1):
        if abs(k) <= top:
            weight = (nyquist if step > 1 else 0.5) if abs(k) == top else 1.0
            wanted += weight * spectrum[:, k % n, None] * np.exp(2j * np.pi * k * places / n) / n
    got = bandlimited_resample(x, (Grid(3), Grid(size, step, delta)), nyquist)
    assert got.dtype == dtype
    tolerance = 1e-6 if dtype is np.float32 else 1e-12
    np.testing.assert_allclose(
        got, wanted if dtype is np.complex128 else wanted.real, atol=tolerance
    )


def test_moving_by_whole_samples_is_rolling() -> None:
    x = np.random.default_rng(0).normal(size=(8, 9))
    np.testing.assert_allclose(fourier_shift(x, (2, -3)), np.roll(x, (-2, 3), (0, 1)), atol=1e-12)


def test_the_nyquist_wave_is_multiplied_by_the_cosine() -> None:
    x = np.tile([1.0, -1.0], (2, 4))
    np.testing.assert_allclose(fourier_shift(x, (0, 0.25)), x * np.cos(np.pi / 4), atol=1e-12)


@pytest.mark.parametrize("n", [16, 17, 18])
def test_the_low_pass_keeps_waves_up_to_the_new_nyquist(n: int) -> None:
    j = np.arange(n)
    for k in range(n // 2 + 1):
        wave = np.tile(np.cos(2 * np.pi * k * j / n), (4, 1))
        kept = low_pass(wave, (Fraction(1), Fraction(2)))
        np.testing.assert_allclose(kept, wave if 4 * k <= n else 0 * wave, atol=1e-12)


@pytest.mark.parametrize("steps", [(2, 2, 2), (3, 1, 2), (1, 2, 2), (2, 1, 1)])
def test_of_a_volume_the_low_pass_is_a_box_of_frequencies(steps: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).normal(size=(2, 12, 9, 10))
    keep = [
        np.abs(np.fft.fftfreq(n)) <= 1 / (2 * s) for n, s in zip(x.shape[1:], steps, strict=True)
    ]
    box = keep[0][:, None, None] & keep[1][:, None] & keep[2]
    kept = np.fft.ifftn(np.fft.fftn(x, axes=(1, 2, 3)) * box, axes=(1, 2, 3))
    low = low_pass(x, [Fraction(s) for s in steps])
    np.testing.assert_allclose(low, kept.real, atol=1e-14)


def test_a_volume_is_resampled_along_one_axis_after_another() -> None:
    x = np.random.default_rng(0).normal(size=(2, 9, 8, 10))
    half = Grid(5, Fraction(2), Fraction(1, 2))
    for axis in (1, 2, 3):
        grids = tuple(half if i == axis else Grid(n) for i, n in enumerate(x.shape))[1:]
        moved = np.moveaxis(x, axis, 3)
        alone = bandlimited_resample(moved, (Grid(moved.shape[2]), half))
        np.testing.assert_allclose(
            np.moveaxis(bandlimited_resample(x, grids), axis, 3), alone, atol=1e-14
        )
