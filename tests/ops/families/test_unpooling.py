"""Unpooling: what it takes, from where, and what it says when it cannot."""

import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops.chain import Chain
from sampviz.ops.chain_run import plan_fast
from sampviz.ops.registry import OPS

VARIANTS = (
    "avgunpool:3:mode=sum",
    "max:k=3:s=2:p=1+unpool",
    "max+max+unpool+unpool",
)


def test_puts_the_largest_back_where_they_were() -> None:
    x = np.array([[1, 2, 0, 0], [4, 3, 0, 9], [0, 7, 5, 5], [0, 0, 5, 5.0]])
    assert Chain.parse("max+unpool")(x).tolist() == [
        [0, 0, 0, 0],
        [4, 0, 0, 9],
        [0, 7, 5, 0],  # of equals the first
        [0, 0, 0, 0],
    ]


def test_odd_sizes_come_back_as_they_were() -> None:
    for size in ((7, 9), (8, 9), (3, 2)):
        assert Chain.parse("max+unpool").shape(size) == size


@pytest.mark.parametrize("window", ["k=4:s=2:p=2", "k=5:s=3:p=2", "k=3:s=1:p=1"])
@pytest.mark.parametrize("size", [(7, 9), (4, 7, 9)])
def test_what_padded_windows_found_comes_back_to_its_place(
    window: str, size: tuple[int, ...]
) -> None:
    """All pixels differ and are below 0, the value of padding, which is taken nowhere."""
    x = -1.0 - np.random.default_rng(0).permutation(np.prod(size)).reshape(size)
    pooled = Chain.parse(f"max:{window}")(x, axes=len(size))
    out = Chain.parse(f"max:{window}+unpool")(x, axes=len(size))
    assert np.array_equal(out, np.where(np.isin(x, pooled), x, 0))


def test_average_unpooling_lies_around_the_pixel() -> None:
    """Pixel 0 becomes pixels 0 .. k - 1: their middle lies where it did, in steps of 1/k."""
    for k in (2, 3, 4):
        grid, _ = Chain.parse(f"avgunpool:{k}").trace((8, 8))[-1]
        assert sum(grid.step * i + grid.delta for i in range(k)) == 0


def test_switches_are_taken_last_in_first_out() -> None:
    x = np.random.default_rng(0).random((16, 16))
    inner, outer = Chain.parse("max+max:k=4+unpool+unpool").stages(x)[3:]
    assert (inner.shape, outer.shape) == ((8, 8), (16, 16))
    assert np.count_nonzero(outer) == 4
    assert np.array_equal(outer[outer > 0], x[outer > 0])


def test_steps_that_keep_the_size_may_stand_between() -> None:
    x = np.random.default_rng(0).random((8, 8))
    assert np.array_equal(Chain.parse("max+relu+unpool")(x), Chain.parse("max+unpool")(x))


def test_place_is_that_before_the_max() -> None:
    rows, _ = Chain.parse("avg+max+unpool").trace((16, 16))[-1]
    assert (rows.size, rows.step, rows.delta) == (8, 2, 0.5)


def test_an_unpool_without_a_max_names_its_column() -> None:
    with pytest.raises(ChainError) as caught:
        Chain.parse("max+unpool+unpool")
    assert str(caught.value) == (
        "no max before this unpool has switches left\n"
        "  in:  chain 'max+unpool+unpool', column 12\n"
        "  fix: write a max for every unpool, or upsample with zeros or nearest"
    )


def test_a_step_between_that_changed_the_size_is_an_error() -> None:
    with pytest.raises(ChainError) as caught:
        Chain.parse("max+avg+unpool").shape((16, 12))
    assert str(caught.value) == (
        "unpool wants the 8x6 px that its max left, not 4x3 px\n"
        "  in:  step 3 of 'max+avg+unpool' for 16x12 px\n"
        "  fix: undo the steps between that changed the size"
    )


def test_alone_it_says_what_it_needs() -> None:
    with pytest.raises(ChainError, match="unpool takes the switches of a max before it"):
        OPS["unpool"](np.zeros((4, 4)))


def test_channels_have_their_own_switches() -> None:
    x = np.random.default_rng(0).random((3, 6, 6))
    whole = Chain.parse("max+unpool")(x)
    for channel in range(3):
        assert np.array_equal(whole[channel], Chain.parse("max+unpool")(x[channel]))


def test_average_unpooling_keeps_the_mean_or_the_sum() -> None:
    x = np.random.default_rng(0).random((4, 6))
    assert OPS["avgunpool"](x, k=3).mean() == pytest.approx(x.mean())
    assert OPS["avgunpool"](x, k=3, mode="sum").sum() == pytest.approx(x.sum())


@pytest.mark.parametrize(
    ("text", "axes"), [("max+unpool", 2), ("max+unpool", 3), ("max:k=1x2x2+unpool", 3)]
)
def test_pooling_and_unpooling_in_one_is_one_after_the_other(text: str, axes: int) -> None:
    """What `stages` makes goes by the places, of which the whole chain writes down none."""
    chain = Chain.parse(text)
    rng = np.random.default_rng(0)
    for size in ((2, 2, 2), (2, 5, 4), (4, 6, 9), (5, 3, 2), (2, 3, 6, 7), (40, 66, 70)):
        x = rng.integers(-2, 3, size).astype(np.float32)  # many are equal
        with_infinity, with_nan = np.where(x == 2, np.inf, x), x.copy()
        with_nan.flat[rng.integers(x.size)] = np.nan
        for array in (x, x.astype(np.float64), with_infinity, with_nan):
            before = array.copy()
            expected = chain.stages(array, axes=axes)[-1]
            assert np.array_equal(chain(array, axes=axes), expected, equal_nan=True)
            assert np.array_equal(array, before, equal_nan=True)


def test_which_pooling_and_unpooling_go_in_one() -> None:
    def paths(text: str, axes: int = 2) -> int:
        chain = Chain.parse(text)
        sizes = [tuple(grid.size for grid in grids) for grids in chain.trace((8, 10, 12)[-axes:])]
        return len(plan_fast(chain.steps, sizes, np.dtype(np.float32)))

    assert [paths("max+unpool"), paths("max+unpool", 3), paths("relu+max+unpool+blur")] == [1, 1, 3]
    for text in ("max:k=3+unpool", "max:k=2:s=1+unpool", "max+unpool:size=9x12", "max+relu+unpool"):
        assert paths(text) == 0
