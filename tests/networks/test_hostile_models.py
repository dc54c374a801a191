"""Files that are no models, or odd ones, end in three lines and exit code 3."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Cli
from tests.networks.models import Builder, onnx

pytestmark = pytest.mark.slow


def small() -> Any:
    b = Builder([1, 1, 8, 8])
    b.conv("x", 3, 2, 1)
    return b.model()


def with_attribute(name: str, values: Any) -> Any:
    model = small()
    (node,) = model.graph.node
    for attribute in [a for a in node.attribute if a.name == name]:
        node.attribute.remove(attribute)
    node.attribute.append(onnx.helper.make_attribute(name, values))
    return model


def with_external(location: str) -> Any:
    model = small()
    (weights,) = model.graph.initializer
    onnx.external_data_helper.set_external_data(weights, location)
    weights.ClearField("raw_data")
    return model


def in_a_circle() -> Any:
    model = small()
    model.graph.node.add(op_type="Add", input=["x", "b"], output=["a"])
    model.graph.node.add(op_type="Add", input=["x", "a"], output=["b"])
    return model


def made_twice() -> Any:
    model = small()
    model.graph.node.append(model.graph.node[0])
    return model


def of_opset(version: int | None) -> Any:
    model = small()
    del model.opset_import[:]
    if version is not None:
        model.opset_import.append(onnx.helper.make_opsetid("", version))
    return model


def huge(sides: list[int]) -> Any:
    model = small()
    model.graph.initializer[0].dims[:] = sides
    return model


def too_many_nodes() -> Any:
    model = small()
    model.graph.node.extend([onnx.NodeProto(op_type="Relu")] * 20_000)
    return model


def of_a_list() -> Any:
    b = Builder([1, 8])
    b.node("Relu", "x")
    return b.model()


def without_kernel() -> Any:
    b = Builder([1, 1, 8, 8])
    b.node("Conv", "x", b.node("Relu", "x"))
    return b.model()


def resized_by(scales: list[float]) -> Any:
    b = Builder([1, 1, 8, 8])
    b.node("Resize", "x", "", b.constant(scales, np.float32))
    return b.model()


def of(op: str, *constants: Any, **attributes: Any) -> Any:
    """Return a model of one node, which takes the image and constants."""
    b = Builder([1, 1, 8, 8])
    b.node(op, "x", *("" if c is None else b.constant(c, None) for c in constants), **attributes)
    return b.model()


def pooled(**attributes: Any) -> Any:
    return of("MaxPool", **{"kernel_shape": [2, 2], "strides": [2, 2], **attributes})


def without(part: str) -> Any:
    model = small()
    model.graph.ClearField(part)
    return model


def with_weights(**fields: Any) -> Any:
    model = small()
    for name, value in fields.items():
        setattr(model.graph.initializer[0], name, value)
    return model


def of_sides(*sides: int) -> Any:
    b = Builder(sides)
    b.node("Relu", "x")
    return b.model()


def doubled_often() -> Any:
    b = Builder([1, 1, 8, 8])
    x = "x"
    for _ in range(99):
        x = b.doubled(x)
    return b.model()


MODELS: dict[str, tuple[Callable[[], Any], str]] = {
    "opset 6": (lambda: of_opset(6), "the model is of opset 6"),
    "no opset": (lambda: of_opset(None), "names no opset"),
    "a circle": (in_a_circle, "wait for each other in a circle"),
    "a tensor made twice": (made_twice, "two nodes make the tensor"),
    "stride 0": (lambda: with_attribute("strides", [0, 2]), "has strides (0, 2)"),
    "one stride": (lambda: with_attribute("strides", [2]), "has no 2 strides"),
    "a text for strides": (lambda: with_attribute("strides", "two"), "has another strides"),
    "a list for auto_pad": (lambda: with_attribute("auto_pad", [1]), "has another auto_pad"),
    "pads out of bounds": (lambda: with_attribute("pads", [2**40] * 4), "has pads"),
    "an auto_pad": (lambda: with_attribute("auto_pad", "SAME"), "has auto_pad 'SAME'"),
    "a dilation": (lambda: with_attribute("dilations", [-1, 1]), "has dilations"),
    "a huge kernel": (lambda: huge([2**20] * 4), "cannot have the shape"),
    "a negative side": (lambda: huge([1, 1, -3, 3]), "cannot have the shape"),
    "weights above": (lambda: with_external("../w.bin"), "outside the folder"),
    "weights at the root": (lambda: with_external("/etc/passwd"), "outside the folder"),
    "weights that are not there": (lambda: with_external("w.bin"), "there is no file 'w.bin'"),
    "weights without a name": (lambda: with_external(""), "outside the folder"),
    "too many nodes": (too_many_nodes, "20001 nodes"),
    "no image": (of_a_list, "no input with four or five axes"),
    "a kernel that is computed": (without_kernel, "how large its kernel is"),
    "scales of nothing": (lambda: resized_by([1, 1, np.nan, 2]), "scales for 4 axes"),
    "scales for other axes": (lambda: resized_by([2, 2]), "2 scales for 4 axes"),
    "scales out of bounds": (lambda: resized_by([1, 1, 1e30, 2]), "samples of 8"),
    "scales of zero": (lambda: resized_by([1, 1, 0, 2]), "makes 0 samples of 8"),
    "texts for scales": (lambda: of("Resize", None, list("abcd")), "holds no real numbers"),
    "texts for a kernel": (lambda: of("Conv", np.full((1, 1, 2, 2), "a")), "holds no real numbers"),
    "a text to pad with": (lambda: of("Pad", [0, 0, 1, 1] * 2, ["a"]), "holds no real numbers"),
    "a size without end": (
        lambda: of("Resize", None, None, [1, 1, 2**62, 2]),
        "makes 4611686018427387904 samples of 8",
    ),
    "a mode that there is not": (
        lambda: of("Resize", None, np.array([1, 1, 2, 2], np.float32), mode="magic"),
        "has the mode 'magic'",
    ),
    "doubled without end": (doubled_often, "samples of 1048576"),
    "no nodes": (lambda: without("node"), "the model has 0 nodes"),
    "no inputs": (lambda: without("input"), "no input with four or five axes"),
    "six axes": (lambda: of_sides(1, 1, 1, 1, 8, 8), "no input with four or five axes"),
    "seventeen axes": (lambda: of_sides(*[1] * 17), "the tensor 'x' cannot have the shape"),
    "a huge image": (lambda: of_sides(1, 1, 2**20, 2**20), "the tensor 'x' cannot have the shape"),
    "weights that are too short": (lambda: with_weights(raw_data=b"ab"), "cannot be read"),
    "weights of no known kind": (lambda: with_weights(data_type=99), "cannot be read"),
    "weights with an impossible name": (lambda: with_external("a\0b"), "outside the folder"),
    "weights with a long name": (lambda: with_external("a" * 5000), "outside the folder"),
    "weights that are a folder": (lambda: with_external("."), "no file '.' with the weights"),
    "weights that are the model": (lambda: with_external("model.onnx"), "cannot be read"),
    "no kernel": (lambda: of("MaxPool", strides=[2, 2]), "has kernel_shape (0, 0)"),
    "a kernel without end": (lambda: pooled(kernel_shape=[2**40, 2]), "has kernel_shape"),
    "three pads": (lambda: pooled(pads=[1] * 3), "has no 4 pads"),
    "a kernel of three axes": (
        lambda: of("Conv", np.ones((1, 1, 2, 2, 2), np.float32)),
        "how large its kernel is",
    ),
    "more output than can be": (
        lambda: of("ConvTranspose", np.ones((1, 1, 2, 2), np.float32), output_padding=[2**40] * 2),
        "has output_padding",
    ),
    "blocks of nothing": (lambda: of("SpaceToDepth", blocksize=0), "no blocksize in 1..64"),
    "slices of other lengths": (lambda: of("Slice", [0, 0], [8], [2], [2]), "different lengths"),
    "slices between samples": (lambda: of("Slice", [0.5], [8], [2], [2]), "no whole numbers"),
    "pads for other axes": (lambda: of("Pad", [0, 0]), "2 pads for 4 axes"),
}


@pytest.mark.parametrize("name", MODELS)
def test_three_lines_and_exit_3(name: str, cli: Cli, tmp_path: Path) -> None:
    build, what = MODELS[name]
    path = tmp_path / "model.onnx"
    path.write_bytes(build().SerializeToString())
    result = cli("network", path)
    assert (result.code, result.out) == (3, ""), result.err
    first, second, third = result.err.splitlines()
    assert what in first
    assert second.startswith("  in:  ")
    assert third.startswith("  fix: ")


@pytest.mark.parametrize("content", [b"", b"\x00", b"# text", b"\x08\x0a" * 99, b"\xff" * 64])
def test_what_is_no_model(content: bytes, cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    result = cli("network", path)
    assert (result.code, len(result.err.splitlines())) == (3, 3), result.err


def test_any_beginning_of_a_model_is_read_or_refused(cli: Cli, tmp_path: Path) -> None:
    content = small().SerializeToString()
    path = tmp_path / "model.onnx"
    codes = set()
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        codes.add(cli("network", path).code)
    assert codes <= {0, 2, 3}
    assert 3 in codes


def test_a_model_with_changed_bytes_is_read_or_refused(cli: Cli, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    content = np.frombuffer(small().SerializeToString(), np.uint8)
    path = tmp_path / "model.onnx"
    codes = set()
    for _ in range(60):
        changed = content.copy()
        changed[rng.integers(changed.size, size=2)] = rng.integers(256, size=2)
        path.write_bytes(changed.tobytes())
        codes.add(cli("network", path).code)
    assert codes <= {0, 2, 3}
    assert {0, 3} <= codes


def test_a_link_to_weights_outside_is_refused(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "w.bin").write_bytes(bytes(36))
    (folder / "w.bin").symlink_to(tmp_path / "w.bin")
    (folder / "model.onnx").write_bytes(with_external("w.bin").SerializeToString())
    result = cli("network", folder / "model.onnx")
    assert (result.code, "outside the folder" in result.err) == (3, True)


def test_names_cannot_control_the_terminal(cli: Cli, tmp_path: Path) -> None:
    model = small()
    model.graph.node[0].name = "\x1b[2Jgone"
    onnx.save(model, tmp_path / "model.onnx")
    out = cli("network", tmp_path / "model.onnx").out
    assert "\x1b" not in out
    assert "\\x1b[2Jgone" in out
