"""A chain on a large volume makes the same slab by slab as on the whole."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops import chain as chain_module
from sampviz.ops import slabs
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OURS
from tests.every import every
from tests.ops.test_laws import CHAINS, noise

pytestmark = pytest.mark.slow

ROUNDING = 1e-12  # of the largest value, in float64: blocks of a matrix begin elsewhere
SEVERAL_STEPS = [
    "max+blur",
    "conv:gauss:s=1+max:k=3:s=2:p=1",
    "avg:k=3:s=2:p=1+transpose:k=4:s=2:p=1",
    "blur+stride:3+bicubic:2",
    "max:times=3",
    "pyrdown+pyrup+relu",
    "softpool+nearest+min",
]


@pytest.fixture
def _small_slabs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slabs, "_AT_ONCE", 8 * 12 * 12)


def takes_volumes(chain: Chain) -> bool:
    """Tell whether a chain takes the volumes of these tests."""
    try:
        return all(chain(np.zeros((n, 12, 12)), axes=3).size for n in (48, 37))
    except ChainError:
        return False


@cache
def of_volumes() -> list[Chain]:
    return [*filter(takes_volumes, CHAINS), *map(Chain.parse, SEVERAL_STEPS)]


def both(chain: Chain, x: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """Return what a chain makes of a volume as a whole, and slab by slab."""
    outputs = []
    for large in (10**9, 1):
        monkeypatch.setattr(chain_module, "LARGE", large)
        outputs.append(chain(x, axes=3))
    return outputs


@pytest.mark.usefixtures("_small_slabs")
@pytest.mark.filterwarnings("ignore::sampviz.SampvizWarning")
@every("slices", [48, 37])
@every("chain", of_volumes)
def test_slabs_make_what_the_whole_makes(
    chain: Chain, slices: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = noise(chain, slices, 12, 12, seed=1)
    whole, in_slabs = both(chain, x, monkeypatch)
    assert in_slabs.shape == whole.shape
    tolerance = 0 if chain.picks_values else ROUNDING * np.nanmax(np.abs(whole))
    np.testing.assert_allclose(in_slabs, whole, rtol=0, atol=tolerance)


@pytest.mark.usefixtures("_small_slabs")
def test_channels_are_carried_along(monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(2).normal(size=(2, 48, 12, 12)).astype(np.float32)
    whole, in_slabs = both(Chain.parse("max:k=3:s=2:p=1+blur"), x, monkeypatch)
    assert np.array_equal(whole, in_slabs)


@pytest.mark.usefixtures("_small_slabs")
def test_only_chains_that_need_all_slices_run_as_a_whole() -> None:
    size = (48, 12, 12)
    whole = set()
    # All slices are needed for the spectrum.
    needed = {name for name, op in OURS.items() if op.spreads_nonfinite(op.bind({}))}
    for chain in of_volumes():
        is_whole = slabs.plan_slabs(chain.steps, chain.trace, size) is None
        if is_whole and str(chain) in OURS:
            whole.add(str(chain))
    assert whole == needed & set(map(str, of_volumes()))


@pytest.mark.usefixtures("_small_slabs")
@pytest.mark.parametrize("text", ["max:k=3:s=2:p=1", "blur:5", "conv:gauss:s=1+avg", "bicubic:2"])
def test_a_slab_reads_what_it_needs_and_little_more(text: str) -> None:
    """Each slab holds the slices that its outputs depend on, found by a change of one slice."""
    chain = Chain.parse(text)
    x = np.random.default_rng(3).normal(size=(48, 12, 12))
    reads = slabs.plan_slabs(chain.steps, chain.trace, x.shape)
    assert reads
    before = chain(x, axes=3)
    for index in range(0, 48, 5):
        changed = x.copy()
        changed[index] += 1
        touched = np.flatnonzero((chain(changed, axes=3) != before).any(axis=(1, 2)))
        for slab in reads:
            depends = ((touched >= slab.written.start) & (touched < slab.written.stop)).any()
            assert not depends or slab.read.start <= index < slab.read.stop
    assert max(slab.read.stop - slab.read.start for slab in reads) <= 36


@pytest.mark.parametrize("text", ["max:s=1+blur", "conv:s=1+relu+blur", "nearest+max:k=4"])
def test_a_stage_larger_than_the_result_is_made_in_slabs(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = np.random.default_rng(4).random((60, 20, 24), dtype=np.float32)
    chain = Chain.parse(text)
    whole = chain(x, axes=3)
    parts: list[np.ndarray] = []
    monkeypatch.setattr(slabs, "_SMALL", 1)
    monkeypatch.setattr(Chain, "_whole", spied(Chain._whole, parts))
    slabs._plan_for_stages.clear()
    assert np.array_equal(chain(x, axes=3), whole)
    slabs._plan_for_stages.clear()
    assert len(parts) > 1


def spied(function: Callable[..., np.ndarray], outputs: list[np.ndarray]) -> Callable[..., object]:
    """Return a function that keeps what the given one returns."""

    def call(*args: object, **kwargs: object) -> np.ndarray:
        outputs.append(function(*args, **kwargs))
        return outputs[-1]

    return call
