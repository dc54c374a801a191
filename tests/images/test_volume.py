"""Volumes: read upright, run on three axes, cut into slices, written where they were."""

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

import sampviz as sv
from sampviz.core.errors import ChainError, InputError, UsageError
from sampviz.dsp.grid import Grid
from sampviz.images.geometry import SlicePlane
from sampviz.images.volume_slice import slice_array, slice_geometry, slice_grids
from sampviz.ops.chain_trace import nearest_to_cubes
from tests.conftest import Cli
from tests.every import every
from tests.figures.drawn import pixels
from tests.images.build import ORIENTATIONS, landmarks, nifti, read_nifti, stored_as

pytestmark = pytest.mark.slow

PLANES = ("axial", "coronal", "sagittal")
AFFINE = np.array([[2.0, 0, 0, -7], [0, 3, 0, 5], [0, 0, 4, 11], [0, 0, 0, 1]])


def smooth_blob(shape: tuple[int, int, int], at: tuple[float, ...], width: float) -> np.ndarray:
    away = sum(
        ((np.arange(n).reshape([-1 if i == a else 1 for i in range(3)]) - c) / width) ** 2
        for a, (n, c) in enumerate(zip(shape, at, strict=True))
    )
    return np.exp(-away / 2)


@every("orientation", ORIENTATIONS)
@every("plane", PLANES)
def test_slices_of_a_volume_are_the_slices_that_are_read_alone(
    orientation: tuple[tuple[int, ...], tuple[bool, ...]], plane: str, tmp_path: Path
) -> None:
    volume, affine = stored_as(landmarks(), AFFINE, *orientation)
    (tmp_path / "v.nii").write_bytes(nifti(volume, affine))
    whole = sv.load(tmp_path / "v.nii", volume=True, plane=plane, slice=1)
    alone = sv.load(tmp_path / "v.nii", plane=plane, slice=1)
    (cut,) = whole.slice_planes
    assert np.array_equal(slice_array(whole.array, tuple(map(Grid, whole.size)), cut), alone.array)
    assert whole.geometry
    assert alone.geometry
    geometry = slice_geometry(whole.geometry, whole.size, cut)
    assert np.allclose(geometry.affine[:, [0, 1, 3]], alone.geometry.affine[:, [0, 1, 3]])
    assert geometry.axes == alone.geometry.axes
    assert cut.text == alone.taken


def test_all_three_planes_are_looked_at_unless_one_is_named() -> None:
    assert [cut.plane for cut in sv.load("sample:dwi", volume=True).slice_planes] == list(PLANES)
    (plane,) = sv.load("sample:dwi", volume=True, plane="axial").slice_planes
    assert plane.index == 12


@pytest.mark.parametrize(
    "text", ["max", "stride", "flc", "avg:k=1x2x2", "blur:3+bilinear", "zeros"]
)
def test_a_slice_of_the_output_lies_nearest_to_that_of_the_original(text: str) -> None:
    size = (12, 14, 16)
    chain = sv.Chain.parse(text)
    ramps = np.meshgrid(*(np.arange(n, dtype=float) for n in size), indexing="ij")
    grids = chain.trace(size)[-1]
    places = np.meshgrid(
        *(np.arange(g.size) * float(g.step) + float(g.delta) for g in grids), indexing="ij"
    )
    for axis, plane in enumerate(PLANES):
        cut = SlicePlane(plane, size[axis] // 2, "")
        across = slice_array(places[axis], grids, cut)
        assert np.abs(across - cut.index).max() <= float(grids[axis].step) / 2 + 1e-9
        # The grids of the slice say where its samples are, counted as the original's slice is.
        original = tuple(map(Grid, size))
        plane_grids = slice_grids(grids, size, cut)
        for other in set(range(3)) - {axis}:
            seen = slice_array(ramps[other], original, cut)
            moved = slice_array(places[other], grids, cut)
            along = 0 if np.ptp(seen, axis=0).max() else 1
            grid = plane_grids[along]
            at = np.arange(grid.size) * float(grid.step) + float(grid.delta)
            line = seen[:, 0] if along == 0 else seen[0]
            expected = line[0] + at * (line[1] - line[0])
            assert np.allclose(moved[:, 0] if along == 0 else moved[0], expected)


def test_counting_from_the_other_end_and_back_changes_nothing() -> None:
    grid = Grid(5, Fraction(7, 3), Fraction(1, 2))
    cut = SlicePlane("sagittal", 0, "")
    size = (13, 12, 11)
    once = slice_grids((grid, grid, grid), size, cut)
    twice = slice_grids((once[0], once[1], grid), size, cut)
    assert twice == (grid, grid)


@pytest.mark.parametrize(
    "text",
    ["stride", "avg", "blur:3", "flc", "max:k=3:s=2:p=1", "bilinear", "avg:k=1x2x2", "kspace"],
)
def test_landmarks_stay_at_their_place_in_mm(text: str, cli: Cli, tmp_path: Path) -> None:
    shape = (36, 30, 28)
    blob = smooth_blob(shape, (17.3, 14.2, 13.1), 2.5).astype(np.float32)
    turn = np.array([[0.0, -1.9, 0.3, 20], [2.1, 0.1, 0, -9], [0.2, 0.3, 3.0, 4], [0, 0, 0, 1]])
    nib.save(nib.Nifti1Image(blob, turn), tmp_path / "v.nii.gz")
    result = cli("apply", tmp_path / "v.nii.gz", text, "--volume", "-q", "-o", tmp_path / "o.nii")
    assert result.code == 0, result.err

    def centre(path: Path) -> np.ndarray:
        file = read_nifti(path)
        weights = np.clip(file.get_fdata(), 0.05, None) - 0.05
        where = np.moveaxis(np.indices(weights.shape), 0, -1)
        at = (where * weights[..., None]).sum(axis=(0, 1, 2)) / weights.sum()
        return nib.affines.apply_affine(file.affine, at)

    away = centre(tmp_path / "o.nii") - centre(tmp_path / "v.nii.gz")
    assert np.abs(away).max() < (0.35 if "max" in text else 0.15)  # voxels are 2 to 3 mm


def test_frames_are_kept_apart(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "o.nii.gz"
    assert cli("apply", "sample:dwi", "max", "--volume", "-o", out).code == 0
    written = read_nifti(out)
    assert written.shape == (32, 32, 12, 3)
    for frame in range(3):
        one = tmp_path / f"{frame}.nii.gz"
        cli("apply", "sample:dwi", "max", "--volume", "--frame", frame, "-o", one)
        assert np.array_equal(written.get_fdata()[..., frame], read_nifti(one).get_fdata())
        assert np.allclose(written.affine, read_nifti(one).affine)


def test_panels_are_slices_of_the_output() -> None:
    image = sv.load("sample:dwi", volume=True)
    figure = sv.compare(image, "max", rows="image", window="0,3000")
    drawn = [each[..., 0] for each in pixels(figure)]
    assert len(drawn) == 6
    pooled = sv.Chain.parse("max").stages(image.array, axes=3)[-1]

    def slices(array: np.ndarray, axis: int) -> list[np.ndarray]:
        upright = (array, array[::-1], array[::-1, ::-1])[axis]  # top of the head and back first
        level = np.clip(np.floor(256 * upright.astype(float) / 3000), 0, 255)
        return list(np.moveaxis(level, axis, 0))

    for axis, (original, output) in enumerate(zip(drawn[::2], drawn[1::2], strict=True)):
        (index,) = (
            i
            for i, plane in enumerate(slices(image.array, axis))
            if np.array_equal(plane, original)
        )
        assert np.array_equal(slices(pooled, axis)[index // 2], output)
    names = {text.get_text() for text in figure.texts}
    assert {"axial image", "coronal image", "sagittal image", "12×32×32, 8\u00a0mm"} <= names
    assert sorted(t for t in names if t in "LRAPSI") == ["A", "I", "L", "P", "R", "S"]


@pytest.mark.parametrize(
    ("spacing", "factors"),
    [
        ((7, 0.86, 0.86), (1, 2, 2)),
        ((1, 1, 1), (2, 2, 2)),
        ((0.5, 1, 1), (2, 1, 1)),
        ((3, 1, 2), (1, 2, 1)),
        ((1, 4), (2, 1)),
    ],
)
def test_auto_brings_pixels_nearest_to_cubes(
    spacing: tuple[float, ...], factors: tuple[int, ...]
) -> None:
    assert nearest_to_cubes(spacing) == factors


def test_auto_looks_at_the_pixels_that_reach_its_step() -> None:
    chain = sv.Chain.parse("max:k=auto:times=3")
    resolved = chain.resolve((8, 64, 64), (3.5, 1, 1))
    assert str(resolved) == "max:k=1x2x2+max:k=1x2x2+max"
    assert sv.Chain.parse("max:k=auto") == sv.Chain.parse("max:k=auto:s=auto")


# The first strides of nnU-Net's own rule, for patches whose axes are long enough.
NNUNET_STRIDES = {
    (3.0, 0.9, 0.9): "122 222 222 222",
    (5.0, 0.78, 0.78): "122 122 222 222",
    (10.0, 1.5625, 1.5625): "122 122 222",
    (1.5, 0.75, 0.75): "122 222 222 222",  # exactly twice waits
    (0.24, 1.25, 1.25): "211 211 222 222 222",
    (4.8, 0.9, 0.9): "122 122 222 222",
    (1.99, 1.0, 1.0): "222 222",
}


@pytest.mark.parametrize(("spacing", "strides"), NNUNET_STRIDES.items())
def test_auto_nnunet_strides_as_nnunet(spacing: tuple[float, ...], strides: str) -> None:
    chain = sv.Chain.parse(f"blur:auto=nnunet:times={len(strides.split())}")
    sizes = [stage.size for stage in sv.shape(chain, (256, 256, 256), spacing=spacing)]
    factors = [
        "".join(str(a // b) for a, b in zip(before, after, strict=True))
        for before, after in pairwise(sizes)
    ]
    assert " ".join(factors) == strides


@pytest.mark.parametrize(
    ("short", "plain"),
    [
        ("max:auto=nnunet", "max:k=nnunet:s=nnunet"),
        ("blur:k=3:auto=nnunet", "blur:k=3:s=nnunet"),
        ("conv:auto=nnunet", "conv:s=nnunet"),
        ("flc:auto=nnunet", "flc:nnunet"),
        ("flc:auto=auto", "flc:auto"),
    ],
)
def test_auto_nnunet_sets_what_a_step_strides_by(short: str, plain: str) -> None:
    chain = sv.Chain.parse(short)
    assert chain == sv.Chain.parse(plain) == sv.Chain.parse(str(chain))


def test_auto_is_no_parameter_of_a_step_that_keeps_the_size() -> None:
    with pytest.raises(ChainError, match="relu takes no parameter"):
        sv.Chain.parse("relu:auto=nnunet")
    with pytest.raises(ChainError, match="k=nnunet needs the size of the pixels in mm"):
        sv.shape("max:auto=nnunet", "64x64x64")
    with pytest.raises(ChainError, match="nnunet says which axes become shorter, and nearest"):
        sv.shape("max+nearest:auto=nnunet", "64x64x64", spacing=(3, 1, 1))


def test_auto_without_spacing_says_what_it_needs() -> None:
    with pytest.raises(ChainError) as caught:
        sv.compare(np.zeros((16, 16)), "max:k=auto")
    assert str(caught.value) == (
        "k=auto needs the size of the pixels in mm\n  in:  chain 'max:k=auto'\n"
        "  fix: write the factors, e.g. s=1x2x2, or take an image that knows its pixels"
    )
    with pytest.raises(ChainError, match="auto is not known without the size of the pixels"):
        sv.Chain.parse("flc:auto").shape((16, 16))


def test_values_for_each_axis_must_be_as_many_as_the_axes() -> None:
    with pytest.raises(ChainError, match="k has 3 values for 2 axes"):
        sv.Chain.parse("max:k=1x2x2").shape((8, 8))
    assert sv.Chain.parse("max:k=2x2") == sv.Chain.parse("max")
    assert sv.Chain.parse("max:k=1x2x2").shape((8, 8, 8)) == (8, 4, 4)


def test_a_volume_of_numpy_has_three_cuts_and_no_letters(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", np.random.default_rng(0).random((6, 8, 10)))
    image = sv.load(tmp_path / "v.npy", volume=True)
    assert (image.size, image.geometry, len(image.slice_planes)) == ((6, 8, 10), None, 3)
    figure = sv.compare(image, "max")
    assert not {text.get_text() for text in figure.texts} & set("LRAPSI")


def test_what_is_no_volume_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "plane.npy", np.zeros((4, 4)))
    with pytest.raises(InputError, match="is no volume"):
        sv.load(tmp_path / "plane.npy", volume=True)
    for source in ("sample:brick", "sample:rocket", "sample:step"):
        with pytest.raises(UsageError, match="has no volume"):
            sv.load(source, volume=True)
    with pytest.raises(UsageError, match="a slice of which plane"):
        sv.load("sample:dwi", volume=True, slice=3)
    image = sv.load("sample:dwi", volume=True)
    with pytest.raises(UsageError, match="a region is one of a slice"):
        sv.compare(image, "max", zoom="0x0+8")
    with pytest.raises(ChainError, match="kernel=laplacian has two axes, not 3"):
        sv.compare(image, "conv:laplacian")
    with pytest.raises(ChainError, match="median works on planes, not on volumes") as caught:
        sv.compare(image, "max,median")
    assert caught.value.as_options().fix == "take a plane: leave out --volume, or give two sides"


def test_a_volume_has_no_place_in_a_png(cli: Cli, tmp_path: Path) -> None:
    result = cli("apply", "sample:dwi", "max", "--volume", "-o", tmp_path / "v.png")
    assert (result.code, result.err.splitlines()[-3]) == (4, "error: a PNG holds no volume")
