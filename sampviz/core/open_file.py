"""Opening files: regular ones only, and what a file of no known kind is."""

import os
import stat
from difflib import get_close_matches
from io import BufferedReader
from pathlib import Path

from sampviz.core.errors import InputError

_KINDS = "PNG, JPEG, NIfTI (.nii, .nii.gz, .hdr/.img) and .npy can be read"
# What people have by accident, by its first bytes, and what they do about it.
_OTHERS = (
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
_HALVES = {".hdr": ".img", ".img": ".hdr", ".HDR": ".IMG", ".IMG": ".HDR"}


def open_file(path: Path, where: str) -> BufferedReader:
    """Open a regular file; InputError for all others, at once: a pipe is not waited for."""
    try:
        # Without O_NONBLOCK opening a pipe waits for its writer.
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
    except FileNotFoundError:
        if path.is_symlink():
            raise InputError(
                f"{path.name} is a link to a file that is not there", where, "mend the link"
            ) from None
        raise InputError("there is no such file", where, _nearby(path)) from None
    except (OSError, ValueError) as err:
        reason = getattr(err, "strerror", None) or str(err)
        raise InputError(
            f"the file cannot be opened: {reason}", where, "check its path and its permissions"
        ) from None
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise InputError(f"{path.name or where} is {kind}", where, "give the path of a file")
    return os.fdopen(handle, "rb")


def size_of(file: BufferedReader) -> int:
    """Return how many bytes an open file has."""
    return os.fstat(file.fileno()).st_size


def pair_of(path: Path) -> tuple[Path, Path] | None:
    """Return the header and the voxels of a NIfTI in two files; None for the name of one."""
    packing = path.suffix if path.suffix.lower() == ".gz" else ""
    stem = path.name.removesuffix(packing)
    suffix = Path(stem).suffix
    if suffix not in _HALVES:
        return None
    other = path.with_name(stem.removesuffix(suffix) + _HALVES[suffix] + packing)
    return (path, other) if suffix.lower() == ".hdr" else (other, path)


def unknown(start: bytes, where: str) -> InputError:
    """Return the error for a file of no known kind, from its first 132 bytes."""
    for signature, kind, fix in _OTHERS:
        if start.startswith(signature):
            return InputError(f"the file is {kind}", where, fix)
    if start[128:132] == b"DICM":
        return InputError("the file is DICOM", where, "convert it to NIfTI, e.g. with dcm2niix")
    return InputError("the file is of no known kind", where, _KINDS)


def _nearby(path: Path) -> str:
    folder = path.parent
    try:
        names = sorted(each.name for each in folder.iterdir())
    except OSError:  # no such folder, or one that may not be listed
        names = []
    near = get_close_matches(path.name, names, n=1)
    if near:
        return f"did you mean {folder / near[0]}?"
    is_recipe = path.suffix.lower() == ".toml"
    return (
        f"check the path, or {'begin with `sampviz recipe init`' if is_recipe else 'try sample:t1'}"
    )
