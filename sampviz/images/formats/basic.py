"""The formats that need nothing but what sampviz needs: pictures, NIfTI, MGH, arrays of numpy."""

from collections.abc import Sequence
from pathlib import Path

from sampviz.images.formats.format import Format, Source, starts_with
from sampviz.images.formats.raster_header import raster_kind
from sampviz.images.formats.signature import is_mgh, is_nifti, pair_of
from sampviz.images.image import Image
from sampviz.images.selection import Selection

# Each reader is imported where it is used: nibabel alone costs more than reading a PNG.


def _read_png(source: Source, selection: Selection) -> Image:
    from sampviz.images.formats.png_jpeg import read_png

    with source.open() as file:
        return read_png(file, source.name, source.where, selection)


def _read_jpeg(source: Source, selection: Selection) -> Image:
    from sampviz.images.formats.png_jpeg import read_jpeg

    with source.open() as file:
        return read_jpeg(file, source.name, source.where, selection)


def _read_npy(source: Source, selection: Selection) -> Image:
    from sampviz.images.formats.npy import read_npy

    with source.open() as file:
        return read_npy(file, source.name, source.where, selection)


def read_raster_source(source: Source, selection: Selection) -> Image:
    """Return a picture as OpenCV reads it.

    Parameters
    ----------
    source : Source
        BMP, WebP, JPEG 2000 or TIFF.
    selection : Selection
        Bounds the number of pixels.

    Returns
    -------
    Image
    """
    from sampviz.images.formats.opencv_image import read_raster

    kind = raster_kind(source.start)
    assert kind
    with source.open() as file:
        return read_raster(file, kind, source.name, source.where, selection)


def _read_nifti(source: Source, selection: Selection) -> Image:
    from sampviz.images.formats.nifti import read_nifti

    return read_nifti(source.path, source.name, source.where, selection)


def _read_mgh(source: Source, selection: Selection) -> Image:
    from sampviz.images.formats.mgh import read_mgh

    return read_mgh(source.path, source.name, source.where, selection)


def _nifti_files(path: Path) -> Sequence[Path]:
    """Return both files of a pair, those that are there; else the file."""
    return [half for half in pair_of(path) or (path,) if half == path or half.is_file()]


def _raster(name: str, *endings: str) -> Format:
    return Format(
        name=name,
        endings=endings,
        content="grey and colours, of 8 or 16 bits",
        read=read_raster_source,
        matches=lambda start: raster_kind(start) == name,
        is_strict=True,
    )


PNG = Format(
    name="PNG",
    endings=(".png",),
    content="all colour types and depths; palettes as colours or as labels",
    read=_read_png,
    matches=starts_with(b"\x89PNG\r\n\x1a\n"),
    kind="a PNG",
    is_strict=True,
)
JPEG = Format(
    name="JPEG",
    endings=(".jpg", ".jpeg"),
    content="grey, RGB and CMYK",
    read=_read_jpeg,
    matches=starts_with(b"\xff\xd8\xff"),
    kind="a JPEG",
    is_strict=True,
)
NPY = Format(
    name=".npy",
    endings=(".npy",),
    content="numbers, real or complex, of 2 to 5 axes; nothing that runs code",
    read=_read_npy,
    matches=starts_with(b"\x93NUMPY"),
    kind="an array of numpy",
    is_strict=True,
)
NIFTI = Format(
    name="NIfTI",
    endings=(".nii", ".nii.gz", ".hdr", ".img"),
    content="NIfTI-1 and -2, pairs, series, vectors, colours; only the slice that is wanted",
    read=_read_nifti,
    matches=is_nifti,
    kind="a NIfTI",
    files=_nifti_files,
    is_packed=True,
    is_strict=True,
)
MGH = Format(
    name="MGH",
    endings=(".mgh", ".mgz"),
    content="volumes and series of FreeSurfer",
    read=_read_mgh,
    matches=is_mgh,
    kind="an MGH",
    is_packed=True,
    is_strict=True,
)
FORMATS = (
    PNG,
    JPEG,
    NPY,
    _raster("BMP", ".bmp"),
    _raster("WebP", ".webp"),
    _raster("JPEG 2000", ".jp2", ".j2k"),
    NIFTI,
    MGH,
)
