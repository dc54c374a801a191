"""Similarity of two planes: SSIM, its multi-scale form, and the high-frequency error norm.

The windows of SSIM are cubes where arrays are volumes; `volume_similarity` says of which.
Float32 planes are filtered as float32, others as float64: 256x256 px take a third of the time.
The mean of the reference is subtracted first, so that small differences between large values
keep their digits.
"""

from dataclasses import dataclass

import numpy as np

from sampviz.core.cached import cached
from sampviz.dsp.dtypes import Array

WINDOW, SIGMA = 11, 1.5  # of Wang et al. 2004
K1, K2 = 0.01, 0.03
# The exponents of Wang, Simoncelli and Bovik 2003, finest scale first.
SCALE_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
SMALLEST = WINDOW * 2 ** (len(SCALE_WEIGHTS) - 1)  # side at which the coarsest scale has a window
LOG_SIDE = 15


@dataclass(frozen=True, eq=False)
class SsimReference:
    """The reference of SSIM; what is needed of it alone is computed once for all comparisons.

    Parameters
    ----------
    plane : Array, shape (H, W), or (D, H, W) of a volume
        Floating point numbers.
    span : float
        Range of values, the L of the formula.
    """

    plane: Array
    span: float

    def ssim(self, other: Array) -> tuple[float, float]:
        """Return the mean SSIM, and the mean of its contrast-structure factor.

        A Gaussian window of 11x11 px and sigma 1.5, biased covariances, where the window is
        whole: as scikit-image with gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
        which does not give the factor that MS-SSIM needs.

        Parameters
        ----------
        other : Array, shape (H, W)
            The plane that is compared.

        Returns
        -------
        ssim, contrast_structure : float
            Both at most 1.
        """
        structure, mean_b = self._structure(other)
        mean_a = self._mean
        mean_b += self._level
        c1 = (K1 * self.span) ** 2
        ssim_map = mean_a * mean_b
        ssim_map *= 2
        ssim_map += c1
        mean_b *= mean_b
        mean_b += mean_a * mean_a
        mean_b += c1
        ssim_map /= mean_b
        ssim_map *= structure
        return _mean(ssim_map), _mean(structure)

    def _structure(self, other: Array) -> tuple[Array, Array]:
        """Return the contrast-structure factor, and the local means of the other less the level."""
        a, mean_a, variance_a = self._moments
        b = np.asarray(other - self._level, a.dtype)
        mean_b = _local_mean(b)
        c2 = (K2 * self.span) ** 2
        variances = _local_mean(b * b)
        variances -= mean_b * mean_b
        variances += variance_a
        variances += c2
        structure = _local_mean(a * b)
        structure -= mean_a * mean_b
        structure *= 2
        structure += c2
        structure /= variances
        return structure, mean_b

    def ms_ssim(self, other: Array, first: float) -> float:
        """Return the multi-scale SSIM of planes of at least `SMALLEST` px.

        Contrast-structure at four scales, SSIM at the fifth, 2x2 means between them (an odd side
        repeats its last sample), negative factors count as 0: what TensorFlow gives.

        Parameters
        ----------
        other : Array, shape (H, W)
            The plane that is compared.
        first : float
            Contrast-structure at the finest scale, from `ssim`.

        Returns
        -------
        float
            0..1.
        """
        reference, factors = self, [first]
        for _ in SCALE_WEIGHTS[2:]:
            reference, other = reference.coarser, halve(other)
            factors.append(_mean(reference._structure(other)[0]))
        factors.append(reference.coarser.ssim(halve(other))[0])
        powers = (max(x, 0.0) ** p for x, p in zip(factors, SCALE_WEIGHTS, strict=True))
        return float(np.prod(list(powers)))

    @cached
    def coarser(self) -> "SsimReference":
        """The reference at the next scale, of means of 2x2 px."""
        return SsimReference(halve(self.plane), self.span)

    @cached
    def edges(self) -> Array:
        """The plane filtered with the Laplacian of a Gaussian."""
        return edges(self.plane)

    @cached
    def _level(self) -> np.floating:
        return self.plane.mean()

    @cached
    def _moments(self) -> tuple[Array, Array, Array]:
        """The plane less its level, and the local means and variances of that."""
        a = self.plane - self._level
        mean = _local_mean(a)
        return a, mean, _local_mean(a * a) - mean * mean

    @cached
    def _mean(self) -> Array:
        """The local means of the plane."""
        return self._moments[1] + self._level


def _local_mean(x: Array) -> Array:
    from cv2 import getGaussianKernel, sepFilter2D

    taps = getGaussianKernel(WINDOW, SIGMA)
    margin = WINDOW // 2
    if x.ndim == 3:
        planes = np.stack([_local_mean(plane) for plane in x])
        return filter_slices(planes, taps)[margin:-margin]
    return np.asarray(sepFilter2D(x, -1, taps, taps))[margin:-margin, margin:-margin]


def filter_slices(volume: Array, taps: Array) -> Array:
    """Correlate a volume with taps across its slices, mirrored beyond the first and the last.

    Parameters
    ----------
    volume : Array, shape (D, H, W)
        Floating point numbers.
    taps : Array, shape (K,)
        An odd number of taps.

    Returns
    -------
    Array, shape (D, H, W)
        The filtered volume.
    """
    from cv2 import sepFilter2D

    filtered = sepFilter2D(volume.reshape(len(volume), -1), -1, np.ones(1), taps)
    return np.asarray(filtered).reshape(volume.shape)


def _mean(x: Array) -> float:
    from cv2 import mean

    # In double precision, four times as fast as numpy's of float32.
    return float(mean(x.reshape(len(x), -1))[0])


def halve(x: Array) -> Array:
    """Return the means of 2x2 px, of a volume 2x2x2; an odd side repeats its last sample.

    Parameters
    ----------
    x : Array, shape (H, W) or (D, H, W)
        Floating point numbers.

    Returns
    -------
    Array, shape (ceil(H / 2), ceil(W / 2)) or (ceil(D / 2), ceil(H / 2), ceil(W / 2))
        The means.
    """
    from sampviz.dsp.fast.block_resample import block_means

    if x.ndim == 3:
        planes = np.stack([halve(plane) for plane in x])
        return np.asarray((planes[::2] + planes[[*range(1, len(x), 2), *[-1] * (len(x) % 2)]]) / 2)
    h, w = x.shape
    if h % 2 or w % 2:
        x = np.pad(x, ((0, h % 2), (0, w % 2)), mode="edge")
    return block_means(x.shape, (2, 2), x.dtype)(x)


def edges(x: Array) -> Array:
    """Filter with the Laplacian of a Gaussian; zeros beyond the edge.

    The kernel of HFEN: 15x15 px, of a Gaussian of sum 1, less its mean. It is the sum of three
    that are products of rows and columns: .25 ms for 256x256 px, 1.9 with all of its 225 taps.

    Parameters
    ----------
    x : Array, shape (H, W)
        Floating point numbers.

    Returns
    -------
    Array, shape (H, W)
        The filtered plane.
    """
    from cv2 import BORDER_CONSTANT, boxFilter, sepFilter2D

    offsets = np.arange(LOG_SIDE) - LOG_SIDE // 2
    gauss = np.exp(-(offsets**2) / (2 * SIGMA**2))
    gauss /= gauss.sum()
    second_derivative = gauss * (offsets**2 - SIGMA**2) / SIGMA**4
    filtered: Array = sepFilter2D(x, -1, second_derivative, gauss, borderType=BORDER_CONSTANT)
    filtered += sepFilter2D(x, -1, gauss, second_derivative, borderType=BORDER_CONSTANT)
    box_sum: Array = boxFilter(x, -1, (LOG_SIDE, LOG_SIDE), borderType=BORDER_CONSTANT)
    box_sum *= 2 * second_derivative.sum()
    filtered -= box_sum
    return filtered
