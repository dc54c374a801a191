"""Pooling operations with answers that are known: Lp, median, soft, polyphase, wavelet, shuffle."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from numpy.typing import DTypeLike
from scipy.ndimage import median_filter

from sampviz.core.errors import ChainError
from sampviz.dsp.grid import Grid
from sampviz.ops.chain import Chain
from sampviz.ops.families import median_pooling
from sampviz.ops.registry import OPS
from tests.every import every
from tests.ops.definition import by_definition

VARIANTS = (
    "lp:norm=3:k=3:s=2",
    "lp:mean=true",
    "lp:k=3:s=2:p=1",
    "median:p=0x1x2x1",
    "median:k=2:s=2:p=0",
    "median:p=same",
    "softpool:mode=faithful",
    "softpool:k=3:s=2",
    "lip:gain=20",
    "lip:k=2:p=0",
    "aps:blur=3:norm=1",
    "aps:norm=inf",
    "wavelet:db2",
)
WITHOUT_PEER = ("unshuffle",)


def _gain_of_sums(params: Any, axes: int) -> float:
    is_sum = not params["mean"] and params["norm"] != "inf"
    return float(params["k"] ** (axes / params["norm"])) if is_sum else 1.0


GAINS = {"lp": _gain_of_sums}

board = np.add.outer(np.arange(8), np.arange(8)) % 2.0


def test_lp_is_a_sum_unless_the_mean_is_asked_for() -> None:
    assert np.allclose(OPS["lp"](np.ones((4, 4))), 2)
    assert np.allclose(OPS["lp"](np.ones((4, 4)), mean=True), 1)
    assert np.allclose(OPS["lp"](board, norm=1), 2)


def test_lp_of_a_negative_sum_is_nan_for_odd_norms() -> None:
    assert np.isnan(OPS["lp"](-np.ones((2, 2)), norm=3)).all()


@every("dtype", [np.float32, np.float64])
@every("norm", [2, 3, 16, 24.5, 64])
@every("scale", [1e-30, 1e-12, 0.01, 1, 255, 1e12, 1e30])
def test_lp_is_as_large_as_its_pixels_whatever_the_power(
    scale: float, norm: float, dtype: DTypeLike
) -> None:
    """In one image: the powers of some windows are too large, those of others too small."""
    x = np.array([[1, 1, 1, 0.5, 1, 0], [1, 1, 0.25, 1, 0, 0]])
    share = np.log([4, 2 + 0.5**norm + 0.25**norm, 1]) / norm
    image = (np.concatenate([x * scale, x])).astype(dtype)
    wanted = np.exp(share) * [[image[0, 0]], [1]]
    assert np.allclose(OPS["lp"](image, norm=norm), wanted, rtol=1e-5, atol=0)
    mean = np.exp(share - np.log(4) / norm) * [[image[0, 0]], [1]]
    assert np.allclose(OPS["lp"](image, norm=norm, mean=True), mean, rtol=1e-5, atol=0)


@pytest.mark.parametrize("mean", [False, True])
def test_lp_of_infinite_norm_is_the_largest_magnitude(mean: bool) -> None:
    x = np.random.default_rng(0).normal(size=(3, 9, 7)).astype(np.float32)
    out = Chain.parse(f"lp:norm=inf:k=3:s=2:mean={mean}".lower())(x)
    assert np.array_equal(out, OPS["max"](np.abs(x), k=3, s=2))
    assert np.array_equal(OPS["lp"](x, norm="inf", ceil=True), OPS["max"](np.abs(x), ceil=True))


@pytest.mark.parametrize("scale", [1e-200, 1e-30, 1e30, 1e200])
@pytest.mark.parametrize("norm", ["1", "2", "64", "inf"])
def test_aps_takes_the_largest_phase_of_any_scale(scale: float, norm: str) -> None:
    x = np.arange(1.0, 17).reshape(4, 4)
    chain = Chain.parse(f"aps:norm={norm}")
    assert np.allclose(chain(x * scale) / scale, x[1::2, 1::2])
    if 1e-40 < scale < 1e38:
        assert np.allclose(chain((x * scale).astype(np.float32)) / scale, x[1::2, 1::2])


def test_median_takes_the_lower_of_two_and_drops_single_bright_pixels() -> None:
    assert OPS["median"]([[1, 2], [3, 4]], k=2, s=2, p=0).tolist() == [[2]]
    spike = np.zeros((9, 9))
    spike[4, 4] = 100
    assert np.array_equal(OPS["median"](spike), np.zeros((5, 5)))


@pytest.mark.parametrize("size", [(3, 41), (41, 3), (2, 16, 17)])
def test_median_is_the_same_whatever_part_of_the_windows_is_copied_at_once(
    size: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    x, chain = np.random.default_rng(0).random(size), Chain.parse("median")
    window = (1,) * (len(size) - 2) + (3, 3)
    expected = median_filter(x, window, mode="mirror")[..., ::2, ::2]
    for windows in (1, 4, 10, 50):
        monkeypatch.setattr(median_pooling, "_MOST_AT_ONCE", 9 * windows)
        assert np.array_equal(by_definition(chain, x), expected)


def test_median_never_copies_all_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(median_pooling, "_MOST_AT_ONCE", 2**12)
    x, chain = np.zeros((128, 512)), Chain.parse("median:s=1")
    tracemalloc.start()
    by_definition(chain, x)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * x.nbytes  # of the windows it would be nine times as much


def test_softpool_of_a_checkerboard_is_the_sigmoid_of_one() -> None:
    assert np.allclose(OPS["softpool"](board), np.e / (1 + np.e))


def test_softpool_of_large_values_is_finite_and_faithful_sets_negatives_to_zero() -> None:
    assert OPS["softpool"](board * 255)[0, 0] == pytest.approx(255)
    assert np.allclose(OPS["softpool"](-board * 2), -2 * np.exp(-2) / (1 + np.exp(-2)))
    assert np.array_equal(OPS["softpool"](-board, mode="faithful"), np.zeros((4, 4)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_soft_means_of_infinities(dtype: DTypeLike) -> None:
    """Minus infinity weighs nothing, unless there is nothing else; infinity outweighs the rest."""
    low, high = -np.inf, np.inf
    x = np.array([[low, low, low, 1, 2, high], [low, low, low, 1, low, low]], dtype)
    with np.errstate(all="raise"):
        for out in (OPS["softpool"](x), OPS["lip"](x, k=2, s=2, p=0, gain=7)):
            assert np.array_equal(out, [[low, 1, high]])
        assert np.array_equal(OPS["lip"](x[:, :3]), [[low, low]])
    with np.errstate(invalid="ignore"):
        means = OPS["lip"](x, k=2, s=2, p=0, gain=0)
    assert np.array_equal(means, [[low, low, np.nan]], equal_nan=True)


def test_lip_without_gain_is_average_pooling_without_padding() -> None:
    x = np.random.default_rng(0).random((9, 12))
    plain = OPS["avg"](x, k=3, s=2, p=1, countpad=False)
    assert np.allclose(OPS["lip"](x, gain=0), plain)
    assert np.allclose(OPS["lip"](x, gain=1000), OPS["max"](x, k=3, s=2, p=1), atol=0.01)


def test_aps_follows_the_image() -> None:
    x = np.random.default_rng(0).random((16, 16))
    moved = np.roll(x, (1, 1), (0, 1))
    one, other = OPS["aps"](x), OPS["aps"](moved)
    assert any(np.allclose(np.roll(one, (i, j), (0, 1)), other) for i in (0, 1) for j in (0, 1))
    assert not np.allclose(OPS["stride"](x), OPS["stride"](moved))


def test_aps_takes_the_phase_with_the_largest_norm_over_all_channels() -> None:
    x = np.zeros((2, 4, 4))
    x[0, 1::2, ::2] = 3  # phase (1, 0)
    x[1, ::2, 1::2] = 2  # phase (0, 1)
    assert np.array_equal(OPS["aps"](x), x[:, 1::2, ::2])


def test_haar_is_average_pooling_and_keeps_a_checkerboard_grey() -> None:
    x = np.random.default_rng(0).random((8, 10))
    assert np.allclose(OPS["wavelet"](x), OPS["avg"](x))


@pytest.mark.parametrize(("name", "delta"), [("haar", 0.5), ("db2", (1 - 3**0.5) / 2)])
def test_the_wavelets_read_a_ramp_at_the_first_moment_of_their_taps(
    name: str, delta: float
) -> None:
    ramp = np.tile(np.arange(32.0), (32, 1))
    places = 2 * np.arange(16) + delta
    assert np.allclose(OPS["wavelet"](ramp, name=name)[8, 2:-2], places[2:-2])
    grid = Chain.parse(f"wavelet:{name}").trace((32, 32))[-1][1]
    assert (grid.size, grid.step) == (16, 2)
    assert float(grid.delta) == pytest.approx(delta, abs=1e-9)


def test_db2_reads_a_parabola_at_the_same_places() -> None:
    """Its second vanishing moment: the square of the place, and nothing more."""
    parabola = np.tile(np.arange(32.0) ** 2, (32, 1))
    places = 2 * np.arange(16) + (1 - 3**0.5) / 2
    assert np.allclose(OPS["wavelet"](parabola, name="db2")[8, 2:-2], places[2:-2] ** 2)


def test_pixels_into_channels_and_back_lose_nothing() -> None:
    x = np.random.default_rng(0).random((3, 8, 12))
    assert np.array_equal(Chain.parse("unshuffle:2+shuffle:2")(x), x)
    assert np.array_equal(Chain.parse("unshuffle:4+shuffle:4")(x[0])[0], x[0])


def test_shuffle_of_one_channel_is_refused_with_the_ways_out() -> None:
    with pytest.raises(ChainError) as caught:
        Chain.parse("shuffle")(np.zeros((4, 4)))
    assert str(caught.value) == (
        "shuffle:f=2 wants a multiple of 4 channels, not 1\n  in:  step 1 of 'shuffle'\n"
        "  fix: unshuffle earlier in the chain, or repeat pixels with nearest"
    )


@pytest.mark.parametrize(
    ("size", "what", "fix"),
    [
        ((12, 11), "unshuffle wants sides that 4 divides, not 11 px", "with a side of 8 px"),
        ((5, 8), "unshuffle wants sides that 4 divides, not 5 px", "with a side of 4 px"),
        ((3, 8), "unshuffle wants sides that 4 divides, not 3 px", "use a larger image"),
    ],
)
def test_unshuffle_wants_whole_blocks(size: tuple[int, int], what: str, fix: str) -> None:
    with pytest.raises(ChainError) as caught:
        Chain.parse("unshuffle:4").shape(size)
    assert caught.value.what == what
    assert caught.value.fix.removeprefix("cut it before: crop:size=HxW ") == fix


@pytest.mark.parametrize("name", ["unshuffle", "shuffle"])
def test_a_block_has_two_pixels_a_side_or_more(name: str) -> None:
    """Of blocks of one pixel there is nothing to lay out."""
    assert Chain.parse(f"{name}:2").steps[0].params["f"] == 2
    with pytest.raises(ChainError, match="f=1: wanted"):
        Chain.parse(f"{name}:1")


@pytest.mark.parametrize("f", [2, 3, 4])
def test_a_block_of_pixels_lies_at_their_mean_place_and_back_where_they_were(f: int) -> None:
    line = np.arange(12.0)
    of_blocks = Chain.parse(f"unshuffle:{f}")(np.tile(line, (12, 1))).mean(axis=0)[0]
    _, grid = Chain.parse(f"unshuffle:{f}").trace((12, 12))[-1]
    assert [grid.step * m + grid.delta for m in range(grid.size)] == list(of_blocks)
    assert Chain.parse(f"unshuffle:{f}+shuffle:{f}").trace((12, 12))[-1] == (Grid(12), Grid(12))


def test_spectral_pooling_has_even_rows_and_the_scale_of_its_program_if_asked() -> None:
    assert Chain.parse("spectral").shape((7, 9)) == (2, 4)
    assert np.allclose(OPS["spectral"](np.ones((8, 8))), 1)
    assert np.allclose(OPS["spectral"](np.ones((8, 8)), mode="faithful"), 4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_powers_of_both_signs_that_cancel_have_the_root_0(dtype: type[np.floating]) -> None:
    x = np.array([[-2, -3, 3, 1], [3, 2, -3, -1]], dtype)
    assert np.array_equal(Chain.parse("lp:norm=3")(x), [[0, 0]])
