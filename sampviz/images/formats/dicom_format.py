"""DICOM as a format: a file, or a folder whose files make a series."""

from itertools import islice
from pathlib import Path

from sampviz.core.errors import InputError
from sampviz.core.open_file import open_file
from sampviz.images.formats.format import Format, Source
from sampviz.images.formats.signature import is_dicom
from sampviz.images.image import Image
from sampviz.images.selection import Selection

_MOST_TRIED = 100  # files of a folder, by which it is known
_SHORTEST = 132


def _read(source: Source, selection: Selection) -> Image:
    from sampviz.images.formats.dicom import read_dicom

    return read_dicom(source.path, source.name, source.where, selection)


def _is_series(folder: Path) -> bool:
    """Whether one of the first files of a folder is DICOM."""
    try:
        paths = sorted(islice(folder.iterdir(), _MOST_TRIED))
    except OSError:
        return False
    return any(_is_dicom_file(path) for path in paths if not path.name.startswith("."))


def _is_dicom_file(path: Path) -> bool:
    try:
        with open_file(path, str(path)) as file:
            return is_dicom(file.read(_SHORTEST))
    except InputError:
        return False


FORMAT = Format(
    name="DICOM",
    endings=(".dcm",),
    content="a file, or the folder of a series, placed by its positions; slope and window, enhanced"
    " files, frames, colours; most compressions; only the slice that is wanted",
    read=_read,
    matches=is_dicom,
    matches_folder=_is_series,
    extra="dicom",
    library="pydicom",
    has_datasets=True,
)
