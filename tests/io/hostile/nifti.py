"""NIfTI: headers that cannot be, voxels that are not there, gzip that lies; places, values."""

import gzip
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np

from tests.io.build import (
    diagonal,
    landmarks,
    nifti,
    nifti_colours,
    nifti_header,
    rotation,
    stored_as,
    voxels,
)
from tests.io.hostile.case import Case, read, refused

_SPACING, _ORIGIN = (1.5, 2.0, 3.0), (-3.0, -40.0, 25.0)
AFFINE = diagonal(_SPACING, _ORIGIN)
VOLUME = landmarks((4, 5, 6))
_NO = "not a NIfTI that can be read: "
_NO_SIDES = "the file does not say which way is left: drawn as stored, without letters"
# What is looked at by default: the middle axial slice, its rows from the front.
SEEN = VOLUME[:, :, 3].T[::-1]
_WHOLE = nifti(VOLUME, AFFINE)
_KNOWN = {"spacing": [2.0, 1.5], "axes": ["P", "R"]}
_AT = {
    "sizeof_hdr": (0, "<i"),
    "dim[0]": (40, "<h"),
    "dim[1]": (42, "<h"),
    "dim[3]": (46, "<h"),
    "datatype": (70, "<h"),
    "bitpix": (72, "<h"),
    "vox_offset": (108, "<f"),
    "scl_slope": (112, "<f"),
    "scl_inter": (116, "<f"),
    "magic": (344, "4s"),
}


def changed(data: bytes = _WHOLE, **fields: Any) -> bytes:
    """Return a NIfTI-1 with other values in some fields of its header."""
    made = bytearray(data)
    for name, value in fields.items():
        at, form = _AT[name.replace("_0", "[0]").replace("_1", "[1]").replace("_3", "[3]")]
        struct.pack_into(form, made, at, value)
    return bytes(made)


def _pair(change: str = "") -> Any:
    def make(path: Path) -> None:
        path.with_suffix(".hdr").write_bytes(nifti_header((4, 5, 6), 4, 16, AFFINE, pair=True))
        image = path.with_suffix(".img")
        data = voxels(VOLUME)
        if change == "pipe":
            os.mkfifo(image)
        elif change != "missing":
            image.write_bytes(data[:-1] if change == "short" else data)

    return make


def _zeros(count: int) -> bytes:
    """Return `count` times 16 MB of zeros, packed: as many members of one gzip file."""
    return gzip.compress(bytes(2**24), 9, mtime=0) * count


def _bomb(shape: tuple[int, ...], count: int) -> bytes:
    head = nifti_header(shape, 4, 16, AFFINE, version=2) + bytes(4)
    return gzip.compress(head, mtime=0) + _zeros(count)


def _of(values: Any, affine: Any = AFFINE, **header: Any) -> bytes:
    """Store one axial slice, given as it is drawn."""
    return nifti(np.asarray(values)[::-1].T[:, :, None], affine, **header)


_packed = gzip.compress(_WHOLE, mtime=0)
_noise = np.random.default_rng(0).integers(-(2**15), 2**15, (32, 32, 90)).astype(np.int16)
_long = gzip.compress(nifti(_noise, AFFINE), 1, mtime=0)
_flat = AFFINE.copy()
_flat[:3, 1] = _flat[:3, 0]
_moved = (_ORIGIN[0] + 20, *_ORIGIN[1:])
_nan = np.where(SEEN[1, 1] == SEEN, np.nan, SEEN).astype(np.float32)
_nan[2, 2] = np.inf
_big = np.array([[2**53 + 1, 5], [-(2**62) - 1, 2**63 - 1]])
_complex = (SEEN * (3 - 4j)).astype(np.complex64)
_colours = np.random.default_rng(0).integers(0, 256, (4, 5, 6, 3)).astype(np.uint8)
_oblique = rotation(2, 10) @ AFFINE
_left, _left_affine = stored_as(VOLUME, AFFINE, (0, 1, 2), (True, False, False))
_turned, _turned_affine = stored_as(VOLUME, AFFINE, (2, 0, 1), (True, False, True))

_REFUSED = [
    refused("no-length a.nii", changed(sizeof_hdr=0), _NO + "it does not start with the length"),
    refused("all-zeros a.nii", bytes(10_000), _NO + "it does not start with the length"),
    refused("header-cut a.nii", _WHOLE[:200], _NO + "its header ends after 200 of 348 bytes"),
    refused("header-only a.nii", _WHOLE[:352], "the file ends early: 0 of 240 bytes of voxels"),
    refused("voxels-cut a.nii", _WHOLE[:-7], "the file ends early: 233 of 240 bytes of voxels"),
    refused(
        "voxels-cut-elsewhere a.nii",  # what is missing is of another slice
        _WHOLE[:-7],
        "the file ends early: 233 of 240 bytes of voxels are there",
        "--slice",
        "0",
    ),
    *(
        refused(
            f"offset-{value:g} a.nii", changed(vox_offset=value), _NO + "its voxels cannot start"
        )
        for value in (0, 1, 348, -352, 352.5, 1e30, -1e30, np.nan, np.inf)
    ),
    *(
        refused(f"slope-{value:g} a.nii", changed(scl_slope=value), _NO + "it scales its voxels by")
        for value in (np.nan, np.inf, -np.inf)
    ),
    refused(
        "inter-nan a.nii", changed(scl_slope=1, scl_inter=np.nan), _NO + "it scales its voxels"
    ),
    *(
        refused(
            f"rank-{value} a.nii", changed(dim_0=value), _NO + f"it says that it has {value} axes"
        )
        for value in (0, -1, 8, 32767)
    ),
    *(
        refused(f"side-{value} a.nii", changed(dim_1=value), f"an array of ({value}, 5, 6) is not")
        for value in (0, -4)
    ),
    refused("one-axis a.nii", changed(dim_0=1), "an array of (4,) is not an image"),
    refused(
        "five-axes a.nii", nifti(landmarks((4, 5, 6)).reshape(2, 2, 5, 3, 2)), "an array of (2,"
    ),
    *(
        refused(
            f"type-{code} a.nii",
            changed(datatype=code),
            _NO + f"its data type has the number {code}",
        )
        for code in (0, 1, 3, 255, 1536, 2048, -4)
    ),
    refused("analyze a.nii", changed(magic=b"\0\0\0\0"), r"the file says b'\x00\x00\x00\x00', not"),
    refused(
        "magic-of-pair a.nii", changed(magic=b"ni1\0"), _NO + "its header says that the voxels are"
    ),
    refused(
        "text-mode a.nii",
        nifti(VOLUME, AFFINE, version=2).replace(b"\r\n\x1a\n", b"\n\x1a\n\0", 1),
        "the file says",
    ),
    refused("single-as-half a.hdr", _WHOLE, "its other half, a.img, is not there"),
    refused("half a.hdr", _pair("missing"), "its other half, a.img, is not there"),
    refused("half-is-a-pipe a.hdr", _pair("pipe"), "its other half, a.img, is not there"),
    refused("half-cut a.hdr", _pair("short"), "the file ends early: 239 of 240 bytes"),
    refused("claims a.nii", changed(dim_1=32767, dim_3=32767), "the file ends early: 240 of"),
    refused(
        "claims-2^62 a.nii",
        nifti_header((2**62, 2**62, 3), 4, 16, AFFINE, version=2) + bytes(99),
        "the file ends early: 95 of",
    ),
    refused(
        "claims-packed a.nii.gz",
        gzip.compress(changed(dim_1=32767, dim_3=32767)),
        f"{len(gzip.compress(changed(dim_1=32767, dim_3=32767)))} bytes of gzip cannot hold",
    ),
    refused(
        "scaled-beyond a.nii", _of(SEEN * 1e300, slope=1e30), "slope 1e+30 and intercept 0 take"
    ),
    refused("not-packed a.nii.gz", _WHOLE, "a.nii.gz is not gzip, though its name says otherwise"),
    refused("packed a.nii", _packed, "a.nii is gzip, though its name says otherwise"),
    refused("packed-text a.nii.gz", gzip.compress(b"hello"), _NO + "it does not start with"),
    refused("packed-twice a.nii.gz", gzip.compress(_packed), _NO + "it does not start with"),
    refused("packed-header-cut a.nii.gz", _packed[:30], "the gzip file ends within the header"),
    refused("packed-cut a.nii.gz", _long[:-50_000], "the file ends early: ", "--slice", "89"),
    refused(
        "gzip-method a.nii.gz", b"\x1f\x8b\7" + _packed[3:], "the gzip file is damaged: Unknown"
    ),
    refused(
        "gzip-checksum a.nii.gz",
        _packed[:-8] + bytes([_packed[-8] ^ 1]) + _packed[-7:],
        "the gzip file is damaged: CRC check failed",
    ),
    refused(
        "gzip-length a.nii.gz",
        _packed[:-4] + bytes([_packed[-4] ^ 1]) + _packed[-3:],
        "the gzip file is damaged: Incorrect length",
    ),
    refused(
        "gzip-junk a.nii.gz", _packed + b"junk", "the gzip file is damaged: Not a gzipped file"
    ),
    refused(
        "bomb a.nii.gz",
        _bomb((1024, 1024, 2048), 256),
        "what is wanted ends 4294967840 bytes into the unpacked file; the most is 2147483648",
        "--slice",
        "2047",
    ),
    refused("bomb-whole a.nii.gz", _bomb((1024, 1024, 512), 64), "1024x1024x512 are", "--volume"),
    refused("bomb-slice a.nii.gz", _bomb((32768, 16384, 2), 128), "16384x32768 are more than"),
    refused("small-limit a.nii", _WHOLE, "5x4 are more than 19 pixels", "--max-pixels", "19"),
    refused(
        "small-limit-packed a.nii.gz",
        _packed,
        "what is wanted ends 512 bytes into the unpacked file; the most is 508",
        "--max-pixels",
        "127",
    ),
    refused(
        "nan-refused a.nii", _of(_nan), "1 NaN and 1 infinite among 20 values", "--nan", "error"
    ),
    refused(
        "nothing-finite a.nii",
        _of(np.full((3, 4), np.nan)),
        "12 NaN among 12 values: none to take the mean of",
        "--nan",
        "fill=mean",
    ),
]

_READ = [
    read("plain a.nii", _WHOLE, SEEN, **_KNOWN, dtype="float32", stored_shape=[4, 5, 6]),
    read("big-endian a.nii", nifti(VOLUME, AFFINE, endian=">"), SEEN, **_KNOWN),
    read("version-2 a.nii", nifti(VOLUME, AFFINE, version=2), SEEN, format="NIfTI-2"),
    read("two-files a.hdr", _pair(), SEEN, **_KNOWN, format="NIfTI-1 pair"),
    read("two-files a.img", _pair(), SEEN, **_KNOWN, format="NIfTI-1 pair"),
    read("packed a.nii.gz", _packed, SEEN, **_KNOWN),
    read("members a.nii.gz", gzip.compress(_WHOLE[:400]) + gzip.compress(_WHOLE[400:]), SEEN),
    read("behind-a-slice a.nii.gz", _long[:-9000], _noise[:, :, 2].T[::-1], "--slice", "2"),
    read(
        "before-the-bomb a.nii.gz",
        _bomb((512, 512, 4096), 128),
        np.zeros((512, 512)),
        "--slice",
        "3",
    ),
    read("slope-0 a.nii", changed(scl_slope=0, scl_inter=np.nan), SEEN),
    read(
        "scaled a.nii", nifti(VOLUME, AFFINE, slope=0.5, inter=-7), SEEN * 0.5 - 7, dtype="float32"
    ),
    read(
        "scaled-beyond-float32 a.nii",
        _of(SEEN.astype(np.float32), slope=1e38),
        SEEN * float(np.float32(1e38)),
        dtype="float64",
        warnings=[f"values up to {SEEN.max() * float(np.float32(1e38)):.3g}: computed in float64"],
    ),
    read(
        "bits a.nii",
        changed(bitpix=64),
        SEEN,
        warnings=["header: 64 bits a voxel, but its type is int16: that is taken"],
    ),
    read(
        "junk-behind a.nii",
        _WHOLE + b"junk",
        SEEN,
        warnings=["header: 4 bytes follow the last voxel: not read"],
    ),
    read(
        "extension a.nii",
        changed(_WHOLE[:352] + bytes(64) + _WHOLE[352:], vox_offset=416),
        SEEN,
    ),
    read(
        "no-codes a.nii",
        nifti(VOLUME, spacing=_SPACING),
        SEEN,
        spacing=[2, 1.5],
        axes=None,
        warnings=[_NO_SIDES],
    ),
    read(
        "pixdim-0 a.nii",
        nifti(VOLUME, spacing=(0, 2, 3)),
        SEEN,
        spacing=[2, 1],
        axes=None,
        warnings=["header: pixdim is 0x2x3 mm: taken as 1x2x3 mm", _NO_SIDES],
    ),
    read(
        "pixdim-below-0 a.nii",
        nifti(VOLUME, quaternion=(0, 0, 0), spacing=(1.5, -2, 3)),
        SEEN,
        **_KNOWN,
        warnings=["header: pixdim is 1.5x-2x3 mm: taken as 1.5x2x3 mm"],
    ),
    read(
        "sform-flat a.nii",
        nifti(VOLUME, _flat, spacing=_SPACING),
        SEEN,
        spacing=[2, 1.5],
        axes=None,
        warnings=["header: its sform is no map of voxels into space: not used", _NO_SIDES],
    ),
    read(
        "sform-or-qform a.nii",
        nifti(VOLUME, AFFINE, quaternion=(0, 0, 0), offset=_moved, spacing=_SPACING),
        SEEN,
        **_KNOWN,
        taken="axial slice 3 of 0..5, z = 34.0 mm",
        warnings=["sform and qform are up to 20 mm apart: the sform is taken"],
    ),
    read("left-handed a.nii", nifti(_left, _left_affine), SEEN, **_KNOWN),
    read("turned a.nii", nifti(_turned, _turned_affine), SEEN, **_KNOWN),
    read(
        "oblique a.nii",
        nifti(VOLUME, _oblique),
        SEEN,
        axes=["P", "R"],
        warnings=["oblique by 10.0 degrees: drawn on the voxel grid, not resampled"],
    ),
    read("micrometres a.nii", nifti(VOLUME, AFFINE, units=3), SEEN, spacing=[0.002, 0.0015]),
    read(
        "int64 a.nii",
        _of(_big),
        _big.astype(np.float64),
        dtype="float64",
        warnings=["int64 is rounded to float64: it holds 53 bits"],
    ),
    read(
        "int32 a.nii",
        _of(np.array([[2**24 + 1, -(2**31)]], np.int32)),
        [[2.0**24 + 1, -(2.0**31)]],
        dtype="float64",
    ),
    read("complex a.nii", _of(_complex), _complex, dtype="complex64"),
    read(
        "complex-scaled a.nii",
        _of(_complex, slope=0.5, inter=3),
        _complex * 0.5 + (3 + 3j),
        dtype="complex64",
    ),
    read(
        "complex-infinite a.nii",  # a product of complex numbers would be NaN
        _of(np.array([[complex(np.inf, -3), 2 + 1j]], np.complex64), slope=0.5, inter=1),
        np.array([[complex(np.inf, -0.5), 2 + 1.5j]]),
        dtype="complex64",
        warnings=["1 infinite among 2 values"],
    ),
    read(
        "rgb a.nii",
        nifti_colours(_colours, AFFINE),
        _colours[:, :, 3].transpose(2, 1, 0)[:, ::-1],
        stored_dtype="RGB24",
    ),
    read("nan a.nii", _of(_nan), _nan, warnings=["1 NaN and 1 infinite among 20 values"]),
    read(
        "nan-to-0 a.nii",
        _of(_nan),
        np.nan_to_num(_nan, posinf=0),
        "--nan",
        "fill=0",
        warnings=["1 NaN and 1 infinite among 20 values: set to 0"],
    ),
    read(
        "nan-to-mean a.nii",
        _of(_nan),
        np.where(np.isfinite(_nan), _nan, _nan[np.isfinite(_nan)].astype(np.float64).mean()),
        "--nan",
        "fill=mean",
        warnings=[
            "1 NaN and 1 infinite among 20 values: set to"
            f" {_nan[np.isfinite(_nan)].astype(np.float64).mean():.4g}"
        ],
    ),
    read(
        "all-nan a.nii",
        _of(np.full((3, 4), np.nan)),
        np.full((3, 4), np.nan),
        warnings=["12 NaN among 12 values"],
    ),
    read("one-voxel a.nii", _of([[7.0]]), [[7.0]]),
    read("one-column a.nii", _of(np.arange(9.0)[:, None]), np.arange(9.0)[:, None]),
]

NIFTI: list[Case] = [*_REFUSED, *_READ]
