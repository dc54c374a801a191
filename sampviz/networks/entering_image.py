"""The image as it enters a network: its values, its channels, its sides."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from sampviz.core.errors import UsageError, argument, did_you_mean
from sampviz.core.text import short_repr
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Size
from sampviz.images.image import Image, luminance, magnitude
from sampviz.images.scale import scaled

Scale = Literal["none", "unit", "255", "zscore", "half", "imagenet"]
ChannelRule = Literal["auto", "gray", "repeat", "rgb", "bgr"]
# Of red, green and blue in 0..1: the mean and the standard deviation over ImageNet.
_MEANS, _DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True, eq=False, repr=False)
class EnteringImage:
    """What enters a network.

    Attributes
    ----------
    name : str
        Of the input of the model.
    array : Array, shape (C, H, W) or (C, D, H, W)
        float32.
    source : str
        The file or sample that it was read from; "" where there is none.
    image : str
        The name of the image, and which part of its file it is.
    steps : tuple of str
        What was done to its values, channels and sides.
    spacing : tuple of float or None
        Millimetres between its pixels, where they are known.
    """

    name: str
    array: Array
    source: str
    image: str
    steps: tuple[str, ...]
    spacing: tuple[float, ...] | None

    @property
    def range(self) -> tuple[float, float]:
        """The smallest and the largest value."""
        return float(self.array.min()), float(self.array.max())

    @property
    def size(self) -> Size:
        """Pixels along each axis of space."""
        return self.array.shape[1:]

    def __str__(self) -> str:
        low, high = self.range
        sides = "x".join(map(str, self.size))
        what = ", ".join([f"{len(self.array)} x {sides} px", *self.steps])
        return f"{self.name} is {self.image}: {what}; its values are {low:.4g}..{high:.4g}"

    def __repr__(self) -> str:
        return short_repr(f"<EnteringImage {self}>")


def entering_image(image: Image, name: str, scale: Scale) -> EnteringImage:
    """Return an image with its values as a network takes them.

    Parameters
    ----------
    image : Image
        Complex numbers enter by their magnitude.
    name : str
        Of the input of the model.
    scale : {"none", "unit", "255", "zscore", "half", "imagenet"}
        `unit` brings the values to 0..1, 255 those to 0..255, `half` to -1..1; `imagenet` subtracts
        the mean of that data set of them, and divides by its deviation; `zscore` brings the image
        to mean 0 and standard deviation 1.

    Returns
    -------
    EnteringImage

    Raises
    ------
    UsageError
        For a scale that is none of these.
    """
    if scale not in get_args(Scale):
        fix = did_you_mean(str(scale), get_args(Scale), f"wanted {', '.join(get_args(Scale))}")
        raise UsageError(f"no scale is named {scale!r}", argument("scale"), fix)
    if scale != "none":
        image = scaled(image, "zscore" if scale == "zscore" else "unit")
    planes = magnitude(image.array) if image.array.dtype.kind == "c" else image.array
    array = np.asarray(planes.reshape(-1, *image.size), np.float32)
    text = ", ".join(filter(None, (image.name, image.taken)))
    steps = () if scale == "none" else (f"scale {scale}",)
    return EnteringImage(name, array, image.source, text, steps, image.spacing)


def with_channels(entering: EnteringImage, count: int | None, rule: ChannelRule) -> EnteringImage:
    """Return an image with as many channels as a model takes.

    Parameters
    ----------
    entering : EnteringImage
        With the channels of its file.
    count : int or None
        How many the model takes; None where it leaves that open.
    rule : {"auto", "gray", "repeat", "rgb", "bgr"}
        `gray` makes one of colours, `repeat` gives all channels one image, `bgr` turns the order of
        colours round. By default one channel is repeated and others are taken as they are.

    Returns
    -------
    EnteringImage

    Raises
    ------
    UsageError
        Where that gives another number of channels.
    """
    if rule not in get_args(ChannelRule):
        fix = f"wanted {', '.join(get_args(ChannelRule))}"
        raise UsageError(f"{rule!r} is no rule for channels", argument("channels"), fix)
    array, steps = entering.array, entering.steps
    if rule == "gray" or (rule == "repeat" and len(array) == 3):
        if len(array) == 3:
            array, steps = luminance(array)[None], (*steps, "grey of its colours")
    elif rule == "bgr":
        array, steps = array[::-1], (*steps, "channels in the order blue, green, red")
    if len(array) == 1 and count not in (None, 1) and rule in ("auto", "repeat"):
        assert count is not None
        array, steps = np.repeat(array, count, axis=0), (*steps, f"repeated to {count} channels")
    if count not in (None, len(array)):
        fix = f"{argument('channels', 'gray')} for one, or {argument('channels', 'repeat')}"
        what = f"the model takes {count} channels, and the image has {len(array)}"
        raise UsageError(what, entering.image, fix)
    return replace(entering, array=np.ascontiguousarray(array), steps=steps)


def fitted(entering: EnteringImage, sides: Sequence[int]) -> EnteringImage:
    """Return an image cut or surrounded by zeros to some sides, its centre in the centre."""
    if entering.size == tuple(sides):
        return entering
    array = entering.array
    for axis, (n, m) in enumerate(zip(entering.size, sides, strict=True), 1):
        before = (n - m) // 2
        array = np.take(array, range(max(0, before), max(0, before) + min(n, m)), axis)
        widths = [(0, 0)] * array.ndim
        widths[axis] = max(0, (m - n) // 2), max(0, m - n) - max(0, (m - n) // 2)
        array = np.pad(array, widths)
    text = f"cut and padded with zeros to {'x'.join(map(str, sides))} px, centred"
    return replace(entering, array=array, steps=(*entering.steps, text))


def padded_to_multiple(entering: EnteringImage, multiples: Sequence[int]) -> EnteringImage:
    """Return an image with zeros behind it, up to a multiple of a number along each axis."""
    sides = [-(-n // m) * m for n, m in zip(entering.size, multiples, strict=True)]
    if tuple(sides) == entering.size:
        return entering
    widths = [(0, 0), *((0, b - a) for a, b in zip(entering.size, sides, strict=True))]
    text = f"zeros behind it up to {'x'.join(map(str, sides))} px"
    array = np.pad(entering.array, widths)
    return replace(entering, array=array, steps=(*entering.steps, text))


def of_data_set(entering: EnteringImage, scale: Scale) -> EnteringImage:
    """Return an image of values 0..1, padding included, on the scale of a model."""
    array: Any = entering.array
    if scale == "255":
        array = array * np.float32(255)
    elif scale == "half":
        array = (array - np.float32(0.5)) / np.float32(0.5)
    elif scale == "imagenet":
        if len(array) != 3:
            what = f"the scale imagenet is of three channels, not of {len(array)}"
            raise UsageError(what, argument("scale"), "choose another one")
        shape = (3,) + (1,) * (array.ndim - 1)
        means, deviations = (np.reshape(v, shape).astype(np.float32) for v in (_MEANS, _DEVIATIONS))
        array = (array - means) / deviations
    return replace(entering, array=array)
