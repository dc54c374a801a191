"""Layers with windows or blocks: convolutions, poolings, space to depth and back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sampviz.dsp.filter_taps import binomial
from sampviz.dsp.grid import Grid, Grids
from sampviz.networks.attributes import Windows, bad_node, numbers, windows_of
from sampviz.networks.axis_rules import (
    Pads,
    block_grid,
    gathered_grid,
    same_pads,
    transposed_grid,
    window_grid,
)
from sampviz.networks.graph import Graph, Node
from sampviz.networks.places import Place

_CONVOLUTIONS = ("Conv", "QLinearConv", "ConvInteger")
_POOLINGS = {"MaxPool": "max", "AveragePool": "avg", "LpPool": "lp"}


@dataclass(frozen=True)
class Change:
    """What a node makes of the axes of space.

    Attributes
    ----------
    op : str
        The node in the grammar of chains.
    grids : tuple of Grid
        Of each axis of space, in samples of what enters, in the order of the network's input.
    """

    op: str
    grids: Grids

    @property
    def is_layer(self) -> bool:
        """Whether it changes a step, and so the resolution."""
        return any(grid.step != 1 for grid in self.grids)


@dataclass(frozen=True)
class Padding:
    """The samples that a node puts around the axes of space before a layer.

    Attributes
    ----------
    pads : tuple of (int, int)
        Samples before and behind, in the order of the axes of the tensor.
    mode : str
        What they are: constant, reflect, edge or wrap.
    value : float
        Of constant ones.
    """

    pads: tuple[Pads, ...]
    mode: str
    value: float = 0.0


def windowed(graph: Graph, node: Node, place: Place, padding: Padding | None) -> Change | None:
    """Return what a convolution or pooling makes of the axes of space.

    Parameters
    ----------
    graph : Graph
        Of the node.
    node : Node
        A node of `WINDOWED`.
    place : Place
        Of what enters it.
    padding : Padding or None
        What the node before it adds, which belongs to it.

    Returns
    -------
    Change or None
        None where its axes are not those of space.
    """
    if sorted(place.positions) != list(range(2, place.rank)):
        return None
    by_tensor = sorted(zip(place.positions, place.sizes, strict=True))
    sizes = tuple(size for _, size in by_tensor)
    windows = windows_of(graph, node, sizes)
    grid_of, name = WINDOWED[node.op]
    grids = grid_of(graph, node, windows, sizes)
    order = [position - 2 for position in place.positions]
    text = name(graph, node, windows, padding, sizes, order)
    return Change(text, tuple(grids[index] for index in order))


def _window_grids(_: Graph, __: Node, w: Windows, sizes: tuple[int, ...]) -> Grids:
    return tuple(
        window_grid(n, k=w.k[i], s=w.s[i], d=w.d[i], pads=w.pads[i], ceil_mode=w.ceil_mode)
        for i, n in enumerate(sizes)
    )


def _transposed_grids(graph: Graph, node: Node, w: Windows, sizes: tuple[int, ...]) -> Grids:
    count = len(sizes)
    appended = numbers(graph, node, "output_padding", count, 0, least=0)
    targets: tuple[int | None, ...] = (None,) * count
    if node.attributes.get("output_shape"):
        targets = numbers(graph, node, "output_shape", count, 0)
    return tuple(
        transposed_grid(
            n,
            k=w.k[i],
            s=w.s[i],
            d=w.d[i],
            pads=w.pads[i] if w.auto_pad == "NOTSET" else (0, 0),
            appended=appended[i],
            size=targets[i],
            auto_pad=w.auto_pad,
        )
        for i, n in enumerate(sizes)
    )


def _window_name(
    graph: Graph,
    node: Node,
    w: Windows,
    padding: Padding | None,
    sizes: tuple[int, ...],
    order: Sequence[int],
) -> str:
    pads, mode = w.pads, "constant"
    if padding is not None:
        pads = tuple((a + c, b + e) for (a, b), (c, e) in zip(w.pads, padding.pads, strict=True))
        sizes = tuple(n - sum(p) for n, p in zip(sizes, padding.pads, strict=True))
        mode = padding.mode
    steps = f":s={per_axis([w.s[i] for i in order])}"
    border = "" if mode == "constant" else f":pad={mode}"
    taps = _binomial(graph, node, w) if node.op == "Conv" else 0
    if taps:
        return f"blur:k={taps}{steps}" + ("" if mode == "reflect" else f":pad={_border(mode)}")
    text = f"{_POOLINGS.get(node.op, 'conv')}:k={per_axis([w.k[i] for i in order])}{steps}"
    if any(map(any, pads)):
        text += f":p={_pads_text(w, pads, sizes, order)}"
    if set(w.d) != {1}:
        text += f":d={per_axis([w.d[i] for i in order])}"
    return text + border + (":ceil=true" if w.ceil_mode else "")


def _border(mode: str) -> str:
    return "zero" if mode == "constant" else mode


def _pads_text(w: Windows, pads: Sequence[Pads], sizes: Sequence[int], order: Sequence[int]) -> str:
    """Return the padding as a chain has it; `0/1` is before and behind, which no chain has."""
    if all(before == behind for before, behind in pads):
        return per_axis([pads[i][0] for i in order])
    as_keras = [
        same_pads(n, k=w.k[i], s=w.s[i], d=w.d[i], auto_pad="SAME_UPPER")
        for i, n in enumerate(sizes)
    ]
    if list(pads) == as_keras:
        return "same"
    return per_axis([f"{pads[i][0]}/{pads[i][1]}" for i in order])


def _transposed_name(
    graph: Graph,
    node: Node,
    w: Windows,
    _: Padding | None,
    sizes: tuple[int, ...],
    order: Sequence[int],
) -> str:
    text = f"transpose:k={per_axis([w.k[i] for i in order])}:s={per_axis([w.s[i] for i in order])}"
    if w.auto_pad in ("SAME_UPPER", "SAME_LOWER") or node.attributes.get("output_shape"):
        return text + ":p=same"
    if any(map(any, w.pads)):
        text += f":p={_pads_text(w, w.pads, sizes, order)}"
    appended = numbers(graph, node, "output_padding", len(sizes), 0, least=0)
    if any(appended):
        text += f":op={per_axis([appended[i] for i in order])}"
    return text + (f":d={per_axis([w.d[i] for i in order])}" if set(w.d) != {1} else "")


def _binomial(graph: Graph, node: Node, w: Windows) -> int:
    """Return the taps of a blur that treats all channels alike; 0 for any other convolution."""
    shape = graph.constant_shape(node.input(1))
    group = node.attributes.get("group", 1)
    is_candidate = (
        shape is not None
        and shape[:2] == (group, 1)
        and len(set(w.k)) == 1
        and 1 < w.k[0] <= 16
        and len(w.k) <= 3
        and set(w.d) == {1}
    )
    weights = graph.constant(node.input(1)) if is_candidate else None
    bias = graph.constant(node.input(2)) if node.input(2) else np.zeros(1)
    if weights is None or bias is None or bias.any():
        return 0
    taps = binomial(w.k[0])
    kernel = taps
    for _ in w.k[1:]:
        kernel = np.multiply.outer(kernel, taps)
    return w.k[0] if np.allclose(weights, kernel, rtol=0, atol=1e-5) else 0


def blocks(graph: Graph, node: Node, place: Place) -> Change | None:
    """Return what space to depth, or depth to space, makes of the axes of space."""
    if sorted(place.positions) != [2, 3]:
        return None
    block = node.attributes.get("blocksize")
    if not isinstance(block, int) or not 1 <= block <= 64:
        raise bad_node(graph, node, "has no blocksize in 1..64")
    grid, name = (
        (gathered_grid, "unshuffle") if node.op == "SpaceToDepth" else (block_grid, "shuffle")
    )
    return Change(f"{name}:f={block}", tuple(grid(n, block) for n in place.sizes))


def per_axis(values: Sequence[object]) -> str:
    """Return a value for all axes, or one for each: `2`, `1x2x2`."""
    texts = list(map(str, values))
    return texts[0] if len(set(texts)) == 1 else "x".join(texts)


_Grids = Callable[[Graph, Node, Windows, tuple[int, ...]], tuple[Grid, ...]]
_Name = Callable[
    [Graph, Node, Windows, Padding | None, tuple[int, ...], Sequence[int]],
    str,
]
WINDOWED: dict[str, tuple[_Grids, _Name]] = {
    **dict.fromkeys((*_CONVOLUTIONS, *_POOLINGS), (_window_grids, _window_name)),
    "ConvTranspose": (_transposed_grids, _transposed_name),
}
