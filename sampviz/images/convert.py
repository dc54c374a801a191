"""What users bring as an image, as the image that is meant."""

from pathlib import Path

from sampviz.dsp.dtypes import Array
from sampviz.images.image import Image
from sampviz.images.load import load


def as_image(value: Image | Array | str | Path) -> Image:
    """Return an image as it is, that of an array of H x W or C x H x W, or that of a file."""
    if isinstance(value, (str, Path)):
        return load(value)
    return value if isinstance(value, Image) else Image.of(value)
