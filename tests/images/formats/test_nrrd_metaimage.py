"""NRRD and MetaImage: every voxel where SimpleITK, pynrrd or the standard says that it is."""

import itertools
from pathlib import Path
from typing import Any

import nrrd
import numpy as np
import pytest

from sampviz.cli.app import run
from sampviz.core.errors import SampvizWarning
from sampviz.images.load import digest, load
from tests.images.build import Array, read_nifti
from tests.images.formats.hostile.metaimage import mha
from tests.images.formats.hostile.metaimage import nrrd as nrrd_file

pytestmark = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")

VOXELS = np.random.default_rng(0).integers(0, 999, (4, 5, 6)).astype(np.int16)  # z, y, x
SPACING, ORIGIN = (1.5, 2.0, 3.0), (-10.0, 20.0, 7.0)
_TURN = np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1]])
PLACES = [
    (_TURN[:, order] * [sign, 1, 1], sign) for order in itertools.permutations(range(3))
    for sign in (1, -1)
]  # fmt: skip
TO_RAS = {"LPS": (-1, -1, 1), "LAS": (-1, 1, 1), "RAS": (1, 1, 1)}


def check_places(path: Path, affine: Array) -> None:
    """Compare where a volume lies with an affine from (x, y, z) to RAS+ mm."""
    volume = load(path, volume=True)
    assert volume.geometry is not None
    assert volume.geometry.axes == ("S", "P", "R")
    for x, y, z in [(0, 0, 0), (5, 0, 0), (3, 4, 1), (2, 1, 3)]:
        place = np.linalg.solve(volume.geometry.affine, affine @ [x, y, z, 1])[:3]
        nearest = tuple(np.rint(place).astype(int))
        assert place == pytest.approx(nearest, abs=1e-4)
        assert volume.array[nearest] == VOXELS[z, y, x]


def affine_of(direction: Array, signs: Any) -> Array:
    affine = np.eye(4)
    affine[:3, :3] = direction * SPACING
    affine[:3, 3] = ORIGIN
    affine[:3] *= np.array(signs)[:, None]
    return affine


@pytest.mark.parametrize("name", ["a.mha", "a.mhd", "a.nrrd", "a.nhdr"])
@pytest.mark.parametrize("packed", [False, True])
def test_voxels_lie_where_simpleitk_says(tmp_path: Path, name: str, packed: bool) -> None:
    itk = pytest.importorskip("SimpleITK", reason="the extra library of this oracle is large")
    for direction, _ in PLACES:
        image = itk.GetImageFromArray(VOXELS)
        image.SetSpacing(SPACING)
        image.SetOrigin(ORIGIN)
        image.SetDirection(direction.ravel().tolist())
        itk.WriteImage(image, str(tmp_path / name), packed)
        columns = [image.TransformIndexToPhysicalPoint(p) for p in np.eye(3, dtype=int).tolist()]
        origin = np.array(image.TransformIndexToPhysicalPoint((0, 0, 0)))
        affine = np.eye(4)
        affine[:3, :3], affine[:3, 3] = (np.array(columns) - origin).T, origin
        affine[:2] *= -1
        check_places(tmp_path / name, affine)


@pytest.mark.parametrize("direction", [direction for direction, _ in PLACES[::3]])
@pytest.mark.parametrize("space", TO_RAS)
@pytest.mark.parametrize("encoding", ["raw", "gzip", "bzip2", "ascii"])
def test_voxels_lie_where_pynrrd_wrote_them(
    tmp_path: Path, direction: Array, space: str, encoding: str
) -> None:
    said = {
        "space": space,
        "space directions": (direction * SPACING).T,
        "space origin": ORIGIN,
        "encoding": encoding,
    }
    nrrd.write(str(tmp_path / "a.nrrd"), VOXELS.T, said)
    check_places(tmp_path / "a.nrrd", affine_of(direction, TO_RAS[space]))


@pytest.mark.parametrize("space", TO_RAS)
def test_a_space_in_whole_words_is_that_of_its_initials(tmp_path: Path, space: str) -> None:
    names = ("left", "right", "posterior", "anterior", "superior")
    words = "-".join(next(n for n in names if n.startswith(letter.lower())) for letter in space)
    said = {"space": words, "space directions": (_TURN * SPACING).T, "space origin": ORIGIN}
    nrrd.write(str(tmp_path / "a.nrrd"), VOXELS.T, said)
    check_places(tmp_path / "a.nrrd", affine_of(_TURN, TO_RAS[space]))


@pytest.mark.parametrize("direction", [direction for direction, _ in PLACES[::3]])
def test_a_metaimage_has_the_directions_of_its_axes_as_rows(
    tmp_path: Path, direction: Array
) -> None:
    words = {
        "TransformMatrix": " ".join(map(str, direction.T.ravel())),
        "Offset": " ".join(map(str, ORIGIN)),
        "ElementSpacing": " ".join(map(str, SPACING)),
    }
    data = mha(VOXELS.astype(">i2").tobytes(), NDims="3", DimSize="6 5 4",
               BinaryDataByteOrderMSB="True", **words)  # fmt: skip
    (tmp_path / "a.mha").write_bytes(data)
    check_places(tmp_path / "a.mha", affine_of(direction, TO_RAS["LPS"]))


def test_channels_frames_and_colours(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).normal(size=(4, 5, 6, 2)).astype("<f4")
    series = np.random.default_rng(1).normal(size=(3, 4, 5, 6)).astype("<f4")
    colours = np.arange(90, dtype=np.uint8).reshape(5, 6, 3)
    made = {
        "v.mha": mha(vectors.tobytes(), NDims="3", DimSize="6 5 4", ElementType="MET_FLOAT",
                     ElementNumberOfChannels="2"),
        "t.mha": mha(series.tobytes(), NDims="4", DimSize="6 5 4 3", ElementType="MET_FLOAT"),
        "c.mha": mha(colours.tobytes(), DimSize="6 5", ElementType="MET_UCHAR",
                     ElementNumberOfChannels="3"),
        "v.nrrd": nrrd_file(vectors.tobytes(), type="float", dimension="4", sizes="2 6 5 4",
                            kinds="vector domain domain domain"),
        "t.nrrd": nrrd_file(series.tobytes(), type="float", dimension="4", sizes="6 5 4 3",
                            kinds="domain domain domain time"),
        "c.nrrd": nrrd_file(colours.tobytes(), type="uint8", dimension="3", sizes="3 6 5",
                            kinds="RGB-color domain domain"),
    }  # fmt: skip
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    for ending in ("mha", "nrrd"):
        image = load(tmp_path / f"v.{ending}", channel=1, slice=2)
        assert np.array_equal(image.array, vectors[2, ..., 1])
        image = load(tmp_path / f"t.{ending}", frame=2, slice=1)
        assert np.array_equal(image.array, series[2, 1])
        image = load(tmp_path / f"c.{ending}")
        assert image.colour
        assert np.array_equal(image.array, colours.transpose(2, 0, 1))
        assert image.geometry is None


def test_a_plane_has_the_spacing_of_its_header(tmp_path: Path) -> None:
    plane = VOXELS[0].astype("<i2").tobytes()
    (tmp_path / "a.mha").write_bytes(mha(plane, DimSize="6 5", ElementSpacing="0.5 0.7"))
    (tmp_path / "a.nrrd").write_bytes(nrrd_file(plane, sizes="6 5", spacings="0.5 0.7"))
    for name in ("a.mha", "a.nrrd"):
        image = load(tmp_path / name)
        assert image.spacing == (0.7, 0.5)
        assert image.taken == ""
        assert np.array_equal(image.array, VOXELS[0])


def test_who_does_not_say_left_is_drawn_as_stored(tmp_path: Path) -> None:
    (tmp_path / "a.nrrd").write_bytes(
        nrrd_file(VOXELS.tobytes(), dimension="3", sizes="6 5 4", space="3D-right-handed",
                  space_directions="(1,0,0) (0,2,0) (0,0,3)")
    )  # fmt: skip
    with pytest.warns(SampvizWarning, match="does not say which way is left"):
        image = load(tmp_path / "a.nrrd", slice=1)
    assert np.array_equal(image.array, VOXELS[1])
    assert image.spacing == (2, 1)


def test_what_is_written_of_it_lies_where_it_lay(tmp_path: Path) -> None:
    said = {"space": "LPS", "space directions": np.diag(SPACING), "space origin": ORIGIN}
    nrrd.write(str(tmp_path / "a.nrrd"), VOXELS.T, said)
    out = tmp_path / "o.nii.gz"
    assert run(["apply", str(tmp_path / "a.nrrd"), "identity", "-o", str(out), "--volume"]) == 0
    written = read_nifti(out)
    index = np.linalg.solve(written.affine, affine_of(np.eye(3), TO_RAS["LPS"]) @ [1, 2, 3, 1])
    assert written.get_fdata()[tuple(np.rint(index[:3]).astype(int))] == VOXELS[3, 2, 1]


@pytest.mark.parametrize("name", ["a.mhd", "a.nhdr"])
def test_the_digest_is_of_the_data_beside_the_header_too(tmp_path: Path, name: str) -> None:
    header = (
        mha(b"", ElementDataFile="d.raw") if name == "a.mhd" else nrrd_file(b"", data_file="d.raw")
    )
    (tmp_path / name).write_bytes(header)
    (tmp_path / "d.raw").write_bytes(bytes(24))
    before = digest(str(tmp_path / name))
    (tmp_path / "d.raw").write_bytes(b"x" * 24)
    assert digest(str(tmp_path / name)) != before
