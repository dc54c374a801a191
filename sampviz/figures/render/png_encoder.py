"""Encode figures as PNG, quickly.

Most of the time of an encoder goes into choosing a filter for every row. Figures are blocks of
equal rows: less the row above, most are zeros. With that filter alone (`IMWRITE_PNG_FILTER_UP`)
OpenCV takes a third of the time of Pillow, 24 of 78 ms at 2203x1319 px, for a smaller file.
"""

import struct
from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from sampviz.images.formats.png_header import SIGNATURE, chunk

_LEVEL = 2  # of 9: higher ones double the time, for a tenth of the size
_HEADER = len(SIGNATURE) + 25  # and the chunk IHDR, behind which others may stand
_INCHES_PER_METRE = 100 / 2.54


def encode_png(pixels: NDArray[np.uint8], texts: Mapping[str, str], dpi: float) -> bytes:
    """Encode a figure as PNG.

    Parameters
    ----------
    pixels : ndarray of uint8
        (H, W, 4), whose alpha is left out.
    texts : mapping of str to str
        Keywords and texts, in Latin-1: tEXt chunks.
    dpi : float
        Pixels per inch.

    Returns
    -------
    bytes
        Of the file.
    """
    flags = [
        *(cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP),
        *(cv2.IMWRITE_PNG_COMPRESSION, _LEVEL),
    ]
    is_whole, encoded = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGR), flags)
    if not is_whole:
        raise MemoryError("a PNG cannot be encoded")
    data = encoded.tobytes()
    pixels_per_metre = int(dpi * _INCHES_PER_METRE + 0.5)
    chunks = [chunk(b"pHYs", struct.pack(">IIB", pixels_per_metre, pixels_per_metre, 1))]
    chunks += [
        chunk(b"tEXt", key.encode("latin-1") + b"\0" + text.encode("latin-1"))
        for key, text in texts.items()
    ]
    return data[:_HEADER] + b"".join(chunks) + data[_HEADER:]
