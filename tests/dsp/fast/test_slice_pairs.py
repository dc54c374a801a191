"""Two slices of a result at a time are what the definition makes of each."""

import numpy as np
import pytest

from sampviz.dsp.dtypes import Array
from sampviz.dsp.fast import slice_pairs, tall_planes
from sampviz.ops.chain import Chain
from tests.every import every
from tests.ops.definition import by_definition

BORDERS = ("zero", "reflect", "edge")


@pytest.fixture
def pairs_made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note the places of the pairs."""
    made: list[int] = []
    starts = tall_planes.stack_starts

    def noted(count: int, number: int) -> tuple[int, ...]:
        made.extend(starts(count, number))
        return starts(count, number)

    monkeypatch.setattr(slice_pairs, "stack_starts", noted)
    return made


def volume(slices: int) -> Array:
    return np.random.default_rng(slices).standard_normal((slices, 64, 65))


@pytest.mark.parametrize(
    ("slices", "pairs"), [(2, [0]), (3, [0, 1]), (4, [0, 2]), (7, [0, 2, 4, 5])]
)
@pytest.mark.parametrize("border", BORDERS)
def test_any_number_of_slices(
    slices: int, pairs: list[int], border: str, pairs_made: list[int]
) -> None:
    chain, x = Chain.parse(f"conv:random:s=1:pad={border}"), volume(slices)
    np.testing.assert_allclose(chain(x, axes=3), by_definition(chain, x, axes=3), 0, 1e-14)
    assert pairs_made == pairs


@every("border", BORDERS)
@every("value", (np.nan, np.inf, -np.inf))
@every("slice_number", range(5))
def test_what_is_not_finite_reaches_the_outputs_that_it_has_in_the_definition(
    slice_number: int, value: float, border: str
) -> None:
    chain, x = Chain.parse(f"conv:random:s=1:pad={border}"), volume(5)
    x[slice_number, 20, 30] = value
    x[4, 63, 64] = np.inf
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(chain(x, axes=3), by_definition(chain, x, axes=3), 0, 1e-14)


def test_sums_that_overflow_on_the_way_are_finite_where_the_result_is() -> None:
    chain, x = Chain.parse("conv:random:s=1"), volume(4)
    x[1:3] = 1.2e308  # the sum of the two slices is infinite
    with np.errstate(over="ignore"):
        got, wanted = chain(x, axes=3), by_definition(chain, x, axes=3)
    finite = np.isfinite(wanted)
    assert finite[1:3].any()
    assert np.array_equal(np.isfinite(got), finite)
    np.testing.assert_allclose(got[finite] / 2**1023, wanted[finite] / 2**1023, 0, 1e-14)
