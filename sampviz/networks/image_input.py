"""Which input of a network is the image, and which of its axes are those of space."""

from collections.abc import Sequence

from sampviz.core.errors import InputError, UsageError, argument, did_you_mean
from sampviz.core.text import short_repr
from sampviz.core.warn import warn
from sampviz.dsp.grid import Size
from sampviz.networks.graph import Graph
from sampviz.networks.layout_rules import POINTWISE
from sampviz.networks.window_rules import WINDOWED

_USUAL_SIDE = {2: 256, 3: 64}  # px, by the number of axes of space
_IN_ORDER = POINTWISE | {"Pad", "Slice", "Add", "Sub", "Mul", "Div"}


def image_input(graph: Graph, name: str | None) -> str:
    """Return the name of the input that is an image: the only one with four or five axes.

    Parameters
    ----------
    graph : Graph
        Of the network.
    name : str, optional
        The name, where there are several.

    Returns
    -------
    str

    Raises
    ------
    UsageError
        For a name that no input has, and several inputs without a name.
    InputError
        If there is none.
    """
    images = [key for key, sides in graph.inputs.items() if len(sides) in (4, 5)]
    if name is not None:
        if name not in images:
            advice = f"its images are {short_repr(', '.join(images))}"
            what = f"the model has no image {short_repr(repr(name))}"
            raise UsageError(what, argument("input"), did_you_mean(name, images, advice))
        return name
    if not images:
        what = "the model has no input with four or five axes: batch, channels and those of space"
        raise InputError(what, graph.where, "give a model whose input is an image")
    if len(images) > 1:
        what = f"the model has {len(images)} images for inputs"
        fix = f"choose with {argument('input')}: {short_repr(', '.join(images))}"
        raise UsageError(what, graph.where, fix)
    return images[0]


def axes_of_space(graph: Graph, image: str, layout: str = "auto") -> tuple[int, ...]:
    """Return which axes of the image are those of space: the last ones of what is convolved.

    The input is followed through what only orders its axes to the first convolution or pooling, so
    that channels may stand first or last. Of a network without any, they are the last ones. A
    layout that is not `auto` says where they are.
    """
    rank = len(graph.inputs[image])
    if layout != "auto":
        return tuple(range(2, rank)) if layout == "nchw" else tuple(range(1, rank - 1))
    orders = {image: tuple(range(rank))}
    for node in graph.nodes:
        name = next((name for name in node.inputs if name in orders), None)
        if name is None:
            continue
        order = orders[name]
        if node.op in WINDOWED and name == node.input(0):
            return tuple(sorted(order[2:]))
        if node.op == "Transpose":
            perm = node.attributes.get("perm") or tuple(reversed(range(rank)))
            if sorted(perm) == list(range(rank)):
                orders[node.outputs[0]] = tuple(order[axis] for axis in perm)
        elif node.op in _IN_ORDER:
            orders |= dict.fromkeys(node.outputs, order)
    return tuple(range(2, rank))


def sides_of_image(
    graph: Graph, image: str, positions: Sequence[int], size: Size | None
) -> tuple[int, ...]:
    """Return the sides of the image: those of the model, or of `size` where they are open.

    Parameters
    ----------
    graph : Graph
        Of the network.
    image : str
        The input.
    positions : sequence of int
        Its axes of space.
    size : tuple of int or None
        What the user chose.

    Returns
    -------
    tuple of int

    Raises
    ------
    UsageError
        For a size of another number of axes, and one that the model does not take.
    """
    fixed = [graph.inputs[image][position] for position in positions]
    text = "x".join("?" if side is None else str(side) for side in fixed)
    if size is None:
        usual = _USUAL_SIDE[len(fixed)]
        sides = tuple(side or usual for side in fixed)
        if None in fixed:
            what = (
                f"the model takes images of {text}: {'x'.join(map(str, sides))} is taken;"
                f" {argument('size')} chooses"
            )
            warn(what)
        return sides
    if len(size) != len(fixed) or any(a not in (None, b) for a, b in zip(fixed, size, strict=True)):
        what = f"the model takes images of {text}"
        raise UsageError(what, argument("size", "x".join(map(str, size))), "leave it out")
    return size
