"""The numbers of a node, checked: a model may say anything."""

from dataclasses import dataclass
from typing import get_args

from sampviz.core.errors import InputError
from sampviz.core.text import short_repr
from sampviz.networks.axis_rules import AutoPad, Pads, same_pads
from sampviz.networks.graph import Graph, Node

_LARGEST = 2**20


def numbers(
    graph: Graph, node: Node, name: str, count: int, default: int, least: int = 1
) -> tuple[int, ...]:
    """Return an attribute with a whole number for each of `count` axes.

    Raises
    ------
    InputError
        For another count, and numbers out of bounds.
    """
    values = node.attributes.get(name) or (default,) * count
    if not isinstance(values, tuple) or len(values) != count:
        raise bad_node(graph, node, f"has no {count} {name}")
    if not all(isinstance(v, int) and least <= v <= _LARGEST for v in values):
        raise bad_node(graph, node, f"has {name} {short_repr(str(values))}: wanted {least} and up")
    return values


def bad_node(graph: Graph, node: Node, what: str) -> InputError:
    """Return an error about a node."""
    return graph.error(f"the node {short_repr(repr(node.name))} ({node.op}) {what}")


@dataclass(frozen=True)
class Windows:
    """The windows of a convolution or pooling, along each of its axes.

    Attributes
    ----------
    k, s, d : tuple of int
        Samples of a window, distance between windows, distance between the samples of a window.
    pads : tuple of (int, int)
        Samples that are added before and behind.
    auto_pad : str
        How the operator chooses the padding; NOTSET where it does not.
    ceil_mode : bool
        Whether a last window that reaches beyond the padding counts.
    """

    k: tuple[int, ...]
    s: tuple[int, ...]
    d: tuple[int, ...]
    pads: tuple[Pads, ...]
    auto_pad: AutoPad
    ceil_mode: bool


def windows_of(graph: Graph, node: Node, sizes: tuple[int, ...]) -> Windows:
    """Return the windows of a node, of which the sides of what enters are known.

    Parameters
    ----------
    graph : Graph
        Of the node.
    node : Node
        A convolution, a transposed one or a pooling.
    sizes : tuple of int
        Samples along each axis of space, in the order of the tensor.

    Returns
    -------
    Windows

    Raises
    ------
    InputError
        For numbers out of bounds, and a convolution whose kernel nobody knows.
    """
    count = len(sizes)
    attributes = node.attributes
    if "kernel_shape" in attributes or "Pool" in node.op:
        k = numbers(graph, node, "kernel_shape", count, 0)
    else:
        weights = graph.constant_shape(node.input(3 if node.op == "QLinearConv" else 1))
        if weights is None or len(weights) != count + 2:
            raise bad_node(graph, node, "does not say how large its kernel is")
        k = weights[2:]
    s = numbers(graph, node, "strides", count, 1)
    d = numbers(graph, node, "dilations", count, 1)
    auto_pad: AutoPad = attributes.get("auto_pad") or "NOTSET"
    if auto_pad not in get_args(AutoPad):
        raise bad_node(graph, node, f"has auto_pad {short_repr(repr(auto_pad))}")
    if auto_pad == "NOTSET":
        flat = numbers(graph, node, "pads", 2 * count, 0, least=-_LARGEST)
        pads = tuple(zip(flat[:count], flat[count:], strict=True))
    else:
        pads = tuple(
            same_pads(n, k=k[i], s=s[i], d=d[i], auto_pad=auto_pad) for i, n in enumerate(sizes)
        )
    return Windows(k, s, d, pads, auto_pad, bool(attributes.get("ceil_mode", 0)))
