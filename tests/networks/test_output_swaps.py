"""Blurs in place of layers of a whole network: the output is that of the same filter as a chain."""

from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import SampvizWarning
from sampviz.networks.output_shift import OutputShift
from tests.networks.models import Builder

pytestmark = pytest.mark.slow

pytest.importorskip("onnxruntime")

IMAGE = np.random.default_rng(0).normal(size=(18, 21)).astype(np.float32)


def moved(build: Any, swap: str, shift: int = 2) -> OutputShift:
    b = Builder([1, 1, *IMAGE.shape])
    build(b)
    result = sampviz.network(b.model(), IMAGE, shift=shift, swap=swap).shift
    assert result is not None
    return result


def distance(chain: np.ndarray, still: np.ndarray) -> float:
    return float(np.linalg.norm(chain - still) / np.linalg.norm(still - still.mean()))


def test_the_output_with_a_blur_is_that_of_the_chain() -> None:
    result = moved(lambda b: b.pool("MaxPool", "x"), "max=blur:k=3,max=blur:k=4")
    still = sampviz.Chain.parse("max")(IMAGE)
    for swapped, k in zip(result.swaps, (3, 4), strict=True):
        chain = sampviz.Chain.parse(f"max:s=1+blur:k={k}")(IMAGE)
        assert chain.shape == still.shape
        assert swapped.distance == pytest.approx(distance(chain, still), rel=1e-5)
        assert swapped.layers == 1
        assert swapped.shift.errors[1] < result.errors[1]
    # The network itself was measured as it is.
    back = np.roll(sampviz.Chain.parse("max")(np.roll(IMAGE, 2, 1)), -1, 1)
    inside = np.s_[:, 1:-1]
    spread = np.linalg.norm(still[inside] - still[inside].mean())
    assert result.errors[2] == pytest.approx(np.linalg.norm((back - still)[inside]) / spread)


def test_all_layers_of_a_kind_are_replaced_and_no_others() -> None:
    def build(b: Builder) -> None:
        # Two poolings side by side and a convolution behind them.
        first, second = b.pool("MaxPool", "x"), b.pool("MaxPool", "x", 3, 2, pads=[1, 1, 0, 0])
        b.conv(b.node("Add", first, second), 3, 2, 1)

    result = moved(build, "max=blur:k=3,conv=blur:k=5", shift=1)
    assert [(s.kind, s.layers) for s in result.swaps] == [("max", 2), ("conv", 1)]
    assert all(s.distance > 0.01 for s in result.swaps)


def test_a_filter_that_has_no_place_is_said() -> None:
    with pytest.warns(SampvizWarning, match="max=flc stands in place of no layer"):
        assert moved(lambda b: b.pool("MaxPool", "x"), "max=flc").swaps == ()
