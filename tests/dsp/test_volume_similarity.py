"""SSIM, MS-SSIM and edges of volumes, against other programs and against their definitions."""

import numpy as np
import pytest
import skimage
from numpy.typing import NDArray
from scipy.ndimage import correlate, gaussian_laplace

from sampviz.dsp import volume_similarity
from sampviz.dsp.similarity import LOG_SIDE, SCALE_WEIGHTS, SsimReference, edges, halve
from sampviz.dsp.volume_similarity import edge_energy, volume_ms_ssim, volume_ssim

rng = np.random.default_rng(0)


def scikit(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return skimage.metrics.structural_similarity(
        a, b, data_range=1.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )


@pytest.mark.parametrize("at_once", [2**21, 1000])
def test_ssim_of_a_volume_is_that_of_scikit_image(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volume_similarity, "_AT_ONCE", at_once)
    a = rng.random((25, 14, 17))
    b = np.clip(a + 0.2 * rng.normal(size=a.shape), 0, 1)
    assert volume_ssim(a, b, 1.0) == pytest.approx(scikit(a, b), abs=1e-13)
    single = volume_ssim(a.astype(np.float32), b.astype(np.float32), 1.0)
    assert single == pytest.approx(scikit(a, b), abs=1e-6)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_along_a_short_axis_there_is_no_window(axis: int) -> None:
    a, b = rng.random((2, 4, 16, 15))
    of_slices = np.mean([scikit(x, y) for x, y in zip(a, b, strict=True)])
    one, other = (np.moveaxis(x, 0, axis) for x in (a, b))
    assert volume_ssim(one, other, 1.0) == pytest.approx(of_slices, abs=1e-13)


def test_the_slices_of_a_short_axis_are_images_of_their_own() -> None:
    a = rng.random((2, 176, 177))
    b = np.clip(a + 0.1 * rng.normal(size=a.shape), 0, 1)
    planes = [SsimReference(x, 1.0) for x in a]
    expected = np.mean([x.ms_ssim(y, x.ssim(y)[1]) for x, y in zip(planes, b, strict=True)])
    one, other = (np.moveaxis(x, 0, 2) for x in (a, b))
    assert volume_ms_ssim(one, other, 1.0) == pytest.approx(expected, abs=1e-13)


@pytest.mark.slow
def test_ms_ssim_of_a_volume_is_the_weighted_product_of_its_scales() -> None:
    x = rng.random((176, 176, 176), dtype=np.float32)
    y = np.clip(x + 0.1 * rng.standard_normal(x.shape, np.float32), 0, 1)
    found, factor = volume_ms_ssim(x, y, 1.0), 1.0
    for number, weight in enumerate(SCALE_WEIGHTS):
        if number:
            x, y = (z.reshape(*(k for n in z.shape for k in (n // 2, 2))) for z in (x, y))
            x, y = (z.mean((1, 3, 5)) for z in (x, y))
        both, structure = SsimReference(x, 1.0).ssim(y)
        factor *= (both if number == 4 else structure) ** weight
    assert found == pytest.approx(factor, abs=1e-6)


def test_an_odd_side_repeats_its_last_sample_when_it_is_halved() -> None:
    x = rng.random((5, 4, 7))
    padded = np.pad(x, [(0, n % 2) for n in x.shape], mode="edge")
    means = padded.reshape(3, 2, 2, 2, 4, 2).mean((1, 3, 5))
    np.testing.assert_allclose(halve(x), means, rtol=1e-14)


@pytest.mark.parametrize("at_once", [2**21, 1000])
def test_edges_are_those_of_scipy_less_the_mean_of_the_kernel(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(volume_similarity, "_AT_ONCE", at_once)
    x = rng.random((33, 18, 21))
    filtered = gaussian_laplace(x, 1.5, mode="constant", truncate=4.5)
    energy = (filtered**2).sum()
    assert edge_energy(x) == pytest.approx(energy, rel=1e-3)
    point = np.zeros((LOG_SIDE,) * 3)
    point[7, 7, 7] = 1
    kernel = gaussian_laplace(point, 1.5, mode="constant", truncate=4.5)
    energy = (correlate(x, kernel - kernel.mean(), mode="constant") ** 2).sum()
    assert edge_energy(x) == pytest.approx(energy, rel=1e-6)


@pytest.mark.parametrize(("size", "across"), [((4, 20, 16), 0), ((16, 20, 3), 2), ((9, 12, 11), 0)])
def test_across_few_slices_there_are_no_edges(size: tuple[int, int, int], across: int) -> None:
    x = rng.random(size)
    planes = [edges(np.ascontiguousarray(x.take(i, across))) for i in range(size[across])]
    assert edge_energy(x) == pytest.approx((np.stack(planes) ** 2).sum(), rel=1e-12)
