"""What is written as NIfTI has the header of what was read, as far as it is still true.

Inputs are made, and outputs read, by nibabel.
"""

import itertools
import warnings
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest
from nibabel.affines import apply_affine

from sampviz.cli.app import run
from sampviz.images.image import FileFacts, Image
from sampviz.images.load import load
from sampviz.images.write_array import export
from sampviz.recipes.apply import apply as apply_chain
from tests.images.build import Array, diagonal, read_nifti, rotation, stored_as

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning"),
]

AFFINE = diagonal((1.5, 2.0, 3.0), (-13.0, -40.0, 25.0))
WAYS = {"slice": [], "coronal": ["--plane", "coronal"], "volume": ["--volume"]}
every_way = pytest.mark.parametrize("way", WAYS)


def write(path: Path, data: Array, affine: Array = AFFINE, **fields: Any) -> Path:
    """Write a NIfTI; `endian` and `version` are its form, all else are fields of its header."""
    version, endian = fields.pop("version", 1), fields.pop("endian", "<")
    kind: Any = {1: nib.Nifti1Image, 2: nib.Nifti2Image}[version]
    image = kind(data, affine, kind.header_class(endianness=endian), dtype=data.dtype)
    image.set_sform(affine, code=1)
    image.set_qform(affine, code=1)
    slope = fields.pop("slope", None)
    for field, value in fields.items():
        target = (image.header["pixdim"], 4) if field == "tr" else (image.header, field)
        target[0][target[1]] = value
    image.header.set_slope_inter(*(slope or (1, 0)))
    nib.save(image, path)
    return path


def apply(source: Path, chain: str, out: Path, *options: str) -> Any:
    assert run(["apply", str(source), chain, "-o", str(out), *options]) == 0
    return read_nifti(out)


def messages(source: Path, chain: str, out: Path, **options: Any) -> list[str]:
    """Return what is left out of an output, in the words that say so."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        apply_chain(source, chain, out, overwrite=True, **options)
    texts = [str(w.message).partition("left out: ") for w in caught]
    return [after for _, found, after in texts if found]


def series() -> Array:
    return np.random.default_rng(0).integers(0, 1000, (8, 10, 6, 4)).astype(np.int16)


FIELDS: dict[str, Any] = {
    "tr": 2.2,
    "toffset": 0.5,
    "xyzt_units": 2 | 16,  # mm and milliseconds
    "sform_code": 4,
    "qform_code": 2,
    "intent_code": 5,  # a z score
    "intent_p1": 7.5,
    "intent_p3": -2.0,
    "intent_name": b"stimulus",
    "cal_min": -3.0,
    "cal_max": 250.0,
    "descrip": b"a scan of 2026",
    "aux_file": b"other.txt",
}


FORMS = itertools.cycle(itertools.product([1, 2], "<>"))


@pytest.mark.parametrize(
    ("way", "chain", "version", "endian"),
    [
        (*case, *next(FORMS))
        for case in itertools.product(WAYS, ["max", "avg", "flc", "identity", "bilinear:2"])
    ],
)
def test_the_header_is_carried_over(
    tmp_path: Path, way: str, chain: str, version: int, endian: str
) -> None:
    source = write(tmp_path / "v.nii.gz", series(), version=version, endian=endian, **FIELDS)
    written = apply(source, chain, tmp_path / "out.nii.gz", *WAYS[way])
    assert isinstance(written, nib.Nifti2Image) == (version == 2)
    header = written.header
    assert float(header["pixdim"][4]) == pytest.approx(2.2)
    assert header.get_xyzt_units() == ("mm", "msec")
    for field in set(FIELDS) - {"tr"}:
        assert header[field] == read_nifti(source).header[field], field
    assert written.shape[3:] == ((4,) if way == "volume" else ())


@every_way
def test_a_later_frame_begins_later(tmp_path: Path, way: str) -> None:
    source = write(tmp_path / "v.nii", series(), tr=2.0, toffset=0.5, xyzt_units=10)
    header = apply(source, "max", tmp_path / "out.nii", *WAYS[way], "--frame", "3").header
    assert float(header["toffset"]) == 6.5


@pytest.mark.parametrize(("unit", "written"), [(0, "unknown"), (1, "mm"), (2, "mm"), (3, "mm")])
def test_mm_are_called_mm(tmp_path: Path, unit: int, written: str) -> None:
    source = write(tmp_path / "v.nii", series(), xyzt_units=unit | 8)
    out = apply(source, "max", tmp_path / "out.nii")
    assert out.header.get_xyzt_units() == (written, "sec")
    factor = {1: 1000.0, 3: 0.001}.get(unit, 1.0)
    assert nib.affines.voxel_sizes(out.affine)[:2] == pytest.approx([3 * factor, 4 * factor])


# --- data type -------------------------------------------------------------------------------

PICKS = [
    "max",
    "min",
    "stride:3",
    "nearest:2",
    "max+unpool",
    "median",
    "resize:filter=nearest",
]
INTEGERS = ["uint8", "int8", "int16", "uint16", "int32", "uint32", "int64"]


def picks() -> list[tuple[str, str, str]]:
    """Return every operation with every type, each by one way after the other."""
    of_planes = [way for way in WAYS if way != "volume"]
    return [
        (ways[(i + j) % len(ways)], chain, dtype)
        for i, chain in enumerate(PICKS)
        for ways in [of_planes if chain == "median" else [*WAYS]]
        for j, dtype in enumerate(INTEGERS)
    ]


@pytest.mark.parametrize(("way", "chain", "dtype"), picks())
def test_what_picks_values_keeps_their_type(
    tmp_path: Path, way: str, chain: str, dtype: str
) -> None:
    data = np.random.default_rng(1).integers(0, 120, (9, 12, 8)).astype(dtype)
    data[0, 0, 0] = np.iinfo(np.int8).max
    source = write(tmp_path / "v.nii", data, intent_code=1002, intent_name=b"atlas")
    out = apply(source, chain, tmp_path / "out.nii", *WAYS[way])
    assert out.get_data_dtype() == dtype
    assert out.dataobj.slope == 1
    assert out.dataobj.inter == 0
    assert np.isin(np.asarray(out.dataobj), [*np.unique(data), 0]).all()
    assert (int(out.header["intent_code"]), out.header["intent_name"].item()) == (1002, b"atlas")


@pytest.mark.parametrize("scale", [(0.5, -10.0), (1e-3, 4.0), (-2.0, 0.0)])
def test_a_slope_is_written_again_where_the_integers_are(
    tmp_path: Path, scale: tuple[float, float]
) -> None:
    source = write(tmp_path / "v.nii", series()[..., 0], slope=scale)
    out = apply(source, "stride", tmp_path / "out.nii", "--volume")
    assert out.get_data_dtype() == np.int16
    assert (out.dataobj.slope, out.dataobj.inter) == pytest.approx(scale)
    rows = slice(None, None, -1)  # rows are drawn, and so picked, from the front
    picked = np.asarray(read_nifti(source).dataobj)[::2, rows][:, ::2][:, rows][..., ::2]
    assert np.array_equal(np.asarray(out.dataobj), picked)


def test_a_zero_that_the_integers_have_not_makes_them_float32(tmp_path: Path) -> None:
    source = write(tmp_path / "v.nii", series()[..., 0], slope=(2.0, 1.0))  # odd values only
    assert messages(source, "zeros", tmp_path / "out.nii") == [
        "data type int16: it does not hold the values"
    ]
    out = read_nifti(tmp_path / "out.nii")
    assert out.get_data_dtype() == np.float32
    assert 0 in np.asarray(out.dataobj)


@every_way
@pytest.mark.parametrize("chain", ["avg", "blur", "bilinear:2", "max+avg"])
def test_what_makes_new_values_writes_float32_and_no_labels(
    tmp_path: Path, way: str, chain: str
) -> None:
    data = np.arange(8 * 10 * 6).reshape(8, 10, 6).astype(np.uint8) % 5
    source = write(tmp_path / "v.nii", data, intent_code=1002)
    out = apply(source, chain, tmp_path / "out.nii", *WAYS[way], "-q", "--as", "intensity")
    assert out.get_data_dtype() == np.float32
    assert int(out.header["intent_code"]) == 0
    assert messages(source, chain, tmp_path / "out.nii", as_="intensity") == [
        "the intent (label): values between the labels were made"
    ]


# --- fields that an operation makes untrue -----------------------------------------------------


@pytest.mark.parametrize("chain", ["conv:laplacian", "lp:norm=3", "transpose"])
def test_a_window_that_no_longer_fits_is_left_out(tmp_path: Path, chain: str) -> None:
    source = write(tmp_path / "v.nii", series(), cal_min=-160, cal_max=240)
    assert messages(source, chain, tmp_path / "out.nii") == [
        "cal_min and cal_max: the values have another scale now"
    ]
    header = read_nifti(tmp_path / "out.nii").header
    assert (float(header["cal_min"]), float(header["cal_max"])) == (0, 0)


TIMING: dict[str, Any] = {"slice_code": 3, "slice_start": 0, "slice_end": 4, "slice_duration": 0.25}


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
@pytest.mark.parametrize("flipped", [False, True])
def test_the_timing_of_slices_is_kept_where_the_slices_are(
    tmp_path: Path, order: tuple[int, int, int], flipped: bool
) -> None:
    volume = series()[..., 0]
    stored, affine = stored_as(volume, AFFINE, order, [flipped] * 3)
    slices = order.index(2)  # the stored axis that runs along z
    frequency, phase = order.index(0), order.index(1)
    dim_info = frequency + 1 | phase + 1 << 2 | slices + 1 << 4
    source = write(tmp_path / "v.nii", stored, affine, tr=2.0, dim_info=dim_info, **TIMING)
    header = apply(source, "stride:s=1x2x2", tmp_path / "out.nii", "--volume").header
    assert header.get_dim_info() == (0, 1, 2)
    assert float(header["slice_duration"]) == 0.25
    expected = (4, 1, 5) if flipped else (3, 0, 4)  # alternating, from the other end
    assert tuple(int(header[f"slice_{name}"]) for name in ("code", "start", "end")) == expected


@pytest.mark.parametrize("options", [{"volume": True}, {}])
@pytest.mark.parametrize("chain", ["stride", "stride:s=2x1x1", "avg"])
def test_the_timing_of_slices_that_are_others_is_left_out(
    tmp_path: Path, chain: str, options: dict[str, Any]
) -> None:
    if "x" in chain and not options:
        pytest.skip("it is for volumes")
    source = write(tmp_path / "v.nii", series()[..., 0], dim_info=57, **TIMING)
    assert messages(source, chain, tmp_path / "out.nii", **options) == [
        "the timing of slices: they are others now"
    ]
    header = read_nifti(tmp_path / "out.nii").header
    assert not any(header[field] for field in TIMING)
    assert header.get_dim_info() == (0, 1, 2)


def test_extensions_may_be_untrue_and_are_left_out(tmp_path: Path) -> None:
    image = nib.Nifti1Image(series(), AFFINE)
    image.header.extensions.append(nib.nifti1.Nifti1Extension("afni", b"<AFNI_atr />"))
    nib.save(image, tmp_path / "v.nii")
    out = tmp_path / "out.nii"
    assert messages(tmp_path / "v.nii", "max", out) == [
        "the extensions of the header: they may speak of the voxels as they were"
    ]
    assert messages(out, "max", tmp_path / "again.nii") == []  # our own record is written anew


def test_an_axis_that_is_too_long_for_nifti_1_makes_it_nifti_2(tmp_path: Path) -> None:
    array = np.zeros((2, 40_000), np.float32)
    export(Image(array, "a", FileFacts("npy", array.shape, "float32")), tmp_path / "out.nii")
    assert isinstance(read_nifti(tmp_path / "out.nii"), nib.Nifti2Image)
    assert load(tmp_path / "out.nii").size == (2, 40_000)


# --- places in space -------------------------------------------------------------------------


def blob() -> Array:
    x, y, z = (np.exp(-(((np.arange(n) - n * 0.45) / 4) ** 2) / 2) for n in (48, 50, 46))
    return np.einsum("i,j,k->ijk", x, y, z).astype(np.float32)


def centroid(image: Any, affine: Array) -> Array:
    weights = np.asarray(image.dataobj)
    places = apply_affine(affine, np.moveaxis(np.indices(weights.shape), 0, -1))
    return np.asarray((places * weights[..., None]).sum((0, 1, 2)) / weights.sum())


@pytest.mark.parametrize("chain", ["identity", "avg", "stride:s=2:o=1", "bilinear:2"])
@pytest.mark.parametrize("degrees", [-20.0, 12.0, 0.3])
def test_a_shear_is_in_the_sform_and_in_no_qform(
    tmp_path: Path, chain: str, degrees: float
) -> None:
    affine = rotation(2, 10) @ AFFINE
    affine[1, 2] += 3 * np.tan(np.radians(degrees))
    source, out = tmp_path / "v.nii", tmp_path / "out.nii"
    image = nib.Nifti1Image(blob(), affine)  # of nibabel's making: sform only
    nib.save(image, source)
    left_out = messages(source, chain, out, volume=True)
    assert left_out == ["qform: the voxels are sheared, which it cannot hold; the sform holds it"]
    written = read_nifti(out)
    assert int(written.header["qform_code"]) == 0
    assert [float(written.header[f"quatern_{letter}"]) for letter in "bcd"] == [0, 0, 0]
    place = centroid(written, written.header.get_sform())
    assert place == pytest.approx(centroid(image, affine), abs=1e-3)
    # Of what we wrote nothing is said but what is true of the voxels.
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load(out, volume=True)
    assert not any("apart" in str(w.message) or "header" in str(w.message) for w in caught)


@pytest.mark.parametrize("chain", ["avg", "stride:3", "flc"])
def test_scanner_and_template_both_follow_the_operations(tmp_path: Path, chain: str) -> None:
    order, flips = (2, 0, 1), (True, False, True)
    stored, scanner = stored_as(blob(), rotation(0, 15) @ AFFINE, order, flips)
    _, template = stored_as(blob(), rotation(1, -8) @ diagonal((1.6, 2.1, 3.2)), order, flips)
    image = nib.Nifti1Image(stored, None)
    image.set_sform(template, code=4)
    image.set_qform(scanner, code=1)
    nib.save(image, tmp_path / "v.nii")
    assert messages(tmp_path / "v.nii", chain, tmp_path / "out.nii", volume=True) == []
    written = read_nifti(tmp_path / "out.nii")
    header = written.header
    assert (int(header["sform_code"]), int(header["qform_code"])) == (4, 1)
    for form, affine in (("sform", template), ("qform", scanner)):
        position = centroid(written, getattr(header, f"get_{form}")())
        assert position == pytest.approx(centroid(image, affine), abs=5e-3)


def test_a_qform_alone_is_placed_by_it(tmp_path: Path) -> None:
    stored, affine = stored_as(blob(), rotation(2, 180) @ AFFINE, (1, 0, 2), (False, True, True))
    image = nib.Nifti1Image(stored, None)
    image.set_qform(affine, code=3)
    nib.save(image, tmp_path / "v.nii")
    written = apply(tmp_path / "v.nii", "avg", tmp_path / "out.nii", "--volume")
    assert (int(written.header["sform_code"]), int(written.header["qform_code"])) == (3, 3)
    assert centroid(written, written.affine) == pytest.approx(centroid(image, affine), abs=2e-3)


@every_way
def test_of_an_unknown_orientation_only_the_spacing_is_written(tmp_path: Path, way: str) -> None:
    image = nib.Nifti1Image(blob(), None)
    image.header.set_zooms((1.5, 2.0, 3.0))
    nib.save(image, tmp_path / "v.nii")
    header = apply(tmp_path / "v.nii", "avg", tmp_path / "out.nii", *WAYS[way]).header
    assert (int(header["qform_code"]), int(header["sform_code"])) == (0, 0)
    assert not header.get_sform()[:3].any()
    factors = {"slice": (2, 2, 1), "coronal": (2, 1, 2), "volume": (2, 2, 2)}[way]
    assert header.get_zooms() == pytest.approx(np.multiply(factors, (1.5, 2.0, 3.0)))
