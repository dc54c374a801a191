"""The fitted kernel, against least squares that is written out."""

from fractions import Fraction

import numpy as np
import pytest

from sampviz.dsp import patches
from sampviz.dsp.grid import Grid
from sampviz.dsp.least_squares_filter import NormalEquations
from sampviz.dsp.patches import NoFitError, inner


@pytest.mark.parametrize(
    ("size", "step", "delta"),
    [((40, 32), 2, Fraction(1, 2)), ((36, 45), 3, Fraction(0)), ((21, 24), 1, Fraction(-1))],
)
@pytest.mark.parametrize("at_once", [2**21, 500])
def test_a_fit_is_the_solution_of_least_squares(
    size: tuple[int, int], step: int, delta: Fraction, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patches, "_IN_CACHE", at_once)
    rng = np.random.default_rng(0)
    x, beyond = 50 + rng.random((2, 2, *size))
    grids = tuple(Grid(n // step, Fraction(step), delta) for n in size)
    y = np.maximum(x[:, ::step, ::step], 50.4) + 3
    y = y[:, : grids[0].size, : grids[1].size]

    found = NormalEquations.of(x, grids).fit(y)

    # A row for each inner sample, a column for each tap within a sample and a half.
    centre, reach = float(delta), step + 0.5
    taps = [i for i in range(-9, 10) if -reach <= i - centre <= reach]
    rows, columns = (step * np.arange(n)[n // 8 : n - n // 8] for n in y.shape[1:])

    def under(image: np.ndarray) -> np.ndarray:
        return np.array(
            [
                [image[c, (r + i) % size[0], (k + j) % size[1]] for i in taps for j in taps]
                for c in range(2)
                for r in rows
                for k in columns
            ]
        )

    matrix, wanted = under(x), inner(y).ravel()
    with_constant = np.column_stack([matrix, np.ones(len(matrix))])
    solution, (left,), _, _ = np.linalg.lstsq(with_constant, wanted, rcond=None)
    np.testing.assert_allclose(found.weights, solution[:-1], atol=1e-6)
    assert found.constant == pytest.approx(solution[-1], rel=1e-6)
    assert found.left == pytest.approx(left, rel=1e-6)
    answer = under(beyond) @ solution[:-1]
    assert found.energy(beyond) == pytest.approx((answer**2).sum(), rel=1e-6)


@pytest.mark.parametrize("at_once", [2**21, 3000])
def test_of_many_samples_of_a_volume_a_part_is_fitted(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patches, "_AT_ONCE", at_once)
    monkeypatch.setattr(patches, "_ENOUGH", 300)
    monkeypatch.setattr(patches, "_ENOUGH_PER_TAP", 4)
    rng = np.random.default_rng(0)
    x, beyond = rng.random((2, 2, 8, 20, 22))
    steps, taps = (1, 2, 2), (range(-1, 2), range(-2, 3), range(-2, 3))
    grids = tuple(Grid(n // s, Fraction(s)) for n, s in zip(x.shape[1:], steps, strict=True))
    y = np.maximum(x[:, :, ::2, ::2], 0.4)

    found = NormalEquations.of(x, grids).fit(y)

    # 2 x 6 x 8 x 9 samples for 75 taps: every second of them in the order of the array.
    assert found.patches.count == 75
    every = found.patches.every
    assert every == 2
    moved = [(i, j, k) for i in taps[0] for j in taps[1] for k in taps[2]]

    def under(image: np.ndarray) -> np.ndarray:
        shifted = (np.roll(image, [-i for i in move], (1, 2, 3)) for move in moved)
        return np.stack([inner(z[:, :, ::2, ::2], 3).ravel()[::every] for z in shifted], axis=1)

    matrix, output = under(x), inner(y, 3).ravel()[::every]
    with_constant = np.column_stack([matrix, np.ones(len(matrix))])
    solution, (left,), _, _ = np.linalg.lstsq(with_constant, output, rcond=None)
    np.testing.assert_allclose(found.weights, solution[:-1], atol=1e-6)
    assert found.left == pytest.approx(left, rel=1e-6)
    answer = under(beyond) @ solution[:-1]
    assert found.energy(beyond) == pytest.approx((answer**2).sum(), rel=1e-6)


@pytest.mark.parametrize(
    ("grid", "why"),
    [
        (Grid(24, Fraction(3, 2)), "its samples do not lie at whole distances"),
        (Grid(9, Fraction(4)), "49 samples are too few for a kernel of 81 taps"),
    ],
)
def test_where_there_is_no_fit_it_says_why(grid: Grid, why: str) -> None:
    with pytest.raises(NoFitError, match=why):
        NormalEquations.of(np.zeros((1, 36, 36)), (grid, grid))


def test_a_kernel_of_too_many_taps_is_refused_of_volumes() -> None:
    grids = (Grid(4, Fraction(8)),) * 3
    with pytest.raises(NoFitError, match="a kernel of 4913 taps is too large; the most is 1331"):
        NormalEquations.of(np.zeros((1, 32, 32, 32), np.float32), grids)
