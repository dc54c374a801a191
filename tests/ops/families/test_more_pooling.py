"""Pooling operations with answers that are known: Lp, median, soft, polyphase, wavelet, shuffle."""

import numpy as np
import pytest

from sampviz.core.errors import ChainError
from sampviz.ops.chain import Chain
from sampviz.ops.registry import OPS

board = np.add.outer(np.arange(8), np.arange(8)) % 2.0


def test_lp_is_a_sum_unless_the_mean_is_asked_for() -> None:
    assert np.allclose(OPS["lp"](np.ones((4, 4))), 2)
    assert np.allclose(OPS["lp"](np.ones((4, 4)), mean=True), 1)
    assert np.allclose(OPS["lp"](board, norm=1), 2)


def test_lp_of_a_negative_sum_is_nan_for_odd_norms() -> None:
    assert np.isnan(OPS["lp"](-np.ones((2, 2)), norm=3)).all()


def test_median_takes_the_lower_of_two_and_drops_single_bright_pixels() -> None:
    assert OPS["median"]([[1, 2], [3, 4]], k=2, s=2, p=0).tolist() == [[2]]
    spike = np.zeros((9, 9))
    spike[4, 4] = 100
    assert np.array_equal(OPS["median"](spike), np.zeros((5, 5)))


def test_softpool_of_a_checkerboard_is_the_sigmoid_of_one() -> None:
    assert np.allclose(OPS["softpool"](board), np.e / (1 + np.e))


def test_softpool_of_large_values_is_finite_and_faithful_sets_negatives_to_zero() -> None:
    assert OPS["softpool"](board * 255)[0, 0] == pytest.approx(255)
    assert np.allclose(OPS["softpool"](-board * 2), -2 * np.exp(-2) / (1 + np.exp(-2)))
    assert np.array_equal(OPS["softpool"](-board, mode="faithful"), np.zeros((4, 4)))


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


def test_db2_keeps_a_ramp_straight() -> None:
    ramp = np.tile(np.arange(32.0), (32, 1))
    inner = OPS["wavelet"](ramp, name="db2")[8, 2:-2]
    assert np.allclose(np.diff(inner), 2)


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


def test_unshuffle_wants_whole_blocks() -> None:
    with pytest.raises(ChainError, match="unshuffle wants sides that 2 divides, not 7 px"):
        Chain.parse("unshuffle").shape((7, 8))


def test_spectral_pooling_has_even_rows_and_the_scale_of_its_program_if_asked() -> None:
    assert Chain.parse("spectral").shape((7, 9)) == (2, 4)
    assert np.allclose(OPS["spectral"](np.ones((8, 8))), 1)
    assert np.allclose(OPS["spectral"](np.ones((8, 8)), mode="faithful"), 4)
