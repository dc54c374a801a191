"""How a DICOM file stores its images: sizes, bits, colours; all of it checked."""

from dataclasses import dataclass, replace
from math import ceil, prod
from pathlib import Path
from typing import Any

import numpy as np

from sampviz.core.errors import InputError
from sampviz.dsp.dtypes import Array
from sampviz.images.formats.dicom_elements import Elements
from sampviz.images.formats.dicom_file import OpenDicom
from sampviz.images.formats.dicom_fragments import Ranges, ranges_of_images

# Those of images: another word is not printed, since anything may stand there.
_MODALITIES = (
    "AR BI BMD CR CT DG DX ECG ES GM IO IVOCT IVUS KO LS MG MR NM OAM OCT OP OPM OPT OPV OT PR PT"
    " PX REG RF RG RTDOSE RTIMAGE RTPLAN RTSTRUCT SC SEG SM SR TG US VA XA XC"
)
_GREY = ("MONOCHROME1", "MONOCHROME2")
_COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")
_PALETTE = "PALETTE COLOR"
_FIX = "convert it to NIfTI, e.g. with dcm2niix"


@dataclass(frozen=True, eq=False)
class Stored:
    """How the images of a file are stored.

    Parameters
    ----------
    path : Path
        Of the file.
    syntax : str
        The UID of how it is encoded.
    keyword, vr : str
        Of the element of the pixels.
    start, length : int
        Where its bytes lie; the length -1 for pixels in pieces.
    rows, columns, samples, frames : int
        Of its images.
    allocated, bits : int
        Bits that a sample takes, and that are used of them.
    signed : bool
        Whether samples are.
    photometric : str
        What they mean, such as "MONOCHROME2".
    planar : int
        1 where all reds stand before all greens.
    modality : str
        Such as "CT".
    series_id, instance_id : str
        Of the series, and of the file; never printed.
    series, instance, acquisition, time : int or None
        Numbers of the series, of the file in it, of the acquisition and of its place in time.
    padding : float or None
        The value that stands for no value.
    overlays : int
        How many lie beside the pixels.
    ranges : tuple of tuple of (int, int)
        The start and the length of the pieces of each image, if it is in pieces.
    palette : tuple of ndarray
        The red, green and blue, 0..255, of each index from the first; empty for none.
    first_index : int
        That of the palette's first colours.
    """

    path: Path
    syntax: str
    keyword: str
    vr: str
    start: int
    length: int
    rows: int
    columns: int
    samples: int
    frames: int
    allocated: int
    bits: int
    signed: bool
    photometric: str
    planar: int
    modality: str
    series_id: str
    instance_id: str
    series: int | None
    instance: int
    acquisition: int
    time: int
    padding: float | None
    overlays: int
    ranges: Ranges = ()
    palette: tuple[Array, ...] = ()
    first_index: int = 0

    @property
    def colour(self) -> bool:
        """Whether its images are in colour."""
        return self.samples == 3 or bool(self.palette)

    @property
    def is_inverted(self) -> bool:
        """Whether low values are bright in the file, and inverted as they are read."""
        return self.photometric == "MONOCHROME1" and self.keyword == "PixelData"

    def inverted(self, samples: Any) -> Any:
        """Return samples, or one of them, inverted within the range of their bits."""
        return (-1 if self.signed else 2**self.bits - 1) - samples

    def bytes_of(self, images: int) -> int:
        """Return the bytes that so many images take where they are not compressed."""
        count = prod((self.rows, self.columns, self.samples, images))
        bits = self.allocated if self.keyword == "PixelData" else 8 * self.dtype.itemsize
        if self.photometric == "YBR_FULL_422":
            count = count * 2 // 3
        return ceil(count * bits / 8)

    @property
    def dtype(self) -> "np.dtype[np.generic]":
        """The type of a sample, in the order of bytes of this machine."""
        if self.keyword != "PixelData":
            return np.dtype("f4" if self.keyword == "FloatPixelData" else "f8")
        return np.dtype(f"{'i' if self.signed else 'u'}{max(1, self.allocated // 8)}")


def modality_of(elements: Elements) -> str:
    """Return the modality, if it is one that the standard names; else "OT" (other)."""
    code = elements.code("Modality")
    return code if f" {code} " in f" {_MODALITIES} " else "OT"


def stored_images(dicom: OpenDicom, path: Path, where: str, most: int) -> Stored:
    """Return how the images of an open file are stored.

    Parameters
    ----------
    dicom : OpenDicom
        Its elements, not checked yet.
    path : Path
        Of the file.
    where : str
        The name of the input, for errors.
    most : int
        How many images there may be.

    Returns
    -------
    Stored

    Raises
    ------
    InputError
        For images that are not read, or that the file is too short for.
    """
    elements = dicom.elements
    rows, columns = elements.whole("Rows", 0), elements.whole("Columns", 0)
    samples, frames = elements.whole("SamplesPerPixel", 1), elements.whole("NumberOfFrames", 1)
    allocated = elements.whole("BitsAllocated", 16)
    bits = elements.whole("BitsStored", allocated)
    photometric = elements.code("PhotometricInterpretation")
    if rows < 1 or columns < 1:
        raise _unread(f"its images have {rows}x{columns} pixels", where)
    if not 1 <= frames <= most:
        raise _unread(f"it says that it has {frames} images", where)
    if dicom.keyword == "PixelData":
        _check_bits(elements, allocated, bits, where)
    meant = (*_GREY, _PALETTE) if samples == 1 else _COLOURS if samples == 3 else ()
    if photometric not in meant:
        what = f"its pixels have {samples} samples, and mean neither grey, RGB, YBR nor a palette"
        raise _unread(what, where)
    if samples == 3 and allocated != 8:
        raise _unread(f"its colours have {allocated} bits: colours of 8 are read", where)
    if elements.items("ModalityLUTSequence"):
        raise _unread("its values go through a table (Modality LUT)", where)
    palette, first_index = _palette(elements, where) if photometric == _PALETTE else ((), 0)
    numbers = elements.numbers("SeriesNumber")
    padding = elements.number("PixelPaddingValue", np.nan) if samples == 1 else np.nan
    signed = elements.whole("PixelRepresentation", 0) == 1
    if signed and padding >= 2**15:
        padding -= 2**16
    stored = Stored(
        path,
        dicom.syntax,
        dicom.keyword,
        dicom.vr,
        dicom.start,
        dicom.length,
        rows,
        columns,
        samples,
        frames,
        allocated,
        bits,
        signed,
        photometric,
        elements.whole("PlanarConfiguration", 0),
        modality_of(elements),
        elements.code("SeriesInstanceUID"),
        elements.code("SOPInstanceUID"),
        int(numbers[0]) if numbers else None,
        elements.whole("InstanceNumber", 0),
        elements.whole("AcquisitionNumber", 0),
        elements.whole("TemporalPositionIdentifier", 0),
        None if np.isnan(padding) else padding,
        elements.overlays(),
        palette=palette,
        first_index=first_index,
    )
    if stored.length < 0:
        ranges = ranges_of_images(dicom.content, stored.start, frames, where)
        return replace(stored, ranges=ranges)
    needed = stored.bytes_of(frames)
    there = max(0, min(stored.length, len(dicom.content) - stored.start))
    if there < needed:
        raise InputError(
            f"the file ends early: {there} of {needed} bytes of pixels are there",
            where,
            "get the file again",
        )
    return stored


def _unread(what: str, where: str) -> InputError:
    return InputError(f"a DICOM that is not read: {what}", where, _FIX)


def _check_bits(elements: Elements, allocated: int, bits: int, where: str) -> None:
    high = elements.whole("HighBit", bits - 1)
    if allocated not in (1, 8, 16, 32) or not 1 <= bits <= allocated:
        raise _unread(f"a sample takes {allocated} bits, of which {bits} are used", where)
    if high != bits - 1:
        raise _unread(f"its highest bit is number {high}, of {bits} bits that are used", where)
    if elements.whole("PixelRepresentation", 0) not in (0, 1):
        raise _unread("it does not say whether its numbers have a sign", where)


def _palette(elements: Elements, where: str) -> tuple[tuple[Array, ...], int]:
    """Return the colours of a palette as 8 bits, and the index of the first."""
    tables: list[Array] = []
    first = 0
    for colour in ("Red", "Green", "Blue"):
        descriptor = elements.numbers(f"{colour}PaletteColorLookupTableDescriptor")
        data = elements.data(f"{colour}PaletteColorLookupTableData")
        if len(descriptor) != 3 or descriptor[2] not in (8, 16):
            raise _unread("its palette is not there, or in segments", where)
        count, first, bits = int(descriptor[0]) or 2**16, int(descriptor[1]), int(descriptor[2])
        words = len(data) >= 2 * count  # entries of 8 bits may take two bytes each
        table = np.frombuffer(data, f"{elements.endian}u2" if words else np.uint8)[:count]
        if len(table) < count:
            raise _unread(f"its palette has {len(table)} of {count} colours", where)
        tables.append((table >> 8 if bits == 16 else table & 0xFF).astype(np.uint8))
    if len({len(table) for table in tables}) > 1:
        raise _unread("its palette has not as many reds as greens and blues", where)
    return tuple(tables), first
