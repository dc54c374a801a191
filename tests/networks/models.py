"""Small networks as ONNX models, node by node."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")


class Builder:
    """A model under construction; every method adds a node and returns the name of its output.

    Parameters
    ----------
    shape : sequence of int, str or None
        Of the input `x`.
    opset : int
        The version of the operators.
    """

    def __init__(self, shape: Sequence[int | str | None], opset: int = 17) -> None:
        self.opset = opset
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.inputs = [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, shape)]

    def node(self, op: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:
        number = len(self.nodes)
        names = [f"t{number}" if not i else f"t{number}_{i}" for i in range(outputs)]
        self.nodes.append(
            onnx.helper.make_node(op, list(inputs), names, name=f"{op}{number}", **attributes)
        )
        return names[0] if outputs == 1 else names

    def constant(self, values: Any, dtype: Any = np.int64) -> str:
        name = f"c{len(self.constants)}"
        array = np.asarray(values, dtype)
        self.constants.append(onnx.numpy_helper.from_array(array, name))
        return name

    def conv(self, x: str, k: int, s: Any = 1, p: int = 0, c: int = 1, axes: int = 2) -> str:
        """Add a convolution of `c` channels of ones."""
        strides = [s] * axes if isinstance(s, int) else list(s)
        weights = self.constant(np.ones((c, c) + (k,) * axes), np.float32)
        return self.node("Conv", x, weights, strides=strides, pads=[p] * 2 * axes)

    def transposed(self, x: str, k: int, p: int = 0, op: int = 0, axes: int = 2) -> str:
        """Add a transposed convolution that doubles."""
        weights = self.constant(np.ones((1, 1) + (k,) * axes), np.float32)
        return self.node(
            "ConvTranspose",
            x,
            weights,
            strides=[2] * axes,
            pads=[p] * 2 * axes,
            output_padding=[op] * axes,
        )

    def pool(self, op: str, x: str, k: int = 2, s: int = 2, axes: int = 2, **more: Any) -> Any:
        return self.node(op, x, kernel_shape=[k] * axes, strides=[s] * axes, **more)

    def doubled(self, x: str, axes: int = 2, **attributes: Any) -> str:
        """Add a resize to twice the size."""
        scales = self.constant([1, 1] + [2] * axes, np.float32)
        return self.node("Resize", x, "", scales, **attributes)

    def concat(self, *inputs: str, axis: int = 1) -> str:
        return self.node("Concat", *inputs, axis=axis)

    def model(self, output: str | None = None) -> Any:
        output = output or self.nodes[-1].output[0]
        outputs = [onnx.helper.make_empty_tensor_value_info(output)]
        graph = onnx.helper.make_graph(
            self.nodes, "net", self.inputs, outputs, initializer=self.constants
        )
        return onnx.helper.make_model(
            graph, opset_imports=[onnx.helper.make_opsetid("", self.opset)], ir_version=8
        )
