"""Chains as values and functions: stages, sizes, places, limits."""

import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sampviz.core.errors import ChainError
from sampviz.dsp.grid import Grid
from sampviz.ops.chain import Chain

x = np.random.default_rng(0).normal(size=(33, 40))


def test_stages_are_the_input_and_what_follows_each_step() -> None:
    chain = Chain.parse("max:times=2+nearest:4")
    stages = chain.stages(x)
    assert [stage.shape for stage in stages] == [(33, 40), (16, 20), (8, 10), (32, 40)]
    assert np.array_equal(stages[0], x)
    assert np.array_equal(stages[-1], chain(x))


def test_steps_are_applied_in_order() -> None:
    one, two = Chain.parse("max"), Chain.parse("blur:3")
    assert np.array_equal(Chain.parse("max+blur:3")(x), two(one(x)))


@pytest.mark.parametrize("size", [(33, 40), (182, 218), (7, 9)])
@pytest.mark.parametrize("text", ["max+avg", "flc+bilinear:3", "maxblur", "conv:p=same+nearest"])
def test_size_is_known_beforehand(text: str, size: tuple[int, int]) -> None:
    chain = Chain.parse(text)
    assert chain.shape(size) == chain(np.zeros(size)).shape


def test_delta_adds_up_in_pixels_of_the_input() -> None:
    rows, _ = Chain.parse("avg+avg+avg").trace((64, 64))[-1]
    assert rows == Grid(8, Fraction(8), Fraction(7, 2))  # 1/2 + 2/2 + 4/2
    rows, _ = Chain.parse("avg+nearest").trace((64, 64))[-1]
    assert rows == Grid(64)  # there and back


def test_max_blur_pool_drifts_by_a_pixel() -> None:
    rows, _ = Chain.parse("maxblur").trace((256, 256))[-1]
    assert (rows.size, rows.delta) == (128, 1)


@pytest.mark.parametrize(
    ("text", "n", "size"),
    [
        ("conv:s=1:p=0", 5, 3),
        ("max", 256, 128),
        ("max", 7, 3),
        ("max:ceil=true", 7, 4),
        ("conv", 256, 128),
        ("conv", 7, 4),
        ("conv", 33, 17),
        ("maxblur", 256, 128),
        ("maxblur", 7, 3),
        ("blur:5", 7, 4),
        ("flcmax", 256, 127),
    ],
)
def test_worked_sizes(text: str, n: int, size: int) -> None:
    assert Chain.parse(text).shape((n, n)) == (size, size)


def test_keras_same_samples_a_pixel_later_than_torch_at_the_same_size() -> None:
    torch, keras = (Chain.parse(f"conv:p={p}").trace((256, 256))[-1][0] for p in ("1", "same"))
    assert (torch.size, keras.size) == (128, 128)
    assert keras.delta - torch.delta == 1


def test_an_image_that_vanishes_names_the_step() -> None:
    with pytest.raises(ChainError) as caught:
        Chain.parse("max:times=4")(np.zeros((7, 9)))
    assert str(caught.value) == (
        "max leaves nothing of an axis of 1 px\n  in:  step 3 of 'max+max+max+max' for 7x9 px\n"
        "  fix: use fewer steps or a larger image"
    )


BOMBS = {
    "many factors": ("nearest:64:times=16", (16, 16), "65536x65536 px; the most is 134217728 px"),
    "large factors": ("nearest:64", (4096, 4096), "262144x262144 px; the most is"),
    "a side": ("nearest:2", (1, 2**18), "2x524288 px; the most is 134217728 px, and 262144 px a"),
    "channels": ("nearest:16", (64, 512, 512), "64 channels of 8192x8192 px; the most is"),
    "undone at once": ("nearest:64:times=3+stride:64:times=3", (1, 1), "262144x262144 px"),
    # Result and input are small; but rows are interpolated before columns.
    "on the way": ("resize:size=65536x1", (1, 65536), "65536x65536 px on the way; the most is"),
    "pixels become channels": (
        "unshuffle:16+nearest:64:times=2",
        (32, 32),
        "256 channels of 8192x8192 px; the most is",
    ),
    "padding": ("blur:s=1:off=64:pad=zero:times=16", (2**17, 1), "132096x1025 px;"),
}


@pytest.mark.parametrize(("text", "shape", "what"), BOMBS.values(), ids=BOMBS)
def test_an_upsampling_bomb_is_refused_before_it_is_made(
    text: str, shape: tuple[int, ...], what: str
) -> None:
    chain, small = Chain.parse(text), np.zeros(shape, np.float32)
    tracemalloc.start()
    with pytest.raises(ChainError) as caught:
        chain(small)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert caught.value.what.startswith(what)
    assert caught.value.where.startswith("step ")
    assert peak < 2**25 + 2 * small.nbytes  # it would be gigabytes


def test_an_image_beyond_the_limit_may_still_be_made_smaller() -> None:
    assert Chain.parse("max+flc").shape((2**15, 2**15)) == (2**13, 2**13)
    with pytest.raises(ChainError, match="the most is 1073741824 px"):
        Chain.parse("nearest").shape((2**15, 2**15))


def test_stages_are_refused_where_all_together_are_too_large() -> None:
    x = np.zeros((4096, 4096), np.float32)
    chain = Chain.parse("+".join(["relu"] * 9))
    with pytest.raises(ChainError, match="the stages have 150994944 px in each channel"):
        chain.stages(x)
    assert chain(x).shape == x.shape  # one at a time


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["median:k=64:s=1", "softpool:k=64:s=1", "lip:k=64:s=1:p=32", "conv:kernel=box:k=64"]
)
def test_the_memory_of_a_large_window_does_not_grow_with_its_area(text: str) -> None:
    x = np.zeros((192, 160), np.float32)
    tracemalloc.start()
    Chain.parse(text)(x)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 64 * x.nbytes + 2**26  # all 64 x 64 windows: 4096 times the image


def test_unpool_refuses_other_channels_than_its_max_left() -> None:
    with pytest.raises(ChainError) as caught:
        Chain.parse("max+unshuffle+nearest+unpool")(np.zeros((16, 16)))
    assert str(caught.value) == (
        "unpool wants as many channels as its max left\n"
        "  in:  step 4 of 'max+unshuffle+nearest+unpool'\n"
        "  fix: undo the steps between that changed the size"
    )


@pytest.mark.parametrize(
    ("array", "what"),
    [
        (np.zeros(5), r"an array of shape \(5,\) has no rows and columns"),
        (np.zeros((0, 5)), r"an array of shape \(0, 5\)"),
        (np.zeros((4, 4), complex), "max is not defined for complex numbers"),
        (np.array([["a"]]), "real numbers is wanted"),
    ],
)
def test_what_is_not_an_image_is_refused(array: np.ndarray, what: str) -> None:
    with pytest.raises(ChainError, match=what):
        Chain.parse("max")(array)


def test_whole_numbers_that_float32_cannot_hold_become_float64() -> None:
    large = np.array([[2**24 + 1, 0], [0, 0]])
    assert Chain.parse("max")(large)[0, 0] == 2**24 + 1
    assert Chain.parse("max")(np.array([[3, 0], [0, 0]])).dtype == np.float32


def test_lists_are_arrays_too() -> None:
    assert Chain.parse("avg")([[1, 2], [3, 4]])[0, 0] == 2.5


grids = st.builds(
    Grid,
    st.integers(1, 100),
    st.fractions(Fraction(1, 8), 8, max_denominator=8),
    st.fractions(-4, 4, max_denominator=8),
)


@given(grids, grids, grids)
def test_grids_compose_in_any_grouping(a: Grid, b: Grid, c: Grid) -> None:
    assert a.then(b).then(c) == a.then(b.then(c))


@given(grids)
def test_a_grid_of_pixels_changes_nothing(grid: Grid) -> None:
    assert grid.then(Grid(grid.size)) == grid
    assert Grid(7).then(grid) == grid


def test_label_counts_repeated_steps() -> None:
    assert Chain.parse("max:times=3+blur:5").label == "max ×3 + blur:k=5"


def test_only_a_chain_of_linear_steps_is_linear() -> None:
    assert Chain.parse("blur+flc").linear
    assert not Chain.parse("blur+max").linear
