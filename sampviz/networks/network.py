"""`sampviz network`: the layers of a network that change resolution, and where branches meet."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from sampviz.analysis.shape_trace import read_size, read_spacing
from sampviz.dsp.grid import Size
from sampviz.networks.image_input import axes_of_space, image_input, sides_of_image
from sampviz.networks.ladder import Layer, Network, layers_of, merge_of
from sampviz.networks.read_model import read_model
from sampviz.networks.simplify import computes_with_shapes, simplified
from sampviz.networks.walk import Walk, start

if TYPE_CHECKING:
    from onnx import ModelProto


def network(
    model: "str | Path | ModelProto",
    *,
    size: str | Sequence[int] | None = None,
    spacing: str | float | Sequence[float] | None = None,
    input: str | None = None,  # noqa: A002
) -> Network:
    """Return the layers of a network that change resolution, and where its branches meet.

    Nothing is run. As `sampviz network`.

    Parameters
    ----------
    model : str, Path or onnx.ModelProto
        A network that was exported to ONNX, of opset 7 and up.
    size : str or sequence of int, optional
        Rows and columns of the image in pixels, (H, W) or `"HxW"`, with slices first for a volume,
        where the model leaves them open.
    spacing : str, float or sequence of float, optional
        Millimetres between the pixels along each axis, `(0.9, 1.2)` or `"0.9x1.2"`, or one number
        for all.
    input : str, optional
        Which input of the model is the image, where there are several.

    Returns
    -------
    Network
        Its `layers`, the first of which is the input, and its `merges`.

    Raises
    ------
    InputError
        For a file that is no ONNX model, and one whose numbers cannot be.
    UsageError
        For a size or an input that the model does not take, and if onnx is not installed.

    Examples
    --------
    >>> import sampviz
    >>> net = sampviz.network("unet.onnx", spacing=0.5)  # doctest: +SKIP
    >>> [layer.op for layer in net.layers]  # doctest: +SKIP
    ['', 'max:k=2:s=2', 'transpose:k=2:s=2']
    """
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
