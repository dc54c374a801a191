"""Every plane of every kind of NIfTI equals what nibabel makes of the whole volume."""

import gzip
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest

from sampviz.images.load import load
from tests.every import every
from tests.images.build import CODES, ORIENTATIONS, Array, diagonal, nifti, stored_as

pytestmark = pytest.mark.slow

SHAPE = (7, 9, 5)
FRAMES = 3
ACROSS = {"axial": 2, "coronal": 1, "sagittal": 0}


def series(kind: str) -> Array:
    """Return values that every type holds, and float32 too."""
    rng = np.random.default_rng(0)
    values = rng.integers(0, 100, (*SHAPE, FRAMES)).astype(kind)
    return values * values.dtype.type(1 - 2j) if values.dtype.kind == "c" else values


def theirs(path: Path) -> Array:
    """Return the values of all voxels and frames, by axes to the right, front and top."""
    image: Any = nib.as_closest_canonical(nib.load(path))
    return np.asarray(image.dataobj)


def drawn(values: Array, plane: str, k: int, frame: int) -> Array:
    return values[..., frame].take(k, ACROSS[plane]).T[::-1]


@every("zipped", [False, True])
@every("endian", ["<", ">"])
@every("kind", CODES)
def test_every_type_in_every_order_of_bytes(
    tmp_path: Path, kind: str, endian: str, zipped: bool
) -> None:
    slope = {} if kind.startswith("complex") else {"slope": 0.5, "inter": -7.0}
    data = nifti(series(kind), diagonal((1, 2, 3)), endian=endian, **slope)
    path = tmp_path / ("v.nii.gz" if zipped else "v.nii")
    path.write_bytes(gzip.compress(data) if zipped else data)
    values = theirs(path)
    for plane, across in ACROSS.items():
        for k, frame in ((0, 0), (3, 1), (SHAPE[across] - 1, FRAMES - 1)):
            ours = load(path, plane=plane, slice=k, frame=frame).array
            assert np.array_equal(ours, drawn(values, plane, k, frame)), (plane, k, frame)


@every("order, flips", ORIENTATIONS)
def test_every_orientation(tmp_path: Path, order: tuple[int, ...], flips: tuple[bool, ...]) -> None:
    frames = series("int16")
    stored = [stored_as(frames[..., t], diagonal((1, 2, 3)), order, flips) for t in range(FRAMES)]
    data = nifti(np.stack([each for each, _ in stored], -1), stored[0][1])
    (plain := tmp_path / "v.nii").write_bytes(data)
    (zipped := tmp_path / "v.nii.gz").write_bytes(gzip.compress(data, 1))
    assert np.array_equal(theirs(plain), frames)
    for path in (plain, zipped):
        for plane in ACROSS:
            ours = load(path, plane=plane, slice=4, frame=2).array
            assert np.array_equal(ours, drawn(frames, plane, 4, 2)), (path.name, plane)
