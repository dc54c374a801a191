"""Decimation: what folds, and where to."""

import numpy as np

from sampviz.ops.registry import OPS

VARIANTS = (
    "stride:3",
    "stride:s=2:o=1",
    "stride:1",
)
WITHOUT_PEER = ("stride",)

stride, conv = OPS["stride"], OPS["conv"]


def test_keeps_the_first_and_of_an_odd_side_the_last_pixel() -> None:
    x = np.arange(35.0).reshape(5, 7)
    assert np.array_equal(stride(x), x[::2, ::2])
    assert stride(x)[-1, -1] == x[-1, -1]


def test_offset_is_the_first_pixel_kept() -> None:
    x = np.arange(35.0).reshape(5, 7)
    assert np.array_equal(stride(x, s=3, o=2), [[16, 19]])


def test_a_frequency_above_the_new_nyquist_folds_at_full_strength() -> None:
    j = np.arange(64)
    wave = np.tile(np.cos(2 * np.pi * 20 * j / 64), (64, 1))
    folded = np.cos(2 * np.pi * 12 * np.arange(32) / 32)
    assert np.allclose(stride(wave), np.tile(folded, (32, 1)))


def test_zone_plate_gets_false_centres_at_edges_and_corners() -> None:
    y, x = np.indices((256, 256)) - 128
    plate = 0.5 + 0.5 * np.cos(np.pi * (x**2 + y**2) / 256)
    out = stride(plate)
    assert np.allclose([out[64, 0], out[0, 64], out[0, 0]], 1)


def test_strided_convolution_with_the_identity_kernel_is_decimation() -> None:
    x = np.random.default_rng(0).normal(size=(17, 20))
    assert np.array_equal(conv(x), stride(x))
