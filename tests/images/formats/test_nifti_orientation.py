"""Where voxels lie: quaternions, unknown orientations and shears."""

import struct
import warnings
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest

from sampviz.core.errors import SampvizWarning, UsageError
from sampviz.images.image import Image
from sampviz.images.load import load
from tests.images.build import diagonal, landmarks, nifti, read_nifti, rotation

pytestmark = pytest.mark.slow

SPACING = (1.5, 2.0, 3.0)
ORIGIN = (-3.0, -40.0, 25.0)
AFFINE = diagonal(SPACING, ORIGIN)
PLANES = ("axial", "coronal", "sagittal")


def read(folder: Path, data: bytes, name: str = "v.nii", **pick: Any) -> Image:
    path = folder / name
    path.write_bytes(data)
    return load(path, **pick)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("excess", [0.0, 1e-9, 4.7e-7, 1e-5, 9e-4])
@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("qfac", [-1.0, 1.0])
def test_half_a_turn_is_one_however_it_was_rounded(
    tmp_path: Path, axis: int, excess: float, version: int, qfac: float
) -> None:
    bcd = np.roll([1.0, 0, 0], axis) * np.sqrt(1 + excess)
    turn = np.diag([*np.roll([1, -1, -1], axis), 1.0])
    position: dict[str, Any] = {
        "spacing": SPACING,
        "offset": ORIGIN,
        "qfac": qfac,
        "version": version,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        image = read(tmp_path, nifti(landmarks(), quaternion=tuple(bcd), **position), volume=True)
        expected = turn @ np.diag([*SPACING[:2], qfac * SPACING[2], 1])
        expected[:3, 3] = ORIGIN
        again = read(tmp_path, nifti(landmarks(), expected, version=version), volume=True)
    assert image.geometry is not None
    assert again.geometry is not None
    assert image.geometry.axes == again.geometry.axes == ("S", "P", "R")
    assert image.geometry.affine == pytest.approx(again.geometry.affine, abs=1e-5)
    assert np.array_equal(image.array, again.array)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("bcd", [(0.1, -0.7, 0.3), (0.5, 0.5, -0.5), (0, 0, 0), (-0.2, 0.9, 0.1)])
def test_quaternions_mean_what_they_mean_to_nibabel(
    tmp_path: Path, bcd: tuple[float, float, float], version: int
) -> None:
    data = nifti(
        landmarks(), quaternion=bcd, spacing=SPACING, offset=ORIGIN, qfac=-1, version=version
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image = read(tmp_path, data, volume=True)
    canonical = nib.as_closest_canonical(read_nifti(tmp_path / "v.nii"))
    assert image.geometry is not None
    corner = canonical.affine @ [0, canonical.shape[1] - 1, 0, 1]  # rows count from the front
    assert image.geometry.affine[:, 3] == pytest.approx(corner, abs=1e-4)
    assert np.array_equal(image.array[:, ::-1].T, np.asarray(canonical.dataobj))


@pytest.mark.parametrize("codes", [(0, 0), (-1, 0), (0, -1), (-7, -32768)])
def test_a_code_below_1_is_unknown_and_no_plane_is_named(
    tmp_path: Path, codes: tuple[int, int]
) -> None:
    data = bytearray(nifti(landmarks(), AFFINE, quaternion=(0, 0, 0), spacing=SPACING))
    data[252:256] = struct.pack("<2h", *codes)  # qform_code, sform_code
    with pytest.warns(SampvizWarning, match="does not say which way is left"):
        image = read(tmp_path, bytes(data), slice=1)
    assert image.geometry is not None
    assert image.geometry.axes is None
    assert image.taken == "slice 1 of 0..5 along the third axis"
    with pytest.warns(SampvizWarning):
        volume = load(tmp_path / "v.nii", volume=True)
    assert [plane.title for plane in volume.slice_planes] == [
        *("third axis", "second axis", "first axis")
    ]
    assert not any(word in plane.text for plane in volume.slice_planes for word in PLANES)


def test_a_plane_of_an_unknown_orientation_is_told_to_be_a_guess(tmp_path: Path) -> None:
    with pytest.warns(SampvizWarning) as told:
        image = read(tmp_path, nifti(landmarks(), spacing=SPACING), plane="coronal")
    assert str(told[1].message) == (
        "v: the file does not say which plane is coronal: slices along its second axis are taken"
    )
    assert image.taken == "slice 2 of 0..4 along the second axis"
    with pytest.raises(UsageError, match=r"^the file does not say where its slices lie"):
        load(tmp_path / "v.nii", slice="mm=3")


@pytest.mark.parametrize("tilt", [-20.0, 0.5, 20.0])
@pytest.mark.parametrize("turn", [0.0, 7.0])
def test_a_shear_is_called_a_shear(tmp_path: Path, tilt: float, turn: float) -> None:
    affine = AFFINE.copy()
    affine[1, 2] = affine[2, 2] * np.tan(np.radians(tilt))
    with pytest.warns(SampvizWarning) as told:
        read(tmp_path, nifti(landmarks(), rotation(2, turn) @ affine))
    angle = f"sheared by {abs(tilt):.1f} degrees: drawn on the voxel grid, not resampled"
    assert str(told[0].message) == f"v: {'oblique by 7.0 and ' if turn else ''}{angle}"
