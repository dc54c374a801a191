"""What a file is by its first bytes and its name."""

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


def pair_of(path: Path) -> tuple[Path, Path] | None:
    """Return the header and the voxels of a NIfTI in two files; None for the name of one."""
    packing = path.suffix if path.suffix.lower() == ".gz" else ""
    stem = path.name.removesuffix(packing)
    suffix = Path(stem).suffix
    if suffix not in _HALVES:
        return None
    other = path.with_name(stem.removesuffix(suffix) + _HALVES[suffix] + packing)
    return (path, other) if suffix.lower() == ".hdr" else (other, path)


def unknown_format(start: bytes, where: str) -> InputError:
    """Return the error for a file of no known kind, from its first 132 bytes."""
    for signature, kind, fix in _OTHERS:
        if start.startswith(signature):
            return InputError(f"the file is {kind}", where, fix)
    if start[128:132] == b"DICM":
        return InputError("the file is DICOM", where, "convert it to NIfTI, e.g. with dcm2niix")
    return InputError("the file is of no known kind", where, _KINDS)
