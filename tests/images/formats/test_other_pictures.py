"""BMP, WebP, JPEG 2000 and TIFF: the values that Pillow wrote, or words."""

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from sampviz.core.errors import InputError, SampvizWarning, UsageError
from sampviz.images.load import load
from tests.images.build import Array

LOSSLESS: dict[str, dict[str, Any]] = {
    "BMP": {},
    "WEBP": {"lossless": True},
    "JPEG2000": {"irreversible": False},
    "TIFF": {},
}
every_format = pytest.mark.parametrize("form", LOSSLESS)


def noise(*shape: int, dtype: str = "uint8") -> Array:
    values = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, shape, endpoint=True)
    return values.astype(dtype)


def encoded(pixels: Array, form: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Pillow.fromarray(pixels).save(buffer, format=form, **LOSSLESS[form], **options)
    return buffer.getvalue()


def write(folder: Path, data: bytes, name: str = "p.dat") -> Path:
    (folder / name).write_bytes(data)
    return folder / name


@every_format
@pytest.mark.parametrize("name", ["p.png", "p.nii.gz", "p"])  # the content decides
def test_greys_and_colours_are_those_that_were_written(
    tmp_path: Path, form: str, name: str
) -> None:
    grey, colour = noise(33, 40), noise(33, 40, 3)
    image = load(write(tmp_path, encoded(grey, form), name))
    assert np.array_equal(image.array, grey)
    assert (image.array.dtype, image.range, image.colour) == (np.float32, (0, 255), False)
    image = load(write(tmp_path, encoded(colour, form), name))
    assert np.array_equal(image.array, colour.transpose(2, 0, 1))
    assert image.colour
    with pytest.raises(UsageError, match="has no plane"):
        load(tmp_path / name, plane="axial")


@pytest.mark.parametrize("form", ["JPEG2000", "TIFF"])
def test_16_bits_stay_16_bits(tmp_path: Path, form: str) -> None:
    grey = noise(33, 40, dtype="uint16")
    image = load(write(tmp_path, encoded(grey, form)))
    assert np.array_equal(image.array, grey)
    assert image.range == (0, 65535)


def test_a_codestream_of_jpeg_2000_is_read_as_that_within_a_file(tmp_path: Path) -> None:
    for pixels in (noise(33, 40, dtype="uint16"), noise(33, 40, 3)):
        image = load(write(tmp_path, encoded(pixels, "JPEG2000", no_jp2=True), "p.j2k"))
        within = load(write(tmp_path, encoded(pixels, "JPEG2000"), "p.jp2"))
        assert np.array_equal(image.array, within.array)
        assert (image.range, image.colour) == (within.range, within.colour)


@pytest.mark.parametrize("dtype", ["int16", "int32", "float32", "float64"])
@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate"])
def test_a_tiff_holds_numbers(tmp_path: Path, dtype: str, compression: str) -> None:
    values = (np.random.default_rng(1).normal(size=(20, 31)) * 1000).astype(dtype)
    if dtype == "float64":
        _, buffer = cv2.imencode(".tif", values)
        data = buffer.tobytes()
    elif dtype == "int16":
        tags = ImageFileDirectory_v2()
        tags[339] = 2  # with a sign
        data = encoded(values.view(np.uint16), "TIFF", tiffinfo=tags, compression=compression)
    else:
        data = encoded(values, "TIFF", compression=compression)
    image = load(write(tmp_path, data))
    assert np.array_equal(image.array, values)
    assert image.range is None


@pytest.mark.parametrize("form", ["WEBP", "JPEG2000"])
def test_transparency_is_composed_over_black(tmp_path: Path, form: str) -> None:
    pixels = noise(20, 21, 4)
    with pytest.warns(SampvizWarning, match="transparency: composed over black"):
        image = load(write(tmp_path, encoded(pixels, form)))
    expected = pixels[..., :3] * (pixels[..., 3:] / np.float32(255))
    assert image.array == pytest.approx(expected.transpose(2, 0, 1), abs=1e-4)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["TIFF", "WEBP"])
def test_pictures_come_out_upright(tmp_path: Path, form: str, orientation: int) -> None:
    from PIL import ImageOps

    grey = noise(12, 17)
    exif = Pillow.Exif()
    exif[0x112] = orientation
    data = encoded(grey, form, exif=exif)
    expected = ImageOps.exif_transpose(Pillow.open(io.BytesIO(data))).convert("L")
    assert np.array_equal(load(write(tmp_path, data)).array, np.asarray(expected))


@pytest.mark.parametrize("mode", ["1", "P", "RGBA", "CMYK", "LA"])
def test_a_tiff_whose_numbers_would_be_guessed_is_refused(tmp_path: Path, mode: str) -> None:
    buffer = io.BytesIO()
    Pillow.fromarray(noise(9, 8, 4)).convert("RGB").convert(mode if mode != "LA" else "L").convert(
        mode
    ).save(buffer, format="TIFF")
    with pytest.raises(InputError, match=r"^the file is a TIFF that cannot be read: only grey"):
        load(write(tmp_path, buffer.getvalue()))


@every_format
@pytest.mark.parametrize("share", [0.03, 0.2, 0.5, 0.8, 0.97])
def test_a_file_that_ends_early_is_an_input_error(
    tmp_path: Path, form: str, share: float, capfd: pytest.CaptureFixture[str]
) -> None:
    data = encoded(noise(64, 64), form)
    with pytest.raises(InputError):
        load(write(tmp_path, data[: int(share * len(data))]))
    assert capfd.readouterr().err == ""  # what OpenCV writes there is not for the user


@every_format
def test_the_size_is_bounded_before_anything_is_decoded(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, encoded(noise(64, 65), form))
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(InputError, match="64x65 are more than 4000 pixels"):
        load(path, max_pixels=4000)


@every_format
def test_any_damage_gives_an_image_or_an_input_error(tmp_path: Path, form: str) -> None:
    data = encoded(noise(16, 17), form)
    rng = np.random.default_rng(2)
    for _ in range(60):
        damaged = bytearray(data)
        for at in rng.integers(0, min(len(data), 400), 3):
            damaged[at] = rng.integers(256)
        path = write(tmp_path, bytes(damaged))
        try:
            load(path, max_pixels=10**6)
        except (InputError, SampvizWarning):
            continue
