"""Decode a picture with OpenCV, which has to have the memory for it."""

import cv2
import numpy as np

from sampviz.core.memory import lacking_memory
from sampviz.dsp.dtypes import Array

_BESIDE = 4096  # bytes, for what OpenCV notes beside pixels


def decode(data: bytes | bytearray, flags: int, size: int) -> Array | None:
    """Return the pixels of a picture.

    Parameters
    ----------
    data : bytes or bytearray
        The file.
    flags : int
        Of OpenCV.
    size : int
        Bytes of the pixels, as the header has it.

    Returns
    -------
    ndarray or None
        As OpenCV orders them; None for what it cannot decode.

    Raises
    ------
    MemoryError
        If there is not memory for them twice.
    """
    # OpenCV copies what it has decoded. Where there is no room some of its decoders call the file
    # damaged, and a copy that is refused only once ends the process: so Python is asked before.
    reserve(2 * size + _BESIDE)
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as err:
        if reason := lacking_memory(err):
            raise MemoryError(reason) from None
        return None


def reserve(size: int) -> None:
    """Raise MemoryError if so many bytes cannot be had now; they are given back at once."""
    np.empty(size, np.uint8)
