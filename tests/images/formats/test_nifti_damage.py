"""NIfTI: damaged files and impossible headers are input errors."""

import contextlib
import gzip
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest

from sampviz.cli.app import run
from sampviz.core.errors import InputError, SampvizWarning
from sampviz.images.load import load
from tests.images.build import Array, diagonal, landmarks, nifti, nifti_header
from tests.images.formats.nifti_volume import AFFINE, read, seen


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
