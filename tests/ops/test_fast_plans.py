"""Where an operation has a faster way it is taken; that it gives the same its own tests say."""

from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import SampvizWarning
from sampviz.ops.chain import Chain
from tests.every import every
from tests.ops.definition import by_definition
from tests.ops.test_fast import CHAINS
from tests.ops.test_fast_volumes import TEXTS

PLANE, VOLUME = (16, 24), (8, 9, 10)
BY_DEFINITION = {"asap:pad=one", "asap:pad=large", "dpp:full=true"}
OF_FLOAT32_ALONE = {"dpp", "dpp:lam=2:sym=false"}
CASES = [
    *((text, PLANE, "f") for text in CHAINS if text not in BY_DEFINITION),
    *((text, PLANE, "d") for text in CHAINS if text not in BY_DEFINITION | OF_FLOAT32_ALONE),
    *((text, VOLUME, number) for text in TEXTS for number in "fd"),
]


@pytest.mark.filterwarnings(f"ignore::{SampvizWarning.__module__}.{SampvizWarning.__name__}")
@every("text, size, number", CASES)
def test_finite_numbers_take_the_faster_way(text: str, size: tuple[int, ...], number: str) -> None:
    x = np.random.default_rng(0).random(size).astype(number)
    first = Chain.parse(text).steps[0]
    fast_path = first.op.fast_path(size, first.params, x.dtype)
    assert fast_path is not None
    assert fast_path(x) is not None
    assert first.op.fast_path(size, first.params, x.dtype) is fast_path  # planned once


@pytest.mark.parametrize("name", ["conv", "transpose"])
@pytest.mark.parametrize("size", [PLANE, VOLUME])
def test_weights_of_a_file_take_the_faster_way(
    name: str, size: tuple[int, ...], tmp_path: Path
) -> None:
    weights = np.random.default_rng(0).random((3,) * len(size))
    np.save(tmp_path / "w.npy", weights)
    step = Chain.parse(f"{name}:file={tmp_path}/w.npy").steps[0]
    fast_path = step.op.fast_path(size, step.params, np.dtype(float))
    assert fast_path is not None
    x = np.random.default_rng(1).random(size)
    for scale in (1, 1, 2):
        np.save(tmp_path / "w.npy", scale * weights)
        made = fast_path(x)
        assert made is not None
        expected = by_definition(Chain((step,)), x, axes=len(size))
        np.testing.assert_allclose(made, expected, rtol=1e-12, atol=1e-12)
    for side in (2, 4):
        np.save(tmp_path / "w.npy", np.ones((side,) * len(size)))
        assert fast_path(x) is None  # sizes were told for a kernel of 3
