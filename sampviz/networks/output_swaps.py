"""The output of a network in which a blur stands in place of its layers, as its input moves.

Nothing is trained again, so such a network is another one: how far its own output lies from that
of the network is told beside each error, and neither is evidence for a layer.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from sampviz.core.warn import warn
from sampviz.dsp.dtypes import Array
from sampviz.dsp.filter_taps import binomial
from sampviz.networks.attributes import windows_of
from sampviz.networks.meetings import Rung
from sampviz.networks.output_shift import OutputShift, SwappedOutput
from sampviz.networks.runtime import Runtime
from sampviz.networks.swaps import Swap
from sampviz.networks.walk import Walk

_NODES = {"max": "MaxPool", "conv": "Conv"}
_LEAST_OPSET = 11  # in which borders are an input of Pad

BlurredLayers = dict[str, tuple[list[int], list[int], int]]  # see `blurred_model`


def swapped_outputs(
    runtime: Runtime,
    walk: Walk,
    swaps: Sequence[Swap],
    measure: Callable[[], OutputShift],
    still: Callable[[], Array],
    shapes: Mapping[str, Sequence[int]],
) -> tuple[SwappedOutput, ...]:
    """Return the outputs of a network with each filter in place of layers; others are warned of.

    Parameters
    ----------
    runtime : Runtime
        In which the network runs.
    walk : Walk
        Of the network.
    swaps : sequence of Swap
        The filters.
    measure : callable
        How far its output follows what enters.
    still : callable
        Its output, unmoved.
    shapes : mapping
        Of the tensors that enter layers.

    Returns
    -------
    tuple of SwappedOutput
        Of blurs in place of maxima and convolutions.
    """
    made = []
    reference = still().astype(np.float64)
    spread = float(np.linalg.norm(reference - reference.mean()))
    for swap in swaps:
        layers = _layers_of(walk, swap, shapes)
        if not layers:
            what = f"{swap.kind}={swap} stands in place of no layer of the whole network"
            warn(f"{what}: blurs for max and conv do")
            continue
        taps = binomial(int(str(swap.steps[-1].params["k"])))
        runtime.blur(layers, [float(tap) for tap in taps])
        difference = float(np.linalg.norm(still() - reference))
        distance = difference / spread if spread else float("nan")
        made.append(SwappedOutput(str(swap), swap.kind, len(layers), distance, measure()))
    runtime.blur({}, ())
    return tuple(made)


def _layers_of(walk: Walk, swap: Swap, shapes: Mapping[str, Sequence[int]]) -> BlurredLayers:
    """Return the layers in whose place a filter can stand."""
    step = swap.steps[-1]
    is_blur = len(swap.steps) == 1 and step.op.name == "blur" and step.params["pad"] == "reflect"
    if not is_blur or walk.graph.opset < _LEAST_OPSET:
        return {}
    layers: BlurredLayers = {}
    for rung in walk.rungs.values():
        if rung.node.op == _NODES.get(swap.kind) and (
            layer := _layer(walk, rung, shapes[rung.source])
        ):
            layers[rung.node.outputs[0]] = layer
    return layers


def _layer(walk: Walk, rung: Rung, shape: Sequence[int]) -> tuple[list[int], list[int], int] | None:
    """Return strides, pads and channels of a layer; None of one with a padding of its own kind."""
    place = rung.entering
    by_tensor = [size for _, size in sorted(zip(place.positions, place.sizes, strict=True))]
    windows = windows_of(walk.graph, rung.node, tuple(by_tensor))
    if rung.padding or windows.ceil_mode or max(windows.s) == 1:
        return None
    pads = [pair[side] for side in (0, 1) for pair in windows.pads]
    weights = walk.graph.constant_shape(rung.node.input(1)) if rung.node.op == "Conv" else None
    return list(windows.s), pads, weights[0] if weights else shape[1]
