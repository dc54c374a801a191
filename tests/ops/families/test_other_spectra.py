"""Ideal decimation, Hartley pooling and DiffStride: waves that pass and waves that do not."""

import numpy as np
import pytest

from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS

VARIANTS = (
    "ideal:3",
    "hartley:3",
    "hartley:f=1.5",
    "diffstride:f=1.7x2.4",
    "diffstride:f=1.7:width=2",
    "flc:f=1.5",
    "kspace:f=1.3",
    "nearest:f=1.4",
    "nearest:f=1.4:step=f",
    "bilinear:f=1.4",
    "bicubic:f=1.4:step=f",
)
rng = np.random.default_rng(0)


@pytest.mark.parametrize("n", [16, 17, 18, 30])
def test_ideal_decimation_is_the_low_pass_at_every_second_pixel(n: int) -> None:
    """By a Fourier sum over the frequencies below n / 4, of rows and columns."""
    x = rng.normal(size=(n, n))
    low = np.where(4 * np.abs(np.fft.fftfreq(n) * n) < n, 1.0, 0)
    smooth = np.fft.ifft2(np.fft.fft2(x) * np.outer(low, low)).real
    assert np.allclose(OPS["ideal"](x), smooth[::2, ::2])


def test_hartley_pooling_is_flc_for_odd_numbers_of_samples() -> None:
    x = rng.normal(size=(18, 30))
    assert np.allclose(OPS["hartley"](x), OPS["flc"](x))
    assert not np.allclose(OPS["hartley"](x[:16, :28]), OPS["flc"](x[:16, :28]))


def test_diffstride_passes_what_its_edge_does_not_reach() -> None:
    """Of 32 px: frequencies to 8 whole, 12 and above not at all, between them linearly."""
    n = np.arange(32)
    for k, gain in ((3, 1), (8, 1), (9, 0.75), (11, 0.25), (12, 0), (15, 0)):
        out = OPS["diffstride"](np.cos(2 * np.pi * k * n / 32) * np.ones((32, 1)), f=2, width=4)
        assert np.isclose(np.abs(np.fft.rfft(out[0])).max() * 2 / out.shape[-1], gain, atol=1e-12)


def test_the_published_diffstride_multiplies_a_constant() -> None:
    out = Chain.parse("diffstride:mode=faithful")(np.ones((16, 18)))
    assert np.isclose(out.mean(), 16 * 18 / out.size)
