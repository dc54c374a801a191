"""The walk through a graph: which layers change resolution, and where branches meet."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from math import prod

from sampviz.dsp.grid import Grid
from sampviz.networks.attributes import bad_node
from sampviz.networks.axis_rules import gathered_grid
from sampviz.networks.block_patterns import reblocked
from sampviz.networks.gather_rules import gathered, gathered_at_points
from sampviz.networks.graph import Graph, Node
from sampviz.networks.layout_rules import KEEP_ORDER, MEETING, POINTWISE, is_global, rearranged
from sampviz.networks.meetings import Meeting, Rung, meetings, side_by_side
from sampviz.networks.places import Axis, Place, relative_grids
from sampviz.networks.reshape_rules import is_flat, reshaped_back
from sampviz.networks.sampling_rules import (
    padded,
    padding_before,
    picking,
    resized,
    sliced,
)
from sampviz.networks.window_rules import (
    WINDOWED,
    Change,
    Padding,
    blocks,
    per_axis,
    windowed,
)

_MOST_RUNGS = 256
_LARGEST_SIDE = 2**31
_RESAMPLING = {
    "Resize": resized,
    "Upsample": resized,
    "SpaceToDepth": blocks,
    "DepthToSpace": blocks,
    "Pad": padded,
    "Slice": sliced,
    "GatherND": gathered_at_points,
}
_OF_SPACE = (*WINDOWED, *_RESAMPLING, "Gather", "MaxUnpool")  # each axis for itself
_LAYERS = (
    *WINDOWED,
    *("Resize", "Upsample", "SpaceToDepth", "DepthToSpace"),
    *("MaxUnpool", "ScatterND", "ScatterElements"),  # the last two as unpooling is written
)


class Walk:
    """The layers of a graph and its merges, found by going through it once.

    Parameters
    ----------
    graph : Graph
        Of the network.
    image : str
        The name of the input that is an image.
    place : Place
        Of the input.

    Attributes
    ----------
    rungs : dict of int to Rung
        The layers that change resolution, by number, in the order in which they run.
    meetings : list of Meeting
        Where branches meet that came through different layers.
    pooled : list of Node
        Poolings over all of the space.
    ends : dict of str to (Node, list of Node)
        By name, nodes behind which nobody knows where samples lie, and the layers behind them.
    """

    def __init__(self, graph: Graph, image: str, place: Place) -> None:
        self.graph = graph
        self.rungs: dict[int, Rung] = {}
        self.meetings: list[Meeting] = []
        self.pooled: list[Node] = []
        self.ends: dict[str, tuple[Node, list[Node]]] = {}
        self._numbers = count()
        self._places = {image: place}
        self._lost: dict[str, Node] = {}  # of a tensor: the node behind which places are unknown
        for node in graph.nodes:
            self._visit(node)

    def _visit(self, node: Node) -> None:
        if node.op == "Reshape" and (pattern := reblocked(self.graph, node, self._places)):
            source, change = pattern
            before = self._places[source]
            self._keep(node, self._behind_change(node, change, before, before, source))
            return
        places = [self._places[name] for name in node.inputs if name in self._places]
        if not places:
            place = None
            if node.op == "Reshape":
                place = reshaped_back(self.graph, node, self._places, KEEP_ORDER)
            if place is None:
                self._pass_on_loss(node)
            else:
                self._keep(node, place)
            return
        if is_global(self.graph, node, places[0]):
            self.pooled.append(node)
            return
        self._keep(node, self._place_behind(node, places))

    def _keep(self, node: Node, place: Place | None) -> None:
        for output in filter(None, node.outputs):
            if place is None:
                self._lost[output] = node
            else:
                self._places[output] = place

    def _pass_on_loss(self, node: Node) -> None:
        origin = next((self._lost[name] for name in node.inputs if name in self._lost), None)
        if origin is None:
            return
        if node.op in _LAYERS:
            self.ends.setdefault(origin.name, (origin, []))[1].append(node)
        for output in filter(None, node.outputs):
            self._lost[output] = origin

    def _place_behind(self, node: Node, places: Sequence[Place]) -> Place | None:
        place, graph = places[0], self.graph
        if node.op in MEETING:
            origin = next((self._lost[name] for name in node.inputs if name in self._lost), None)
            if origin is not None and node.op == "Concat":  # sums are those of residual blocks
                self.ends.setdefault(origin.name, (origin, []))[1].append(node)
            return self._behind_meeting(node, places)
        if node.op in POINTWISE:
            axis = int(node.attributes.get("axis", 0)) % place.rank
            return None if node.op == "Split" and axis in place.positions else place
        if node.input(0) not in self._places or (is_flat(place) and node.op in _OF_SPACE):
            return None
        entering, source, padding = place, node.input(0), None
        change: Change | None
        if node.op in WINDOWED:
            producer = graph.producers.get(node.input(0))
            before = self._places.get(producer.input(0)) if producer else None
            padding = padding_before(graph, node, before)
            change = windowed(graph, node, place, padding)
            if padding and producer and before:
                entering, source = before, producer.input(0)
        elif node.op in _RESAMPLING:
            change = _RESAMPLING[node.op](graph, node, place)
        elif node.op == "MaxUnpool":
            return self._behind_unpooling(node, place)
        elif node.op == "Gather":
            axis = int(node.attributes.get("axis", 0)) % place.rank
            if axis not in place.positions:
                return place if len(graph.constant_shape(node.input(1)) or ()) == 1 else None
            change = gathered(graph, node, place)
        else:
            return rearranged(graph, node, place)
        if change is None:
            return None
        return self._behind_change(node, change, entering, place, source, padding)

    def _behind_change(
        self,
        node: Node,
        change: Change,
        entering: Place,
        place: Place,
        source: str,
        padding: Padding | None = None,
    ) -> Place | None:
        if min(grid.size for grid in change.grids) < 1:
            return None
        leaving = place.then(change.grids)
        if max(leaving.sizes) > _LARGEST_SIDE or len(self.rungs) > _MOST_RUNGS:
            raise bad_node(self.graph, node, "makes a map larger or a ladder longer than can be")
        if not change.is_layer:
            return leaving
        if node.op == "Slice" and (first := self._slice_before(node, place)) is not None:
            # Slices of one axis after another are one layer.
            slice_before = self.rungs.pop(first)
            entering, source = slice_before.entering, slice_before.source
            leaving = replace(leaving, layers=entering.layers)
            change = picking(relative_grids(entering, leaving))
        return self._with_rung(node, change.op, entering, leaving, source, padding)

    def _slice_before(self, node: Node, place: Place) -> int | None:
        """Return the number of the layer that is a slice which nothing but this node takes."""
        producer, number = self.graph.producers.get(node.input(0)), max(place.layers, default=-1)
        is_alone = len(self.graph.consumers[node.input(0)]) == 1
        if producer is None or producer.op != "Slice" or number not in self.rungs or not is_alone:
            return None
        return number if self.rungs[number].name == producer.name else None

    def _with_rung(
        self,
        node: Node,
        op: str,
        entering: Place,
        leaving: Place,
        source: str,
        padding: Padding | None = None,
    ) -> Place:
        number = next(self._numbers)
        leaving = leaving.passing(number)
        self.rungs[number] = Rung(node.name, op, entering, leaving, source, node, padding)
        return leaving

    def _behind_unpooling(self, node: Node, place: Place) -> Place | None:
        """Return the place behind the undoing of a max pooling: that of what entered it."""
        pooling = self.graph.producers.get(node.input(1))
        before = self._places.get(pooling.input(0)) if pooling else None
        if before is None or pooling is None or pooling.op != "MaxPool":
            return None
        leaving = Place(before.axes, place.positions, place.rank, place.layers)
        return self._with_rung(node, "unpool", place, leaving, node.input(0))

    def _behind_meeting(self, node: Node, places: Sequence[Place]) -> Place | None:
        rank = max(place.rank for place in places)
        if node.op != "Concat":  # those of fewer axes are aligned at the last one
            places = [
                place.moved_to([p + rank - place.rank for p in place.positions], rank)
                for place in places
            ]
        first = places[0]
        if any(place.positions != first.positions for place in places):
            return None
        if node.op == "Concat":
            axis = int(node.attributes.get("axis", 0)) % rank
            if axis in first.positions:
                if is_flat(first):
                    return None
                return side_by_side(places, first.positions.index(axis))
            if merged := self._space_to_depth(node, places):
                return merged
        largest = max(places, key=lambda place: prod(place.sizes))
        alike = [
            place
            for place in places
            if (place.sizes, place.steps) == (largest.sizes, largest.steps)
        ]
        self.meetings += meetings(node, alike, self.rungs)
        result = alike[0]
        for place in alike[1:]:
            result = result.joined(place)
        return result

    def _space_to_depth(self, node: Node, places: Sequence[Place]) -> Place | None:
        """Join slices that hold all phases of one map, put one behind another as channels."""
        common = set.intersection(*(set(place.layers) for place in places))
        slices = sorted({number for place in places for number in place.layers} - common)
        if not slices or any(not self.rungs[n].op.startswith("stride:") for n in slices):
            return None
        entering, source = self.rungs[slices[0]].entering, self.rungs[slices[0]].source
        factors = [
            int(after / before)
            for after, before in zip(places[0].steps, entering.steps, strict=True)
        ]
        phases = {
            tuple(
                (a.low.delta - b.low.delta) / b.step
                for a, b in zip(place.axes, entering.axes, strict=True)
            )
            for place in places
        }
        is_whole = len(places) == len(phases) == prod(factors)
        if not is_whole or len({(place.sizes, place.steps) for place in places}) > 1:
            return None
        for number in slices:
            del self.rungs[number]
        grids = tuple(gathered_grid(n, f) for n, f in zip(entering.sizes, factors, strict=True))
        leaving = entering.then(grids).moved_to(places[0].positions, places[0].rank)
        op = f"unshuffle:f={per_axis(factors)}"
        return self._with_rung(node, op, entering, leaving, source)


def start(sizes: Sequence[int], positions: Sequence[int], rank: int) -> Place:
    """Return the place of the input of a network."""
    return Place(tuple(Axis(Grid(n), Grid(n)) for n in sizes), tuple(positions), rank)
