"""NIfTI: of a file only what is wanted is read."""

import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import InputError
from sampviz.images.formats.gzip_reader import GzipReader
from sampviz.images.load import load
from tests.every import every
from tests.images.build import Array, nifti, nifti_header
from tests.images.formats.nifti_volume import ACROSS, AFFINE, LETTERS, read, seen


@pytest.mark.slow
@pytest.mark.parametrize("plane", LETTERS)
def test_of_a_large_file_only_the_slice_is_read(tmp_path: Path, plane: str) -> None:
    shape = (4096, 256, 200)
    path = tmp_path / "v.nii"
    with path.open("wb") as file:  # 419 MB that take no place on the disk
        file.write(nifti_header(shape, 4, 16, AFFINE) + bytes(4))
        file.truncate(352 + 2 * shape[0] * shape[1] * shape[2])
        # One voxel that all three slices share.
        file.seek(352 + 2 * (100 + shape[0] * (50 + shape[1] * 150)))
        file.write(struct.pack("<h", 1234))
    k = {"axial": 150, "coronal": 50, "sagittal": 100}[plane]
    tracemalloc.start()
    try:
        image = load(path, plane=plane, slice=k)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 30e6
    assert image.array.sum() == image.array.max() == 1234


@every("stored", ["uint8", "int16", "float32", "float64"])
@every("side", [1, 2, 3, 4, 5, 8])
@every("plane", LETTERS)
def test_of_a_zipped_file_the_slice_is_that_of_the_volume(
    tmp_path: Path, plane: str, side: int, stored: str
) -> None:
    volume = np.arange(12 * side).reshape((side, 4, 3)).astype(stored)
    k = volume.shape[ACROSS[plane]] - 1
    image = read(tmp_path, gzip.compress(nifti(volume, AFFINE)), "v.nii.gz", plane=plane, slice=k)
    assert np.array_equal(image.array, seen(volume, plane, k))


def test_a_slice_of_a_zipped_file_does_not_take_the_memory_of_the_file(tmp_path: Path) -> None:
    shape = (64, 64, 512)
    data = nifti_header(shape, 64, 64, AFFINE) + bytes(4 + 8 * 64 * 64 * 512)  # 17 MB
    (tmp_path / "v.nii.gz").write_bytes(gzip.compress(data, 1))
    tracemalloc.start()
    try:
        image = load(tmp_path / "v.nii.gz", plane="sagittal", slice=5)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert image.array.shape == (512, 64)
    assert peak < 10e6


def test_an_early_slice_is_read_before_a_damaged_tail(
    tmp_path: Path, long_series: tuple[bytes, Array]
) -> None:
    data, noise = long_series
    damaged = bytearray(data)
    damaged[len(data) // 2 :] = b"\xff" * (len(data) - len(data) // 2)
    image = read(tmp_path, bytes(damaged), "v.nii.gz", slice=3, frame=0)
    assert np.array_equal(image.array, seen(noise[..., 0], "axial", 3))
    with pytest.raises(InputError, match=r"^the gzip file is damaged: "):
        load(tmp_path / "v.nii.gz", slice=3, frame=19)


def test_behind_the_slice_nothing_is_inflated(
    tmp_path: Path, long_series: tuple[bytes, Array], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "v.nii.gz"
    path.write_bytes(long_series[0])
    inflated = 0
    more = GzipReader._read_some

    def counting(self: GzipReader, most: int) -> bytes:
        nonlocal inflated
        found = more(self, most)
        inflated += len(found)
        return found

    monkeypatch.setattr(GzipReader, "_read_some", counting)
    load(path, slice=3, frame=0)
    assert inflated == 352 + 4 * 32 * 32 * 2
