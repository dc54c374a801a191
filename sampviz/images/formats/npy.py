"""Arrays saved by numpy: an image, the feature maps of a network, or a volume."""

from collections.abc import Mapping
from dataclasses import replace
from io import BufferedReader
from typing import Any

import numpy as np

from sampviz.core.errors import InputError, argument
from sampviz.core.stored_array import StoredArray
from sampviz.core.stored_npy import stored_npy
from sampviz.dsp.dtypes import Array
from sampviz.dsp.fourier_crop import kspace_to_image
from sampviz.images.array_layout import ChannelsFirst, channels_first
from sampviz.images.formats.rescale import ALPHA_NOTE, as_numbers
from sampviz.images.geometry import AXIS_NAMES, SlicePlane
from sampviz.images.image import ARRAY_RANGES, FileFacts, Image
from sampviz.images.selection import PLANES, Selection, index

_MOST_AXES = 5  # of a batch of volumes with channels


def read_npy(file: BufferedReader, name: str, where: str, selection: Selection) -> Image:
    """Read an image from a .npy file.

    Parameters
    ----------
    file : BufferedReader
        Open at any position.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    selection : Selection
        Which channels, or the volume.

    Returns
    -------
    Image
        (H, W), (C, H, W), (3, H, W) in colour, or a volume of (D, H, W).

    Raises
    ------
    InputError
        If the file is damaged, holds objects, or has another shape.
    UsageError
        If the selection asks for what an array has not.
    """
    selection.refuse(where, "an array", "plane", "slice")
    stored = stored_npy(file, where)
    check_array(stored.shape, stored.dtype, where)
    return select(stored, name, where, selection)


def as_format(
    image: Image, format_name: str, shape: tuple[int, ...], facts: Mapping[str, str]
) -> Image:
    """Return an image of an array as one of another format.

    Parameters
    ----------
    image : Image
        As `select` returns it.
    format_name : str
        Such as ".npz".
    shape : tuple of int
        Of the array as it is stored.
    facts : mapping of str to str
        See `FileFacts`.

    Returns
    -------
    Image
    """
    return replace(image, file=replace(image.file, format=format_name, shape=shape, facts=facts))


def select(stored: Array | StoredArray, name: str, where: str, selection: Selection) -> Image:
    """Return one or more channels, a picture in colour, or the volume, of an array.

    Parameters
    ----------
    stored : ndarray or StoredArray
        Or another that gives an ndarray for a number and for ().
        (H, W), (C, H, W), (H, W, C) or (N, C, H, W); of a volume (D, H, W), (C, D, H, W) or
        (N, C, D, H, W). Numbers.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    selection : Selection
        Which image of a batch, which channels, or the volume; where the channels are.

    Returns
    -------
    Image
    """
    selection.check_kspace(stored.dtype, where)
    single, batch_text = _one_of_batch(stored, where, selection)
    if not isinstance(single, (np.ndarray, StoredArray)):
        selection.check_size(single.shape, where)
        single = single[()]
    if selection.volume:
        return _volume(single, stored, name, where, selection, batch_text)
    selection.check_size(single.shape[-3:] if selection.series else single.shape[-2:], where)
    found = channels_first(single, selection.layout)
    array, colour, taken, choice = _channels(found, where, selection)
    selection.check_size(array.shape, where)
    values, notes = as_numbers(np.array(array), where, selection.nan)
    value_range, source = ARRAY_RANGES.get(stored.dtype.name, (None, ""))
    if colour:
        if len(values) == 4:
            alpha = values[3] / (value_range[1] if value_range else 1)
            values, notes = values[:3] * alpha, (ALPHA_NOTE, *notes)
        value_range, source = value_range or (0.0, 1.0), source or "colours within 0..1"
    if selection.kspace:
        values = kspace_to_image(values)
    return Image(
        values,
        name,
        FileFacts("npy", stored.shape, str(stored.dtype)),
        range=value_range,
        taken=", ".join(filter(None, (batch_text, taken))),
        notes=notes,
        choices=tuple(filter(None, (found.choice, choice))),
        colour=colour,
        range_source=source,
    )


def check_array(shape: tuple[int, ...], dtype: "np.dtype[Any]", where: str) -> None:
    """Raise InputError for an array that cannot be images.

    Parameters
    ----------
    shape : tuple of int
        Of the array.
    dtype : dtype
        Of its items.
    where : str
        The name of the input, for the error.

    Raises
    ------
    InputError
    """
    if not 2 <= len(shape) <= _MOST_AXES or 0 in shape:
        raise InputError(
            f"an array of shape {shape} is not H x W or C x H x W",
            where,
            "save one image, or the channels of one image",
        )
    if dtype.kind not in "biufc":
        raise InputError(
            f"an array of real numbers is wanted, not of {dtype}", where, "save numbers"
        )


def _one_of_batch(
    stored: Array | StoredArray, where: str, selection: Selection
) -> tuple[Array | StoredArray, str]:
    """Return one image or volume of a batch (N, ...), as networks take them, and which it is."""
    most_axes = 4 if selection.volume else 3  # with channels
    if stored.ndim > most_axes + 1:
        raise InputError(
            f"an array of shape {stored.shape} is not N x C x H x W",
            where,
            f"save fewer axes, or add {argument('volume')} for N x C x D x H x W",
        )
    if stored.ndim <= most_axes:
        selection.refuse(where, "an array", "frame")
        return stored, ""
    count = len(stored)
    number = index("frame", selection.frame, count)
    return stored[number], f"image {number} of 0..{count - 1}" if count > 1 else ""


def _volume(
    single: Array | StoredArray,
    stored: Array | StoredArray,
    name: str,
    where: str,
    selection: Selection,
    batch_text: str,
) -> Image:
    """Return an array of (C x) D x H x W as a volume without spacing and directions."""
    selection.refuse(where, "a volume", "mosaic", "kspace", "layout")
    if single.ndim < 3:
        raise InputError(f"an array of shape {stored.shape} is no volume", where, "save D x H x W")
    taken = ["volume", batch_text]
    is_whole = bool(selection.channel_measure) or (selection.series and selection.channel is None)
    if single.ndim == 4 and not is_whole:
        count = len(single)
        channel = index("channel", selection.channel_number, count)
        single = single[channel]
        taken.append(f"channel {channel} of 0..{count - 1}" if count > 1 else "")
    elif single.ndim == 3:
        selection.refuse(where, "a volume of one channel", "channel")
    selection.check_size(single.shape, where)
    slice_planes = []
    for plane, n, axis in zip(PLANES, single.shape[-3:], AXIS_NAMES, strict=True):
        texts = tuple(f"slice {i} of 0..{n - 1} along the {axis}" for i in range(n))
        slice_planes.append(SlicePlane(plane, n // 2, texts[n // 2], axis, texts))
    array, notes = as_numbers(np.array(single), where, selection.nan)
    file_facts = FileFacts("npy", stored.shape, str(stored.dtype))
    return Image(
        array,
        name,
        file_facts,
        taken=", ".join(filter(None, taken)),
        slice_planes=tuple(slice_planes),
        notes=notes,
    )


def _channels(
    found: ChannelsFirst, where: str, selection: Selection
) -> tuple[Array | StoredArray, bool, str, str]:
    """Return the channels, whether they are colours, their numbers, and a word on the choice."""
    array = found.array
    if array.ndim == 2:
        selection.refuse(where, "an array of two axes", "channel", "mosaic", "layout")
        return array, False, "", ""
    count = array.shape[0]
    if selection.mosaic is not None or selection.channel_measure:
        last = min(count, selection.mosaic or count) - 1
        return array[: last + 1], False, f"channels 0..{last} of 0..{count - 1}", ""
    if selection.channel is None and found.colour:
        return array, True, "", ""
    channel = index("channel", selection.channel_number, count)
    if selection.channel is None and selection.series and count > 1:
        return array, False, "", ""
    is_choice = selection.channel is None and count > 1
    choice = f"channel 0 of {count} is taken; {argument('channel')} or {argument('mosaic')} chooses"
    return array[channel], False, f"channel {channel} of 0..{count - 1}", choice * is_choice
