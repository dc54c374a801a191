"""NIfTI: plane, slice and frame of a volume."""

import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nibabel.affines import apply_affine

from sampviz.core.errors import InputError, UsageError
from sampviz.images.load import load
from tests.images.build import Array, landmarks, nifti, nifti_header, rotation, stored_as
from tests.images.formats.nifti_volume import ACROSS, AFFINE, LETTERS, SHAPE, read, seen


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
