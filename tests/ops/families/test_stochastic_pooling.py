"""Poolings that draw: one draw is one of the window's pixels, many are their expectation."""

from typing import Any

import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops.registry import OPS

VARIANTS = ("stochastic:k=3:s=2", "fracmax:size=4x5:k=3", "fracmax:f=2.3:u=0.25:v=0.75",
            "fracmax:size=4x5:k=2x3:u=0.4:v=0.1",
            "s3pool:k=3x2")  # fmt: skip
WITHOUT_PEER = ("s3pool",)


def _stochastic(window: np.ndarray, _: Any) -> float:
    total = window.sum()
    return float((window**2).sum() / total) if 0 < total < np.inf else float(window.max())


def _fracmax(x: np.ndarray, params: Any) -> np.ndarray:
    """The largest of the windows, whose starts are those that a ramp reads."""
    k = params["k"] if isinstance(params["k"], tuple) else (params["k"],) * 2
    ramps = [np.arange(n)[:, None] * np.ones(x.shape[1 - axis]) for axis, n in enumerate(x.shape)]
    ends = [
        OPS["fracmax"](ramps[0], **params)[:, 0].astype(int),
        OPS["fracmax"](ramps[1].T, **params)[0].astype(int),
    ]
    rows, columns = (
        [range(end - ki + 1, end + 1) for end in along] for along, ki in zip(ends, k, strict=True)
    )
    return np.array([[x[np.ix_(i, j)].max() for j in columns] for i in rows])


def _s3pool_test(x: np.ndarray, params: Any) -> np.ndarray:
    """The mean of the largest of each window and of what lies after it, cut off at the end."""
    k = params["k"] if isinstance(params["k"], tuple) else (params["k"],) * x.ndim
    largest = np.array(
        [x[tuple(slice(i, i + ki) for i, ki in zip(at, k, strict=True))].max()
         for at in np.ndindex(x.shape)]
    ).reshape(x.shape)  # fmt: skip
    out = np.empty([n // ki for n, ki in zip(x.shape, k, strict=True)])
    for at in np.ndindex(out.shape):
        block = tuple(slice(i * ki, i * ki + ki) for i, ki in zip(at, k, strict=True))
        out[at] = largest[block].mean()
    return out


STEPS = {"fracmax": _fracmax, "s3pool": _s3pool_test}
VALUES = {"stochastic": _stochastic}
x = np.random.default_rng(0).uniform(0, 1, (2, 8, 10))
stochastic, fracmax, s3pool = OPS["stochastic"], OPS["fracmax"], OPS["s3pool"]


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


def test_rows_and_columns_are_drawn_in_every_grid() -> None:
    """Two of each four, in order; what a ramp reads is the end of the largest window."""
    image = np.add.outer(1000.0 * np.arange(12), np.arange(10))
    out = s3pool(image, k=2, grid=4, mode="train", seed=5)
    rng = np.random.default_rng(5)
    rows = [start + i for start in (0, 4, 8) for i in sorted(rng.permutation(4)[:2])]
    columns = [start + i for start in (0, 4) for i in sorted(rng.permutation(4)[:2])]
    columns += [8 + i for i in rng.permutation(2)[:1]]
    ends = np.minimum(np.array(rows) + 1, 11)[:, None] * 1000 + np.minimum(np.add(columns, 1), 9)
    assert np.array_equal(out, ends)
    assert not np.array_equal(out, s3pool(image, k=2, grid=4, mode="train", seed=6))


def test_the_mean_over_drawn_rows_and_columns_is_what_is_taken_in_use() -> None:
    draws = np.mean([s3pool(x, mode="train", seed=seed) for seed in range(2000)], axis=0)
    assert np.abs(draws - s3pool(x)).max() < 0.03
    with pytest.raises(ChainError, match="grid=3: wanted a multiple of k=2"):
        s3pool(x, grid=3)
