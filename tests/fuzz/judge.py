"""What may come of a damaged file: an image that is what the file says, or an error in words."""

import json
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from sampviz.core.errors import SampvizError
from sampviz.images.image import Image
from sampviz.images.load import load
from sampviz.images.summary import summarize
from sampviz.recipes.gallery import recipe_text
from sampviz.recipes.read import parse_recipe
from tests.images.formats import parsers
from tests.images.formats.parsers import Broken, Found


class Wrong(Exception):  # noqa: N818 - a verdict
    """The reader did what it may not do."""


def judge(path: Path, ending: str, **pick: Any) -> str:
    """Read a file; return `image` or `refused`, raise Wrong or whatever else was raised.

    Of a recipe `image` means that it is one: it is not drawn.
    """
    with np.errstate(all="ignore"):
        found, broken = _opinion(path.read_bytes(), ending)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if ending == "toml":
                parse_recipe(recipe_text(str(path)), str(path))
                return "image"
            image = load(path, **pick)
    except SampvizError as err:
        lines = str(err).split("\n")
        if len(lines) != 3 or err.exit_code not in (2, 3) or "not enough memory" in err.what:
            raise Wrong(f"an error that is none: {err}") from err
        if err.exit_code == 2 and not pick and ending != "toml":
            raise Wrong(f"nothing was asked, and {err}") from err
        return "refused"
    told = summarize(image)
    json.dumps(told, allow_nan=False)
    if broken == "short" and ending == "nii.gz" and not pick.get("volume"):
        return "image"  # of a compressed file only what leads to the slice is read
    if broken:
        raise Wrong(f"accepted, but: {broken}")
    if found:
        _compare(image, found, ending, pick)
    return "image"


def _opinion(data: bytes, ending: str) -> tuple[Found | None, str]:
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return parsers.png(data), ""
        if data.startswith(b"\xff\xd8\xff"):
            return parsers.jpeg(data), ""
        if data.startswith(b"\x93NUMPY"):
            return parsers.npy(data), ""
        if ending == "nii.gz":
            return _packed(data), ""
        return (parsers.nifti(data) if ending == "nii" else None), ""
    except Broken as err:
        return None, str(err)


def _packed(data: bytes) -> Found | None:
    """Of a gzip file of one member, whole; of all others there is no opinion."""
    stream = zlib.decompressobj(31)
    try:
        inside = stream.decompress(data, 2**22)
    except zlib.error:
        return None
    return parsers.nifti(inside) if stream.eof and not stream.unused_data else None


def _compare(image: Image, found: Found, ending: str, pick: dict[str, Any]) -> None:
    if image.file.shape != found.shape:
        raise Wrong(f"shape {image.file.shape}, but the file says {found.shape}")
    if found.values is None:
        size = sorted(image.size)
        if ending in ("png", "jpg") and size != sorted(found.shape):
            raise Wrong(f"size {size}, but the file says {found.shape}")
        return
    values = found.values
    if image.file.format.startswith("NIfTI"):
        if not pick.get("volume"):
            _check_slice(image, values)
            return
        # Each part by itself: rounded numbers may come in another order.
        for one, other in (
            (image.array.real, values.real),
            (image.array.imag, values.imag),
        ):
            _check_same(np.sort(one, axis=None), np.sort(other))
    elif image.file.format == "npy":
        _check_same(image.array, _first_picture(values, colour=image.colour))
    else:
        _check_same(image.array, values)


def _first_picture(values: np.ndarray, *, colour: bool) -> np.ndarray:
    """Return the first channel, or the colours, of the first image of an array."""
    while values.ndim > 3:
        values = values[0]
    if values.ndim == 2:
        return values
    if colour:
        return np.moveaxis(values, -1, 0)
    count, height, width = values.shape
    return values[..., 0] if width == 1 < min(count, height) else values[0]


def _check_same(array: np.ndarray, values: np.ndarray) -> None:
    if array.shape != values.shape:
        raise Wrong(f"shape {array.shape}, but {values.shape} in the file")
    with np.errstate(all="ignore"):
        close = np.isclose(array, values, rtol=1e-6, atol=0, equal_nan=True)
        close |= np.abs(array - values) <= 1e-6 * np.nanmax(np.abs(values), initial=0)
        if array.dtype.kind in "fc":  # numbers of 128 bits may be smaller than any of 64
            close |= np.abs(array - values) <= np.finfo(array.dtype).smallest_subnormal
    if not close.all():
        raise Wrong(f"values {array[~close][:5]}, but {values[~close][:5]} in the file")


def _check_slice(image: Image, values: np.ndarray) -> None:
    """Every value of a slice is one of the volume's."""
    with np.errstate(all="ignore"):
        held = np.unique(values.astype(image.array.dtype))
    if not np.isin(image.array[np.isfinite(image.array)], held).all():
        raise Wrong("a slice holds values that the volume does not")
