"""PNG and JPEG. Whole numbers keep their scale: 16 bits stay 16 bits.

PNG is decoded by OpenCV, which keeps 16-bit colour where Pillow cuts it to 8 bits; JPEG by
Pillow, which turns it upright. What libraries guess, or fill in for what is missing, is done here
or refused: palettes, transparency, damage that only libjpeg's words on stderr tell.
"""

from collections.abc import Callable
from io import BufferedReader, BytesIO
from typing import Any

import cv2
import numpy as np

from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.dsp.dtypes import Array
from sampviz.images.formats import jpeg_header as jpeg
from sampviz.images.formats import png_header as png
from sampviz.images.formats.native_stderr import captured_stderr
from sampviz.images.formats.rescale import ALPHA_NOTE, over_black
from sampviz.images.image import FileFacts, Image
from sampviz.images.selection import CHOICES, Selection

_ORIENTATION = 0x112  # of EXIF
# Of each orientation: whether rows and columns are exchanged, then which of them are turned round.
_TURNS = {
    2: (False, False, True),
    3: (False, True, True),
    4: (False, True, False),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}
_HARMLESS = ("extraneous bytes", "Warning", "Invalid SOS parameters", "unknown")


def read_png(file: BufferedReader, name: str, where: str, pick: Selection) -> Image:
    """Read a PNG of any kind and depth as grey (H, W) or RGB (3, H, W), upright."""
    pick.refuse(where, "a PNG", *CHOICES)
    found = png.parse(file, where, pick)
    with captured_stderr() as words:
        pixels = _decoded(found.plain(), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        why = "; ".join(word.removeprefix("libpng error: ") for word in words)
        raise png.damaged(where, why or "it cannot be decoded")
    top = 255.0 if pixels.dtype == np.uint8 else 65535.0
    if pixels.ndim == 3:
        pixels = pixels[..., [2, 1, 0, 3][: pixels.shape[2]]]  # OpenCV has blue first
    array, alpha = _colours(pixels, found, where)
    notes = found.notes
    if alpha is not None:
        array, notes = over_black(array, alpha), (ALPHA_NOTE, *notes)
    picture = _upright(_grey_if_grey(array, found.kind), _orientation(lambda: _exif_of(found.exif)))
    facts = FileFacts(
        f"PNG, {png.KINDS[found.kind]}", (found.height, found.width), f"{found.bits} bit"
    )
    return Image(picture, name, facts, range=(0.0, top), notes=notes, colour=picture.ndim == 3)


def _decoded(data: bytes, how: int) -> Array | None:
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8), how)
    except cv2.error:
        return None


def _colours(pixels: Array, found: png.Png, where: str) -> tuple[Array, Array | None]:
    """Return the samples without alpha, in float32, and alpha (0..1) where there is any."""
    most = 2**found.bits - 1
    if found.kind == png.PALETTE:
        places = pixels // (255 // most)  # the greys of few bits are stretched to 0..255
        table = np.frombuffer(found.palette, np.uint8).reshape(-1, 3).astype(np.float32)
        if places.max() >= len(table):
            raise png.damaged(where, f"a pixel has colour {places.max()} of {len(table)}")
        if not found.clear:
            return table[places], None
        clear = np.full(len(table), 255, np.float32)
        given = np.frombuffer(found.clear, np.uint8)[: len(table)]
        clear[: len(given)] = given
        return table[places], clear[places] / 255
    samples = pixels.astype(np.float32)
    if found.kind in (png.GREY_ALPHA, png.RGBA):
        return samples[..., :3], samples[..., 3] / (255 if found.bits == 8 else 65535)
    if not found.clear:
        return samples, None
    # One grey or one colour is clear.
    if len(found.clear) != (2 if found.kind == png.GREY else 6):
        raise png.damaged(where, "its tRNS is not of its kind")
    key = np.frombuffer(found.clear, ">u2")
    stretched = (key & most).astype(np.float32) * (255 / most if found.bits < 8 else 1)
    shown = samples[..., None] if samples.ndim == 2 else samples
    return samples, (shown != stretched).any(axis=-1).astype(np.float32)


def _grey_if_grey(array: Array, kind: int) -> Array:
    if array.ndim == 2:
        return array
    all_alike = bool((array == array[..., :1]).all())
    if kind in (png.GREY, png.GREY_ALPHA) or (kind == png.PALETTE and all_alike):
        return np.ascontiguousarray(array[..., 0])
    return np.ascontiguousarray(array.transpose(2, 0, 1))


def read_jpeg(file: BufferedReader, name: str, where: str, pick: Selection) -> Image:
    """Read a JPEG upright, as grey (H, W) or RGB (3, H, W); CMYK is converted."""
    from PIL.JpegImagePlugin import JpegImageFile

    pick.refuse(where, "a JPEG", *CHOICES)
    found = jpeg.parse(file, where, pick)
    try:
        with ignored_warnings():  # of EXIF that is damaged
            # Not Pillow.open, which has a limit of its own for the number of pixels.
            picture: Any = JpegImageFile(BytesIO(found.data))
        mode = picture.mode
        pixels = np.asarray(picture if mode == "L" else picture.convert("RGB"), np.float32)
    except (OSError, SyntaxError, ValueError) as err:
        raise jpeg.damaged(where, str(err)) from None
    notes = found.notes + _libjpegs_words(found.data, where)
    if mode == "CMYK":
        guess = "" if found.adobe else "; not by Adobe, so that 0 may be no ink: taken as full ink"
        notes += (f"CMYK: converted to RGB without a colour profile{guess}",)
    array = pixels if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    array = _upright(array, _orientation(picture.getexif))
    facts = FileFacts(f"JPEG, {mode}", (found.height, found.width), "8 bit")
    return Image(array, name, facts, range=(0.0, 255.0), notes=notes, colour=array.ndim == 3)


def _libjpegs_words(data: bytes, where: str) -> tuple[str, ...]:
    """Return what libjpeg remarks; InputError where it filled a picture with grey.

    Pillow does not let it speak, OpenCV lets it speak to stderr.
    """
    with captured_stderr() as words:
        _decoded(data, cv2.IMREAD_REDUCED_GRAYSCALE_8)
    words = [word.removeprefix("Corrupt JPEG data: ") for word in words if "JPEG" in word]
    for word in words:
        if not any(each in word for each in _HARMLESS):
            raise jpeg.damaged(where, word)
    # libjpeg has read on when it counts: the number is not what is there.
    return tuple(f"JPEG: {word.lstrip('0123456789 ')}" for word in words)


def _orientation(exif: Callable[[], Any]) -> int:
    """Return the orientation that EXIF says; 1, upright, for none and for damage."""
    try:
        with ignored_warnings():
            return int(exif().get(_ORIENTATION, 1))
    except Exception:  # whatever Pillow makes of damage: it does not touch the pixels
        return 1


def _exif_of(data: bytes) -> Any:
    from PIL.Image import Exif

    exif = Exif()
    exif.load(data)
    return exif


def _upright(array: Array, orientation: int) -> Array:
    """Turn (.., H, W) upright, as EXIF 2.32 says for an orientation of 1..8."""
    exchanged, down, along = _TURNS.get(orientation, (False, False, False))
    turned = array.swapaxes(-2, -1) if exchanged else array
    return np.ascontiguousarray(turned[..., :: -1 if down else 1, :: -1 if along else 1])
