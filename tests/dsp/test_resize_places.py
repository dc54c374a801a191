"""Samples of rounded indices lie, on average, where the pixels do that are taken for them."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor

import pytest

from sampviz.dsp.grid import Grid
from sampviz.dsp.resize_places import nearest_grid

HALF = Fraction(1, 2)
ROUNDED: dict[str, Callable[[Fraction], int]] = {
    "floor": floor,
    "ceil": ceil,
    "up": lambda place: floor(place + HALF),  # of a half
    "down": lambda place: ceil(place - HALF),
}


@pytest.mark.parametrize("rounding", ROUNDED)
@pytest.mark.parametrize("step", ["5/3", "3/4", "2", "1/4", "7/5"])
@pytest.mark.parametrize("delta", ["0", "1/2", "-1/8", "2/7"])
def test_the_mean_of_a_period_of_indices_is_the_mean_of_their_places(
    rounding: str, step: str, delta: str
) -> None:
    before = Grid(8, Fraction(step), Fraction(delta))
    grid = nearest_grid(before, rounding)
    period = range(before.step.denominator)
    indices = sum(ROUNDED[rounding](before.step * m + before.delta) for m in period)
    assert grid.step == before.step
    assert sum(grid.step * m + grid.delta for m in period) == indices
