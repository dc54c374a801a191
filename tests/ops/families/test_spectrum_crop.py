"""The crop of k-space: gain, windows, complex data, and where its samples lie."""

import numpy as np
import pytest

from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS
from tests.plain_operations import low_pass

VARIANTS = (
    "spectral:3",
    "spectral:mode=faithful",
    "kspace:3",
    "kspace:window=hann",
    "kspace:window=tukey",
    "kspace:window=kaiser",
    "kspace:window=hamming",
)
WITHOUT_PEER = ("kspace",)

kspace = OPS["kspace"]


@pytest.mark.parametrize("n", [16, 20, 64])
def test_is_the_low_pass_where_the_middle_stays_on_the_grid(n: int) -> None:
    x = np.random.default_rng(0).normal(size=(n, n))
    assert np.allclose(kspace(x), low_pass(x, n // 2, n // 2), atol=1e-12)


def test_the_middle_pixel_stays_the_middle_pixel() -> None:
    for n in (16, 18, 19, 21):
        rows, _ = Chain.parse("kspace").trace((n, n))[-1]
        assert rows.delta + rows.step * (rows.size // 2) == n // 2


def test_complex_images_stay_complex() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(18, 30)) + 1j * rng.normal(size=(18, 30))
    out = kspace(x)
    assert out.dtype == np.complex128
    assert np.allclose(out, kspace(x.real) + 1j * kspace(x.imag))
    assert kspace(x.astype(np.complex64)).dtype == np.complex64


@pytest.mark.parametrize(
    ("window", "at_half"), [("hann", 0.5), ("hamming", 0.54), ("tukey", 1.0), ("none", 1.0)]
)
def test_windows_have_their_gain_at_half_of_the_band(window: str, at_half: float) -> None:
    wave = np.tile(np.cos(2 * np.pi * 8 * np.arange(64) / 64), (64, 1))  # band: 16 bins to a side
    gain = kspace(wave, window=window).max()
    assert gain == pytest.approx(at_half)


def test_kaiser_window_ends_at_one_over_its_bessel_function() -> None:
    wave = np.tile(np.cos(2 * np.pi * 15 * np.arange(64) / 64), (64, 1))
    u = 15 / 16
    expected = np.i0(4 * np.sqrt(1 - u**2)) / np.i0(4)
    assert kspace(wave, window="kaiser").max() == pytest.approx(expected, rel=1e-2)
