"""The image as it enters a network: its values, its channels, its sides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sampviz.core.errors import UsageError, argument
from sampviz.core.text import counted, short_repr
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Size
from sampviz.images.image import Image, luminance, magnitude
from sampviz.images.intensity_window import Window
from sampviz.images.scale import scaled
from sampviz.images.volume_slice import axes_of_slice, slices_across
from sampviz.ops.registry import OPS

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


def entering_image(
    image: Image, name: str, scale: str, window: str | Sequence[float | str] | None
) -> EnteringImage:
    """Return an image with its values as a network takes them, or as a data set has them before.

    Parameters
    ----------
    image : Image
        Complex numbers enter by their magnitude.
    name : str
        Of the input of the model.
    scale : {"none", "unit", "255", "zscore", "half", "imagenet"}
        `zscore` brings the image to mean 0 and standard deviation 1, others but `none` to 0..1: see
        `of_data_set`.
    window : str or sequence of float, optional
        To which values it is cut before, such as `p1,p99`.

    Returns
    -------
    EnteringImage
    """
    steps: list[str] = []
    if image.array.dtype.kind == "c":
        image = replace(image, array=magnitude(image.array))
        steps.append("magnitude")
    if window is not None:
        low, high = Window.parse(window).limits(image.array, image)
        array = np.clip(image.array, low, high)
        image = replace(image, array=array, range=(low, high), range_source="the window")
        steps.append(f"cut to {low:.4g}..{high:.4g}")
    if scale != "none":
        image = scaled(image, "zscore" if scale == "zscore" else "unit")
        steps.append(f"scale {scale}")
    array = np.asarray(image.array.reshape(-1, *image.size), np.float32)
    text = ", ".join(filter(None, (image.name, image.taken)))
    return EnteringImage(name, array, image.source, text, tuple(steps), image.spacing)


def stacked(entering: EnteringImage, volume: Image, count: int | None) -> EnteringImage:
    """Return slices of a volume as channels, the chosen one in the middle.

    Beyond the ends of the volume its last slices are repeated.

    Parameters
    ----------
    entering : EnteringImage
        The volume.
    volume : Image
        It knows which slice was chosen.
    count : int or None
        Channels of the model.

    Returns
    -------
    EnteringImage

    Raises
    ------
    UsageError
        For a model that leaves its channels open.
    """
    if count is None:
        what = "the model leaves open how many channels it takes"
        raise UsageError(what, argument("stack", True), "export it with as many as slices")
    chosen = volume.slice_planes[0]
    slices = slices_across(entering.array[0], chosen)
    numbers = np.clip(chosen.index + np.arange(count) - count // 2, 0, len(slices) - 1)
    array = slices[numbers]
    if chosen.plane == "coronal" and not chosen.label:  # whose slices are counted from behind
        array = array[::-1]
    text = f"{count} neighbouring slices as channels, in the middle {chosen.text}"
    spacing = entering.spacing and tuple(entering.spacing[i] for i in axes_of_slice(chosen))
    return replace(entering, array=array, steps=(*entering.steps, text), spacing=spacing)


def resampled(entering: EnteringImage, sides: Sequence[int]) -> EnteringImage:
    """Return an image that is interpolated to other sides."""
    if entering.size == tuple(sides):
        return entering
    params = {**OPS["resize"].bind({"filter": "bilinear"}), "size": tuple(sides)}
    array = OPS["resize"].run(entering.array, params, len(sides))
    text = f"resampled to {'x'.join(map(str, sides))} px (bilinear, antialiased)"
    spacing = entering.spacing and tuple(
        mm * a / b for mm, a, b in zip(entering.spacing, entering.size, sides, strict=True)
    )
    return replace(entering, array=array, steps=(*entering.steps, text), spacing=spacing)


def with_channels(entering: EnteringImage, count: int | None, rule: str) -> EnteringImage:
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
        what = f"the model takes {counted(count, 'channel')}, and the image has {len(array)}"
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


def of_data_set(entering: EnteringImage, scale: str) -> EnteringImage:
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


def mover_of(entering: Array, around: Array | None, shift: int) -> Callable[[int], Array]:
    """Return what gives an input moved by 0..`shift` pixels along its last axis.

    Parameters
    ----------
    entering : Array
        What enters.
    around : Array or None
        The same with more of the image at both ends, from which it is cut; without it is rolled.
    shift : int
        The largest shift.

    Returns
    -------
    callable
    """
    if around is None:
        return lambda d: np.roll(entering, d, axis=-1)
    columns = entering.shape[-1]
    first = (around.shape[-1] - columns) // 2
    assert first >= shift
    return lambda d: around[..., first - d : first - d + columns]
