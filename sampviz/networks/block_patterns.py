"""Space to depth and back, written as a reshape, a transposition and another reshape."""

from collections.abc import Mapping, Sequence

from sampviz.networks.axis_rules import block_grid, gathered_grid
from sampviz.networks.graph import Graph, Node
from sampviz.networks.places import Place
from sampviz.networks.window_rules import Change, per_axis


def reblocked(graph: Graph, node: Node, places: Mapping[str, Place]) -> tuple[str, Change] | None:
    """Return what the last of three such nodes makes of the axes of space.

    They stand last, or, of what becomes channels, behind the batch.

    Parameters
    ----------
    graph : Graph
        Of the node.
    node : Node
        A reshape.
    places : mapping
        The places of tensors.

    Returns
    -------
    tuple of str and Change, or None
        The tensor that enters the first node, and what all three make of it; None for any others.
    """
    transposition = graph.producers.get(node.input(0))
    first = graph.producers.get(transposition.input(0)) if transposition else None
    if transposition is None or transposition.op != "Transpose" or first is None:
        return None
    place = places.get(first.input(0))
    if first.op != "Reshape" or place is None:
        return None
    count = len(place.sizes)
    channels_last = place.positions == tuple(range(1, count + 1)) and place.rank == count + 2
    if not channels_last and place.positions != tuple(range(2, place.rank)):
        return None
    split, joined = graph.whole_numbers(first.input(1)), graph.whole_numbers(node.input(1))
    order = transposition.attributes.get("perm", ())
    if split is None or joined is None or not len(split) == len(order) == 2 + 2 * count:
        return None
    if sorted(order) != list(range(len(order))) or len(joined) != 2 + count:
        return None
    if channels_last:
        change = _into_depth(place.sizes, split, order, channels_last=True)
        joined = [0, *joined[:-1]]  # as if channels stood first
    else:
        change = _into_depth(place.sizes, split, order) or _into_space(place.sizes, split, order)
    if change is None or [grid.size for grid in change.grids] != joined[2:]:
        return None
    return first.input(0), change


def _into_depth(
    sizes: Sequence[int],
    split: Sequence[int],
    order: Sequence[int],
    *,
    channels_last: bool = False,
) -> Change | None:
    """Return the change where each axis is split in blocks, whose samples become channels."""
    count = len(sizes)
    start = 1 if channels_last else 2
    kept = list(range(start, start + 2 * count, 2))
    quotients = [split[axis] for axis in kept]
    factors = [split[axis + 1] for axis in kept]
    is_split = all(q * f == n for q, f, n in zip(quotients, factors, sizes, strict=True))
    moved = order[1 : 1 + count] if channels_last else order[-count:]
    if not is_split or list(moved) != kept or (channels_last and order[0] != 0):
        return None
    grids = tuple(gathered_grid(n, f) for n, f in zip(sizes, factors, strict=True))
    return Change(f"unshuffle:f={per_axis(factors)}", grids)


def _into_space(sizes: Sequence[int], split: Sequence[int], order: Sequence[int]) -> Change | None:
    """Return the change where channels become the samples of blocks of each axis."""
    count = len(sizes)
    spatial, blocks = order[2::2], order[3::2]
    is_kept = tuple(split[-count:]) == tuple(sizes)
    if not is_kept or list(spatial) != list(range(len(split) - count, len(split))):
        return None
    factors = [split[index] for index in blocks]
    if min(factors) < 1:
        return None
    grids = tuple(block_grid(n, f) for n, f in zip(sizes, factors, strict=True))
    return Change(f"shuffle:f={per_axis(factors)}", grids)
