"""A model in which a blur stands in place of keeping every s-th sample."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

_WINDOW = ("strides", "pads", "auto_pad", "ceil_mode")


def blurred_model(proto: Any, layers: Mapping[str, Sequence[Any]], taps: Sequence[float]) -> Any:
    """Return a model with other layers: each at stride 1, then a blur that keeps every s-th sample.

    Parameters
    ----------
    proto : onnx.ModelProto
        Of opset 11 and up.
    layers : mapping of str to (strides, pads, channels)
        By the name of its result each layer that is a convolution or a pooling: its strides and
        pads along each axis, and the channels of its result.
    taps : sequence of float
        Of the blur, with a sum of 1.

    Returns
    -------
    onnx.ModelProto
        Whose tensors have the names and the sizes of those of `proto`.
    """
    import onnx

    made = onnx.ModelProto()
    made.CopyFrom(proto)
    nodes = list(made.graph.node)
    del made.graph.node[:]
    del made.graph.value_info[:]
    for node in nodes:
        made.graph.node.append(node)
        if node.output[0] not in layers:
            continue
        result, (strides, pads, channels) = node.output[0], layers[node.output[0]]
        dense = made.graph.node[-1]
        dense.output[0] = f"{result} at stride 1"
        kept = [attribute for attribute in node.attribute if attribute.name not in _WINDOW]
        del dense.attribute[:]
        dense.attribute.extend(kept)
        dense.attribute.append(onnx.helper.make_attribute("strides", [1] * len(strides)))
        dense.attribute.append(onnx.helper.make_attribute("pads", list(pads)))
        names = f"{result} borders", f"{result} kernel", f"{result} padded"
        sides = [len(taps) if stride > 1 else 1 for stride in strides]
        before = [(side - 1) // 2 for side in sides]
        behind = [side // 2 for side in sides]
        widths = np.array([0, 0, *before, 0, 0, *behind], np.int64)
        kernel = np.ones((channels, 1, *[1] * len(strides)), np.float32)
        for axis, side in enumerate(sides):
            shape = [1] * kernel.ndim
            shape[2 + axis] = side
            along = taps if side > 1 else [1.0]
            kernel = kernel * np.array(along, np.float32).reshape(shape)
        made.graph.initializer.append(onnx.numpy_helper.from_array(widths, names[0]))
        made.graph.initializer.append(onnx.numpy_helper.from_array(kernel, names[1]))
        made.graph.node.append(
            onnx.helper.make_node("Pad", [dense.output[0], names[0]], [names[2]], mode="reflect")
        )
        blur = onnx.helper.make_node(
            "Conv", [names[2], names[1]], [result], group=channels, strides=list(strides)
        )
        made.graph.node.append(blur)
    return made
