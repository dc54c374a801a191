"""Of chains that add a constant, such as a bias, the linear part is measured."""

from pathlib import Path

import numpy as np
import pytest

from sampviz.analysis.frequency_response import response_curves
from sampviz.analysis.measure import measure
from sampviz.core.errors import SampvizWarning
from sampviz.ops.chain import Chain
from sampviz.ops.linear_part import linear_part

x = np.random.default_rng(0).normal(size=(48, 48)) + 3
OF_LINEAR = "alias,passband,receptive50,contrast,dprime"


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("b.npy", [0.7])


AFFINE = ["conv:gauss:bias=b.npy", "transpose:gauss:k=4:bias=b.npy", "pad:p=2:value=3+avg"]
every_chain = pytest.mark.parametrize("text", AFFINE)


@every_chain
def test_the_linear_part_is_what_is_left_without_what_it_makes_of_zeros(text: str) -> None:
    chain = Chain.parse(text)
    linear = linear_part(chain)
    assert linear
    assert linear.linear
    y = np.random.default_rng(1).normal(size=x.shape)
    of_zeros = chain(np.zeros_like(x))
    assert of_zeros.any()
    assert np.allclose(linear(x), chain(x) - of_zeros, atol=1e-12)
    assert np.allclose(chain(2 * x - 3 * y) - of_zeros, 2 * linear(x) - 3 * linear(y), atol=1e-12)


@every_chain
def test_measures_are_those_of_the_linear_part(text: str) -> None:
    linear = linear_part(Chain.parse(text))
    assert linear
    affine, of_linear = measure(x, [text, linear], measures=OF_LINEAR)
    assert affine.undefined == of_linear.undefined == {}
    del affine.values["alias"], of_linear.values["alias"]  # the share of another output
    assert affine.values == pytest.approx(of_linear.values)


def test_the_response_is_that_of_the_linear_part_and_says_so() -> None:
    with pytest.warns(SampvizWarning, match="without the constant that it adds"):
        (curve,) = response_curves(Chain.parse(AFFINE[0]))
    (expected,) = response_curves(Chain.parse("conv:gauss"))
    assert np.array_equal(curve.gain, expected.gain)
    assert curve.harmonics is None


def test_a_bias_for_one_channel_is_measured_where_more_than_it_is_not_linear() -> None:
    (row,) = measure(x, "conv:gauss:bias=b.npy+relu", measures="contrast,passband")
    assert row.undefined == {"passband": "the chain is not linear; see detail"}
    assert 0 < row.values["contrast"] < 1
