"""Nodes that take samples by their indices, as slices and nearest neighbours are written."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.networks.graph import Graph, Node
from sampviz.networks.places import Place
from sampviz.networks.sampling_rules import picking
from sampviz.networks.window_rules import Change, per_axis


def gathered(graph: Graph, node: Node, place: Place) -> Change | None:
    """Return what a gather by constant indices makes of an axis of space.

    Indices that count up are a slice, indices that repeat each sample equally often are nearest
    neighbours; None for any others.
    """
    axis = int(node.attributes.get("axis", 0)) % place.rank
    values = graph.whole_numbers(node.input(1))
    if values is None or len(graph.constant_shape(node.input(1)) or ()) != 1:
        return None
    grids = [Grid(size) for size in place.sizes]
    at = place.positions.index(axis)
    grid = _grid(place.sizes[at], np.array(values, object))
    if grid is None:
        return None
    grids[at] = grid
    return _change(grids)


def gathered_at_points(graph: Graph, node: Node, place: Place) -> Change | None:
    """Return what a gather by the indices of points makes of the axes of space, which stand first.

    None unless the points are those of rows and columns that are each taken as `gathered` does.
    """
    count = len(place.sizes)
    shape = graph.constant_shape(node.input(1)) or ()
    values = graph.whole_numbers(node.input(1))
    is_of_space = place.positions == tuple(range(count)) and not node.attributes.get("batch_dims")
    if values is None or not is_of_space or len(shape) != count + 1 or shape[-1] != count:
        return None
    if not all(shape):
        return None
    points = np.array(values, object).reshape(shape)
    grids = []
    for axis, n in enumerate(place.sizes):
        indices = np.moveaxis(points[..., axis], axis, 0).reshape(shape[axis], -1)
        grid = _grid(n, indices[:, 0])
        if grid is None or (indices != indices[:, :1]).any():
            return None
        grids.append(grid)
    return _change(grids)


def _grid(n: int, indices: Array) -> Grid | None:
    """Return the grid of an axis of n samples of which those at the indices are taken."""
    indices = (indices % n).astype(np.int64)
    if indices.size < 2:
        return None
    step = int(indices[1] - indices[0])
    if step > 0 and np.array_equal(indices, indices[0] + step * np.arange(indices.size)):
        return Grid(indices.size, Fraction(step), Fraction(int(indices[0])))
    times, rest = divmod(indices.size, n)
    if times < 2 or rest or not np.array_equal(indices, np.arange(indices.size) // times):
        return None
    return Grid(indices.size, Fraction(1, times), Fraction(1 - times, 2 * times))


def _change(grids: Sequence[Grid]) -> Change:
    if all(grid.step >= 1 for grid in grids):
        return picking(grids)
    return Change(f"nearest:f={per_axis([1 / grid.step for grid in grids])}", tuple(grids))
