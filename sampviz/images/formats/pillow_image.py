"""Images that Pillow holds: as the PNG of them is read, so that one colour has one value."""

from dataclasses import replace
from io import BufferedReader, BytesIO
from typing import Any

import numpy as np

from sampviz.images.formats.png_jpeg import read_png
from sampviz.images.image import Image
from sampviz.images.selection import CHOICES, Selection

_IN_PNG = ("1", "L", "LA", "I;16", "P", "RGB", "RGBA")
_ALPHA = {"PA": "RGBA", "La": "LA", "RGBa": "RGBA"}  # those that have it, in a mode of PNG


def read_pillow(pil_image: Any, name: str, selection: Selection) -> Image:
    """Return the image of a `PIL.Image.Image` as grey (H, W) or RGB (3, H, W), upright.

    Whole numbers of 32 bits and floats are taken as they are.
    """
    selection.refuse(name, "a PIL image", *CHOICES)
    selection.check_size(pil_image.size[::-1], name)
    if pil_image.mode in ("I", "F"):
        return Image.of(np.asarray(pil_image), name)
    png_image = pil_image
    if pil_image.mode not in _IN_PNG:
        deep = pil_image.mode.startswith("I;16")
        png_image = pil_image.convert("I;16" if deep else _ALPHA.get(pil_image.mode, "RGB"))
    data = BytesIO()
    png_image.save(data, "PNG", compress_level=1, exif=pil_image.getexif())
    data.seek(0)
    image = read_png(BufferedReader(data), name, name, selection)
    return replace(image, file=replace(image.file, format=f"PIL, {pil_image.mode}"))
