"""Poolings that draw: one draw is one of the window's pixels, many are their expectation."""

from typing import Any

import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops.registry import OPS

VARIANTS = ("stochastic:k=3:s=2", "fracmax:size=4x5:k=3", "fracmax:f=2.3:u=0.25:v=0.75")


def _stochastic(window: np.ndarray, _: Any) -> float:
    total = window.sum()
    return float((window**2).sum() / total) if 0 < total < np.inf else float(window.max())


def _fracmax(x: np.ndarray, params: Any) -> np.ndarray:
    """The largest of the windows, whose starts are those that a ramp reads."""
    k = params["k"]
    ramps = [np.arange(n)[:, None] * np.ones(x.shape[1 - axis]) for axis, n in enumerate(x.shape)]
    ends = [
        OPS["fracmax"](ramps[0], **params)[:, 0].astype(int),
        OPS["fracmax"](ramps[1].T, **params)[0].astype(int),
    ]
    rows, columns = ([range(end - k + 1, end + 1) for end in along] for along in ends)
    return np.array([[x[np.ix_(i, j)].max() for j in columns] for i in rows])


STEPS = {"fracmax": _fracmax}
VALUES = {"stochastic": _stochastic}
x = np.random.default_rng(0).uniform(0, 1, (2, 8, 10))
stochastic, fracmax = OPS["stochastic"], OPS["fracmax"]


def test_the_mean_over_draws_is_the_expectation() -> None:
    draws = np.mean([stochastic(x, mode="train", seed=seed) for seed in range(2000)], axis=0)
    assert np.abs(draws - stochastic(x)).max() < 0.03


def test_what_cannot_be_a_chance_is_refused_and_nothing_gives_nothing() -> None:
    with pytest.raises(ChainError, match="stochastic takes values of 0 and above"):
        stochastic(-x)
    for mode in ("test", "train"):
        assert (stochastic(np.zeros((4, 4)), mode=mode) == 0).all()


@pytest.mark.parametrize(
    ("n", "size", "draw"), [(16, 9, 0.3), (20, 7, 0.99), (9, 8, 0.0), (5, 1, 0)]
)
def test_windows_begin_where_the_paper_says(n: int, size: int, draw: float) -> None:
    """A ramp is read at the end of each window; the last is at the end of the image."""
    image = np.outer(np.arange(n), np.ones(n))
    ends = fracmax(image, size=size, k=2, u=draw, v=draw)[:, 0]
    apart = (n - 2) / max(1, size - 1)
    starts = [int((i + draw) * apart) - int(draw * apart) for i in range(size - 1)]
    assert np.array_equal(ends, [*(start + 1 for start in starts), n - 1])


def test_a_seed_draws_for_rows_and_columns() -> None:
    u, v = np.random.default_rng(3).random(2)
    assert np.array_equal(fracmax(x, seed=3), fracmax(x, u=float(u), v=float(v)))
