"""SSIM and its relatives against other programs and against their definitions."""

import numpy as np
import pytest
import skimage
from numpy.typing import NDArray

from sampviz.dsp.similarity import LOG_SIDE, SCALE_WEIGHTS, SIGMA, SsimReference, edges

Plane = NDArray[np.float64]

rng = np.random.default_rng(0)


def scikit(a: Plane, b: Plane, span: float) -> float:
    return skimage.metrics.structural_similarity(
        a, b, data_range=span, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )


@pytest.mark.parametrize("size", [(11, 11), (32, 45), (200, 181)])
@pytest.mark.parametrize("span", [1.0, 255.0])
def test_ssim_is_that_of_scikit_image(size: tuple[int, int], span: float) -> None:
    a = span * rng.random(size)
    b = np.clip(a + 0.2 * span * rng.normal(size=size), 0, span)
    wanted = scikit(a, b, span)
    assert SsimReference(a, span).ssim(b)[0] == pytest.approx(wanted, abs=1e-10)
    single = SsimReference(a.astype(np.float32), span).ssim(b.astype(np.float32))[0]
    assert single == pytest.approx(wanted, abs=1e-6)


def test_small_differences_between_large_float32_values_keep_their_digits() -> None:
    a = (4000 + rng.random((64, 64))).astype(np.float32)
    b = (a + 0.2 * rng.normal(size=a.shape)).astype(np.float32)
    wanted = scikit(a.astype(np.float64), b.astype(np.float64), 1.0)
    assert SsimReference(a, 1.0).ssim(b)[0] == pytest.approx(wanted, abs=1e-6)


def test_one_standard_judges_many() -> None:
    a, *others = rng.random((4, 40, 40))
    standard = SsimReference(a, 1.0)
    for other in (*others, a):
        assert standard.ssim(other) == SsimReference(a, 1.0).ssim(other)
    assert standard.ssim(a) == pytest.approx((1.0, 1.0))


def test_ssim_is_not_the_default_of_scikit_image() -> None:
    a = rng.random((64, 64))
    b = np.clip(a + 0.2 * rng.normal(size=a.shape), 0, 1)
    assert (
        abs(
            SsimReference(a, 1.0).ssim(b)[0]
            - skimage.metrics.structural_similarity(a, b, data_range=1.0)
        )
        > 1e-3
    )


def test_ms_ssim_is_the_weighted_product_of_its_scales() -> None:
    a = rng.random((177, 190))
    b = np.clip(a + 0.1 * rng.normal(size=a.shape), 0, 1)
    found, x, y = 1.0, a, b
    for number, weight in enumerate(SCALE_WEIGHTS):
        both, structure = SsimReference(x, 1.0).ssim(y)
        found *= (both if number == 4 else structure) ** weight
        x, y = (np.pad(z, [(0, n % 2) for n in z.shape], mode="symmetric") for z in (x, y))
        x, y = (z.reshape(z.shape[0] // 2, 2, z.shape[1] // 2, 2).mean((1, 3)) for z in (x, y))
    standard = SsimReference(a, 1.0)
    assert standard.ms_ssim(b, standard.ssim(b)[1]) == pytest.approx(found, abs=1e-12)
    assert standard.ms_ssim(a, standard.ssim(a)[1]) == pytest.approx(1.0)


def laplacian_of_gaussian() -> Plane:
    """The published kernel of HFEN: of a Gaussian of sum 1, made to sum to 0."""
    at = np.arange(LOG_SIDE) - LOG_SIDE // 2
    squares = at[:, None] ** 2 + at**2
    gauss = np.exp(-squares / (2 * SIGMA**2))
    kernel = gauss / gauss.sum() * (squares - 2 * SIGMA**2) / SIGMA**4
    return kernel - kernel.mean()


def test_the_edges_of_a_point_are_the_kernel_of_hfen() -> None:
    point = np.zeros((31, 31))
    point[15, 15] = 1
    found = edges(point)[8:23, 8:23]
    np.testing.assert_allclose(found, laplacian_of_gaussian(), atol=1e-15)
    assert found.sum() == pytest.approx(0, abs=1e-14)
    assert found[7, 7] == pytest.approx(-0.0629, abs=1e-4)


def test_edges_are_a_correlation_with_zeros_beyond() -> None:
    from scipy.ndimage import correlate

    x = rng.random((20, 31))
    wanted = correlate(x, laplacian_of_gaussian(), mode="constant")
    np.testing.assert_allclose(edges(x), wanted, atol=1e-12)
    np.testing.assert_allclose(edges(x.astype(np.float32)), wanted, atol=1e-5)
