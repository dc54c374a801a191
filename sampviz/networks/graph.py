"""The graph of a network: its nodes in the order in which they run, its inputs, its constants."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from math import prod
from typing import Any

from sampviz.core.errors import InputError
from sampviz.core.text import short_repr
from sampviz.dsp.dtypes import Array

Dimensions = tuple[int | None, ...]  # None: open

_LARGEST_CONSTANT = 2**22  # elements that are ever looked at: kernels of blurs, lists of indices
_KEEP_VALUES = ("Identity", "Cast")
_KEEP_SHAPE = (*_KEEP_VALUES, "DequantizeLinear", "QuantizeLinear")


@dataclass(frozen=True)
class Node:
    """One operator of a network.

    Attributes
    ----------
    name : str
        Of the node, or of its first output where it has none.
    op : str
        The operator, with its domain in front unless it is one of ONNX itself.
    inputs, outputs : tuple of str
        Names of tensors; empty for what is left out.
    attributes : mapping
        Numbers, lists of numbers, texts and tensors; graphs are left out.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def input(self, index: int) -> str:
        """Return the name of an input; empty where it is left out."""
        return self.inputs[index] if index < len(self.inputs) else ""


class Graph:
    """The graph of a network.

    Parameters
    ----------
    nodes : iterable of Node
        In any order.
    inputs : mapping
        The dimensions of each input, without those that are constants.
    constants : mapping
        Of each tensor that no input changes.
    opset : int
        The version of the operators.
    where : str
        The name of the model, for errors.

    Raises
    ------
    InputError
        For nodes that wait for each other, or a tensor that two of them make.
    """

    def __init__(
        self,
        nodes: Iterable[Node],
        inputs: Mapping[str, Dimensions],
        constants: Mapping[str, "Constant"],
        opset: int,
        where: str,
    ) -> None:
        self.inputs, self.constants = inputs, constants
        self.opset, self.where = opset, where
        unsorted = list(nodes)
        self.producers: dict[str, Node] = {}
        self.consumers: dict[str, list[Node]] = {}
        for node in unsorted:
            for output in filter(None, node.outputs):
                if output in self.producers:
                    raise self.error(f"two nodes make the tensor {short_repr(repr(output))}")
                self.producers[output] = node
            for tensor in filter(None, node.inputs):
                self.consumers.setdefault(tensor, []).append(node)
        self.nodes = self._sorted(unsorted)

    def error(self, what: str, fix: str = "export the model again") -> InputError:
        """Return an error about this model."""
        return InputError(what, self.where, fix)

    def made_of(self, tensor: str) -> set[str]:
        """Return all tensors that a tensor is made of, itself among them."""
        names: set[str] = set()
        waiting = [tensor]
        while waiting:
            name = waiting.pop()
            if name and name not in names:
                names.add(name)
                node = self.producers.get(name)
                waiting += node.inputs if node else ()
        return names

    def constant(self, tensor: str) -> Array | None:
        """Return the values of a tensor that no input changes; None for others, and large ones."""
        constant = self._origin(tensor, _KEEP_VALUES)
        return None if constant is None else constant.array()

    def whole_numbers(self, tensor: str) -> list[int] | None:
        """Return a list of whole numbers that no input changes; None for others.

        Raises
        ------
        InputError
            For constants that are no whole numbers.
        """
        values = self.constant(tensor)
        if values is None:
            return None
        if values.dtype.kind not in "iu":
            raise self.error(f"the tensor {short_repr(repr(tensor))} holds no whole numbers")
        return [int(value) for value in values.ravel()]

    def constant_shape(self, tensor: str) -> tuple[int, ...] | None:
        """Return the shape of a tensor that no input changes; None for others."""
        constant = self._origin(tensor, _KEEP_SHAPE)
        return None if constant is None else constant.shape

    def _origin(self, tensor: str, passing_on: Collection[str]) -> "Constant | None":
        while tensor not in self.constants:  # ends: no nodes wait for each other
            node = self.producers.get(tensor)
            if node is None or node.op not in passing_on:
                return None
            tensor = node.input(0)
        return self.constants[tensor]

    def _sorted(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        """Return the nodes so that each stands behind those whose outputs it takes.

        Those of which the file keeps the order stay in it.
        """
        missing = [len({name for name in node.inputs if name in self.producers}) for node in nodes]
        followers: dict[str, set[int]] = {}
        for index, node in enumerate(nodes):
            for tensor in node.inputs:
                followers.setdefault(tensor, set()).add(index)
        ready = [index for index, count in enumerate(missing) if not count]
        in_order = []
        while ready:
            node = nodes[heappop(ready)]
            in_order.append(node)
            for output in filter(None, node.outputs):
                for index in followers.get(output, ()):
                    missing[index] -= 1
                    if not missing[index]:
                        heappush(ready, index)
        if len(in_order) < len(nodes):
            raise self.error("the nodes of the model wait for each other in a circle")
        return tuple(in_order)


class Constant:
    """A tensor of a model that no input changes, read when it is looked at.

    Parameters
    ----------
    shape : tuple of int
        Its dimensions.
    read : callable
        Gives its array.
    """

    def __init__(self, shape: tuple[int, ...], read: Callable[[], Array]) -> None:
        self.shape, self._read = shape, read

    def array(self) -> Array | None:
        """Return its values; None for those that are too many to be of use here."""
        return self._read() if prod(self.shape) <= _LARGEST_CONSTANT else None
