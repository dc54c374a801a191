"""Models that compute with their own shapes, made ones of constants by ONNX Runtime.

Exporters write a size that follows from that of the input as nodes: Shape, Gather, Mul, Concat. For
an input of known size all of them are constants.
"""

from collections.abc import Mapping
from typing import Any

from sampviz.networks.graph import Graph
from sampviz.networks.runtime import Runtime

_OF_SHAPES = ("Shape", "Size", "ConstantOfShape", "Range")


def computes_with_shapes(graph: Graph) -> bool:
    """Return whether sizes are computed by nodes of the graph."""
    return any(node.op in _OF_SHAPES for node in graph.nodes)


def simplified(model: Any, graph: Graph, shapes: Mapping[str, tuple[int, ...]]) -> Graph:
    """Return the graph of a model in which what follows from the size of its inputs is constant.

    See `Runtime.simplified`.
    """
    with Runtime(model, graph) as runtime:
        return runtime.simplified(shapes)
