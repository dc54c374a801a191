"""The process in which ONNX Runtime runs models: a program of its own, started by `Runtime`.

It answers questions one by one: a line of JSON and arrays come in, a line of JSON and arrays go
out. The model may be anybody's, so memory is bounded here, and time by who asks.
"""

import json
import os
import sys
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.networks.messages import as_float, read_message, write_message

_MOST_BYTES = 16 * 2**30  # of addresses
_MOST_VALUES = 2**28  # of all maps that enter layers: 1 GB
_MOST_SESSIONS = 4
_MOST_NODES = 64  # of one layer: it is one node, or three where blocks become channels
_THREADS = 2  # sums are shared among them: the same on all machines
_IR_VERSIONS = 4, 10


class NeedsMoreError(ValueError):
    """A layer is made of other tensors of the network, too."""


class Model:
    """A model that was simplified for an input of known size.

    Parameters
    ----------
    model, folder, simplified : str
        The file, where weights in files of their own lie, and where to write what is made of it.
    shapes : mapping
        The shapes of inputs.
    """

    def __init__(
        self, model: str, folder: str, simplified: str, shapes: Mapping[str, Sequence[int]]
    ) -> None:
        import onnx
        import onnxruntime

        self._onnx, self._runtime, self._folder = onnx, onnxruntime, folder
        proto = onnx.load(model, load_external_data=False)
        for value in proto.graph.input:
            sides = value.type.tensor_type.shape.dim
            for side, known in zip(sides, shapes.get(value.name, ()), strict=False):
                side.dim_value = known
        self._session(proto, simplified)
        self._proto = onnx.load(simplified, load_external_data=False)
        graph = self._proto.graph
        self._constants = {tensor.name: tensor for tensor in graph.initializer}
        self._producers = {name: node for node in graph.node for name in node.output if name}
        self._types = {
            value.name: value.type.tensor_type.elem_type
            for value in graph.input
            if value.name not in self._constants
        }
        self._layers: OrderedDict[str, Any] = OrderedDict()

    def _session(self, proto: Any, simplified: str = "") -> Any:
        options = self._runtime.SessionOptions()
        # The next level would bring in operators of its own, which nothing here can follow.
        options.graph_optimization_level = self._runtime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.intra_op_num_threads = _THREADS
        options.log_severity_level = 4
        options.add_session_config_entry(
            "session.model_external_initializers_file_folder_path", self._folder
        )
        if simplified:
            options.optimized_model_filepath = simplified
        return self._runtime.InferenceSession(
            proto.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def maps(self, inputs: Mapping[str, Array], names: Sequence[str]) -> list[Array]:
        """Return tensors inside the network, of an input."""
        proto = self._onnx.ModelProto()
        proto.CopyFrom(self._proto)
        del proto.graph.output[:]
        proto.graph.output.extend(map(self._onnx.helper.make_empty_tensor_value_info, names))
        feed = {name: self._as_input(name, array) for name, array in inputs.items()}
        tensors = self._session(proto).run(list(names), feed)
        if (count := sum(tensor.size for tensor in tensors)) > _MOST_VALUES:
            limit = f"at most {_MOST_VALUES} are kept"
            raise ValueError(f"the maps that enter layers hold {count} values, {limit}")
        return [as_float(tensor) for tensor in tensors]

    def _as_input(self, name: str, array: Array) -> Array:
        dtype = self._onnx.helper.tensor_dtype_to_np_dtype(self._types[name])
        return np.asarray(array, dtype)

    def layer(
        self,
        entering: str,
        result: str,
        x: Array,
        attributes: Mapping[str, Any],
        channels: Sequence[int] | None = None,
        *,
        with_bias: bool = True,
    ) -> Array:
        """Return what one layer makes of an array, with other attributes, of some channels."""
        x, node_inputs = self._of_channels(result, x, channels, with_bias=with_bias)
        key = json.dumps([entering, result, x.shape, attributes, channels, with_bias])
        if key not in self._layers:
            proto = self._layer_model(entering, result, x, attributes, node_inputs)
            self._layers[key] = self._session(proto)
            while len(self._layers) > _MOST_SESSIONS:
                self._layers.popitem(last=False)
        self._layers.move_to_end(key)
        (y,) = self._layers[key].run([result], {entering: x})
        return as_float(y)

    def _of_channels(
        self, result: str, x: Array, channels: Sequence[int] | None, *, with_bias: bool
    ) -> tuple[Array, dict[int, Any]]:
        """Return what of `x` some channels of the result need, and their weights and bias."""
        node = self._producers[result]
        if node.op_type != "Conv":
            return (x if channels is None else x[:, slice(*channels)]), {}
        changed: dict[int, Any] = {}
        if not with_bias and len(node.input) > 2:
            changed[2] = None
        if channels is None:
            return x, changed
        first, last = channels
        for index in range(1, len(node.input) if with_bias else 2):
            changed[index] = self._array(self._constants[node.input[index]])[first:last]
        per_group = len(self._array(self._constants[node.input[1]])) // _group(node)
        each = x.shape[1] // _group(node)
        if _group(node) > 1:
            x = x[:, first // per_group * each : last // per_group * each]
        return x, changed

    def _layer_model(
        self,
        entering: str,
        result: str,
        x: Array,
        attributes: Mapping[str, Any],
        node_inputs: Mapping[int, Any],
    ) -> Any:
        helper = self._onnx.helper
        nodes, constants = self._between(entering, result, node_inputs)
        last = nodes[-1]
        for index, values in node_inputs.items():
            last.input[index] = "" if values is None else f"{last.input[index]} of some channels"
            if values is not None:
                constants[last.input[index]] = values
        for attribute in [a for a in last.attribute if a.name in attributes]:
            last.attribute.remove(attribute)
        last.attribute.extend(
            helper.make_attribute(name, value)
            for name, value in attributes.items()
            if value is not None
        )
        graph = helper.make_graph(
            nodes,
            "layer",
            [helper.make_tensor_value_info(entering, self._onnx.TensorProto.FLOAT, x.shape)],
            [helper.make_empty_tensor_value_info(result)],
            initializer=[
                self._onnx.numpy_helper.from_array(
                    # There are no kernels of half precision for a node alone.
                    as_float(array) if array.dtype == np.float16 else array,
                    name,
                )
                for name, array in constants.items()
            ],
        )
        low, high = _IR_VERSIONS
        return helper.make_model(
            graph,
            opset_imports=self._proto.opset_import,
            ir_version=min(max(self._proto.ir_version, low), high),
        )

    def _between(
        self, entering: str, result: str, replaced: Mapping[int, Any]
    ) -> tuple[list[Any], dict[str, Array]]:
        """Return copies of the nodes that make a tensor of another one, and their constants."""
        nodes: list[Any] = []
        constants: dict[str, Array] = {}
        seen = {entering, ""}

        def visit(name: str, skipped: Sequence[int] = ()) -> None:
            if name in seen:
                return
            seen.add(name)
            if name in self._constants:
                constants[name] = self._array(self._constants[name])
                return
            node = self._producers.get(name)
            if node is None or len(nodes) >= _MOST_NODES:
                raise NeedsMoreError(f"the layer needs {name!r} as well")
            for index, tensor in enumerate(node.input):
                if index not in skipped:
                    visit(tensor)
            copied = self._onnx.NodeProto()
            copied.CopyFrom(node)
            nodes.append(copied)

        visit(result, tuple(replaced))
        for name in nodes[-1].output:  # further ones, such as the indices of a maximum
            if name != result:
                del nodes[-1].output[1:]
                break
        return nodes, constants

    def _array(self, tensor: Any) -> Array:
        return np.asarray(self._onnx.numpy_helper.to_array(tensor, self._folder))


def _group(node: Any) -> int:
    return next((int(a.i) for a in node.attribute if a.name == "group"), 1) or 1


def _bound_memory() -> None:
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    except (ImportError, ValueError):  # of other systems, and where less is allowed
        pass


def serve() -> None:
    """Answer questions until there are no more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    _bound_memory()
    model: Model | None = None
    while (message := read_message(sys.stdin.buffer)) is not None:
        values, arrays = message
        try:
            if values["do"] == "open":
                Path(values["simplified"]).unlink(missing_ok=True)
                model = Model(
                    values["model"], values["folder"], values["simplified"], values["shapes"]
                )
                write_message(answers, {})
            elif model is None:
                raise ValueError("no model is open")
            elif values["do"] == "maps":
                inputs = dict(zip(values["inputs"], arrays, strict=True))
                write_message(answers, {}, model.maps(inputs, values["names"]))
            else:
                y = model.layer(
                    values["entering"],
                    values["result"],
                    arrays[0],
                    values["attributes"],
                    values["channels"],
                    with_bias=values["with_bias"],
                )
                write_message(answers, {}, [y])
        except Exception as err:  # any of the runtime, which does not name its own
            text = str(err).strip() or type(err).__name__
            write_message(answers, {"error": text, "kind": type(err).__name__})
