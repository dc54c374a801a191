"""The way from an image to what a network takes."""

from collections.abc import Mapping, Sequence
from math import lcm
from typing import Any

import numpy as np

from sampviz.analysis.shape_trace import read_size
from sampviz.core.errors import InputError, UsageError, argument
from sampviz.core.text import counted
from sampviz.dsp.grid import Size
from sampviz.images.convert import as_image
from sampviz.images.image import Image
from sampviz.networks.entering_image import (
    EnteringImage,
    entering_image,
    fitted,
    of_data_set,
    padded_to_multiple,
    resampled,
    stacked,
    with_channels,
)
from sampviz.networks.graph import Graph
from sampviz.networks.preparation_options import Preparation
from sampviz.networks.walk import Walk, start

_ALL_LAYERS = 64  # px, of which the layers of most networks leave something


def read_image(
    image: Any, axes: int, preparation: Preparation, reading: Mapping[str, Any]
) -> Image:
    """Return the image that a user brings, a volume for a model of volumes.

    Parameters
    ----------
    image
        See `as_image`.
    axes : {2, 3}
        The axes of space of the model.
    preparation : Preparation
        Whether slices are stacked.
    reading : mapping
        Which picture of a file: keywords of `load`.

    Returns
    -------
    Image

    Raises
    ------
    UsageError
        For an image of other axes.
    """
    is_volume = axes == 3 or preparation.stack
    if isinstance(image, Image):
        source = image
    else:
        source = as_image(image, series=True, volume=is_volume, **reading)
    if source.axes != (3 if is_volume else 2):
        what = f"the model takes images of {axes} axes, and this one has {source.axes}"
        raise UsageError(what, source.name, "give a volume to models of volumes, else a slice")
    return source


def prepared(
    image: Image,
    graph: Graph,
    name: str,
    positions: Sequence[int],
    preparation: Preparation,
    size: str | Sequence[int] | None = None,
    margin: int = 0,
) -> EnteringImage:
    """Return an image as a model takes it.

    Parameters
    ----------
    image : Image
        A plane, or a volume for a model of volumes and for a stack of slices.
    graph : Graph
        Of the model.
    name : str
        The input that is an image.
    positions : sequence of int
        Its axes of space.
    preparation : Preparation
        What is done to the values, the channels and the sides.
    size : str or sequence of int, optional
        To how many pixels the image is resampled.
    margin : int
        How many columns more there are at both ends, where the image is cut: for an image that is
        to be moved. It is the same without them where the image has not so many.

    Returns
    -------
    EnteringImage

    Raises
    ------
    InputError
        For an image with values that are not finite.
    UsageError
        For an image of other channels or sides than the model takes.
    """
    if count := int(np.count_nonzero(~np.isfinite(image.array))):
        what = counted(count, "value is not finite", "values are not finite")
        what += ", and would spread through the network"
        raise InputError(what, image.name, f"{argument('nan', 'fill=0')} or fill=mean")
    dimensions = graph.inputs[name]
    (at,) = channel_axis(dimensions, positions)
    entering = entering_image(image, name, preparation.scale, preparation.window)
    if preparation.stack:
        entering = stacked(entering, image, dimensions[at])
    entering = with_channels(entering, dimensions[at], preparation.channels)
    if size is not None:
        entering = resampled(entering, _sides(size, positions, "size"))
    fixed = [dimensions[position] for position in positions]
    whole = entering
    if preparation.fit is not None:
        entering = fitted(entering, _sides(preparation.fit, positions, "fit"))
    elif size is None:
        entering = fitted(entering, [a or b for a, b in zip(fixed, entering.size, strict=True)])
    if any(a not in (None, b) for a, b in zip(fixed, entering.size, strict=True)):
        text = "x".join("?" if side is None else str(side) for side in fixed)
        sides = "x".join(map(str, entering.size))
        where = argument("size" if preparation.fit is None else "fit", sides)
        raise UsageError(f"the model takes images of {text}", where, "leave it out")
    if margin:
        return of_data_set(_with_margin(whole, entering.size, margin), preparation.scale)
    if preparation.fit is None:
        multiples = _multiples(graph, name, positions, entering.size, preparation.multiple)
        behind = [1 if side else m for side, m in zip(fixed, multiples, strict=True)]
        entering = padded_to_multiple(entering, behind)
    return of_data_set(entering, preparation.scale)


def _with_margin(whole: EnteringImage, sides: Size, margin: int) -> EnteringImage:
    """Return an image cut to some sides with more columns at both ends, if it has these."""
    *others, columns = sides
    if (whole.size[-1] - columns) // 2 < margin or (whole.size[-1] - columns) % 2:
        return fitted(whole, sides)
    return fitted(whole, (*others, columns + 2 * margin))


def _sides(size: str | Sequence[int], positions: Sequence[int], name: str) -> Sequence[int]:
    sides = read_size(size)
    if len(sides) != len(positions):
        what = f"the model takes images of {len(positions)} axes"
        raise UsageError(what, argument(name, "x".join(map(str, sides))), "give a side for each")
    return sides


def channel_axis(dimensions: Sequence[object], positions: Sequence[int]) -> list[int]:
    """Return the axis of channels: the one that is neither the batch nor one of space."""
    return [axis for axis in range(1, len(dimensions)) if axis not in positions]


def _multiples(
    graph: Graph, name: str, positions: Sequence[int], size: Sequence[int], multiple: int | None
) -> list[int]:
    """Return the largest step of the network along each axis, or what was chosen."""
    if multiple is not None:
        return [multiple] * len(size)
    # Steps are those of any size; of a smaller image than the largest some layers leave nothing.
    sides = [max(side, _ALL_LAYERS) for side in size]
    walk = Walk(graph, name, start(sides, positions, len(graph.inputs[name])))
    steps = [rung.leaving.steps for rung in walk.rungs.values()]
    return [lcm(1, *(int(s[axis]) for s in steps if s[axis] >= 1)) for axis in range(len(size))]
