"""TIFF, BigTIFF and OME-TIFF: pages that tifffile wrote, their axes and their spacing."""

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from sampviz.core.errors import InputError, SampvizWarning, UsageError
from sampviz.images.load import load
from tests.images.build import Array

pytestmark = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")

STACK: Array = np.random.default_rng(0).integers(0, 60000, (2, 3, 4, 5, 6)).astype(np.uint16)
OME = {
    "axes": "TZCYX",
    "PhysicalSizeX": 0.5,
    "PhysicalSizeY": 250,
    "PhysicalSizeYUnit": "nm",
    "PhysicalSizeZ": 2.0,
    "TimeIncrement": 3.0,
}


def write(path: Path, array: Any, **options: Any) -> Path:
    tifffile.imwrite(path, array, **{"photometric": "minisblack", **options})
    return path


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("bigtiff", [False, True])
def test_ome_tiff_has_frames_channels_slices_and_spacing(
    tmp_path: Path, compression: str | None, bigtiff: bool
) -> None:
    path = write(tmp_path / "a.ome.tif", STACK, metadata=OME, ome=True, compression=compression,
                 bigtiff=bigtiff)  # fmt: skip
    image = load(path, frame=1, slice=2, channel=3)
    assert np.array_equal(image.array, STACK[1, 2, 3])
    assert image.spacing == pytest.approx((0.00025, 0.0005))
    assert image.file.format == "OME-TIFF"
    assert image.taken.endswith("frame 1 of 0..1, channel 3 of 0..3")
    assert "left" not in str(image.notes)
    volume = load(path, frame=1, channel=3, volume=True)
    assert np.array_equal(volume.array, STACK[1, :, 3])
    assert volume.spacing == pytest.approx((0.002, 0.00025, 0.0005))
    assert volume.file.header is not None
    assert volume.file.header.seconds_per_frame == 3
    front = load(path, channel=0, plane="coronal", slice=1)
    assert np.array_equal(np.sort(front.array.ravel()), np.sort(STACK[0, :, 0, 3].ravel()))
    with pytest.raises(UsageError, match="there is no channel 4"):
        load(path, channel=4)


def test_numbers_of_no_known_type_are_not_guessed(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", STACK[0, 0].astype(np.float32), bigtiff=True)
    with tifffile.TiffFile(path, mode="r+") as file:
        for page in file.pages:
            page.tags["SampleFormat"].overwrite(6)  # complex, of two 16 bits, which numpy has not
    with pytest.raises(InputError, match="its numbers are of no known type"):
        load(path)


def test_imagej_has_its_spacing(tmp_path: Path) -> None:
    said = {"spacing": 2.0, "unit": "um", "axes": "TZCYX"}
    path = write(tmp_path / "a.tif", STACK, imagej=True, resolution=(2, 4), metadata=said)
    image = load(path, frame=1, slice=2, channel=3)
    assert np.array_equal(image.array, STACK[1, 2, 3])
    assert image.spacing == pytest.approx((0.00025, 0.0005))


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float16", "float32", "float64"])
@pytest.mark.parametrize("options", [{}, {"compression": "zlib", "predictor": True}])
def test_pages_are_frames_of_any_number(tmp_path: Path, dtype: str, options: Any) -> None:
    stored = (STACK[0, 0] / 300).astype(dtype)
    if options and stored.dtype.kind == "f":
        pytest.importorskip("imagecodecs", reason="it writes and reads differences of floats")
    image = load(write(tmp_path / "a.tif", stored, **options), frame=2)
    assert np.array_equal(image.array, stored[2])
    assert image.file.dtype == dtype
    assert image.spacing is None
    assert image.taken == "frame 2 of 0..3"


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "uint32", "float32", "float64"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_colours_plane_by_plane_are_not_mixed_up(
    tmp_path: Path, dtype: str, compression: str | None
) -> None:
    stored = (200 * np.random.default_rng(2).random((3, 9, 8))).astype(dtype)
    options = {"photometric": "rgb", "planarconfig": "separate", "compression": compression}
    path = write(tmp_path / "a.tif", stored, **options)
    image = load(path)
    if dtype == "uint8":
        assert image.colour
        assert np.array_equal(image.array, stored)
    else:
        assert np.array_equal(image.array, stored[0])
        assert np.array_equal(load(path, channel=2).array, stored[2])


def test_without_tifffile_colours_plane_by_plane_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = np.zeros((3, 9, 8), np.uint16)
    path = write(tmp_path / "a.tif", stored, photometric="rgb", planarconfig="separate")
    monkeypatch.setattr("sampviz.images.formats.tiff.find_spec", lambda _: None)
    with pytest.raises(InputError, match="plane by plane, of 16 bits; tifffile reads them"):
        load(path)


def test_tiles_colours_and_channels(tmp_path: Path) -> None:
    tiled: Array = np.random.default_rng(1).normal(size=(2, 70, 80)).astype(np.float32)
    image = load(write(tmp_path / "t.tif", tiled, tile=(32, 16), compression="zlib"), frame=1)
    assert np.array_equal(image.array, tiled[1])
    colours = np.arange(270, dtype=np.uint8).reshape(3, 5, 6, 3)
    image = load(write(tmp_path / "c.tif", colours, photometric="rgb"), frame=2)
    assert image.colour
    assert np.array_equal(image.array, colours[2].transpose(2, 0, 1))
    path = write(tmp_path / "m.tif", STACK[0, 0].transpose(1, 2, 0), planarconfig="contig")
    assert np.array_equal(load(path, channel=3).array, STACK[0, 0, 3])


@pytest.mark.parametrize("mode", ["L", "RGB", "I;16", "F"])
def test_a_single_page_is_read_alike_with_tifffile_and_without(
    tmp_path: Path, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = Pillow.fromarray(STACK[0, 0, 0].astype(np.uint8))
    data = io.BytesIO()
    (picture.convert("RGB") if mode == "RGB" else picture.convert(mode)).save(data, "TIFF")
    (tmp_path / "a.tif").write_bytes(data.getvalue())
    one = load(tmp_path / "a.tif")
    monkeypatch.setitem(sys.modules, "tifffile", None)
    other = load(tmp_path / "a.tif")
    assert np.array_equal(one.array, other.array)
    assert (one.file, one.range, one.notes) == (other.file, other.range, other.notes)


def test_without_tifffile_the_first_page_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.tif", STACK[0, 0], metadata=None)
    big = write(tmp_path / "b.tif", STACK[0, 0], bigtiff=True)
    monkeypatch.setitem(sys.modules, "tifffile", None)
    with pytest.warns(SampvizWarning, match="it has 4 pages: the first is read"):
        assert np.array_equal(load(path).array, STACK[0, 0, 0])
    with pytest.raises(InputError, match="which the extra tiff reads") as caught:
        load(big)
    assert "[tiff]" in caught.value.fix


def test_what_needs_imagecodecs_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [Pillow.fromarray(STACK[0, 0, i].astype(np.uint8)) for i in range(2)]
    pages[0].save(
        tmp_path / "a.tif", save_all=True, append_images=pages[1:], compression="tiff_lzw"
    )
    try:
        import imagecodecs  # noqa: F401
    except ImportError:
        with pytest.raises(InputError, match="packed with LZW: imagecodecs reads it") as caught:
            load(tmp_path / "a.tif")
        assert "[tiff]" in caught.value.fix
    else:
        assert np.array_equal(load(tmp_path / "a.tif", frame=1).array, np.asarray(pages[1]))


def test_parts_in_other_files_stay_closed(tmp_path: Path) -> None:
    part = write(tmp_path / "part.ome.tif", STACK[0, :, 0], ome=True, metadata={"axes": "ZYX"})
    with tifffile.TiffFile(part) as file:
        text = file.ome_metadata
    assert text
    elsewhere = text.replace(
        "<TiffData ",
        '<TiffData><UUID FileName="part.ome.tif">urn:uuid:1</UUID></TiffData><TiffData ',
    )
    path = write(tmp_path / "a.ome.tif", STACK[0, 0, 0], description=elsewhere, metadata=None)
    part.unlink()
    part.mkdir()  # opening it would raise
    assert np.array_equal(load(path).array, STACK[0, 0, 0])


def test_only_the_wanted_page_is_decoded(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", STACK[0, 0], compression="zlib", metadata=None)
    data = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as file:
        places = [(page.dataoffsets[0], page.databytecounts[0]) for page in file.pages]
    for offset, count in places[:3]:
        data[offset : offset + count] = b"x" * count
    path.write_bytes(data)
    assert np.array_equal(load(path, frame=3).array, STACK[0, 0, 3])
    with pytest.raises(InputError, match="its data is damaged"):
        load(path, frame=2)


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("changed", [0, 1, 2])
def test_colours_of_unlike_depths_are_refused(planar: str, changed: int, tmp_path: Path) -> None:
    shape = (3, 5, 6) if planar == "separate" else (5, 6, 3)
    path = write(tmp_path / "a.tif", np.zeros(shape, np.uint8), photometric="rgb",
                 planarconfig=planar, metadata=None)  # fmt: skip
    assert load(path).size == (5, 6)
    with tifffile.TiffFile(path) as file:
        place = file.pages.first.tags["BitsPerSample"].valueoffset + 2 * changed
    octets = bytearray(path.read_bytes())
    octets[place : place + 2] = (16).to_bytes(2, sys.byteorder)
    path.write_bytes(octets)
    told = ", ".join("16" if i == changed else "8" for i in range(3))
    with pytest.raises(InputError, match=f"its samples have {told} bits"):
        load(path)
