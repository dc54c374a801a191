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
    if x.ndim == 3:
        spread = x - x.mean(dtype=complex)
        assert variation(x, axes=3) == pytest.approx((np.abs(spread) ** 2).sum(), rel=1e-5)


def test_energies_of_float32_are_summed_in_double_precision() -> None:
    x = np.full((1, 3000, 3000), 1.1, np.float32)
    assert energy(x) == pytest.approx(x.size * float(np.float32(1.1)) ** 2, rel=1e-12)


def test_a_difference_of_two_types_is_that_of_their_values() -> None:
    x = rng.normal(size=(1, 9, 9))
    assert energy_between(x, x.astype(np.complex64)) < 1e-10


@pytest.mark.parametrize("size", [(8, 8), (7, 9), (6, 5), (1, 4), (5, 1), (4, 6, 8), (3, 5, 7)])
@pytest.mark.parametrize("dtype", TYPES)
def test_the_power_of_all_bins_is_the_variance(size: tuple[int, int], dtype: type) -> None:
    x = stack((3, *size), dtype)
    bins = SpectrumBins(size, half=np.dtype(dtype).kind != "c")
    power = bins.power(bins.spectrum(x))
    assert power.sum() == pytest.approx(
        x.var(axis=tuple(range(1, x.ndim))).mean(), rel=1e-5, abs=1e-12
    )


def test_a_spectrum_of_a_volume_is_its_dft_over_three_axes() -> None:
    for dtype in (np.float64, np.complex128):
        x = stack((2, 4, 5, 6), dtype)
        bins = SpectrumBins((4, 5, 6), half=dtype is np.float64)
        whole = np.fft.fftn(x - x.mean(axis=(1, 2, 3), keepdims=True), axes=(1, 2, 3)) / 120
        columns = 4 if bins.half else 6
        np.testing.assert_allclose(bins.spectrum(x), whole[..., :columns], atol=1e-15)
        assert bins.cycles((1.0, 1.0, 2.0))[2].tolist() == pytest.approx(
            [0, 1 / 12, 1 / 6, 1 / 4, 1 / 6, 1 / 12][:columns]
        )


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
