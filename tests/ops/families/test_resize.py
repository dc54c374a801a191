"""Resizing: sizes of decimals as they are written, and how far apart the new pixels lie."""

from fractions import Fraction

import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS

VARIANTS = (
    "area:3",
    "area:size=5x4",
    "resize:7x5",
    "area:f=1.5",
    "resize:9:filter=nearest:at=half",
    "resize:f=0.6:filter=nearest:round=down:at=corners",
    "resize:f=1.7:filter=nearest:at=symmetric:step=f",
    "resize:f=0.6x1.7:filter=bilinear:antialias=false:step=f",
    "resize:f=0.6:antialias=false:at=corners:a=-0.5",
    "resize:f=1.3:antialias=false:outside=drop",
    "resize:f=0.45:antialias=false:at=symmetric:step=f",
    "resize:f=0.4:at=start:filter=mitchell",
    "resize:f=1.4:filter=lanczos4",
    "resize:f=0.6:filter=mitchell:antialias=false:outside=drop",
    "resize:f=0.6:filter=gaussian",
    "resize:f=0.6:filter=hamming",
    "resize:f=0.6:filter=lanczos5",
    "resize:f=0.6:filter=spline",
    "resize:f=1.4:filter=spline:order=2:at=corners",
    "resize:f=0.4:filter=spline:order=5:prefilter=skimage",
    "resize:f=0.4:filter=spline:order=1:prefilter=cardoso:round=half",
    "resize:f=0.4:filter=spline:order=0",
    "resize:f=0.4:filter=bilinear:antialias=false:sigma=1.2",
    "resize:f=0.6:filter=spline:clip=true",
    "resize:f=0.3:filter=lanczos",
    "resize:f=1.5:filter=box",
    "resize:f=2.5:filter=bilinear:antialias=false",
    "resize:f=0.5:antialias=false",
    "resize:f=0.5:filter=nearest",
)

resize = OPS["resize"]
TEXTS = ("0.29", "0.57", "0.58", "1.1", "1.15", "2.3", ".07", "29e-2", "0.9999999999999999999")


@pytest.mark.parametrize("text", TEXTS)
def test_a_size_is_the_floor_of_the_decimal_as_it_is_written(text: str) -> None:
    chain = Chain.parse(f"resize:f={text}")
    for n in range(20, 400):
        assert chain.shape((n, 100))[0] == Fraction(text) * n // 1
    assert Chain.parse(str(chain)) == chain


@pytest.mark.parametrize("factor", [0.29, np.float64(0.29), np.float32(0.29), Fraction(29, 100)])
def test_a_number_is_taken_as_its_decimal_in_python_too(factor: float | Fraction) -> None:
    assert resize(np.zeros((100, 100)), f=factor).shape == (29, 29)


@pytest.mark.parametrize("text", ["0", "0.01", "65", "-0.5", f"0.{'1' * 29}", f"{'1' * 30}e-31"])
def test_what_is_no_factor_is_refused_as_it_was_written(text: str) -> None:
    if 1 / 64 <= float(text) <= 64 and len(text) <= 32:
        assert str(Chain.parse(f"resize:f={text}")) == f"resize:f={text}"
        return
    with pytest.raises(ChainError, match=r"f=.*: wanted 0\.015625\.\.64"):
        Chain.parse(f"resize:f={text}")


LINE = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3])
# What torch 2.13 makes of it with scale_factor: by default it steps by 1 / scale_factor.
TORCH = {
    "f=0.75:filter=bilinear:antialias=false": "2.666667 2.5 1.5 5.666667 5.5 5.333333 4.666667",
    "f=0.75:antialias=false": "2.66088 2.59375 1.135417 6.042824 5.5 5.391204 4.626157",
    "f=0.75:filter=bilinear": "2.4 2.5 2.181818 5.727273 5.5 4.818182 4.545455",
    "f=0.75": "2.334096 2.522744 1.889625 6.099338 5.525399 4.690949 4.60251",
    "f=0.75:filter=nearest": "3 1 4 5 9 2 5",
    "f=1.3": "3.097734 1.460976 2.226986 3.694896 0.995192 3.737682 7.6875 7.614816 1.961823"
    " 5.380121 5.75165 4.254209 2.902266",
    "f=1.3:filter=nearest": "3 3 1 4 1 1 5 9 2 2 6 5 3",
}


@pytest.mark.parametrize("values", TORCH)
def test_step_f_is_what_torch_makes_of_a_scale_factor(values: str) -> None:
    out = Chain.parse(f"resize:{values}:step=f")(np.tile(LINE, (10, 1)))
    expected = np.array(TORCH[values].split(), float)
    assert out.shape == (len(expected),) * 2
    assert np.allclose(out[0], expected, atol=2e-6)


def test_the_two_steps_end_two_thirds_of_a_pixel_apart() -> None:
    shared, apart = (
        Chain.parse(f"resize:f=0.75:filter=bilinear:antialias=false:step={step}").trace((10, 10))
        for step in ("size", "f")
    )
    ends = [grids[-1][0].step * 6 + grids[-1][0].delta for grids in (shared, apart)]
    assert ends[0] - ends[1] == Fraction(13, 2) * (Fraction(10, 7) - Fraction(4, 3))  # 0.62


def test_a_step_of_f_needs_a_factor() -> None:
    with pytest.raises(ChainError, match="step=f: wanted a factor f, not size=5"):
        Chain.parse("resize:size=5:step=f")


@pytest.mark.parametrize("size", ["82x60", "123x100"])
def test_a_box_beyond_the_last_pixel_is_that_pixel(size: str) -> None:
    """Half a pixel on, a tie takes the next pixel, and after the last there is none."""
    x = np.arange(41.0)[:, None] * np.ones(53)
    out = Chain.parse(f"resize:{size}:filter=box:at=start")(x)
    assert out[-1, 0] == 40
    assert np.isfinite(out).all()


def test_taps_beyond_the_edge_are_dropped_or_repeat_it() -> None:
    """Of a ramp of 16 px, made 4: of the weights 1, 3, 5, 7, 7, 5, 3, 1 two lie before it."""
    ramp = np.tile(np.arange(16.0), (16, 1))
    drop, edge = (
        Chain.parse(f"resize:size=16x4:filter=bilinear:outside={word}")(ramp)[0, 0]
        for word in ("drop", "edge")
    )
    weights = np.array([1, 3, 5, 7, 7, 5, 3, 1])
    assert np.isclose(edge, weights @ np.maximum(np.arange(-2, 6), 0) / 32)
    assert np.isclose(drop, weights[2:] @ np.arange(6) / 28)
