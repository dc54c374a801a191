"""Read images: from files, by their content and not by their name, and from samples."""

import os
import warnings
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from sampviz.core.errors import InputError, SampvizWarning
from sampviz.core.open_file import open_file
from sampviz.images.formats.signature import pair_of, unknown_format
from sampviz.images.image import Image
from sampviz.images.input_names import PREFIX, stem
from sampviz.images.samples import SAMPLE_FILES, sample_path, synthetic_image
from sampviz.images.scale import scaled
from sampviz.images.selection import Nan, Scale, Selection

_SIGNATURE_SIZE = 132  # bytes that identify a format
_PIECE = 2**20


def load(
    source: str | Path,
    *,
    plane: str | None = None,
    slice: str | int | None = None,  # noqa: A002 - the word of the command line
    frame: int | None = None,
    channel: int | None = None,
    mosaic: int | None = None,
    kspace: bool = False,
    volume: bool = False,
    series: bool = False,
    max_pixels: int | None = None,
    nan: Nan = "keep",
    scale: Scale = "none",
) -> Image:
    """Read an image from a file or a sample.

    Parameters
    ----------
    source : str or Path
        A PNG, JPEG, NIfTI (.nii, .nii.gz, .hdr/.img) or .npy file, or a sample such as `sample:t1`
        or `sample:zoneplate:64x64`.
    plane : {"axial", "coronal", "sagittal"}, optional
        Of a NIfTI; axial by default, or that of a single slice.
    slice : str or int, optional
        Of a NIfTI: an index (90) of the canonical array, a percentage ("60%") of the way through
        it, or a position ("mm=-12"); the middle one by default.
    frame : int, optional
        Of a series, from 0; the first by default.
    channel : int, optional
        Of a `.npy` of (C, H, W), from 0; the first by default.
    mosaic : int, optional
        The first so many channels, in place of one.
    kspace : bool
        Whether the complex numbers of the file are k-space: the image is made of them.
    volume : bool
        Read the whole volume; `plane` and `slice` say which slices figures show.
    series : bool
        With `volume`, read all frames, unless `frame` chooses one.
    max_pixels : int, optional
        The most that is read: by default 2^28 pixels, and of a compressed NIfTI 2^29 voxels up to
        the last that is needed.
    nan : {"keep", "fill=0", "fill=mean", "error"}
        What becomes of NaN and infinities; the mean is of the finite values.
    scale : {"none", "unit", "zscore"}
        `unit` brings the values to 0..1: (x - lo) / (hi - lo), of the range of the format (0..255),
        or of the smallest and the largest value; `zscore` to mean 0 and standard deviation 1.

    Returns
    -------
    Image
        Its values are those of the file, scaled as the file says and as was chosen. Complex numbers
        stay complex.

    Raises
    ------
    InputError
        For a file that cannot be read.
    UsageError
        For a selection that cannot be, or that the file has not.

    Warns
    -----
    SampvizWarning
        For what a reader should know, such as an oblique affine.

    Examples
    --------
    >>> load("sample:t1", slice="60%").size
    (256, 192)
    >>> load("sample:zoneplate:64x48").array.shape
    (64, 48)
    """
    where = None if slice is None else str(slice)
    image = _read(
        os.fspath(source),
        Selection(
            plane, where, frame, channel, mosaic, kspace, volume, nan, max_pixels, series=series
        ),
    )
    _warn_of_notes(image)
    return scaled(image, scale)


def load_selected(source: str, selection: Selection, name: str = "") -> Image:
    """Read an image from a file or a sample; see `load`.

    Parameters
    ----------
    source : str
        A path, or a sample.
    selection : Selection
        Which part of it.
    name : str
        What it is called; by default its file without folder and ending.

    Returns
    -------
    Image
    """
    image = _read(source, selection)
    if name:
        image = replace(image, name=name)
    _warn_of_notes(image)
    return scaled(image, selection.scale)


def _warn_of_notes(image: Image) -> None:
    for note in image.notes:
        warnings.warn(f"{image.name}: {note}", SampvizWarning, stacklevel=3)


def digest(source: str) -> str | None:
    """Return the SHA-256 of the bytes of an input.

    Parameters
    ----------
    source : str
        A path, or a sample.

    Returns
    -------
    str or None
        64 hexadecimal digits, of both files of a NIfTI pair together; None for a sample that is
        computed.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    path = Path(source)
    if source.startswith(PREFIX):
        name = source.removeprefix(PREFIX)
        if name not in SAMPLE_FILES:
            return None
        path = sample_path(name)
    checksum = sha256()
    files = pair_of(path) or (path,)
    for existing in (part for part in files if part == path or part.is_file()):
        with open_file(existing, source) as file:
            while chunk := file.read(_PIECE):
                checksum.update(chunk)
    return checksum.hexdigest()


def _read(source: str, selection: Selection) -> Image:
    return replace(_read_source(source, selection), source=source)


def _read_source(source: str, selection: Selection) -> Image:
    name = stem(source)
    if source.startswith(PREFIX):
        text = source.removeprefix(PREFIX)
        if text not in SAMPLE_FILES:
            return synthetic_image(text, selection)
        path = sample_path(text)
    else:
        path = Path(source)
    try:
        return _read_file(path, name, source, selection)
    except MemoryError:
        raise InputError(
            "there is not enough memory for it", source, "cut it into smaller pieces"
        ) from None


def _read_file(path: Path, name: str, source: str, selection: Selection) -> Image:
    with open_file(path, source) as file:
        start = file.read(_SIGNATURE_SIZE)
        if not start:
            raise InputError("the file is empty", source, "get the file again")
        file.seek(0)
        # Each reader is imported where it is used: nibabel alone costs more than reading a PNG.
        if start.startswith(b"\x89PNG\r\n\x1a\n"):
            from sampviz.images.formats.png_jpeg import read_png

            return read_png(file, name, source, selection)
        if start.startswith(b"\xff\xd8\xff"):
            from sampviz.images.formats.png_jpeg import read_jpeg

            return read_jpeg(file, name, source, selection)
        if start.startswith(b"\x93NUMPY"):
            from sampviz.images.formats.npy import read_npy

            return read_npy(file, name, source, selection)
    if path.name.lower().endswith((".nii", ".nii.gz", ".hdr", ".img", ".hdr.gz", ".img.gz")):
        from sampviz.images.formats.nifti import read_nifti

        return read_nifti(path, name, source, selection)
    raise unknown_format(start, source)
