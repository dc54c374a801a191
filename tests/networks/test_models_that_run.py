"""Models of other kinds of numbers run as those of float32; odd ones end in three lines."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.networks.layer_measures import LayerMeasures
from tests.conftest import Cli
from tests.networks.models import Builder, onnx

pytestmark = pytest.mark.slow

pytest.importorskip("onnxruntime")

RNG = np.random.default_rng(0)
WEIGHTS = [RNG.standard_normal(shape) / 3 for shape in ((4, 1, 3, 3), (4, 3, 2, 2))]
PLANE = sampviz.load("sample:t1").array[100:132, 80:112] / 596


def encoder(dtype: Any = np.float32) -> Any:
    """Return a model with a convolution, a maximum and a transposed convolution."""
    b = Builder([1, 1, 32, 32])
    x = b.node("Conv", "x", b.constant(WEIGHTS[0], dtype), strides=[2, 2], pads=[1] * 4)
    x = b.pool("MaxPool", b.node("Relu", x))
    b.node("ConvTranspose", x, b.constant(WEIGHTS[1], dtype), strides=[2, 2])
    model = b.model()
    if dtype == np.float16:
        model.graph.input[0].type.tensor_type.elem_type = onnx.TensorProto.FLOAT16
    return model


def with_quantised_weights() -> Any:
    """Return the same model whose weights are of eight bits, and are brought back by a node."""
    model = encoder()
    for tensor in list(model.graph.initializer):
        values = onnx.numpy_helper.to_array(tensor)
        scale = np.float32(np.abs(values).max() / 127)
        codes = np.round(values / scale).astype(np.int8)
        added = {f"{tensor.name} codes": codes, f"{tensor.name} scale": scale}
        model.graph.initializer.remove(tensor)
        model.graph.initializer.extend(
            onnx.numpy_helper.from_array(array, name) for name, array in added.items()
        )
        node = onnx.helper.make_node("DequantizeLinear", list(added), [tensor.name])
        model.graph.node.insert(0, node)
    return model


def measures_of(model: Any) -> list[LayerMeasures]:
    layers = sampviz.network(model, PLANE).layers[1:]
    return [layer.measures for layer in layers if layer.measures is not None]


@pytest.fixture(scope="module")
def reference() -> list[LayerMeasures]:
    """Return the measures of the model of float32."""
    return measures_of(encoder())


def test_half_precision_and_quantised_weights_give_the_numbers_of_float32(
    reference: list[LayerMeasures],
) -> None:
    assert ["fold" in measures.values for measures in reference] == [True, True, False]
    for model, tolerance in ((encoder(np.float16), 2e-3), (with_quantised_weights(), 5e-2)):
        for measures, expected in zip(measures_of(model), reference, strict=True):
            assert measures.values == pytest.approx(expected.values, rel=tolerance)


def test_weights_beside_the_model_are_used(tmp_path: Path, reference: list[LayerMeasures]) -> None:
    path = tmp_path / "m.onnx"
    onnx.save(encoder(), path, save_as_external_data=True, location="m.data", size_threshold=64)
    assert (tmp_path / "m.data").exists()
    for measures, expected in zip(measures_of(path), reference, strict=True):
        assert measures.values == expected.values


def test_volumes_have_three_axes() -> None:
    b = Builder([1, 1, "d", "h", "w"])
    weights = np.zeros((1, 1, 3, 3, 3))
    weights[..., 1, 1, 1] = 1
    b.node("Conv", "x", b.constant(weights, np.float32), strides=[2, 2, 2], pads=[1] * 6)
    volume = RNG.standard_normal((12, 16, 20)).astype(np.float32)
    net = sampviz.network(b.model(), volume)
    measures = net.layers[1].measures
    assert measures is not None
    (row,) = sampviz.measure(volume, "stride", axes=3, measures="alias,equivariance,nyquist")
    assert net.layers[1].size == (6, 8, 10)
    for name, value in row.values.items():
        assert measures.values[name] == pytest.approx(value, rel=1e-5)


def test_axes_of_space_may_be_turned_and_channels_stand_last() -> None:
    b = Builder([1, 24, 32, 1])
    x = b.node("Transpose", "x", perm=[0, 3, 2, 1])
    b.node("MaxPool", x, kernel_shape=[3, 3], strides=[1, 2])
    image = RNG.standard_normal((24, 32)).astype(np.float32)
    net = sampviz.network(b.model(), image)
    measures = net.layers[1].measures
    assert measures is not None
    assert measures.shown is not None
    assert net.layers[1].size == (11, 30)
    assert np.array_equal(net.maps(1)[0], image)
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3)).max(axis=(2, 3))
    assert np.array_equal(measures.shown.result, windows[::2])


def odd(op: str, *constants: Any, **attributes: Any) -> Callable[[], Any]:
    def build() -> Any:
        b = Builder([1, 1, 8, 8])
        b.node(op, "x", *(b.constant(c, np.float32) for c in constants), **attributes)
        return b.model()

    return build


def with_huge_constant() -> Any:
    b = Builder([1, 1, 8, 8])
    zeros = b.node("ConstantOfShape", b.constant([1, 1, 2**20, 2**20]))
    b.concat(b.pool("MaxPool", "x"), zeros, axis=2)
    return b.model()


MODELS: dict[str, tuple[Callable[[], Any], str]] = {
    "another number of channels": (
        odd("Conv", np.ones((1, 5, 3, 3)), strides=[2, 2]),
        "ONNX Runtime cannot",
    ),
    "groups of nothing": (odd("Conv", np.ones((2, 1, 3, 3)), strides=[2, 2], group=7), "cannot"),
    "padding of a terabyte": (
        odd("AveragePool", kernel_shape=[2, 2], strides=[2, 2], pads=[2**20, 2**20, 0, 0]),
        "",
    ),
    "a constant of terabytes": (with_huge_constant, ""),
    "a loop": (odd("Loop"), "(Loop) may run without end"),
    "an unknown operator": (odd("Wish"), "ONNX Runtime cannot read the model"),
}


@pytest.mark.parametrize("name", MODELS)
def test_what_cannot_be_run_ends_in_three_lines(name: str, cli: Cli, tmp_path: Path) -> None:
    build, what = MODELS[name]
    (tmp_path / "m.onnx").write_bytes(build().SerializeToString())
    result = cli("network", tmp_path / "m.onnx", "sample:zoneplate:8x8")
    assert (result.code, result.out) == (3, ""), result.err
    assert len(result.err.splitlines()) == 3
    assert what in result.err


def test_a_killed_process_says_what_it_did(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sampviz.networks.runtime._MOST_SECONDS", 0.0)
    with pytest.raises(sampviz.InputError, match="cannot read the model: it takes more than 0 s"):
        sampviz.network(encoder(), PLANE)
