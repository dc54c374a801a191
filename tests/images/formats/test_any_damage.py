"""Files of every new format with bytes that were changed or cut: an image, or an error in words."""

from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import InputError, UsageError
from sampviz.images.load import load
from tests.images.formats.hostile import hdf5, matlab, metaimage, npz, tiff, zarr
from tests.images.formats.hostile.npy import npy

pytestmark = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")

VALUES = np.arange(24.0).reshape(2, 3, 4)
FILES = {
    "a.npz": npz.archive({"a.npy": npy(VALUES)}),
    "plain.mat": matlab.mat(a=VALUES),
    "packed.mat": matlab.mat(a=VALUES, packed=True),
    "a.h5": hdf5.hdf5(lambda file: file.create_dataset("a", data=VALUES, compression="gzip")),
    "a.mha": metaimage.mha(),
    "a.nrrd": metaimage.nrrd(),
    "a.tif": tiff.tiff(),
    "big.tif": tiff.tiff(bigtiff=True, compression="zlib"),
}


@pytest.mark.parametrize("name", FILES)
def test_any_damage_gives_an_image_or_an_error_in_words(tmp_path: Path, name: str) -> None:
    whole, rng = FILES[name], np.random.default_rng(3)
    for trial in range(40):
        damaged = bytearray(whole)
        for at in rng.integers(0, len(whole), 1 + trial % 4):
            damaged[at] = rng.integers(256)
        length = len(whole) if trial % 5 else int(rng.integers(1, len(whole)))
        (tmp_path / name).write_bytes(bytes(damaged[:length]))
        try:
            assert load(tmp_path / name, max_pixels=10**6).array.size
        except (InputError, UsageError):
            continue


def test_any_damage_of_the_metadata_of_zarr(tmp_path: Path) -> None:
    zarr.array()(tmp_path / "a.zarr")
    said = (tmp_path / "a.zarr" / ".zarray").read_bytes()
    rng = np.random.default_rng(3)
    for _ in range(40):
        damaged = bytearray(said)
        damaged[rng.integers(len(said))] = rng.integers(32, 127)
        (tmp_path / "a.zarr" / ".zarray").write_bytes(bytes(damaged))
        try:
            assert load(tmp_path / "a.zarr", max_pixels=10**6).array.size
        except (InputError, UsageError):
            continue
