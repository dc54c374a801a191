"""NIfTI: where voxels lie, by sform, qform or neither.

The files are packed field by field (see build.py); nibabel only says where voxels lie.
"""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nibabel.affines import apply_affine

from sampviz.core.errors import SampvizWarning
from sampviz.images.formats.nifti_affine import largest_distance
from tests.every import every
from tests.images.build import ORIENTATIONS, diagonal, landmarks, nifti, rotation, stored_as
from tests.images.formats.nifti_volume import AFFINE, LETTERS, ORIGIN, SHAPE, SPACING, read, seen


@pytest.mark.slow
@every("plane", LETTERS)
@every("order, flips", ORIENTATIONS)
def test_the_picture_does_not_depend_on_the_order_of_storage(
    tmp_path: Path, order: Sequence[int], flips: Sequence[bool], plane: str
) -> None:
    volume = landmarks(SHAPE)
    stored, affine = stored_as(volume, AFFINE, order, flips)
    image = read(tmp_path, nifti(stored, affine), plane=plane, slice=1)
    assert np.array_equal(image.array, seen(volume, plane, 1))
    assert image.geometry is not None
    assert image.geometry.axes == LETTERS[plane]

    # Each pixel says by its value which voxel it is, and lies where that voxel lies.
    rows, columns = np.indices(image.size).reshape(2, -1)
    values = image.array[rows, columns].astype(int)
    voxel = np.stack([values // 100, values // 10 % 10, values % 10], -1)
    pixel = np.stack([rows, columns, np.zeros_like(rows)], -1)
    places = apply_affine(image.geometry.affine, pixel)
    assert places == pytest.approx(np.array(ORIGIN) + voxel * SPACING, abs=1e-5)


@pytest.mark.parametrize(
    ("plane", "spacing"),
    [("axial", (2.0, 1.5)), ("coronal", (3.0, 1.5)), ("sagittal", (3.0, 2.0))],
)
def test_spacing_is_of_rows_and_columns_of_the_plane(
    tmp_path: Path, plane: str, spacing: tuple[float, float]
) -> None:
    assert read(tmp_path, nifti(landmarks(), AFFINE), plane=plane).spacing == spacing


def test_a_qform_alone_says_where_voxels_lie(tmp_path: Path) -> None:
    # b = c = 0, d = sin 45: a quarter turn about z, so that x counts to the front, y to the left.
    turn = (0.0, 0.0, np.sqrt(0.5))
    data = nifti(landmarks(), quaternion=turn, offset=(7, 8, 9), spacing=SPACING)
    image = read(tmp_path, data, slice=2)
    assert np.array_equal(image.array, landmarks()[::-1, ::-1, 2])
    assert image.geometry is not None
    assert image.geometry.axes == ("P", "R")
    # Pixel 0, 0 is voxel 3, 4, 2: 4 y-steps to the left of 7, 3 x-steps to the front of 8.
    assert image.geometry.affine[:3, 3] == pytest.approx(
        [7 - 4 * 2.0, 8 + 3 * 1.5, 9 + 2 * 3.0], abs=1e-5
    )


def test_a_negative_qfac_turns_z_round(tmp_path: Path) -> None:
    data = nifti(landmarks(), quaternion=(0, 0, 0), qfac=-1, spacing=SPACING)
    assert np.array_equal(read(tmp_path, data, slice=0).array, seen(landmarks(), "axial", 5))


def test_the_sform_wins_over_the_qform(tmp_path: Path) -> None:
    data = nifti(landmarks(), AFFINE, quaternion=(0, 0, np.sqrt(0.5)), spacing=SPACING)
    assert np.array_equal(read(tmp_path, data, slice=0).array, seen(landmarks(), "axial", 0))


@pytest.mark.parametrize(("units", "mm"), [(0, 1), (1, 1000), (2, 1), (3, 0.001), (2 | 8, 1)])
def test_metres_and_micrometres_become_mm(tmp_path: Path, units: int, mm: float) -> None:
    image = read(tmp_path, nifti(landmarks(), AFFINE, units=units))
    assert image.spacing == pytest.approx((2 * mm, 1.5 * mm))


def test_without_codes_there_are_no_letters_but_a_note(tmp_path: Path) -> None:
    with pytest.warns(SampvizWarning) as told:
        image = read(tmp_path, nifti(landmarks(), spacing=SPACING))
    assert [str(each.message) for each in told] == [
        "v: the file does not say which way is left: drawn as stored, without letters"
    ]
    assert image.geometry is not None
    assert image.geometry.axes is None
    assert image.spacing == (2.0, 1.5)
    assert np.array_equal(image.array, seen(landmarks(), "axial", 3))
    assert image.taken == "slice 3 of 0..5 along the third axis"  # no plane, no mm: nobody knows


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("degrees", [-44.0, -10.0, 0.2, 5.5, 30.0])
@pytest.mark.parametrize("flipped", [False, True])
def test_an_oblique_affine_is_warned_of_with_its_angle(
    tmp_path: Path, axis: int, degrees: float, flipped: bool
) -> None:
    stored, affine = stored_as(landmarks(), AFFINE, (2, 0, 1), (flipped, flipped, not flipped))
    with pytest.warns(SampvizWarning) as told:
        image = read(tmp_path, nifti(stored, rotation(axis, degrees) @ affine), slice=2)
    assert [str(each.message) for each in told] == [
        f"v: oblique by {abs(degrees):.1f} degrees: drawn on the voxel grid, not resampled"
    ]
    assert np.array_equal(image.array, seen(landmarks(), "axial", 2))


@pytest.mark.parametrize("degrees", [0.0, 0.05, 90.0, 180.0])
def test_whole_quarter_turns_are_not_oblique(tmp_path: Path, degrees: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(tmp_path, nifti(landmarks(), rotation(2, degrees) @ AFFINE))


@pytest.mark.parametrize("broken", [0.0, 1e-30, 1e30, np.nan, np.inf])
def test_an_sform_that_is_no_map_leaves_the_qform(tmp_path: Path, broken: float) -> None:
    affine = AFFINE.copy()
    affine[:3, 1] = broken
    header = {"quaternion": (0, 0, 0), "offset": ORIGIN, "spacing": SPACING}
    with pytest.warns(SampvizWarning) as told:
        image = read(tmp_path, nifti(landmarks(), affine, **header), slice=2)
    assert [str(each.message) for each in told] == [
        "v: header: its sform is no map of voxels into space: not used"
    ]
    assert image.geometry is not None
    assert image.geometry.axes == ("P", "R")
    assert image.taken == "axial slice 2 of 0..5, z = 31.0 mm"
    assert np.array_equal(image.array, seen(landmarks(), "axial", 2))


@pytest.mark.parametrize("broken", ["flat", "nan"])
def test_without_any_map_the_spacing_is_of_pixdim_and_no_side_is_known(
    tmp_path: Path, broken: str
) -> None:
    affine = AFFINE.copy()
    affine[:3, 1] = affine[:3, 0] if broken == "flat" else np.nan
    with pytest.warns(SampvizWarning) as told:
        image = read(tmp_path, nifti(landmarks(), affine, spacing=SPACING))
    assert [str(each.message) for each in told] == [
        "v: header: its sform is no map of voxels into space: not used",
        "v: the file does not say which way is left: drawn as stored, without letters",
    ]
    assert image.spacing == (2.0, 1.5)
    assert image.geometry is not None
    assert image.geometry.axes is None


def test_a_quaternion_longer_than_1_is_divided_by_its_length(tmp_path: Path) -> None:
    data = nifti(landmarks(), quaternion=(5, 0, 0), spacing=SPACING)
    message = "v: header: the quaternion of its qform is 5 long: taken as 1"
    with pytest.warns(SampvizWarning, match=f"^{message}$"):
        image = read(tmp_path, data, slice=0)
    # Half a turn about x: y runs to the back, z down.
    assert image.geometry is not None
    assert image.geometry.affine[:3, :2] == pytest.approx(np.array([[0, 1.5], [-2, 0], [0, 0]]))
    assert np.array_equal(image.array, landmarks()[:, :, 5].T)


@pytest.mark.parametrize(("shift", "apart"), [(1.4, ""), (1.6, "1.6"), (-20.0, "20"), (0.0, "")])
def test_sform_and_qform_that_disagree_are_told_with_the_choice(
    tmp_path: Path, shift: float, apart: str
) -> None:
    moved = (ORIGIN[0] + shift, *ORIGIN[1:])
    data = nifti(landmarks(), AFFINE, quaternion=(0, 0, 0), offset=moved, spacing=SPACING)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        image = read(tmp_path, data)
    assert [str(each.message) for each in told] == (
        [f"v: sform and qform are up to {apart} mm apart: the sform is taken"] if apart else []
    )
    assert image.geometry is not None
    assert image.geometry.affine[:2, 3].tolist() == [ORIGIN[0], ORIGIN[1] + 4 * SPACING[1]]


def test_affines_are_as_far_apart_as_the_corner_that_moves_most() -> None:
    shape = (11, 6, 4)
    for axis, n in enumerate(shape):
        longer = np.eye(4)
        longer[axis, axis] = 1.25
        assert largest_distance(np.eye(4), longer, shape) == pytest.approx(0.25 * (n - 1))
    moved = diagonal((1, 1, 1), (3, 0, 4))
    assert largest_distance(np.eye(4), moved, shape) == pytest.approx(5)
    # Half a turn about z takes the far corner to the other side.
    turned = np.diag([-1.0, -1.0, 1.0, 1.0])
    assert largest_distance(np.eye(4), turned, shape) == pytest.approx(2 * np.hypot(10, 5))


@pytest.mark.parametrize(
    ("spacing", "said", "taken"),
    [
        ((-1.5, 2, 3), "-1.5x2x3", "1.5x2x3"),
        ((0, 2, 3), "0x2x3", "1x2x3"),
        ((1.5, np.nan, np.inf), "1.5xnanxinf", "1.5x1x1"),
        ((1.5, 2, 1e-40), "1.5x2x1e-40", "1.5x2x1"),
    ],
)
@pytest.mark.parametrize("placed", [{}, {"quaternion": (0, 0, 0)}])
def test_a_voxel_size_that_cannot_be_is_mended_and_told(
    tmp_path: Path,
    spacing: Sequence[float],
    said: str,
    taken: str,
    placed: dict[str, Any],
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.warns(SampvizWarning) as told:
        image = read(tmp_path, nifti(landmarks(), spacing=spacing, **placed))
    assert str(told[0].message) == f"v: header: pixdim is {said} mm: taken as {taken} mm"
    assert image.spacing == tuple(map(float, taken.split("x")))[1::-1]
    assert capfd.readouterr().err == ""


def test_pixdim_does_not_matter_beside_an_sform(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read(tmp_path, nifti(landmarks(), AFFINE, spacing=(0, -1, 7))).spacing == (2, 1.5)


def test_a_qfac_of_0_is_1(tmp_path: Path) -> None:
    data = nifti(landmarks(), quaternion=(0, 0, 0), qfac=0, spacing=SPACING)
    assert np.array_equal(read(tmp_path, data, slice=0).array, seen(landmarks(), "axial", 0))
