"""Nodes that leave the samples where they are: by value, or in another order of axes."""

from collections.abc import Iterable
from typing import Any

from sampviz.networks.graph import Graph, Node
from sampviz.networks.places import Place
from sampviz.networks.reshape_rules import reshaped

_POINTWISE_OPS = """
Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization BitShift Cast CastLike Ceil Celu Clip Cos
Cosh DequantizeLinear Dropout Elu Erf Exp Floor Gelu GroupNormalization HardSigmoid HardSwish
Hardmax Identity InstanceNormalization IsInf IsNaN LRN LayerNormalization LeakyRelu Log LogSoftmax
LpNormalization MeanVarianceNormalization Mish Neg Not QuantizeLinear RMSNormalization Reciprocal
Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softmax Softplus Softsign Split Sqrt Swish Tan Tanh
ThresholdedRelu
"""
_MEETING_OPS = """
Add And Concat Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or Pow PRelu
Sub Sum Where Xor
"""
# Of each output the samples lie where those of the first input do.
POINTWISE = frozenset(_POINTWISE_OPS.split())
# The samples of the inputs meet, each the one at the same index.
MEETING = frozenset(_MEETING_OPS.split())
# The elements of the first input keep their order in memory.
KEEP_ORDER = (POINTWISE - {"Split"}) | {"Add", "Sub", "Mul", "Div"}
_REDUCED = ("L1", "L2", "LogSum", "LogSumExp", "Max", "Mean", "Min", "Prod", "Sum", "SumSquare")
_REDUCTIONS = frozenset(f"Reduce{name}" for name in _REDUCED)
_GLOBAL = ("GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool")


def is_global(graph: Graph, node: Node, place: Place) -> bool:
    """Return whether a node pools all samples of space."""
    if node.op in _GLOBAL:
        return True
    if node.op in _REDUCTIONS:
        axes = _axes(graph, node, place.rank)
        return axes is not None and set(place.positions) <= (axes or set(range(place.rank)))
    kernel = node.attributes.get("kernel_shape")
    if node.op in ("AveragePool", "MaxPool", "LpPool") and isinstance(kernel, tuple):
        by_tensor = [size for _, size in sorted(zip(place.positions, place.sizes, strict=True))]
        return list(kernel) == by_tensor and not any(node.attributes.get("pads", ()))
    return False


def _axes(graph: Graph, node: Node, rank: int) -> set[int] | None:
    """Return the axes that a node names; empty for none, None where they are computed."""
    values: Any = node.attributes.get("axes")
    if values is None and node.input(1):
        values = graph.whole_numbers(node.input(1))
        if values is None:
            return None
    return {int(axis) % rank for axis in values} if values is not None else set()


def rearranged(graph: Graph, node: Node, place: Place) -> Place | None:
    """Return the place of the output of a node that orders, adds or drops axes.

    None where the samples of space are mixed, or where it cannot be known that they are not.
    """
    rank = place.rank
    if node.op == "Transpose":
        order = node.attributes.get("perm") or tuple(reversed(range(rank)))
        if sorted(order) != list(range(rank)):
            return None
        return place.moved_to([order.index(position) for position in place.positions], rank)
    if node.op == "Unsqueeze":
        count = _count(graph, node)
        axes = _axes(graph, node, rank + count) if count else None
        return None if axes is None else _with_axes(place, axes)
    if node.op == "Squeeze":
        return _without_axes(place, _axes(graph, node, rank))
    if node.op in _REDUCTIONS:
        axes = _axes(graph, node, rank)
        if not axes or axes & set(place.positions):
            return None
        return place if node.attributes.get("keepdims", 1) else _without_axes(place, axes)
    if node.op == "ArgMax":
        axis = {int(node.attributes.get("axis", 0)) % rank}
        if axis & set(place.positions):
            return None
        return place if node.attributes.get("keepdims", 1) else _without_axes(place, axis)
    if node.op == "Reshape":
        return reshaped(graph, node, place)
    if node.op in ("MatMul", "Gemm"):  # of vectors that stand along the last axis
        if node.attributes.get("transA"):
            return None
        shape = graph.constant_shape(node.input(1))
        is_of_vectors = shape is not None and len(shape) == 2 and rank - 1 not in place.positions
        return place if is_of_vectors else None
    return None


def _count(graph: Graph, node: Node) -> int:
    values = node.attributes.get("axes")
    if values is None:
        values = graph.whole_numbers(node.input(1)) if node.input(1) else None
    return 0 if values is None else len(values)


def _with_axes(place: Place, axes: Iterable[int]) -> Place:
    added = set(axes)
    rank = place.rank + len(added)
    kept = [position for position in range(rank) if position not in added]
    return place.moved_to([kept[position] for position in place.positions], rank)


def _without_axes(place: Place, axes: set[int] | None) -> Place | None:
    """Return the place without axes that are not of space; None where they are not known."""
    if not axes or axes & set(place.positions):
        return None
    kept = [position for position in range(place.rank) if position not in axes]
    return place.moved_to([kept.index(position) for position in place.positions], len(kept))
