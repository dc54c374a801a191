"""Nodes that resample, pad or cut the axes of space: resize, pad, slice, gather."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

import numpy as np

from sampviz.core.text import counted, short_repr
from sampviz.dsp.grid import Grid
from sampviz.networks.attributes import bad_node
from sampviz.networks.axis_rules import resize_grid, slice_grid
from sampviz.networks.graph import Graph, Node
from sampviz.networks.places import Place
from sampviz.networks.window_rules import Change, Padding, per_axis

_LARGEST_SIDE = 2**20
_LARGEST_DENOMINATOR = 4096  # of a factor that a file gives as a float32
_FILTERS = {"nearest": "nearest", "linear": "bilinear", "cubic": "bicubic"}
_Factors = dict[int, tuple[Fraction, int]]  # of an axis of the tensor: factor and size


def resized(graph: Graph, node: Node, place: Place) -> Change | None:
    """Return what a resize makes of the axes of space; None where its size is computed."""
    is_upsample, is_old = node.op == "Upsample", graph.opset < 11
    mode = str(node.attributes.get("mode", "nearest"))
    coordinates, rounding = "asymmetric", "floor"  # all that there was before opset 11
    if not (is_upsample or is_old):
        coordinates = str(node.attributes.get("coordinate_transformation_mode", "half_pixel"))
        rounding = str(node.attributes.get("nearest_mode", "round_prefer_floor"))
    factors = _factors(graph, node, place)
    if factors is None or coordinates == "tf_crop_and_resize":
        return None
    if mode not in _FILTERS:
        raise bad_node(graph, node, f"has the mode {short_repr(repr(mode))}")
    grids = []
    for position, n in zip(place.positions, place.sizes, strict=True):
        factor, size = factors.get(position, (Fraction(1), n))
        if not (0 < factor <= _LARGEST_SIDE and 0 < size <= _LARGEST_SIDE):
            raise bad_node(graph, node, f"makes {size} samples of {n}")
        if factor == 1 and size == n:
            grids.append(Grid(n))
            continue
        try:
            grid = resize_grid(
                n,
                size,
                factor,
                coordinates=coordinates,
                rounding=rounding,
                is_nearest=mode == "nearest",
            )
        except KeyError as err:
            raise bad_node(graph, node, f"has the mode {short_repr(str(err))}") from None
        grids.append(grid)
    used = [factors.get(position, (Fraction(1), 0))[0] for position in place.positions]
    return Change(_resize_name(mode, coordinates, used, grids), tuple(grids))


def _resize_name(
    mode: str, coordinates: str, factors: Sequence[Fraction], grids: Sequence[Grid]
) -> str:
    name, f = _FILTERS[mode], per_axis([_decimal(factor) for factor in factors])
    if any(factor.denominator != 1 for factor in factors):
        return f"resize:f={f}:filter={name}"
    if mode != "nearest" and coordinates == "align_corners":
        return f"{name}:f={f}:corners=true"
    is_centred = all(grid.delta == (grid.step - 1) / 2 for grid in grids)
    return f"{name}:f={f}" + ("" if is_centred else f" ({coordinates})")


def _decimal(value: Fraction) -> str:
    return f"{float(value):.6g}"


def _factors(graph: Graph, node: Node, place: Place) -> _Factors | None:
    """Return factor and size of each axis of the tensor that is resized; None if not constant."""
    axes = node.attributes.get("axes") or tuple(range(place.rank))
    axes = tuple(axis % place.rank for axis in axes)
    side_of = dict(zip(place.positions, place.sizes, strict=True))
    if len(node.inputs) > 3 and node.input(3):
        sizes = graph.whole_numbers(node.input(3))
        if sizes is None or len(sizes) != len(axes):
            return None
        targets = {axis: size for axis, size in zip(axes, sizes, strict=True) if axis in side_of}
        return _of_sizes(str(node.attributes.get("keep_aspect_ratio_policy", "stretch")),
                         targets, side_of)  # fmt: skip
    if node.op == "Upsample" and "scales" in node.attributes:
        scales = np.asarray(node.attributes["scales"], np.float32)
    else:
        index = 1 if node.op == "Upsample" or graph.opset < 11 else 2
        values = graph.constant(node.input(index))
        if values is None:
            return None
        scales = values.ravel()
    if scales.size != len(axes) or not np.isfinite(scales).all():
        raise bad_node(
            graph,
            node,
            f"has {counted(scales.size, 'scale')} for {counted(len(axes), 'axis', 'axes')}",
        )
    exact = {axis: Fraction(float(v)) for axis, v in zip(axes, scales, strict=True)}
    return {
        axis: (
            exact[axis].limit_denominator(_LARGEST_DENOMINATOR),
            floor(n * exact[axis].limit_denominator(_LARGEST_DENOMINATOR)),
        )
        for axis, n in side_of.items()
        if axis in exact
    }


def _of_sizes(policy: str, targets: dict[int, int], side_of: dict[int, int]) -> _Factors:
    exact = {axis: Fraction(size, side_of[axis]) for axis, size in targets.items()}
    if policy == "stretch" or not exact:
        return {axis: (factor, targets[axis]) for axis, factor in exact.items()}
    common = min(exact.values()) if policy == "not_larger" else max(exact.values())
    return {axis: (common, floor(side_of[axis] * common + Fraction(1, 2))) for axis in exact}


def padded(graph: Graph, node: Node, place: Place) -> Change | None:
    """Return what padding makes of the axes of space; None where it is computed."""
    padding = padding_of(graph, node, place)
    if padding is None:
        return None
    by_position = dict(zip(range(place.rank), padding.pads, strict=True))
    grids = []
    for position, n in zip(place.positions, place.sizes, strict=True):
        before, behind = by_position[position]
        grids.append(Grid(n + before + behind, Fraction(1), Fraction(-before)))
    return Change("pad", tuple(grids))


def padding_of(graph: Graph, node: Node, place: Place) -> Padding | None:
    """Return what a Pad adds to each axis of the tensor; None where it is computed."""
    flat: Sequence[int]
    if "pads" in node.attributes:
        flat = node.attributes["pads"]
    else:
        values = graph.whole_numbers(node.input(1))
        if values is None:
            return None
        flat = values
    axes: Sequence[int] = range(place.rank)
    if node.input(3):
        chosen = graph.whole_numbers(node.input(3))
        if chosen is None:
            return None
        axes = [axis % place.rank for axis in chosen]
    if len(flat) != 2 * len(axes) or max(map(abs, flat), default=0) > _LARGEST_SIDE:
        raise bad_node(
            graph, node, f"has {counted(len(flat), 'pad')} for {counted(len(axes), 'axis', 'axes')}"
        )
    pads = [(0, 0)] * place.rank
    for axis, before, behind in zip(axes, flat[: len(axes)], flat[len(axes) :], strict=True):
        pads[axis] = (before, behind)
    value = graph.constant(node.input(2)) if node.input(2) else None
    filling = float(node.attributes.get("value", 0.0))
    if value is not None and value.size == 1:
        filling = float(value.ravel()[0])
    return Padding(tuple(pads), str(node.attributes.get("mode", "constant")), filling)


def padding_before(graph: Graph, node: Node, place_before: Place | None) -> Padding | None:
    """Return the padding by the node before this one that belongs to it.

    It does where nothing else takes it and it adds to axes of space only.

    Parameters
    ----------
    graph : Graph
        Of the nodes.
    node : Node
        A convolution or pooling.
    place_before : Place or None
        Of what enters the node before.

    Returns
    -------
    Padding or None
        Of the axes from the third on.
    """
    pad = graph.producers.get(node.input(0))
    if pad is None or pad.op != "Pad" or len(graph.consumers[node.input(0)]) > 1:
        return None
    padding = padding_of(graph, pad, place_before) if place_before else None
    if padding is None or any(map(any, padding.pads[:2])) or min(map(min, padding.pads)) < 0:
        return None
    return Padding(padding.pads[2:], padding.mode, padding.value)


def sliced(graph: Graph, node: Node, place: Place) -> Change | None:
    """Return what a slice makes of the axes of space; None where it is computed or runs back."""
    names = ("starts", "ends", "axes", "steps")
    lists: dict[str, list[int]] = {}
    for index, name in enumerate(names, 1):
        if graph.opset < 10:
            values = node.attributes.get(name)
        elif not node.input(index):
            values = None
        else:
            values = graph.whole_numbers(node.input(index))
            if values is None:
                return None
        lists[name] = list(values or ())
    count = len(lists["starts"])
    axes = lists["axes"] or list(range(count))
    steps = lists["steps"] or [1] * count
    if not len(axes) == len(steps) == len(lists["ends"]) == count:
        raise bad_node(graph, node, "has lists of different lengths")
    bounds = {
        axis % place.rank: values
        for axis, values in zip(
            axes, zip(lists["starts"], lists["ends"], steps, strict=True), strict=True
        )
    }
    grids = []
    for position, n in zip(place.positions, place.sizes, strict=True):
        start, end, step = bounds.get(position, (0, n, 1))
        if step < 1:
            return None
        grids.append(slice_grid(n, start, end, step))
    return picking(grids)


def picking(grids: Sequence[Grid]) -> Change:
    """Return a change that keeps every s-th sample from sample o on."""
    s, o = per_axis([grid.step for grid in grids]), per_axis([grid.delta for grid in grids])
    return Change(f"stride:s={s}" + ("" if o == "0" else f":o={o}"), tuple(grids))
