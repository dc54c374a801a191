"""MGH and MGZ of FreeSurfer: every voxel at its value and place, as nibabel has them."""

import gzip
import itertools
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from nibabel.affines import apply_affine
from nibabel.freesurfer.mghformat import MGHImage

from sampviz.cli.app import run
from sampviz.core.errors import InputError, SampvizWarning, UsageError
from sampviz.images.load import load
from tests.images.build import Array, diagonal, landmarks, read_nifti, rotation, stored_as

pytestmark = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")

AFFINE = rotation(2, 8) @ diagonal((1.5, 2.0, 3.0), (-13.0, -40.0, 25.0))
ORDERS = list(itertools.permutations(range(3)))


def write(path: Path, data: Array, affine: Array) -> Path:
    nib.save(MGHImage(data, affine), path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", ["v.mgh", "v.mgz", "v.MGZ", "orig"])
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("flips", [(False, False, False), (True, False, True)])
def test_voxels_lie_where_nibabel_says(tmp_path: Path, name: str, order: Any, flips: Any) -> None:
    stored, affine = stored_as(landmarks((6, 5, 4)), AFFINE, order, flips)
    source = write(tmp_path / ("v.mgz" if name != "v.mgh" else name), stored, affine)
    if name == "orig":  # plain, as the content says
        (tmp_path / name).write_bytes(gzip.decompress(source.read_bytes()))
        source = tmp_path / name
    volume = load(source, volume=True)
    assert volume.file.format == "MGH"
    assert np.array_equal(volume.array[:, ::-1].T, landmarks((6, 5, 4)))
    assert volume.geometry is not None
    assert volume.geometry.axes == ("S", "P", "R")
    place = apply_affine(AFFINE, (2, 4 - 3, 1))
    assert volume.geometry.affine @ [1, 3, 2, 1] == pytest.approx([*place, 1], abs=1e-4)
    for plane, across in {"axial": 2, "coronal": 1, "sagittal": 0}.items():
        image = load(source, plane=plane, slice=1)
        assert np.array_equal(image.array, landmarks((6, 5, 4)).take(1, across).T[::-1])
        assert image.taken.startswith(f"{plane} slice 1 of")


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int32", "float32"])
def test_types_and_frames(tmp_path: Path, dtype: str) -> None:
    data = np.random.default_rng(0).integers(0, 200, (6, 5, 4, 3)).astype(dtype)
    source = write(tmp_path / "v.mgz", data, diagonal((1, 1, 1)))
    image = load(source, frame=2, slice=3)
    assert np.array_equal(image.array, data[:, ::-1, 3, 2].T)
    assert image.file.dtype == dtype
    with pytest.raises(UsageError, match="there is no frame 3"):
        load(source, frame=3)
    with pytest.raises(UsageError, match="an MGH has no channel"):
        load(source, channel=0)


def test_what_is_written_of_it_lies_where_it_lay(tmp_path: Path) -> None:
    stored, affine = stored_as(
        landmarks((6, 6, 4)).astype(np.uint8), AFFINE, (0, 2, 1), (True, False, True)
    )
    source, out = write(tmp_path / "v.mgz", stored, affine), tmp_path / "out.nii.gz"
    assert run(["apply", str(source), "identity", "-o", str(out), "--volume"]) == 0
    written = read_nifti(out)
    assert written.affine == pytest.approx(
        nib.as_closest_canonical(nib.load(source)).affine, abs=1e-4
    )
    assert written.get_data_dtype() == np.uint8
    assert (int(written.header["sform_code"]), int(written.header["qform_code"])) == (1, 1)


def test_an_orientation_that_is_not_good_is_unknown(tmp_path: Path) -> None:
    octets = bytearray(gzip.decompress(write(tmp_path / "v.mgz", landmarks(), AFFINE).read_bytes()))
    octets[28:30] = b"\0\0"
    (tmp_path / "v.mgh").write_bytes(octets)
    with pytest.warns(SampvizWarning, match="does not say which way is left"):
        image = load(tmp_path / "v.mgh")
    assert image.geometry is not None
    assert image.geometry.axes is None
    assert image.taken.endswith("along the third axis")


@pytest.mark.parametrize(("at", "value"), [(4, 2**30), (4, 0), (4, -3), (16, 2**20), (20, 99)])
def test_a_header_that_cannot_be_is_an_input_error(tmp_path: Path, at: int, value: int) -> None:
    whole = gzip.decompress(write(tmp_path / "v.mgz", landmarks(), AFFINE).read_bytes())
    damaged = whole[:at] + value.to_bytes(4, "big", signed=True) + whole[at + 4 :]
    (tmp_path / "v.mgh").write_bytes(damaged)
    (tmp_path / "w.mgz").write_bytes(gzip.compress(damaged))
    for name in ("v.mgh", "w.mgz"):
        with pytest.raises(InputError):
            load(tmp_path / name)
