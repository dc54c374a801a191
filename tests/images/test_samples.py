"""`sample:NAME`: the files are those of SOURCES.md, the formulas give what they say."""

import csv
import hashlib
import re
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest

from sampviz.core.errors import InputError, SampvizWarning, UsageError
from sampviz.images.load import load
from sampviz.images.samples import SAMPLE_FILES, sample_path
from sampviz.images.synthetic import SYNTHETIC, VOLUMES
from tests.images.build import Array
from tests.oracles.make_lesions import HEADER, lesions

pytestmark = pytest.mark.slow

FOLDER = sample_path("t1").parent
SOURCES = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
SUMS = re.findall(r"^([0-9a-f]{64}) (\d+) (\S+)$", SOURCES, re.MULTILINE)


def formula(text: str) -> Array:
    return load(f"sample:{text}").array


@cache
def phantom_of_toft() -> Array:
    return formula("phantom:500x500")


# --- the real ones ---------------------------------------------------------------------------


@pytest.mark.parametrize(("sha256", "size", "name"), SUMS, ids=[name for *_, name in SUMS])
def test_sample_files_are_those_of_sources_md(sha256: str, size: str, name: str) -> None:
    data = (FOLDER / name).read_bytes()
    assert len(data) == int(size)
    assert hashlib.sha256(data).hexdigest() == sha256


def test_sources_md_tells_of_every_sample_file() -> None:
    listed = {name for *_, name in SUMS}
    assert set(SAMPLE_FILES.values()) <= listed
    there = {path.name for path in FOLDER.iterdir() if path.is_file()}
    assert there == listed | {"SOURCES.md"}


# Size, millimetres between rows and columns, and degrees of obliquity, as SOURCES.md tells them.
FACTS: dict[str, tuple[tuple[int, ...], tuple[float, float] | None, bool]] = {
    "t1": ((256, 192), (0.9375, 0.9), False),
    "t1_lesions": ((256, 192), (0.9375, 0.9), False),
    "pd": ((256, 216), (0.859, 0.859), True),
    "dwi": ((64, 64), (4, 4), False),
    "dwi_1p5mm": ((152, 150), (1.5, 1.5), True),
    "bold": ((53, 53), (4, 4), True),
    "flash_phantom": ((160, 160), (1.25, 1.25), True),
    "flash_phantom_kspace": ((160, 160), (1.25, 1.25), True),
    "brick": ((512, 512), None, False),
    "grass": ((512, 512), None, False),
    "chelsea": ((3, 300, 451), None, False),
    "rocket": ((3, 427, 640), None, False),
}


@pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
@pytest.mark.parametrize("name", SAMPLE_FILES)
def test_every_real_sample_loads_with_its_size_and_spacing(name: str) -> None:
    size, spacing, _ = FACTS[name]
    image = load(f"sample:{name}")
    assert image.name == name
    assert image.array.shape == size
    assert np.isfinite(image.array).all()
    assert image.array.std() > 0
    assert image.spacing == (pytest.approx(spacing, rel=1e-3) if spacing else None)
    assert (image.geometry is None) == (spacing is None)
    if image.geometry:
        assert image.geometry.axes == ("P", "R")


@pytest.mark.parametrize("name", [name for name in SAMPLE_FILES if FACTS[name][1]])
def test_only_oblique_samples_are_warned_of(name: str) -> None:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", SampvizWarning)
        load(f"sample:{name}")
    oblique = [each for each in told if "oblique by" in str(each.message)]
    assert len(oblique) == FACTS[name][2]


@pytest.mark.parametrize("frame", [0, 2])
def test_a_real_slice_is_what_nibabel_reads_of_the_canonical_volume(frame: int) -> None:
    volume = nib.as_closest_canonical(nib.load(FOLDER / "dwi.nii.gz"))
    image = load("sample:dwi", slice=10, frame=frame)
    whole = volume.get_fdata()[:, :, 10, frame]
    assert np.array_equal(image.array, whole[:, ::-1].T)


def test_the_lesions_of_the_t1_are_balls_of_the_diameters_of_their_table() -> None:
    stored: Any = nib.load(FOLDER / "t1_lesions.nii.gz")
    t1: Any = nib.load(FOLDER / "t1.nii.gz")
    labels, rows = lesions()
    assert np.array_equal(np.asarray(stored.dataobj), labels)
    with (FOLDER / "t1_lesions.csv").open(newline="") as file:
        header, *lines = csv.reader(file)
    assert header == HEADER
    assert [list(map(float, line)) for line in lines] == rows
    assert np.array_equal(stored.affine, t1.affine)
    # Of the table alone: a voxel whose middle is nearer than half the diameter is of the ball.
    label, diameter, *centre, voxels = rows[0]
    places = nib.affines.apply_affine(stored.affine, np.argwhere(labels >= 0))
    inside = np.linalg.norm(places - centre, axis=1) <= diameter / 2
    assert np.array_equal(inside, labels.ravel() == label)
    assert inside.sum() == voxels
    image = load("sample:t1_lesions", volume=True)
    assert image.labels is not None
    assert image.labels.ids == tuple(range(61))


# --- the analytic ones -----------------------------------------------------------------------


@pytest.mark.parametrize("size", ["1x1", "2x3", "7x9", "64x48"])
@pytest.mark.parametrize("name", SYNTHETIC)
def test_every_formula_gives_rows_by_columns_in_0_1(name: str, size: str) -> None:
    image = load(f"sample:{name}:{size}")
    assert image.size == tuple(map(int, size.split("x")))
    assert image.array.dtype == np.float32
    assert image.range == (0, 1)
    assert 0 <= image.array.min() <= image.array.max() <= 1


def test_the_default_size_is_256x256() -> None:
    assert {formula(name).shape for name in SYNTHETIC} == {(256, 256)}


def test_zoneplate_is_a_cosine_of_the_squared_radius() -> None:
    plate = formula("zoneplate:7x9")
    assert plate.shape == (7, 9)
    assert plate[3, 4] == 1
    # One pixel away the phase is pi/7, a knight's move away 5 pi/7.
    assert plate[3, 5] == plate[2, 4] == pytest.approx(0.5 + 0.5 * np.cos(np.pi / 7))
    assert plate[5, 5] == plate[4, 2] == pytest.approx(0.5 + 0.5 * np.cos(5 * np.pi / 7))
    # At the middle of an edge of an even image the phase is pi N / 4: r/N is 1/2, Nyquist.
    assert formula("zoneplate")[128, 0] == pytest.approx(0.5 + 0.5 * np.cos(np.pi * 64))


def test_zoneplate_reaches_nyquist_at_the_edge() -> None:
    row = formula("zoneplate:512x512")[256].astype(float)
    assert np.all(np.diff(np.sign(np.diff(row[1:9]))) != 0)  # up, down, up, down


def test_chirp_rises_from_0_to_nyquist_along_the_rows() -> None:
    chirp = formula("chirp:3x64").astype(float)
    assert (chirp == chirp[0]).all()
    assert chirp[0, 0] == 1
    assert chirp[0, 8] == pytest.approx(0.5)  # pi 64 / 128 is a quarter turn
    # Between neighbours the phase grows by 2 pi (2j + 1) / 4W: almost half a turn at the end.
    assert np.arccos(2 * chirp[0, 1] - 1) == pytest.approx(np.pi / 128, rel=1e-3)
    assert np.all(np.diff(np.sign(np.diff(chirp[0, -6:]))) != 0)


def test_checkerboard_alternates_from_0() -> None:
    assert formula("checkerboard:2x3").tolist() == [[0, 1, 0], [1, 0, 1]]


def test_siemens_has_36_bright_spokes() -> None:
    # On a circle of radius 100: as many crossings from dark to bright as there are spokes.
    angles = np.radians(np.arange(0.05, 360, 0.1))
    rows, columns = (np.rint(128 + 100 * f(angles)).astype(int) for f in (np.sin, np.cos))
    bright = formula("siemens")[rows, columns] > 0.5
    assert np.count_nonzero(bright & ~np.roll(bright, 1)) == 36
    assert formula("siemens")[128, 129:].min() == 1  # one points to the right


@pytest.mark.parametrize("size", ["1x1", "2x2", "5x8", "7x9", "256x256"])
def test_impulse_is_a_single_1_at_an_even_place_by_the_middle(size: str) -> None:
    impulse = formula(f"impulse:{size}")
    assert impulse.sum() == impulse.max() == 1
    for place, n in zip(np.argwhere(impulse)[0], impulse.shape, strict=True):
        assert place % 2 == 0
        assert abs(place - (n - 1) / 2) <= 1


@pytest.mark.parametrize(("size", "row"), [("3x4", [0, 0, 1, 1]), ("3x5", [0, 0, 1, 1, 1])])
def test_step_is_1_in_the_right_half(size: str, row: list[int]) -> None:
    assert formula(f"step:{size}").tolist() == [row] * 3


def test_bars_get_wider_downwards() -> None:
    bars = formula("bars:7x24")
    bright = {2: 1, 3: 2, 4: 2, 6: 3, 8: 4, 12: 6, 16: 8}
    for row, (period, width) in zip(bars, bright.items(), strict=True):
        wanted = ([1] * width + [0] * (period - width)) * 24
        assert row.tolist() == wanted[:24]


def test_noise_is_the_same_twice_and_white() -> None:
    noise = formula("noise")
    assert np.array_equal(noise, formula("noise"))
    assert noise.mean() == pytest.approx(0.5, abs=0.01)
    assert noise.var() == pytest.approx(1 / 12, rel=0.02)
    spectrum = np.abs(np.fft.fft2(noise - noise.mean())) ** 2
    assert spectrum[:128].mean() == pytest.approx(spectrum[128:].mean(), rel=0.05)


def test_discs_cover_their_area_in_noise() -> None:
    image = formula("discs").astype(float) - 0.5
    cells = image.reshape(8, 32, 8, 32).swapaxes(1, 2)
    sums, noise = cells.sum((2, 3)), 0.05 * 32
    areas = np.pi / 4 * np.array([1, 1.5, 2, 3, 4, 6, 8, 12]) ** 2
    contrasts = [0.32, 0.16, 0.08, 0.04, -0.04, -0.08, -0.16, -0.32]
    assert np.abs(sums - np.outer(contrasts, areas)).max() < 4 * noise
    assert image[:, :32].std() == pytest.approx(0.05, rel=0.05)
    assert np.array_equal(formula("discs"), formula("discs"))
    # Beyond 256 px the same cells come again.
    repeated = formula("discs:32x288").astype(float)[:, 256:].sum() - 0.5 * 32**2
    assert abs(repeated - 0.32 * np.pi / 4) < 4 * noise


def test_balls_are_a_volume_of_1_mm_with_a_slice_through_them() -> None:
    volume = load("sample:balls", volume=True)
    assert (volume.size, volume.spacing) == ((48, 128, 128), (1, 1, 1))
    assert volume.range == (0, 1)
    cells = (volume.array.astype(float) - 0.5).reshape(3, 16, 8, 16, 8, 16).sum((1, 3, 5))
    assert cells[1, 0, 7] == pytest.approx(0.32 * np.pi / 6 * 12**3, abs=4 * 0.05 * 64)
    assert cells[1, 7, 7] == pytest.approx(-0.32 * np.pi / 6 * 12**3, abs=4 * 0.05 * 64)
    middle = load("sample:balls")
    assert np.array_equal(middle.array, volume.array[24])
    assert middle.array[8, 120] > 0.7
    with pytest.raises(InputError, match="'balls' is a volume and has its own size"):
        load("sample:balls:8x8")


@pytest.mark.parametrize(
    ("x", "y", "value"),
    [
        (0, 0, 0.2),  # grey matter: skull 1 - .8
        (0, 0.9, 1.0),  # skull, at the top
        (0, -0.89, 0.2),  # the brain's centre lies .0184 lower, so that here it still is brain
        (0.99, 0.99, 0),  # air
        (0.22, 0, 0),  # the ventricles
        (-0.22, 0, 0),
        (0.3, -0.2, 0.2),  # the right ventricle is narrow and leans ...
        (-0.33, 0.35, 0),  # ... the left one is wide
        (0, 0.45, 0.3),  # the large ellipse is above the middle,
        (0, -0.45, 0.2),  # not below it
        (0, 0.08, 0.3),
        (0, -0.1, 0.3),
        (-0.08, -0.605, 0.3),
        (0, -0.606, 0.3),
        (0.06, -0.605, 0.3),
        (0.13, -0.605, 0.2),
    ],
)
def test_phantom_has_the_contrasts_of_toft(x: float, y: float, value: float) -> None:
    phantom = phantom_of_toft()
    row, column = round((1 - y) * 250 - 0.5), round((x + 1) * 250 - 0.5)
    assert phantom[row, column] == pytest.approx(value, abs=1e-6)


def test_the_area_of_the_phantoms_skull_is_that_of_its_ellipses() -> None:
    phantom = phantom_of_toft().astype(float)
    skull = np.pi * (0.69 * 0.92 - 0.6624 * 0.874)
    # Pixels on the border of the skull are means of it and its surroundings: count by value.
    assert (phantom >= 0.6).sum() * (2 / 500) ** 2 == pytest.approx(skull, rel=0.02)


# --- names -----------------------------------------------------------------------------------

ALL = " ".join([*SAMPLE_FILES, *SYNTHETIC, *VOLUMES])


@pytest.mark.parametrize(
    ("text", "near"),
    [("zonplate", "zoneplate"), ("T1", "t1"), ("checkers:8x8", "checkerboard"), ("brik", "brick")],
)
def test_an_unknown_name_proposes_the_nearest(text: str, near: str) -> None:
    with pytest.raises(InputError) as caught:
        load(f"sample:{text}")
    assert str(caught.value) == (
        f"no sample is named {text.partition(':')[0]!r}\n"
        f"  in:  sample:{text}\n"
        f"  fix: did you mean {near!r}? the samples are {ALL}"
    )


def test_a_name_near_to_none_lists_them_all() -> None:
    with pytest.raises(InputError) as caught:
        load("sample:")
    assert (
        str(caught.value) == f"no sample is named ''\n  in:  sample:\n  fix: the samples are {ALL}"
    )


@pytest.mark.parametrize(
    "size", ["", "7", "7x", "x7", "0x5", "5x0", "07x5", "-1x5", "5x5x5", "4097x1", "1e2x5", "٣x3"]
)
def test_what_is_no_size_is_refused(size: str) -> None:
    with pytest.raises(InputError) as caught:
        load(f"sample:step:{size}")
    assert str(caught.value) == (
        f"{size!r} is not a size\n"
        f"  in:  sample:step:{size}\n"
        "  fix: write HxW with sides of 1..4096 px"
    )


def test_a_real_sample_has_its_own_size() -> None:
    with pytest.raises(InputError) as caught:
        load("sample:t1:64x64")
    assert str(caught.value) == (
        "sample 't1' is a file and has its own size\n  in:  sample:t1:64x64\n  fix: leave it out"
    )


def test_a_formula_has_no_slices() -> None:
    with pytest.raises(UsageError, match=r"^an image made by a formula has no slice\n"):
        load("sample:step", slice=3)


def test_samples_are_found_in_an_installed_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # In a wheel the folder lies inside the package, in a checkout beside it.
    package = tmp_path / "sampviz"
    (package / "images").mkdir(parents=True)
    monkeypatch.setattr("sampviz.images.samples.__file__", str(package / "images" / "samples.py"))
    assert sample_path("t1") == tmp_path / "sample_images" / "t1.nii.gz"
    (package / "sample_images").mkdir()
    assert sample_path("t1") == package / "sample_images" / "t1.nii.gz"
