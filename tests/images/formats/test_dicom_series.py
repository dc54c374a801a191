"""Series of DICOM against SimpleITK: values and geometry, for every encoding that is read."""

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sampviz import Image, load
from tests.images.formats.dicom.build import Array, Series
from tests.images.formats.dicom.series import SERIES

STORED = Path(__file__).parent / "dicom" / "oracle.json"
NOTES = {
    "turned": "oblique by 36.9 degrees",
    "gantry-tilt": "sheared by 11.3 degrees",
    "missing-slice": "a slice is missing: 3.333 mm, the mean, is taken; slices lie up to 0.833 mm",
    "uneven": "the spacing of slices varies from 1.75 to 3.25 mm: 2.5 mm, the mean, is taken;",
    "duplicates": "1 file is an image that another file holds: taken once",
    "monochrome1": "low values are bright in the file (MONOCHROME1): 4095 - value is read",
}

all_series = pytest.mark.parametrize("series", SERIES, ids=lambda series: series.name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dicom")
    for series in SERIES:
        series.write(folder)
    return folder


@pytest.fixture(scope="module")
def stored() -> dict[str, dict[str, Any]]:
    by_name: dict[str, dict[str, Any]] = json.loads(STORED.read_text())["series"]
    assert list(by_name) == [series.name for series in SERIES]
    return by_name


def quiet(source: Path, **options: Any) -> Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load(source, **options)


def voxels_at(facts: dict[str, Any], image: Image) -> Array:
    """Return the values of the other program where the voxels of an image lie."""
    values = np.array(facts["values"])
    indices = np.indices(image.array.shape).reshape(3, -1)
    assert image.geometry
    places = image.geometry.affine @ np.vstack([indices, np.ones(indices.shape[1])])
    voxels = (np.linalg.inv(facts["affine"]) @ places)[:3]
    np.testing.assert_allclose(voxels, np.rint(voxels), atol=1e-6)
    x, y, z = np.rint(voxels).astype(int)
    assert min(x.min(), y.min(), z.min()) == 0
    return np.asarray(values[z, y, x].reshape(image.array.shape))


@all_series
def test_values_and_geometry_are_those_of_simpleitk(
    folder: Path, stored: dict[str, dict[str, Any]], series: Series
) -> None:
    image = quiet(folder / series.name, volume=True)
    facts = stored[series.name]
    assert image.array.size == np.size(facts["values"])
    if series.name == "gantry-tilt":  # its affine there is not sheared
        np.testing.assert_array_equal(image.array[:, :, ::-1], facts["values"])
        return
    np.testing.assert_allclose(image.array, voxels_at(facts, image), rtol=1e-6, atol=series.close)


@all_series
def test_slices_lie_where_simpleitk_reads_each_by_itself(
    folder: Path, stored: dict[str, dict[str, Any]], series: Series
) -> None:
    origins = np.array(stored[series.name]["origins"])
    if not len(origins):
        return  # of one file
    image = quiet(folder / series.name, volume=True)
    assert image.geometry
    indices = np.indices(image.size).reshape(3, -1)
    places = (image.geometry.affine @ np.vstack([indices, np.ones(indices.shape[1])])).T[:, :3]
    apart = np.linalg.norm(places[:, None] - origins, axis=2).min(axis=0)
    most = {"missing-slice": 0.834, "uneven": 0.751}.get(series.name, 1e-5)
    assert apart.max() <= most


@all_series
def test_what_is_odd_is_said_once(folder: Path, series: Series) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load(folder / series.name)
    texts = [str(warning.message) for warning in caught]
    begins = NOTES.get(series.name)
    assert len(texts) == (1 if begins else 0)
    if begins:
        assert texts[0].startswith(f"{series.name}: {begins}")


@pytest.mark.parametrize("name", ["explicit", "sagittal", "enhanced", "slopes-of-slices"])
@pytest.mark.parametrize("plane", ["axial", "coronal", "sagittal"])
def test_a_slice_is_that_of_the_volume(folder: Path, name: str, plane: str) -> None:
    whole = quiet(folder / name, volume=True).array
    image = load(folder / name, plane=plane, slice="1")
    expected = {"axial": whole[1], "coronal": whole[::-1, -2], "sagittal": whole[::-1, ::-1, 1]}
    np.testing.assert_array_equal(image.array, expected[plane])


def test_simpleitk_itself_reads_what_is_stored(
    folder: Path, stored: dict[str, dict[str, Any]]
) -> None:
    pytest.importorskip("SimpleITK", reason="the program that the stored values are of")
    from tests.images.formats.dicom.make_oracle import read

    for name in ("explicit", "jpeg-lossless", "enhanced"):
        assert read(folder / name) == stored[name]
