"""Opening: the content decides what a file is; what cannot be opened is said in three lines."""

import gzip
import os
import warnings
from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import InputError, SampvizWarning
from sampviz.images.input_names import stem
from sampviz.images.load import load
from tests.images.build import GREY, diagonal, landmarks, nifti, png

PICTURE = png([[1, 2], [3, 4]], 8, GREY)


@pytest.mark.parametrize("name", ["p.png", "p.PNG", "p.jpg", "p.nii", "p.nii.gz", "p.npy", "p"])
def test_the_content_decides_not_the_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(PICTURE)
    assert load(tmp_path / name).array.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.npy", "a.tar.gz", "a"])
def test_other_files_are_of_no_known_kind(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(InputError) as caught:
        load(tmp_path / name)
    assert str(caught.value) == (
        "the file is of no known kind\n"
        f"  in:  {tmp_path / name}\n"
        "  fix: PNG, JPEG, .npy, BMP, WebP, JPEG 2000, NIfTI, MGH, DICOM, TIFF, .npz, MATLAB, HDF5,"
        " NRRD, MetaImage and Zarr can be read"
    )


@pytest.mark.parametrize("name", ["a.png", "a.nii", "a.nii.gz", "a.npy"])
def test_an_empty_file_is_called_empty(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(InputError) as caught:
        load(tmp_path / name)
    assert str(caught.value) == (
        f"the file is empty\n  in:  {tmp_path / name}\n  fix: get the file again"
    )


def test_a_missing_file_proposes_the_nearest_name(tmp_path: Path) -> None:
    (tmp_path / "brain.nii.gz").touch()
    (tmp_path / "other.png").touch()
    with pytest.raises(InputError) as caught:
        load(tmp_path / "brian.nii.gz")
    assert str(caught.value) == (
        "there is no such file\n"
        f"  in:  {tmp_path / 'brian.nii.gz'}\n"
        f"  fix: did you mean {tmp_path / 'brain.nii.gz'}?"
    )


def test_a_missing_folder_is_no_other_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load(tmp_path / "no" / "a.png")
    assert str(caught.value) == (
        "there is no such file\n"
        f"  in:  {tmp_path / 'no' / 'a.png'}\n"
        "  fix: check the path, or try sample:t1"
    )


def test_a_folder_that_may_not_be_listed_is_no_other_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(InputError, match=r"^there is no such file\n"):
        load(tmp_path / "a.png")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "dicom").mkdir()
    with pytest.raises(InputError) as caught:
        load(tmp_path / "dicom")
    assert str(caught.value) == (
        f"dicom is a folder\n  in:  {tmp_path / 'dicom'}\n  fix: give the path of a file"
    )


def test_of_a_folder_of_images_the_first_is_named_and_their_pattern(tmp_path: Path) -> None:
    for name in ("a.txt", "b.PNG", "c.npy"):
        (tmp_path / name).touch()
    (tmp_path / "a.npy").mkdir()
    with pytest.raises(InputError) as caught:
        load(tmp_path)
    fix = f'give a file, such as {tmp_path / "b.PNG"}, or a pattern: "{tmp_path / "*.PNG"}"'
    assert caught.value.fix == fix


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names here")
def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    # With something in it, so that a reader that does wait fails here instead of hanging.
    pipe = os.open(tmp_path / "pipe.png", os.O_RDWR | os.O_NONBLOCK)
    try:
        os.write(pipe, PICTURE)
        with pytest.raises(InputError, match=r"^pipe\.png is not a regular file\n"):
            load(tmp_path / "pipe.png")
    finally:
        os.close(pipe)


@pytest.mark.parametrize("name", ["a\0b.png", "x" * 300 + ".png"])
def test_a_name_that_cannot_be_is_an_input_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"^the file cannot be opened: ") as caught:
        load(f"{tmp_path}/{name}")
    assert caught.value.fix == "check its path and its permissions"


def test_a_path_through_a_file_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PICTURE)
    with pytest.raises(InputError, match=r"^the file cannot be opened: Not a directory\n"):
        load(tmp_path / "a.png" / "b.png")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("sample:t1", "t1"),
        ("sample:zoneplate:7x9", "zoneplate"),
        ("brain.png", "brain"),
        ("/data/sub-01_T1w.nii.gz", "sub-01_T1w"),
        ("/data/SUB.NII.GZ", "SUB"),
        ("v1.5.nii", "v1.5"),
        ("folder.x/pixels", "pixels"),
    ],
)
def test_an_image_is_called_by_its_file_without_folder_and_ending(source: str, name: str) -> None:
    assert stem(source) == name


def test_notes_are_warnings_of_the_caller(tmp_path: Path) -> None:
    path = tmp_path / "v.nii.gz"
    path.write_bytes(gzip.compress(nifti(landmarks())))
    with pytest.warns(SampvizWarning) as told:
        image = load(path)
    assert [str(each.message) for each in told] == [f"v: {note}" for note in image.notes]
    assert {each.filename for each in told} == {__file__}


def test_reading_does_not_meddle_with_the_warnings_of_others(tmp_path: Path) -> None:
    path = tmp_path / "v.nii"
    path.write_bytes(nifti(landmarks(), diagonal((1, 1, 1))))
    before = list(warnings.filters)
    load(path)
    assert list(warnings.filters) == before


def test_a_path_may_be_a_text_or_a_path(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PICTURE)
    assert np.array_equal(load(str(tmp_path / "a.png")).array, load(tmp_path / "a.png").array)
