"""Trials for the tests of measures."""

import numpy as np
from numpy.typing import NDArray

from sampviz.analysis.evaluation import Evaluation, evaluate, source_of
from sampviz.analysis.metrics import METRICS
from sampviz.images.convert import as_image
from sampviz.images.image import Image
from sampviz.ops.chain import Chain

Array = NDArray[np.float64]


def trial(x: Array, chain: str, span: float | None = None) -> Evaluation:
    return evaluate(source_of(Image.of(x), span), Chain.parse(chain))


def volume_trial(x: Array, chain: str, span: float | None = None) -> Evaluation:
    """Of (D, H, W) or (C, D, H, W)."""
    return evaluate(source_of(as_image(x, volume=True, series=True), span), Chain.parse(chain))


def value(name: str, x: Array, chain: str, span: float | None = None) -> float:
    return METRICS[name](trial(x, chain, span)).value


def noise(size: int = 256, seed: int = 0) -> Array:
    return np.random.default_rng(seed).normal(size=(size, size))


def cosine(k: int, n: int = 64) -> Array:
    """A wave of k cycles in n pixels along the columns, within 0..1."""
    return np.tile(0.5 + 0.5 * np.cos(2 * np.pi * k * np.arange(n) / n), (n, 1))


def phantom() -> Array:
    """The Shepp-Logan phantom of scikit-image, 400 px, brought to 256 px by area."""
    import cv2
    from skimage.data import shepp_logan_phantom

    large = shepp_logan_phantom().astype(np.float64)
    return np.asarray(cv2.resize(large, (256, 256), interpolation=cv2.INTER_AREA))


def checks(size: int) -> Array:
    """Every other pixel white, in rows and columns."""
    return np.indices((size, size)).sum(axis=0) % 2.0


def smooth(size: int = 64, seed: int = 0, most: int = 12) -> Array:
    """Noise without frequencies above `most` cycles per side."""
    k = np.abs(np.fft.fftfreq(size) * size)
    keep = (k[:, None] <= most) & (k <= most)
    return np.fft.ifft2(np.fft.fft2(noise(size, seed)) * keep).real
