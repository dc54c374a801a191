"""`sampviz network`: what layers are called, what is found of the input, what is printed."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sampviz
from tests.conftest import Cli
from tests.networks.models import Builder, onnx


def ops(builder: Builder, **arguments: Any) -> list[str]:
    return [layer.op for layer in sampviz.network(builder.model(), **arguments).layers[1:]]


def depthwise(b: Builder, x: str, taps: list[float], channels: int = 2) -> str:
    plane = np.outer(taps, taps)
    weights = np.broadcast_to(plane / plane.sum(), (channels, 1, *plane.shape))
    return b.node("Conv", x, b.constant(weights, np.float32), strides=[2, 2], group=channels)


def test_layers_are_named_in_the_grammar_of_chains() -> None:
    b = Builder([1, 1, 64, 64])
    x = b.pool("MaxPool", "x", 3, 2, pads=[1] * 4)
    x = b.conv(x, 3, (2, 1), 1)
    x = b.pool("AveragePool", x, 2, 2, ceil_mode=1)
    x = b.transposed(x, 3, 1, 1)
    x = b.doubled(x, mode="linear", coordinate_transformation_mode="half_pixel")
    names = ops(b)
    assert names == [
        "max:k=3:s=2:p=1",
        "conv:k=3:s=2x1:p=1",
        "avg:k=2:s=2:ceil=true",
        "transpose:k=3:s=2:p=1:op=1",
        "bilinear:f=2",
    ]
    chain = sampviz.Chain.parse("+".join(names))
    grids = chain.trace((64, 64))[-1]
    layer = sampviz.network(b.model()).layers[-1]
    assert [(g.size, g.step, g.delta) for g in grids] == [
        (n, step, low)
        for n, step, (low, _) in zip(layer.size, layer.step, layer.delta, strict=True)
    ]


@pytest.mark.parametrize(("taps", "k"), [([1, 2, 1], 3), ([1, 3, 3, 1], 4), ([1, 4, 6, 4, 1], 5)])
def test_padding_and_a_binomial_of_each_channel_are_a_blur(taps: list[float], k: int) -> None:
    b = Builder([1, 2, 32, 32])
    before, behind = (k - 1) // 2, k // 2
    pads = b.constant([0, 0, before, before, 0, 0, behind, behind])
    depthwise(b, b.node("Pad", "x", pads, mode="reflect"), taps)
    layer = sampviz.network(b.model()).layers[1]
    grid, _ = sampviz.Chain.parse(layer.op).trace((32, 32))[-1]
    assert (layer.op, layer.entering) == (f"blur:k={k}:s=2", (32, 32))
    assert (layer.size[0], layer.delta[0][0]) == (grid.size, grid.delta)


def test_a_map_that_is_wrapped_before_a_convolution_enters_as_it_was() -> None:
    b = Builder([1, 1, 8, 8], opset=19)
    pads = b.constant([0, 0, 1, 1, 0, 0, 1, 1])
    b.conv(b.node("Pad", "x", pads, mode="wrap"), 3, 2)
    layer = sampviz.network(b.model()).layers[1]
    assert (layer.op, layer.entering) == ("conv:k=3:s=2:p=1:pad=wrap", (8, 8))
    assert (layer.size, layer.delta[0]) == ((4, 4), (0, 0))


def test_other_kernels_are_no_blur() -> None:
    b = Builder([1, 2, 32, 32])
    pads = b.constant([0, 0, 1, 1, 0, 0, 1, 1])
    depthwise(b, b.node("Pad", "x", pads, mode="reflect"), [1, 1, 1])
    assert ops(b) == ["conv:k=3:s=2:p=1:pad=reflect"]


def test_channels_may_stand_last() -> None:
    b = Builder([1, 48, 32, 3])
    x = b.node("Transpose", "x", perm=[0, 3, 1, 2])
    x = b.pool("MaxPool", b.conv(x, 3, (2, 1), 1, c=3))
    b.node("Transpose", x, perm=[0, 2, 3, 1])
    assert [layer.size for layer in sampviz.network(b.model()).layers] == [
        (48, 32),
        (24, 32),
        (12, 16),
    ]


def test_pooling_of_all_space_is_a_footnote(cli: Cli, tmp_path: Path) -> None:
    b = Builder([1, 1, 8, 8])
    x = b.pool("MaxPool", "x")
    b.node("Mul", x, b.node("GlobalAveragePool", x))
    b.node("ReduceMean", b.conv(x, 3, 1, 1), axes=[2, 3])
    onnx.save(b.model(), tmp_path / "m.onnx")
    result = cli("network", tmp_path / "m.onnx")
    assert result.out.splitlines()[-1] == (
        "Pools all of the space, and is no layer of the ladder: GlobalAveragePool1, ReduceMean4."
    )
    assert "Where branches meet" not in result.out


def test_where_the_ladder_ends_is_said(cli: Cli, tmp_path: Path) -> None:
    b = Builder([1, 1, 8, 8])
    x = b.node("Reshape", b.pool("MaxPool", "x"), b.constant([1, 4, 2, 2]))
    b.conv(x, 3, 2, 1, c=4)
    onnx.save(b.model(), tmp_path / "m.onnx")
    assert cli("network", tmp_path / "m.onnx").out.splitlines()[-1] == (
        "The ladder ends at Reshape1 (Reshape): nobody knows where its samples lie."
        " Layers behind it: Conv2."
    )


def test_an_open_size_is_chosen_and_said(cli: Cli, tmp_path: Path) -> None:
    b = Builder(["batch", 1, "h", 64])
    b.pool("MaxPool", "x")
    onnx.save(b.model(), tmp_path / "m.onnx")
    result = cli("network", tmp_path / "m.onnx")
    assert result.code == 0
    assert (
        result.err == "warning: the model takes images of ?x64: 256x64 is taken; --size chooses\n"
    )
    assert json.loads(cli("network", tmp_path / "m.onnx", "--size", "32x64", "--json").out)[
        "layers"
    ][1]["size"] == [16, 32]
    refused = cli("network", tmp_path / "m.onnx", "--size", "32x32")
    assert (refused.code, refused.err.splitlines()[0]) == (
        2,
        "error: the model takes images of ?x64",
    )


def test_one_of_several_images_is_asked_for(cli: Cli, tmp_path: Path) -> None:
    b = Builder([1, 1, 8, 8])
    b.inputs.append(
        onnx.helper.make_tensor_value_info("other", onnx.TensorProto.FLOAT, [1, 1, 16, 16])
    )
    b.pool("MaxPool", "other")
    onnx.save(b.model(), tmp_path / "m.onnx")
    refused = cli("network", tmp_path / "m.onnx")
    assert (refused.code, refused.err.splitlines()[2]) == (
        2,
        "  fix: choose with --input: x, other",
    )
    assert cli("network", tmp_path / "m.onnx", "--input", "othr").code == 2
    out = cli("network", tmp_path / "m.onnx", "--input", "other").out
    assert "16x16" in out


def test_json_has_the_ladder_and_the_merges(cli: Cli, tmp_path: Path) -> None:
    b = Builder([1, 1, 8, 8])
    b.concat(b.transposed(b.conv("x", 3, 2, 1), 2), "x")
    onnx.save(b.model(), tmp_path / "m.onnx")
    data = json.loads(cli("network", tmp_path / "m.onnx", "--spacing", "0.5x1", "--json").out)
    assert data["schema"] == 1
    assert data["layers"][1] == {
        "name": "Conv0",
        "op": "conv:k=3:s=2:p=1",
        "entering": [8, 8],
        "size": [4, 4],
        "step": [2, 2],
        "delta": [[0, 0], [0, 0]],
        "nyquist_frequency": [0.25, 0.25],
        "spacing": [1, 2],
        "nyquist_per_mm": [0.5, 0.25],
        "centroid": [0, 0],
    }
    assert data["merges"] == [
        {
            "name": "Concat2",
            "op": "Concat",
            "layers": [2, 0],
            "size": [8, 8],
            "step": [1, 1],
            "apart": [[-0.5, -0.5]] * 2,
            "apart_px": [[-0.5, -0.5]] * 2,
            "apart_mm": [[-0.25, -0.25], [-0.5, -0.5]],
        }
    ]


def test_a_file_and_what_onnx_has_read_are_the_same(tmp_path: Path) -> None:
    b = Builder([1, 1, 8, 8], opset=7)
    b.pool("MaxPool", "x")
    model = b.model()
    onnx.save(model, tmp_path / "m.onnx")
    assert sampviz.network(tmp_path / "m.onnx") == sampviz.network(model)


def test_without_onnx_the_error_says_how_to_install_it(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx.numpy_helper", None)
    result = cli("network", "m.onnx")
    first, second, third = result.err.splitlines()
    assert (result.code, first) == (2, "error: onnx is not installed")
    assert "pip install" in third
    assert "[network]" in third
    assert second == "  in:  sampviz network"
