"""How alike two planes are: SSIM, its multi-scale form, and the high-frequency error norm."""

import numpy as np

from sampviz.arrays import Array

WINDOW, SIGMA = 11, 1.5  # of Wang et al. 2004
K1, K2 = 0.01, 0.03
# The exponents of Wang, Simoncelli and Bovik 2003, finest scale first.
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
SMALLEST = WINDOW * 2 ** (len(SCALE_WEIGHTS) - 1)  # side at which the coarsest scale has a window


def ssim(a: Array, b: Array, span: float) -> tuple[float, float]:
    """Return the mean SSIM of two (H, W) planes, and the mean of its contrast-structure factor.

    A Gaussian window of 11x11 px and sigma 1.5, biased covariances, where the window is whole.
    It is what scikit-image gives for gaussian_weights=True, sigma=1.5,
    use_sample_covariance=False, which does not give the factor that MS-SSIM needs.
    """
    from cv2 import getGaussianKernel, sepFilter2D

    taps = getGaussianKernel(WINDOW, SIGMA)
    margin = WINDOW // 2

    def local_mean(x: Array) -> Array:
        return np.asarray(sepFilter2D(x, -1, taps, taps))[margin:-margin, margin:-margin]

    a, b = (np.ascontiguousarray(plane, np.float64) for plane in (a, b))
    mean_a, mean_b = local_mean(a), local_mean(b)
    both = mean_a * mean_b
    squares = mean_a**2 + mean_b**2
    covariance = local_mean(a * b) - both
    variances = local_mean(a * a + b * b) - squares
    c1, c2 = (K1 * span) ** 2, (K2 * span) ** 2
    structure = (2 * covariance + c2) / (variances + c2)
    similarity = (2 * both + c1) / (squares + c1) * structure
    return float(similarity.mean()), float(structure.mean())


def ms_ssim(a: Array, b: Array, span: float) -> float:
    """Return the multi-scale SSIM of two (H, W) planes of at least `SMALLEST` px.

    Contrast-structure at four scales, SSIM at the fifth, 2x2 means between them (an odd side
    repeats its last sample), negative factors count as 0: what TensorFlow gives.
    """
    found = 1.0
    for number, weight in enumerate(SCALE_WEIGHTS):
        if number:
            a, b = _halved(a), _halved(b)
        whole, structure = ssim(a, b, span)
        last = number == len(SCALE_WEIGHTS) - 1
        found *= max(whole if last else structure, 0.0) ** weight
    return found


def _halved(x: Array) -> Array:
    h, w = x.shape
    x = np.pad(x, ((0, h % 2), (0, w % 2)), mode="edge")
    return (x[::2, ::2] + x[1::2, ::2] + x[::2, 1::2] + x[1::2, 1::2]) / 4


def laplacian_of_gaussian(side: int = 15, sigma: float = SIGMA) -> Array:
    """Return the kernel of HFEN: the Laplacian of a Gaussian of sum 1, made to sum to 0."""
    at = np.arange(side) - side // 2
    squares = at[:, None] ** 2 + at**2
    gauss = np.exp(-squares / (2 * sigma**2))
    kernel = gauss / gauss.sum() * (squares - 2 * sigma**2) / sigma**4
    return np.asarray(kernel - kernel.mean())


def edges(x: Array) -> Array:
    """Return an (H, W) plane filtered with `laplacian_of_gaussian`; zeros beyond the edge."""
    from cv2 import BORDER_CONSTANT, filter2D

    plane = np.ascontiguousarray(x, np.float64)
    return np.asarray(filter2D(plane, -1, laplacian_of_gaussian(), borderType=BORDER_CONSTANT))
