"""Arrays saved by numpy: an image, or the feature maps of a network."""

import warnings
from pathlib import Path
from tokenize import TokenError

import numpy as np

from sampviz.arrays import as_float
from sampviz.errors import InputError
from sampviz.image import FileFacts, Image
from sampviz.io.pick import Pick, index
from sampviz.io.raster import MOST_PIXELS

# All that numpy raises when a header is not what it should be.
_FAULTS = (OSError, ValueError, EOFError, SyntaxError, TokenError, OverflowError, TypeError)


def read_npy(path: Path, name: str, where: str, pick: Pick) -> Image:
    """Read H x W, or one channel of C x H x W; objects are never unpickled."""
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
    taken = ""
    notes: tuple[str, ...] = ()
    chosen = stored
    if stored.ndim == 3:
        channel = index("channel", pick.channel, stored.shape[0])
        chosen, taken = stored[channel], f"channel {channel} of 0..{stored.shape[0] - 1}"
    else:
        pick.refuse(where, "an array of two axes", "channel")
    values = np.array(chosen)
    if values.dtype.kind == "c":
        values, notes = np.abs(values), ("complex numbers: their magnitude is taken",)
    try:
        array = as_float(values)
    except TypeError as err:
        raise InputError(str(err), where, "save numbers") from None
    known = {"uint8": (0.0, 255.0), "bool": (0.0, 1.0)}.get(stored.dtype.name)
    facts = FileFacts("npy", stored.shape, str(stored.dtype))
    return Image(array, name, facts, range=known, taken=taken, notes=notes)
