"""Writing: the array exactly, in NIfTI, .npy and PNG."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from sampviz.core.errors import SampvizWarning
from sampviz.images.image import FileFacts, Image
from sampviz.images.load import load
from sampviz.images.write_array import export
from sampviz.ops.chain import Chain
from tests.images.apply import apply
from tests.images.build import GREY, RGB, Array, png, read_nifti

pytestmark = pytest.mark.slow


def plain(array: Array) -> Image:
    return Image(array, "a", FileFacts("npy", array.shape, str(array.dtype)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nifti_holds_the_values_exactly(tmp_path: Path, dtype: Any) -> None:
    values = np.random.default_rng(0).normal(size=(6, 5)).astype(dtype)
    values[0, :3] = np.nan, np.inf, -np.inf
    export(plain(values), tmp_path / "out.nii.gz")
    written = read_nifti(tmp_path / "out.nii.gz")
    assert written.get_data_dtype() == dtype
    assert written.header.get_slope_inter() in ((None, None), (1, 0))
    got = np.asarray(written.dataobj)[:, ::-1, 0].T
    assert np.array_equal(got, values, equal_nan=True)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_npy_holds_the_very_bytes(tmp_path: Path, dtype: Any) -> None:
    array = np.random.default_rng(0).normal(size=(6, 8)).astype(dtype)
    array[0, :3] = np.nan, np.inf, -0.0
    np.save(tmp_path / "a.npy", array)
    assert apply(tmp_path / "a.npy", "stride:1", tmp_path / "out.npy") == 0
    assert (tmp_path / "out.npy").read_bytes() == (tmp_path / "a.npy").read_bytes()


def test_npy_holds_what_the_chain_makes(tmp_path: Path) -> None:
    array = np.arange(24.0).reshape(4, 6)
    np.save(tmp_path / "a.npy", array)
    assert apply(tmp_path / "a.npy", "avg", tmp_path / "out.npy") == 0
    assert np.load(tmp_path / "out.npy").tolist() == [[3.5, 5.5, 7.5], [15.5, 17.5, 19.5]]


def test_colours_are_channels_first_in_npy(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (4, 5, 3))
    (tmp_path / "p.png").write_bytes(png(pixels, 8, RGB))
    assert apply(tmp_path / "p.png", "identity", tmp_path / "out.npy") == 0
    assert np.array_equal(np.load(tmp_path / "out.npy"), pixels.transpose(2, 0, 1))


def test_stages_are_written_beside_the_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    array = np.random.default_rng(0).normal(size=(8, 8))
    np.save(tmp_path / "a.npy", array)
    assert apply(tmp_path / "a.npy", "stride+max:k=3:s=2:p=1", tmp_path / "o.npy", "--stages") == 0
    names = ["o_0_input.npy", "o_1_stride.npy", "o_2_max.npy", "o.npy"]
    assert capsys.readouterr().out.split() == [str(tmp_path / name) for name in names]
    got = [np.load(tmp_path / name) for name in names]
    assert np.array_equal(got[0], array)
    assert np.array_equal(got[1], array[::2, ::2])
    assert np.array_equal(got[2], Chain.parse("max:k=3:s=2:p=1")(array[::2, ::2]))
    assert np.array_equal(got[3], got[2])


@pytest.mark.parametrize(("bits", "dtype"), [(8, np.uint8), (16, np.uint16)])
@pytest.mark.parametrize("kind", [GREY, RGB])
def test_png_goes_round_without_loss(tmp_path: Path, bits: int, dtype: Any, kind: int) -> None:
    shape = (5, 7, 3) if kind == RGB else (5, 7)
    pixels = np.random.default_rng(0).integers(0, 2**bits, shape).astype(dtype)
    pixels.flat[:2] = 0, 2**bits - 1
    source, out = tmp_path / "p.png", tmp_path / "out.png"
    source.write_bytes(png(pixels, bits, kind))
    assert apply(source, "identity", out) == 0
    read = cv2.imdecode(np.frombuffer(out.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    assert read is not None
    assert read.dtype == dtype
    assert np.array_equal(read[..., ::-1] if kind == RGB else read, pixels)
    if bits == 8 or kind == GREY:  # Pillow has no 16-bit colours
        assert np.array_equal(np.asarray(Pillow.open(out)), pixels)
    assert np.array_equal(load(out).array, load(source).array)


@pytest.mark.parametrize(("bits", "top"), [(8, 255), (16, 65535)])
def test_a_window_is_spread_over_the_bits(tmp_path: Path, bits: int, top: int) -> None:
    array = np.array([[-100.0, 60.0], [380.0, 700.0]])
    export(plain(array), tmp_path / "out.png", limits=(-100, 700), bits=bits)
    wanted = np.array([[0, 0.2], [0.6, 1]]) * top
    assert np.array_equal(np.asarray(Pillow.open(tmp_path / "out.png")), wanted)


def test_levels_are_rounded_not_cut(tmp_path: Path) -> None:
    array = np.array([[0.49, 0.51, 253.49, 253.51, -0.4, 255.4]])
    export(plain(array), tmp_path / "out.png", limits=(0, 255))  # and without a warning
    assert np.asarray(Pillow.open(tmp_path / "out.png")).tolist() == [[0, 1, 253, 254, 0, 255]]


def test_values_outside_the_window_are_counted_and_cut(tmp_path: Path) -> None:
    array = np.array([[0, 99, 100, 200], [300, 301, 1e30, 250]], np.float32)
    with pytest.warns(SampvizWarning) as told:
        export(plain(array), tmp_path / "out.png", limits=(100, 300))
    assert [str(each.message) for each in told] == [
        "outside the window 100..300, and cut off: 4 of 8 values"
    ]
    pixels = np.asarray(Pillow.open(tmp_path / "out.png"))
    assert pixels.tolist() == [[0, 0, 0, 128], [255, 255, 255, 191]]


def test_nan_is_black_and_infinity_an_end_and_both_are_counted(tmp_path: Path) -> None:
    array = np.array([[np.nan, np.inf, -np.inf, 0.5]])
    with pytest.warns(SampvizWarning) as told:
        export(plain(array), tmp_path / "out.png", limits=(0, 1))
    assert [str(each.message) for each in told] == [
        "outside the window 0..1, and cut off: 3 of 4 values"
    ]
    assert np.asarray(Pillow.open(tmp_path / "out.png")).tolist() == [[0, 255, 0, 128]]


def test_the_window_is_told_and_the_cut_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "a.npy", np.array([[1.0, 2.0], [3.0, 5.0]]))
    out = tmp_path / "out.png"
    assert apply(tmp_path / "a.npy", "identity", out) == 0
    told = capsys.readouterr()
    assert told.out == f"{out}\n"
    assert told.err == "window: 1 is black, 5 is white, 16 bits\n"
    assert np.asarray(Pillow.open(out)).tolist() == [[0, 16384], [32768, 65535]]

    words = ["--window", "2,3", "--bits", "8", "--overwrite"]
    assert apply(tmp_path / "a.npy", "identity", out, *words) == 0
    assert capsys.readouterr().err.splitlines() == [
        "window: 2 is black, 3 is white, 8 bits",
        "warning: outside the window 2..3, and cut off: 2 of 4 values",
    ]
    assert np.asarray(Pillow.open(out)).tolist() == [[0, 0], [255, 255]]
