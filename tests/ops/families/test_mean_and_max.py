"""Poolings between the mean and the maximum: what they are at their ends, and their definitions."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS

VARIANTS = (
    "gem:norm=1",
    "gem:norm=5:s=1",
    "mixed:a=0.3:k=3:s=2",
    "mixed:a=1",
    "gated:gain=-3:k=3:s=2",
)


def _gem(window: np.ndarray, params: Any) -> float:
    return float(
        (np.maximum(window, params["eps"]) ** params["norm"]).mean() ** (1 / params["norm"])
    )


def _mixed(window: np.ndarray, params: Any, share: float | None = None) -> float:
    a = params["a"] if share is None else share
    if a in (0, 1):
        return float(window.max() if a else window.mean())
    return float(a * window.max() + (1 - a) * window.mean())


def _gated(window: np.ndarray, params: Any) -> float:
    return _mixed(window, params, 1 / (1 + np.exp(-params["gain"] * window.mean())))


VALUES = {"gem": _gem, "mixed": _mixed, "gated": _gated}
x = np.random.default_rng(0).uniform(0.1, 1, (3, 12, 13))


def test_powers_lead_from_the_mean_to_the_maximum() -> None:
    assert np.allclose(OPS["gem"](x, norm=1), OPS["avg"](x))
    assert np.allclose(OPS["gem"](x, norm=64), OPS["max"](x), rtol=0.03)
    assert np.allclose(OPS["gem"](1e200 * x), 1e200 * OPS["gem"](x))  # powers do not overflow
    assert (OPS["gem"](-x, eps=0.25) == 0.25).all()


def test_a_share_of_one_is_the_maximum_and_a_wide_open_gate_too() -> None:
    assert np.array_equal(OPS["mixed"](x, a=1), OPS["max"](x))
    assert np.allclose(OPS["mixed"](x, a=0), OPS["avg"](x))
    assert np.allclose(OPS["gated"](x, gain=1000), OPS["max"](x))
    assert np.allclose(OPS["gated"](x, gain=0), OPS["mixed"](x))


def test_the_weights_of_a_gate_may_come_from_a_file(tmp_path: Path) -> None:
    np.save(tmp_path / "w.npy", np.full((2, 2), 0.75))
    gated = Chain.parse(f"gated:file={tmp_path / 'w.npy'}")
    assert np.allclose(gated(x), OPS["gated"](x, gain=3))


@pytest.mark.parametrize("name", ["gem", "mixed", "gated"])
def test_it_is_the_definition_in_every_window(name: str) -> None:
    params = OPS[name].bind({"k": 3, "s": 2})
    out = OPS[name](x[0], k=3, s=2)
    expected = [[VALUES[name](x[0, i : i + 3, j : j + 3], params) for j in range(0, 11, 2)]
                for i in range(0, 10, 2)]  # fmt: skip
    assert np.allclose(out, expected)


@pytest.mark.parametrize(
    ("shape", "told"),
    [((3, 3), "k=2: wanted 3, the side of the weights"), ((1, 1, 2, 2), "that mixes channels"),
     ((2, 2, 2), "three axes: wanted two")],
)  # fmt: skip
def test_weights_of_a_gate_that_do_not_fit_are_refused_with_their_size(
    shape: tuple[int, ...], told: str, tmp_path: Path
) -> None:
    np.save(tmp_path / "w.npy", np.ones(shape))
    gated = Chain.parse(f"gated:file={tmp_path / 'w.npy'}")
    with pytest.raises(ChainError, match=told) as of_size:
        gated.shape((9, 9))
    with pytest.raises(ChainError) as of_values:
        gated(np.ones((9, 9)))
    assert str(of_size.value) == str(of_values.value)
