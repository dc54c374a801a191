"""The elements of a DICOM file that are read: a list, on which nothing stands that names a patient.

Values are unpacked here from their bytes, and what is no number is none: pydicom would quote it in
warnings and errors.
"""

import re
import struct
from math import isfinite
from typing import Any, BinaryIO, cast

import numpy as np
from pydicom.charset import default_encoding
from pydicom.filereader import read_sequence

from sampviz.images.formats.dicom_content import CountedReads

# The tag and the type (VR) of each, which files of implicit type do not say.
TAGS: dict[str, tuple[int, str]] = {
    "DirectoryRecordSequence": (0x00041220, "SQ"),
    "ImageType": (0x00080008, "CS"),
    "SOPInstanceUID": (0x00080018, "UI"),
    "Modality": (0x00080060, "CS"),
    "SliceThickness": (0x00180050, "DS"),
    "SpacingBetweenSlices": (0x00180088, "DS"),
    "ImagerPixelSpacing": (0x00181164, "DS"),
    "SeriesInstanceUID": (0x0020000E, "UI"),
    "SeriesNumber": (0x00200011, "IS"),
    "AcquisitionNumber": (0x00200012, "IS"),
    "InstanceNumber": (0x00200013, "IS"),
    "ImagePositionPatient": (0x00200032, "DS"),
    "ImageOrientationPatient": (0x00200037, "DS"),
    "TemporalPositionIdentifier": (0x00200100, "IS"),
    "PlanePositionSequence": (0x00209113, "SQ"),
    "PlaneOrientationSequence": (0x00209116, "SQ"),
    "SamplesPerPixel": (0x00280002, "US"),
    "PhotometricInterpretation": (0x00280004, "CS"),
    "PlanarConfiguration": (0x00280006, "US"),
    "NumberOfFrames": (0x00280008, "IS"),
    "Rows": (0x00280010, "US"),
    "Columns": (0x00280011, "US"),
    "PixelSpacing": (0x00280030, "DS"),
    "BitsAllocated": (0x00280100, "US"),
    "BitsStored": (0x00280101, "US"),
    "HighBit": (0x00280102, "US"),
    "PixelRepresentation": (0x00280103, "US"),
    "PixelPaddingValue": (0x00280120, "US"),
    "WindowCenter": (0x00281050, "DS"),
    "WindowWidth": (0x00281051, "DS"),
    "RescaleIntercept": (0x00281052, "DS"),
    "RescaleSlope": (0x00281053, "DS"),
    "VOILUTFunction": (0x00281056, "CS"),
    "RedPaletteColorLookupTableDescriptor": (0x00281101, "US"),
    "GreenPaletteColorLookupTableDescriptor": (0x00281102, "US"),
    "BluePaletteColorLookupTableDescriptor": (0x00281103, "US"),
    "RedPaletteColorLookupTableData": (0x00281201, "OW"),
    "GreenPaletteColorLookupTableData": (0x00281202, "OW"),
    "BluePaletteColorLookupTableData": (0x00281203, "OW"),
    "ModalityLUTSequence": (0x00283000, "SQ"),
    "PixelMeasuresSequence": (0x00289110, "SQ"),
    "FrameVOILUTSequence": (0x00289132, "SQ"),
    "PixelValueTransformationSequence": (0x00289145, "SQ"),
    "GridFrameOffsetVector": (0x3004000C, "DS"),
    "DoseGridScaling": (0x3004000E, "DS"),
    "SharedFunctionalGroupsSequence": (0x52009229, "SQ"),
    "PerFrameFunctionalGroupsSequence": (0x52009230, "SQ"),
}
OVERLAYS = tuple(0x60000010 + (number << 17) for number in range(16))  # rows of each
_LONGEST_TEXT = 2**20  # bytes of numbers as text
_MOST_NUMBER = 1e15
_CODE = re.compile(r"[A-Z0-9_ ]{0,32}", re.ASCII)
_UID = re.compile(r"[0-9.]{1,64}", re.ASCII)


class Elements:
    """The elements of a data set, or of an item of a sequence.

    Parameters
    ----------
    dataset : pydicom.Dataset
        As it was read, nothing of it unpacked.
    endian : {"<", ">"}
        The order of its bytes.
    reads : CountedReads
        Of the open file, for sequences, which are read when they are asked for.
    """

    def __init__(self, dataset: Any, endian: str, reads: CountedReads) -> None:
        self._dataset, self.endian, self._reads = dataset, endian, reads
        self._sequences: dict[str, list[Elements]] = {}

    def __contains__(self, name: str) -> bool:
        return TAGS[name][0] in self._dataset

    def overlays(self) -> int:
        """Return how many overlays lie beside the pixels."""
        return sum(tag in self._dataset for tag in OVERLAYS)

    def data(self, name: str) -> bytes:
        """Return the bytes of an element; none where it is not there."""
        element = self._dataset.get_item(TAGS[name][0]) if name in self else None
        value = getattr(element, "value", None)
        return value if isinstance(value, bytes) else b""

    def numbers(self, name: str) -> tuple[float, ...]:
        """Return the numbers of an element; none where one of them is no finite number."""
        data = self.data(name)
        if TAGS[name][1] in ("DS", "IS"):
            parts = data[:_LONGEST_TEXT].rstrip(b"\0 ").split(b"\\") if data.strip(b"\0 ") else []
            try:
                values = [float(part) for part in parts]
            except ValueError:
                return ()
        else:
            values = np.frombuffer(data[: len(data) // 2 * 2], f"{self.endian}u2").tolist()
        if not all(isfinite(value) and abs(value) < _MOST_NUMBER for value in values):
            return ()
        return tuple(values)

    def number(self, name: str, default: float) -> float:
        """Return the first number of an element, or the default."""
        return next(iter(self.numbers(name)), default)

    def whole(self, name: str, default: int) -> int:
        """Return the first number of an element as a whole one, or the default."""
        return int(self.number(name, default))

    def code(self, name: str) -> str:
        """Return a word of the standard; "" for what cannot be one."""
        text = self.data(name).partition(b"\\")[0].decode("latin-1").strip("\0 ")
        pattern = _UID if TAGS[name][1] == "UI" else _CODE
        return text if pattern.fullmatch(text) else ""

    def items(self, name: str) -> list["Elements"]:
        """Return the items of a sequence."""
        if name not in self._sequences:
            datasets = self._read_items(TAGS[name][0]) if name in self else []
            self._sequences[name] = [
                Elements(item, self.endian, self._reads) for item in datasets or ()
            ]
        return self._sequences[name]

    def _read_items(self, tag: int) -> Any:
        element = self._dataset.get_item(tag)
        if not isinstance(element.value, bytes):
            return element.value  # of undefined length: it had to be read
        self._reads.seek(element.value_tell)
        return read_sequence(
            cast("BinaryIO", self._reads),
            element.is_implicit_VR,
            element.is_little_endian,
            element.length,
            default_encoding,
        )


def unpack_tag(data: bytes, endian: str) -> int:
    """Return the tag that four bytes are; 0 where there are not so many."""
    if len(data) < 4:
        return 0
    group, element = struct.unpack(f"{endian}HH", data[:4])
    return int(group << 16 | element)
