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


def read_pillow(picture: Any, name: str, selection: Selection) -> Image:
    """Return the image of a `PIL.Image.Image` as grey (H, W) or RGB (3, H, W), upright.

    Whole numbers of 32 bits and floats are taken as they are.
    """
    selection.refuse(name, "a PIL image", *CHOICES)
    selection.check_size(picture.size[::-1], name)
    if picture.mode in ("I", "F"):
        return Image.of(np.asarray(picture), name)
    shown = picture
    if picture.mode not in _IN_PNG:
        deep = picture.mode.startswith("I;16")
        shown = picture.convert("I;16" if deep else _ALPHA.get(picture.mode, "RGB"))
    data = BytesIO()
    shown.save(data, "PNG", compress_level=1, exif=picture.getexif())
    data.seek(0)
    image = read_png(BufferedReader(data), name, name, selection)
    return replace(image, file=replace(image.file, format=f"PIL, {picture.mode}"))
