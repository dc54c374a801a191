"""PNG and JPEG. Whole numbers keep their scale: 16 bits stay 16 bits.

PNG is decoded by OpenCV, which keeps 16-bit colour where Pillow cuts it to 8 bits; JPEG by
Pillow, which fails on a damaged file where OpenCV fills it with grey.
"""

import io
import struct
import warnings
import zlib
from typing import Any

import cv2
import numpy as np

from sampviz.arrays import Array
from sampviz.errors import InputError
from sampviz.image import FileFacts, Image
from sampviz.io.pick import CHOICES, Pick

MOST_PIXELS = 2**28
_GREY, _PALETTE, _GREY_ALPHA = 0, 3, 4  # colour types of a PNG header
_KINDS = {_GREY: "grey", 2: "RGB", _PALETTE: "palette", _GREY_ALPHA: "grey + alpha", 6: "RGBA"}


def read_png(data: bytes, name: str, where: str, pick: Pick) -> Image:
    """Read a PNG of any kind and depth as grey (H, W) or RGB (3, H, W)."""
    pick.refuse(where, "a PNG", *CHOICES)
    try:
        width, height, bits, kind = struct.unpack(">II2B", data[16:26])
    except struct.error:
        raise _damaged("PNG", where) from None
    _check_size(height, width, where)
    data, clear = _without_remarks(data, where)
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or kind not in _KINDS:
        raise _damaged("PNG", where)
    notes: tuple[str, ...] = ()
    top = 255.0 if pixels.dtype == np.uint8 else 65535.0
    array = pixels.astype(np.float32)
    if clear and kind == _GREY:  # OpenCV heeds tRNS in colour images only
        most = 2**bits - 1
        array[array == (int.from_bytes(clear) & most) * top / most] = 0
        notes = (ALPHA_NOTE,)
    if array.ndim == 3 and array.shape[2] == 4:
        array, notes = over_black(array[..., :3], array[..., 3] / top), (ALPHA_NOTE,)
    if array.ndim == 3:
        array = array[..., ::-1]  # OpenCV has blue first
    facts = FileFacts(f"PNG, {_KINDS[kind]}", (height, width), f"{bits} bit")
    picture = _grey_if_grey(array, kind)
    return Image(picture, name, facts, range=(0.0, top), notes=notes, colour=picture.ndim == 3)


ALPHA_NOTE = "transparency: composed over black"


def _without_remarks(data: bytes, where: str) -> tuple[bytes, bytes]:
    """Return a PNG without the chunks that do not decide its pixels, and what its tRNS holds.

    libpng prints what it thinks of colour profiles and damage to stderr, where only we speak.
    """
    kept, clear = [data[:8]], b""
    at, name = 8, b""
    while name != b"IEND":
        name, end = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4])
        if len(data) < end or len(name) < 4:
            raise _damaged("PNG", where, ": it ends too early")
        if name[:1].isupper() or name == b"tRNS":
            if zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end]):
                raise _damaged("PNG", where, f": wrong checksum of {name.decode('latin-1')}")
            kept.append(data[at:end])
            clear = data[at + 8 : end - 4] if name == b"tRNS" else clear
        at = end
    return b"".join(kept), clear


def over_black(colours: Array, alpha: Array) -> Array:
    """Compose (H, W, 3) over black; `alpha` is (H, W), 0..1."""
    return np.asarray(colours * alpha[..., None], colours.dtype)


def _grey_if_grey(array: Array, kind: int) -> Array:
    if array.ndim == 2:
        return array
    all_alike = bool((array == array[..., :1]).all())
    if kind in (_GREY, _GREY_ALPHA) or (kind == _PALETTE and all_alike):
        return np.ascontiguousarray(array[..., 0])
    return np.ascontiguousarray(array.transpose(2, 0, 1))


def read_jpeg(data: bytes, name: str, where: str, pick: Pick) -> Image:
    """Read a JPEG upright, as grey (H, W) or RGB (3, H, W); CMYK is converted."""
    from PIL import ImageOps
    from PIL.JpegImagePlugin import JpegImageFile

    pick.refuse(where, "a JPEG", *CHOICES)
    notes: tuple[str, ...] = ()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of EXIF that is damaged
            # Not Pillow.open, which has a limit of its own for the number of pixels.
            picture: Any = JpegImageFile(io.BytesIO(data))
            width, height = picture.size
            _check_size(height, width, where)
            mode = picture.mode
            turned = ImageOps.exif_transpose(picture)
            if mode == "CMYK":
                notes = ("CMYK: converted to RGB without a colour profile",)
            pixels = np.asarray(turned if mode == "L" else turned.convert("RGB"), np.float32)
    except (OSError, SyntaxError, ValueError) as err:
        raise _damaged("JPEG", where, f": {err}") from None
    array = pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels.transpose(2, 0, 1))
    facts = FileFacts(f"JPEG, {mode}", (height, width), "8 bit")
    colour = array.ndim == 3
    return Image(array, name, facts, range=(0.0, 255.0), notes=notes, colour=colour)


def _check_size(height: int, width: int, where: str) -> None:
    if height * width > MOST_PIXELS:
        raise InputError(
            f"{height}x{width} px are more than {MOST_PIXELS}", where, "cut it into smaller pieces"
        )


def _damaged(kind: str, where: str, why: str = "") -> InputError:
    return InputError(f"the {kind} is damaged or not complete{why}", where, "get the file again")
