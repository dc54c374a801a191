"""`sampviz network`: the layers of a network that change resolution, and where branches meet."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from sampviz.analysis.nnunet_plans import read_plan
from sampviz.analysis.shape_trace import read_size, read_spacing
from sampviz.core.errors import UsageError, argument
from sampviz.core.standard_input import input_name
from sampviz.dsp.grid import Size
from sampviz.networks.image_input import axes_of_space, image_input, sides_of_image
from sampviz.networks.ladder import Layer, Network, layers_of, merge_of
from sampviz.networks.model_source import as_onnx
from sampviz.networks.plans_graph import IMAGE, plans_graph
from sampviz.networks.read_model import read_model
from sampviz.networks.simplify import computes_with_shapes, simplified
from sampviz.networks.walk import Walk, start

if TYPE_CHECKING:
    from onnx import ModelProto
    from torch.nn import Module


def network(
    model: "str | Path | ModelProto | Module | None" = None,
    *,
    size: str | Sequence[int] | None = None,
    spacing: str | float | Sequence[float] | None = None,
    input: str | None = None,  # noqa: A002
    plans: str | Path | None = None,
    configuration: str | None = None,
    torch: str | None = None,
    weights: str | Path | None = None,
    allow_code: bool = False,
) -> Network:
    """Return the layers of a network that change resolution, and where its branches meet.

    Nothing is run. As `sampviz network`.

    Parameters
    ----------
    model : str, Path, onnx.ModelProto or torch.nn.Module
        A network that was exported to ONNX, of opset 7 and up, `sample:unet`, or a module in torch,
        which is exported; None with `plans` and `torch`.
    size : str or sequence of int, optional
        Rows and columns of the image in pixels, (H, W) or `"HxW"`, with slices first for a volume,
        where the model leaves them open.
    spacing : str, float or sequence of float, optional
        Millimetres between the pixels along each axis, `(0.9, 1.2)` or `"0.9x1.2"`, or one number
        for all.
    input : str, optional
        Which input of the model is the image, where there are several.
    plans : str or Path, optional
        An nnUNetPlans.json, in place of a model, a size and a spacing: the network that it
        describes, on a patch with its axes in the order of the image.
    configuration : str, optional
        Which configuration of the plans; 3d_fullres by default, or the only one.
    torch : str, optional
        In place of a model `package.module:name`, code that makes one in torch without arguments.
    weights : str or Path, optional
        A file of torch.save with the state dict of that.
    allow_code : bool
        Let that code be imported, which runs it.

    Returns
    -------
    Network
        Its `layers`, the first of which is the input, and its `merges`.

    Raises
    ------
    InputError
        For a file that is no ONNX model, or holds no plans, and one whose numbers cannot be.
    UsageError
        For a size or an input that the model does not take, and if onnx is not installed.

    Examples
    --------
    >>> import sampviz
    >>> net = sampviz.network("sample:unet", size="256x192", spacing=0.9)
    >>> [layer.op for layer in net.layers[:4]]
    ['', 'max:k=2:s=2', 'conv:k=3:s=2:p=1', 'avg:k=2:s=2']
    >>> net.layers[3].size, net.layers[3].nyquist
    ((32, 24), (Fraction(1, 16), Fraction(1, 16)))
    """
    if plans is not None:
        if any(value is not None for value in (model, torch, size, spacing, input)):
            what = "plans say the network, the size and the spacing"
            raise UsageError(what, argument("plans"), "leave the others out")
        return _of_plans(plans, configuration)
    if configuration is not None:
        raise UsageError("there are no plans", argument("configuration"), "leave it out")
    model = as_onnx(model, size, torch=torch, weights=weights, allow_code=allow_code)
    graph = read_model(model)
    image = image_input(graph, input)
    positions = axes_of_space(graph, image)
    sides = sides_of_image(graph, image, positions, None if size is None else read_size(size))
    mm = None if spacing is None else read_spacing(spacing, len(sides))
    shape = list(graph.inputs[image])
    for position, side in zip(positions, sides, strict=True):
        shape[position] = side
    if computes_with_shapes(graph):
        graph = simplified(model, graph, {image: tuple(side or 1 for side in shape)})
    walk = Walk(graph, image, start(sides, positions, len(shape)))
    return _network(walk, image, sides, mm)


def _of_plans(plans: str | Path, configuration: str | None) -> Network:
    """Return the ladder of the network that plans describe."""
    plan = read_plan(plans, configuration)
    graph = plans_graph(plan, input_name(str(plans)))
    rank = len(graph.inputs[IMAGE])
    walk = Walk(graph, IMAGE, start(plan.size, range(2, rank), rank))
    return _network(walk, IMAGE, plan.size, plan.spacing)


def _network(walk: Walk, image: str, sides: Size, mm: tuple[float, ...] | None) -> Network:
    """Return the ladder of what a walk found, numbered from the input on."""
    one, zero = Fraction(1), Fraction(0)
    steps, deltas = (one,) * len(sides), ((zero, zero),) * len(sides)
    first = Layer(0, image, "", sides, sides, steps, deltas, mm)
    numbers = {key: number for number, key in enumerate(sorted(walk.rungs), 1)}
    return Network(
        layers_of([walk.rungs[key] for key in numbers], first, mm),
        tuple(merge_of(meeting, numbers, mm) for meeting in walk.meetings),
        tuple(node.name for node in walk.pooled),
        {
            f"{node.name} ({node.op})": tuple(layer.name for layer in behind)
            for node, behind in walk.ends.values()
        },
    )
