"""Files built byte by byte from their specifications, so that no reader is its own oracle."""

import itertools
import struct
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import nibabel as nib
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Endian = Literal["<", ">"]

# --- PNG (ISO/IEC 15948) ---------------------------------------------------------------------

PNG_START = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
_CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
# Of each Adam7 pass: first row, first column, step of rows, step of columns.
_ADAM7 = (
    (0, 0, 8, 8),
    (0, 4, 8, 8),
    (4, 0, 8, 4),
    (0, 2, 4, 4),
    (2, 0, 4, 2),
    (0, 1, 2, 2),
    (1, 0, 2, 1),
)


def chunk(name: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def ihdr(height: int, width: int, bits: int, kind: int, interlaced: bool = False) -> bytes:
    return chunk(b"IHDR", struct.pack(">II5B", width, height, bits, kind, 0, 0, interlaced))


def png(
    samples: Any,
    bits: int,
    kind: int,
    *,
    extra: bytes = b"",
    interlaced: bool = False,
) -> bytes:
    """`samples` is (H, W), or (H, W, channels) with red first; `extra` are chunks before IDAT."""
    pixels = np.asarray(samples)
    height, width = pixels.shape[:2]
    pixels = pixels.reshape(height, width, _CHANNELS[kind])
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    rows = b"".join(
        b"\0" + _packed(row.reshape(-1), bits)
        for top, left, down, along in passes
        for row in pixels[top::down, left::along]
        if row.size
    )
    head = PNG_START + ihdr(height, width, bits, kind, interlaced)
    return head + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND")


def _packed(samples: Array, bits: int) -> bytes:
    if bits == 16:
        return samples.astype(">u2").tobytes()
    if bits == 8:
        return samples.astype(np.uint8).tobytes()
    text = "".join(f"{int(sample):0{bits}b}" for sample in samples)
    text += "0" * (-len(text) % 8)
    return bytes(int(text[at : at + 8], 2) for at in range(0, len(text), 8))


# --- NIfTI-1.1 and NIfTI-2 -------------------------------------------------------------------

CODES = {
    "uint8": 2,
    "int16": 4,
    "int32": 8,
    "float32": 16,
    "complex64": 32,
    "float64": 64,
    "int8": 256,
    "uint16": 512,
    "uint32": 768,
    "int64": 1024,
    "uint64": 1280,
    "complex128": 1792,
}
RGB24, RGBA32 = 128, 2304
_NIFTI1 = "i10s18sihcB8h3f4h8f3fh2b4f2i80s24s2h6f12f16s4s"
_NIFTI2 = "i8s2h8q3d8dq6d2q80s24s2i6d12d3i16sb15s"


def nifti_header(
    shape: Sequence[int],
    code: int,
    bits: int,
    affine: Array | None = None,
    *,
    version: int = 1,
    endian: str = "<",
    pair: bool = False,
    slope: float = 0.0,
    inter: float = 0.0,
    spacing: Sequence[float] = (1.0, 1.0, 1.0),
    quaternion: Sequence[float] | None = None,
    offset: Sequence[float] = (0.0, 0.0, 0.0),
    qfac: float = 1.0,
    units: int = 2,
) -> bytes:
    """`affine` is written as sform, `quaternion` (b, c, d) with `offset` as qform.

    Without either both codes are 0: the file does not say which way is left.
    """
    dim = [len(shape), *shape, *[1] * 7][:8]
    pixdim = [qfac, *spacing, *[1.0] * 4]
    start = 0 if pair else (352 if version == 1 else 544)
    codes = int(quaternion is not None), int(affine is not None)
    placed = [*(quaternion or (0.0, 0.0, 0.0)), *offset]
    srow = np.zeros(12) if affine is None else np.asarray(affine, float)[:3].ravel()
    if version == 1:
        magic = b"ni1\0" if pair else b"n+1\0"
        fields: Iterable[Any] = (
            *(348, b"", b"", 0, 0, b"r", 0, *dim, 0.0, 0.0, 0.0, 0, code, bits, 0, *pixdim),
            *(float(start), slope, inter, 0, 0, units, 0.0, 0.0, 0.0, 0.0, 0, 0, b"", b""),
            *(*codes, *placed, *srow, b"", magic),
        )
        return struct.pack(endian + _NIFTI1, *fields)
    magic = (b"ni2\0" if pair else b"n+2\0") + b"\r\n\x1a\n"
    fields = (
        *(540, magic, code, bits, *dim, 0.0, 0.0, 0.0, *pixdim, start, slope, inter),
        *(0.0, 0.0, 0.0, 0.0, 0, 0, b"", b"", *codes, *placed, *srow, 0, units, 0, b"", 0, b""),
    )
    return struct.pack(endian + _NIFTI2, *fields)


def read_nifti(path: str | Path) -> nib.Nifti1Image:
    """Open a file with nibabel, and make sure that it takes it for NIfTI."""
    image = nib.load(path)
    assert isinstance(image, nib.Nifti1Image)
    return image


def voxels(array: Array, endian: Endian = "<") -> bytes:
    return array.astype(array.dtype.newbyteorder(endian)).tobytes(order="F")


def nifti(array: Array, affine: Array | None = None, **header: Any) -> bytes:
    """Return a single-file NIfTI of `array`; `header` as in `nifti_header`."""
    head = nifti_header(
        array.shape, CODES[array.dtype.name], array.dtype.itemsize * 8, affine, **header
    )
    return head + bytes(4) + voxels(array, header.get("endian", "<"))


def nifti_colours(array: Array, affine: Array | None = None) -> bytes:
    """Return RGB24 or RGBA32 of `array`, (X, Y, Z, 3) or (X, Y, Z, 4) of uint8."""
    code = RGB24 if array.shape[3] == 3 else RGBA32
    head = nifti_header(array.shape[:3], code, array.shape[3] * 8, affine)
    return head + bytes(4) + np.moveaxis(array, 3, 0).tobytes(order="F")


# --- places in space -------------------------------------------------------------------------

ORIENTATIONS = [
    (order, flips)
    for order in itertools.permutations(range(3))
    for flips in itertools.product((False, True), repeat=3)
]


def diagonal(spacing: Sequence[float], origin: Sequence[float] = (0.0, 0.0, 0.0)) -> Array:
    affine = np.diag([*spacing, 1.0])
    affine[:3, 3] = origin
    return affine


def rotation(axis: int, degrees: float) -> Array:
    """Return the 4 x 4 turn about one of the axes x, y, z."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    i, j = ((1, 2), (2, 0), (0, 1))[axis]
    turn = np.eye(4)
    turn[i, i], turn[i, j], turn[j, i], turn[j, j] = c, -s, s, c
    return turn


def stored_as(
    volume: Array, affine: Array, order: Sequence[int], flips: Sequence[bool]
) -> tuple[Array, Array]:
    """Store the same voxels with other axes: stored axis i is axis `order[i]`, maybe backwards."""
    stored = volume.transpose(*order)
    to_canonical = np.zeros((4, 4))
    to_canonical[3, 3] = 1
    for axis, (canonical, flipped) in enumerate(zip(order, flips, strict=True)):
        if flipped:
            stored = np.flip(stored, axis)
        to_canonical[canonical, axis] = -1 if flipped else 1
        to_canonical[canonical, 3] = volume.shape[canonical] - 1 if flipped else 0
    return stored, affine @ to_canonical


def landmarks(shape: tuple[int, int, int] = (4, 5, 6)) -> Array:
    """Return a volume whose voxels tell where they are: 100 x + 10 y + z."""
    x, y, z = np.indices(shape)
    return (100 * x + 10 * y + z).astype(np.int16)
