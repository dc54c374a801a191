"""NIfTI: every way of storing a volume gives the same picture, at the same place in space.

The files are packed field by field (see build.py); nibabel only says where voxels lie.
"""

import contextlib
import gzip
import struct
import tracemalloc
import warnings
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from nibabel.affines import apply_affine

from sampviz.cli.app import run
from sampviz.core.errors import InputError, SampvizWarning, UsageError
from sampviz.images.formats.gzip_reader import GzipReader
from sampviz.images.formats.nifti_affine import largest_distance
from sampviz.images.image import Image
from sampviz.images.load import load
from tests.every import every
from tests.images.build import (
    ORIENTATIONS,
    Array,
    Endian,
    diagonal,
    landmarks,
    nifti,
    nifti_colours,
    nifti_header,
    rotation,
    stored_as,
    voxels,
)

SPACING = (1.5, 2.0, 3.0)
ORIGIN = (-3.0, -40.0, 25.0)
AFFINE = diagonal(SPACING, ORIGIN)
SHAPE = (4, 5, 6)


def read(folder: Path, data: bytes, name: str = "v.nii", **pick: Any) -> Image:
    path = folder / name
    path.write_bytes(data)
    return load(path, **pick)


def seen(volume: Array, plane: str, k: int) -> Array:
    """Return what is drawn of a RAS+ volume: rows from the front or the top, columns rising."""
    return np.asarray(volume.take(k, ACROSS[plane]).T[::-1])


# --- orientation -----------------------------------------------------------------------------

LETTERS = {"axial": ("P", "R"), "coronal": ("I", "R"), "sagittal": ("I", "A")}
ACROSS = {"axial": 2, "coronal": 1, "sagittal": 0}


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


# --- kinds of file ---------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("endian", ["<", ">"])
@pytest.mark.parametrize("zipped", [False, True])
def test_every_single_file_form_is_read(
    tmp_path: Path, version: int, endian: str, zipped: bool
) -> None:
    data = nifti(landmarks(), AFFINE, version=version, endian=endian)
    name = "v.nii.gz" if zipped else "v.nii"
    image = read(tmp_path, gzip.compress(data) if zipped else data, name, slice=4)
    assert np.array_equal(image.array, seen(landmarks(), "axial", 4))
    assert image.file.format == f"NIfTI-{version}"
    assert image.file.shape == SHAPE
    assert image.name == "v"


@pytest.mark.parametrize("opened", ["v.hdr", "v.img"])
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("endian", ["<", ">"])
def test_a_pair_is_opened_by_either_name(
    tmp_path: Path, opened: str, version: int, endian: Endian
) -> None:
    header = nifti_header(SHAPE, 4, 16, AFFINE, version=version, endian=endian, pair=True)
    (tmp_path / "v.hdr").write_bytes(header)
    (tmp_path / "v.img").write_bytes(voxels(landmarks(), endian))
    image = load(tmp_path / opened, slice=4)
    assert np.array_equal(image.array, seen(landmarks(), "axial", 4))
    assert image.file.format == f"NIfTI-{version} pair"


@pytest.mark.parametrize("missing", ["v.hdr", "v.img"])
def test_half_a_pair_is_an_input_error(tmp_path: Path, missing: str) -> None:
    (tmp_path / "v.hdr").write_bytes(nifti_header(SHAPE, 4, 16, AFFINE, pair=True))
    (tmp_path / "v.img").write_bytes(voxels(landmarks()))
    (tmp_path / missing).unlink()
    (left,) = tmp_path.iterdir()
    with pytest.raises(InputError) as caught:
        load(left)
    assert str(caught.value) == (
        f"its other half, {missing}, is not there\n  in:  {left}\n  fix: put it beside it"
    )


@pytest.mark.parametrize("name", ["V.NII", "V.NII.GZ"])
def test_endings_may_be_capitals(tmp_path: Path, name: str) -> None:
    data = nifti(landmarks(), AFFINE)
    image = read(tmp_path, gzip.compress(data) if "GZ" in name else data, name, slice=0)
    assert image.name == "V"
    assert np.array_equal(image.array, seen(landmarks(), "axial", 0))


@pytest.mark.parametrize(
    ("name", "zipped", "says", "right"),
    [
        ("v.nii", True, "v.nii is gzip, though its name says otherwise", "v.nii.gz"),
        ("v.nii.gz", False, "v.nii.gz is not gzip, though its name says otherwise", "v.nii"),
    ],
)
def test_a_wrong_ending_is_refused_with_the_right_one(
    tmp_path: Path, name: str, zipped: bool, says: str, right: str
) -> None:
    data = nifti(landmarks(), AFFINE)
    with pytest.raises(InputError) as caught:
        read(tmp_path, gzip.compress(data) if zipped else data, name)
    assert str(caught.value) == f"{says}\n  in:  {tmp_path / name}\n  fix: rename it to {right}"
    # The advice is good.
    (tmp_path / name).rename(tmp_path / right)
    assert load(tmp_path / right).size == (5, 4)


@pytest.mark.parametrize("opened", ["a.hdr", "a.img"])
def test_analyze_is_refused_since_it_knows_no_left(tmp_path: Path, opened: str) -> None:
    nib.AnalyzeImage(landmarks(), np.eye(4)).to_filename(tmp_path / "a.img")
    with pytest.raises(InputError) as caught:
        load(tmp_path / opened)
    assert str(caught.value) == (
        "the file says b'\\x00\\x00\\x00\\x00', not NIfTI: it does not say which way is left\n"
        f"  in:  {tmp_path / 'a.hdr'}\n"
        "  fix: convert it to NIfTI, if it is ANALYZE"
    )


# --- values ----------------------------------------------------------------------------------


@pytest.mark.parametrize("endian", ["<", ">"])
@pytest.mark.parametrize(
    ("stored", "drawn"),
    [
        ("uint8", "float32"),
        ("int8", "float32"),
        ("int16", "float32"),
        ("uint16", "float32"),
        ("int32", "float32"),
        ("float32", "float32"),
        ("float64", "float64"),
    ],
)
def test_values_are_exact_in_every_type(
    tmp_path: Path, stored: str, drawn: str, endian: str
) -> None:
    if stored.startswith("float"):
        volume = np.random.default_rng(0).normal(size=SHAPE).astype(stored)
    else:
        info = np.iinfo(stored)
        low, high = max(info.min, -(2**24)), min(info.max, 2**24)
        volume = np.random.default_rng(0).integers(low, high, SHAPE, endpoint=True).astype(stored)
        volume[0, 0, 2], volume[1, 0, 2] = low, high
    image = read(tmp_path, nifti(volume, AFFINE, endian=endian), slice=2)
    assert image.array.dtype == np.dtype(drawn)
    assert np.array_equal(image.array, seen(volume, "axial", 2))


@pytest.mark.parametrize("stored", ["int32", "uint32", "int64", "uint64"])
def test_whole_numbers_beyond_float32_stay_exact(tmp_path: Path, stored: str) -> None:
    volume = np.full((3, 4, 1), 2**24 + 1).astype(stored)
    volume[1, 2] = 2**31 - 1
    image = read(tmp_path, nifti(volume, AFFINE))
    assert image.array.dtype == np.float64
    assert np.array_equal(image.array, seen(volume, "axial", 0))


@pytest.mark.parametrize("endian", ["<", ">"])
@pytest.mark.parametrize(
    ("stored", "drawn"), [("int16", "float32"), ("float32", "float32"), ("float64", "float64")]
)
def test_slope_and_intercept_are_applied(
    tmp_path: Path, stored: str, drawn: str, endian: str
) -> None:
    volume = landmarks().astype(stored)
    data = nifti(volume, AFFINE, slope=0.25, inter=-1000.5, endian=endian)
    image = read(tmp_path, data, slice=2)
    assert image.array.dtype == np.dtype(drawn)
    assert np.array_equal(image.array, seen(volume, "axial", 2) * 0.25 - 1000.5)


@pytest.mark.parametrize("inter", [7.0, np.nan, np.inf])
def test_a_slope_of_0_is_no_slope(tmp_path: Path, inter: float) -> None:
    image = read(tmp_path, nifti(landmarks(), AFFINE, slope=0.0, inter=inter), slice=2)
    assert np.array_equal(image.array, seen(landmarks(), "axial", 2))


@pytest.mark.parametrize(
    ("slope", "inter"),
    [(np.inf, 0), (-np.inf, 0), (np.nan, 0), (1, np.nan), (2, np.inf), (np.inf, np.nan)],
)
@pytest.mark.parametrize("version", [1, 2])
def test_a_slope_that_is_no_number_is_an_input_error(
    tmp_path: Path, slope: float, inter: float, version: int
) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, nifti(landmarks(), AFFINE, slope=slope, inter=inter, version=version))
    assert str(caught.value) == (
        f"not a NIfTI that can be read: it scales its voxels by {slope:g} and adds {inter:g}\n"
        f"  in:  {tmp_path / 'v.nii'}\n"
        "  fix: mend scl_slope and scl_inter: 1 and 0 change nothing"
    )


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("endian", ["<", ">"])
def test_slope_and_intercept_of_nan_are_no_scaling_and_told(
    tmp_path: Path, version: int, endian: str
) -> None:
    form = {"version": version, "endian": endian}
    data = nifti(landmarks(), AFFINE, slope=np.nan, inter=np.nan, **form)
    with pytest.warns(SampvizWarning, match="^v: header: slope and intercept are NaN: taken as no"):
        image = read(tmp_path, data, slice=2)
    assert np.array_equal(image.array, seen(landmarks(), "axial", 2))


@pytest.mark.parametrize("plane", LETTERS)
def test_rgb24_has_red_first(tmp_path: Path, plane: str) -> None:
    colours = np.random.default_rng(0).integers(0, 256, (*SHAPE, 3)).astype(np.uint8)
    image = read(tmp_path, nifti_colours(colours, AFFINE), plane=plane, slice=1)
    wanted = [seen(colours[..., c], plane, 1) for c in range(3)]
    assert np.array_equal(image.array, wanted)
    assert image.file.dtype == "RGB24"


def test_rgba32_is_composed_over_black(tmp_path: Path) -> None:
    colours = np.random.default_rng(0).integers(0, 256, (*SHAPE, 4)).astype(np.uint8)
    with pytest.warns(SampvizWarning, match="^v: transparency: composed over black$"):
        image = read(tmp_path, nifti_colours(colours, AFFINE), slice=1)
    alpha = seen(colours[..., 3], "axial", 1) / 255
    wanted = np.array([seen(colours[..., c], "axial", 1) * alpha for c in range(3)])
    assert image.array == pytest.approx(wanted, rel=1e-6)
    assert image.file.dtype == "RGBA32"


@pytest.mark.parametrize("stored", ["complex64", "complex128"])
def test_complex_voxels_stay_complex(tmp_path: Path, stored: str) -> None:
    volume = (landmarks() * (3 - 4j)).astype(stored)
    image = read(tmp_path, nifti(volume, AFFINE), slice=2)
    assert image.array.dtype == np.dtype(stored)
    assert np.array_equal(image.array, seen(landmarks() * (3 - 4j), "axial", 2))


def test_kspace_is_transformed_before_it_is_turned(tmp_path: Path) -> None:
    picture = np.random.default_rng(0).normal(size=(6, 8))
    spectrum = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(picture), norm="ortho"))
    stored = nifti(spectrum[:, :, None].astype("complex128"), np.diag([-1.0, -1, 1, 1]))
    assert np.allclose(read(tmp_path, stored, kspace=True).array, picture[::-1].T)


# --- axes and choices ------------------------------------------------------------------------


def test_two_axes_are_one_axial_slice(tmp_path: Path) -> None:
    flat = landmarks()[:, :, 3]
    image = read(tmp_path, nifti(flat, AFFINE))
    assert np.array_equal(image.array, flat.T[::-1])
    assert image.taken == "axial slice 0 of 0..0, z = 25.0 mm"


@pytest.mark.parametrize("ones", [1, 2, 3])
def test_axes_of_one_at_the_end_do_not_count(tmp_path: Path, ones: int) -> None:
    volume = landmarks().reshape(*SHAPE, *[1] * ones)
    image = read(tmp_path, nifti(volume, AFFINE), slice=2)
    assert np.array_equal(image.array, seen(landmarks(), "axial", 2))
    with pytest.raises(UsageError, match=r"^there is no frame 1\n"):
        load(tmp_path / "v.nii", frame=1)


@pytest.mark.parametrize("shape", [(7,), (4, 5, 6, 2, 3), (4, 5, 1, 1, 3), (4, 0, 6), (4, -5, 6)])
def test_one_axis_or_five_without_an_intent_or_none_are_refused(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    data = nifti_header(shape, 4, 16, AFFINE) + bytes(4 + 2 * 720)
    with pytest.raises(InputError) as caught:
        read(tmp_path, data)
    if min(shape) >= 0:
        assert str(caught.value) == (
            f"an array of {shape} is not an image, a volume or a series\n"
            f"  in:  {tmp_path / 'v.nii'}\n"
            "  fix: keep 2 to 4 axes, none of them empty"
        )


@pytest.mark.parametrize("plane", LETTERS)
@pytest.mark.parametrize("zipped", [False, True])
def test_a_frame_is_taken_from_a_series(tmp_path: Path, plane: str, zipped: bool) -> None:
    series = np.stack([landmarks() + 1000 * t for t in range(3)], -1).astype(np.int16)
    data, name = nifti(series, AFFINE), "v.nii"
    if zipped:
        data, name = gzip.compress(data), "v.nii.gz"
    first = read(tmp_path, data, name, plane=plane, slice=1)
    last = read(tmp_path, data, name, plane=plane, slice=1, frame=2)
    assert np.array_equal(first.array, seen(landmarks(), plane, 1))
    assert np.array_equal(last.array, first.array + 2000)
    assert last.taken.endswith(", frame 2 of 0..2")


def test_a_series_of_single_slices_is_read(tmp_path: Path) -> None:
    series = landmarks()[:, :, None, :]  # 4 x 5 x 1 x 6: what a 2-D cine is
    image = read(tmp_path, nifti(series, AFFINE), frame=4)
    assert np.array_equal(image.array, series[:, :, 0, 4].T[::-1])


def test_the_default_is_the_middle_axial_slice_of_the_first_frame(tmp_path: Path) -> None:
    series = np.stack([landmarks(), landmarks() + 1000], -1).astype(np.int16)
    image = read(tmp_path, nifti(series, AFFINE))
    assert np.array_equal(image.array, seen(landmarks(), "axial", 3))
    assert image.taken == "axial slice 3 of 0..5, z = 34.0 mm, frame 0 of 0..1"


@pytest.mark.parametrize(
    ("shape", "plane"),
    [
        ((4, 5, 1), "axial"),
        ((4, 1, 6), "coronal"),
        ((1, 5, 6), "sagittal"),
        ((4, 5, 6), "axial"),
        ((1, 1, 6), "axial"),
    ],
)
def test_a_single_slice_is_looked_at_face_on(
    tmp_path: Path, shape: tuple[int, int, int], plane: str
) -> None:
    # However it is stored: here with its axes moved round, the thick one too.
    stored, affine = stored_as(landmarks(shape), AFFINE, (1, 2, 0), (True, False, False))
    image = read(tmp_path, nifti(stored, affine))
    assert image.taken.startswith(plane)
    assert np.array_equal(image.array, seen(landmarks(shape), plane, shape[ACROSS[plane]] // 2))


@pytest.mark.parametrize("k", range(6))
def test_a_slice_by_index_is_of_the_canonical_array(tmp_path: Path, k: int) -> None:
    stored, affine = stored_as(landmarks(), AFFINE, (0, 1, 2), (False, False, True))
    image = read(tmp_path, nifti(stored, affine), slice=k)
    assert np.array_equal(image.array, seen(landmarks(), "axial", k))


@pytest.mark.parametrize(
    ("percent", "k"),
    [("0%", 0), ("9.9%", 0), ("10.1%", 1), ("50.1%", 3), ("60%", 3), ("99%", 5), ("100%", 5)],
)
def test_a_slice_by_percent_of_the_way(tmp_path: Path, percent: str, k: int) -> None:
    image = read(tmp_path, nifti(landmarks(), AFFINE), slice=percent)
    assert np.array_equal(image.array, seen(landmarks(), "axial", k))


OBLIQUE = rotation(0, 20) @ rotation(1, -15) @ rotation(2, 10) @ AFFINE


@pytest.mark.filterwarnings("ignore:v. oblique")
@pytest.mark.parametrize("affine", [AFFINE, OBLIQUE], ids=["straight", "oblique"])
@pytest.mark.parametrize("flips", [(False, False, False), (True, False, True)])
@pytest.mark.parametrize("plane", LETTERS)
def test_a_slice_by_mm_is_the_one_whose_centre_lies_there(
    tmp_path: Path, affine: Array, flips: Sequence[bool], plane: str
) -> None:
    across = ACROSS[plane]
    stored, stored_affine = stored_as(landmarks(), affine, (2, 0, 1), flips)
    path = tmp_path / "v.nii"
    path.write_bytes(nifti(stored, stored_affine))
    for k in range(SHAPE[across]):
        centre = (np.array(SHAPE) - 1) / 2
        centre[across] = k
        mm = apply_affine(affine, centre)[across]
        image = load(path, plane=plane, slice=f"mm={mm:.6f}")
        assert np.array_equal(image.array, seen(landmarks(), plane, k))
        assert f"{'xyz'[across]} = {mm:.1f} mm" in image.taken


@pytest.mark.parametrize(("mm", "k"), [("23.5", 0), ("26.4", 0), ("26.6", 1), ("+41.5", 5)])
def test_a_place_between_slices_gives_the_nearest(tmp_path: Path, mm: str, k: int) -> None:
    # Slices lie at 25, 28 .. 40 mm and are 3 mm thick.
    image = read(tmp_path, nifti(landmarks(), AFFINE), slice=f"mm={mm}")
    assert np.array_equal(image.array, seen(landmarks(), "axial", k))


@pytest.mark.parametrize(
    ("pick", "text"),
    [
        (
            {"slice": 6},
            "there is no slice 6\n  in:  slice\n  fix: wanted 0..5",
        ),
        (
            {"slice": "mm=23.4"},
            "no slice lies at 23.4 mm\n  in:  slice\n  fix: wanted 25.0..40.0 mm",
        ),
        (
            {"slice": "mm=41.6"},
            "no slice lies at 41.6 mm\n  in:  slice\n  fix: wanted 25.0..40.0 mm",
        ),
        ({"frame": 1}, "there is no frame 1\n  in:  frame\n  fix: wanted 0..0"),
        ({"frame": -1}, "there is no frame -1\n  in:  frame\n  fix: wanted 0..0"),
    ],
)
def test_what_is_not_there_cannot_be_taken(tmp_path: Path, pick: dict[str, Any], text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, nifti(landmarks(), AFFINE), **pick)
    assert str(caught.value) == text


def test_a_nifti_has_no_channels(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, nifti(landmarks(), AFFINE), channel=0)
    assert str(caught.value) == (
        f"a NIfTI has no channel\n  in:  channel, for {tmp_path / 'v.nii'}\n  fix: leave it out"
    )


# --- only what is wanted is read -------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("plane", LETTERS)
def test_of_a_large_file_only_the_slice_is_read(tmp_path: Path, plane: str) -> None:
    shape = (4096, 256, 200)
    path = tmp_path / "v.nii"
    with path.open("wb") as file:  # 419 MB that take no place on the disk
        file.write(nifti_header(shape, 4, 16, AFFINE) + bytes(4))
        file.truncate(352 + 2 * shape[0] * shape[1] * shape[2])
        # One voxel that all three slices share.
        file.seek(352 + 2 * (100 + shape[0] * (50 + shape[1] * 150)))
        file.write(struct.pack("<h", 1234))
    k = {"axial": 150, "coronal": 50, "sagittal": 100}[plane]
    tracemalloc.start()
    try:
        image = load(path, plane=plane, slice=k)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 30e6
    assert image.array.sum() == image.array.max() == 1234


@every("stored", ["uint8", "int16", "float32", "float64"])
@every("side", [1, 2, 3, 4, 5, 8])
@every("plane", LETTERS)
def test_of_a_zipped_file_the_slice_is_that_of_the_volume(
    tmp_path: Path, plane: str, side: int, stored: str
) -> None:
    volume = np.arange(12 * side).reshape((side, 4, 3)).astype(stored)
    k = volume.shape[ACROSS[plane]] - 1
    image = read(tmp_path, gzip.compress(nifti(volume, AFFINE)), "v.nii.gz", plane=plane, slice=k)
    assert np.array_equal(image.array, seen(volume, plane, k))


def test_a_slice_of_a_zipped_file_does_not_take_the_memory_of_the_file(tmp_path: Path) -> None:
    shape = (64, 64, 512)
    data = nifti_header(shape, 64, 64, AFFINE) + bytes(4 + 8 * 64 * 64 * 512)  # 17 MB
    (tmp_path / "v.nii.gz").write_bytes(gzip.compress(data, 1))
    tracemalloc.start()
    try:
        image = load(tmp_path / "v.nii.gz", plane="sagittal", slice=5)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert image.array.shape == (512, 64)
    assert peak < 10e6


@pytest.fixture
def long_series() -> tuple[bytes, Array]:
    """Return a gzip file of 20 frames of noise, which does not shrink, and the frames."""
    noise = np.random.default_rng(0).integers(-(2**15), 2**15, (32, 32, 16, 20)).astype(np.int16)
    return gzip.compress(nifti(noise, AFFINE), 1), noise


def test_an_early_slice_is_read_before_a_damaged_tail(
    tmp_path: Path, long_series: tuple[bytes, Array]
) -> None:
    data, noise = long_series
    damaged = bytearray(data)
    damaged[len(data) // 2 :] = b"\xff" * (len(data) - len(data) // 2)
    image = read(tmp_path, bytes(damaged), "v.nii.gz", slice=3, frame=0)
    assert np.array_equal(image.array, seen(noise[..., 0], "axial", 3))
    with pytest.raises(InputError, match=r"^the gzip file is damaged: "):
        load(tmp_path / "v.nii.gz", slice=3, frame=19)


def test_behind_the_slice_nothing_is_inflated(
    tmp_path: Path, long_series: tuple[bytes, Array], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "v.nii.gz"
    path.write_bytes(long_series[0])
    inflated = 0
    more = GzipReader._read_some

    def counting(self: GzipReader, most: int) -> bytes:
        nonlocal inflated
        found = more(self, most)
        inflated += len(found)
        return found

    monkeypatch.setattr(GzipReader, "_read_some", counting)
    load(path, slice=3, frame=0)
    assert inflated == 352 + 4 * 32 * 32 * 2


# --- damage ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "kept", "what"),
    [
        (1, 1, "not a NIfTI that can be read: it does not start with the length of a header"),
        (1, 100, "not a NIfTI that can be read: its header ends after 100 of 348 bytes"),
        (1, 347, "not a NIfTI that can be read: its header ends after 347 of 348 bytes"),
        (2, 539, "not a NIfTI that can be read: its header ends after 539 of 540 bytes"),
        (1, 351, "the file ends early: 0 of 240 bytes of voxels are there"),
        (1, 360, "the file ends early: 8 of 240 bytes of voxels are there"),
        (2, 783, "the file ends early: 239 of 240 bytes of voxels are there"),
    ],
)
def test_truncated_nii_is_an_input_error(
    tmp_path: Path, version: int, kept: int, what: str
) -> None:
    # Whatever slice is wanted: what is missing may be a part of it or not.
    with pytest.raises(InputError) as caught:
        read(tmp_path, nifti(landmarks(), AFFINE, version=version)[:kept], slice=0)
    assert str(caught.value).startswith(f"{what}\n  in:  {tmp_path / 'v.nii'}\n  fix: get the file")


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_truncated_nii_gz_tells_how_much_is_there(
    tmp_path: Path, long_series: tuple[bytes, Array], share: float
) -> None:
    cut = long_series[0][: int(share * len(long_series[0]))]
    there = len(zlib.decompressobj(31).decompress(cut)) - 352
    for pick in ({"slice": 15, "frame": 19}, {"volume": True, "series": True}):
        with pytest.raises(InputError) as caught:
            read(tmp_path, cut, "v.nii.gz", **pick)
        assert caught.value.what == (
            f"the file ends early: {there} of {long_series[1].nbytes} bytes of voxels are there"
        )


def test_gzip_cut_in_the_header_is_an_input_error(
    tmp_path: Path, long_series: tuple[bytes, Array]
) -> None:
    with pytest.raises(InputError, match=r"^the gzip file ends within the header\n"):
        read(tmp_path, long_series[0][:200], "v.nii.gz")


def test_truncation_costs_three_lines_and_exit_code_3(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "v.nii"
    path.write_bytes(nifti(landmarks(), AFFINE)[:-1])
    assert run(["info", str(path), "--slice", "5"]) == 3
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err == (
        "error: the file ends early: 239 of 240 bytes of voxels are there\n"
        f"  in:  {path}\n"
        "  fix: get the file again\n"
    )


@pytest.mark.parametrize("damage", ["checksum", "length", "end"])
def test_what_is_read_to_its_end_has_the_right_checksum_and_length(
    tmp_path: Path, long_series: tuple[bytes, Array], damage: str
) -> None:
    data = bytearray(long_series[0])
    if damage == "end":
        del data[-4:]
    else:
        data[-8 if damage == "checksum" else -4] ^= 1
    path = tmp_path / "v.nii.gz"
    path.write_bytes(data)
    wanted = {
        "checksum": "the gzip file is damaged: CRC check failed",
        "length": "the gzip file is damaged: Incorrect length of data produced",
        "end": "the file ends early: 655360 of 655360 bytes of voxels are there",
    }[damage]
    for pick in ({"volume": True, "series": True}, {"slice": 15, "frame": 19}):
        with pytest.raises(InputError) as caught:
            load(path, **pick)
        assert caught.value.what.startswith(wanted)
    # What is not read is not spoken of.
    assert load(path, slice=0, frame=0).size == (32, 32)


def test_the_checksum_is_verified_up_to_128_kb_before_the_end(tmp_path: Path) -> None:
    slices = np.zeros((256, 256, 4), np.uint8)  # of 64 kB each
    data = bytearray(gzip.compress(nifti(slices, diagonal((1, 1, 1))), 1))
    data[-8] ^= 1
    path = tmp_path / "v.nii.gz"
    path.write_bytes(data)
    for k in (3, 2, 1):
        with pytest.raises(InputError, match="CRC check failed"):
            load(path, slice=k)
    assert load(path, slice=0).size == (256, 256)


@pytest.mark.parametrize("shape", [(32000, 32000, 2), (4, 4, 2**62), (2**40, 2**40, 3)])
def test_a_header_that_claims_too_much_is_an_input_error(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    data = nifti_header(shape, 4, 16, AFFINE, version=2) + bytes(1000)
    tracemalloc.start()
    try:
        with pytest.raises(InputError):
            read(tmp_path, data)
        assert tracemalloc.get_traced_memory()[1] < 30e6
    finally:
        tracemalloc.stop()


FIELDS = {
    "vox_offset": (108, "<f"),
    "datatype": (70, "<h"),
    "bitpix": (72, "<h"),
    "dim[0]": (40, "<h"),
    "dim[1]": (42, "<h"),
    "scl_inter": (116, "<f"),
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vox_offset", np.inf),
        ("vox_offset", -1e30),
        ("vox_offset", 1e30),
        ("vox_offset", np.nan),
        ("datatype", 0),
        ("datatype", 3),
        ("dim[0]", -1),
        ("dim[0]", 9),
        ("dim[1]", -4),
        ("scl_inter", np.inf),
        ("dim[0]", 0),
        ("vox_offset", 0),
        ("vox_offset", 348),
        ("vox_offset", 352.5),
        ("vox_offset", -352),
    ],
)
def test_a_header_field_that_cannot_be_is_an_input_error(
    tmp_path: Path, field: str, value: float, capfd: pytest.CaptureFixture[str]
) -> None:
    data = bytearray(nifti(landmarks(), AFFINE, slope=1.0))
    at, form = FIELDS[field]
    struct.pack_into(form, data, at, value)
    with pytest.raises(InputError):
        read(tmp_path, bytes(data))
    assert capfd.readouterr().err == ""


def test_a_wrong_number_of_bits_is_told_and_the_type_taken(tmp_path: Path) -> None:
    data = bytearray(nifti(landmarks(), AFFINE))
    struct.pack_into("<h", data, 72, 8)
    note = "header: 8 bits a voxel, but its type is int16: that is taken"
    with pytest.warns(SampvizWarning, match=f"^v: {note}$"):
        image = read(tmp_path, bytes(data), slice=2)
    assert np.array_equal(image.array, seen(landmarks(), "axial", 2))


def test_bytes_behind_the_last_voxel_are_told(tmp_path: Path) -> None:
    with pytest.warns(SampvizWarning, match="^v: header: 7 bytes follow the last voxel: not read$"):
        read(tmp_path, nifti(landmarks(), AFFINE) + bytes(7))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
@pytest.mark.parametrize("version", [1, 2])
def test_any_header_gives_an_image_or_an_input_error(tmp_path: Path, version: int) -> None:
    rng = np.random.default_rng(version)
    whole = nifti(landmarks(), AFFINE, version=version)
    words = [b"\xff\xff\xff\x7f", bytes(4), b"\0\0\x80\x7f", b"\0\0\xc0\x7f", b"\xff" * 4]
    for _ in range(300):
        data = bytearray(whole)
        for at in rng.integers(0, 544, 3):
            data[at : at + 4] = words[rng.integers(len(words))]
        # Anything else is raised and fails the test.
        with contextlib.suppress(InputError):
            assert read(tmp_path, bytes(data)).array.dtype in (np.float32, np.float64)
