"""Voxels of several numbers: vectors, matrices and colours along the fifth axis."""

from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest

from sampviz.cli.app import run
from sampviz.core.errors import InputError, SampvizWarning, UsageError
from sampviz.images.image import luminance
from sampviz.images.load import load
from tests.images.build import Array, diagonal, nifti_colours, read_nifti

pytestmark = pytest.mark.slow

AFFINE = diagonal((1.5, 2.0, 3.0), (-13.0, -40.0, 25.0))
SYMMETRIC, DISPLACEMENT, VECTOR, QUATERNION, RGB, RGBA = 1005, 1006, 1007, 1010, 2003, 2004
quiet = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")


def write(path: Path, data: Array, intent: int, **form: Any) -> Path:
    kind: Any = nib.Nifti2Image if form.pop("version", 1) == 2 else nib.Nifti1Image
    image = kind(data, AFFINE, kind.header_class(**form), dtype=data.dtype)
    image.header["intent_code"] = intent
    nib.save(image, path)
    return path


def field(*shape: int) -> Array:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


KINDS = [(DISPLACEMENT, 3), (VECTOR, 3), (VECTOR, 2), (SYMMETRIC, 6), (QUATERNION, 4)]
FORMS: list[dict[str, Any]] = [{}, {"version": 2}, {"endianness": ">"}]
PAIRS = [  # all of frames, names, kinds and forms
    (*kind, (1, 4)[(i + bool(j)) % 2], ("v.nii", "v.nii.gz")[(i + j) % 2], form)
    for i, kind in enumerate(KINDS)
    for j, form in enumerate(FORMS)
]


@quiet
@pytest.mark.parametrize(("intent", "count", "frames", "name", "form"), PAIRS)
def test_components_are_channels(
    tmp_path: Path, intent: int, count: int, frames: int, name: str, form: dict[str, Any]
) -> None:
    data = field(5, 6, 4, frames, count)
    source = write(tmp_path / name, data, intent, **form)
    for channel, frame in ((0, 0), (count - 1, frames - 1)):
        image = load(source, channel=channel, frame=frame, slice=1)
        assert np.array_equal(image.array, data[:, ::-1, 1, frame, channel].T)
        assert f"channel {channel} of 0..{count - 1}" in image.taken
        coronal = load(source, channel=channel, frame=frame, plane="coronal", slice=2)
        assert np.array_equal(coronal.array, data[:, 2, ::-1, frame, channel].T)
        volume = load(source, channel=channel, frame=frame, volume=True)
        assert np.array_equal(volume.array, data[:, ::-1, :, frame, channel].T)
        assert f"channel {channel} of 0..{count - 1}" in volume.taken
    series = load(source, channel=1, volume=True, series=True)
    assert np.array_equal(
        series.array,
        np.squeeze(data[:, ::-1, ..., 1].T, ()) if frames > 1 else data[:, ::-1, :, 0, 1].T,
    )
    tiles = load(source, mosaic=2, slice=1)
    assert np.array_equal(
        tiles.array, np.moveaxis(data[:, ::-1, 1, 0, :2], -1, 0).transpose(0, 2, 1)
    )
    assert load(source, slice=1).file.shape == data.shape


def test_the_first_is_taken_and_said(tmp_path: Path) -> None:
    source = write(tmp_path / "warp.nii", field(5, 6, 4, 1, 3), VECTOR)
    message = r"warp: each voxel has 3 components \(vector\): the first is the channel taken"
    with pytest.warns(SampvizWarning, match=message):
        image = load(source)
    assert image.taken == "axial slice 2 of 0..3, z = 31.0 mm, channel 0 of 0..2 (vector)"
    with pytest.raises(UsageError, match=r"^there is no channel 3\n"):
        load(source, channel=3)
    with pytest.raises(UsageError, match=r"^a volume has one component\n"):
        load(source, volume=True, mosaic=2)


def test_a_fifth_axis_that_nothing_explains_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not an image, a volume or a series"):
        load(write(tmp_path / "v.nii", field(5, 6, 4, 1, 3), 0))


@pytest.mark.parametrize(("intent", "count"), [(RGB, 3), (RGBA, 4)])
def test_colours_along_the_fifth_axis_are_colours(tmp_path: Path, intent: int, count: int) -> None:
    data = np.random.default_rng(0).integers(0, 256, (5, 6, 4, 1, count)).astype(np.uint8)
    if count == 4:
        data[..., 3] = 255
        with pytest.warns(SampvizWarning, match="transparency: composed over black"):
            image = load(write(tmp_path / "v.nii", data, intent), slice=1)
    else:
        image = load(write(tmp_path / "v.nii", data, intent), slice=1)
    assert image.colour
    assert image.range == (0, 255)
    assert np.array_equal(image.array, data[:, ::-1, 1, 0, :3].T)
    assert np.array_equal(load(tmp_path / "v.nii", slice=1, channel=2).array, image.array[2])
    # The same as a voxel of RGB24.
    path = tmp_path / "rgb24.nii"
    path.write_bytes(nifti_colours(data[..., 0, :3], AFFINE))
    assert np.array_equal(load(path, slice=1).array, image.array)
    assert luminance(image.array).shape == (6, 5)


@quiet
def test_one_component_is_no_vector_when_it_is_written(tmp_path: Path) -> None:
    data = field(4, 6, 4, 1, 3)
    source, out = write(tmp_path / "v.nii", data, DISPLACEMENT), tmp_path / "out.nii"
    command = ["apply", str(source), "identity", "-o", str(out), "--volume", "--channel", "2"]
    assert run(command) == 0
    written = read_nifti(out)
    assert int(written.header["intent_code"]) == 0
    assert np.array_equal(np.asarray(written.dataobj), data[..., 0, 2])


@pytest.mark.parametrize("count", [2**15 - 1, 3])
def test_what_a_header_claims_is_bounded_by_the_file(tmp_path: Path, count: int) -> None:
    source = write(tmp_path / "v.nii", field(2, 2, 2, 1, 1), VECTOR)
    octets = bytearray(source.read_bytes())
    octets[40:56] = np.array([5, 2, 2, 2, 1, count, 1, 1], "<i2").tobytes()
    source.write_bytes(octets)
    with pytest.raises(InputError, match="the file ends early"):
        load(source)
