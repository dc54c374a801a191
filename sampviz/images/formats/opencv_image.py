"""Read BMP, WebP, JPEG 2000 and TIFF with OpenCV, where it was built with them."""

from io import BufferedReader

import cv2
import numpy as np

from sampviz.core.errors import InputError
from sampviz.core.open_file import file_size
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.native_stderr import captured_stderr
from sampviz.images.formats.opencv_decode import decode
from sampviz.images.formats.orientation import orientation_of, parse_exif, upright
from sampviz.images.formats.raster_header import RasterHeader, not_readable, parse_raster
from sampviz.images.formats.rescale import ALPHA_NOTE, as_numbers, over_black
from sampviz.images.image import FileFacts, Image
from sampviz.images.selection import CHOICES, Selection
from sampviz.images.value_range import stored_range

_MOST_BYTES = 2**30  # of a file, which is held whole


def read_raster(
    file: BufferedReader, kind: str, name: str, where: str, selection: Selection
) -> Image:
    """Read a picture.

    Parameters
    ----------
    file : BufferedReader
        Open at its start.
    kind : str
        As `raster_kind` returns it.
    name : str
        What the image is called.
    where : str
        The name of the input, for errors.
    selection : Selection
        Bounds the number of pixels; has no slice, frame or channel.

    Returns
    -------
    Image
        Grey (H, W) or RGB (3, H, W), upright.

    Raises
    ------
    InputError
        If the file is damaged, too large, or of a kind that is not read.
    UsageError
        If the selection asks for what the format has not.
    """
    selection.refuse(where, f"a {kind}", *CHOICES)
    if file_size(file) > _MOST_BYTES:
        raise InputError(
            f"the file is a {kind} of {file_size(file)} bytes; the most is {_MOST_BYTES}",
            where,
            "convert it to PNG or .npy",
        )
    data = bytearray(file.read())
    header = parse_raster(bytes(data), kind, where)
    selection.check_size((header.height, header.width), where)
    if header.orientation_at:  # OpenCV turns some pictures itself, by its version
        data[header.orientation_at : header.orientation_at + 2] = (
            b"\1\0" if data[0] == 73 else b"\0\1"
        )
    pixels = _decode(data, header, kind, where)
    array, notes = _channels_first(pixels, header)
    array, value_notes = as_numbers(array, where, selection.nan)
    orientation = header.orientation
    if header.exif:
        orientation = orientation_of(lambda: parse_exif(header.exif))
    is_colour = array.ndim == 3
    facts = FileFacts(
        f"{kind}, {'RGB' if is_colour else 'grey'}",
        (header.height, header.width),
        str(pixels.dtype),
    )
    value_range, source = None, ""
    if pixels.dtype.kind == "u" and pixels.dtype.itemsize <= 2:
        value_range, source = stored_range(8 * pixels.dtype.itemsize, float(array.max()))
    return Image(
        upright(array, orientation),
        name,
        facts,
        range=value_range,
        range_source=source,
        notes=(*header.notes, *notes, *value_notes),
        colour=is_colour,
    )


def _decode(data: bytearray, header: RasterHeader, kind: str, where: str) -> Array:
    """Return the pixels as they are stored; of colours blue comes first."""
    with captured_stderr() as lines:
        pixels = decode(data, cv2.IMREAD_UNCHANGED, header.size)
    errors = [line for line in lines if "ERROR" in line]
    if pixels is None or errors:
        raise not_readable(kind, "it is damaged, or OpenCV was built without it", where)
    if pixels.shape[:2] != (header.height, header.width) or pixels.itemsize * 8 != header.depth:
        raise not_readable(kind, "what is in it is not what its header says", where)
    return np.asarray(pixels)


def _channels_first(pixels: Array, header: RasterHeader) -> tuple[Array, tuple[str, ...]]:
    """Return (H, W), of colours that are all grey too, or (3, H, W), and notes."""
    notes: tuple[str, ...] = ()
    if pixels.ndim == 2:
        return pixels, notes
    colours = pixels[..., 2::-1]
    if pixels.shape[2] == 4:
        largest = float(2**header.depth - 1)
        alpha = pixels[..., 3].astype(np.float32) / largest
        colours, notes = over_black(colours.astype(np.float32), alpha), (ALPHA_NOTE,)
    if (colours == colours[..., :1]).all():
        return colours[..., 0], notes
    return np.ascontiguousarray(colours.transpose(2, 0, 1)), notes
