"""The graph of the network that the plans of an nnU-Net describe, as far as its samples move.

Convolutions that keep the resolution, normalisation and activations are left out.
"""

from math import prod

from sampviz.analysis.nnunet_plans import Plan
from sampviz.core.errors import InputError
from sampviz.core.text import short_repr
from sampviz.dsp.grid import Size
from sampviz.networks.graph import Graph, Node

IMAGE = "patch"
_OPSET = 17
_IS_RESIDUAL = {  # whether strided convolutions have a mean for a shortcut, by class of network
    "PlainConvUNet": False,
    "ResidualEncoderUNet": True,
    "ResidualUNet": True,
}


def plans_graph(plan: Plan, where: str) -> Graph:
    """Return the graph of an nnU-Net on a patch.

    Parameters
    ----------
    plan : Plan
        A configuration of the plans.
    where : str
        The name of the file, for errors.

    Returns
    -------
    Graph
        Its input is `IMAGE`, with axes of batch and channels before those of the patch.

    Raises
    ------
    InputError
        For plans of another network, without kernels, or with a patch that strides do not divide.
    """
    is_residual = _IS_RESIDUAL.get(plan.network)
    if is_residual is None:
        name = short_repr(repr(plan.network)) if plan.network else "they do not name"
        what = f"the plans are for a network that is not known: {name}"
        fix = f"known are {', '.join(_IS_RESIDUAL)}; export any other to ONNX"
        raise InputError(what, where, fix)
    if not plan.kernels:
        fix = "write kernel_sizes, a list of as many stages as the strides"
        raise InputError("the plans do not say how large the kernels are", where, fix)
    whole = [prod(factors) for factors in zip(*plan.strides, strict=True)]
    if any(n % s for n, s in zip(plan.size, whole, strict=True)):
        sizes, strides = ("x".join(map(str, values)) for values in (plan.size, whole))
        what = (
            f"its stages make a patch of {sizes} px smaller by {strides}, which does not divide it"
        )
        raise InputError(what, where, "give the plans as nnU-Net wrote them")
    nodes: list[Node] = []
    x, skips = IMAGE, []
    for stage, (k, s) in enumerate(zip(plan.kernels, plan.strides, strict=True)):
        if stage:
            skips.append(x)
        x = _encoder_stage(nodes, x, stage, k, s, is_residual=is_residual)
    for number, skip in enumerate(reversed(skips)):
        s = plan.strides[-1 - number]
        x = _add(
            nodes, f"decoder.transpconvs.{number}", "ConvTranspose", x, kernel_shape=s, strides=s
        )
        x = _add(nodes, f"decoder.stages.{number}", "Concat", x, skip, axis=1)
    return Graph(nodes, {IMAGE: (1, 1, *plan.size)}, {}, _OPSET, where)


def _encoder_stage(
    nodes: list[Node], x: str, stage: int, k: Size, s: Size, *, is_residual: bool
) -> str:
    """Add the first convolution of a stage, with its shortcut where it has one."""
    pads = tuple((n - 1) // 2 for n in k) * 2
    if not is_residual:
        name = f"encoder.stages.{stage}"
        return _add(nodes, name, "Conv", x, kernel_shape=k, strides=s, pads=pads)
    block = f"encoder.stages.{stage}.blocks.0"
    conv = _add(nodes, f"{block}.conv1", "Conv", x, kernel_shape=k, strides=s, pads=pads)
    if set(s) != {1}:
        x = _add(nodes, f"{block}.skip", "AveragePool", x, kernel_shape=s, strides=s)
    return _add(nodes, block, "Add", conv, x)


def _add(nodes: list[Node], name: str, op: str, *inputs: str, **attributes: object) -> str:
    """Add a node whose output has its name, and return that."""
    nodes.append(Node(name, op, inputs, (name,), attributes))
    return name
