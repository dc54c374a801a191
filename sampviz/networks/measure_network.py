"""Run a network on an image, and measure its layers on the maps that enter them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from sampviz.core.errors import UsageError, argument, did_you_mean
from sampviz.core.text import short_repr
from sampviz.core.warn import warn
from sampviz.dsp.dtypes import Array
from sampviz.networks.entering_image import EnteringImage, mover_of
from sampviz.networks.graph import Graph
from sampviz.networks.layer_measures import LayerMeasures
from sampviz.networks.measure_resampled import measure_enlarged, measure_shrunk
from sampviz.networks.measure_strided import measure_strided
from sampviz.networks.meetings import Rung
from sampviz.networks.output_shift import OutputShift, output_shift
from sampviz.networks.output_swaps import swapped_outputs
from sampviz.networks.places import relative_grids
from sampviz.networks.preparation import channel_axis
from sampviz.networks.runtime import NeedsMoreError, Runtime
from sampviz.networks.strided_layer import StridedLayer, from_planes, to_planes
from sampviz.networks.swaps import Swap
from sampviz.networks.walk import Walk, start

_STRIDED = ("Conv", "MaxPool", "AveragePool", "LpPool")
_OF_WHOLE_NUMBERS = ("QLinearConv", "ConvInteger")
_WITHOUT_BOUND = ("Loop", "Scan")
_RESIZING = ("Resize", "Upsample")


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
    shift : OutputShift or None
        How far the output follows the image as that moves.
    """

    walk: Walk
    entering: EnteringImage
    maps: dict[int, Array]
    measures: dict[int, LayerMeasures]
    shift: OutputShift | None = None


def run_network(
    model: Any,
    graph: Graph,
    entering: EnteringImage,
    positions: Sequence[int],
    swaps: Sequence[Swap],
    also: Mapping[str, Array] | None = None,
    output: str | None = None,
    keep: int = 1,
    shift: int | None = None,
    around: Array | None = None,
    check: Callable[[Walk], None] | None = None,
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
    also : mapping of str to Array, optional
        What enters other inputs of the model.
    output : str, optional
        Only layers that this tensor is made of are measured.
    keep : int
        How many channels of each layer are kept to be looked at.
    shift : int, optional
        By how many pixels at most the image is moved, to see how far the output follows.
    around : Array, optional
        What enters with more of the image at all sides, from which it is cut; else it is rolled.
    check : callable, optional
        Called with the walk before anything is run: what it raises is the end.

    Returns
    -------
    Run

    Raises
    ------
    InputError
        For a model that cannot be run.
    """
    if loop := next((node for node in graph.nodes if node.op in _WITHOUT_BOUND), None):
        what = f"the node {short_repr(repr(loop.name))} ({loop.op}) may run without end"
        raise graph.error(what, "export the model without loops")
    name, rank = entering.name, len(graph.inputs[entering.name])
    place = start(entering.size, positions, rank)
    (at,) = channel_axis(range(rank), positions)
    shape = [1] * rank
    shape[at] = len(entering.array)
    for position, side in zip(positions, entering.size, strict=True):
        shape[position] = side
    inputs = {
        name: from_planes(entering.array, place, shape),
        **_other_inputs(graph, name, also or {}),
    }
    with Runtime(model, graph) as runtime:
        graph = runtime.simplified({key: array.shape for key, array in inputs.items()})
        walk = Walk(graph, name, place)
        if check:
            check(walk)
        rungs = walk.rungs
        if output is not None:
            names = _made_of(graph, output)
            rungs = {key: rung for key, rung in rungs.items() if rung.node.outputs[0] in names}
        sources = sorted({rung.source for rung in rungs.values()} - set(inputs))
        tensors = {**inputs, **runtime.maps(inputs, sources)}
        maps, measures = {}, {}
        for number, rung in rungs.items():
            tensor = tensors[rung.source]
            maps[number] = to_planes(tensor, rung.entering)
            layer_measures = _measured(
                runtime, graph, rung, tensor.shape, maps[number], swaps, keep
            )
            measures[number] = layer_measures
        moved_output = None
        if shift is not None:

            def tensor_of(planes: Array, tensor: str) -> Array:
                feed = {**inputs, name: from_planes(planes, place, shape)}
                return runtime.maps(feed, [tensor])[tensor]

            mover, wraps = mover_of(entering.array, around, shift), around is None
            moved_by = partial(
                output_shift, walk, tensor_of, mover, shift, wraps=wraps, output=output
            )
            trained = moved_by()
            shapes = {source: tensor.shape for source, tensor in tensors.items()}
            still = partial(tensor_of, entering.array, trained.output)
            swapped = swapped_outputs(runtime, walk, swaps, moved_by, still, shapes)
            moved_output = replace(trained, swaps=swapped)
    return Run(walk, entering, maps, measures, moved_output)


def _made_of(graph: Graph, output: str) -> set[str]:
    if output not in graph.producers:
        what = f"the model makes no tensor {short_repr(repr(output))}"
        fix = did_you_mean(output, graph.producers, "name one of its outputs")
        raise UsageError(what, argument("output"), fix)
    return graph.made_of(output)


def _other_inputs(graph: Graph, image: str, also: Mapping[str, Array]) -> Mapping[str, Array]:
    """Return what enters the other inputs: zeros for numbers and lists that are not given."""
    others = {name: sides for name, sides in graph.inputs.items() if name != image}
    for name in also:
        if name not in others:
            fix = did_you_mean(
                name, others, f"its other inputs are {short_repr(', '.join(others))}"
            )
            what = f"the model has no other input {short_repr(repr(name))}"
            raise UsageError(what, argument("also", name), fix)
    arrays = {}
    for name, sides in others.items():
        if name in also:
            arrays[name] = also[name]
            continue
        if len(sides) > 1:
            what = f"the model has another input, {short_repr(repr(name))} of {len(sides)} axes"
            raise UsageError(what, graph.where, f"{argument('also', f'{name}=FILE.npy')}")
        what = f"the input {short_repr(repr(name))} of the model is not given: it is 0"
        warn(what)
        arrays[name] = np.zeros([side or 1 for side in sides])
    return arrays


def _measured(
    runtime: Runtime,
    graph: Graph,
    rung: Rung,
    shape: Sequence[int],
    x: Array,
    swaps: Sequence[Swap],
    keep: int,
) -> LayerMeasures:
    grids = relative_grids(rung.entering, rung.leaving)
    if not np.isfinite(x).all():
        return LayerMeasures({}, {}, {"fold": "the map that enters has values that are not finite"})
    if rung.node.op in _OF_WHOLE_NUMBERS:
        return LayerMeasures({}, {}, {"fold": "it computes with whole numbers: export it as QDQ"})
    kind = rung.op.partition(":")[0]
    is_strided = rung.node.op in _STRIDED or kind == "stride"
    if is_strided and all(grid.step.denominator == 1 for grid in grids):
        layer = StridedLayer(runtime, graph, rung, shape)
        kind = "conv" if rung.node.op == "Conv" else kind
        return measure_strided(layer, x, [swap for swap in swaps if swap.kind == kind], keep)

    def resampled(planes: Array) -> Array:
        tensor = from_planes(planes, rung.entering, shape)
        return to_planes(runtime.layer(rung.source, rung.node.outputs[0], tensor), rung.leaving)

    try:
        if any(grid.step < 1 for grid in grids):
            return measure_enlarged(resampled, x, grids, keep)
        return measure_shrunk(resampled if rung.node.op in _RESIZING else None, x, grids)
    except NeedsMoreError as err:
        return LayerMeasures({}, {}, {"above": str(err)})
