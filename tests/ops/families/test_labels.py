"""Shares of labels: chains of them keep labels, whatever stands between."""

import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS

VARIANTS = (
    "onehot+avg+argmax",
    "onehot+resize:9:filter=spline:order=1+argmax:tie=nearest",
    "onehot+area:f=1.5+argmax:tie=high",
    "majority:k=3:s=2",
)
labels = np.random.default_rng(0).choice([0, 2, 7, 9], (18, 20)).astype(np.int16)


@pytest.mark.parametrize("tie", ["low", "high"])
def test_the_largest_mean_share_is_the_majority(tie: str) -> None:
    out = Chain.parse(f"onehot+avg+argmax:tie={tie}")(labels)
    assert np.array_equal(out, OPS["majority"](labels, tie=tie))


def test_shares_are_of_the_labels_that_there_are_and_sum_to_one() -> None:
    shares = Chain.parse("onehot+resize:f=0.5:filter=bilinear")(labels)
    assert shares.shape == (4, 9, 10)
    assert np.allclose(shares.sum(axis=0), 1)


def test_a_tie_goes_to_the_nearest_pixel_if_it_is_among_the_tied() -> None:
    """Halfway between 5 and 3; the pixel that nearest takes is the later one."""
    row = np.array([[5, 5, 3, 3]])
    text = "onehot+resize:size=1x{}:filter=spline:order=1+argmax:tie={}"
    for tie, expected in (("nearest", [5, 3, 3]), ("low", [5, 3, 3]), ("high", [5, 5, 3])):
        assert Chain.parse(text.format(3, tie))(row).tolist() == [expected]


def test_a_chain_of_shares_keeps_labels_and_one_without_them_does_not() -> None:
    assert Chain.parse("onehot+avg+argmax").picks_values
    assert not Chain.parse("onehot+avg+argmax+avg").picks_values
    assert not Chain.parse("onehot+avg").picks_values


def test_an_image_without_labels_has_steps_of_its_range() -> None:
    ramp = np.linspace(0, 1, 64).reshape(1, 64)
    out = Chain.parse("onehot:levels=4+argmax")(ramp)
    assert np.array_equal(out[0], np.repeat(ramp[0, ::16], 16))


def test_what_are_no_labels_is_refused() -> None:
    with pytest.raises(ChainError, match="onehot takes labels"):
        Chain.parse("onehot+argmax")(np.full((2, 2), np.nan))
    with pytest.raises(ChainError, match="onehot of 4900 values"):
        Chain.parse("onehot+argmax")(np.arange(4900).reshape(70, 70))
    with pytest.raises(ChainError, match="no onehot before this argmax"):
        Chain.parse("avg+argmax")
    with pytest.raises(ChainError, match="argmax wants the 4 shares"):
        Chain.parse("onehot+unshuffle+argmax")(labels)


def test_shares_that_would_take_more_than_a_gibibyte_are_refused() -> None:
    """They are of 8 bytes, and each pixel has one of each label."""
    pixels = 2**30 // 8 // 4096 + 1
    with pytest.raises(ChainError, match=f"would be {4096 * pixels} shares"):
        Chain.parse("onehot+argmax")(np.arange(pixels).reshape(1, -1) % 4096)
