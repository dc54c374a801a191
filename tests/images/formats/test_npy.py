""".npy: numbers as they are, one channel at a time; nothing is ever unpickled."""

import struct
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz.cli.app import run
from sampviz.core.errors import InputError, UsageError
from sampviz.images.image import Image
from sampviz.images.load import load
from tests.images.build import Array

FIX = "  fix: write it with numpy.save(path, array)"


def npy(array: Array) -> bytes:
    """Return a version 1.0 file, packed by hand (numpy.lib.format says how)."""
    order = array.flags.f_contiguous and not array.flags.c_contiguous
    return _file(
        f"{{'descr': '{array.dtype.str}', 'fortran_order': {order}, 'shape': {array.shape}, }}",
        array.tobytes(order="A"),
    )


def _file(header: str, data: bytes = b"") -> bytes:
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def read(folder: Path, data: bytes, **pick: Any) -> Image:
    path = folder / "a.npy"
    path.write_bytes(data)
    return load(path, **pick)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize(
    ("stored", "drawn"),
    [
        ("|u1", "float32"),
        ("|i1", "float32"),
        ("<i2", "float32"),
        (">i2", "float32"),
        ("<u2", "float32"),
        ("<i4", "float32"),
        (">i8", "float32"),
        ("<f2", "float32"),
        ("<f4", "float32"),
        (">f4", "float32"),
        ("<f8", "float64"),
        (">f8", "float64"),
    ],
)
def test_numbers_of_every_type_are_exact(
    tmp_path: Path, stored: str, drawn: str, order: Any
) -> None:
    array = (np.arange(12).reshape(3, 4) * 10).astype(stored)
    image = read(tmp_path, npy(np.array(array, order=order)))
    assert image.array.dtype == np.dtype(drawn)
    assert image.array.tolist() == (np.arange(12).reshape(3, 4) * 10).tolist()
    assert image.geometry is None
    assert image.file.shape == (3, 4)


def test_float64_keeps_what_float32_would_lose(tmp_path: Path) -> None:
    array = 1 + np.arange(6.0).reshape(2, 3) * 2**-50
    assert np.array_equal(read(tmp_path, npy(array)).array, array)


@pytest.mark.parametrize("stored", ["<i4", "<u4", "<i8", "<u8"])
def test_whole_numbers_beyond_float32_stay_exact(tmp_path: Path, stored: str) -> None:
    array = np.array([[2**24 + 1, 0], [2**31 - 1, 3]]).astype(stored)
    image = read(tmp_path, npy(array))
    assert image.array.dtype == np.float64
    assert image.array.tolist() == array.tolist()


@pytest.mark.parametrize(
    ("array", "known"),
    [
        (np.array([[True, False]]), (0, 1)),
        (np.array([[0, 200]], np.uint8), (0, 255)),
        (np.array([[0, 200]], np.uint16), None),
        (np.array([[0.0, 1.0]]), None),
    ],
)
def test_the_range_is_known_of_bool_and_bytes_only(
    tmp_path: Path, array: Array, known: tuple[float, float] | None
) -> None:
    image = read(tmp_path, npy(array))
    assert image.range == known
    assert np.array_equal(image.array, array)


def test_one_channel_is_taken_of_feature_maps(tmp_path: Path) -> None:
    maps = np.random.default_rng(0).normal(size=(5, 3, 4)).astype(np.float32)
    first, third = read(tmp_path, npy(maps)), read(tmp_path, npy(maps), channel=3)
    assert np.array_equal(first.array, maps[0])
    assert np.array_equal(third.array, maps[3])
    assert (first.taken, third.taken) == ("channel 0 of 0..4", "channel 3 of 0..4")


def test_three_channels_are_feature_maps_not_colours(tmp_path: Path) -> None:
    assert read(tmp_path, npy(np.zeros((3, 4, 5)))).array.shape == (4, 5)


def test_the_image_does_not_hold_on_to_the_file(tmp_path: Path) -> None:
    image = read(tmp_path, npy(np.ones((2, 2), np.float32)))
    (tmp_path / "a.npy").write_bytes(npy(np.zeros((2, 2), np.float32)))
    assert image.array.tolist() == [[1, 1], [1, 1]]
    image.array[0, 0] = 5  # nor is it locked as a map of the file would be


def test_of_many_channels_only_one_is_read(tmp_path: Path) -> None:
    maps = np.lib.format.open_memmap(  # 400 MB that take no place on the disk
        tmp_path / "a.npy", mode="w+", dtype=np.float32, shape=(100, 1000, 1000)
    )
    maps[70, 5, 6] = 9
    del maps
    tracemalloc.start()
    try:
        image = load(tmp_path / "a.npy", channel=70)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 30e6
    assert image.array.sum() == image.array[5, 6] == 9


@pytest.mark.parametrize("stored", ["<c8", "<c16"])
def test_complex_numbers_stay_complex(tmp_path: Path, stored: str) -> None:
    array = np.array([[3 + 4j, -5j], [-2, 0]]).astype(stored)
    image = read(tmp_path, npy(array))
    assert image.array.dtype == np.dtype(stored)
    assert np.array_equal(image.array, array)


@pytest.mark.parametrize("size", [(6, 8), (7, 9)])
def test_kspace_gives_the_image_that_it_was_made_of(tmp_path: Path, size: tuple[int, int]) -> None:
    picture = np.random.default_rng(0).normal(size=size)
    spectrum = np.fft.fftshift(np.fft.fft2(np.fft.ifftshift(picture), norm="ortho"))
    image = read(tmp_path, npy(spectrum), kspace=True)
    assert np.allclose(image.array, picture, atol=1e-12)


def test_kspace_of_real_numbers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="k-space is complex, and the file holds float64"):
        read(tmp_path, npy(np.zeros((4, 4))), kspace=True)


def test_a_mosaic_holds_the_first_channels(tmp_path: Path) -> None:
    maps = np.random.default_rng(0).normal(size=(5, 4, 6))
    image = read(tmp_path, npy(maps), mosaic=3)
    assert np.array_equal(image.array, maps[:3])
    assert image.taken == "channels 0..2 of 0..4"
    assert read(tmp_path, npy(maps), mosaic=64).array.shape == (5, 4, 6)
    with pytest.raises(UsageError, match="one channel and a mosaic"):
        read(tmp_path, npy(maps), mosaic=3, channel=1)


def test_nan_and_infinity_are_kept(tmp_path: Path) -> None:
    array = np.array([[np.nan, np.inf], [-np.inf, 1]], np.float32)
    assert np.array_equal(read(tmp_path, npy(array)).array, array, equal_nan=True)


def test_a_header_by_python_2_is_read(tmp_path: Path) -> None:
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1L, 2L), }"
    assert read(tmp_path, _file(header, struct.pack("<2d", 5, 6))).array.tolist() == [[5, 6]]


class _Trap:
    """Leaves a mark when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    mark = tmp_path / "sprung"
    np.save(tmp_path / "a.npy", np.array([[_Trap(mark)]], object), allow_pickle=True)
    with pytest.raises(InputError, match=r"^not an array that can be read: ") as caught:
        load(tmp_path / "a.npy")
    assert str(caught.value).endswith(f"\n  in:  {tmp_path / 'a.npy'}\n{FIX}")
    assert not mark.exists()
    # The trap is one: who allows pickles is caught.
    np.load(tmp_path / "a.npy", allow_pickle=True)
    assert mark.exists()


@pytest.mark.parametrize("shape", [(), (5,), (2, 1, 3, 1, 4, 5), (0, 3), (3, 0), (0, 3, 4)])
def test_other_shapes_are_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, npy(np.zeros(shape)))
    if 0 not in shape:
        assert str(caught.value) == (
            f"an array of shape {shape} is not H x W or C x H x W\n"
            f"  in:  {tmp_path / 'a.npy'}\n"
            "  fix: save one image, or the channels of one image"
        )


@pytest.mark.parametrize("stored", ["<U3", "|S3", "<M8[s]", "|V4"])
def test_what_is_no_number_is_refused(tmp_path: Path, stored: str) -> None:
    with pytest.raises(InputError, match=r"^an array of real numbers is wanted, not of ") as caught:
        read(tmp_path, npy(np.zeros((2, 2), stored)))
    assert str(caught.value).endswith(f"\n  in:  {tmp_path / 'a.npy'}\n  fix: save numbers")


WHOLE = npy(np.random.default_rng(0).normal(size=(6, 7)))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(WHOLE[:6], id="only the first bytes"),
        pytest.param(WHOLE[:9], id="cut in the length"),
        pytest.param(WHOLE[:40], id="cut in the header"),
        pytest.param(WHOLE[:-1], id="the last byte lost"),
        pytest.param(WHOLE[:6] + b"\x09" + WHOLE[7:], id="of a version to come"),
        pytest.param(_file("{'descr': '<f8', 'shape': (6, 7"), id="header without an end"),
        pytest.param(_file("{'descr': '<f8'}"), id="header without a shape"),
        pytest.param(_file("__import__('os').getcwd()"), id="code in the header"),
        pytest.param(
            _file("{'descr': '<q9', 'fortran_order': False, 'shape': (1, 1)}"), id="unknown type"
        ),
        pytest.param(
            _file("{'descr': '<f8', 'fortran_order': False, 'shape': (9, -1)}"), id="shape below 0"
        ),
        pytest.param(
            _file("{'descr': '<f8', 'fortran_order': False, 'shape': (True, 4)}", bytes(64)),
            id="shape of truth",
        ),
        pytest.param(
            _file(f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({2**62}, {2**62})}}"),
            id="more than there can be",
        ),
    ],
)
def test_damage_is_an_input_error(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match=r"^not an array that can be read: ") as caught:
        read(tmp_path, data)
    assert str(caught.value).endswith(f"\n  in:  {tmp_path / 'a.npy'}\n{FIX}")
    assert str(caught.value).count("\n") == 2


def test_damage_costs_three_lines_and_exit_code_3(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.npy").write_bytes(WHOLE[:-1])
    assert run(["info", str(tmp_path / "a.npy")]) == 3
    told = capfd.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: not an array that can be read: ")
    assert told.err.count("\n") == 3


@pytest.mark.parametrize("channel", [-1, 5])
def test_a_channel_that_is_not_there_cannot_be_taken(tmp_path: Path, channel: int) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, npy(np.zeros((5, 2, 2))), channel=channel)
    assert str(caught.value) == (
        f"there is no channel {channel}\n  in:  channel\n  fix: wanted 0..4"
    )


def test_an_array_of_two_axes_has_no_channels(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^an array of two axes has no channel\n"):
        read(tmp_path, npy(np.zeros((2, 2))), channel=0)


@pytest.mark.parametrize("pick", [{"plane": "axial"}, {"slice": "3"}, {"frame": 0}])
def test_an_array_has_no_slices(tmp_path: Path, pick: dict[str, Any]) -> None:
    (word,) = pick
    with pytest.raises(UsageError, match=rf"^an array has no {word}\n  in:  {word}, for "):
        read(tmp_path, npy(np.zeros((5, 2, 2))), **pick)
