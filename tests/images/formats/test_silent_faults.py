"""What nibabel, OpenCV and Pillow get wrong without a word, and we do not: a test for each.

Observed with nibabel 5.4, OpenCV 5.0 and Pillow 13; each test fails without the guard it is for.
"""

import gzip
import os
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import InputError, SampvizWarning
from sampviz.images.image import Image
from sampviz.images.load import load
from tests.images.build import (
    GREY,
    PALETTE,
    PNG_START,
    RGB,
    RGBA,
    chunk,
    ihdr,
    nifti,
    nifti_colours,
    nifti_header,
    png,
)
from tests.images.formats.hostile.jpeg import GREYS, jpeg
from tests.images.formats.hostile.nifti import AFFINE, changed
from tests.images.formats.hostile.png import PLANE, STORED, exif

pytestmark = pytest.mark.slow

JPEG = jpeg(GREYS)
IN_PIXELS = JPEG.index(b"\xff\xda") + 30


def read(folder: Path, data: bytes, name: str, **pick: object) -> Image:
    path = folder / name
    path.write_bytes(data)
    return load(path, **pick)  # type: ignore[arg-type]


def of(values: np.ndarray, **header: float) -> bytes:
    """Return a NIfTI of one axial slice, given as it is drawn."""
    return nifti(values[::-1].T[:, :, None], AFFINE, **header)


# --- nibabel ---------------------------------------------------------------------------------


def test_nibabel_reads_the_header_as_voxels_where_the_offset_is_0(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="its voxels cannot start at byte 0"):
        read(tmp_path, changed(vox_offset=0), "a.nii")


@pytest.mark.parametrize("at", [-8, -4], ids=["checksum", "length"])
def test_nibabel_never_looks_at_the_end_of_gzip(tmp_path: Path, at: int) -> None:
    data = bytearray(gzip.compress(of(PLANE)))
    data[at] ^= 1
    with pytest.raises(InputError, match="the gzip file is damaged"):
        read(tmp_path, bytes(data), "a.nii.gz", volume=True)


@pytest.mark.parametrize("slope", [np.inf, np.nan])
def test_nibabel_ignores_a_slope_that_is_no_number(tmp_path: Path, slope: float) -> None:
    with pytest.raises(InputError, match="it scales its voxels by"):
        read(tmp_path, changed(scl_slope=slope), "a.nii")


def test_nibabel_makes_an_empty_array_of_no_voxels(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"an array of \(0, 5, 6\) is not an image"):
        read(tmp_path, changed(dim_1=0), "a.nii")


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_nibabel_scales_float32_beyond_its_largest_number(tmp_path: Path) -> None:
    values = np.array([[1, 20], [300, 4000]], np.float32)
    image = read(tmp_path, of(values, slope=1e38), "a.nii")
    assert np.array_equal(image.array, values.astype(float) * np.float32(1e38))


def test_nibabel_rounds_whole_numbers_beyond_2_to_the_53rd(tmp_path: Path) -> None:
    values = np.array([[2**53 + 1, 2**53 + 3]])
    with pytest.warns(SampvizWarning, match="int64 is rounded to float64"):
        read(tmp_path, of(values), "a.nii")


def test_nibabel_drops_the_imaginary_part(tmp_path: Path) -> None:
    values = (PLANE * (2 - 3j)).astype(np.complex64)
    assert np.array_equal(read(tmp_path, of(values), "a.nii").array, values)


def test_nibabel_adds_the_intercept_to_the_real_part_alone(tmp_path: Path) -> None:
    values = (PLANE * (2 - 3j)).astype(np.complex64)
    image = read(tmp_path, of(values, slope=2, inter=5), "a.nii")
    assert np.array_equal(image.array, values * 2 + (5 + 5j))


def test_nibabel_unpacks_a_bomb_to_the_end_of_the_memory(tmp_path: Path) -> None:
    head = nifti_header((1024, 1024, 1600), 4, 16, AFFINE) + bytes(4)
    data = gzip.compress(head) + gzip.compress(bytes(2**22)) * 800
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="1024x1024x1600 are more than 134217728 pixels"):
            read(tmp_path, data, "a.nii.gz", volume=True)
        with pytest.raises(InputError, match="the most is 4194304\n"):
            read(tmp_path, data, "a.nii.gz", max_pixels=2**20)
        assert tracemalloc.get_traced_memory()[1] < 30e6
    finally:
        tracemalloc.stop()


def test_nibabel_cannot_make_numbers_of_colours(tmp_path: Path) -> None:
    colours = np.arange(4 * 5 * 3).reshape(4, 5, 1, 3).astype(np.uint8)
    image = read(tmp_path, nifti_colours(colours, AFFINE), "a.nii")
    assert np.array_equal(image.array, colours[:, :, 0].transpose(2, 1, 0)[:, ::-1])


@pytest.mark.parametrize("offset", [np.nan, np.inf, -np.inf])
def test_nibabel_raises_raw_errors_for_an_offset_that_is_no_number(
    tmp_path: Path, offset: float
) -> None:
    with pytest.raises(InputError, match="its voxels cannot start at byte"):
        read(tmp_path, changed(vox_offset=offset), "a.nii")


# --- OpenCV ----------------------------------------------------------------------------------


def test_opencv_cuts_16_bits_to_8(tmp_path: Path) -> None:
    values = np.array([[1, 256], [257, 65535]])
    assert np.array_equal(read(tmp_path, png(values, 16, GREY), "a.png").array, values)


def test_opencv_drops_alpha(tmp_path: Path) -> None:
    with pytest.warns(SampvizWarning, match="composed over black"):
        image = read(tmp_path, png([[[200, 100, 50, 0]]], 8, RGBA), "a.png")
    assert image.array.tolist() == [[[0]], [[0]], [[0]]]


@pytest.mark.parametrize("turn", STORED)
def test_opencv_leaves_a_turned_picture_turned(tmp_path: Path, turn: int) -> None:
    data = png(STORED[turn](PLANE), 8, GREY, extra=chunk(b"eXIf", exif(turn)))
    assert np.array_equal(read(tmp_path, data, "a.png").array, PLANE)


@pytest.mark.parametrize("end", [b"", b"\xff\xd9"], ids=["cut", "cut and closed"])
def test_opencv_and_pillow_fill_a_jpeg_that_is_cut_with_grey(tmp_path: Path, end: bytes) -> None:
    with pytest.raises(InputError, match="the JPEG is damaged or not complete"):
        read(tmp_path, JPEG[:IN_PIXELS] + end, "a.jpg")


def test_opencv_and_pillow_guess_whether_0_is_no_ink(tmp_path: Path) -> None:
    inks = np.full((1, 1, 4), 99)
    with pytest.warns(SampvizWarning, match="not by Adobe, so that 0 may be no ink"):
        read(tmp_path, jpeg(inks), "a.jpg")
    with pytest.warns(SampvizWarning) as told:
        read(tmp_path, jpeg(inks, adobe=True), "a.jpg")
    assert "may be no ink" not in str(told[0].message)


def test_opencv_dies_of_a_name_that_is_no_text(tmp_path: Path) -> None:
    name = os.fsdecode(b"a\xff.png")
    assert np.array_equal(read(tmp_path, png(PLANE, 8, GREY), name).array, PLANE)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.npy", "a.nii", "a.nii.gz", "a.hdr"])
def test_opencv_waits_for_a_pipe(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    with pytest.raises(InputError, match="is not a regular file"):
        load(tmp_path / name)


def test_opencv_takes_gigabytes_for_a_small_png(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cv2.imdecode", lambda *_: pytest.fail("decoded"))
    rows = zlib.compress(bytes(3751 * 30000), 9)
    data = PNG_START + ihdr(30000, 30000, 1, GREY) + chunk(b"IDAT", rows) + chunk(b"IEND")
    assert len(data) < 120_000
    with pytest.raises(InputError, match="30000x30000 are more than 134217728 pixels"):
        read(tmp_path, data, "a.png")


@pytest.mark.parametrize(
    ("size", "why"), [(28000, "more than 134217728 pixels"), (11000, "bytes cannot hold")]
)
def test_opencv_and_pillow_take_gigabytes_for_the_header_of_a_jpeg(
    tmp_path: Path, size: int, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cv2.imdecode", lambda *_: pytest.fail("decoded"))
    monkeypatch.setattr("PIL.JpegImagePlugin.JpegImageFile", lambda *_: pytest.fail("decoded"))
    with pytest.raises(InputError, match=why):
        read(tmp_path, jpeg(GREYS, size=(size, size)), "a.jpg")


def test_opencv_says_no_cause(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data = PNG_START + ihdr(1, 3, 8, GREY)
    data += chunk(b"IDAT", zlib.compress(b"\x09abc")) + chunk(b"IEND")
    with pytest.raises(InputError, match="bad adaptive filter value"):
        read(tmp_path, data, "a.png")
    assert capfd.readouterr().err == ""


def test_opencv_draws_colours_that_are_not_in_the_palette(tmp_path: Path) -> None:
    data = png([[0, 1, 2]], 8, PALETTE, extra=chunk(b"PLTE", bytes(6)))
    with pytest.raises(InputError, match="a pixel has colour 2 of 2"):
        read(tmp_path, data, "a.png")


def test_opencv_does_not_see_a_grey_that_is_clear(tmp_path: Path) -> None:
    data = png([[9, 10]], 8, GREY, extra=chunk(b"tRNS", struct.pack(">H", 9)))
    with pytest.warns(SampvizWarning, match="composed over black"):
        assert read(tmp_path, data, "a.png").array.tolist() == [[0, 10]]


# --- Pillow ----------------------------------------------------------------------------------


@pytest.mark.parametrize("turn", STORED)
def test_pillow_leaves_a_turned_jpeg_turned(tmp_path: Path, turn: int) -> None:
    segment = b"Exif\0\0" + exif(turn)
    segment = b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment
    image = read(tmp_path, jpeg(STORED[turn](GREYS), extra=segment), "a.jpg")
    assert np.array_equal(image.array, GREYS.repeat(8, 0).repeat(8, 1))


def test_pillow_cuts_16_bit_colours_to_8(tmp_path: Path) -> None:
    values = np.arange(300, 65000, 12000).reshape(1, 2, 3)
    image = read(tmp_path, png(values, 16, RGB), "a.png")
    assert np.array_equal(image.array, values.transpose(2, 0, 1))


def test_pillow_takes_the_places_in_a_palette_for_intensities(tmp_path: Path) -> None:
    data = png([[0, 1]], 8, PALETTE, extra=chunk(b"PLTE", bytes([70, 70, 70, 30, 30, 30])))
    assert read(tmp_path, data, "a.png").array.tolist() == [[70, 30]]


def test_pillow_fills_missing_rows_with_zeros(tmp_path: Path) -> None:
    rows = zlib.compress(b"".join(b"\0" + bytes([each] * 5) for each in (1, 2, 3)))
    data = PNG_START + ihdr(8, 5, 8, GREY) + chunk(b"IDAT", rows) + chunk(b"IEND")
    with pytest.raises(InputError, match="it ends too early: 3 of 8 rows are there"):
        read(tmp_path, data, "a.png")


def test_pillow_makes_up_a_palette(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it has no palette"):
        read(tmp_path, png([[0, 1]], 8, PALETTE), "a.png")
