"""BlurPool: its response is a power of a cosine; nothing else promises that."""

from math import comb

import numpy as np
import pytest
import scipy

from sampviz.core.errors import ChainError
from sampviz.ops.registry import OPS
from tests.every import every

VARIANTS = (
    "blur:1",
    "blur:2",
    "blur:3",
    "blur:5:pad=zero",
    "blur:6:s=3:pad=edge",
    "blur:7:pad=wrap",
    "blur:4:off=1",
    "blur:k=3x5:s=1x2",
)

blur = OPS["blur"]
PADS = {"zero": "constant", "edge": "edge", "reflect": "reflect", "wrap": "wrap"}


@pytest.mark.parametrize("k", range(1, 8))
def test_gain_is_a_power_of_a_cosine(k: int) -> None:
    j = np.arange(64)
    for cycles in (0, 4, 8, 16, 24, 32):
        wave = np.exp(2j * np.pi * cycles * j / 64)[None].repeat(64, 0)
        out = blur(wave.real, k=k, s=1, pad="wrap") + 1j * blur(wave.imag, k=k, s=1, pad="wrap")
        assert np.abs(out) == pytest.approx(abs(np.cos(np.pi * cycles / 64)) ** (k - 1), abs=1e-12)


def test_two_taps_are_average_pooling_inside() -> None:
    x = np.random.default_rng(0).normal(size=(16, 18))
    assert np.allclose(blur(x, k=2), OPS["avg"](x))


@every("k", range(1, 8))
@every("s", [1, 2, 3])
@every("off", [0, 1, 2])
@every("pad, mode", PADS.items())
def test_it_pads_filters_and_keeps_one_sample_in_s(
    k: int, s: int, off: int, pad: str, mode: str
) -> None:
    """The authors' program: padding of (k-1)/2, rounded down and up, and `off` beyond them."""
    x = np.random.default_rng(0).normal(size=(9, 12))
    wide = np.pad(x, ((k - 1) // 2 + off, k // 2 + off), mode)  # type: ignore[call-overload]
    taps = [comb(k - 1, i) / 2 ** (k - 1) for i in range(k)]
    expected = scipy.signal.correlate2d(wide, np.outer(taps, taps), "valid")[::s, ::s]
    for out in (blur(x, k=k, s=s, pad=pad, off=off), blur(x + 0j, k=k, s=s, pad=pad, off=off)):
        np.testing.assert_allclose(out, expected, rtol=0, atol=1e-12)


def test_impulse_gives_the_middle_weight() -> None:
    x = np.zeros((16, 16))
    x[8, 8] = 1
    assert blur(x, k=3).max() == pytest.approx(1 / 4)
    assert blur(x, k=4).max() == pytest.approx(9 / 64)


def test_white_noise_keeps_the_stated_share_of_aliases() -> None:
    # The variance of the output that comes from above the new Nyquist, on periodic borders.
    noise = np.random.default_rng(0).normal(size=(512, 512))
    spectrum = np.fft.fft2(noise)
    f = np.abs(np.fft.fftfreq(512))
    low = np.where((f[:, None] <= 0.25) & (f[None] <= 0.25), spectrum, 0)
    aliased = np.fft.ifft2(spectrum - low).real
    for k, share in ((2, 0.330), (3, 0.146), (4, 0.065), (5, 0.030), (7, 0.006)):
        out, alias = (blur(x, k=k, pad="wrap") for x in (noise, aliased))
        assert (alias**2).sum() / out.var() / out.size == pytest.approx(share, abs=0.004)


def test_a_pixel_alone_has_nothing_to_mirror() -> None:
    with pytest.raises(ChainError, match="reflect needs an axis longer than its padding: 1 px"):
        blur(np.zeros((1, 5)))


@pytest.mark.parametrize("slices", [1, 3, 40])
def test_slices_that_all_stay_are_filtered_one_by_one_and_left_alone(slices: int) -> None:
    x = np.random.default_rng(0).random((slices, 16, 96), dtype=np.float32)
    for k in (2, 3, 4, 7):
        before = x.copy()
        out = blur(x, axes=3, k=(1, k, k), s=(1, 2, 2))
        assert np.array_equal(x, before)
        np.testing.assert_allclose(out, blur(x, k=k), atol=1e-6)
