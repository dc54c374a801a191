"""DICOM as pictures: colours, palettes, frames, bits and floats."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image as PillowImage

from sampviz import load
from sampviz.core.errors import SampvizWarning, UsageError
from tests.every import every
from tests.images.formats.dicom import build
from tests.images.formats.dicom.build import (
    COLUMNS,
    MR,
    ROWS,
    dataset,
    pixels,
    positions,
    written,
)

Save = Callable[..., Path]
PLANE = pixels("uint16", bits=12)[0]
COLOURS = np.random.default_rng(1).integers(0, 256, (ROWS, COLUMNS, 3)).astype(np.uint8)


def test_a_colour_picture_is_read_as_rgb(save: Save) -> None:
    planar = dataset(COLOURS, PlanarConfiguration=1, PixelData=COLOURS.transpose(2, 0, 1).tobytes())
    for data in (written(dataset(COLOURS)), written(planar)):
        image = load(save(data))
        assert image.colour
        assert image.range == (0, 255)
        np.testing.assert_array_equal(image.array, COLOURS.transpose(2, 0, 1))


def test_ybr_is_the_colours_that_pillow_makes_of_it(save: Save) -> None:
    image = load(save(written(dataset(COLOURS, PhotometricInterpretation="YBR_FULL"))))
    rgb = PillowImage.frombytes("YCbCr", (COLUMNS, ROWS), COLOURS.tobytes()).convert("RGB")
    np.testing.assert_allclose(image.array, np.asarray(rgb).transpose(2, 0, 1), atol=2)


def _palette(first: int = 0) -> dict[str, Any]:
    greys = np.arange(0, 65536, 256, dtype="<u2")
    elements: dict[str, Any] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for colour, table in (("Red", greys), ("Green", greys[::-1]), ("Blue", greys // 2)):
        elements[f"{colour}PaletteColorLookupTableDescriptor"] = [256, first, 16]
        elements[f"{colour}PaletteColorLookupTableData"] = table.tobytes()
    return elements


def test_a_palette_gives_its_colours_or_its_indices(save: Save) -> None:
    plane = pixels("uint8")[0]
    path = save(written(dataset(plane, **_palette(first=10))))
    index = np.maximum(plane.astype(int) - 10, 0)
    expected = [index, 255 - index, index // 2]
    np.testing.assert_array_equal(load(path).array, expected)
    image = load(path, palette="index")
    np.testing.assert_array_equal(image.array, plane)
    assert image.labels
    assert image.labels.source == "indices of a palette"
    assert image.range is None  # they are names, not amounts


def test_frames_without_places_are_frames(save: Save) -> None:
    film = pixels("uint8", slices=3)
    data = written(
        dataset(
            film[0], NumberOfFrames=3, PixelData=film.tobytes(), sop_class=MR, PixelSpacing=None
        )
    )
    path = save(data)
    image = load(path, frame=2)
    np.testing.assert_array_equal(image.array, film[2])
    assert (image.taken, image.spacing) == ("frame 2 of 0..2", None)
    assert load(path).file.shape == (3, ROWS, COLUMNS)
    with pytest.raises(UsageError, match="no frame 3"):
        load(path, frame=3)
    with pytest.raises(UsageError, match="without places in space has no volume"):
        load(path, volume=True)


def test_compressed_frames_are_found_by_the_table_of_offsets(save: Save) -> None:
    film = pixels("uint8", slices=3)
    frames = [build.ENCODERS[build.RLE](frame, dataset(frame)) for frame in film]
    ds = dataset(film[0], NumberOfFrames=3, PixelData=film.tobytes())
    ds.file_meta.TransferSyntaxUID = build.RLE
    ds.PixelData = pydicom.encaps.encapsulate(frames, fragments_per_frame=2, has_bot=True)
    ds["PixelData"].is_undefined_length = True
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, ds, enforce_file_format=True)
    path = save(buffer.getvalue())
    for number in range(3):
        np.testing.assert_array_equal(load(path, frame=number).array, film[number])


def test_images_at_one_place_are_frames_in_the_order_of_their_numbers(save: Save) -> None:
    images = pixels("uint16", slices=6, bits=12)
    places = [place for place in positions((0, 1, 2)) for _ in range(2)]
    numbers = [1, 4, 2, 5, 3, 6]
    files = [
        written(dataset(image, place, number=number, bits=12))
        for image, place, number in zip(images, places, numbers, strict=True)
    ]
    with pytest.warns(SampvizWarning, match="2 images at each place: frames, in the order of"):
        series = load(save(*files), volume=True, series=True)
    assert series.array.shape == (2, 3, ROWS, COLUMNS)
    np.testing.assert_array_equal(series.array[..., ::-1], [images[::2], images[1::2]])


def test_bits_above_those_stored_are_ignored(save: Save) -> None:
    image = load(save(written(dataset(PLANE, bits=12, PixelData=(PLANE | 0xF000).tobytes()))))
    np.testing.assert_array_equal(image.array[:, ::-1], PLANE)


@every(
    "dtype, bits, scale, limits",
    [
        ("uint8", 8, (1, 0), (0, 255)),
        ("uint16", 16, (1, 0), (0, 65535)),
        ("uint16", 16, (-1, 0), (-65535, 0)),
        ("uint16", 12, (1, 0), (0, 4095)),
        ("uint16", 12, (2, -5), (-5, 8185)),
        ("uint16", 12, (-1, 100), (-3995, 100)),
        ("int16", 12, (1, 0), (-2048, 2047)),
        ("int16", 12, (0.5, 1000), (-24, 2023.5)),
        ("int16", 12, (-1, 0), (-2047, 2048)),
        ("int16", 16, (1, 0), None),  # Hounsfield units need but some of them
        ("int8", 8, (1, 0), None),
        ("int16", 8, (1, 0), None),
        ("uint32", 20, (1, 0), None),
    ],
)
def test_the_range_is_what_the_bits_that_are_stored_can_say(
    dtype: str,
    bits: int,
    scale: tuple[float, float],
    limits: tuple[float, float] | None,
    save: Save,
) -> None:
    slope, inter = scale
    plane = pixels(dtype, bits=bits)[0]
    data = dataset(plane, bits=bits, RescaleSlope=slope, RescaleIntercept=inter)
    image = load(save(written(data)))
    assert image.range == limits
    if limits:
        whole = 8 * plane.itemsize
        expected = f"{bits} bit" if bits == whole else f"BitsStored: {bits} of {whole} bit"
        assert image.range_source == expected


def test_a_mask_of_one_bit_has_the_range_of_one_bit(save: Save) -> None:
    mask = pixels("uint8")[0] % 2
    packed = np.packbits(mask, bitorder="little").tobytes()
    ds = dataset(mask, PixelData=packed, BitsAllocated=1, BitsStored=1, HighBit=0)
    image = load(save(written(ds)))
    np.testing.assert_array_equal(image.array[:, ::-1], mask)
    assert image.range == (0, 1)


def test_images_with_scales_of_their_own_have_no_common_range(save: Save) -> None:
    slopes = [1, 1, 2]
    files = [
        written(dataset(PLANE, place, number=number, bits=12, RescaleSlope=k, RescaleIntercept=0))
        for number, (place, k) in enumerate(zip(positions((0, 1, 2)), slopes, strict=True))
    ]
    assert load(save(*files)).range is None


def test_floats_are_read_as_they_are(save: Save) -> None:
    plane = np.linspace(-1, 1, ROWS * COLUMNS, dtype=np.float32).reshape(ROWS, COLUMNS)
    ds = dataset(PLANE, FloatPixelData=plane.tobytes(), BitsAllocated=32, PixelData=None)
    buffer = BytesIO()
    pydicom.dcmwrite(buffer, ds, enforce_file_format=True)
    image = load(save(buffer.getvalue()))
    np.testing.assert_array_equal(image.array[:, ::-1], plane)
    assert image.range is None
