"""NIfTI that is odd but right: places, scales, types and values of every kind."""

import gzip

import numpy as np

from tests.images.build import nifti, nifti_colours, rotation, stored_as
from tests.images.formats.hostile.case import Case, read
from tests.images.formats.hostile.nifti import (
    AFFINE,
    LONG,
    NOISE,
    ORIGIN,
    PACKED,
    SEEN,
    SPACING,
    VOLUME,
    WHOLE,
    WITH_NAN,
    bomb,
    changed,
    of,
    pair,
)

_NO_SIDES = "the file does not say which way is left: drawn as stored, without letters"
_KNOWN = {"spacing": [2.0, 1.5], "axes": ["P", "R"]}
_flat = AFFINE.copy()
_flat[:3, 1] = _flat[:3, 0]
_moved = (ORIGIN[0] + 20, *ORIGIN[1:])
_big = np.array([[2**53 + 1, 5], [-(2**62) - 1, 2**63 - 1]])
_complex = (SEEN * (3 - 4j)).astype(np.complex64)
_colours = np.random.default_rng(0).integers(0, 256, (4, 5, 6, 3)).astype(np.uint8)
_oblique = rotation(2, 10) @ AFFINE
_left, _left_affine = stored_as(VOLUME, AFFINE, (0, 1, 2), (True, False, False))
_turned, _turned_affine = stored_as(VOLUME, AFFINE, (2, 0, 1), (True, False, True))

NIFTI_ODD: list[Case] = [
    read("plain a.nii", WHOLE, SEEN, **_KNOWN, dtype="float32", stored_shape=[4, 5, 6]),
    read("big-endian a.nii", nifti(VOLUME, AFFINE, endian=">"), SEEN, **_KNOWN),
    read("version-2 a.nii", nifti(VOLUME, AFFINE, version=2), SEEN, format="NIfTI-2"),
    read("two-files a.hdr", pair(), SEEN, **_KNOWN, format="NIfTI-1 pair"),
    read("two-files a.img", pair(), SEEN, **_KNOWN, format="NIfTI-1 pair"),
    read("packed a.nii.gz", PACKED, SEEN, **_KNOWN),
    read("members a.nii.gz", gzip.compress(WHOLE[:400]) + gzip.compress(WHOLE[400:]), SEEN),
    read("behind-a-slice a.nii.gz", LONG[:-9000], NOISE[:, :, 2].T[::-1], "--slice", "2"),
    read(
        "before-the-bomb a.nii.gz",
        bomb((512, 512, 4096), 128),
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
        of(SEEN.astype(np.float32), slope=1e38),
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
        WHOLE + b"junk",
        SEEN,
        warnings=["header: 4 bytes follow the last voxel: not read"],
    ),
    read(
        "extension a.nii",
        changed(WHOLE[:352] + bytes(64) + WHOLE[352:], vox_offset=416),
        SEEN,
    ),
    read(
        "no-codes a.nii",
        nifti(VOLUME, spacing=SPACING),
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
        nifti(VOLUME, _flat, spacing=SPACING),
        SEEN,
        spacing=[2, 1.5],
        axes=None,
        warnings=["header: its sform is no map of voxels into space: not used", _NO_SIDES],
    ),
    read(
        "sform-or-qform a.nii",
        nifti(VOLUME, AFFINE, quaternion=(0, 0, 0), offset=_moved, spacing=SPACING),
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
        of(_big),
        _big.astype(np.float64),
        dtype="float64",
        warnings=["int64 is rounded to float64: it holds 53 bits"],
    ),
    read(
        "int32 a.nii",
        of(np.array([[2**24 + 1, -(2**31)]], np.int32)),
        [[2.0**24 + 1, -(2.0**31)]],
        dtype="float64",
    ),
    read("complex a.nii", of(_complex), _complex, dtype="complex64"),
    read(
        "complex-scaled a.nii",
        of(_complex, slope=0.5, inter=3),
        _complex * 0.5 + (3 + 3j),
        dtype="complex64",
    ),
    read(
        "complex-infinite a.nii",  # a product of complex numbers would be NaN
        of(np.array([[complex(np.inf, -3), 2 + 1j]], np.complex64), slope=0.5, inter=1),
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
    read("nan a.nii", of(WITH_NAN), WITH_NAN, warnings=["1 NaN and 1 infinite among 20 values"]),
    read(
        "nan-to-0 a.nii",
        of(WITH_NAN),
        np.nan_to_num(WITH_NAN, posinf=0),
        "--nan",
        "fill=0",
        warnings=["1 NaN and 1 infinite among 20 values: set to 0"],
    ),
    read(
        "nan-to-mean a.nii",
        of(WITH_NAN),
        np.where(
            np.isfinite(WITH_NAN),
            WITH_NAN,
            WITH_NAN[np.isfinite(WITH_NAN)].astype(np.float64).mean(),
        ),
        "--nan",
        "fill=mean",
        warnings=[
            "1 NaN and 1 infinite among 20 values: set to"
            f" {WITH_NAN[np.isfinite(WITH_NAN)].astype(np.float64).mean():.4g}"
        ],
    ),
    read(
        "all-nan a.nii",
        of(np.full((3, 4), np.nan)),
        np.full((3, 4), np.nan),
        warnings=["12 NaN among 12 values"],
    ),
    read("one-voxel a.nii", of([[7.0]]), [[7.0]]),
    read("one-column a.nii", of(np.arange(9.0)[:, None]), np.arange(9.0)[:, None]),
]
