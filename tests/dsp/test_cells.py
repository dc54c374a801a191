"""Back-projection by the overlap of cells: sums, constants and places, by closed forms."""

from fractions import Fraction

import numpy as np
import pytest

from sampviz.dsp.cells import Beyond, back_projected, cell_lengths, pixel_shares
from sampviz.dsp.grid import Grid
from sampviz.ops.chain import Chain

GRIDS = {  # of an axis of 12 pixels
    "identity": Grid(12),
    "stride 2": Grid(6, Fraction(2)),
    "mean of 2": Grid(6, Fraction(2), Fraction(1, 2)),
    "mean of 5": Grid(2, Fraction(5), Fraction(2)),
    "7/3": Grid(5, Fraction(7, 3), Fraction(-2, 9)),
    "enlarged": Grid(24, Fraction(1, 2), Fraction(-1, 4)),
    "beyond": Grid(9, Fraction(2), Fraction(-3)),
    "denominators beyond 64 bits": Grid(5, Fraction(2) + Fraction(1, 3**41), Fraction(1, 7**12)),
}


@pytest.fixture(params=list(GRIDS.values()), ids=list(GRIDS))
def grid(request: pytest.FixtureRequest) -> Grid:
    grid: Grid = request.param
    return grid


def edges(grid: Grid) -> list[tuple[Fraction, Fraction]]:
    middles = [grid.delta + grid.step * m for m in range(grid.size)]
    return [(middle - grid.step / 2, middle + grid.step / 2) for middle in middles]


def overlap(a: tuple[Fraction, Fraction], b: tuple[Fraction, Fraction]) -> Fraction:
    return max(Fraction(0), min(a[1], b[1]) - max(a[0], b[0]))


def test_shares_are_the_lengths_of_the_overlaps(grid: Grid) -> None:
    pixels = edges(Grid(12))
    by_fractions = [[float(overlap(pixel, cell)) for cell in edges(grid)] for pixel in pixels]
    columns = back_projected(np.eye(grid.size), (grid,), (12,)).T
    np.testing.assert_array_equal(columns, by_fractions)
    np.testing.assert_allclose(cell_lengths(grid, 12), np.sum(by_fractions, axis=0), atol=1e-15)


def test_cells_sum_to_the_area_that_they_cover(grid: Grid) -> None:
    low, high = edges(grid)[0][0], edges(grid)[-1][1]
    covered = float(overlap((low, high), (Fraction(-1, 2), Fraction(23, 2))))
    assert cell_lengths(grid, 12).sum() == pytest.approx(covered)
    ones = back_projected(np.ones((grid.size, grid.size)), (grid, grid), (12, 12))
    assert ones.sum() == pytest.approx(covered**2)


def test_cells_at_the_edges_reach_as_far_as_the_pixels(grid: Grid) -> None:
    constant = np.full((2, grid.size, grid.size), 3.0)
    np.testing.assert_allclose(back_projected(constant, (grid, grid), (12, 12), "edge"), 3)


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("beyond", ["zero", "edge"])
def test_the_identity_gives_the_array(axes: int, beyond: Beyond) -> None:
    x = np.random.default_rng(0).normal(size=(2, 5, 6, 7)).astype(np.float32)
    size = x.shape[-axes:]
    back = back_projected(x, tuple(map(Grid, size)), size, beyond)
    np.testing.assert_array_equal(back, x)
    assert back.dtype == np.float32


def test_a_pixel_between_two_samples_takes_both() -> None:
    stride = Grid(3, Fraction(2))
    np.testing.assert_array_equal(
        back_projected(np.array([2.0, 4.0, 8.0]), (stride,), (6,)), [2, 3, 4, 6, 8, 4]
    )


@pytest.mark.parametrize("chain", ["stride", "avg", "stride:3", "flc"])
def test_the_centroid_of_a_sample_is_its_place(chain: str) -> None:
    grids = Chain.parse(chain).trace((12, 18))[-1]
    m, n = grids[0].size // 2, grids[1].size // 2
    output = np.zeros([grid.size for grid in grids])
    output[m, n] = 1
    back = back_projected(output, grids, (12, 18))
    place = [(back.sum(axis) @ np.arange(back.shape[1 - axis])) / back.sum() for axis in (1, 0)]
    where = [float(g.step * i + g.delta) for g, i in zip(grids, (m, n), strict=True)]
    np.testing.assert_allclose(place, where, atol=1e-12)


def test_the_sum_of_whole_cells_is_kept() -> None:
    grid = Grid(4, Fraction(8, 3), Fraction(5, 6) + 1)
    values = np.array([1.0, -2, 4, 7])
    back = back_projected(values, (grid,), (14,))
    assert back.sum() == pytest.approx(float(grid.step) * values.sum())


def test_nan_stays_in_the_pixels_of_its_cell() -> None:
    back = back_projected(np.array([1.0, np.nan, 3.0]), (Grid(3, Fraction(2)),), (6,))
    np.testing.assert_array_equal(np.isnan(back), [False, True, True, True, False, False])
    aligned = Grid(3, Fraction(2), Fraction(1, 2))
    back = back_projected(np.array([1.0, np.inf, 3.0]), (aligned,), (6,))
    np.testing.assert_array_equal(back, [1, 1, np.inf, np.inf, 3, 3])


def test_whole_numbers_and_complex_ones_are_brought_back_too() -> None:
    grid = Grid(2, Fraction(2))
    np.testing.assert_array_equal(
        back_projected(np.array([True, False]), (grid,), (4,)), [1, 0.5, 0, 0]
    )
    np.testing.assert_array_equal(back_projected(np.array([2j, 4]), (grid,), (3,)), [2j, 2 + 1j, 4])


def test_one_tap_is_kept_for_each_cell_that_a_pixel_overlaps() -> None:
    assert pixel_shares(Grid(6, Fraction(2), Fraction(1, 2)), 12).index.shape == (12, 1)
    assert pixel_shares(Grid(6, Fraction(2)), 12).index.shape == (12, 2)
    nowhere = pixel_shares(Grid(2, Fraction(1), Fraction(40)), 3)
    np.testing.assert_array_equal(nowhere.weights, 0)
