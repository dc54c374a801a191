"""Arrays saved by numpy: an image, or the feature maps of a network."""

import warnings
from pathlib import Path
from tokenize import TokenError

import numpy as np

from sampviz.arrays import Array, as_number
from sampviz.arrays.fourier import image_of_kspace
from sampviz.errors import InputError
from sampviz.image import Cut, FileFacts, Image
from sampviz.io.pick import PLANES, Pick, index
from sampviz.io.raster import MOST_PIXELS

# All that numpy raises when a header is not what it should be.
_FAULTS = (OSError, ValueError, EOFError, SyntaxError, TokenError, OverflowError, TypeError)


def read_npy(path: Path, name: str, where: str, pick: Pick) -> Image:
    """Read H x W, or one or more channels of C x H x W; objects are never unpickled."""
    pick.refuse(where, "an array", "plane", "slice", "frame")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a header by Python 2, or of absurd sizes
            stored = np.load(path, mmap_mode="r", allow_pickle=False)
    except _FAULTS as err:
        raise InputError(
            f"not an array that can be read: {' '.join(str(err).split())}",
            where,
            "write it with numpy.save(path, array)",
        ) from None
    if stored.ndim not in (2, 3) or 0 in stored.shape:
        raise InputError(
            f"an array of shape {stored.shape} is not H x W or C x H x W",
            where,
            "save one image, or the channels of one image",
        )
    if stored.shape[-2] * stored.shape[-1] > MOST_PIXELS:
        raise InputError(f"{stored.shape} are more than {MOST_PIXELS} px", where, "cut it smaller")
    pick.check_kspace(stored.dtype, where)
    if pick.volume:
        return _whole(stored, name, where, pick)
    chosen, taken = _channels(stored, where, pick)
    try:
        array = as_number(image_of_kspace(np.array(chosen)) if pick.kspace else np.array(chosen))
    except TypeError as err:
        raise InputError(str(err), where, "save numbers") from None
    known = {"uint8": (0.0, 255.0), "bool": (0.0, 1.0)}.get(stored.dtype.name)
    facts = FileFacts("npy", stored.shape, str(stored.dtype))
    return Image(array, name, facts, range=known, taken=taken)


def _whole(stored: Array, name: str, where: str, pick: Pick) -> Image:
    """Return an array of D x H x W as a volume that nobody knows the size and the sides of."""
    pick.refuse(where, "a volume", "channel", "mosaic", "kspace")
    if stored.ndim != 3 or stored.size > MOST_PIXELS:
        raise InputError(f"an array of shape {stored.shape} is no volume", where, "save D x H x W")
    cuts = tuple(
        Cut(plane, n // 2, f"{plane} slice {n // 2} of 0..{n - 1}")
        for plane, n in zip(PLANES, stored.shape, strict=True)
    )
    try:
        array = as_number(np.array(stored))
    except TypeError as err:
        raise InputError(str(err), where, "save numbers") from None
    facts = FileFacts("npy", stored.shape, str(stored.dtype))
    return Image(array, name, facts, taken="volume", cuts=cuts)


def _channels(stored: Array, where: str, pick: Pick) -> tuple[Array, str]:
    """Return the wanted channel or channels, and which they are."""
    if stored.ndim == 2:
        pick.refuse(where, "an array of two axes", "channel", "mosaic")
        return stored, ""
    count = stored.shape[0]
    if pick.mosaic is None:
        channel = index("channel", pick.channel, count)
        return stored[channel], f"channel {channel} of 0..{count - 1}"
    shown = min(count, pick.mosaic)
    if shown * stored.shape[1] * stored.shape[2] > MOST_PIXELS:
        raise InputError(f"{shown} channels are too much", where, "choose fewer with --mosaic")
    return stored[:shown], f"channels 0..{shown - 1} of 0..{count - 1}"
