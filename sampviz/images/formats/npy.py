"""Arrays saved by numpy: an image, or the feature maps of a network."""

import warnings
from io import BufferedReader
from math import prod

import numpy as np
from numpy.lib.format import read_array_header_1_0, read_array_header_2_0, read_magic

from sampviz.core.errors import InputError
from sampviz.core.open_file import file_size
from sampviz.dsp.dtypes import Array
from sampviz.dsp.fourier_crop import kspace_to_image
from sampviz.images.formats.rescale import as_numbers
from sampviz.images.geometry import SlicePlane
from sampviz.images.image import FileFacts, Image
from sampviz.images.selection import PLANES, Selection, index

_LONGEST_HEADER = 10_000  # bytes: numpy refuses longer ones


def read_npy(file: BufferedReader, name: str, where: str, pick: Selection) -> Image:
    """Read H x W, or one or more channels of C x H x W; objects are never unpickled."""
    pick.refuse(where, "an array", "plane", "slice", "frame")
    stored = _open(file, where)
    pick.check_kspace(stored.dtype, where)
    if pick.volume:
        return _whole(stored, name, where, pick)
    chosen, taken = _channels(stored, where, pick)
    pick.check_size(chosen.shape, where)
    array, notes = as_numbers(np.array(chosen), where, pick.nan)
    if pick.kspace:
        array = kspace_to_image(array)
    known = {"uint8": (0.0, 255.0), "bool": (0.0, 1.0)}.get(stored.dtype.name)
    facts = FileFacts("npy", stored.shape, str(stored.dtype))
    return Image(array, name, facts, range=known, taken=taken, notes=notes)


def _open(file: BufferedReader, where: str) -> Array:
    """Return the array as a map of its file, after its header and the size of that are checked."""
    start = file.read(12)
    # numpy reads a header before it finds it too long; from version 2 on it may have 4 GB.
    length = int.from_bytes(start[8 : 10 if start[6:7] == b"\1" else 12], "little")
    if length > _LONGEST_HEADER:
        raise _refuse(f"a header of {length} bytes", where)
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a header by Python 2, or of absurd sizes
            version = read_magic(file)
            if version not in ((1, 0), (2, 0), (3, 0)):
                raise ValueError(f"version {version[0]}.{version[1]}")
            read = read_array_header_1_0 if version == (1, 0) else read_array_header_2_0
            shape, by_columns, dtype = read(file)
    except Exception as err:  # whatever it meets in a header, numpy raises what comes
        raise _refuse(" ".join(str(err).split()), where) from None
    if dtype.hasobject:
        raise _refuse("it holds objects, which would be run as code", where)
    if not all(type(n) is int and n >= 0 for n in shape):
        raise _refuse(f"the shape {shape}", where)
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
    there, claimed = file_size(file) - file.tell(), prod(shape) * dtype.itemsize
    if there < claimed:
        raise _refuse(f"it ends early: {there} of {claimed} bytes are there", where)
    return np.memmap(file, dtype, "r", file.tell(), shape, "F" if by_columns else "C")


def _refuse(what: str, where: str) -> InputError:
    return InputError(
        f"not an array that can be read: {what}", where, "write it with numpy.save(path, array)"
    )


def _whole(stored: Array, name: str, where: str, pick: Selection) -> Image:
    """Return an array of D x H x W as a volume that nobody knows the size and the sides of."""
    pick.refuse(where, "a volume", "channel", "mosaic", "kspace")
    if stored.ndim != 3:
        raise InputError(f"an array of shape {stored.shape} is no volume", where, "save D x H x W")
    pick.check_size(stored.shape, where)
    cuts = tuple(
        SlicePlane(plane, n // 2, f"{plane} slice {n // 2} of 0..{n - 1}")
        for plane, n in zip(PLANES, stored.shape, strict=True)
    )
    array, notes = as_numbers(np.array(stored), where, pick.nan)
    facts = FileFacts("npy", stored.shape, str(stored.dtype))
    return Image(array, name, facts, taken="volume", slice_planes=cuts, notes=notes)


def _channels(stored: Array, where: str, pick: Selection) -> tuple[Array, str]:
    """Return the wanted channel or channels, and which they are."""
    if stored.ndim == 2:
        pick.refuse(where, "an array of two axes", "channel", "mosaic")
        return stored, ""
    count = stored.shape[0]
    if pick.mosaic is None:
        channel = index("channel", pick.channel, count)
        return stored[channel], f"channel {channel} of 0..{count - 1}"
    shown = min(count, pick.mosaic)
    return stored[:shown], f"channels 0..{shown - 1} of 0..{count - 1}"
