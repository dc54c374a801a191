"""What the page is told of a volume: where its slices lie, and which plane it opens on."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest

import sampviz
from sampviz.analysis.metrics import parse_metrics
from sampviz.dsp.dtypes import Array
from sampviz.dsp.grid import Grid
from sampviz.dsp.volume_spectrum import amplitude_in_planes
from sampviz.figures.panels.column import columns_of
from sampviz.figures.panels.volume_cut import VolumeColumns
from sampviz.images.intensity_window import Window
from sampviz.images.load import load
from sampviz.images.volume_slice import slices_across
from sampviz.ops.convert import as_chains
from sampviz.report.array_store import ArrayStore
from sampviz.report.page_data import subject_model
from sampviz.report.subjects import Subject, subjects_of
from sampviz.report.volume_planes import plane_place, slice_distance
from tests.conftest import Cli

rng = np.random.default_rng(0)
SPACING = 2.5, 1.5, 3.0  # of x, y, z in mm
ORIGIN = -20.0, 7.0, 11.0


def volume_file(folder: Path, shape: tuple[int, int, int]) -> str:
    """Write a volume of x, y, z, each counted to the right, the front, upwards."""
    affine = np.diag([*SPACING, 1.0])
    affine[:3, 3] = ORIGIN
    path = folder / "v.nii"
    nib.save(nib.Nifti1Image(rng.random(shape).astype(np.float32), affine), path)
    return str(path)


def subject_of(source: str, ops: str) -> Subject:
    """Return the volume that a page shows."""
    (subject,) = subjects_of(
        [source],
        as_chains(ops, allow_code=False),
        parse_metrics("psnr"),
        reading={"volume": True},
        levels=1,
        window=Window.parse(None),
        radiological=False,
        failures={},
    )
    return subject


def model_of(source: str, ops: str) -> dict[str, Any]:
    """Return what the page is told."""
    metrics, window = parse_metrics("psnr"), Window.parse(None)
    return subject_model(subject_of(source, ops), ArrayStore(), metrics, window)


def test_it_opens_on_the_slices_that_figures_show(tmp_path: Path) -> None:
    source, ops = volume_file(tmp_path, (24, 20, 16)), "max,blur"
    subject = subject_of(source, ops)
    image = load(source, volume=True)
    columns = columns_of(image, as_chains(ops, allow_code=False), 1, "magnitude")
    cuts = VolumeColumns(image, columns).cuts
    assert [cut.plane.index for cut in cuts] == [p.index for p in subject.image.slice_planes]
    assert [cut.has_detail for cut in cuts].index(True) == subject.opening
    assert [cut.plane.index for cut in cuts] != [p.index for p in image.slice_planes]
    # The slices themselves are cut there, too.
    for cut, (plane, part) in zip(
        cuts, zip(subject.image.slice_planes, subject.slices, strict=True), strict=True
    ):
        assert part.image.taken == plane.text == cut.plane.text


def test_slices_of_the_original_and_of_outputs_lie_where_the_header_says(tmp_path: Path) -> None:
    model = model_of(volume_file(tmp_path, (24, 20, 16)), "avg,stride:1x2x2,stride:4")
    planes = {plane["name"]: plane for plane in model["planes"]}
    for name, world in (("sagittal", 0), ("coronal", 1), ("axial", 2)):
        plane, count = planes[name], (24, 20, 16)[world]
        assert plane["letter"] == "xyz"[world]
        assert plane["unit"] == "mm"
        mm = [plane["first"] + plane["step"] * i for i in range(count)]
        known = [ORIGIN[world] + SPACING[world] * i for i in range(count)]
        # Rows are counted from the front, against y.
        assert mm == pytest.approx(known[::-1] if name == "coronal" else known)
        # The mean of two slices lies between them; of 1x2x2 and stride 4 the first is kept.
        factors = {"axial": (2, 1, 4)}.get(name, (2, 2, 4))
        for panel, factor, delta in zip(
            model["levels"][0]["panels"][1:], factors, (0.5, 0, 0), strict=True
        ):
            assert panel["axes"][plane["axis"]] == [delta, factor]


@pytest.mark.filterwarnings("ignore:.*which way is left")
@pytest.mark.parametrize("file", ["oriented", "unoriented", "npy"])
def test_slices_have_the_numbers_by_which_they_are_chosen(tmp_path: Path, file: str) -> None:
    path = volume_file(tmp_path, (8, 7, 9))
    if file == "unoriented":
        nib.save(nib.Nifti1Image(rng.random((8, 7, 9)).astype(np.float32), None), path)
    elif file == "npy":
        path = str(tmp_path / "v.npy")
        np.save(path, rng.random((9, 7, 8)))
    image = load(path, volume=True)
    for plane in image.slice_planes:
        place = plane_place(image, plane)
        number = plane.index if place["last"] is None else place["last"] - plane.index
        assert f"slice {number} of 0..{place['count'] - 1}" in plane.text
        at = place["first"] + place["step"] * plane.index
        if file == "oriented":
            assert f"= {at:.1f} mm" in plane.text
        else:
            assert at == pytest.approx(number * abs(place["step"]))


def test_the_distance_of_a_slice_is_that_of_the_nearest_sample(tmp_path: Path) -> None:
    image = load(volume_file(tmp_path, (8, 8, 9)), volume=True)
    axial = image.slice_planes[0]
    assert axial.index == 4
    assert slice_distance(image, axial, Grid(9)) == ""
    # Means of two lie at 2.5 and 4.5; of every third kept, 3 is nearest to 4.
    for step, delta, known in ((2, 0.5, "+1.5"), (3, 0, "−3")):
        words = slice_distance(image, axial, Grid(3, Fraction(step), Fraction(delta)))
        assert words == f"slice {known} mm away"


@pytest.mark.parametrize(
    ("shape", "opens"),
    [((24, 20, 4), "axial"), ((24, 4, 20), "coronal")],
)
def test_it_opens_on_a_plane_that_has_samples_along_both_sides(
    tmp_path: Path, shape: tuple[int, int, int], opens: str
) -> None:
    model = model_of(volume_file(tmp_path, shape), "stride")
    assert model["planes"][model["plane"]]["name"] == opens


@pytest.mark.parametrize("number", range(3))
def test_the_spectrum_of_a_plane_is_that_of_the_volume_summed_across(
    number: int, tmp_path: Path
) -> None:
    image = load(volume_file(tmp_path, (6, 9, 8)), volume=True)
    plane = image.slice_planes[number]
    stack: Array = np.stack([image.array, 3 + 2 * image.array])
    upright = stack[:, ::-1] if plane.plane == "coronal" else stack  # its rows: from the top
    centred = upright - stack.mean(axis=(1, 2, 3), keepdims=True)
    power = np.abs(np.fft.fftn(centred, axes=(1, 2, 3), norm="forward")) ** 2
    known = power.mean(axis=0).sum(axis=plane.axis)
    found = np.fft.ifftshift(amplitude_in_planes(slices_across(stack, plane))) ** 2
    assert found == pytest.approx(known, abs=1e-7)
    assert found.sum() == pytest.approx(centred.var(axis=(1, 2, 3)).mean(), rel=1e-5)


def test_python_and_the_command_give_the_same_page(cli: Cli, tmp_path: Path) -> None:
    path = volume_file(tmp_path, (8, 8, 9))
    words = [path, "--ops", "avg", "--volume", "--measures", "psnr", "-o", tmp_path / "a.html"]
    assert cli("report", *words).code == 0
    page = sampviz.report(path, "avg", tmp_path / "b.html", measures="psnr", volume=True)
    assert page.read_bytes() == (tmp_path / "a.html").read_bytes()
