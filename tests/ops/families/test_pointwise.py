"""Operations on each pixel alone."""

import numpy as np

from sampviz.ops.registry import OPS

WITHOUT_PEER = ("identity",)


def test_identity_gives_an_equal_array() -> None:
    x = np.random.default_rng(0).normal(size=(5, 7))
    assert np.array_equal(OPS["identity"](x), x)


def test_relu_keeps_what_is_positive() -> None:
    assert np.array_equal(OPS["relu"](np.array([[-1.0, 0, 2]])), [[0, 0, 2]])
