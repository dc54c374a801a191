"""Writing: the array exactly, the place in space kept, whole files or none."""

import os
import stat
from pathlib import Path
from typing import Any

import cv2
import nibabel as nib
import numpy as np
import pytest
from nibabel.affines import apply_affine
from PIL import Image as Pillow

from sampviz.cli.app import run
from sampviz.core.atomic_write import atomic_write
from sampviz.core.errors import SampvizWarning
from sampviz.images.image import FileFacts, Image
from sampviz.images.load import load
from sampviz.images.write_array import export
from sampviz.ops.chain import Chain
from tests.images.build import (
    GREY,
    RGB,
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


def apply(source: Path | str, chain: str, out: Path, *options: str) -> int:
    return run(["apply", str(source), chain, "-o", str(out), *options])


def plain(array: Array) -> Image:
    return Image(array, "a", FileFacts("npy", array.shape, str(array.dtype)))


# --- places in space -------------------------------------------------------------------------

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


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nifti_holds_the_values_exactly(tmp_path: Path, dtype: Any) -> None:
    values = np.random.default_rng(0).normal(size=(6, 5)).astype(dtype)
    values[0, :3] = np.nan, np.inf, -np.inf
    export(plain(values), tmp_path / "out.nii.gz")
    written = read_nifti(tmp_path / "out.nii.gz")
    assert written.get_data_dtype() == dtype
    assert written.header.get_slope_inter() in ((None, None), (1, 0))
    got = np.asarray(written.dataobj)[:, ::-1, 0].T
    assert np.array_equal(got, values, equal_nan=True)


def test_colours_have_no_place_in_nifti(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "v.nii", tmp_path / "out.nii"
    source.write_bytes(nifti_colours(np.zeros((4, 5, 6, 3), np.uint8), AFFINE))
    assert apply(source, "avg", out) == 4
    assert capsys.readouterr().err == (
        f"error: several channels have no place in NIfTI\n  in:  {out}\n  fix: write .npy\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["v.nii"]


# --- .npy ------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_npy_holds_the_very_bytes(tmp_path: Path, dtype: Any) -> None:
    array = np.random.default_rng(0).normal(size=(6, 8)).astype(dtype)
    array[0, :3] = np.nan, np.inf, -0.0
    np.save(tmp_path / "a.npy", array)
    assert apply(tmp_path / "a.npy", "stride:1", tmp_path / "out.npy") == 0
    assert (tmp_path / "out.npy").read_bytes() == (tmp_path / "a.npy").read_bytes()


def test_npy_holds_what_the_chain_makes(tmp_path: Path) -> None:
    array = np.arange(24.0).reshape(4, 6)
    np.save(tmp_path / "a.npy", array)
    assert apply(tmp_path / "a.npy", "avg", tmp_path / "out.npy") == 0
    assert np.load(tmp_path / "out.npy").tolist() == [[3.5, 5.5, 7.5], [15.5, 17.5, 19.5]]


def test_colours_are_channels_first_in_npy(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (4, 5, 3))
    (tmp_path / "p.png").write_bytes(png(pixels, 8, RGB))
    assert apply(tmp_path / "p.png", "identity", tmp_path / "out.npy") == 0
    assert np.array_equal(np.load(tmp_path / "out.npy"), pixels.transpose(2, 0, 1))


def test_stages_are_written_beside_the_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    array = np.random.default_rng(0).normal(size=(8, 8))
    np.save(tmp_path / "a.npy", array)
    assert apply(tmp_path / "a.npy", "stride+max:k=3:s=2:p=1", tmp_path / "o.npy", "--stages") == 0
    names = ["o_0_input.npy", "o_1_stride.npy", "o_2_max.npy", "o.npy"]
    assert capsys.readouterr().out.split() == [str(tmp_path / name) for name in names]
    got = [np.load(tmp_path / name) for name in names]
    assert np.array_equal(got[0], array)
    assert np.array_equal(got[1], array[::2, ::2])
    assert np.array_equal(got[2], Chain.parse("max:k=3:s=2:p=1")(array[::2, ::2]))
    assert np.array_equal(got[3], got[2])


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
def test_each_stage_has_its_own_place_in_space(blob: Path, tmp_path: Path) -> None:
    out = tmp_path / "o.nii"
    assert apply(blob, "avg+avg+nearest:2", out, "--slice", "36", "--stages") == 0
    wanted = apply_affine(OBLIQUE, (*BLOB[:2], 36))
    for name in ("o_0_input", "o_1_avg", "o_2_avg", "o_3_nearest", "o"):
        assert centroid(tmp_path / f"{name}.nii") == pytest.approx(wanted, abs=0.003)


# --- PNG -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("bits", "dtype"), [(8, np.uint8), (16, np.uint16)])
@pytest.mark.parametrize("kind", [GREY, RGB])
def test_png_goes_round_without_loss(tmp_path: Path, bits: int, dtype: Any, kind: int) -> None:
    shape = (5, 7, 3) if kind == RGB else (5, 7)
    pixels = np.random.default_rng(0).integers(0, 2**bits, shape).astype(dtype)
    pixels.flat[:2] = 0, 2**bits - 1
    source, out = tmp_path / "p.png", tmp_path / "out.png"
    source.write_bytes(png(pixels, bits, kind))
    assert apply(source, "identity", out) == 0
    read = cv2.imdecode(np.frombuffer(out.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    assert read is not None
    assert read.dtype == dtype
    assert np.array_equal(read[..., ::-1] if kind == RGB else read, pixels)
    if bits == 8 or kind == GREY:  # Pillow has no 16-bit colours
        assert np.array_equal(np.asarray(Pillow.open(out)), pixels)
    assert np.array_equal(load(out).array, load(source).array)


@pytest.mark.parametrize(("bits", "top"), [(8, 255), (16, 65535)])
def test_a_window_is_spread_over_the_bits(tmp_path: Path, bits: int, top: int) -> None:
    array = np.array([[-100.0, 60.0], [380.0, 700.0]])
    export(plain(array), tmp_path / "out.png", limits=(-100, 700), bits=bits)
    wanted = np.array([[0, 0.2], [0.6, 1]]) * top
    assert np.array_equal(np.asarray(Pillow.open(tmp_path / "out.png")), wanted)


def test_levels_are_rounded_not_cut(tmp_path: Path) -> None:
    array = np.array([[0.49, 0.51, 253.49, 253.51, -0.4, 255.4]])
    export(plain(array), tmp_path / "out.png", limits=(0, 255))  # and without a warning
    assert np.asarray(Pillow.open(tmp_path / "out.png")).tolist() == [[0, 1, 253, 254, 0, 255]]


def test_values_outside_the_window_are_counted_and_cut(tmp_path: Path) -> None:
    array = np.array([[0, 99, 100, 200], [300, 301, 1e30, 250]], np.float32)
    with pytest.warns(SampvizWarning) as told:
        export(plain(array), tmp_path / "out.png", limits=(100, 300))
    assert [str(each.message) for each in told] == [
        "4 of 8 values lie outside the window 100..300: they are cut off"
    ]
    pixels = np.asarray(Pillow.open(tmp_path / "out.png"))
    assert pixels.tolist() == [[0, 0, 0, 128], [255, 255, 255, 191]]


def test_nan_is_black_and_infinity_an_end_and_both_are_counted(tmp_path: Path) -> None:
    array = np.array([[np.nan, np.inf, -np.inf, 0.5]])
    with pytest.warns(SampvizWarning) as told:
        export(plain(array), tmp_path / "out.png", limits=(0, 1))
    assert [str(each.message) for each in told] == [
        "3 of 4 values lie outside the window 0..1: they are cut off"
    ]
    assert np.asarray(Pillow.open(tmp_path / "out.png")).tolist() == [[0, 255, 0, 128]]


def test_the_window_is_told_and_the_cut_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    np.save(tmp_path / "a.npy", np.array([[1.0, 2.0], [3.0, 5.0]]))
    out = tmp_path / "out.png"
    assert apply(tmp_path / "a.npy", "identity", out) == 0
    told = capsys.readouterr()
    assert told.out == f"{out}\n"
    assert told.err == "window: 1 is black, 5 is white, 16 bits\n"
    assert np.asarray(Pillow.open(out)).tolist() == [[0, 16384], [32768, 65535]]

    words = ["--window", "2,3", "--bits", "8", "--overwrite"]
    assert apply(tmp_path / "a.npy", "identity", out, *words) == 0
    assert capsys.readouterr().err.splitlines() == [
        "window: 2 is black, 3 is white, 8 bits",
        "warning: 2 of 4 values lie outside the window 2..3: they are cut off",
    ]
    assert np.asarray(Pillow.open(out)).tolist() == [[0, 0], [255, 255]]


# --- files whole or not at all ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["o.npy", "o.png", "o.nii", "o.nii.gz"])
def test_the_same_command_gives_the_same_bytes(
    blob: Path, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    assert apply(blob, "avg", tmp_path / "first" / name) == 0
    monkeypatch.setattr("time.time", lambda: 2e9)  # gzip has a place for the time of day
    assert apply(blob, "avg", tmp_path / "second" / name) == 0
    first, second = ((tmp_path / each / name).read_bytes() for each in ("first", "second"))
    assert first == second


WRITERS = {
    "o.npy": "numpy.save",
    "o.nii": "nibabel.save",
    "o.nii.gz": "nibabel.save",
    "o.png": "pathlib.Path.write_bytes",
}


def fail_half_way(monkeypatch: pytest.MonkeyPatch, writer: str, err: BaseException) -> None:
    def failing(*words: Any, **_: Any) -> None:
        for word in words:
            if isinstance(word, Path):
                with word.open("wb") as file:
                    file.write(b"half of it")
            elif hasattr(word, "write"):
                word.write(b"half of it")
        raise err

    monkeypatch.setattr(writer, failing)


@pytest.mark.parametrize("old", [None, b"an older file"])
@pytest.mark.parametrize("name", WRITERS)
def test_a_failed_write_leaves_nothing_behind_and_an_old_file_whole(
    tmp_path: Path,
    name: str,
    old: bytes | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / name
    if old:
        out.write_bytes(old)
    fail_half_way(monkeypatch, WRITERS[name], OSError(28, "No space left on device"))
    assert apply("sample:t1", "avg", out, "-q") == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.endswith(
        "error: the file cannot be written: No space left on device\n"
        f"  in:  {out}\n"
        "  fix: choose another folder or name with -o\n"
    )
    assert [path.read_bytes() for path in tmp_path.iterdir()] == ([old] if old else [])


@pytest.mark.parametrize("name", WRITERS)
def test_an_interrupted_write_leaves_nothing_behind(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_half_way(monkeypatch, WRITERS[name], KeyboardInterrupt())
    assert apply("sample:t1", "avg", tmp_path / name, "-q") == 130
    assert list(tmp_path.iterdir()) == []


def test_a_file_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "a.nii.gz"
    target.write_bytes(b"old")
    with atomic_write(target) as temporary:
        assert temporary.parent == target.parent  # else it could not be renamed in one step
        assert temporary.name.endswith(".nii.gz")
        temporary.write_bytes(b"new")
        assert target.read_bytes() == b"old"
    assert target.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(os.name != "posix", reason="permissions are those of POSIX")
@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        with atomic_write(tmp_path / "a") as temporary:
            temporary.write_bytes(b"new")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize(
    ("target", "why"), [("no/a.npy", "No such file or directory"), ("folder.npy", "Is a directory")]
)
def test_a_place_that_cannot_be_written_is_exit_code_4(
    tmp_path: Path, target: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.npy").mkdir()
    assert apply("sample:step:4x4", "avg", tmp_path / target) == 4
    folder = f", or make the folder: mkdir -p {tmp_path / 'no'}" if target.startswith("no") else ""
    assert capsys.readouterr().err == (
        f"error: the file cannot be written: {why}\n"
        f"  in:  {tmp_path / target}\n"
        f"  fix: choose another folder or name with -o{folder}\n"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["folder.npy"]


@pytest.mark.parametrize("link", [None, "symbolic", "hard"])
def test_the_input_is_never_replaced(
    tmp_path: Path, link: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    source = out = tmp_path / "a.npy"
    np.save(source, np.eye(4))
    before = source.read_bytes()
    if link:
        out = tmp_path / "b.npy"
        out.symlink_to(source) if link == "symbolic" else out.hardlink_to(source)
    assert apply(source, "avg", out) == 4
    assert capsys.readouterr().err == (
        f"error: the output would replace the input\n  in:  {out}\n  fix: choose another name\n"
    )
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "ending"), [("o.jpg", ".jpg"), ("o.gz", ".gz"), ("o", "a name without ending")]
)
def test_other_endings_are_refused_before_anything_is_read(
    tmp_path: Path, name: str, ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert apply("there is no such file", "avg", tmp_path / name) == 4
    assert capsys.readouterr().err == (
        f"error: an array cannot be saved as {ending}\n"
        f"  in:  {tmp_path / name}\n"
        "  fix: end the name in .npy, .png, .nii or .nii.gz\n"
    )


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
@pytest.mark.parametrize("name", ["O.NPY", "O.PNG", "O.NII", "O.NII.GZ"])
def test_endings_may_be_capitals(tmp_path: Path, name: str) -> None:
    assert apply("sample:step:4x4", "stride:1", tmp_path / name) == 0
    assert load(tmp_path / name).size == (4, 4)


@pytest.mark.parametrize(
    ("limits", "kind"), [(("--bits", "16"), ".npy"), (("--window", "0,1"), ".nii")]
)
def test_only_a_png_has_a_window_and_bits(
    tmp_path: Path, limits: tuple[str, str], kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"o{kind}"
    assert apply("sample:step:4x4", "avg", out, *limits) == 2
    assert capsys.readouterr().err == (
        f"error: {kind} needs no window and no bits\n  in:  {out}\n  fix: leave them out\n"
    )
    assert not out.exists()
