""".npz and MATLAB: the array that numpy or scipy wrote, chosen by name where there are several."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.io import savemat

from sampviz.cli.app import run
from sampviz.core.errors import UsageError
from sampviz.images.convert import as_image
from sampviz.images.load import load
from tests.every import every
from tests.images.build import Array

pytestmark = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")

PLANE = np.random.default_rng(0).normal(size=(5, 6))
PAGES = np.random.default_rng(1).normal(size=(5, 6, 4, 3)).astype(np.float32)
TYPES = ["bool", "uint8", "int16", "float32", "float64", "complex64", "complex128"]


def of_npz(folder: Path, **arrays: Any) -> Path:
    np.savez_compressed(folder / "a.npz", **arrays)
    return folder / "a.npz"


def of_matlab(folder: Path, **arrays: Any) -> Path:
    savemat(folder / "a.mat", arrays, do_compression=True)
    return folder / "a.mat"


both = pytest.mark.parametrize("write", [of_npz, of_matlab])


@both
@pytest.mark.parametrize("dtype", TYPES)
def test_numbers_are_those_that_were_written(tmp_path: Path, write: Any, dtype: str) -> None:
    stored = (PLANE * 50).astype(dtype)
    image = load(write(tmp_path, a=stored))
    assert np.array_equal(image.array, stored)
    assert image.file.dtype == dtype
    assert image.file.facts == {"dataset": "a"}


@every("compressed", [False, True])
@every("name", ["a", "abcde", 31 * "a"])
@every("dtype", ["uint8", "float32", "complex64", "complex128"])
@every("shape", [(1, 2), (3, 1), (3, 3), (3, 5, 2)])
def test_parts_of_any_length_are_found(
    tmp_path: Path, shape: tuple[int, ...], dtype: str, name: str, compressed: bool
) -> None:
    """Each part is filled up to eight bytes: shapes, names, and real parts of complex numbers."""
    stored = np.random.default_rng(0).integers(0, 9, (2, *shape))
    stored = (stored[0] + 1j * stored[1] if "complex" in dtype else stored[0]).astype(dtype)
    savemat(tmp_path / "a.mat", {name: stored, "b": stored}, do_compression=compressed)
    image = load(tmp_path / "a.mat", dataset=name, volume=len(shape) > 2)
    assert np.array_equal(image.array, np.moveaxis(stored, -1, 0) if len(shape) > 2 else stored)


@both
def test_of_several_one_is_chosen_by_name(
    tmp_path: Path, write: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, first=PLANE, second=PLANE + 1, text="not this")
    with pytest.raises(UsageError, match=r"with 2 arrays: first \(5x6 float64\), second") as caught:
        load(path)
    assert caught.value.fix == "choose one: dataset='first'"
    assert np.array_equal(load(path, dataset="second").array, PLANE + 1)
    with pytest.raises(UsageError, match="has no array 'second2'") as caught:
        load(path, dataset="second2")
    assert caught.value.fix.startswith("did you mean 'second'?")
    assert run(["info", str(path), "--dataset", "second"]) == 0
    assert "\ndataset:  second\n" in capsys.readouterr().out


def test_other_inputs_have_no_dataset(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", PLANE)
    for source in (tmp_path / "a.npy", "sample:t1", "sample:zoneplate:8x8", PLANE):
        with pytest.raises(UsageError, match="has no dataset"):
            as_image(source, dataset="a")


def test_pages_of_matlab_are_channels_or_slices(tmp_path: Path) -> None:
    path = of_matlab(tmp_path, a=PAGES[..., 0], b=PAGES, c=(PAGES[:, :, :3, 0] * 9).astype("u1"))
    assert np.array_equal(load(path, dataset="a", channel=2).array, PAGES[:, :, 2, 0])
    image = load(path, dataset="b", frame=1, channel=3)
    assert np.array_equal(image.array, PAGES[:, :, 3, 1])
    assert image.file.shape == (5, 6, 4, 3)
    volume: Array = load(path, dataset="a", volume=True).array
    assert np.array_equal(volume, np.moveaxis(PAGES[..., 0], -1, 0))
    assert load(path, dataset="c").colour


def test_an_array_of_an_npz_is_read_as_a_npy_of_it(tmp_path: Path) -> None:
    maps = np.asfortranarray(PAGES[..., 0])
    np.save(tmp_path / "a.npy", maps)
    path = of_npz(tmp_path, a=maps)
    for options in ({"channel": 2, "layout": "chw"}, {"volume": True}, {"mosaic": 3}):
        one, other = as_image(tmp_path / "a.npy", **options), as_image(path, **options)
        assert np.array_equal(one.array, other.array)
        assert (one.taken, one.choices) == (other.taken, other.choices)
