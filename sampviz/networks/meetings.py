"""Where branches of a network meet, and how far apart their samples lie there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sampviz.dsp.grid import Grid
from sampviz.networks.graph import Node
from sampviz.networks.places import Place
from sampviz.networks.window_rules import Padding

Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Rung:
    """A layer that changes resolution.

    Attributes
    ----------
    name : str
        Of its node.
    op : str
        What it is, in the grammar of chains.
    entering, leaving : Place
        Of the map that enters, before any padding that belongs to the layer, and of the result.
    source : str
        The tensor that enters.
    node : Node
        The last of its nodes.
    padding : Padding or None
        By a node before it, which belongs to it.
    """

    name: str
    op: str
    entering: Place
    leaving: Place
    source: str
    node: Node
    padding: Padding | None = None


@dataclass(frozen=True)
class Meeting:
    """Two branches that meet, sample on sample.

    Attributes
    ----------
    name, op : str
        Of the node.
    place : Place
        Of its output.
    branches : tuple of int
        The last layer of the branch that is moved against the other, and that of the other; -1 is
        the input.
    apart : tuple of (Fraction, Fraction)
        How far the samples of the first lie behind those of the other along each axis, in samples:
        by the path that moves least and by that which moves most.
    """

    name: str
    op: str
    place: Place
    branches: tuple[int, int]
    apart: tuple[Interval, ...]


def meetings(node: Node, places: Sequence[Place], rungs: Mapping[int, Rung]) -> list[Meeting]:
    """Return how far branches lie apart from that which has come through fewest layers.

    Parameters
    ----------
    node : Node
        In which they meet.
    places : sequence of Place
        Of its inputs, of the same size and step.
    rungs : mapping
        The layers by number.

    Returns
    -------
    list of Meeting
        Of each branch that came through other layers than that one.
    """

    def depth(place: Place) -> tuple[Fraction, int]:
        steps = [max(rungs[number].leaving.steps) for number in place.layers]
        return max(steps, default=Fraction(1)), len(place.layers)

    meetings_of_node = []
    # Of two as deep the second one stays: the shortcut of a residual block.
    reference = min(reversed(places), key=depth)
    for place in places:
        if place is reference or place.layers == reference.layers:
            continue
        apart = []
        for moved, still in zip(place.axes, reference.axes, strict=True):
            ends = [
                (moved.low.delta - still.low.delta) / moved.step,
                (moved.high.delta - still.high.delta) / moved.step,
            ]
            low, high = sorted(ends, key=abs)
            apart.append((low, high))
        branches = (_last(place), _last(reference))
        meetings_of_node.append(Meeting(node.name, node.op, place, branches, tuple(apart)))
    return meetings_of_node


def side_by_side(places: Sequence[Place], at: int) -> Place:
    """Return the place of parts that stand beside one another: the longest stays where it is."""
    longest = max(range(len(places)), key=lambda index: places[index].axes[at].size)
    before = sum(place.axes[at].size for place in places[:longest])
    size = sum(place.axes[at].size for place in places)
    kept = places[longest]
    axes = list(kept.axes)
    axes[at] = axes[at].then(Grid(size, Fraction(1), Fraction(-before)))
    return Place(tuple(axes), kept.positions, kept.rank, kept.layers)


def _last(place: Place) -> int:
    return place.layers[-1] if place.layers else -1
