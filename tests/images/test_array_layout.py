"""Where the channels of an array are: by shape and values, as told, and always said."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import SampvizError, SampvizWarning
from sampviz.images.convert import as_image
from sampviz.images.image import Image
from tests.conftest import Cli

rng = np.random.default_rng(0)
bytes_hwc = rng.integers(0, 256, (20, 30, 3)).astype(np.uint8)


def read(array: np.ndarray, folder: Path, **selection: Any) -> Image:
    np.save(folder / "a.npy", array)
    return sampviz.load(folder / "a.npy", **selection)


@pytest.mark.parametrize("array", [bytes_hwc, bytes_hwc / 255, (bytes_hwc / 255).astype("f4")])
def test_bytes_and_shares_with_three_channels_last_are_colours(
    tmp_path: Path, array: np.ndarray
) -> None:
    with pytest.warns(SampvizWarning, match="20 x 30 x 3 read as rows x columns x colours"):
        image = read(array, tmp_path)
    assert image.colour
    assert np.array_equal(image.array, np.moveaxis(array, -1, 0))
    assert image.range == ((0, 255) if array.dtype == np.uint8 else (0, 1))
    with pytest.warns(SampvizWarning, match="layout='chw' reads 20 channels"):
        memory = as_image(array)
    assert memory.colour
    assert np.array_equal(memory.array, image.array)


def test_alpha_is_composed_over_black(tmp_path: Path) -> None:
    array = np.dstack([bytes_hwc, np.full((20, 30), 51, np.uint8)])
    with pytest.warns(SampvizWarning, match="colours"):
        image = read(array, tmp_path)
    assert image.colour
    assert np.allclose(image.array, np.moveaxis(bytes_hwc, -1, 0) * 0.2)


def test_the_layout_that_is_told_is_taken(tmp_path: Path) -> None:
    assert read(bytes_hwc, tmp_path, layout="chw", channel=4).array.shape == (30, 3)
    features = rng.normal(size=(20, 30, 8))
    image = read(features, tmp_path, layout="hwc", channel=5)
    assert not image.colour
    assert np.array_equal(image.array, features[..., 5])
    assert read(bytes_hwc, tmp_path, layout="hwc").colour


@pytest.mark.parametrize("shape", [(20, 30, 3), (20, 30, 8), (64, 48, 32), (3, 30, 3)])
def test_a_shape_that_may_mean_both_is_said(tmp_path: Path, shape: tuple[int, ...]) -> None:
    values = rng.normal(size=shape)
    text = " x ".join(map(str, shape))
    with pytest.warns(SampvizWarning, match=f"{text} read as channels x rows x columns; layout="):
        image = read(values, tmp_path, channel=0)
    assert np.array_equal(image.array, values[0])


@pytest.mark.parametrize("shape", [(64, 14, 14), (3, 20, 30), (1, 20, 30), (512, 7, 7)])
def test_channels_first_are_not_doubted(
    tmp_path: Path, shape: tuple[int, ...], recwarn: pytest.WarningsRecorder
) -> None:
    assert read(rng.normal(size=shape), tmp_path, mosaic=1000).array.shape == shape
    assert not recwarn.list


def test_one_channel_last_is_a_picture(tmp_path: Path) -> None:
    values = rng.normal(size=(20, 30, 1))
    with pytest.warns(SampvizWarning, match="20 x 30 x 1 read as rows x columns x one channel"):
        assert np.array_equal(read(values, tmp_path).array, values[..., 0])


def test_a_batch_of_one_is_its_image_and_of_more_one_is_said(tmp_path: Path) -> None:
    batch = rng.normal(size=(4, 5, 20, 30))
    assert np.array_equal(read(batch[:1], tmp_path, channel=2).array, batch[0, 2])
    image = read(batch, tmp_path, channel=2, frame=3)
    assert np.array_equal(image.array, batch[3, 2])
    assert image.taken == "image 3 of 0..3, channel 2 of 0..4"
    with pytest.raises(SampvizError, match="there is no frame 4"):
        read(batch, tmp_path, frame=4)


def test_a_volume_has_batches_and_channels_too(tmp_path: Path) -> None:
    volumes = rng.normal(size=(2, 3, 4, 5, 6))
    image = read(volumes, tmp_path, volume=True, frame=1, channel=2)
    assert np.array_equal(image.array, volumes[1, 2])
    assert image.taken == "volume, image 1 of 0..1, channel 2 of 0..2"
    assert read(volumes[0, 0], tmp_path, volume=True).array.shape == (4, 5, 6)
    whole = read(volumes, tmp_path, volume=True, series=True)
    assert np.array_equal(whole.array, volumes[0])
    assert whole.taken == "volume, image 0 of 0..1"


def test_the_channel_that_the_program_picked_is_said(tmp_path: Path, cli: Cli) -> None:
    np.save(tmp_path / "a.npy", rng.normal(size=(5, 20, 30)))
    done = cli("compare", tmp_path / "a.npy", "--ops", "max", "-o", tmp_path / "a.png")
    assert "a: channel 0 of 5 is taken; --channel or --mosaic chooses" in done.err
    assert "chooses" not in cli("info", tmp_path / "a.npy", "--channel", 0).err


@pytest.mark.parametrize("chain", ["max", "unshuffle+shuffle", "avg"])
def test_apply_and_measure_carry_all_channels(tmp_path: Path, chain: str) -> None:
    maps = rng.normal(size=(5, 20, 30)).astype(np.float32)
    np.save(tmp_path / "a.npy", maps)
    sampviz.apply(tmp_path / "a.npy", chain, tmp_path / "b.npy")
    assert np.array_equal(np.load(tmp_path / "b.npy"), sampviz.Chain.parse(chain)(maps))
    of_file, of_memory, of_one = (
        sampviz.measure(image, "avg", measures="alias")[0].values["alias"]
        for image in (tmp_path / "a.npy", maps, maps[0])
    )
    assert of_file == of_memory != of_one


def test_shuffle_finds_its_channels_in_a_file(tmp_path: Path) -> None:
    maps = rng.normal(size=(8, 10, 12)).astype(np.float32)
    np.save(tmp_path / "a.npy", maps)
    sampviz.apply(tmp_path / "a.npy", "shuffle", tmp_path / "b.npy")
    blocks = maps.reshape(2, 2, 2, 10, 12).transpose(0, 3, 1, 4, 2).reshape(2, 20, 24)
    assert np.array_equal(np.load(tmp_path / "b.npy"), blocks)
