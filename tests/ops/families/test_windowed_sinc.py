"""Kaiser filters: those of SciPy, and defaults that follow the factor of each axis."""

import numpy as np
import pytest
import scipy

from sampviz.ops.chain import Chain

VARIANTS = (
    "kaiser:3:taps=9:cutoff=0.3",
    "kaiserup:3:taps=9:cutoff=0.3",
)

RIPPLES = {"kaiserup": lambda _: 1e-3}  # samples that lie differently have sums that differ

SIDE = 20


def enlarged(x: np.ndarray, f: int) -> np.ndarray:
    """Each row with zeros between its samples, through f times the filter of SciPy."""
    taps = scipy.signal.firwin(6 * f, 1 / f, width=0.4 / f, fs=2)
    zeros = np.zeros((len(x), f * x.shape[1]))
    zeros[:, ::f] = x
    before = (len(taps) + f - 1) // 2
    full = np.array([np.convolve(row, f * taps) for row in zeros])
    start = len(taps) - 1 - before
    return full[:, start : start + zeros.shape[1]]


@pytest.mark.parametrize("f", [2, 3, 4, 7])
def test_the_filter_follows_the_factor(f: int) -> None:
    x = np.random.default_rng(0).random((SIDE, SIDE))
    assert np.allclose(Chain.parse(f"kaiserup:f=1x{f}")(x), enlarged(x, f))
    written = f"f={f}:taps={6 * f}:cutoff={1 / f!r}:width={0.4 / f!r}"
    for name in ("kaiser", "kaiserup"):
        assert np.array_equal(Chain.parse(f"{name}:{written}")(x), Chain.parse(f"{name}:{f}")(x))


@pytest.mark.parametrize(("f", "allowed"), [(2, 1e-12), (3, 0.025), (4, 0.025), (8, 0.03)])
def test_a_constant_is_kept_as_well_as_the_filter_can(f: int, allowed: float) -> None:
    out = Chain.parse(f"kaiserup:f=1x{f}")(np.ones((4, SIDE)))
    inner = out[:, 4 * f : -4 * f]
    assert np.abs(inner - 1).max() < allowed
    assert inner.mean() == pytest.approx(1, abs=1e-9)


def test_each_axis_has_its_own_and_auto_is_that_of_its_number() -> None:
    x = np.random.default_rng(0).random((SIDE, SIDE))
    both = Chain.parse("kaiserup:f=3x2")
    apart = Chain.parse("kaiserup:f=3x1+kaiserup:f=1x2")
    assert np.allclose(both(x), apart(x))
    found = Chain.parse("kaiserup:f=auto").resolve((SIDE, SIDE), (2.0, 1.0))
    assert str(found) == "kaiserup:f=1x2"
    assert np.array_equal(found(x), Chain.parse("kaiserup:f=1x2")(x))
