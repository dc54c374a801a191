"""How far outputs are from moving with their input: against what NumPy makes of the same arrays."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import UsageError
from sampviz.figures.charts.output_shift import output_shift_figure, shift_notes
from sampviz.networks.entering_image import EnteringImage, mover_of
from sampviz.networks.ladder import Layer, Network
from sampviz.networks.output_shift import OutputShift, output_shift
from sampviz.networks.read_model import read_model
from sampviz.networks.walk import Walk, start
from tests.figures.drawn import place_texts
from tests.figures.readable import assert_readable
from tests.networks.models import Builder

IMAGE = np.random.default_rng(0).normal(size=(1, 16, 32)).astype(np.float32)


def moved(
    build: Callable[[Builder], Any],
    run: Callable[[np.ndarray], np.ndarray],
    shift: int = 4,
    around: np.ndarray | None = None,
) -> OutputShift:
    """Return the errors of a network of which `run` makes (H, W) an output."""
    b = Builder([1, 1, *IMAGE.shape[1:]])
    build(b)
    walk = Walk(read_model(b.model()), "x", start(IMAGE.shape[1:], (2, 3), 4))
    return output_shift(
        walk,
        lambda planes, tensor: run(planes[0]),
        mover_of(IMAGE, around, shift),
        shift,
        wraps=around is None,
    )


def strided(x: np.ndarray) -> np.ndarray:
    """Every second sample, and each of them twice."""
    return x[::2, ::2].repeat(2, 0).repeat(2, 1)[None, None]


def striding(b: Builder) -> None:
    b.doubled(b.pool("MaxPool", "x", 1), nearest_mode="floor")


def test_striding_errs_at_odd_shifts_alone() -> None:
    result = moved(striding, strided)
    assert result.are_maps
    assert result.errors[[0, 2, 4]].tolist() == [0, 0, 0]
    still = strided(IMAGE[0])[0, 0]
    back = np.roll(strided(np.roll(IMAGE[0], 3, 1))[0, 0], -3, 1)
    inside = np.s_[:, 4:-4]
    error = np.linalg.norm((back - still)[inside]) / np.std(still[inside])
    assert result.errors[3] == pytest.approx(error / np.sqrt(still[inside].size))
    assert np.isnan(result.changes).all()  # one channel, and no logit
    assert result.coarsest == 2


def test_the_control_has_the_frequencies_of_coarser_grids_alone() -> None:
    b_max = moved(
        lambda b: b.doubled(
            b.doubled(b.doubled(b.pool("MaxPool", b.pool("MaxPool", b.pool("MaxPool", "x"))))),
        ),
        lambda x: (x + 5 * (-1.0) ** np.arange(32))[None, None],  # a pattern that stays where it is
    )
    assert set(b_max.low) == {Fraction(4), Fraction(2)}
    assert b_max.errors[1] > 1
    assert np.allclose(b_max.low[Fraction(4)], 0, atol=1e-6)
    assert np.allclose(b_max.errors[[2, 4]], 0, atol=1e-6)


def test_classes_of_maps_change_where_another_channel_is_the_largest() -> None:
    def two(x: np.ndarray) -> np.ndarray:
        return np.stack([strided(x)[0, 0], 0 * x])[None]

    def channels(b: Builder) -> None:
        striding(b)
        b.concat(b.nodes[-1].output[0], "x")

    result = moved(channels, two)
    still = strided(IMAGE[0])[0, 0] >= 0
    back = np.roll(strided(np.roll(IMAGE[0], 1, 1))[0, 0], -1, 1) >= 0
    assert result.changes[1] == np.mean((still != back)[:, 4:-4])


def test_values_have_a_margin_and_read_positions_without_pooling() -> None:
    weights = np.random.default_rng(1).normal(size=(32 * 16, 3))

    def flat(x: np.ndarray) -> np.ndarray:
        return x.reshape(1, -1) @ weights

    def dense(b: Builder) -> None:
        flattened = b.node("Flatten", "x")
        b.node("Softmax", b.node("MatMul", flattened, b.constant(weights, np.float32)))

    result = moved(dense, flat)
    values = np.stack([flat(np.roll(IMAGE[0], d, 1))[0] for d in range(5)])
    assert result.output == "t1"  # before the softmax
    assert result.margin == pytest.approx(np.diff(np.sort(values[0]))[-1])
    assert result.drift is not None
    assert np.allclose(result.drift, np.abs(values - values[0]).max(axis=1))
    spread = np.linalg.norm(values[0] - values[0].mean())
    assert np.allclose(result.errors, np.linalg.norm(values - values[0], axis=1) / spread)
    assert result.reads_positions
    assert any("no aliasing" in note for note in shift_notes(result))


def test_values_of_means_over_space_do_not_drift() -> None:
    def mean(x: np.ndarray) -> np.ndarray:
        return np.array([x.mean(), (x**2).mean()])[None]

    result = moved(lambda b: b.node("GlobalAveragePool", "x"), mean)
    assert np.allclose(result.errors, 0, atol=1e-6)
    assert not result.reads_positions


def test_a_pooling_inside_does_not_make_a_dense_layer_blind_to_positions() -> None:
    weights = np.ones((32 * 16, 3))

    def gated(b: Builder) -> None:
        product = b.node("Mul", "x", b.node("GlobalAveragePool", "x"))
        b.node("MatMul", b.node("Flatten", product), b.constant(weights, np.float32))

    assert moved(gated, lambda x: x.reshape(1, -1) @ weights).reads_positions


def test_of_a_larger_image_another_part_is_cut() -> None:
    around = np.random.default_rng(2).normal(size=(1, 16, 42)).astype(np.float32)
    mover = mover_of(around[..., 5:37], around, 4)
    assert np.array_equal(mover(0), around[..., 5:37])
    assert np.array_equal(mover(3), around[..., 2:34])  # what is seen moves to the right


def test_a_shift_that_leaves_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="left out at both ends"):
        moved(striding, strided, shift=16)
    with pytest.raises(UsageError, match="is no shift"):
        sampviz.network("net.onnx", IMAGE, shift=0)


@pytest.mark.slow
@pytest.mark.parametrize("width", [89, 183])
@pytest.mark.parametrize("build", [striding, lambda b: b.node("Flatten", "x")])
def test_charts_can_be_read(build: Callable[[Builder], Any], width: float) -> None:
    run = strided if build is striding else lambda x: x.reshape(1, -1)[:, :5]
    place = (Fraction(0), Fraction(0)), (Fraction(0), Fraction(0))
    one = Fraction(1)
    first = Layer(0, "x", "", (16, 32), (16, 32), (one, one), place, None)
    entering = EnteringImage("x", IMAGE, "", "noise", (), None)
    net = Network((first,), (), model="net.onnx", entering=entering, shift=moved(build, run, 8))
    figure = output_shift_figure(net, width=width)
    place_texts(figure)
    assert_readable(figure)


def test_charts_of_what_was_not_moved_are_refused() -> None:
    with pytest.raises(UsageError, match="moving image"):
        output_shift_figure(Network((), ()))
