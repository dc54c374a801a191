"""Rows of volumes: slices of what is computed of the whole, in the planes that show the most."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import UsageError
from sampviz.dsp.dtypes import Array
from sampviz.dsp.spectrum import FLOOR_DB
from sampviz.figures.panels.alias_rows import alias_row, foldspectrum_row
from sampviz.figures.panels.column import columns_of
from sampviz.figures.panels.detail_rows import Detail, error_row
from sampviz.figures.panels.panel import Panel, PanelRow
from sampviz.figures.panels.panel_data import PanelData
from sampviz.figures.panels.panel_windows import PanelWindow
from sampviz.figures.panels.scene import scenes_of
from sampviz.figures.panels.zoom_region import Region
from sampviz.figures.render.render import PanelFigure
from sampviz.images.convert import as_image
from sampviz.images.geometry import Geometry
from sampviz.images.image import Image
from sampviz.ops.chain import parse_chains

pytestmark = pytest.mark.slow

SIZE = (16, 24, 20)


def wave(*frequency: int, size: tuple[int, ...] = SIZE) -> Array:
    """A cosine of amplitude 1 with so many cycles along each axis."""
    parts = (k * np.arange(n) / n for k, n in zip(frequency, size, strict=True))
    return np.asarray(np.cos(2 * np.pi * sum(np.meshgrid(*parts, indexing="ij"))))


LOW = wave(2, 1, 3)
HIGH = wave(6, 2, 1) / 2  # above half the Nyquist frequency along the slices


def data_of(image: Image, chains: str) -> dict[str, PanelData]:
    """What the slices of a volume are drawn from, by their planes."""
    columns = columns_of(image, parse_chains(chains), 1, "magnitude")
    windows = tuple(PanelWindow((0.0, 1.0)) for _ in columns)
    data = {}
    for scene in scenes_of(image, columns, with_names=False, choose=True):
        assert scene.cut
        data[scene.cut.plane.plane] = PanelData(
            scene.image, scene.columns, (1, 1), windows, "gray", False, cut=scene.cut
        )
    return data


def array(row: PanelRow, i: int) -> Array:
    panel = row.panels[i]
    assert isinstance(panel, Panel)
    assert panel.array is not None
    return panel.array


def limits(row: PanelRow, i: int) -> tuple[float, float] | None:
    panel = row.panels[i]
    assert isinstance(panel, Panel)
    return panel.limits


def cut(x: Array, data: PanelData, *, step: int = 2) -> Array:
    """The slice of an output, by hand: the head and the back come first."""
    assert data.cut
    plane = data.cut.plane
    i = min(-(-(2 * plane.index - step) // (2 * step)), x.shape[plane.axis] - 1)
    slices = {"axial": x[i], "coronal": x[::-1, i], "sagittal": x[::-1, ::-1, i]}
    return np.asarray(slices[plane.plane])


def test_error_and_alias_are_slices_of_those_of_the_volume() -> None:
    volume = as_image(LOW + HIGH, volume=True)
    planes = data_of(volume, "stride,flc")
    assert set(planes) == {"axial", "coronal", "sagittal"}
    folded = HIGH[::2, ::2, ::2]  # striding keeps all of it, and the rest is the ideal image
    assert len({limits(alias_row(data), 1) for data in planes.values()}) == 1
    for data in planes.values():
        whole = Detail(Region(0, 0, *data.image.size), (0.0, 1.0), (1, 1))
        expected = cut(folded, data)
        np.testing.assert_allclose(array(alias_row(data), 1)[0], expected, atol=1e-12)
        error = array(error_row(data, whole), 1)[0]
        np.testing.assert_allclose(error, expected - expected.mean(), atol=1e-12)
        assert np.abs(array(error_row(data, whole), 2)).max() < 1e-12


def test_spectra_are_summed_over_the_frequencies_across_a_plane() -> None:
    planes = data_of(as_image(LOW + HIGH, volume=True), "stride")
    # Of 8 x 12 x 10 samples; slices (and rows of sagittal ones) are counted from their end.
    low, folded = {0: 2, 1: 1, 2: 3}, {0: -2, 1: 2, 2: 1}
    for name, (rows, columns, turned) in {
        "axial": (1, 2, (1, 1)),
        "coronal": (0, 2, (-1, 1)),
        "sagittal": (0, 1, (-1, -1)),
    }.items():
        amplitude = planes[name].spectra[1]
        share = array(foldspectrum_row(planes[name], boxes=True), 1)[0]
        height, width = amplitude.shape
        expected = np.zeros(amplitude.shape)
        for k, level, part in ((low, 1 / 2, 0.0), (folded, 1 / 4, 1.0)):
            for sign in (1, -1):
                bin_ = (
                    height // 2 + sign * turned[0] * k[rows],
                    width // 2 + sign * turned[1] * k[columns],
                )
                expected[bin_] = level
                assert share[bin_] == pytest.approx(part, abs=1e-12)
        np.testing.assert_allclose(amplitude, expected, atol=1e-7)


def panels(figure: PanelFigure) -> dict[str, Array]:
    return {
        placed.panel.name: placed.panel.array
        for placed in figure.sheet.panels
        if placed.panel.array is not None
    }


def test_a_volume_of_one_slice_is_drawn_as_its_plane() -> None:
    x = np.random.default_rng(0).random((32, 40))
    rows = "image,alias,error,spectrum,foldspectrum,difference"
    chains = "stride:s=1x2x2,max:k=1x2x2,blur:k=1x4x4:s=1x2x2"
    figure = sampviz.compare(as_image(x[None], volume=True), chains, rows=rows)
    volume = list(panels(figure).values())
    plane = panels(sampviz.compare(x, "stride,max,blur:k=4", rows=rows))
    assert len(volume) == len(plane) > 12
    for drawn, (name, expected) in zip(volume, plane.items(), strict=True):
        if name.startswith("folded energy"):  # a share of nothing is rounding
            np.testing.assert_allclose(drawn[1], expected[1], atol=1e-4)
            seen = expected[1] > FLOOR_DB
            np.testing.assert_allclose(drawn[0][seen], expected[0][seen], atol=1e-4)
            continue
        np.testing.assert_allclose(drawn, expected, atol=1e-5, err_msg=name)


def test_slices_go_through_the_structure_that_chains_lose() -> None:
    rng = np.random.default_rng(0)
    x = np.zeros((40, 48, 44))
    x[25:31, 13:19, 29:35] = rng.random((6, 6, 6))
    planes = data_of(as_image(x, volume=True), "stride")
    point = [data.cut.plane.index for data in planes.values() if data.cut]
    for i, (start, stop) in zip(point, ((25, 31), (13, 19), (29, 35)), strict=True):
        assert start <= i < stop
        assert i % 2 == 0  # where striding has samples


def test_a_slice_that_was_asked_for_stays() -> None:
    image = sampviz.load("sample:dwi", volume=True, plane="coronal", slice=10)
    (data,) = data_of(image, "max").values()
    assert data.image.taken.startswith("coronal slice 10 of 0..63")


@pytest.mark.parametrize(
    ("size", "chain", "planes"),
    [
        ((4, 32, 32), "max:k=1x2x2", {"axial"}),
        ((32, 4, 32), "max:k=2x1x2", {"coronal"}),
        ((16, 16, 16), "max", {"axial", "coronal", "sagittal"}),
        ((8, 8, 8), "max", {"axial", "coronal", "sagittal"}),  # too small for any: all alike
    ],
)
def test_planes_are_shown_that_have_samples_to_look_at(
    size: tuple[int, ...], chain: str, planes: set[str]
) -> None:
    x = np.random.default_rng(0).random(size)
    assert set(data_of(as_image(x, volume=True), chain)) == planes


def test_what_is_folded_along_slices_is_never_shown_across_them_alone() -> None:
    x = np.random.default_rng(0).random((8, 32, 32))
    assert len(data_of(as_image(x, volume=True), "max")) == 2


def test_below_stands_how_far_away_the_slice_of_an_output_lies() -> None:
    x = np.random.default_rng(0).random((16, 16, 16))
    image = with_spacing(x, (3.0, 1.0, 1.0))
    axial = data_of(image, "stride,max")["axial"]
    assert axial.cut
    texts = [axial.cut.place_text(i).replace("\u00a0", " ") for i in range(3)]
    assert texts == ["", "same place", "+1.5 mm"]


def with_spacing(x: Array, spacing: tuple[float, ...]) -> Image:
    geometry = Geometry(np.diag([*spacing, 1.0]), ("S", "P", "R"), 3)
    return replace(as_image(x, volume=True), geometry=geometry)


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (5.0, 1.0, 1.0), (3.0, 0.9, 0.9)])
def test_all_planes_are_drawn_at_one_scale_in_mm(spacing: tuple[float, ...]) -> None:
    image = with_spacing(np.random.default_rng(0).random((16, 24, 20)), spacing)
    figure = sampviz.compare(image, "stride", rows="image")
    originals = [p.panel for p in figure.sheet.panels if p.panel.name.endswith("original")]
    axes = ((1, 2), (0, 2), (0, 1))  # rows and columns of axial, coronal and sagittal slices
    scales = [
        panel.zoom[i] / spacing[axis]
        for panel, plane in zip(originals, axes, strict=True)
        for i, axis in enumerate(plane)
    ]
    assert scales == pytest.approx([scales[0]] * 6, rel=0.02)


def test_numbers_under_the_panels_are_of_the_volume_and_stand_there_once() -> None:
    x = np.random.default_rng(0).random((16, 16, 16))
    figure = sampviz.compare(as_image(x, volume=True), "stride", rows="image", in_panel="psnr")
    (row,) = sampviz.measure(x, "stride", axes=3, measures="psnr")
    texts = [text.get_text().replace("\u00a0", " ") for text in figure.texts]
    assert texts.count(f"psnr {row.values['psnr']:.3g} dB ↑") == 1


def test_the_page_of_a_volume_has_one_detail_and_the_rows_of_a_plane() -> None:
    x = np.random.default_rng(0).random((24, 32, 32))
    figure = sampviz.compare(as_image(x, volume=True), "stride,max")
    names = [p.panel.name.partition(",")[0] for p in figure.sheet.panels]
    first, *_ = (name for name in names if name.endswith("detail"))
    assert names.count(first) == 3
    assert sum(name.endswith("detail") for name in names) == 3
    assert names.count(first.replace("detail", "error")) == 2
    axes = ("first axis", "second axis", "third axis")
    for axis, row in product(axes, ("image", "spectrum")):
        assert names.count(f"{axis} {row}") == 3
    assert len(figure.axes) >= 3  # the charts


def test_of_all_1_there_is_a_row_for_planes_alone() -> None:
    with pytest.raises(UsageError, match="what becomes of all 1 is drawn of planes") as caught:
        sampviz.compare(as_image(LOW, volume=True), "max", rows="image,flat")
    assert caught.value.as_options().fix == "leave flat out, or --volume"


def test_a_recipe_of_a_volume_draws_the_same_panels(tmp_path: Path) -> None:
    np.save(tmp_path / "v.npy", LOW + HIGH)
    rows = "image,detail,error,alias"
    table = {"inputs": [str(tmp_path / "v.npy")], "ops": ["stride"], "rows": rows, "volume": True}
    drawn = panels(sampviz.draw_recipe(table))
    expected = panels(
        sampviz.compare(sampviz.load(tmp_path / "v.npy", volume=True), "stride", rows=rows)
    )
    assert list(drawn) == list(expected)
    assert all(np.array_equal(drawn[name], expected[name]) for name in drawn)


def test_a_region_of_a_volume_is_one_of_a_single_plane() -> None:
    with pytest.raises(UsageError, match="a region is one of a slice") as caught:
        sampviz.compare(as_image(LOW, volume=True), "max", zoom="2x4+8")
    fix = "add --plane for a volume, or write --zoom auto"
    assert caught.value.as_options().fix == fix
    image = sampviz.load("sample:dwi", volume=True, plane="coronal", slice=30)
    figure = sampviz.compare(image, "stride", rows="image,zoom", zoom="2x40+16")
    drawn = panels(figure)
    zoomed = drawn["zoom 2x40+16, original"]
    np.testing.assert_array_equal(zoomed[0], drawn["image, original"][0, 2:18, 40:56])
    with pytest.raises(UsageError, match="reaches beyond 24x64 px"):
        sampviz.compare(image, "stride", zoom="10x40+16")
