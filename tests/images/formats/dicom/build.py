"""Small series of DICOM, made with pydicom: 5 images of 8 x 9 pixels unless a case says else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRLittleEndian

from tests.images.formats.dicom.lossless_jpeg import lossless_jpeg

Array = NDArray[Any]
ROWS, COLUMNS, SLICES = 8, 9, 5
SPACING = (1.5, 0.75)  # mm between rows and between columns
STEP = 2.5  # mm between slices
ORIGIN = (-10.0, 20.0, -30.0)
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
SECRET = "SECRET^PATIENT"  # must never be seen
_ROOT = "1.2.826.0.1.3680043.8.498."
CT, MR, ENHANCED_MR = (
    "1.2.840.10008.5.1.4.1.1.2",
    "1.2.840.10008.5.1.4.1.1.4",
    "1.2.840.10008.5.1.4.1.1.4.1",
)
IMPLICIT, EXPLICIT, DEFLATED, BIG = (
    UID(f"1.2.840.10008.1.2{part}") for part in ("", ".1", ".1.99", ".2")
)
RLE = UID("1.2.840.10008.1.2.5")
JPEG, JPEG_EXTENDED, JPEG_LOSSLESS, JPEG_LOSSLESS_1, JPEG_LS, JPEG_LS_NEAR, J2K, J2K_LOSSY = (
    UID(f"1.2.840.10008.1.2.4.{number}") for number in (50, 51, 57, 70, 80, 81, 90, 91)
)


def pixels(dtype: str = "int16", slices: int = SLICES, bits: int = 0) -> Array:
    """Return images that differ: (slices, ROWS, COLUMNS) over the whole range of their bits."""
    info = np.iinfo(dtype)
    bits = bits or info.bits
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if info.min else (0, 2**bits - 1)
    z, y, x = np.indices((slices, ROWS, COLUMNS))
    ramp = (31 * z + 17 * y + 5 * x + x * y * z) % 251
    return (low + ramp * (high - low) // 250).astype(dtype)


def dataset(
    image: Array,
    position: Sequence[float] = ORIGIN,
    *,
    number: int = 1,
    orientation: Sequence[float] = AXIAL,
    bits: int = 0,
    series: int = 3,
    sop_class: str = CT,
    **elements: Any,
) -> Dataset:
    """Return a file of one image, not compressed; an element of None is taken away."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = UID(sop_class)
    ds.SOPInstanceUID = UID(f"{_ROOT}{series}.{number}")
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = UID(f"{_ROOT}1"), UID(f"{_ROOT}2.{series}")
    ds.FrameOfReferenceUID = UID(f"{_ROOT}4")
    ds.Modality = {CT: "CT"}.get(sop_class, "MR")
    ds.PatientName, ds.PatientID = SECRET, SECRET
    ds.SeriesDescription, ds.InstitutionName = SECRET, SECRET
    ds.SeriesNumber, ds.InstanceNumber = series, number
    ds.ImagePositionPatient = [round(float(mm), 6) for mm in position]
    ds.ImageOrientationPatient = list(orientation)
    ds.PixelSpacing, ds.SliceThickness = list(SPACING), STEP
    ds.Rows, ds.Columns = image.shape[:2]
    ds.SamplesPerPixel = 3 if image.ndim == 3 else 1
    ds.PhotometricInterpretation = "RGB" if image.ndim == 3 else "MONOCHROME2"
    if image.ndim == 3:
        ds.PlanarConfiguration = 0
    ds.BitsAllocated = 8 * image.itemsize
    ds.BitsStored = bits or ds.BitsAllocated
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = int(image.dtype.kind == "i")
    ds.PixelData = image.tobytes()
    for keyword, value in elements.items():
        if value is None:
            del ds[keyword]
        else:
            setattr(ds, keyword, value)
    return ds


def written(ds: Dataset, syntax: UID = EXPLICIT) -> bytes:
    """Return the bytes of a file in a transfer syntax, its pixels compressed if that says so."""
    array = ds.pixel_array
    ds.file_meta.TransferSyntaxUID = syntax
    if syntax in ENCODERS:
        frames = array if ds.get("NumberOfFrames", 1) > 1 else array[None]
        ds.PixelData = encapsulate([ENCODERS[syntax](frame, ds) for frame in frames])
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
    elif syntax == BIG:
        ds.PixelData = array.astype(array.dtype.newbyteorder(">")).tobytes()
        ds["PixelData"].VR = "OW" if array.itemsize > 1 else "OB"
    else:
        ds["PixelData"].VR = "OW"
    buffer = BytesIO()
    implicit, little = syntax == IMPLICIT, syntax != BIG
    pydicom.dcmwrite(
        buffer, ds, implicit_vr=implicit, little_endian=little, enforce_file_format=True
    )
    return buffer.getvalue()


def _rle(frame: Array, ds: Dataset) -> bytes:
    """Return literal runs, a byte plane a segment, the high bytes first (PS3.5, annex G)."""
    samples = frame.reshape(-1).astype(frame.dtype.newbyteorder(">")).view(np.uint8)
    planes = samples.reshape(-1, frame.itemsize).T
    segments = []
    for plane in planes:
        data = plane.tobytes()
        runs = [data[at : at + 128] for at in range(0, len(data), 128)]
        segment = b"".join(bytes([len(run) - 1]) + run for run in runs)
        segments.append(segment + b"\0" * (len(segment) % 2))
    starts = 64 + np.cumsum([0, *map(len, segments[:-1])])
    header = np.zeros(16, "<u4")
    header[: 1 + len(starts)] = [len(starts), *starts]
    return header.tobytes() + b"".join(segments)


def _jpeg(frame: Array, ds: Dataset) -> bytes:
    from PIL import Image

    buffer = BytesIO()
    Image.fromarray(frame).save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def _jpeg_ls(near: int) -> Callable[[Array, Dataset], bytes]:
    def encode(frame: Array, ds: Dataset) -> bytes:
        jpeg_ls = pytest.importorskip("jpeg_ls", reason="pyjpegls has no wheel for this Python")
        return bytes(jpeg_ls.encode_array(frame.view(f"u{frame.itemsize}"), lossy_error=near))

    return encode


def _j2k(lossy: bool) -> Callable[[Array, Dataset], bytes]:
    def encode(frame: Array, ds: Dataset) -> bytes:
        from PIL import Image

        buffer = BytesIO()
        lossy_options = {"irreversible": True, "quality_mode": "dB", "quality_layers": [60]}
        Image.fromarray(frame).save(
            buffer, "JPEG2000", no_jp2=True, num_resolutions=2, **lossy_options if lossy else {}
        )
        return buffer.getvalue()

    return encode


def _jpeg_lossless(predictor: int) -> Callable[[Array, Dataset], bytes]:
    return lambda frame, ds: lossless_jpeg(frame, int(ds.BitsStored), predictor)


ENCODERS: dict[UID, Callable[[Array, Dataset], bytes]] = {
    RLE: _rle,
    JPEG: _jpeg,
    JPEG_LOSSLESS: _jpeg_lossless(4),
    JPEG_LOSSLESS_1: _jpeg_lossless(1),
    JPEG_LS: _jpeg_ls(0),
    JPEG_LS_NEAR: _jpeg_ls(2),
    J2K: _j2k(False),
    J2K_LOSSY: _j2k(True),
}


def positions(
    steps: Sequence[float] = (0, 1, 2, 3, 4),
    orientation: Sequence[float] = AXIAL,
    tilt: float = 0.0,
) -> list[tuple[float, ...]]:
    """Return where images lie, so many steps along the normal, moved by `tilt` mm along columns."""
    row, column = np.array(orientation[:3]), np.array(orientation[3:])
    normal = np.cross(row, column)
    return [
        tuple((np.array(ORIGIN) + step * (STEP * normal + tilt * column)).tolist())
        for step in steps
    ]


@dataclass(frozen=True, eq=False)
class Series:
    """A series by its name, and the files that it is made of; their names are in no order."""

    name: str
    make: Callable[[], list[bytes]]
    close: float = 1e-6  # how near values are to those of another program
    notes: tuple[str, ...] = field(default=())  # how each warning begins

    def write(self, folder: Path) -> Path:
        """Write the files into a folder of the name of the series; return it."""
        path = folder / self.name
        path.mkdir()
        for number, data in enumerate(self.make()):
            (path / f"{(7 * number + 3) % 11:02d}.dcm").write_bytes(data)
        return path


def stack(
    images: Array,
    places: Sequence[Sequence[float]],
    syntax: UID = EXPLICIT,
    changes: Callable[[int], dict[str, Any]] = lambda number: {},
    **elements: Any,
) -> list[bytes]:
    """Return the files of a series, an image each."""
    return [
        written(dataset(image, place, number=number + 1, **elements, **changes(number)), syntax)
        for number, (image, place) in enumerate(zip(images, places, strict=True))
    ]


def enhanced(images: Array, places: Sequence[Sequence[float]], syntax: UID = EXPLICIT) -> bytes:
    """Return one file of all images, in reverse order, each with a slope and a window."""
    order = list(range(len(images)))[::-1]
    ds = dataset(
        images[0], sop_class=ENHANCED_MR, ImagePositionPatient=None, ImageOrientationPatient=None,
        PixelSpacing=None, SliceThickness=None,
    )  # fmt: skip
    ds.NumberOfFrames = len(images)
    ds.PixelData = images[order].tobytes()
    shared, orientation, measures = Dataset(), Dataset(), Dataset()
    orientation.ImageOrientationPatient = list(AXIAL)
    measures.PixelSpacing, measures.SliceThickness = list(SPACING), STEP
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [orientation], [measures]
    ds.SharedFunctionalGroupsSequence = [shared]
    frames = []
    for number in order:
        frame, position, values, window = Dataset(), Dataset(), Dataset(), Dataset()
        position.ImagePositionPatient = list(places[number])
        values.RescaleSlope, values.RescaleIntercept, values.RescaleType = 2.0, -5.0, "US"
        window.WindowCenter, window.WindowWidth = 100, 50
        frame.PlanePositionSequence = [position]
        frame.PixelValueTransformationSequence = [values]
        frame.FrameVOILUTSequence = [window]
        frames.append(frame)
    ds.PerFrameFunctionalGroupsSequence = frames
    return written(ds, syntax)
