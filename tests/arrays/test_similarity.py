"""SSIM and its relatives against other programs and against their definitions."""

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from sampviz.arrays.similarity import SCALE_WEIGHTS, edges, laplacian_of_gaussian, ms_ssim, ssim

rng = np.random.default_rng(0)


@pytest.mark.parametrize("size", [(11, 11), (32, 45), (200, 181)])
@pytest.mark.parametrize("span", [1.0, 255.0])
def test_ssim_is_that_of_scikit_image(size: tuple[int, int], span: float) -> None:
    a = span * rng.random(size)
    b = np.clip(a + 0.2 * span * rng.normal(size=size), 0, span)
    wanted = structural_similarity(
        a, b, data_range=span, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    assert ssim(a, b, span)[0] == pytest.approx(wanted, abs=1e-10)


def test_ssim_is_not_the_default_of_scikit_image() -> None:
    a = rng.random((64, 64))
    b = np.clip(a + 0.2 * rng.normal(size=a.shape), 0, 1)
    assert abs(ssim(a, b, 1.0)[0] - structural_similarity(a, b, data_range=1.0)) > 1e-3


def test_ms_ssim_is_the_weighted_product_of_its_scales() -> None:
    a = rng.random((177, 190))
    b = np.clip(a + 0.1 * rng.normal(size=a.shape), 0, 1)
    found, x, y = 1.0, a, b
    for number, weight in enumerate(SCALE_WEIGHTS):
        both, structure = ssim(x, y, 1.0)
        found *= (both if number == 4 else structure) ** weight
        x, y = (np.pad(z, [(0, n % 2) for n in z.shape], mode="symmetric") for z in (x, y))
        x, y = (z.reshape(z.shape[0] // 2, 2, z.shape[1] // 2, 2).mean((1, 3)) for z in (x, y))
    assert ms_ssim(a, b, 1.0) == pytest.approx(found, abs=1e-12)
    assert ms_ssim(a, a, 1.0) == pytest.approx(1.0)


def test_the_kernel_of_hfen_is_the_published_one() -> None:
    kernel = laplacian_of_gaussian()
    assert kernel.shape == (15, 15)
    assert kernel.sum() == pytest.approx(0, abs=1e-15)
    assert kernel[7, 7] == pytest.approx(-0.0629, abs=1e-4)


def test_edges_are_a_correlation_with_zeros_beyond() -> None:
    from scipy.ndimage import correlate

    x = rng.random((20, 31))
    wanted = correlate(x, laplacian_of_gaussian(), mode="constant")
    np.testing.assert_allclose(edges(x), wanted, atol=1e-12)
