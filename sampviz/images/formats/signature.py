"""What a file is by its first bytes, and for what cannot be read how to mend that."""

import re
import shlex
import struct
import zlib
from pathlib import Path

from sampviz.core.errors import InputError

SIGNATURE_SIZE = 4096  # bytes of a file by which it is recognised
_AGAIN = "open its address in a browser, sign in if need be, and download the file itself"
_TO_NIFTI = "convert it to NIfTI"
_TO_PNG = "convert it to PNG"
_SAVE_ARRAY = "save its array as .npy"
_ANNEX_FIX = "fetch it with `datalad get {file}` or `git annex get {file}`"
# The first bytes, what the file is, and what to do. {file} is its name.
_PREFIXES = (
    (
        b"version https://git-lfs",
        "a pointer of Git LFS, not the file",
        "fetch it with git lfs pull",
    ),
    (b"/annex/objects/", "a pointer of git-annex, not the file", _ANNEX_FIX),
    (b"outs:\n", "a pointer of DVC, not the file", "fetch it with dvc pull"),
    (b"PK\x05\x06", "an empty zip archive", "get the file again"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"BZh", "packed with bzip2", "unpack it with bunzip2"),
    (b"\xfd7zXZ\0", "packed with xz", "unpack it with unxz"),
    (b"\x28\xb5\x2f\xfd", "packed with Zstandard", "unpack it with unzstd"),
    (b"GIF8", "a GIF", _TO_PNG),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL", _TO_PNG),
    (b"\xff\x0a", "a JPEG XL", _TO_PNG),
    (b"v/1\x01", "OpenEXR", _SAVE_ARRAY),
    (b"8BPS", "a Photoshop file", _TO_PNG),
    (b"%PDF", "a PDF", _TO_PNG),
    (b"CDF\x01", "NetCDF, such as MINC", f"{_TO_NIFTI}, e.g. with mnc2nii"),
    (b"CDF\x02", "NetCDF, such as MINC", f"{_TO_NIFTI}, e.g. with mnc2nii"),
    (b"MATLAB ", "a MATLAB file of an odd version", f"{_SAVE_ARRAY}, or with save -v7"),
    (b"mrtrix image", "an image of MRtrix (.mif)", f"{_TO_NIFTI}: mrconvert {{file}} image.nii.gz"),
    (b"# === DATA DESCRIPTION FILE", "a Philips PAR header", f"{_TO_NIFTI}, e.g. with dcm2niix"),
    (b"MATRIX7", "ECAT 7", f"{_TO_NIFTI}, e.g. with nibabel"),
    (b"\x80\x04\x95", "a pickle of Python, which would be run as code", _SAVE_ARRAY),
)
_DICOM_FIRST = (
    *(bytes((2, 0, number, 0)) for number in (0, 1, 2, 3, 0x10)),
    *(bytes((8, 0, number, 0)) for number in (0, 1, 5, 8, 0x16)),
    *(bytes((0, 8, 0, number)) for number in (0, 1, 5, 8, 0x16)),
)
_ANNEX_LINK = re.compile(rb"(\.\./)*\.git/annex/objects/")
_AFNI = re.compile(rb"\s*type\s*=\s*(string|integer|float)-attribute")
# Comments are not tried again in other groups, of which there are 2^n.
_HTML = re.compile(rb"\s*+(?:<!--(?>.*?-->)\s*+)*+<(!doctype\s+html|html|head|body)\b", re.I | re.S)
_JSON = re.compile(rb'\s*(\{\s*("|\})|\[\s*[\[{"\]])')
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


def unpacked_start(start: bytes) -> bytes:
    """Return what the first bytes of a gzip file hold; b"" if they cannot be unpacked.

    Parameters
    ----------
    start : bytes
        Of the file.

    Returns
    -------
    bytes
        `SIGNATURE_SIZE` at most.
    """
    try:
        return zlib.decompressobj(31).decompress(start, SIGNATURE_SIZE)
    except zlib.error:
        return b""


def is_gzip(start: bytes) -> bool:
    """Whether a file that starts so is packed with gzip."""
    return start.startswith(b"\x1f\x8b")


def is_nifti(start: bytes) -> bool:
    """Whether a file that starts so has the header of a NIfTI, of one file or of a pair."""
    magic = start[344:348], start[4:8]
    return magic[0] in (b"n+1\0", b"ni1\0") or magic[1] in (b"n+2\0", b"ni2\0")


def is_mgh(start: bytes) -> bool:
    """Whether a file that starts so has the header of FreeSurfer's MGH."""
    if len(start) < 284:
        return False
    version, *sides, number_type = struct.unpack(">6i", start[:24])
    return version == 1 and min(sides) >= 1 and number_type in (0, 1, 3, 4, 10)


def is_dicom(start: bytes) -> bool:
    """Whether a file that starts so is DICOM, with its preamble or without."""
    if start[128:132] == b"DICM":
        return True
    # The first element: of the groups 2 or 8, in either order of bytes, of a length that can be.
    return start[:4] in _DICOM_FIRST and len(start) >= 16


def recognised(start: bytes, where: str) -> InputError | None:
    """Return the error for a file that we know and cannot read.

    Parameters
    ----------
    start : bytes
        The first `SIGNATURE_SIZE` bytes of the file, or all of them.
    where : str
        The name of the input, for the error.

    Returns
    -------
    InputError or None
        Names the format, and says what to do; None if it is not recognised.
    """
    kind = _kind(start)
    if kind is None:
        return None
    name, fix = kind
    return InputError(f"the file is {name}", where, fix.format(file=shlex.quote(where)))


def _kind(start: bytes) -> tuple[str, str] | None:
    """Return what a file is that starts so, and what to do; None if that is not recognised."""
    for signature, name, fix in _PREFIXES:
        if start.startswith(signature):
            return name, fix
    if start[257:262] == b"ustar":
        return "a tar archive", "unpack it"
    if start[4:8] == b"ftyp":
        return "AVIF, HEIC or a film", _TO_PNG
    if _ANNEX_LINK.match(start):
        return "a link of git-annex, stored as text", _ANNEX_FIX
    if _AFNI.match(start):
        return "a header of AFNI (.HEAD)", f"{_TO_NIFTI}: 3dAFNItoNIFTI {{file}}"
    return _text_kind(start.removeprefix(b"\xef\xbb\xbf"))


def _text_kind(start: bytes) -> tuple[str, str] | None:
    """Return what a text is that starts so, and what to do."""
    if _HTML.match(start):
        return "a web page (HTML), such as a page to sign in or of an error", _AGAIN
    if b"<GIFTI" in start:
        fix = "map it to a volume, as NIfTI, e.g. with wb_command -metric-to-volume-mapping"
        return "GIFTI: values on a surface, not an image", fix
    if re.match(rb"\s*<(\?xml|svg|!DOCTYPE)", start):
        if b"<svg" in start:
            return "an SVG", _TO_PNG
        if b"<html" in start.lower():
            return "a web page (HTML), such as a page to sign in or of an error", _AGAIN
        return "XML, such as the answer of a server that has not the file", _AGAIN
    if _JSON.match(start):
        name = "JSON, such as a sidecar or the answer of a server that has not the file"
        return name, "give the image that it stands beside, or download the file again"
    return None
