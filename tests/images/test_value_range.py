"""One rule for the range of the data, and what follows it: windows, peaks, files, words."""

import json
import struct
import zlib
from pathlib import Path

import cv2
import nibabel as nib
import numpy as np
import pytest
import skimage

import sampviz
from sampviz.images.intensity_window import Window
from sampviz.images.value_range import small_part_note, stored_range, value_range
from tests.conftest import Cli
from tests.figures.drawn import pixels

rng = np.random.default_rng(0)


def ramp(largest: int, size: int = 48) -> np.ndarray:
    """Return noise on a ramp of uint16 with exactly this largest value."""
    values = np.linspace(0, largest, size * size).reshape(size, size) * rng.uniform(
        0.5, 1, (size, size)
    )
    values[-1, -1] = largest
    return values.astype(np.uint16)


def write_png(path: Path, array: np.ndarray, significant: int = 0) -> Path:
    """Write a PNG, with a chunk sBIT behind its header."""
    data = cv2.imencode(".png", array)[1].tobytes()
    if significant:
        body = b"sBIT" + bytes([significant] * (3 if array.ndim == 3 else 1))
        end = len(body) - 4
        chunk = struct.pack(">I", end) + body + struct.pack(">I", zlib.crc32(body))
        data = data[:33] + chunk + data[33:]
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("largest", [1000, 1023, 3835, 4095, 16000])
@pytest.mark.parametrize("significant", [0, 14])
def test_few_bits_in_a_16_bit_file_are_seen(tmp_path: Path, largest: int, significant: int) -> None:
    path = write_png(tmp_path / "a.png", ramp(largest), significant)
    image = sampviz.load(path)
    expected = (0, 2**14 - 1) if significant else (0, largest)
    assert (value_range(image).low, value_range(image).high) == expected
    brightest = int(pixels(sampviz.compare(image, "max", annotate=False))[0].max())
    # 16-bit files had 65535 for white: of 4095 nothing was seen.
    assert brightest == min(255, 256 * largest // 2**14) if significant else brightest == 255


def test_samples_spread_over_all_bits_fill_them() -> None:
    # So does a writer that keeps to the standard: sBIT says 12, the values have 16.
    assert stored_range(16, 65520.0, 12) == ((0.0, 65535.0), "16 bit")
    assert stored_range(16, 4095.0, 12) == ((0.0, 4095.0), "sBIT: 12 of 16 bit")
    assert stored_range(16, 16384.0) == ((0.0, 65535.0), "16 bit")
    assert stored_range(8, 31.0, 5) == ((0.0, 31.0), "sBIT: 5 of 8 bit")


def test_a_photograph_of_8_bits_keeps_its_range_however_dark(tmp_path: Path) -> None:
    dark = rng.integers(0, 50, (64, 64)).astype(np.uint8)
    for image in (sampviz.load(write_png(tmp_path / "a.png", dark)), sampviz.Image.of(dark)):
        assert str(value_range(image)) == "0..255 (8 bit)"
        assert small_part_note(image) == "its values 0..49 fill 19 % of its range 0..255 (8 bit)"
    bright = rng.integers(0, 256, (64, 64)).astype(np.uint8)
    assert small_part_note(sampviz.Image.of(bright)) == ""


def test_dark_colours_are_seen_with_their_hues(tmp_path: Path) -> None:
    dark = np.random.default_rng(1).integers(0, 12, (3, 64, 64)).astype(np.uint8)
    dark[0] //= 2  # a hue

    def colours(values: np.ndarray) -> Path:
        cv2.imwrite(str(tmp_path / "a.png"), np.moveaxis(values[::-1], 0, -1))
        return tmp_path / "a.png"

    bright = dark + np.uint8(220)
    for values, limits in ((dark, (0, np.percentile(dark[dark > 0], 99))), (bright, (0, 255))):
        image = sampviz.load(colours(values))
        assert image.colour
        window = Window.parse(None)
        assert window.limits(image.array, image) == limits
        assert ("it is dark" in window.describe(limits, image.array, image)) == (limits[1] < 255)
    image = sampviz.load(colours(dark))
    figure = sampviz.compare(image, "stride", rows="image", annotate=False, crop=False)
    red, green, blue = np.moveaxis(pixels(figure)[0].astype(int), -1, 0)
    assert green.max() == blue.max() == 255
    assert 110 < red.max() < 150  # half as much as the others, as in the file


def test_dark_greys_of_8_bits_are_seen(tmp_path: Path) -> None:
    dark = rng.integers(0, 20, (64, 64)).astype(np.uint8)
    for image in (sampviz.load(write_png(tmp_path / "a.png", dark)), sampviz.Image.of(dark)):
        figure = sampviz.compare(image, "max", annotate=False)
        assert pixels(figure)[0].max() == 255  # 19 of 255 before
        array = image.array
        limits = Window.parse(None).limits(array, image)
        assert limits == tuple(np.percentile(dark[dark > 0], (1, 99)))
        assert "p1, p99 of the original" in Window.parse(None).describe(limits, array, image)
    photograph = rng.integers(0, 90, (64, 64)).astype(np.uint8)
    assert pixels(sampviz.compare(photograph, "max", annotate=False))[0].max() == 89


def test_the_same_pixels_have_the_same_numbers_in_every_container(tmp_path: Path) -> None:
    array = ramp(3835)
    array[0, 0] = 0
    np.save(tmp_path / "a.npy", array)
    # Rows of the picture count against y of a NIfTI, columns along x.
    nib.save(nib.Nifti1Image(array[::-1].T[..., None], np.eye(4)), tmp_path / "a.nii.gz")
    sources = [write_png(tmp_path / "a.png", array), tmp_path / "a.npy", tmp_path / "a.nii.gz"]
    numbers = []
    for source in sources:
        (row,) = sampviz.measure(source, "stride", measures=["psnr", "ssim"])
        assert row.range.span == 3835
        assert row.range.source.startswith("smallest and largest value")
        numbers.append([round(value, 9) for value in row.values.values()])
    assert numbers[0] == numbers[1] == numbers[2]


@pytest.mark.parametrize("kind", ["png", "npy", "nii.gz"])
def test_bytes_are_8_bits_in_every_container(tmp_path: Path, kind: str) -> None:
    array = rng.integers(10, 240, (48, 48)).astype(np.uint8)
    path = tmp_path / f"a.{kind}"
    if kind == "png":
        write_png(path, array)
    elif kind == "npy":
        np.save(path, array)
    else:
        nib.save(nib.Nifti1Image(array[..., None], np.eye(4)), path)
    assert str(value_range(sampviz.load(path))) == "0..255 (8 bit)"
    scaled = nib.Nifti1Image(array[..., None] * 2.0, np.eye(4), dtype=np.uint8)
    scaled.header.set_slope_inter(2, 0)
    nib.save(scaled, tmp_path / "b.nii.gz")
    assert sampviz.load(tmp_path / "b.nii.gz").range is None


def test_psnr_is_that_of_the_printed_span(tmp_path: Path) -> None:
    image = sampviz.load(write_png(tmp_path / "a.png", ramp(3000), 12))
    (row,) = sampviz.measure(image, "blur:k=3:s=1", measures="psnr")
    ideal = image.array  # every frequency lies on a grid of step 1
    blurred = sampviz.Chain.parse("blur:k=3:s=1")(image.array)
    expected = skimage.metrics.peak_signal_noise_ratio(ideal, blurred, data_range=row.range.span)
    assert row.range.span == 4095
    assert row.values["psnr"] == pytest.approx(expected, abs=1e-4)


def test_the_range_is_printed_with_the_numbers(tmp_path: Path, cli: Cli) -> None:
    path = write_png(tmp_path / "a.png", ramp(3000), 12)
    words = ("measure", path, "--ops", "max", "--measures", "psnr")
    assert "the range L of psnr and ssim: 4095 (sBIT: 12 of 16 bit)" in cli(*words).out
    row = json.loads(cli(*words, "--json").out)["rows"][0]
    assert (row["span"], row["span_source"]) == (4095, "sBIT: 12 of 16 bit")
    cli(*words, "-o", tmp_path / "a.csv")
    assert ",4095.0,sBIT: 12 of 16 bit," in (tmp_path / "a.csv").read_text()
    assert "1000 (as given)" in cli(*words, "--span", 1000).out
    info = cli("info", path)
    assert "range:    0..4095 (sBIT: 12 of 16 bit)\n" in info.out
    assert json.loads(cli("info", path, "--json").out)["range"] == [0, 4095]


def test_a_range_that_is_hardly_used_is_said_with_the_numbers(tmp_path: Path, cli: Cli) -> None:
    path = write_png(tmp_path / "a.png", rng.integers(0, 50, (64, 64)).astype(np.uint8))
    done = cli("measure", path, "--ops", "max", "--measures", "ssim")
    assert "fill 19 % of its range 0..255 (8 bit), which PSNR and SSIM refer to" in done.err
    assert "fill" not in cli("measure", path, "--ops", "max", "--measures", "alias").err


def test_an_exported_png_is_black_and_white_at_the_ends_of_the_range(tmp_path: Path) -> None:
    source = write_png(tmp_path / "a.png", ramp(4095), 12)
    sampviz.apply(source, "identity", tmp_path / "b.png")
    written = cv2.imread(str(tmp_path / "b.png"), cv2.IMREAD_UNCHANGED)
    assert written is not None
    assert written.dtype == np.uint16
    expected = np.rint(ramp_of(source) * (65535 / 4095))
    assert np.abs(written - expected).max() <= 1


def ramp_of(path: Path) -> np.ndarray:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED), np.float64)
