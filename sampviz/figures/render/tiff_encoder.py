"""Encode figures as TIFF: LZW, with the resolution, as journals ask for them."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray


def encode_tiff(pixels: NDArray[np.uint8], program: str, record: str, dpi: float) -> bytes:
    """Encode a figure as TIFF.

    Parameters
    ----------
    pixels : ndarray of uint8
        (H, W, 4), whose alpha is left out.
    program : str
        What made it: the tag Software.
    record : str
        How it was made, in ASCII: the tag ImageDescription; "" for none.
    dpi : float
        Pixels per inch.

    Returns
    -------
    bytes
        Of the file.
    """
    from PIL import Image

    buffer = BytesIO()
    description = {"description": record} if record else {}
    # OpenCV cannot write the texts.
    Image.fromarray(np.ascontiguousarray(pixels[..., :3])).save(
        buffer,
        format="TIFF",
        compression="tiff_lzw",
        dpi=(dpi, dpi),
        software=program,
        **description,
    )
    return buffer.getvalue()
