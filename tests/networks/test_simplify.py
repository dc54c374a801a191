"""Models that compute with their own shapes; axes of space that keep their sides in a reshape."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sampviz
from tests.conftest import Cli
from tests.networks.models import Builder, onnx

pytest.importorskip("onnxruntime")


def resized_to_its_shape(times: int) -> Any:
    """Return a model that halves and goes back to the sides of its input, times a number."""
    b = Builder([1, 1, "h", "w"])
    b.node("Constant", value_ints=[times])
    sides = b.node("Slice", b.node("Shape", "x"), b.constant([2]), b.constant([4]))
    sides = b.node("Mul", sides, b.nodes[0].output[0])
    target = b.node("Concat", b.constant([1, 1]), sides, axis=0)
    b.node("Resize", b.pool("MaxPool", "x"), "", "", target, mode="linear")
    return b.model()


def test_a_size_that_follows_from_the_input_is_known_once_that_is() -> None:
    model = resized_to_its_shape(2)
    layers = sampviz.network(model, size="20x30").layers
    assert [layer.size for layer in layers] == [(20, 30), (10, 15), (40, 60)]
    assert layers[-1].op == "bilinear:f=4"


def test_a_model_that_the_runtime_refuses_ends_in_three_lines(cli: Cli, tmp_path: Path) -> None:
    model = resized_to_its_shape(1)
    model.graph.node.add(op_type="Wish", domain="other.org", input=["x"], output=["y"], name="Wish")
    model.opset_import.append(onnx.helper.make_opsetid("other.org", 1))
    onnx.save(model, tmp_path / "m.onnx")
    result = cli("network", tmp_path / "m.onnx", "--size", "8x8")
    assert (result.code, len(result.err.splitlines())) == (3, 3), result.err
    assert result.err.startswith("error: ONNX Runtime cannot read the model: ")


def test_weights_beside_the_model_are_those_of_what_was_simplified(tmp_path: Path) -> None:
    b = Builder([1, 2, "h", "w"])
    plane = np.outer([1, 2, 1], [1, 2, 1]) / 16
    weights = b.constant(np.stack([plane] * 2)[:, None], np.float32)
    blurred = b.node("Conv", "x", weights, strides=[2, 2], pads=[1] * 4, group=2)
    b.node("Resize", blurred, "", "", b.node("Shape", "x"), mode="linear")
    onnx.save(
        b.model(),
        tmp_path / "m.onnx",
        save_as_external_data=True,
        location="m.data",
        size_threshold=64,
    )
    assert (tmp_path / "m.data").exists()
    layers = sampviz.network(tmp_path / "m.onnx", size="8x8").layers
    assert [layer.op for layer in layers[1:]] == ["blur:k=3:s=2:pad=zero", "bilinear:f=2"]


def ends_of(shape: Sequence[int], perm: Sequence[int], sides: Sequence[int]) -> tuple[int, bool]:
    """Return how many layers are found of two poolings with a reshape between, and whether all."""
    b = Builder(shape)
    x = b.node("Transpose", b.pool("MaxPool", "x"), perm=perm)
    x = b.node("Reshape", x, b.constant(sides))
    if len(sides) == 4:
        b.pool("MaxPool", b.node("Transpose", x, perm=np.argsort(perm).tolist()))
    net = sampviz.network(b.model())
    return len(net.layers) - 1, not net.ends


@pytest.mark.parametrize(
    ("perm", "sides", "is_kept"),
    [
        ((0, 1, 2, 3), (1, -1, 4, 6), True),
        ((0, 1, 2, 3), (4, 2, 4, 6), True),
        ((0, 1, 2, 3), (1, 8, 6, 4), False),
        ((0, 1, 2, 3), (1, 4, 4, 12), False),
        ((0, 2, 3, 1), (1, 4, 6, -1), True),
        ((0, 2, 3, 1), (2, 4, 6, 4), False),
        ((0, 2, 3, 1), (1, 6, 4, 8), False),
    ],
)
def test_a_reshape_of_other_axes_keeps_those_of_space(
    perm: tuple[int, ...], sides: tuple[int, ...], is_kept: bool
) -> None:
    result = ends_of((1, 8, 8, 12), perm, sides)
    assert result == ((2, True) if is_kept else (1, False))


@pytest.mark.parametrize(("sides", "is_kept"), [((1, 8, 4, 6), True), ((1, 8, 6, 4), False)])
def test_reshapes_around_a_norm_of_groups_keep_the_axes_of_space(
    sides: tuple[int, ...], is_kept: bool
) -> None:
    b = Builder((1, 8, 8, 12))
    x = b.node("Reshape", b.pool("MaxPool", "x"), b.constant([0, 2, -1]))
    x = b.node("InstanceNormalization", x, *(b.constant([1, 1], np.float32) for _ in range(2)))
    b.pool("MaxPool", b.node("Reshape", x, b.constant(sides)))
    net = sampviz.network(b.model())
    assert (len(net.layers) - 1, not net.ends) == ((2, True) if is_kept else (1, False))


def test_a_concatenation_with_what_is_not_known_is_said() -> None:
    b = Builder([1, 1, 8, 8])
    x = b.node("Reshape", b.node("Transpose", "x", perm=[0, 1, 3, 2]), b.constant([1, 4, 4, 4]))
    b.concat(b.pool("MaxPool", "x"), x)
    assert sampviz.network(b.model()).ends == {"Reshape1 (Reshape)": ("Concat3",)}
