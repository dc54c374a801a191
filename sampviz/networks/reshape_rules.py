"""Reshapes that leave the order of samples as it is: maps, and tokens, whose axes of space are one.

Elements stay in the order in which they lie in memory. So axes of space stay what they are if they
stand last before and after, or if nothing but a batch of one stands before them.
"""

from collections.abc import Mapping, Sequence
from math import prod

from sampviz.networks.graph import Graph, Node
from sampviz.networks.places import Place

_KEEP_CHANNELS = ("Add", "BatchNormalization", "LayerNormalization", "Relu", "Transpose")


def is_flat(place: Place) -> bool:
    """Return whether the axes of space are one, so that all of them have one position."""
    return len(set(place.positions)) < len(place.positions)


def reshaped(graph: Graph, node: Node, place: Place) -> Place | None:
    """Return the place behind a reshape.

    Parameters
    ----------
    graph : Graph
        Of the node.
    node : Node
        A reshape.
    place : Place
        Of what enters it.

    Returns
    -------
    Place or None
        None where the axes of space are mixed with others, or where the sides do not tell.
    """
    sides = graph.whole_numbers(node.input(1))
    first, count = place.positions[0], len(place.sizes)
    used = 1 if is_flat(place) else count
    if sides is None or list(place.positions) != [first + i * (used > 1) for i in range(count)]:
        return None
    rank, whole = len(sides), prod(place.sizes)
    if first + used == place.rank and first:
        if tuple(sides[-count:]) == place.sizes:
            return place.moved_to(range(rank - count, rank), rank)
        is_rest = sides[-1] == -1 and _has_channels(graph, node.input(0), whole, sides[1:-1])
        is_one = sides[-1] == whole or is_rest
        return place.moved_to((rank - 1,) * count, rank) if is_one else None
    if first > 1:
        return None
    for at in range(rank):
        if set(sides[:at]) - {0, 1}:
            return None
        if tuple(sides[at : at + count]) == place.sizes:
            return place.moved_to(range(at, at + count), rank)
        is_rest = sides[at] == -1 and _has_channels(graph, node.input(0), whole, sides[at + 1 :])
        if sides[at] == whole or is_rest:
            return place.moved_to((at,) * count, rank)
    return None


def reshaped_back(
    graph: Graph, node: Node, places: Mapping[str, Place], keeping: frozenset[str]
) -> Place | None:
    """Return the place behind a reshape that undoes one before it, as those around group norms.

    Parameters
    ----------
    graph : Graph
        Of the node.
    node : Node
        A reshape.
    places : mapping
        The places of tensors.
    keeping : frozenset of str
        The operators that keep the order of the elements of their first input.

    Returns
    -------
    Place or None
        None for any other reshape.
    """
    before = graph.producers.get(node.input(0))
    while before is not None and before.op in keeping:
        before = graph.producers.get(before.input(0))
    place = places.get(before.input(0)) if before is not None and before.op == "Reshape" else None
    return None if place is None else reshaped(graph, node, place)


def _has_channels(graph: Graph, tensor: str, whole: int, sides: Sequence[int]) -> bool:
    """Return whether the one side is the number of channels of a tensor.

    A convolution before it says how many there are, or a reshape to sides that are all known, of
    which `whole` are the samples of space.
    """
    producer = graph.producers.get(tensor)
    while producer is not None and producer.op in _KEEP_CHANNELS:
        producer = graph.producers.get(producer.input(0))
    if producer is None or len(sides) != 1:
        return False
    if producer.op == "Conv":
        return (graph.constant_shape(producer.input(1)) or (-1,))[0] == sides[0]
    known = graph.whole_numbers(producer.input(1)) if producer.op == "Reshape" else None
    return known is not None and min(known) > 0 and prod(known) == whole * sides[0]
