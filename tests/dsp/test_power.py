"""Energies and power spectra, against numpy and against Parseval."""

import numpy as np
import pytest

from sampviz.dsp.energy import energy, energy_between, variation
from sampviz.dsp.spectrum import SpectrumBins

rng = np.random.default_rng(0)
TYPES = [np.float32, np.float64, np.complex64, np.complex128]


def stack(shape: tuple[int, ...], dtype: type) -> np.ndarray:
    x = rng.normal(size=(2, *shape))
    return (x[0] + 1j * x[1]).astype(dtype) if np.dtype(dtype).kind == "c" else x[0].astype(dtype)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("part", [np.s_[:], np.s_[1:, 2:-1, 3:-2], np.s_[:, ::2, ::3], np.s_[0]])
def test_energies_are_sums_of_squares(dtype: type, part: tuple[slice, ...]) -> None:
    x, y = (stack((3, 20, 31), dtype)[part] for _ in range(2))
    assert energy(x) == pytest.approx((np.abs(x.astype(complex)) ** 2).sum(), rel=1e-6)
    apart = np.abs(x.astype(complex) - y) ** 2
    assert energy_between(x, y) == pytest.approx(apart.sum(), rel=1e-6)
    spread = x - x.mean(axis=(-2, -1), keepdims=True)
    assert variation(x) == pytest.approx((np.abs(spread) ** 2).sum(), rel=1e-5)


def test_energies_of_float32_are_summed_in_double_precision() -> None:
    x = np.full((1, 3000, 3000), 1.1, np.float32)
    assert energy(x) == pytest.approx(x.size * float(np.float32(1.1)) ** 2, rel=1e-12)


def test_a_difference_of_two_types_is_that_of_their_values() -> None:
    x = rng.normal(size=(1, 9, 9))
    assert energy_between(x, x.astype(np.complex64)) < 1e-10


@pytest.mark.parametrize("size", [(8, 8), (7, 9), (6, 5), (1, 4), (5, 1)])
@pytest.mark.parametrize("dtype", TYPES)
def test_the_power_of_all_bins_is_the_variance(size: tuple[int, int], dtype: type) -> None:
    x = stack((3, *size), dtype)
    bins = SpectrumBins(size, half=np.dtype(dtype).kind != "c")
    power = bins.power(bins.spectrum(x))
    assert power.sum() == pytest.approx(x.var(axis=(-2, -1)).mean(), rel=1e-5, abs=1e-12)


@pytest.mark.parametrize("size", [(8, 8), (7, 9), (6, 5)])
def test_half_of_a_spectrum_sums_to_what_the_whole_does_in_every_ring(
    size: tuple[int, int],
) -> None:
    x, y = stack((3, *size), np.float64), stack((3, *size), np.float64)
    found = []
    for half in (True, False):
        bins = SpectrumBins(size, half)
        ring = np.rint(10 * np.hypot(*bins.cycles((1.0, 2.0)))).astype(int).ravel()
        product = bins.product(bins.spectrum(x), bins.spectrum(y))
        counted = np.broadcast_to(bins.weights, product.shape)
        found.append([np.bincount(ring, each.ravel()) for each in (product, counted)])
    np.testing.assert_allclose(found[0], found[1], atol=1e-12)
