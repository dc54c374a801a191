"""Reading an ONNX model that may be anybody's: everything is bounded before it is used.

Of the weights only those that are looked at are read, also from files beside the model. No library
of operators is loaded, and nothing is run.
"""

from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from sampviz.core.errors import InputError
from sampviz.core.open_file import file_size, open_file
from sampviz.core.text import short_repr
from sampviz.dsp.dtypes import Array
from sampviz.networks.graph import Constant, Dimensions, Graph, Node
from sampviz.networks.requirements import import_onnx

_LARGEST_FILE = 2**31  # bytes; protobuf reads no more
_MOST_NODES = 20_000
_MOST_ELEMENTS = 2**31  # of a tensor
_MOST_AXES = 16
_LEAST_OPSET = 7
_OWN_DOMAINS = ("", "ai.onnx")
_LISTS = """
axes dilations ends kernel_shape output_padding output_shape pads perm starts steps strides
"""
_TEXTS = "auto_pad coordinate_transformation_mode keep_aspect_ratio_policy mode nearest_mode"
_KINDS = {  # of the attributes that are looked at
    "INT": ("axis", "batch_dims", "blocksize", "ceil_mode", "group", "keepdims", "transA"),
    "INTS": tuple(_LISTS.split()),
    "FLOATS": ("scales",),
    "STRING": tuple(_TEXTS.split()),
}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names}
_FIX = "export the model to ONNX again"


def read_model(model: Any, *, where: str = "", folder: Path | None = None) -> Graph:
    """Read the graph of an ONNX model.

    Parameters
    ----------
    model : str, Path or onnx.ModelProto
        A file or what onnx has read.
    where : str
        Its name for errors, where it has another than the file.
    folder : Path, optional
        Where weights in files of their own lie; beside the model by default.

    Returns
    -------
    Graph

    Raises
    ------
    InputError
        For a file that is no ONNX model, one that is too large, an opset below 7, and weights
        outside the folder of the model.
    UsageError
        If onnx is not installed.
    """
    onnx = import_onnx()
    if isinstance(model, (str, Path)):
        path = Path(model)
        proto, where = _parsed(onnx, path), where or str(model)
        folder = folder or path.parent
    else:
        proto, where = model, "the model"
    opset = _opset(proto, where)
    nodes = proto.graph.node
    if not 0 < len(nodes) <= _MOST_NODES:
        what = f"the model has {len(nodes)} nodes: wanted 1..{_MOST_NODES}"
        raise InputError(what, where, _FIX)
    constants = {
        _text(tensor.name): _constant(onnx, tensor, folder, where)
        for tensor in proto.graph.initializer
    }
    graph_nodes = []
    for node in nodes:
        attributes = dict(_attributes(onnx, node, where))
        if node.op_type == "Constant" and node.output:
            for value in attributes.values():
                constants[_text(node.output[0])] = (
                    _constant(onnx, value, folder, where)
                    if isinstance(value, onnx.TensorProto)
                    else _constant_of(value)
                )
        graph_nodes.append(_node(node, attributes))
    inputs = {
        _text(value.name): _dimensions(value, where)
        for value in proto.graph.input
        if _text(value.name) not in constants
    }
    return Graph(graph_nodes, inputs, constants, opset, where)


def _node(node: Any, attributes: dict[str, Any]) -> Node:
    outputs = tuple(map(_text, node.output))
    domain, op = _text(node.domain), _text(node.op_type)
    return Node(
        _text(node.name) or next(filter(None, outputs), op),
        op if domain in _OWN_DOMAINS else f"{domain}.{op}",
        tuple(map(_text, node.input)),
        outputs,
        attributes,
    )


def _text(value: str | bytes) -> str:
    """Return a text of a message, which protobuf gives as bytes where it is no UTF-8."""
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value


def _parsed(onnx: Any, path: Path) -> Any:
    with open_file(path, str(path)) as file:
        size = file_size(file)
        if not 0 < size <= _LARGEST_FILE:
            what = f"the file has {size} bytes: wanted 1..{_LARGEST_FILE}"
            raise InputError(what, str(path), "keep the weights in a file beside the model")
        content = file.read()
    try:
        return onnx.load_model_from_string(content)
    except Exception:  # onnx names neither its own errors nor those of protobuf
        raise InputError("the file is not an ONNX model", str(path), _FIX) from None


def _opset(proto: Any, where: str) -> int:
    versions = [entry.version for entry in proto.opset_import if entry.domain in _OWN_DOMAINS]
    if not versions:
        raise InputError("the file is not an ONNX model: it names no opset", where, _FIX)
    if max(versions) < _LEAST_OPSET:
        what = f"the model is of opset {max(versions)}; {_LEAST_OPSET} and up are read"
        raise InputError(what, where, "convert it with onnx.version_converter")
    return int(max(versions))


def _attributes(onnx: Any, node: Any, where: str) -> Iterator[tuple[str, Any]]:
    kinds = onnx.AttributeProto
    for attribute in node.attribute:
        name, kind = _text(attribute.name), attribute.type
        expected = getattr(kinds, _KIND_OF.get(name, ""), kind)
        is_own = node.domain in _OWN_DOMAINS and node.op_type != "Constant"
        if is_own and kind != expected:
            what = f"the node {short_repr(repr(_text(node.name)))} has another {name}"
            raise InputError(f"{what} than the operator: wanted {_KIND_OF[name]}", where, _FIX)
        if kind == kinds.INT:
            yield name, int(attribute.i)
        elif kind == kinds.FLOAT:
            yield name, float(attribute.f)
        elif kind == kinds.STRING:
            yield name, attribute.s.decode("utf-8", "replace")
        elif kind == kinds.INTS:
            yield name, tuple(attribute.ints)
        elif kind == kinds.FLOATS:
            yield name, tuple(attribute.floats)
        elif kind == kinds.TENSOR:
            yield name, attribute.t


def _dimensions(value: Any, where: str) -> Dimensions:
    """Return the sides of an input; those with a name in place of a number, or -1, are open."""
    sides = [side.dim_value for side in value.type.tensor_type.shape.dim]
    _check_sides([max(side, 0) for side in sides], _text(value.name), where)
    return tuple(side if side > 0 else None for side in sides)


def _check_sides(sides: list[int], name: str, where: str) -> None:
    if len(sides) > _MOST_AXES or min(sides, default=1) < 0 or prod(sides) > _MOST_ELEMENTS:
        what = f"the tensor {short_repr(repr(name))} cannot have the shape {short_repr(str(sides))}"
        raise InputError(what, where, _FIX)


def _constant(onnx: Any, tensor: Any, folder: Path | None, where: str) -> Constant:
    sides = list(tensor.dims)
    _check_sides(sides, _text(tensor.name), where)
    is_outside = tensor.data_location == onnx.TensorProto.EXTERNAL
    if is_outside and folder is not None:
        _check_location(tensor, folder, where)

    def read() -> Array:
        if is_outside and folder is None:
            what = f"the tensor {short_repr(repr(_text(tensor.name)))} is not loaded"
            raise InputError(what, where, "read the model with onnx.load, or give its path")
        try:
            array: Array = onnx.numpy_helper.to_array(tensor, str(folder or ""))
        except Exception:  # any of onnx, of protobuf and of numpy
            what = f"the tensor {short_repr(repr(_text(tensor.name)))} cannot be read"
            raise InputError(what, where, _FIX) from None
        return array

    return Constant(tuple(sides), read)


def _constant_of(value: Any) -> Constant:
    """Return the constant that a number, a list of numbers or a text of an attribute is."""
    array = np.asarray(value)
    return Constant(array.shape, lambda: array)


def _check_location(tensor: Any, folder: Path, where: str) -> None:
    """Refuse weights that lie anywhere else than in the folder of the model."""
    entries = {_text(entry.key): _text(entry.value) for entry in tensor.external_data}
    location = entries.get("location", "")
    file = folder / location
    if (
        not location
        or Path(location).is_absolute()
        or not file.resolve().is_relative_to(folder.resolve())
    ):
        what = f"the weights lie outside the folder of the model: {short_repr(repr(location))}"
        raise InputError(what, where, "move them beside the model and export it again")
    if file.is_symlink() or not file.is_file():
        what = f"there is no file {short_repr(repr(location))} with the weights beside the model"
        raise InputError(what, where, "copy it there")
