"""Where the weights of a convolution lie in their window, which its nominal place does not tell."""

from collections.abc import Sequence

import numpy as np

from sampviz.networks.graph import Graph, Node


def kernel_centroid(graph: Graph, node: Node, positions: Sequence[int]) -> tuple[float, ...] | None:
    """Return how far the energy of a kernel lies behind the centre of its window.

    Parameters
    ----------
    graph : Graph
        Of the node.
    node : Node
        Any.
    positions : sequence of int
        Which axis of the map that enters each axis of space is.

    Returns
    -------
    tuple of float or None
        Along each axis of space the centroid of the squared weights of all channels, in samples of
        the map that enters; None for other nodes, and weights that are unknown, zero or too many.
    """
    weights = graph.constant(node.input(1)) if node.op == "Conv" else None
    if weights is None or sorted(positions) != list(range(2, weights.ndim)):
        return None
    energy = np.square(weights.astype(np.float64)).sum((0, 1))
    total = energy.sum()
    if not (0 < total < np.inf):
        return None
    dilations = node.attributes.get("dilations") or (1,) * len(positions)
    centroids = []
    for axis in (position - 2 for position in positions):
        k = energy.shape[axis]
        along = energy.sum(tuple(other for other in range(energy.ndim) if other != axis))
        offset = (np.arange(k) * along).sum() / total - (k - 1) / 2
        centroids.append(float(offset) * int(dilations[axis]))
    return tuple(centroids)
