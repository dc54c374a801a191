"""Read PNG and JPEG. Integers keep their scale: 16 bits stay 16 bits.

PNG is decoded by OpenCV, which keeps 16-bit colour where Pillow cuts it to 8 bits, JPEG by Pillow,
which converts CMYK. What the libraries would guess is done here: palettes, transparency,
orientation. Damage that libjpeg reports only on stderr, and fills with grey, is an error.
"""

from io import BufferedReader, BytesIO
from typing import Any

import cv2
import numpy as np

from sampviz.core.errors import UsageError, argument
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.dsp.dtypes import Array
from sampviz.images.formats import jpeg_header as jpeg
from sampviz.images.formats import png_header as png
from sampviz.images.formats.native_stderr import captured_stderr
from sampviz.images.formats.opencv_decode import decode
from sampviz.images.formats.orientation import orientation_of, parse_exif, upright
from sampviz.images.formats.rescale import ALPHA_NOTE, over_black
from sampviz.images.image import FileFacts, Image, Labels
from sampviz.images.label_map import looks_like_labels
from sampviz.images.selection import CHOICES, Selection
from sampviz.images.value_range import stored_range

_HARMLESS = ("extraneous bytes", "Warning", "Invalid SOS parameters", "unknown")


def read_png(file: BufferedReader, name: str, where: str, selection: Selection) -> Image:
    """Read a PNG of any colour type and depth.

    Parameters
    ----------
    file : BufferedReader
        Open at any position.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    selection : Selection
        Bounds the number of pixels; has no slice, frame or channel.

    Returns
    -------
    Image
        Grey (H, W) or RGB (3, H, W), float32 in 0..255 or, of 16 bits, 0..65535, upright.

    Raises
    ------
    InputError
        If the file is damaged, not complete, or too large.
    UsageError
        If the selection asks for what the format has not.
    """
    selection.refuse(where, "a PNG", *CHOICES)
    parsed = png.parse_png(file, where, selection)
    with captured_stderr() as lines:
        pixels = decode(parsed.plain(), cv2.IMREAD_UNCHANGED, parsed.size)
    if pixels is None:
        reasons = "; ".join(line.removeprefix("libpng error: ") for line in lines)
        raise png.damaged(where, reasons or "it cannot be decoded")
    if pixels.ndim == 3:
        pixels = pixels[..., [2, 1, 0, 3][: pixels.shape[2]]]  # OpenCV's order is blue, green, red
    if selection.palette == "index":
        return _palette_labels(pixels, parsed, name, where)
    array, alpha = _colours_and_alpha(pixels, parsed, where)
    notes = parsed.notes
    choices: tuple[str, ...] = ()
    if parsed.kind == png.PALETTE:
        choices = _palette_choice(_indices_and_colours(pixels, parsed, where)[0])
    if alpha is not None:
        array, notes = over_black(array, alpha), (ALPHA_NOTE, *notes)
    orientation = orientation_of(lambda: parse_exif(parsed.exif))
    array = upright(_channels_first(array, parsed.kind), orientation)
    file_facts = FileFacts(
        f"PNG, {png.KINDS[parsed.kind]}", (parsed.height, parsed.width), f"{parsed.bits} bit"
    )
    value_range, source = stored_range(
        16 if pixels.dtype == np.uint16 else 8, float(array.max()), parsed.significant
    )
    return Image(
        array,
        name,
        file_facts,
        range=value_range,
        notes=notes,
        colour=array.ndim == 3,
        range_source=source,
        choices=choices,
    )


def _palette_labels(pixels: Array, parsed: png.Png, name: str, where: str) -> Image:
    """Return the indices of a PNG with a palette, as labels that keep its colours."""
    if parsed.kind != png.PALETTE:
        raise UsageError(
            f"a PNG in {png.KINDS[parsed.kind]} has no palette",
            f"{argument('palette')}, for {where}",
            f"leave it out; {argument('as_', 'labels')} takes its greys for labels",
        )
    indices, colours = _indices_and_colours(pixels, parsed, where)
    array = upright(indices.astype(np.float32), orientation_of(lambda: parse_exif(parsed.exif)))
    labels = Labels(
        tuple(map(int, np.unique(indices))),
        "indices of a palette",
        tuple((int(red), int(green), int(blue)) for red, green, blue in colours),
    )
    file_facts = FileFacts("PNG, palette", (parsed.height, parsed.width), f"{parsed.bits} bit")
    return Image(array, name, file_facts, notes=parsed.notes, labels=labels)


def _palette_choice(indices: Array) -> tuple[str, ...]:
    """Return a word on the labels that were passed over, where the indices look like labels."""
    ids = tuple(map(int, np.unique(indices)))
    if len(ids) < 2 or not looks_like_labels(indices.astype(np.int16), ids):
        return ()
    return (f"{len(ids)} colours of a palette; {argument('palette', 'index')} reads labels",)


def _indices_and_colours(pixels: Array, parsed: png.Png, where: str) -> tuple[Array, Array]:
    """Return the index of each pixel, and the colours of the palette, (N, 3)."""
    indices = pixels // (255 // (2**parsed.bits - 1))  # greys of few bits come stretched to 0..255
    table = np.frombuffer(parsed.palette, np.uint8).reshape(-1, 3)
    if indices.max() >= len(table):
        raise png.damaged(where, f"a pixel has colour {indices.max()} of {len(table)}")
    return indices, table


def _colours_and_alpha(pixels: Array, parsed: png.Png, where: str) -> tuple[Array, Array | None]:
    """Return the samples without alpha, in float32, and alpha (0..1) where there is any."""
    most = 2**parsed.bits - 1
    if parsed.kind == png.PALETTE:
        indices, colours = _indices_and_colours(pixels, parsed, where)
        table = colours.astype(np.float32)
        if not parsed.transparency:
            return table[indices], None
        opacity = np.full(len(table), 255, np.float32)
        stored = np.frombuffer(parsed.transparency, np.uint8)[: len(table)]
        opacity[: len(stored)] = stored
        return table[indices], opacity[indices] / 255
    samples = pixels.astype(np.float32)
    if parsed.kind in (png.GREY_ALPHA, png.RGBA):
        return samples[..., :3], samples[..., 3] / (255 if parsed.bits == 8 else 65535)
    if not parsed.transparency:
        return samples, None
    # One grey or one colour is transparent.
    if len(parsed.transparency) != (2 if parsed.kind == png.GREY else 6):
        raise png.damaged(where, "its tRNS is not of its kind")
    key = np.frombuffer(parsed.transparency, ">u2")
    stretched = (key & most).astype(np.float32) * (255 / most if parsed.bits < 8 else 1)
    colours = samples[..., None] if samples.ndim == 2 else samples
    return samples, (colours != stretched).any(axis=-1).astype(np.float32)


def _channels_first(array: Array, kind: int) -> Array:
    """Return (3, H, W), or (H, W) for a grey image and for a palette of greys alone."""
    if array.ndim == 2:
        return array
    all_grey = bool((array == array[..., :1]).all())
    if kind in (png.GREY, png.GREY_ALPHA) or (kind == png.PALETTE and all_grey):
        return np.ascontiguousarray(array[..., 0])
    return np.ascontiguousarray(array.transpose(2, 0, 1))


def read_jpeg(file: BufferedReader, name: str, where: str, selection: Selection) -> Image:
    """Read a JPEG; CMYK is converted to RGB.

    Parameters
    ----------
    file : BufferedReader
        Open at any position.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    selection : Selection
        Bounds the number of pixels; has no slice, frame or channel.

    Returns
    -------
    Image
        Grey (H, W) or RGB (3, H, W), float32 in 0..255, upright.

    Raises
    ------
    InputError
        If the file is damaged, not complete, or too large.
    UsageError
        If the selection asks for what the format has not.
    """
    from PIL.JpegImagePlugin import JpegImageFile

    selection.refuse(where, "a JPEG", *CHOICES)
    parsed = jpeg.parse_jpeg(file, where, selection)
    try:
        with ignored_warnings():  # of EXIF that is damaged
            # Not Pillow.open, which has a limit of its own for the number of pixels.
            decoder: Any = JpegImageFile(BytesIO(parsed.data))
        mode = decoder.mode
        pixels = np.asarray(decoder if mode == "L" else decoder.convert("RGB"), np.float32)
    except (OSError, SyntaxError, ValueError) as err:
        raise jpeg.damaged(where, str(err)) from None
    notes = parsed.notes + _libjpeg_warnings(parsed, where)
    if mode == "CMYK":
        guess = "" if parsed.adobe else "; not by Adobe, so that 0 may be no ink: taken as full ink"
        notes += (f"CMYK: converted to RGB without a colour profile{guess}",)
    array = pixels if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    array = upright(array, orientation_of(decoder.getexif))
    file_facts = FileFacts(f"JPEG, {mode}", (parsed.height, parsed.width), "8 bit")
    return Image(
        array,
        name,
        file_facts,
        range=(0.0, 255.0),
        notes=notes,
        colour=array.ndim == 3,
        range_source="8 bit",
    )


def _libjpeg_warnings(parsed: jpeg.Jpeg, where: str) -> tuple[str, ...]:
    """Return the warnings of libjpeg; InputError where it filled missing data with grey.

    Pillow discards them, OpenCV lets libjpeg write them to stderr.
    """
    with captured_stderr() as lines:
        size = -(-parsed.height // 8) * -(-parsed.width // 8)
        decode(parsed.data, cv2.IMREAD_REDUCED_GRAYSCALE_8, size)
    messages = [line.removeprefix("Corrupt JPEG data: ") for line in lines if "JPEG" in line]
    for message in messages:
        if not any(harmless in message for harmless in _HARMLESS):
            raise jpeg.damaged(where, message)
    # A message may begin with a number of bytes, which is not exact.
    return tuple(f"JPEG: {message.lstrip('0123456789 ')}" for message in messages)
