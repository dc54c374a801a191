"""PNG and JPEG: values at their own scale, colours in RGB order, upright; damage is an error."""

import io
import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from sampviz.cli.app import run
from sampviz.core.errors import InputError, SampvizWarning, UsageError
from sampviz.images.formats.jpeg_header import parse_jpeg
from sampviz.images.image import Image
from sampviz.images.load import load
from sampviz.images.selection import Selection
from tests.every import every
from tests.images.build import (
    GREY,
    GREY_ALPHA,
    PALETTE,
    PNG_START,
    RGB,
    RGBA,
    Array,
    chunk,
    ihdr,
    png,
)


def read(folder: Path, data: bytes, name: str = "picture.png") -> Image:
    path = folder / name
    path.write_bytes(data)
    return load(path)


def noise(*shape: int, top: int = 256) -> Array:
    return np.random.default_rng(0).integers(0, top, shape)


# --- PNG -------------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_png_of_few_bits_is_stretched_to_0_255(tmp_path: Path, bits: int) -> None:
    levels = np.arange(2**bits)
    image = read(tmp_path, png([levels, levels[::-1]], bits, GREY))
    wanted = levels * 255 / (2**bits - 1)
    assert np.array_equal(image.array, [wanted, wanted[::-1]])
    assert image.array.dtype == np.float32
    assert image.range == (0, 255)
    assert image.file.dtype == f"{bits} bit"


def test_sixteen_bit_png_keeps_its_scale(tmp_path: Path) -> None:
    samples = [[0, 1, 255, 256], [0x1234, 0x3412, 65534, 65535]]
    image = read(tmp_path, png(samples, 16, GREY))
    assert np.array_equal(image.array, samples)
    assert image.range == (0, 65535)


@pytest.mark.parametrize(("bits", "top"), [(8, 256), (16, 65536)])
def test_rgb_png_has_red_first(tmp_path: Path, bits: int, top: int) -> None:
    samples = noise(5, 7, 3, top=top)
    image = read(tmp_path, png(samples, bits, RGB))
    assert image.array.shape == (3, 5, 7)
    assert np.array_equal(image.array, samples.transpose(2, 0, 1))
    assert image.range == (0, top - 1)


def test_rgb_png_with_three_like_channels_stays_colour(tmp_path: Path) -> None:
    # What a file says of itself decides: its shape must not hang on its values.
    assert read(tmp_path, png(np.full((2, 3, 3), 7), 8, RGB)).array.shape == (3, 2, 3)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_palette_of_greys_gives_a_grey_image(tmp_path: Path, bits: int) -> None:
    greys = noise(2**bits)
    palette = chunk(b"PLTE", bytes(np.repeat(greys, 3).astype(np.uint8)))
    places = noise(6, 5, top=2**bits)
    image = read(tmp_path, png(places, bits, PALETTE, extra=palette))
    assert np.array_equal(image.array, greys[places])


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_palette_of_colours_gives_rgb(tmp_path: Path, bits: int) -> None:
    colours = noise(2**bits, 3)
    palette = chunk(b"PLTE", bytes(colours.astype(np.uint8)))
    places = np.arange(2**bits).reshape(-1, 2)
    image = read(tmp_path, png(places, bits, PALETTE, extra=palette))
    assert np.array_equal(image.array, colours[places].transpose(2, 0, 1))


@pytest.mark.parametrize(("bits", "top"), [(8, 255), (16, 65535)])
def test_grey_with_alpha_is_composed_over_black(tmp_path: Path, bits: int, top: int) -> None:
    samples = noise(4, 6, 2, top=top + 1)
    with pytest.warns(SampvizWarning, match="^picture: transparency: composed over black$"):
        image = read(tmp_path, png(samples, bits, GREY_ALPHA))
    wanted = samples[..., 0] * (samples[..., 1] / top)
    assert image.array == pytest.approx(wanted, rel=1e-6)
    assert image.range == (0, top)


@pytest.mark.parametrize(("bits", "top"), [(8, 255), (16, 65535)])
def test_rgba_is_composed_over_black(tmp_path: Path, bits: int, top: int) -> None:
    samples = noise(4, 6, 4, top=top + 1)
    with pytest.warns(SampvizWarning, match="composed over black"):
        image = read(tmp_path, png(samples, bits, RGBA))
    wanted = samples[..., :3] * (samples[..., 3:] / top)
    assert image.array == pytest.approx(wanted.transpose(2, 0, 1), rel=1e-6)


@pytest.mark.parametrize(
    ("bits", "samples", "clear", "wanted"),
    [
        (1, [[0, 1]], 1, [[0, 0]]),
        (2, [[0, 1, 2, 3]], 2, [[0, 85, 0, 255]]),
        (4, [[1, 3, 15]], 3, [[17, 0, 255]]),
        (8, [[9, 10, 11]], 10, [[9, 0, 11]]),
        (16, [[0x0109, 0x0009, 300]], 0x0109, [[0, 9, 300]]),
    ],
)
def test_grey_that_trns_makes_clear_is_black(
    tmp_path: Path, bits: int, samples: Any, clear: int, wanted: Any
) -> None:
    data = png(samples, bits, GREY, extra=chunk(b"tRNS", struct.pack(">H", clear)))
    with pytest.warns(SampvizWarning, match="composed over black"):
        image = read(tmp_path, data)
    assert np.array_equal(image.array, wanted)


def test_colour_that_trns_makes_clear_is_black(tmp_path: Path) -> None:
    samples = [[[1, 2, 3], [1, 2, 4]]]
    data = png(samples, 8, RGB, extra=chunk(b"tRNS", struct.pack(">3H", 1, 2, 3)))
    with pytest.warns(SampvizWarning, match="composed over black"):
        image = read(tmp_path, data)
    assert np.array_equal(image.array, [[[0, 1]], [[0, 2]], [[0, 4]]])


def test_palette_with_trns_is_composed_over_black(tmp_path: Path) -> None:
    extra = chunk(b"PLTE", bytes([200, 100, 50, 10, 20, 30])) + chunk(b"tRNS", bytes([51]))
    with pytest.warns(SampvizWarning, match="composed over black"):
        image = read(tmp_path, png([[0, 1]], 8, PALETTE, extra=extra))
    # Entry 0 has alpha 51/255 = 1/5, entry 1 is not listed and thus opaque.
    wanted = np.array([[[40, 10]], [[20, 20]], [[10, 30]]])
    assert image.array == pytest.approx(wanted, rel=1e-6)


def test_opaque_images_come_without_a_warning(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(tmp_path, png(noise(3, 3, 3), 8, RGB))


@pytest.mark.parametrize(("bits", "kind"), [(1, GREY), (8, GREY), (16, GREY), (8, RGB)])
def test_interlacing_moves_no_pixel(tmp_path: Path, bits: int, kind: int) -> None:
    shape = (11, 13, 3) if kind == RGB else (11, 13)
    samples = noise(*shape, top=2**bits)
    plain = read(tmp_path, png(samples, bits, kind), "plain.png")
    laced = read(tmp_path, png(samples, bits, kind, interlaced=True), "laced.png")
    assert np.array_equal(laced.array, plain.array)


@pytest.mark.filterwarnings("error::sampviz.core.errors.SampvizWarning")
@every("bits", [1, 8])
@every("height, width", [size for n in range(1, 10) for size in ((n, 9), (9, n))])
def test_the_bytes_of_an_interlaced_png_are_counted(
    tmp_path: Path, height: int, width: int, bits: int
) -> None:
    samples = noise(height, width, top=2**bits)
    data = png(samples, bits, GREY, interlaced=True)
    assert np.array_equal(read(tmp_path, data).array, samples * (255 // (2**bits - 1)))
    head, idat = data.split(b"IDAT")
    rows = zlib.decompress(idat)
    start = head[:-4]  # without the length

    def of(rows: bytes) -> bytes:
        return start + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND")

    with pytest.raises(InputError, match=f"early: {len(rows) - 1} of {len(rows)} bytes are there"):
        read(tmp_path, of(rows[:-1]))
    with pytest.raises(SampvizWarning, match="data behind its last row: left out"):
        read(tmp_path, of(rows + b"x"))


def test_gamma_and_colour_profiles_leave_the_values_alone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    samples = noise(4, 4, 3)
    profile = chunk(b"iCCP", b"broken\0\0" + b"not deflated")
    extra = chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"sBIT", b"\x05\x05\x05") + profile
    image = read(tmp_path, png(samples, 8, RGB, extra=extra))
    assert np.array_equal(image.array, samples.transpose(2, 0, 1))
    assert capfd.readouterr().err == ""  # libpng would complain of the profile


@pytest.mark.parametrize("mode", ["1", "L", "I;16", "RGB"])
def test_what_pillow_writes_is_read(tmp_path: Path, mode: str) -> None:
    samples = {
        "1": noise(9, 8, top=2).astype(bool),
        "L": noise(9, 8).astype(np.uint8),
        "I;16": noise(9, 8, top=65536).astype(np.uint16),
        "RGB": noise(9, 8, 3).astype(np.uint8),
    }[mode]
    written = Pillow.fromarray(samples)
    assert written.mode == mode
    written.save(tmp_path / "p.png")
    wanted = samples * 255.0 if mode == "1" else samples
    wanted = wanted.transpose(2, 0, 1) if mode == "RGB" else wanted
    assert np.array_equal(load(tmp_path / "p.png").array, wanted)


WHOLE = png(noise(32, 32), 8, GREY)
IN_PIXELS = WHOLE.index(b"IDAT") + 100


def _without(data: bytes, name: bytes) -> bytes:
    at = data.index(name) - 4
    return data[:at] + data[at + 12 + struct.unpack(">I", data[at : at + 4])[0] :]


def _flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        pytest.param(WHOLE[:8], "it has no header", id="nothing behind the signature"),
        pytest.param(WHOLE[:20], "it has no header", id="cut in the header"),
        pytest.param(
            WHOLE[:33], "it ends too early: 0 of 32 rows are there", id="cut behind the header"
        ),
        pytest.param(
            WHOLE[:500], "it ends too early: 13 of 32 rows are there", id="cut in the pixels"
        ),
        pytest.param(
            WHOLE[:-1], "it ends too early: 32 of 32 rows are there", id="the last byte lost"
        ),
        pytest.param(_flipped(WHOLE, IN_PIXELS), "wrong checksum of IDAT", id="a byte changed"),
        pytest.param(_flipped(WHOLE, 26), "wrong checksum of IHDR", id="header changed"),
        pytest.param(
            _without(WHOLE, b"IDAT"), "it ends too early: 0 of 32 rows are there", id="no pixels"
        ),
        pytest.param(png(noise(2, 2), 8, PALETTE), "it has no palette", id="no palette"),
        pytest.param(
            png(noise(2, 2), 3, GREY),
            "its header says 2x2 px of kind 0, 3 bits",
            id="3 bits a pixel",
        ),
        pytest.param(
            PNG_START + ihdr(9, 9, 8, 5) + chunk(b"IDAT") + chunk(b"IEND"),
            "its header says 9x9 px of kind 5, 8 bits",
            id="unknown kind",
        ),
    ],
)
def test_damaged_png_is_an_input_error(tmp_path: Path, data: bytes, why: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, data)
    path = tmp_path / "picture.png"
    complaint = (
        f"the PNG is damaged or not complete: {why}\n  in:  {path}\n  fix: get the file again"
    )
    assert str(caught.value) == complaint


def test_a_damaged_png_costs_three_lines_and_exit_code_3(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cut.png"
    path.write_bytes(WHOLE[:500])
    assert run(["info", str(path)]) == 3
    told = capfd.readouterr()  # of the process, so that a library's own words are heard too
    assert told.out == ""
    assert told.err.splitlines() == [
        "error: the PNG is damaged or not complete: it ends too early: 13 of 32 rows are there",
        f"  in:  {path}",
        "  fix: get the file again",
    ]


def test_a_png_that_claims_too_many_pixels_is_not_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("decoded"))
    data = PNG_START + ihdr(16385, 16384, 8, GREY) + chunk(b"IDAT", b"") + chunk(b"IEND")
    with pytest.raises(InputError, match=r"^16385x16384 are more than 134217728 pixels\n"):
        read(tmp_path, data)


def test_chunks_may_have_twice_the_bytes_of_the_rows_and_1_mb(tmp_path: Path) -> None:
    """Of 60 bytes in rows, here, so that a chunk behind the pixels costs no memory to speak of."""
    plane = noise(6, 9)
    rows = zlib.compress(b"".join(b"\0" + bytes(row.astype(np.uint8)) for row in plane))
    head, most = PNG_START + ihdr(6, 9, 8, GREY), 2 * 60 + 2**20
    image = read(tmp_path, head + chunk(b"IDAT", rows.ljust(most, b"?")) + chunk(b"IEND"))
    assert np.array_equal(image.array, plane)
    for chunks, length in (
        ([rows.ljust(most + 1, b"?")], most + 1),
        ([rows.ljust(2**19, b"?"), *[bytes(2**19)] * 2], 2**19),
    ):
        why = f"{length} bytes of IDAT are more than there can be"
        with pytest.raises(InputError, match=why):
            read(tmp_path, head + b"".join(chunk(b"IDAT", data) for data in chunks))


@pytest.mark.parametrize("word", ["plane", "slice", "frame", "channel"])
def test_a_png_has_nothing_to_choose_from(tmp_path: Path, word: str) -> None:
    path = tmp_path / "p.png"
    path.write_bytes(png([[1]], 8, GREY))
    value = "axial" if word == "plane" else 0
    with pytest.raises(UsageError) as caught:
        load(path, **{word: value})  # type: ignore[arg-type]
    assert str(caught.value) == (
        f"a PNG has no {word}\n  in:  {word}, for {path}\n  fix: leave it out"
    )


# --- JPEG ------------------------------------------------------------------------------------


def jpeg(pixels: Array) -> bytes:
    buffer = io.BytesIO()
    picture = Pillow.fromarray(pixels.astype(np.uint8))
    picture.save(buffer, "JPEG", quality=100, subsampling=0)
    return buffer.getvalue()


def exif(orientation: int) -> bytes:
    """Return an APP1 segment: a TIFF directory of one entry, tag 0x112, SHORT."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x112, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


# A hill of light that is nowhere symmetric: JPEG keeps it to about one grey level.
ROWS, COLUMNS = np.mgrid[0:24, 0:40]
SMOOTH = 5 * ROWS + 3 * COLUMNS


def test_grey_jpeg_is_one_plane(tmp_path: Path) -> None:
    image = read(tmp_path, jpeg(SMOOTH), "p.jpg")
    assert image.array.shape == (24, 40)
    assert np.abs(image.array - SMOOTH).max() <= 2
    assert image.range == (0, 255)


def test_rgb_jpeg_has_red_first(tmp_path: Path) -> None:
    colours = np.stack([SMOOTH, 240 - SMOOTH, np.full_like(SMOOTH, 30)], -1)
    image = read(tmp_path, jpeg(colours), "p.jpg")
    assert np.abs(image.array - colours.transpose(2, 0, 1)).max() <= 4


# Where the first row and the first column of the stored picture belong (EXIF 2.32, tag 0x112),
# as an index into the upright picture for each stored row i and column j.
FIRST_ROW_AND_COLUMN = {
    1: ("top", "left"),
    2: ("top", "right"),
    3: ("bottom", "right"),
    4: ("bottom", "left"),
    5: ("left", "top"),
    6: ("right", "top"),
    7: ("right", "bottom"),
    8: ("left", "bottom"),
}


def _stored(upright: Array, first_row: str, first_column: str) -> Array:
    stored = upright
    if "bottom" in (first_row, first_column):
        stored = stored[::-1]
    if "right" in (first_row, first_column):
        stored = stored[:, ::-1]
    return stored.T if first_row in ("left", "right") else stored


@pytest.mark.parametrize("orientation", FIRST_ROW_AND_COLUMN)
def test_a_turned_jpeg_comes_out_upright(tmp_path: Path, orientation: int) -> None:
    stored = _stored(SMOOTH, *FIRST_ROW_AND_COLUMN[orientation])
    data = jpeg(stored)
    image = read(tmp_path, data[:2] + exif(orientation) + data[2:], "p.jpg")
    assert image.array.shape == SMOOTH.shape
    assert np.abs(image.array - SMOOTH).max() <= 2
    assert image.file.shape == stored.shape


def test_damaged_exif_does_not_matter(tmp_path: Path) -> None:
    data = jpeg(SMOOTH)
    cut = exif(6)[:-10]
    segment = cut[:2] + struct.pack(">H", len(cut) - 2) + cut[4:]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        image = read(tmp_path, data[:2] + segment + data[2:], "p.jpg")
    assert image.array.shape == SMOOTH.shape


@pytest.mark.parametrize(
    ("cmyk", "rgb"),
    [
        ((255, 0, 0, 0), (0, 255, 255)),
        ((0, 255, 0, 0), (255, 0, 255)),
        ((0, 0, 255, 0), (255, 255, 0)),
        ((0, 0, 0, 0), (255, 255, 255)),
        ((0, 0, 0, 155), (100, 100, 100)),
    ],
)
def test_cmyk_jpeg_is_converted_with_a_note(
    tmp_path: Path, cmyk: tuple[int, ...], rgb: tuple[int, ...]
) -> None:
    Pillow.new("CMYK", (9, 8), cmyk).save(tmp_path / "p.jpg", quality=100)
    note = "^p: CMYK: converted to RGB without a colour profile$"
    with pytest.warns(SampvizWarning, match=note):
        image = load(tmp_path / "p.jpg")
    assert image.array.shape == (3, 8, 9)
    assert np.abs(image.array.mean((1, 2)) - rgb).max() <= 2


@pytest.mark.parametrize("kept", [3, 30, 200, 0.5, 0.9])
def test_truncated_jpeg_is_an_input_error(tmp_path: Path, kept: float) -> None:
    data = jpeg(noise(64, 64))
    cut = data[: int(kept if kept > 1 else kept * len(data))]
    with pytest.raises(InputError, match=r"^the JPEG is damaged or not complete: ") as caught:
        read(tmp_path, cut, "p.jpg")
    assert caught.value.exit_code == 3
    assert str(caught.value).count("\n") == 2


@pytest.mark.parametrize("height", [40000, 65000])
def test_a_jpeg_that_claims_too_many_pixels_is_not_decoded(tmp_path: Path, height: int) -> None:
    data = bytearray(jpeg(np.zeros((8, 8))))
    frame = data.index(b"\xff\xc0")  # the header of the frame: length, bits, height, width
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, 65000)
    with pytest.raises(InputError, match=rf"^{height}x65000 are more than 134217728 pixels\n"):
        read(tmp_path, bytes(data), "p.jpg")


def test_scans_may_go_through_four_times_the_pixels_that_may_be_held(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    one = jpeg(SMOOTH)[:-2]
    scan, pixels = one[one.index(b"\xff\xda") :], SMOOTH.size
    for count, most, passes in ((4, pixels, True), (5, pixels, False), (9, 9 * pixels // 4, True)):
        path.write_bytes(one + (count - 1) * scan + b"\xff\xd9")
        with path.open("rb") as file:
            if passes:
                found = parse_jpeg(file, "here", Selection(max_pixels=most))
                assert (found.height, found.width) == SMOOTH.shape
                continue
            with pytest.raises(InputError, match="5 scans of 24x40 px") as caught:
                parse_jpeg(file, "here", Selection(max_pixels=most))
            assert caught.value.fix.startswith(f"max_pixels={5 * pixels // 4}")


def test_a_jpeg_below_our_limit_is_not_refused_by_pillows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pillow, "MAX_IMAGE_PIXELS", 100)
    assert read(tmp_path, jpeg(SMOOTH), "p.jpg").size == (24, 40)
