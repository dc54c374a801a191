"""Writing NIfTI: a structure stays at its place in space."""

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from nibabel.affines import apply_affine

from sampviz.images.load import load
from tests.images.apply import apply
from tests.images.build import (
    GREY,
    Array,
    diagonal,
    landmarks,
    nifti,
    nifti_colours,
    png,
    read_nifti,
    rotation,
    stored_as,
)

pytestmark = pytest.mark.slow

AFFINE = diagonal((1.5, 2.0, 3.0), (-3.0, -40.0, 25.0))


# A blob in a volume that is oblique, flipped, anisotropic, and odd in one axis.
SHAPE = (80, 95, 72)
BLOB = (41.3, 46.6, 35.8)  # where it is brightest, in canonical voxels
WIDTH = 5.0  # voxels: 7 of them to the nearest border, so that nothing of it is cut off
OBLIQUE = rotation(2, 12) @ rotation(0, -20) @ rotation(1, 8) @ AFFINE
PLANES = {"axial": (2, 36), "coronal": (1, 47), "sagittal": (0, 41)}  # axis across, slice


@pytest.fixture(scope="module")
def blob(tmp_path_factory: pytest.TempPathFactory) -> Path:
    x, y, z = (
        np.exp(-(((np.arange(n) - at) / WIDTH) ** 2) / 2) for n, at in zip(SHAPE, BLOB, strict=True)
    )
    volume = np.einsum("i,j,k->ijk", x, y, z).astype(np.float32)
    stored, affine = stored_as(volume, OBLIQUE, (1, 2, 0), (False, True, True))
    path = tmp_path_factory.mktemp("blob") / "blob.nii"
    path.write_bytes(nifti(stored, affine))
    return path


def centroid(path: Path) -> Array:
    """Return the mean place in mm, weighted by intensity, as nibabel sees the file."""
    written = read_nifti(path)
    weights = np.asarray(written.dataobj)
    places = apply_affine(written.affine, np.moveaxis(np.indices(weights.shape), 0, -1))
    return (places * weights[..., None]).sum((0, 1, 2)) / weights.sum()


CHAINS = {  # tolerance in voxels of the input
    "identity": 0.001,
    "stride": 0.001,
    "stride:s=3:o=1": 0.001,
    "avg": 0.001,
    "avg:k=3:s=2:p=1": 0.001,
    "blur:3": 0.001,
    "blur:4": 0.001,
    "conv:gauss": 0.001,
    "flc": 0.001,
    "flc:3": 0.001,
    "asap": 0.001,
    "bilinear:2": 0.001,
    "bilinear:3:corners=true": 0.001,
    "nearest:2": 0.001,
    "nearest:3": 0.001,
    "avg+bilinear:2": 0.001,
    "flc+avg+nearest:2": 0.001,
    # The pixel that wins may lie anywhere in its window: the place is exact on average only.
    "max:k=3:s=2:p=1": 0.01,
    "max": 0.01,
    "min:3": 0.01,
}


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
@pytest.mark.parametrize("chain", CHAINS)
def test_a_structure_stays_at_its_place_in_mm(blob: Path, tmp_path: Path, chain: str) -> None:
    out = tmp_path / "out.nii.gz"
    assert apply(blob, chain, out, "--slice", "36") == 0
    wanted = apply_affine(OBLIQUE, (*BLOB[:2], 36))
    off = np.linalg.inv(OBLIQUE[:3, :3]) @ (centroid(out) - wanted)
    assert np.abs(off).max() < CHAINS[chain]


@pytest.mark.parametrize("chain", ["avg", "stride:3", "bilinear:2"])
@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.parametrize("ending", ["nii", "nii.gz"])
def test_a_structure_stays_at_its_place_in_every_plane(
    blob: Path, tmp_path: Path, chain: str, plane: str, ending: str
) -> None:
    across, k = PLANES[plane]
    out = tmp_path / f"out.{ending}"
    assert apply(blob, chain, out, "--plane", plane, "--slice", str(k)) == 0
    wanted = np.array(BLOB)
    wanted[across] = k
    assert centroid(out) == pytest.approx(apply_affine(OBLIQUE, wanted), abs=0.003)


@pytest.mark.parametrize("plane", PLANES)
def test_spacing_follows_the_factor_and_thickness_stays(
    blob: Path, tmp_path: Path, plane: str
) -> None:
    out = tmp_path / "out.nii"
    assert apply(blob, "avg:k=3:s=3+bilinear:2", out, "--plane", plane) == 0
    wanted = np.array([1.5, 2.0, 3.0]) * 3 / 2
    wanted[PLANES[plane][0]] *= 2 / 3
    written = read_nifti(out)
    assert nib.affines.voxel_sizes(written.affine) == pytest.approx(wanted, rel=1e-6)
    assert written.header.get_zooms() == pytest.approx(wanted, rel=1e-6)
    assert written.header.get_xyzt_units()[0] == "mm"


def test_both_forms_of_the_place_are_written_and_agree(blob: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.nii"
    assert apply(blob, "avg", out) == 0
    header = read_nifti(out).header
    assert (int(header["qform_code"]), int(header["sform_code"])) == (1, 1)
    assert header.get_qform() == pytest.approx(header.get_sform(), abs=1e-4)
    assert nib.aff2axcodes(header.get_sform()) == ("R", "A", "S")


@pytest.mark.parametrize("ending", ["nii", "nii.gz"])
@pytest.mark.parametrize("plane", PLANES)
@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_what_is_written_is_the_picture_that_is_read(
    tmp_path: Path, plane: str, ending: str
) -> None:
    source, out = tmp_path / "v.nii", tmp_path / f"out.{ending}"
    stored, affine = stored_as(landmarks(), OBLIQUE, (2, 0, 1), (True, False, True))
    source.write_bytes(nifti(stored, affine))
    assert apply(source, "identity", out, "--plane", plane, "--slice", "1") == 0
    image, again = load(source, plane=plane, slice=1), load(out)
    assert np.array_equal(again.array, image.array)
    assert image.geometry is not None
    assert again.geometry is not None
    assert again.geometry.axes == image.geometry.axes
    assert again.geometry.affine == pytest.approx(image.geometry.affine, abs=1e-4)


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
@pytest.mark.parametrize("plane", PLANES)
def test_an_unknown_orientation_stays_unknown_and_upright(tmp_path: Path, plane: str) -> None:
    source, out = tmp_path / "v.nii", tmp_path / "out.nii"
    source.write_bytes(nifti(landmarks(), spacing=(1.5, 2.0, 3.0)))
    assert apply(source, "stride", out, "--plane", plane, "--slice", "1") == 0
    image, again = load(source, plane=plane, slice=1), load(out)
    assert np.array_equal(again.array, image.array[::2, ::2])
    assert again.geometry is not None
    assert image.spacing is not None
    assert again.geometry.axes is None
    assert again.spacing == pytest.approx((2 * image.spacing[0], 2 * image.spacing[1]))
    header = read_nifti(out).header
    assert (int(header["qform_code"]), int(header["sform_code"])) == (0, 0)


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
@pytest.mark.parametrize("shape", [(3, 5), (1, 4), (4, 1)])
def test_a_picture_without_a_place_is_upright_in_nifti(
    tmp_path: Path, shape: tuple[int, int]
) -> None:
    source, out = tmp_path / "p.png", tmp_path / "out.nii"
    pixels = np.arange(shape[0] * shape[1]).reshape(shape)
    source.write_bytes(png(pixels, 8, GREY))
    assert apply(source, "identity", out) == 0
    assert np.array_equal(load(out).array, pixels)
    # A viewer draws x to the right and y up.
    assert np.array_equal(np.asarray(read_nifti(out).dataobj)[:, ::-1, 0].T, pixels)


def test_colours_have_no_place_in_nifti(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "v.nii", tmp_path / "out.nii"
    source.write_bytes(nifti_colours(np.zeros((4, 5, 6, 3), np.uint8), AFFINE))
    assert apply(source, "avg", out) == 4
    assert capsys.readouterr().err == (
        f"error: several channels have no place in NIfTI\n  in:  {out}\n  fix: write .npy\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["v.nii"]


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_each_stage_has_its_own_place_in_space(blob: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.nii"
    assert apply(blob, "avg+avg+nearest:2", out, "--slice", "36", "--stages") == 0
    wanted = apply_affine(OBLIQUE, (*BLOB[:2], 36))
    for name in ("o_0_input", "o_1_avg", "o_2_avg", "o_3_nearest", "o"):
        assert centroid(tmp_path / f"{name}.nii") == pytest.approx(wanted, abs=0.003)
