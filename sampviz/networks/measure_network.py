"""Run a network on an image, and measure its layers on the maps that enter them."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import lcm
from typing import Any

import numpy as np

from sampviz.core.errors import SampvizWarning, UsageError
from sampviz.dsp.dtypes import Array
from sampviz.networks.entering_image import (
    ChannelRule,
    EnteringImage,
    Scale,
    entering_image,
    fitted,
    of_data_set,
    padded_to_multiple,
    with_channels,
)
from sampviz.networks.graph import Graph
from sampviz.networks.layer_measures import LayerMeasures
from sampviz.networks.measure_resampled import measure_enlarged, measure_shrunk
from sampviz.networks.measure_strided import measure_strided
from sampviz.networks.meetings import Rung
from sampviz.networks.places import relative_grids
from sampviz.networks.runtime import NeedsMoreError, Runtime
from sampviz.networks.strided_layer import StridedLayer, from_planes, to_planes
from sampviz.networks.swaps import Swap
from sampviz.networks.walk import Walk, start

_STRIDED = ("Conv", "MaxPool", "AveragePool", "LpPool")
_RESIZING = ("Resize", "Upsample")


@dataclass(frozen=True)
class Preparation:
    """How an image becomes what a network takes.

    Attributes
    ----------
    scale, channels : str
        See `entering_image` and `with_channels`.
    multiple : int or None
        To which multiple of pixels it is padded where the model leaves its sides open; the largest
        step of the network by default.
    """

    scale: Scale = "none"
    channels: ChannelRule = "auto"
    multiple: int | None = None


@dataclass(frozen=True, eq=False)
class Run:
    """What was found by running a network: the walk, what entered, and the layers' measures.

    Attributes
    ----------
    walk : Walk
        Through the model as it was run.
    entering : EnteringImage
        What entered.
    maps : dict of int to Array
        The map that enters each layer, by the number of the walk.
    measures : dict of int to LayerMeasures
        Of each layer.
    """

    walk: Walk
    entering: EnteringImage
    maps: dict[int, Array]
    measures: dict[int, LayerMeasures]


def prepared(
    image: Any, graph: Graph, name: str, positions: Sequence[int], preparation: Preparation
) -> EnteringImage:
    """Return an image as a model takes it.

    Parameters
    ----------
    image : Image
        A plane, or a volume for a model of volumes.
    graph : Graph
        Of the model.
    name : str
        The input that is an image.
    positions : sequence of int
        Its axes of space.
    preparation : Preparation
        What is done to the values, the channels and the sides.

    Returns
    -------
    EnteringImage

    Raises
    ------
    UsageError
        For an image of other axes or channels than the model takes.
    """
    if image.axes != len(positions):
        what = f"the model takes images of {len(positions)} axes, and this one has {image.axes}"
        raise UsageError(what, image.name, "give a volume to models of volumes, else a slice")
    dimensions = graph.inputs[name]
    (at,) = channel_axis(dimensions, positions)
    entering = entering_image(image, name, preparation.scale)
    entering = with_channels(entering, dimensions[at], preparation.channels)
    fixed = [dimensions[position] for position in positions]
    entering = fitted(entering, [a or b for a, b in zip(fixed, entering.size, strict=True)])
    multiples = _multiples(graph, name, positions, entering.size, preparation.multiple)
    open_ones = [1 if side else m for side, m in zip(fixed, multiples, strict=True)]
    return of_data_set(padded_to_multiple(entering, open_ones), preparation.scale)


def channel_axis(dimensions: Sequence[object], positions: Sequence[int]) -> list[int]:
    """Return the axis of channels: the one that is neither the batch nor one of space."""
    return [axis for axis in range(1, len(dimensions)) if axis not in positions]


def _multiples(
    graph: Graph, name: str, positions: Sequence[int], size: Sequence[int], multiple: int | None
) -> list[int]:
    """Return the largest step of the network along each axis, or what was chosen."""
    if multiple is not None:
        return [multiple] * len(size)
    walk = Walk(graph, name, start(size, positions, len(graph.inputs[name])))
    steps = [rung.leaving.steps for rung in walk.rungs.values()]
    return [lcm(1, *(int(s[axis]) for s in steps if s[axis] >= 1)) for axis in range(len(size))]


def run_network(
    model: Any,
    graph: Graph,
    entering: EnteringImage,
    positions: Sequence[int],
    swaps: Sequence[Swap],
) -> Run:
    """Run a network on what enters it, and measure its layers.

    Parameters
    ----------
    model : str, Path or onnx.ModelProto
        The model, of which `graph` was read.
    graph : Graph
        Of the model.
    entering : EnteringImage
        What enters.
    positions : sequence of int
        The axes of space of the input.
    swaps : sequence of Swap
        Filters to try in place of layers.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        For a model that cannot be run.
    """
    name, rank = entering.name, len(graph.inputs[entering.name])
    place = start(entering.size, positions, rank)
    (at,) = channel_axis(range(rank), positions)
    shape = [1] * rank
    shape[at] = len(entering.array)
    for position, side in zip(positions, entering.size, strict=True):
        shape[position] = side
    inputs = {name: from_planes(entering.array, place, shape), **_other_inputs(graph, name)}
    with Runtime(model, graph) as runtime:
        graph = runtime.simplified({key: array.shape for key, array in inputs.items()})
        walk = Walk(graph, name, place)
        sources = sorted({rung.source for rung in walk.rungs.values()} - set(inputs))
        tensors = {**inputs, **runtime.maps(inputs, sources)}
        maps, measures = {}, {}
        for number, rung in walk.rungs.items():
            tensor = tensors[rung.source]
            maps[number] = to_planes(tensor, rung.entering)
            layer_measures = _measured(runtime, graph, rung, tensor.shape, maps[number], swaps)
            measures[number] = layer_measures
    return Run(walk, entering, maps, measures)


def _other_inputs(graph: Graph, image: str) -> Mapping[str, Array]:
    """Return zeros for the inputs that are numbers, or lists of them."""
    others = {name: sides for name, sides in graph.inputs.items() if name != image}
    for name, sides in others.items():
        if len(sides) > 1:
            what = f"the model has another input, {name!r} with {len(sides)} axes"
            raise UsageError(what, graph.where, "give a model that takes one image")
        warnings.warn(
            f"the input {name!r} of the model is not given: it is 0", SampvizWarning, stacklevel=4
        )
    return {name: np.zeros([side or 1 for side in sides]) for name, sides in others.items()}


def _measured(
    runtime: Runtime,
    graph: Graph,
    rung: Rung,
    shape: Sequence[int],
    x: Array,
    swaps: Sequence[Swap],
) -> LayerMeasures:
    grids = relative_grids(rung.entering, rung.leaving)
    kind = rung.op.partition(":")[0]
    is_strided = rung.node.op in _STRIDED or kind == "stride"
    if is_strided and all(grid.step.denominator == 1 for grid in grids):
        layer = StridedLayer(runtime, graph, rung, shape)
        kind = "conv" if rung.node.op == "Conv" else kind
        return measure_strided(layer, x, [swap for swap in swaps if swap.kind == kind])

    def resampled(planes: Array) -> Array:
        tensor = from_planes(planes, rung.entering, shape)
        return to_planes(runtime.layer(rung.source, rung.node.outputs[0], tensor), rung.leaving)

    try:
        if any(grid.step < 1 for grid in grids):
            return measure_enlarged(resampled, x, grids)
        return measure_shrunk(resampled if rung.node.op in _RESIZING else None, x, grids)
    except NeedsMoreError as err:
        return LayerMeasures({}, {}, {"above": str(err)})
