"""NIfTI that is refused: headers that cannot be, voxels that are not there, gzip that lies."""

import gzip
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np

from tests.images.build import (
    diagonal,
    landmarks,
    nifti,
    nifti_header,
    voxels,
)
from tests.images.formats.hostile.case import Case, refused
from tests.images.formats.hostile.zeros import gzip_of

SPACING, ORIGIN = (1.5, 2.0, 3.0), (-3.0, -40.0, 25.0)
AFFINE = diagonal(SPACING, ORIGIN)
VOLUME = landmarks((4, 5, 6))
_NO = "not a NIfTI that can be read: "
# What is looked at by default: the middle axial slice, its rows from the front.
SEEN = VOLUME[:, :, 3].T[::-1]
WHOLE = nifti(VOLUME, AFFINE)
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


def changed(data: bytes = WHOLE, **fields: Any) -> bytes:
    """Return a NIfTI-1 with other values in some fields of its header."""
    made = bytearray(data)
    for name, value in fields.items():
        at, form = _AT[name.replace("_0", "[0]").replace("_1", "[1]").replace("_3", "[3]")]
        struct.pack_into(form, made, at, value)
    return bytes(made)


def pair(change: str = "") -> Any:
    """Return what makes a header and its voxels, in two files."""

    def make(path: Path) -> None:
        path.with_suffix(".hdr").write_bytes(nifti_header((4, 5, 6), 4, 16, AFFINE, pair=True))
        image = path.with_suffix(".img")
        data = voxels(VOLUME)
        if change == "pipe":
            os.mkfifo(image)
        elif change != "missing":
            image.write_bytes(data[:-1] if change == "short" else data)

    return make


def bomb(shape: tuple[int, ...], count: int) -> bytes:
    """Return a header, and as many times 16 MB of zeros: as many members of one gzip file."""
    head = nifti_header(shape, 4, 16, AFFINE, version=2) + bytes(4)
    return gzip.compress(head, mtime=0) + gzip_of(16) * count


def of(values: Any, affine: Any = AFFINE, **header: Any) -> bytes:
    """Store one axial slice, given as it is drawn."""
    return nifti(np.asarray(values)[::-1].T[:, :, None], affine, **header)


PACKED = gzip.compress(WHOLE, mtime=0)
NOISE = np.random.default_rng(0).integers(-(2**15), 2**15, (32, 32, 90)).astype(np.int16)
LONG = gzip.compress(nifti(NOISE, AFFINE), 1, mtime=0)
WITH_NAN = np.where(SEEN[1, 1] == SEEN, np.nan, SEEN).astype(np.float32)
WITH_NAN[2, 2] = np.inf

NIFTI: list[Case] = [
    refused("no-length a.nii", changed(sizeof_hdr=0), _NO + "it does not start with the length"),
    refused("all-zeros a.nii", bytes(10_000), _NO + "it does not start with the length"),
    refused("header-cut a.nii", WHOLE[:200], _NO + "its header ends after 200 of 348 bytes"),
    refused("header-only a.nii", WHOLE[:352], "the file ends early: 0 of 240 bytes of voxels"),
    refused("voxels-cut a.nii", WHOLE[:-7], "the file ends early: 233 of 240 bytes of voxels"),
    refused(
        "voxels-cut-elsewhere a.nii",  # what is missing is of another slice
        WHOLE[:-7],
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
    refused("single-as-half a.hdr", WHOLE, "its other half, a.img, is not there"),
    refused("half a.hdr", pair("missing"), "its other half, a.img, is not there"),
    refused("half-is-a-pipe a.hdr", pair("pipe"), "its other half, a.img, is not there"),
    refused("half-cut a.hdr", pair("short"), "the file ends early: 239 of 240 bytes"),
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
        "scaled-beyond a.nii", of(SEEN * 1e300, slope=1e30), "slope 1e+30 and intercept 0 take"
    ),
    refused("not-packed a.nii.gz", WHOLE, "a.nii.gz is not gzip, though its name says otherwise"),
    refused("packed a.nii", PACKED, "a.nii is gzip, though its name says otherwise"),
    refused(
        "packed-empty a.nii.gz",
        gzip.compress(b"") * 1001 + PACKED,
        "the gzip file is damaged: more than 1000 members hold nothing",
    ),
    refused("packed-text a.nii.gz", gzip.compress(b"hello"), _NO + "it does not start with"),
    refused("packed-twice a.nii.gz", gzip.compress(PACKED), _NO + "it does not start with"),
    refused("packed-header-cut a.nii.gz", PACKED[:30], "the gzip file ends within the header"),
    refused("packed-cut a.nii.gz", LONG[:-50_000], "the file ends early: ", "--slice", "89"),
    refused(
        "gzip-method a.nii.gz", b"\x1f\x8b\7" + PACKED[3:], "the gzip file is damaged: Unknown"
    ),
    refused(
        "gzip-checksum a.nii.gz",
        PACKED[:-8] + bytes([PACKED[-8] ^ 1]) + PACKED[-7:],
        "the gzip file is damaged: CRC check failed",
    ),
    refused(
        "gzip-length a.nii.gz",
        PACKED[:-4] + bytes([PACKED[-4] ^ 1]) + PACKED[-3:],
        "the gzip file is damaged: Incorrect length",
    ),
    refused("gzip-junk a.nii.gz", PACKED + b"junk", "the gzip file is damaged: Not a gzipped file"),
    refused(
        "bomb a.nii.gz",
        bomb((1024, 1024, 2048), 256),
        "what is wanted ends 4294967840 bytes into the unpacked file; the most is 2147483648",
        "--slice",
        "2047",
    ),
    refused("bomb-whole a.nii.gz", bomb((1024, 1024, 512), 64), "1024x1024x512 are", "--volume"),
    refused("bomb-slice a.nii.gz", bomb((32768, 16384, 2), 128), "16384x32768 are more than"),
    refused("small-limit a.nii", WHOLE, "5x4 are more than 19 pixels", "--max-pixels", "19"),
    refused(
        "small-limit-packed a.nii.gz",
        PACKED,
        "what is wanted ends 512 bytes into the unpacked file; the most is 508",
        "--max-pixels",
        "127",
    ),
    refused(
        "nan-refused a.nii", of(WITH_NAN), "1 NaN and 1 infinite among 20 values", "--nan", "error"
    ),
    refused(
        "nothing-finite a.nii",
        of(np.full((3, 4), np.nan)),
        "12 NaN among 12 values: none to take the mean of",
        "--nan",
        "fill=mean",
    ),
]
