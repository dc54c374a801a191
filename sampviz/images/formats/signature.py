"""What a file is by its first bytes and its name.

Also the formats that we recognise but cannot read, so that the error can say how to convert them.
"""

from pathlib import Path

from sampviz.core.errors import InputError

_READABLE = "PNG, JPEG, NIfTI (.nii, .nii.gz, .hdr/.img) and .npy can be read"
# Formats that we recognise but cannot read: first bytes, name, and what to do.
_UNREADABLE = (
    (
        b"version https://git-lfs",
        "a pointer of Git LFS, not the file",
        "fetch it with git lfs pull",
    ),
    (b"PK\x03\x04", "a zip archive, such as .npz", "unpack it"),
    (b"GIF8", "a GIF", "convert it to PNG"),
    (b"BM", "a BMP", "convert it to PNG"),
    (b"II*\0", "a TIFF", "convert it to PNG or .npy"),
    (b"MM\0*", "a TIFF", "convert it to PNG or .npy"),
    (b"\x89HDF\r\n", "HDF5, such as MINC or .mat", "save its array as .npy"),
    (b"MATLAB 5.0", "a MATLAB file", "save its array as .npy"),
    (b"NRRD", "NRRD", "convert it to NIfTI"),
)
_OTHER_SUFFIX = {".hdr": ".img", ".img": ".hdr", ".HDR": ".IMG", ".IMG": ".HDR"}


def pair_of(path: Path) -> tuple[Path, Path] | None:
    """Return both files of a NIfTI pair (.hdr and .img).

    Parameters
    ----------
    path : Path
        Either file; it may end in .gz.

    Returns
    -------
    tuple of Path or None
        The header's file and the voxels' file; None for the name of a single file.

    Examples
    --------
    >>> [path.name for path in pair_of(Path("a.img.gz"))]
    ['a.hdr.gz', 'a.img.gz']
    """
    compression = path.suffix if path.suffix.lower() == ".gz" else ""
    stem = path.name.removesuffix(compression)
    suffix = Path(stem).suffix
    if suffix not in _OTHER_SUFFIX:
        return None
    other = path.with_name(stem.removesuffix(suffix) + _OTHER_SUFFIX[suffix] + compression)
    return (path, other) if suffix.lower() == ".hdr" else (other, path)


def unknown_format(start: bytes, where: str) -> InputError:
    """Return the error for a file that cannot be read.

    Parameters
    ----------
    start : bytes
        The first 132 bytes of the file.
    where : str
        The name of the input, for the error.

    Returns
    -------
    InputError
        Names the format if it is recognised.
    """
    for signature, kind, fix in _UNREADABLE:
        if start.startswith(signature):
            return InputError(f"the file is {kind}", where, fix)
    if start[128:132] == b"DICM":
        return InputError("the file is DICOM", where, "convert it to NIfTI, e.g. with dcm2niix")
    return InputError("the file is of no known kind", where, _READABLE)
