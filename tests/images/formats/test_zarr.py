"""Zarr and OME-Zarr: what zarr wrote, and no chunk but those of the slice."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

from sampviz.core.errors import InputError, SampvizWarning, UsageError
from sampviz.images.discovery import find_inputs
from sampviz.images.formats.zarr_store import _claimed
from sampviz.images.load import digest, load
from tests.images.build import Array

zarr = pytest.importorskip("zarr", reason="an extra reads Zarr")
pytestmark = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")

STACK: Array = np.random.default_rng(0).integers(0, 60000, (2, 3, 4, 5, 6)).astype(np.uint16)
versions = pytest.mark.parametrize("version", [2, 3])


def multiscales() -> list[dict[str, Any]]:
    space = [{"name": name, "type": "space", "unit": "micrometer"} for name in "zyx"]
    steps = {"0": [3.0, 1, 2.0, 0.25, 0.5], "1": [3.0, 1, 2.0, 0.5, 1.0]}
    return [
        {
            "axes": [{"name": "t", "type": "time", "unit": "second"}, {"name": "c"}, *space],
            "datasets": [
                {"path": path, "coordinateTransformations": [{"type": "scale", "scale": step}]}
                for path, step in steps.items()
            ],
        }
    ]


@cache
def arrays(version: int) -> dict[str, bytes]:
    """Return the files of a group of two arrays: of OME-Zarr all but what is said of them."""
    with TemporaryDirectory() as folder:
        group = zarr.open_group(folder, mode="w", zarr_format=version)
        group.create_array("0", data=STACK, chunks=(1, 1, 1, 5, 6))
        group.create_array("1", data=STACK[..., ::2, ::2], chunks=(1, 1, 1, 3, 3))
        files = [path for path in Path(folder).rglob("*") if path.is_file()]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def ome(path: Path, version: int, **changes: Any) -> Path:
    for name, content in arrays(version).items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    (scales,) = multiscales()
    said = {"multiscales": [scales | changes]}
    group = zarr.open_group(str(path), mode="r+", zarr_format=version)
    group.attrs.update(said if version == 2 else {"ome": said})
    return path


@versions
def test_ome_zarr_has_frames_channels_slices_and_spacing(tmp_path: Path, version: int) -> None:
    path = ome(tmp_path / "a.ome.zarr", version)
    with pytest.warns(SampvizWarning, match="level 0 of 2 is taken; dataset chooses"):
        image = load(path, frame=1, channel=2, slice=3)
    assert np.array_equal(image.array, STACK[1, 2, 3])
    assert image.spacing == pytest.approx((0.00025, 0.0005))
    assert (image.name, image.file.format, image.file.facts) == (
        "a.ome",
        "OME-Zarr",
        {"dataset": "0", "extra": "zarr"},
    )
    volume = load(f"{path}/", dataset="1", frame=1, channel=2, volume=True)
    assert np.array_equal(volume.array, STACK[1, 2, :, ::2, ::2])
    assert volume.spacing == pytest.approx((0.002, 0.0005, 0.001))
    assert volume.file.header is not None
    assert volume.file.header.seconds_per_frame == 3
    with pytest.raises(UsageError, match="has no array '7'"):
        load(path, dataset="7")


def scaled(*scale: Any) -> list[dict[str, Any]]:
    return [
        {"type": "translation", "translation": [9] * 5},
        {"type": "scale", "scale": list(scale)},
    ]


def test_the_scale_of_all_levels_is_times_that_of_a_level(tmp_path: Path) -> None:
    path = ome(tmp_path / "a.zarr", 3, coordinateTransformations=scaled(10, 1, 3, 4, 5))
    image = load(path, volume=True)
    assert image.spacing == pytest.approx((0.006, 0.001, 0.0025))
    assert image.file.header is not None
    assert image.file.header.seconds_per_frame == 30


@pytest.mark.parametrize(
    "scale",
    [
        *((1, 1, 1, 1, bad) for bad in (0, -0.5, float("nan"), float("inf"), "2", None, [2])),
        (1, 1, 1, 0, 1),
    ],
)
def test_a_scale_that_is_no_length_says_no_spacing(tmp_path: Path, scale: tuple[Any, ...]) -> None:
    path = ome(tmp_path / "a.zarr", 2, coordinateTransformations=scaled(*scale))
    assert load(path, volume=True).spacing is None


def test_without_a_scale_neither_lengths_nor_times_are_said(tmp_path: Path) -> None:
    image = load(ome(tmp_path / "a.zarr", 3, datasets=[{"path": "0"}]), volume=True)
    assert image.spacing is None
    assert image.file.header is not None
    assert not image.file.header.seconds_per_frame


def test_a_scale_for_other_axes_is_not_looked_at(tmp_path: Path) -> None:
    path = ome(tmp_path / "a.zarr", 2, coordinateTransformations=scaled(2, 2))
    assert load(path, volume=True).spacing == pytest.approx((0.002, 0.00025, 0.0005))


@pytest.mark.parametrize(
    ("unit", "mm"),
    [
        ("meter", 1000), ("centimeter", 10), ("millimeter", 1), ("micrometer", 1e-3),
        ("nanometer", 1e-6), ("angstrom", 1e-7), ("parsec", None),
    ],
)  # fmt: skip
def test_lengths_are_in_mm_by_the_unit_of_their_axis(
    tmp_path: Path, unit: str, mm: float | None
) -> None:
    axes = [{"name": letter, "unit": "millimeter"} for letter in "tczyx"]
    axes[3]["unit"] = unit
    times = scaled(1, 1, 1, 80, 1)
    path = ome(tmp_path / "a.zarr", 3, axes=axes, coordinateTransformations=times)
    assert load(path, slice=0).spacing == (pytest.approx((20 * mm, 0.5)) if mm else None)


@pytest.mark.parametrize(("times", "taken"), [(4, 1e-6), (3.9, None), (4e12, 1e6), (4.1e12, None)])
def test_a_length_below_a_nanometre_or_above_a_kilometre_is_told(
    tmp_path: Path, times: float, taken: float | None
) -> None:
    """Of a voxel of 0.25 nm along y, times a number."""
    axes = [{"name": letter, "unit": "millimeter"} for letter in "tczyx"]
    axes[3]["unit"] = "nanometer"
    scale = scaled(1, 1, 1, times, 1)
    path = ome(tmp_path / "a.zarr", 3, axes=axes, coordinateTransformations=scale)
    with pytest.warns(SampvizWarning) as caught:
        image = load(path, slice=0)
    assert image.spacing == pytest.approx((taken or 1, 0.5))
    told = f"a: header: spacing is 0.5x{times / 4 * 1e-6:.4g}x2 mm: taken as 0.5x1x2 mm"
    assert any(str(each.message) == told for each in caught) == (taken is None)


@pytest.mark.parametrize(
    ("unit", "seconds"),
    [("second", 1), ("millisecond", 1e-3), ("microsecond", 1e-6), ("minute", 60), ("hour", 3600)],
)
def test_frames_are_seconds_apart_by_the_unit_of_time(
    tmp_path: Path, unit: str, seconds: float
) -> None:
    axes = [{"name": "t", "unit": unit}, *({"name": letter} for letter in "czyx")]
    header = load(ome(tmp_path / "a.zarr", 3, axes=axes), volume=True).file.header
    assert header is not None
    assert header.seconds_per_frame == pytest.approx(3 * seconds)


@pytest.mark.parametrize(
    "axes", ["tczyy", "tczzx", "tcqyx", "czyx", "tzcy", "x", ["tc", *"zyx"], [*"tczy", "yx"]]
)
def test_axes_that_are_not_those_of_the_array_are_refused(tmp_path: Path, axes: Any) -> None:
    path = ome(tmp_path / "a.zarr", 3, axes=list(axes))
    with pytest.raises(InputError, match="that cannot be read: its axes are"):
        load(path)


@versions
def test_only_the_chunks_of_the_slice_are_read(tmp_path: Path, version: int) -> None:
    path = ome(tmp_path / "a.zarr", version)
    kept = "1.2.3.0.0" if version == 2 else "c/1/2/3/0/0"
    for chunk in (path / "0").rglob("*"):
        if chunk.is_file() and not chunk.name.startswith((".z", "zarr")):
            name = chunk.relative_to(path / "0").as_posix()
            if name != kept:
                chunk.write_bytes(b"noise")
    assert np.array_equal(load(path, frame=1, channel=2, slice=3).array, STACK[1, 2, 3])
    with pytest.raises(InputError):
        load(path, frame=1, channel=2, slice=2)


@versions
@pytest.mark.parametrize("packing", ["auto", "gzip", None])
def test_arrays_by_their_names(tmp_path: Path, version: int, packing: str | None) -> None:
    codec: Any = packing
    if packing == "gzip" and version == 3:
        codec = zarr.codecs.GzipCodec()
    elif packing == "gzip":
        import numcodecs

        codec = numcodecs.GZip()
    group = zarr.open_group(str(tmp_path / "g.zarr"), mode="w", zarr_format=version)
    maps = STACK[0, 0].astype(np.float32)
    group.create_array("a/maps", data=maps, compressors=codec, chunks=(2, 2, 6))
    group.create_array("b", data=maps[0])
    image = load(tmp_path / "g.zarr", dataset="a/maps", channel=3)
    assert np.array_equal(image.array, maps[3])
    with pytest.raises(UsageError, match="a Zarr with 2 arrays: a/maps"):
        load(tmp_path / "g.zarr")
    assert np.array_equal(load(tmp_path / "g.zarr" / "b").array, maps[0])


def test_shards(tmp_path: Path) -> None:
    plane = np.arange(64.0).reshape(8, 8)
    made = zarr.create_array(
        str(tmp_path / "s.zarr"), shape=(8, 8), chunks=(2, 2), shards=(4, 4), dtype="f8"
    )
    made[:] = plane
    assert np.array_equal(load(tmp_path / "s.zarr").array, plane)


def test_a_pattern_means_the_folder_and_nothing_in_it(tmp_path: Path) -> None:
    ome(tmp_path / "deep" / "a.zarr", 3)
    (tmp_path / "deep" / "b.png").touch()
    expected = [str(tmp_path / "deep" / name) for name in ("a.zarr", "b.png")]
    assert find_inputs(["**"], tmp_path) == expected
    assert find_inputs(["deep/*"], tmp_path) == expected
    assert find_inputs(["**/*.zarr"], tmp_path) == expected[:1]


def test_the_digest_is_of_all_chunks(tmp_path: Path) -> None:
    path = ome(tmp_path / "a.zarr", 2)
    before = digest(str(path))
    assert before == digest(str(path))
    (path / "1" / "0.0.0.0.0").write_bytes(b"x")
    assert digest(str(path)) != before


def test_what_a_chunk_of_zstd_claims_stands_behind_the_number_of_its_dictionary() -> None:
    """RFC 8878, 3.1.1.1: magic, flags, window, 0, 1, 2 or 4 bytes of the dictionary, size."""
    for flag, count in enumerate((0, 1, 2, 4)):
        frame = bytes([*b"\x28\xb5\x2f\xfd", 2 << 6 | flag, 0, *count * [9], 7, 5, 3, 1, *b"rest"])
        assert _claimed(frame, "zstd", 2**30) == 0x01030507
