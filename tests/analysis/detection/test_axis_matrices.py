"""The matrices of a chain along the axes: what they make of an image is what the chain makes."""

import numpy as np
import pytest

from sampviz.analysis.detection import axis_matrices
from sampviz.analysis.detection.chain_levels import ChainLevels
from sampviz.ops.chain import Chain

SIZE = (12, 14, 16)


def matrices_of(text: str, levels: int) -> list[tuple[np.ndarray, ...]]:
    # The inner function: what is found must not come from the cache of another test.
    return axis_matrices._level_matrices.__wrapped__(Chain.parse(text), levels, SIZE, None)


@pytest.mark.parametrize("large", [False, True], ids=["whole", "some slices compared"])
@pytest.mark.parametrize("text", ["avg", "blur:k=4", "stride:2x1x2", "area:3", "identity"])
def test_the_product_of_the_matrices_is_the_chain(
    text: str, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr(axis_matrices, "_MANY", 0)
        monkeypatch.setattr(axis_matrices, "_SLICES", 2)
    x = np.random.default_rng(1).standard_normal(SIZE)
    found = matrices_of(text, 2)
    assert len(found) == 2
    levels = ChainLevels.of(Chain.parse(text), 2, SIZE, None)
    for matrices, output in zip(found, levels.run(x), strict=True):
        product = np.einsum("ai,bj,ck,ijk", *matrices, x)
        assert np.allclose(product, output, rtol=0, atol=2e-6 if large else 1e-12)


@pytest.mark.parametrize("large", [False, True], ids=["whole", "some slices compared"])
@pytest.mark.parametrize("text", ["conv:laplacian8:s=1", "conv:random", "max"])
def test_other_chains_have_no_such_matrices(
    text: str, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(axis_matrices, "_MANY", 0 if large else 2**24)
    levels = ChainLevels.of(Chain.parse(text), 1, SIZE, None)
    axis_matrices._level_matrices.clear()
    assert axis_matrices.level_matrices(levels) == []
    axis_matrices._level_matrices.clear()
