"""The bytes of a PNG of greys or colours."""

import numpy as np
from numpy.typing import NDArray


def png_bytes(pixels: NDArray[np.uint8 | np.uint16]) -> bytes:
    """Return the bytes of a PNG.

    Parameters
    ----------
    pixels : ndarray of uint8 or uint16
        (H, W) greys or (H, W, 3) colours.

    Returns
    -------
    bytes
    """
    import cv2

    if pixels.ndim == 3:
        pixels = pixels[..., ::-1]  # OpenCV's order is blue, green, red
    is_whole, data = cv2.imencode(".png", np.ascontiguousarray(pixels))
    if not is_whole:
        raise MemoryError("a PNG cannot be encoded")
    return data.tobytes()
