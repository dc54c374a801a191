"""Decode the images of DICOM files, one at a time, when they are needed.

The size that a compressed image says itself is compared with that of the file before it is decoded.
"""

import struct
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, prod
from typing import Any

import numpy as np
from pydicom.pixels import get_decoder

from sampviz.core.errors import InputError, UsageError
from sampviz.core.ignored_warnings import ignored_warnings
from sampviz.core.installation import install_command
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.dicom_file import BIG, DEFLATED, EXPLICIT, IMPLICIT, open_content
from sampviz.images.formats.dicom_fragments import size_of_j2k, size_of_jpeg
from sampviz.images.formats.dicom_planes import Plane
from sampviz.images.formats.dicom_stored import Stored
from sampviz.images.formats.jpeg_lossless import LosslessJpegError, decode_lossless
from sampviz.images.formats.native_stderr import captured_stderr
from sampviz.images.formats.nifti_header import Header


@dataclass(frozen=True)
class Syntax:
    """How images are compressed.

    Parameters
    ----------
    name : str
        Such as "JPEG 2000".
    plugin : str
        The decoder of pydicom that is used; "" for pixels that are not compressed.
    """

    name: str
    plugin: str = ""


OURS = "ours"  # see `decode_lossless`
JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
SYNTAXES = {
    IMPLICIT: Syntax(""),
    EXPLICIT: Syntax(""),
    BIG: Syntax("big endian"),
    DEFLATED: Syntax("deflated"),
    "1.2.840.10008.1.2.5": Syntax("RLE", "pydicom"),
    "1.2.840.10008.1.2.4.50": Syntax("JPEG", "pillow"),
    JPEG_EXTENDED: Syntax("JPEG", "pillow"),
    "1.2.840.10008.1.2.4.57": Syntax("JPEG lossless", OURS),
    "1.2.840.10008.1.2.4.70": Syntax("JPEG lossless", OURS),
    "1.2.840.10008.1.2.4.80": Syntax("JPEG-LS lossless", "pyjpegls"),
    "1.2.840.10008.1.2.4.81": Syntax("JPEG-LS", "pyjpegls"),
    "1.2.840.10008.1.2.4.90": Syntax("JPEG 2000 lossless", "pylibjpeg"),
    "1.2.840.10008.1.2.4.91": Syntax("JPEG 2000", "pylibjpeg"),
}
_RLE_WASTE = 2  # times the bytes of the image that run-length encoding may take
_DAMAGED = "get the file again"
_TO_NIFTI = "convert it to NIfTI, e.g. with dcm2niix"


class DicomVoxels:
    """The voxels of a stack, by their number, as those of a NIfTI; see `Voxels.pieces`.

    Parameters
    ----------
    planes : sequence of Plane
        Slice after slice, all of one shape.
    header : Header
        With the shape (columns, rows, slices, frames).
    where : str
        The name of the input, for errors.
    scaled : bool
        Whether slope and intercept of each image are applied here, since they differ.
    most : int
        Bytes that a deflated file may be unpacked to.
    """

    def __init__(
        self, planes: Sequence[Plane], header: Header, where: str, most: int, *, scaled: bool
    ) -> None:
        self.header, self._planes, self._where = header, planes, where
        self._most, self._scaled = most, scaled

    def pieces(self, first: int, count: int, size: int, stride: int) -> Array:
        """Return pieces of voxels at regular distances; see `Voxels.pieces`."""
        length = self._planes[0].stored.rows * self._planes[0].stored.columns
        voxels = np.empty((count, size), self.header.dtype)
        starts = first + stride * np.arange(count)
        for number in range(first // length, (starts[-1] + size - 1) // length + 1):
            flat = self._plane(self._planes[number]).ravel()
            begin = number * length
            if size >= length:  # whole images, one behind the other
                rows = voxels.reshape(-1, length)
                for at in np.flatnonzero(first + length * np.arange(len(rows)) == begin):
                    rows[at] = flat
                continue
            inside = np.flatnonzero((starts >= begin) & (starts < begin + length))
            voxels[inside] = flat[(starts[inside] - begin)[:, None] + np.arange(size)]
        return voxels

    def _plane(self, plane: Plane) -> Array:
        values = decode(plane, self._where, self._most)
        if self._scaled:
            return values * plane.slope + plane.inter
        return values


def check_syntax(stored: Stored, where: str) -> None:
    """Raise InputError for images in a compression that is not read, or whose decoder is absent."""
    syntax = SYNTAXES.get(stored.syntax)
    if syntax is None:
        raise InputError(
            f"its images are compressed in a way that is not read ({stored.syntax})",
            where,
            _TO_NIFTI,
        )
    if stored.syntax == JPEG_EXTENDED and stored.bits != 8:
        raise InputError("its images are JPEG of 12 bits, which is not read", where, _TO_NIFTI)
    is_ours = syntax.plugin in ("", OURS)
    if not is_ours and syntax.plugin not in _decoder(stored.syntax).available_plugins:
        what = f"the decoder of {syntax.name} is not installed"
        # Of Python 3.14 on it is not part of the extra: its wheels end there.
        fix = "pip install pyjpegls" if syntax.plugin == "pyjpegls" else install_command("dicom")
        raise UsageError(what, where, fix)


@lru_cache
def _decoder(syntax: str) -> Any:
    return get_decoder(syntax)


def decode(plane: Plane, where: str, most: int) -> Array:
    """Return the samples of an image as they are stored.

    Parameters
    ----------
    plane : Plane
        Of a checked file.
    where : str
        The name of the input, for errors.
    most : int
        Bytes that a deflated file may be unpacked to.

    Returns
    -------
    ndarray
        (H, W), or (H, W, 3): red, green and blue. Where low values are bright (MONOCHROME1) they
        are inverted within the range of their bits, as SimpleITK does.

    Raises
    ------
    InputError
        If it is damaged.
    """
    stored = plane.stored
    with open_content(stored.path, where, stored.syntax, most) as content:
        read = _native if stored.length >= 0 else _compressed
        samples = read(stored, plane.frame, content, where)
    if stored.is_inverted:
        return np.asarray(stored.inverted(samples), samples.dtype)
    return samples


def _options(stored: Stored) -> dict[str, Any]:
    options: dict[str, Any] = {
        "rows": stored.rows,
        "columns": stored.columns,
        "samples_per_pixel": stored.samples,
        "photometric_interpretation": stored.photometric,
        "bits_allocated": stored.allocated,
        "bits_stored": stored.bits,
        "pixel_representation": int(stored.signed),
        "planar_configuration": stored.planar,
        "pixel_keyword": stored.keyword,
        "pixel_vr": stored.vr,
    }
    if stored.keyword != "PixelData":
        options["bits_allocated"] = options["bits_stored"] = 8 * stored.dtype.itemsize
    return options


def _native(stored: Stored, frame: int, content: Any, where: str) -> Array:
    size = stored.bytes_of(1)
    if stored.allocated == 1 or size % 2:  # images may share a byte, or a word of two
        size = stored.bytes_of(stored.frames)
        data = content[stored.start : stored.start + size + size % 2]
        return _decoded(stored, data, frame, stored.frames, where)
    start = stored.start + frame * size
    return _decoded(stored, content[start : start + size], 0, 1, where)


def _compressed(stored: Stored, frame: int, content: Any, where: str) -> Array:
    data = b"".join(content[at : at + length] for at, length in stored.ranges[frame])
    _check_image(stored, data, where)
    if SYNTAXES[stored.syntax].plugin == OURS:
        return _lossless(stored, data, where)
    data += b"\0" * (len(data) % 2)
    empty_table = struct.pack("<HHI", 0xFFFE, 0xE000, 0)
    wrapped = empty_table + struct.pack("<HHI", 0xFFFE, 0xE000, len(data)) + data
    return _decoded(stored, wrapped, 0, 1, where)


def _lossless(stored: Stored, data: bytes, where: str) -> Array:
    try:
        samples = decode_lossless(data)
    except LosslessJpegError as err:
        raise _not_decoded(str(err), where) from None
    unused = 16 - stored.bits
    if unused < 0 or stored.photometric.startswith("YBR"):
        raise _not_decoded(f"{stored.bits} bits, {stored.photometric}", where)
    if stored.signed:
        samples = (samples << unused).view(np.int16) >> unused
    return samples.astype(stored.dtype)[..., 0 if stored.samples == 1 else slice(None)]


def _decoded(stored: Stored, data: bytes, frame: int, frames: int, where: str) -> Array:
    plugin = SYNTAXES[stored.syntax].plugin
    try:
        with ignored_warnings(), captured_stderr() if plugin else nullcontext():
            array, _ = _decoder(stored.syntax).as_array(
                data,
                index=frame,
                number_of_frames=frames,
                decoding_plugin=plugin,
                **_options(stored),
            )
    except MemoryError:
        raise
    except Exception as err:  # of pydicom and of each decoder
        raise _not_decoded(type(err).__name__, where) from None
    shape = (stored.rows, stored.columns, 3)[: 2 + (stored.samples == 3)]
    if array.shape != shape:
        raise _not_decoded(f"{array.shape} for {shape}", where)
    return np.asarray(array.astype(stored.dtype, copy=False))


def _not_decoded(why: str, where: str) -> InputError:
    return InputError(f"an image of it cannot be decoded: {why}", where, _DAMAGED)


def _check_image(stored: Stored, data: bytes, where: str) -> None:
    """Compare the size that a compressed image says with that of the file."""
    name = SYNTAXES[stored.syntax].name
    if name == "RLE":
        size = prod((stored.rows, stored.columns, stored.samples, ceil(stored.allocated / 8)))
        if len(data) > _RLE_WASTE * size + 1024:
            raise _not_decoded(f"{len(data)} bytes for {size}", where)
        return
    shape = size_of_j2k(data) if "2000" in name else size_of_jpeg(data)
    if shape != (stored.rows, stored.columns, stored.samples):
        text = "x".join(map(str, shape)) if shape else "nothing"
        expected = "x".join(map(str, (stored.rows, stored.columns, stored.samples)))
        raise _not_decoded(f"it says {text}, the file {expected}", where)
