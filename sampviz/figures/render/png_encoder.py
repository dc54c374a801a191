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
_HEAD = len(SIGNATURE) + 25  # and the chunk IHDR, behind which others may stand
_PER_METRE = 100 / 2.54


def encode_png(pixels: NDArray[np.uint8], texts: Mapping[str, str], dpi: float) -> bytes:
    """Return the PNG of pixels (H, W, 4), whose alpha is left out, with texts in Latin-1."""
    how = [
        *(cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_UP),
        *(cv2.IMWRITE_PNG_COMPRESSION, _LEVEL),
    ]
    _, encoded = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGR), how)
    data = encoded.tobytes()
    pitch = int(dpi * _PER_METRE + 0.5)
    told = [chunk(b"pHYs", struct.pack(">IIB", pitch, pitch, 1))]
    told += [
        chunk(b"tEXt", key.encode("latin-1") + b"\0" + text.encode("latin-1"))
        for key, text in texts.items()
    ]
    return data[:_HEAD] + b"".join(told) + data[_HEAD:]
