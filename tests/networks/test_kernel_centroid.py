"""Where the weights of a convolution lie behind the nominal place of its samples."""

from typing import Any

import numpy as np
import pytest

import sampviz
from tests.networks.models import Builder


def centroid_of(weights: Any, shape: tuple[int, ...] = (1, 1, 32, 32), **more: Any) -> Any:
    b = Builder(shape)
    kernel = b.constant(weights, np.float32)
    b.node("Conv", "x", kernel, strides=[2] * (len(shape) - 2), **more)
    return sampviz.network(b.model()).layers[1].centroid


def taps(*places: tuple[int, int], values: tuple[float, ...] = (), k: int = 3) -> Any:
    """Return a kernel of k x k samples, with a channel for each tap."""
    kernel = np.zeros((len(places), 1, k, k))
    for channel, place in enumerate(places):
        kernel[channel, 0][place] = values[channel] if values else 1
    return kernel


def test_one_tap_lies_where_it_is() -> None:
    assert centroid_of(taps((2, 0))) == (1, -1)
    assert centroid_of(taps((2, 0)), dilations=[3, 2]) == (3, -2)
    assert centroid_of(taps((0, 1), k=2)) == (-0.5, 0.5)


def test_taps_count_by_their_energy_whatever_their_sign() -> None:
    kernel = taps((0, 1), (2, 1), values=(-2, 1))
    assert centroid_of(kernel) == pytest.approx((-3 / 5, 0))
    assert centroid_of(np.ones((2, 1, 3, 3)) * [[[[-1]]], [[[7]]]]) == (0, 0)


def test_axes_are_those_of_the_input() -> None:
    b = Builder([1, 16, 24, 1])
    x = b.node("Transpose", "x", perm=[0, 3, 2, 1])  # columns before rows
    b.node("Conv", x, b.constant(taps((2, 1)), np.float32), strides=[2, 2])
    layer = sampviz.network(b.model()).layers[1]
    assert (layer.entering, layer.centroid) == ((16, 24), (0, 1))


def test_it_is_of_convolutions_with_known_weights_alone() -> None:
    assert centroid_of(np.zeros((1, 1, 3, 3))) is None
    assert centroid_of(np.full((1, 1, 3, 3), np.nan)) is None
    b = Builder([1, 1, 8, 8])
    b.transposed(b.pool("MaxPool", "x"), 2)
    assert [layer.centroid for layer in sampviz.network(b.model()).layers] == [None] * 3
