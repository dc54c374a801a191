"""Sizes and places of single layers are those that ONNX Runtime gives on a ramp.

A layer whose weights keep ramps turns positions into values: output m is where sample m lies.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.dsp.dtypes import Array
from tests.every import every
from tests.networks.models import Builder

ort = pytest.importorskip("onnxruntime")

Build = Callable[[Builder], str]
BOX, TENT, WIDE = [1.0, 1.0, 1.0], [0.5, 1, 0.5], [0.25, 0.75, 0.75, 0.25]


def run(builder: Builder, x: Array) -> Array:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(builder.model().SerializeToString(), options)
    result: Array = session.run(None, {"x": x.astype(np.float32)})[0]
    return result


def kernel(b: Builder, taps: list[float], *, total: float) -> str:
    plane = np.outer(taps, taps)
    return b.constant(plane[None, None] * (total / plane.sum()), np.float32)


def conv(taps: list[float], **attributes: Any) -> Build:
    return lambda b: b.node("Conv", "x", kernel(b, taps, total=1), **attributes)


def transposed(taps: list[float], s: int = 2, **attributes: Any) -> Build:
    return lambda b: b.node(
        "ConvTranspose", "x", kernel(b, taps, total=s * s), strides=[s, s], **attributes
    )


def pool(op: str, k: int, s: int, **attributes: Any) -> Build:
    return lambda b: b.pool(op, "x", k, s, **attributes)


def resize(scale: float, mode: str, **attributes: Any) -> Build:
    return lambda b: b.node(
        "Resize", "x", "", b.constant([1, 1, scale, scale], np.float32), mode=mode, **attributes
    )


def sliced(start: int, end: int, step: int) -> Build:
    return lambda b: b.node(
        "Slice", "x", *(b.constant([v, v]) for v in (start, end)), b.constant([2, 3]),
        b.constant([step, step]),
    )  # fmt: skip


KEEP_RAMPS = {
    "conv 3 p 1": conv(BOX, strides=[2, 2], pads=[1] * 4),
    "conv 3, uneven pads": conv(BOX, strides=[2, 2], pads=[0, 0, 1, 1]),
    "conv 3 dilated": conv(BOX, strides=[2, 2], dilations=[2, 2], pads=[2] * 4),
    "conv 3 upper": conv(BOX, strides=[2, 2], auto_pad="SAME_UPPER"),
    "conv 3 lower": conv(BOX, strides=[2, 2], auto_pad="SAME_LOWER"),
    "conv 3 valid": conv(BOX, strides=[2, 2], auto_pad="VALID"),
    "avg 2": pool("AveragePool", 2, 2),
    "avg 3 ceil": pool("AveragePool", 3, 2, pads=[1] * 4, ceil_mode=1),
    "transposed 3": transposed(TENT, pads=[1] * 4, output_padding=[1, 1]),
    "transposed 4": transposed(WIDE, pads=[1] * 4),
    "transposed 4 upper": transposed(WIDE, auto_pad="SAME_UPPER"),
    "transposed 4, output shape": transposed(WIDE, output_shape=[45, 45]),
    "linear x2": resize(2, "linear"),
    "linear x1.5": resize(1.5, "linear", coordinate_transformation_mode="pytorch_half_pixel"),
    "linear x2 corners": resize(2, "linear", coordinate_transformation_mode="align_corners"),
    "linear x2 asymmetric": resize(2, "linear", coordinate_transformation_mode="asymmetric"),
    "linear x1.3 symmetric": resize(
        1.3, "linear", coordinate_transformation_mode="half_pixel_symmetric"
    ),
    "linear x1/2 antialias": resize(0.5, "linear", antialias=1),
    "slice": sliced(1, 2**40, 2),
    "slice from the end": sliced(-9, -1, 3),
}


@every("n", [22, 23])
@every("name", KEEP_RAMPS)
def test_a_ramp_shows_where_samples_lie(name: str, n: int) -> None:
    builder = Builder([1, 1, n, n], opset=18)
    KEEP_RAMPS[name](builder)
    positions = run(builder, np.tile(np.arange(n), (n, 1))[None, None])[0, 0]
    layer = sampviz.network(builder.model()).layers[-1]
    assert layer.size == positions.shape
    inner = range(layer.size[1] // 3, layer.size[1] - layer.size[1] // 3)
    predicted = [float(layer.step[1] * m + layer.delta[1][0]) for m in inner]
    assert positions[len(positions) // 2, inner] == pytest.approx(predicted, abs=1e-4)


@pytest.mark.parametrize(
    "attributes",
    [{}, {"pads": [1] * 4}, {"ceil_mode": 1}, {"pads": [1] * 4, "ceil_mode": 1}],
    ids=str,
)
@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("n", [5, 8])
def test_max_pooling_lies_between_the_ends_of_its_windows(
    n: int, k: int, attributes: dict[str, Any]
) -> None:
    builder = Builder([1, 1, n, n])
    pool("MaxPool", k, 2, **attributes)(builder)
    ramp = np.tile(np.arange(n), (n, 1))[None, None]
    centres = (run(builder, ramp) - run(builder, -ramp))[0, 0, 0] / 2
    layer = sampviz.network(builder.model()).layers[-1]
    assert layer.size[1] == centres.size
    assert centres[1] == float(layer.step[1] + layer.delta[1][0])


@pytest.mark.parametrize(
    ("mode", "rounding"),
    [
        ("half_pixel", "round_prefer_floor"),
        ("half_pixel", "floor"),
        ("half_pixel", "ceil"),
        ("asymmetric", "floor"),
        ("asymmetric", "ceil"),
        ("asymmetric", "round_prefer_floor"),
        ("asymmetric", "round_prefer_ceil"),
    ],
)
@pytest.mark.parametrize("factor", [2, 3])
def test_nearest_neighbours_lie_there_in_the_mean_of_a_period(
    mode: str, rounding: str, factor: int
) -> None:
    builder = Builder([1, 1, 12, 12])
    resize(factor, "nearest", coordinate_transformation_mode=mode, nearest_mode=rounding)(builder)
    taken = run(builder, np.tile(np.arange(12), (12, 1))[None, None])[0, 0, 0]
    layer = sampviz.network(builder.model()).layers[-1]
    period = range(4 * factor, 5 * factor)
    moved = [taken[m] - m / factor for m in period]
    assert float(layer.delta[1][0]) == pytest.approx(np.mean(moved), abs=1e-6)


@pytest.mark.parametrize("op", ["DepthToSpace", "SpaceToDepth"])
def test_blocks_have_their_samples_about_the_centre(op: str) -> None:
    builder = Builder([1, 4, 12, 12])
    builder.node(op, "x", blocksize=2)
    y = run(builder, np.tile(np.arange(12), (4, 12, 1))[None])
    layer = sampviz.network(builder.model()).layers[-1]
    assert layer.size == y.shape[2:]
    # Without a preference among the phases of a block a sample lies in the mean of them.
    means = y.mean(1)[0, 0] if op == "SpaceToDepth" else y[0, 0, 0].reshape(-1, 2).mean(1)
    centre = float(layer.delta[1][0]) + (0 if op == "SpaceToDepth" else 0.25)
    assert means[0] == pytest.approx(centre)


def test_indices_of_points_may_be_nearest_neighbours_or_a_slice() -> None:
    for rows, columns, op in [
        (np.arange(16) // 2, np.arange(16) // 2, "nearest:f=2"),
        (np.arange(1, 8, 2), np.arange(8), "stride:s=2x1:o=1x0"),
        (np.arange(8)[::-1], np.arange(8), ""),
    ]:
        b = Builder([1, 1, 8, 8])
        points = np.stack(np.meshgrid(rows, columns, indexing="ij"), -1)
        x = b.node("Transpose", b.conv("x", 3, 1, 1), perm=[2, 3, 0, 1])
        x = b.node("Transpose", b.node("GatherND", x, b.constant(points)), perm=[2, 3, 0, 1])
        y = run(b, np.zeros((1, 1, 8, 8)))
        layers = sampviz.network(b.model()).layers[1:]
        assert [layer.op for layer in layers] == [op] * bool(op)
        assert all(layer.size == y.shape[2:] for layer in layers)


@pytest.mark.parametrize("op", ["DepthToSpace", "SpaceToDepth"])
def test_blocks_may_be_written_as_reshapes(op: str) -> None:
    native, written = Builder([1, 4, 12, 8]), Builder([1, 4, 12, 8])
    native.node(op, "x", blocksize=2)
    split, order, joined = {
        "DepthToSpace": ([1, 1, 2, 2, 12, 8], [0, 1, 4, 2, 5, 3], [1, 1, 24, 16]),
        "SpaceToDepth": ([1, 4, 6, 2, 4, 2], [0, 1, 3, 5, 2, 4], [1, 16, 6, 4]),
    }[op]
    x = written.node("Reshape", "x", written.constant(split))
    written.node("Reshape", written.node("Transpose", x, perm=order), written.constant(joined))
    ours, theirs = (sampviz.network(b.model()).layers[-1] for b in (written, native))
    assert (ours.op, ours.size, ours.delta) == (theirs.op, theirs.size, theirs.delta)
    assert len(sampviz.network(written.model()).layers) == 2


def test_unpooling_puts_samples_back_where_they_were() -> None:
    builder = Builder([1, 1, 8, 8])
    pooled, indices = builder.pool("MaxPool", "x", outputs=2)
    builder.node("MaxUnpool", pooled, indices, kernel_shape=[2, 2], strides=[2, 2])
    layer = sampviz.network(builder.model()).layers[-1]
    assert (layer.op, layer.size, layer.delta) == ("unpool", (8, 8), ((0, 0), (0, 0)))


def test_unpooling_that_is_written_as_a_scatter_ends_the_ladder_in_words() -> None:
    b = Builder([1, 1, 8, 8])
    pooled, indices = b.pool("MaxPool", "x", outputs=2)
    values, flat = (b.node("Reshape", t, b.constant([-1])) for t in (pooled, indices))
    zeros = b.constant(np.zeros(64), np.float32)
    where = b.node("Unsqueeze", flat, b.constant([-1]))
    b.node("Reshape", b.node("ScatterND", zeros, where, values), b.constant([1, 1, 8, 8]))
    assert sampviz.network(b.model()).ends == {"Reshape2 (Reshape)": ("ScatterND4",)}
