"""Reading images: what kind a file is, its content decides, not its name."""

import os
import stat
import warnings
from pathlib import Path

from sampviz.errors import InputError, SampvizWarning
from sampviz.image import Image
from sampviz.io.pick import Pick
from sampviz.io.samples import PREFIX, REAL, analytic, sample_path

_KINDS = "PNG, JPEG, NIfTI (.nii, .nii.gz, .hdr/.img) and .npy can be read"


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
) -> Image:
    """Read one picture from a file or a sample (`sample:t1`, `sample:zoneplate:64x64`).

    `plane` (axial, coronal, sagittal), `slice` (90, "60%", "mm=-12") and `frame` choose from a
    NIfTI; `channel` from a `.npy` of C x H x W, `mosaic` the first so many. Complex numbers stay
    complex; `kspace` says that they are k-space, of which the image is made. `volume` reads the
    whole volume, of which `plane` and `slice` are looked at, and with `series` all frames. What a
    reader should know, such as an oblique affine, is a SampvizWarning. Raises InputError for a
    file that cannot be read.

    >>> load("sample:t1", slice="60%").size
    (256, 192)
    """
    where = None if slice is None else str(slice)
    pick = Pick(plane, where, frame, channel, mosaic, kspace, volume, series)
    image = _read(os.fspath(source), pick)
    for note in image.notes:
        warnings.warn(f"{image.name}: {note}", SampvizWarning, stacklevel=2)
    return image


def stem(source: str) -> str:
    """Return the name of an input without folder and ending: what figures of it are called."""
    if source.startswith(PREFIX):
        return source.removeprefix(PREFIX).partition(":")[0]
    path = Path(source)
    return Path(path.stem).stem if path.suffix.lower() == ".gz" else path.stem


def _read(source: str, pick: Pick) -> Image:
    name = stem(source)
    if source.startswith(PREFIX):
        text = source.removeprefix(PREFIX)
        if text not in REAL:
            return analytic(text, pick)
        path = sample_path(text)
    else:
        path = Path(source)
    start = _first_bytes(path, source)
    if not start:
        raise InputError("the file is empty", source, "get the file again")

    # Each reader is imported where it is used: nibabel alone costs more than reading a PNG.
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        from sampviz.io.raster import read_png

        return read_png(path.read_bytes(), name, source, pick)
    if start.startswith(b"\xff\xd8\xff"):
        from sampviz.io.raster import read_jpeg

        return read_jpeg(path.read_bytes(), name, source, pick)
    if start.startswith(b"\x93NUMPY"):
        from sampviz.io.npy import read_npy

        return read_npy(path, name, source, pick)
    if path.name.lower().endswith((".nii", ".nii.gz", ".hdr", ".img", ".hdr.gz", ".img.gz")):
        from sampviz.io.nifti import read_nifti

        return read_nifti(path, name, source, pick)
    raise InputError("the file is of no known kind", source, _KINDS)


def _first_bytes(path: Path, source: str) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            kind = "a folder" if path.is_dir() else "not a regular file"
            raise InputError(f"{path.name or source} is {kind}", source, "give the path of a file")
        with path.open("rb") as file:
            return file.read(8)
    except FileNotFoundError:
        raise InputError("there is no such file", source, _nearby(path)) from None
    except (OSError, ValueError) as err:
        reason = getattr(err, "strerror", None) or str(err)
        raise InputError(
            f"the file cannot be opened: {reason}", source, "check its path and its permissions"
        ) from None


def _nearby(path: Path) -> str:
    from difflib import get_close_matches

    folder = path.parent
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError:  # no such folder, or one that may not be listed
        names = []
    near = get_close_matches(path.name, names, n=1)
    return f"did you mean {folder / near[0]}?" if near else "check the path, or try sample:t1"
