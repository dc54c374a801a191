"""Layers that enlarge maps, and those that shrink them by other rules: known answers."""

import numpy as np
import pytest

import sampviz
from sampviz.networks.layer_measures import LayerMeasures
from tests.networks.models import Builder

pytest.importorskip("onnxruntime")

PLANE = sampviz.load("sample:t1").array[60:123, 50:125]  # of odd sides: no Nyquist frequency


@pytest.fixture(scope="module")
def measured() -> dict[str, LayerMeasures]:
    b = Builder([1, 1, *PLANE.shape])
    corner = np.zeros((1, 1, 2, 2))
    corner[..., 0, 0] = 1
    b.node("ConvTranspose", "x", b.constant(corner, np.float32), strides=[2, 2])
    b.doubled("x", mode="nearest")
    b.doubled("x", mode="linear")
    three = b.node("Conv", "x", b.constant(np.ones((4, 1, 1, 1)), np.float32))
    b.node("DepthToSpace", three, blocksize=2)
    half = b.constant([1, 1, 0.5, 0.5], np.float32)
    b.node("Resize", "x", "", half, mode="nearest", coordinate_transformation_mode="asymmetric",
           nearest_mode="floor")  # fmt: skip
    layers = sampviz.network(b.model(), PLANE).layers[1:]
    return {layer.name: layer.measures for layer in layers if layer.measures is not None}


def test_between_samples_of_zeros_lie_three_images_of_the_spectrum(
    measured: dict[str, LayerMeasures],
) -> None:
    values = measured["ConvTranspose0"].values
    spread = np.zeros((2 * PLANE.shape[0], 2 * PLANE.shape[1]))
    spread[::2, ::2] = PLANE
    energy, mean = (PLANE.astype(float) ** 2).sum(), PLANE.mean(dtype=float)
    of_mean = 4 * PLANE.size * (mean / 4) ** 2
    assert values["above"] == pytest.approx(0.75 * energy / (energy - of_mean), rel=1e-5)
    rows, columns = (slice(n // 8, n - n // 8) for n in spread.shape)
    flat = np.zeros_like(spread)
    flat[::2, ::2] = mean
    expected = flat[rows, columns].var() / spread[rows, columns].var()
    assert values["checkerboard"] == pytest.approx(expected, rel=1e-5)


def test_repeated_and_interpolated_samples_leave_constants_flat(
    measured: dict[str, LayerMeasures],
) -> None:
    nearest, linear = measured["Resize1"], measured["Resize2"]
    assert nearest.values["checkerboard"] == linear.values["checkerboard"] == 0
    assert 0 < linear.values["above"] < nearest.values["above"] < 0.5
    shown = nearest.shown
    assert shown is not None
    assert np.array_equal(shown.result, PLANE.repeat(2, 0).repeat(2, 1))
    assert shown.folded is not None
    assert shown.undecimated is None


def test_equal_channels_that_become_blocks_are_repeated_samples(
    measured: dict[str, LayerMeasures],
) -> None:
    shuffled, nearest = measured["DepthToSpace4"], measured["Resize1"]
    assert shuffled.values == pytest.approx(nearest.values, rel=1e-5)


def test_a_resize_that_takes_every_second_sample_folds_as_slicing_does(
    measured: dict[str, LayerMeasures],
) -> None:
    values = measured["Resize5"].values
    (row,) = sampviz.measure(PLANE[:-1, :-1], "stride", measures="nyquist,alias,equivariance")
    # Its result has a sample less, as the image has an odd number of them.
    assert values["alias"] == pytest.approx(row.values["alias"], rel=0.1)
    assert "keeps no samples" in measured["Resize5"].undefined["fold"]


def test_space_to_depth_drops_nothing_and_unpooling_needs_the_places_of_maxima() -> None:
    b = Builder([1, 1, 32, 32])
    b.node("SpaceToDepth", "x", blocksize=2)
    pooled = b.pool("MaxPool", b.node("Relu", "x"), outputs=2)
    b.node("MaxUnpool", *pooled, kernel_shape=[2, 2], strides=[2, 2])
    x = np.random.default_rng(0).standard_normal((32, 32))
    into_depth, _, unpooled = (layer.measures for layer in sampviz.network(b.model(), x).layers[1:])
    assert into_depth is not None
    assert unpooled is not None
    assert list(into_depth.values) == ["nyquist"]
    assert not unpooled.values
    assert "needs 'x' as well" in unpooled.undefined["above"]
