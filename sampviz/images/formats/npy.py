"""Arrays saved by numpy: an image, the feature maps of a network, or a volume.

The header is checked before numpy may allocate, and objects, which unpickle to code, are refused.
"""

from io import BufferedReader
from math import prod

import numpy as np
from numpy.lib.format import read_array_header_1_0, read_array_header_2_0, read_magic

from sampviz.core.errors import InputError
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.core.open_file import file_size
from sampviz.dsp.dtypes import Array
from sampviz.dsp.fourier_crop import kspace_to_image
from sampviz.images.formats.rescale import as_numbers
from sampviz.images.geometry import AXIS_NAMES, SlicePlane
from sampviz.images.image import FileFacts, Image
from sampviz.images.selection import PLANES, Selection, index

_LONGEST_HEADER = 10_000  # bytes: numpy refuses longer ones


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
        (H, W), (C, H, W), or a volume of (D, H, W).

    Raises
    ------
    InputError
        If the file is damaged, holds objects, or has another shape.
    UsageError
        If the selection asks for what an array has not.
    """
    selection.refuse(where, "an array", "plane", "slice", "frame")
    return select(_memory_map(file, where), name, where, selection)


def select(stored: Array, name: str, where: str, selection: Selection) -> Image:
    """Return one or more channels, or the volume, of an array.

    Parameters
    ----------
    stored : ndarray
        (H, W), (C, H, W) or (D, H, W), of numbers.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    selection : Selection
        Which channels, or the volume.

    Returns
    -------
    Image
    """
    selection.check_kspace(stored.dtype, where)
    if selection.volume:
        return _volume(stored, name, where, selection)
    channels, taken = _channels(stored, where, selection)
    selection.check_size(channels.shape, where)
    array, notes = as_numbers(np.array(channels), where, selection.nan)
    if selection.kspace:
        array = kspace_to_image(array)
    value_range = {"uint8": (0.0, 255.0), "bool": (0.0, 1.0)}.get(stored.dtype.name)
    file_facts = FileFacts("npy", stored.shape, str(stored.dtype))
    return Image(array, name, file_facts, range=value_range, taken=taken, notes=notes)


def _memory_map(file: BufferedReader, where: str) -> Array:
    """Return the array as a memory map, after its header and the size of the file are checked."""
    start = file.read(12)
    # numpy reads a header before it finds it too long; from version 2 on it may have 4 GB.
    length = int.from_bytes(start[8 : 10 if start[6:7] == b"\1" else 12], "little")
    if length > _LONGEST_HEADER:
        raise _unreadable(f"a header of {length} bytes", where)
    file.seek(0)
    try:
        with ignored_warnings():  # of a header by Python 2, or of absurd sizes
            version = read_magic(file)
            if version not in ((1, 0), (2, 0), (3, 0)):
                raise ValueError(f"version {version[0]}.{version[1]}")
            read_header = read_array_header_1_0 if version == (1, 0) else read_array_header_2_0
            shape, fortran_order, dtype = read_header(file)
    except Exception as err:  # numpy raises many types for a damaged header
        raise _unreadable(" ".join(str(err).split()), where) from None
    if dtype.hasobject:
        raise _unreadable("it holds objects, which would be run as code", where)
    if not all(type(n) is int and n >= 0 for n in shape):
        raise _unreadable(f"the shape {shape}", where)
    if len(shape) not in (2, 3) or 0 in shape:
        raise InputError(
            f"an array of shape {shape} is not H x W or C x H x W",
            where,
            "save one image, or the channels of one image",
        )
    if dtype.kind not in "biufc":
        raise InputError(
            f"an array of real numbers is wanted, not of {dtype}", where, "save numbers"
        )
    available, claimed = file_size(file) - file.tell(), prod(shape) * dtype.itemsize
    if available < claimed:
        raise _unreadable(f"it ends early: {available} of {claimed} bytes are there", where)
    return np.memmap(file, dtype, "r", file.tell(), shape, "F" if fortran_order else "C")


def _unreadable(what: str, where: str) -> InputError:
    return InputError(
        f"not an array that can be read: {what}", where, "write it with numpy.save(path, array)"
    )


def _volume(stored: Array, name: str, where: str, selection: Selection) -> Image:
    """Return an array of D x H x W as a volume without spacing and directions."""
    selection.refuse(where, "a volume", "channel", "mosaic", "kspace")
    if stored.ndim != 3:
        raise InputError(f"an array of shape {stored.shape} is no volume", where, "save D x H x W")
    selection.check_size(stored.shape, where)
    slice_planes = tuple(
        SlicePlane(plane, n // 2, f"slice {n // 2} of 0..{n - 1} along the {axis}", axis)
        for plane, n, axis in zip(PLANES, stored.shape, AXIS_NAMES, strict=True)
    )
    array, notes = as_numbers(np.array(stored), where, selection.nan)
    file_facts = FileFacts("npy", stored.shape, str(stored.dtype))
    return Image(array, name, file_facts, taken="volume", slice_planes=slice_planes, notes=notes)


def _channels(stored: Array, where: str, selection: Selection) -> tuple[Array, str]:
    """Return the selected channel or channels, and their numbers as text."""
    if stored.ndim == 2:
        selection.refuse(where, "an array of two axes", "channel", "mosaic")
        return stored, ""
    count = stored.shape[0]
    if selection.mosaic is None:
        channel = index("channel", selection.channel, count)
        return stored[channel], f"channel {channel} of 0..{count - 1}"
    last = min(count, selection.mosaic) - 1
    return stored[: last + 1], f"channels 0..{last} of 0..{count - 1}"
