"""NIfTI: every way of storing a volume gives the same picture.

The files are packed field by field (see build.py).
"""

import gzip
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from sampviz.core.errors import InputError, SampvizWarning
from sampviz.images.load import load
from tests.images.build import Endian, landmarks, nifti, nifti_colours, nifti_header, voxels
from tests.images.formats.nifti_volume import AFFINE, LETTERS, SHAPE, read, seen


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
