"""Upsampling: the samples stay, and lie where they should."""

import numpy as np
import pytest

from sampviz.dsp.dtypes import Array
from sampviz.ops.registry import OPS

VARIANTS = (
    "nearest:3",
    "bilinear:3",
    "bilinear:corners=true",
    "bicubic:3",
    "bicubic:corners=true",
    "lanczos:3",
    "sinc:3",
)

nearest, bilinear = OPS["nearest"], OPS["bilinear"]


def test_nearest_repeats() -> None:
    assert np.array_equal(nearest(np.array([[1.0, 2]]), f=3), [[1, 1, 1, 2, 2, 2]] * 3)


def test_bilinear_by_two_weighs_three_to_one_and_repeats_the_edge() -> None:
    out = bilinear(np.array([[0.0, 4.0]]))
    assert np.array_equal(out, [[0, 1, 3, 4]] * 2)


def test_corners_keep_the_outermost_samples() -> None:
    x = np.random.default_rng(0).normal(size=(3, 5))
    out = bilinear(x, f=4, corners=True)
    assert np.allclose(out[[0, 0, -1, -1], [0, -1, 0, -1]], x[[0, 0, -1, -1], [0, -1, 0, -1]])


def test_a_single_sample_becomes_a_flat_image() -> None:
    for corners in (False, True):
        assert np.array_equal(bilinear(np.array([[3.0]]), f=2, corners=corners), np.full((2, 2), 3))


@pytest.mark.parametrize("name", ["bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_tall_images_are_wide_ones_turned(name: str, dtype: type) -> None:
    for size in ((9, 7), (40, 30)):
        x: Array = np.random.default_rng(0).random(size).astype(dtype)
        turned = OPS[name](np.ascontiguousarray(x.T), f=3).T
        np.testing.assert_allclose(OPS[name](x, f=3), turned, rtol=1e-5, atol=1e-6)
