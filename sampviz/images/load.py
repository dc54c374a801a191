"""Reading images: what kind a file is, its content decides, not its name."""

import os
import warnings
from hashlib import sha256
from pathlib import Path

from sampviz.core.errors import InputError, SampvizWarning
from sampviz.core.open_file import open_file
from sampviz.images.formats.signature import pair_of, unknown_format
from sampviz.images.image import Image
from sampviz.images.samples import PREFIX, REAL, analytic, sample_path
from sampviz.images.selection import Nan, Selection

_LONGEST_START = 132  # bytes that tell what a file is
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
) -> Image:
    """Read one picture from a file or a sample (`sample:t1`, `sample:zoneplate:64x64`).

    `plane` (axial, coronal, sagittal), `slice` (90, "60%", "mm=-12") and `frame` choose from a
    NIfTI; `channel` from a `.npy` of C x H x W, `mosaic` the first so many. Complex numbers stay
    complex; `kspace` says that they are k-space, of which the image is made. `volume` reads the
    whole volume, of which `plane` and `slice` are looked at, and with `series` all frames.
    `max_pixels` bounds what is read: by default 2^28 pixels, and of a compressed NIfTI 2^29 voxels
    up to the last that is wanted. NaN and infinities are kept unless `nan` is fill=0, fill=mean (of
    the finite values) or error. What a reader should know, such as an oblique affine, is a
    SampvizWarning. Raises InputError for a file that cannot be read.

    >>> load("sample:t1", slice="60%").size
    (256, 192)
    """
    where = None if slice is None else str(slice)
    image = _read(
        os.fspath(source),
        Selection(
            plane, where, frame, channel, mosaic, kspace, volume, nan, max_pixels, series=series
        ),
    )
    _warn_of_notes(image)
    return image


def load_selected(source: str, selection: Selection) -> Image:
    """Read one picture from a file or a sample; see `load`."""
    image = _read(source, selection)
    _warn_of_notes(image)
    return image


def _warn_of_notes(image: Image) -> None:
    for note in image.notes:
        warnings.warn(f"{image.name}: {note}", SampvizWarning, stacklevel=3)


def stem(source: str) -> str:
    """Return the name of an input without folder and ending: what figures of it are called."""
    if source.startswith(PREFIX):
        return source.removeprefix(PREFIX).partition(":")[0]
    path = Path(source)
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def digest(source: str) -> str | None:
    """Return the SHA-256 of the bytes of an input, of both files of a pair; None for a formula."""
    path = Path(source)
    if source.startswith(PREFIX):
        name = source.removeprefix(PREFIX)
        if name not in REAL:
            return None
        path = sample_path(name)
    whole = sha256()
    for part in (half for half in pair_of(path) or (path,) if half == path or half.is_file()):
        with open_file(part, source) as file:
            while piece := file.read(_PIECE):
                whole.update(piece)
    return whole.hexdigest()


def _read(source: str, pick: Selection) -> Image:
    name = stem(source)
    if source.startswith(PREFIX):
        text = source.removeprefix(PREFIX)
        if text not in REAL:
            return analytic(text, pick)
        path = sample_path(text)
    else:
        path = Path(source)
    try:
        return _read_file(path, name, source, pick)
    except MemoryError:
        raise InputError(
            "there is not enough memory for it", source, "cut it into smaller pieces"
        ) from None


def _read_file(path: Path, name: str, source: str, pick: Selection) -> Image:
    with open_file(path, source) as file:
        start = file.read(_LONGEST_START)
        if not start:
            raise InputError("the file is empty", source, "get the file again")
        file.seek(0)
        # Each reader is imported where it is used: nibabel alone costs more than reading a PNG.
        if start.startswith(b"\x89PNG\r\n\x1a\n"):
            from sampviz.images.formats.png_jpeg import read_png

            return read_png(file, name, source, pick)
        if start.startswith(b"\xff\xd8\xff"):
            from sampviz.images.formats.png_jpeg import read_jpeg

            return read_jpeg(file, name, source, pick)
        if start.startswith(b"\x93NUMPY"):
            from sampviz.images.formats.npy import read_npy

            return read_npy(file, name, source, pick)
    if path.name.lower().endswith((".nii", ".nii.gz", ".hdr", ".img", ".hdr.gz", ".img.gz")):
        from sampviz.images.formats.nifti import read_nifti

        return read_nifti(path, name, source, pick)
    raise unknown_format(start, source)
