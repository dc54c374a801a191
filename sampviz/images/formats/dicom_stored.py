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
MOST_IMAGES = 2**16  # of a file, or of a folder
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
    overlays : int
        How many lie beside the pixels.
    padding : float or None
        The value that stands for no value.
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
    overlays: int
    padding: float | None = None
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

    @property
    def kind(self) -> tuple[object, ...]:
        """What the files of a stack have in common."""
        size = self.rows, self.columns, self.samples
        return (self.series_id, self.modality, size, self.dtype.str, self.photometric)

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
    allocated = elements.whole("BitsAllocated", 16)
    numbers = elements.numbers("SeriesNumber")
    stored = Stored(
        path=path,
        syntax=dicom.syntax,
        keyword=dicom.keyword,
        vr=dicom.vr,
        start=dicom.start,
        length=dicom.length,
        rows=elements.whole("Rows", 0),
        columns=elements.whole("Columns", 0),
        samples=elements.whole("SamplesPerPixel", 1),
        frames=elements.whole("NumberOfFrames", 1),
        allocated=allocated,
        bits=elements.whole("BitsStored", allocated),
        signed=elements.whole("PixelRepresentation", 0) == 1,
        photometric=elements.code("PhotometricInterpretation"),
        planar=elements.whole("PlanarConfiguration", 0),
        modality=modality_of(elements),
        series_id=elements.code("SeriesInstanceUID"),
        instance_id=elements.code("SOPInstanceUID"),
        series=int(numbers[0]) if numbers else None,
        instance=elements.whole("InstanceNumber", 0),
        acquisition=elements.whole("AcquisitionNumber", 0),
        time=elements.whole("TemporalPositionIdentifier", 0),
        overlays=elements.overlays(),
    )
    _check(stored, elements, most, where)
    if stored.photometric == _PALETTE:
        palette, first_index = _palette(elements, where)
        stored = replace(stored, palette=palette, first_index=first_index)
    if stored.length < 0:
        ranges = ranges_of_images(dicom.content, stored.start, stored.frames, where)
        return replace(stored, ranges=ranges, padding=_padding(stored, elements))
    _check_length(stored, len(dicom.content), where)
    return replace(stored, padding=_padding(stored, elements))


def _unread(what: str, where: str) -> InputError:
    return InputError(f"a DICOM that is not read: {what}", where, _FIX)


def _check(stored: Stored, elements: Elements, most: int, where: str) -> None:
    """Raise InputError for sizes that cannot be, and for what is not read."""
    samples = stored.samples
    if stored.rows < 1 or stored.columns < 1:
        raise _unread(f"its images have {stored.rows}x{stored.columns} pixels", where)
    if not 1 <= stored.frames <= min(most, MOST_IMAGES):
        raise _unread(f"it says that it has {stored.frames} images", where)
    if stored.keyword == "PixelData":
        _check_bits(stored, elements, where)
    meant = (*_GREY, _PALETTE) if samples == 1 else _COLOURS if samples == 3 else ()
    if stored.photometric not in meant:
        what = f"its pixels have {samples} samples, and mean neither grey, RGB, YBR nor a palette"
        raise _unread(what, where)
    if samples == 3 and stored.allocated != 8:
        raise _unread(f"its colours have {stored.allocated} bits: colours of 8 are read", where)
    if b"MOSAIC" in elements.data("ImageType"):
        raise _unread("its slices are tiles of one image (MOSAIC)", where)
    if elements.items("ModalityLUTSequence"):
        raise _unread("its values go through a table (Modality LUT)", where)


def _check_bits(stored: Stored, elements: Elements, where: str) -> None:
    allocated, bits = stored.allocated, stored.bits
    high = elements.whole("HighBit", bits - 1)
    if allocated not in (1, 8, 16, 32) or not 1 <= bits <= allocated:
        raise _unread(f"a sample takes {allocated} bits, of which {bits} are used", where)
    if high != bits - 1:
        raise _unread(f"its highest bit is number {high}, of {bits} bits that are used", where)
    if elements.whole("PixelRepresentation", 0) not in (0, 1):
        raise _unread("it does not say whether its numbers have a sign", where)


def _check_length(stored: Stored, end: int, where: str) -> None:
    """Compare the length of pixels that are not compressed with what the images need."""
    needed = stored.bytes_of(stored.frames)
    there = max(0, min(stored.length, end - stored.start))
    if there < needed:
        raise InputError(
            f"the file ends early: {there} of {needed} bytes of pixels are there",
            where,
            "get the file again",
        )


def _padding(stored: Stored, elements: Elements) -> float | None:
    """Return the value that stands for no value, as samples are stored."""
    numbers = elements.numbers("PixelPaddingValue")
    if not numbers or stored.samples > 1:
        return None
    return numbers[0] - 2**16 if stored.signed and numbers[0] >= 2**15 else numbers[0]


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
