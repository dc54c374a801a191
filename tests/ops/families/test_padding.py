"""Padding and cropping against numpy.pad, and what stands in front of strided convolutions."""

import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops.chain import Chain

VARIANTS = (
    "pad:p=1x2x3x4:mode=reflect",
    "pad:p=0x1x2x0:mode=wrap",
    "pad:p=2:mode=symmetric",
    "pad:mode=edge",
    "pad:value=2.5",
    "crop:p=1x2x3x4",
    "crop:size=5x4",
)
STEPS = {"pad": lambda x, params: np.pad(x, params["p"], constant_values=params["value"])}


def test_sides_stand_in_the_order_of_numpy() -> None:
    x = np.arange(12.0).reshape(3, 4)
    out = Chain.parse("pad:p=1x2x0x3:value=-1")(x)
    assert np.array_equal(out, np.pad(x, ((1, 2), (0, 3)), constant_values=-1))
    assert np.array_equal(Chain.parse("pad:p=1x2x0x3+crop:p=1x2x0x3")(x), x)


def test_a_volume_has_six_sides_or_one_number() -> None:
    x = np.arange(24.0).reshape(2, 3, 4)
    out = Chain.parse("pad:p=1x2x0x3x4x5:value=-1")(x, axes=3)
    assert np.array_equal(out, np.pad(x, ((1, 2), (0, 3), (4, 5)), constant_values=-1))
    assert Chain.parse("pad:p=2x2x2x2x2x2") == Chain.parse("pad:p=2")
    for count in (5, 7):
        with pytest.raises(ChainError, match=r"wanted 0\.\.4096 px"):
            Chain.parse(f"pad:p={'x'.join('1' * count)}")


def test_padding_at_the_end_moves_a_strided_convolution_by_a_pixel() -> None:
    """The same size, a pixel apart: that of diffusion models, and that of p=1."""
    shapes, places = zip(
        *(
            ((grid := Chain.parse(text).trace((16, 16))[-1][0]).size, grid.delta)
            for text in ("conv:gauss:p=1", "conv:gauss:p=0x1x0x1", "pad:p=0x1x0x1+conv:gauss:p=0")
        ),
        strict=True,
    )
    assert (shapes, places) == ((8, 8, 8), (0, 1, 1))


@pytest.mark.parametrize("text", ["pad:p=4:mode=reflect", "pad:p=5:mode=wrap", "crop:size=5"])
def test_more_than_there_is_is_refused(text: str) -> None:
    with pytest.raises(ChainError):
        Chain.parse(text)(np.zeros((4, 9)))
