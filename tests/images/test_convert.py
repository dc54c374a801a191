"""What users bring as an image is the image that its own library, or its file, says it is."""

import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sampviz
from sampviz.core.errors import InputError, SampvizWarning, UsageError
from sampviz.images.convert import as_image, as_images
from sampviz.images.image import Image
from sampviz.images.load import load
from sampviz.images.samples import SAMPLE_FILES, sample_path
from sampviz.ops.registry import OPS
from tests.images.build import read_nifti
from tests.texts import any_text

pytestmark = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")
NIFTI = [name for name, file in SAMPLE_FILES.items() if file.endswith(".nii.gz")]
PICTURES = [name for name, file in SAMPLE_FILES.items() if not file.endswith(".nii.gz")]
rng = np.random.default_rng(0)
x = rng.normal(size=(6, 8)).astype(np.float32)


def assert_same(one: Image, other: Image) -> None:
    """Compare all that a figure or a measure takes of an image."""
    assert one.array.dtype == other.array.dtype
    np.testing.assert_array_equal(one.array, other.array)
    for fact in ("name", "range", "taken", "colour", "notes", "slice_planes", "spacing"):
        assert getattr(one, fact) == getattr(other, fact)
    if other.geometry:
        assert one.geometry
        assert one.geometry.axes == other.geometry.axes
        np.testing.assert_array_equal(one.geometry.affine, other.geometry.affine)


def test_a_path_and_a_sample_are_read(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", x)
    for value in (tmp_path / "a.npy", str(tmp_path / "a.npy")):
        assert_same(as_image(value), load(value))
    assert_same(as_image("sample:t1", plane="coronal"), load("sample:t1", plane="coronal"))
    with pytest.raises(FileNotFoundError):
        as_image(tmp_path / "none.npy")


def test_an_image_comes_back_as_it_is() -> None:
    image = load("sample:brick")
    assert as_image(image) is image
    with pytest.raises(UsageError, match="one slice"):
        as_image(image, plane="axial")
    assert np.asarray(image) is image.array
    assert np.array(image).base is None
    assert np.asarray(image, np.float64).dtype == np.float64


@pytest.mark.parametrize("dtype", ["u1", "i2", "i8", "f2", "f4", "f8", "c8", "c16", "?"])
def test_an_array_is_what_image_of_says(dtype: str) -> None:
    array = (100 * np.abs(x)).astype(dtype)
    assert_same(as_image(array), Image.of(array))
    assert_same(as_image(np.stack([array] * 3)), Image.of(np.stack([array] * 3)))
    known = {"u1": (0.0, 255.0), "?": (0.0, 1.0)}
    assert as_image(array).range == known.get(dtype)


def test_channels_of_an_array_are_chosen_as_those_of_its_file(tmp_path: Path) -> None:
    maps = rng.normal(size=(5, 6, 8))
    maps[0, 0, 0] = np.nan
    np.save(tmp_path / "array.npy", maps)
    for choice in (
        {"channel": 3},
        {"mosaic": 2},
        {"channel": 0, "nan": "fill=mean"},
        {"volume": 1},
    ):
        assert_same(as_image(maps, **choice), load(tmp_path / "array.npy", **choice))
    assert as_image(maps, nan="fill=0").array.shape == maps.shape
    assert np.isfinite(as_image(maps, nan="fill=0").array).all()
    with pytest.raises(UsageError, match="an array has no plane"):
        as_image(maps, plane="axial")


@pytest.mark.parametrize("name", NIFTI)
@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"plane": "coronal"},
        {"plane": "sagittal", "slice": "30%"},
        {"slice": 0},
        {"volume": True},
    ],
    ids=str,
)
def test_a_nibabel_image_is_the_image_of_its_file(name: str, choice: dict[str, Any]) -> None:
    path = sample_path(name)
    assert_same(as_image(nib.load(path), **choice), load(path, **choice))


ORIENTATIONS = ["RAS", "LPS", "PIR", "SLA", "IAR"]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image, nib.Nifti1Pair])
def test_an_image_made_in_nibabel_is_the_one_that_it_writes(
    tmp_path: Path, kind: Any, orientation: str
) -> None:
    data = rng.integers(-99, 99, (5, 6, 7, 2)).astype(np.int16)
    turn = nib.orientations.axcodes2ornt(orientation)
    affine = np.diag([2, 3, 4, 1.0]) @ nib.orientations.inv_ornt_aff(turn, (5, 6, 7))
    made = kind(data, affine)
    path = tmp_path / ("array.img" if kind is nib.Nifti1Pair else "array.nii")
    kind(data, affine).to_filename(path)
    for choice in ({}, {"plane": "sagittal", "frame": 1}, {"plane": "coronal", "slice": "mm=3"}):
        assert_same(as_image(made, **choice), load(path, **choice))


def test_scaled_voxels_and_a_changed_affine_are_those_that_nibabel_gives(tmp_path: Path) -> None:
    data = rng.integers(0, 200, (5, 6, 7)).astype(np.int16)
    written = nib.Nifti1Image(data, np.diag([2, 3, 4, 1.0]))
    written.header.set_slope_inter(0.5, -3)
    written.to_filename(tmp_path / "a.nii.gz")
    image = read_nifti(tmp_path / "a.nii.gz")
    np.testing.assert_allclose(as_image(image).array, image.get_fdata()[:, ::-1, 3].T, rtol=1e-6)
    image.affine[:3, :3] *= 2
    assert as_image(image).spacing == (6.0, 4.0)
    moved = nib.Nifti1Image(image.dataobj, None, image.header)
    assert as_image(image.slicer[:, :, 2:4], slice=1).taken.startswith("axial slice 1 of 0..1")
    assert as_image(moved).array.shape == (6, 5)


def test_the_image_of_another_format_keeps_its_place() -> None:
    data = rng.normal(size=(5, 6, 7)).astype(np.float32)
    affine = np.diag([2, 3, 4, 1.0])
    image = as_image(nib.MGHImage(data, affine))
    assert_same(image, as_image(nib.Nifti1Image(data, affine)))
    assert image.file.format == "MGHImage"
    assert as_image(nib.Spm2AnalyzeImage(data, affine)).runs_left_to_right is False


def test_a_nibabel_image_without_its_file_is_an_error_in_words(tmp_path: Path) -> None:
    nib.Nifti1Image(x[..., None], np.eye(4)).to_filename(tmp_path / "a.nii")
    image = nib.load(tmp_path / "a.nii")
    (tmp_path / "a.nii").unlink()
    with pytest.raises(InputError, match="nibabel cannot give its voxels"):
        as_image(image)


@pytest.mark.parametrize("name", PICTURES)
def test_a_pil_image_is_the_image_of_its_file(name: str) -> None:
    assert_same(as_image(PIL.Image.open(sample_path(name))), load(sample_path(name)))


def pil(mode: str) -> PIL.Image.Image:
    if mode in ("I;16", "I", "F"):
        dtype = {"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]
        return PIL.Image.fromarray((1000 * np.abs(x)).astype(dtype))
    bands = PIL.Image.fromarray(rng.integers(0, 256, (6, 8, 4), np.uint8), "RGBA")
    return bands.convert(mode) if mode != "RGBA" else bands


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_pil_that_png_has_is_as_its_png(tmp_path: Path, mode: str) -> None:
    picture = pil(mode)
    picture.save(tmp_path / "array.png")
    assert_same(as_image(picture), load(tmp_path / "array.png"))


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "HSV"])
def test_other_colours_are_converted_by_pil(mode: str) -> None:
    picture = pil("RGB").convert(mode)
    colours = np.asarray(picture.convert("RGB")).transpose(2, 0, 1)
    np.testing.assert_array_equal(as_image(picture).array, colours)
    assert as_image(picture).colour


@pytest.mark.parametrize("mode", ["I", "F"])
def test_whole_numbers_and_floats_of_pil_are_taken_as_they_are(mode: str) -> None:
    picture = pil(mode)
    np.testing.assert_array_equal(as_image(picture).array, np.asarray(picture, np.float64))
    assert as_image(picture).range is None


def test_a_photograph_stands_upright(tmp_path: Path) -> None:
    exif = PIL.Image.Exif()
    exif[0x112] = 6  # the camera was turned
    pil("RGB").save(tmp_path / "a.jpg", exif=exif)
    with PIL.Image.open(tmp_path / "a.jpg") as picture:
        assert as_image(picture).size == (8, 6)
        assert_same(as_image(picture), load(tmp_path / "a.jpg"))


def test_a_tensor_is_its_array() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    tensor = torch.tensor(x, requires_grad=True)
    for value in (tensor, tensor * 1, tensor.detach(), tensor.T.T):
        np.testing.assert_array_equal(as_image(value).array, x)
    numbers = torch.tensor(x + 1j * x)
    np.testing.assert_array_equal(as_image(numbers.conj()).array, x - 1j * x)
    np.testing.assert_array_equal(as_image(torch.imag(numbers.conj())).array, -x)
    halves = torch.tensor(x).bfloat16()
    np.testing.assert_array_equal(as_image(halves).array, halves.float().numpy())
    assert as_image(torch.zeros(3, 4, 5, dtype=torch.uint8)).range == (0.0, 255.0)
    pictures = torch.arange(120).reshape(2, 3, 4, 5)
    np.testing.assert_array_equal(as_image(pictures, frame=1).array, pictures[1].numpy())
    with pytest.raises(UsageError, match="Tensor is no array"):
        as_image(torch.zeros(3, 4, device="meta"))


def test_the_coordinates_of_a_data_array_are_its_spacing() -> None:
    xarray = pytest.importorskip("xarray", reason="xarray is not installed")

    def data(rows: Any, columns: Any, units: str | None = None, **more: Any) -> Any:
        made = xarray.DataArray(
            np.zeros((3, 4)), dims=("y", "x"), coords={"y": rows, "x": columns}, **more
        )
        for name in ("y", "x") if units else ():
            made[name].attrs["units"] = units
        return made

    even = [0, 2, 4], [3.0, 2.5, 2.0, 1.5]
    assert as_image(data(*even)).spacing == (2.0, 0.5)
    assert as_image(data(*even, "m")).spacing == (2000.0, 500.0)
    assert as_image(data(*even, "mm", name="density")).name == "density"
    assert as_image(data(*even, "degrees_north")).spacing is None
    assert as_image(data([0, 2, 5], even[1])).spacing is None
    assert as_image(data(["a", "b", "c"], even[1])).spacing is None
    assert as_image(xarray.DataArray(np.zeros((3, 4)))).spacing is None
    channels = xarray.DataArray(
        rng.normal(size=(2, 3, 4)), dims=("c", "y", "x"), coords={"y": even[0], "x": even[1]}
    )
    assert as_image(channels).array.shape == (2, 3, 4)
    assert as_image(channels).spacing == (2.0, 0.5)


def test_a_simpleitk_image_is_the_image_of_its_file() -> None:
    itk = pytest.importorskip("SimpleITK", reason="SimpleITK is not installed")
    path = sample_path("t1")
    for choice in ({}, {"plane": "coronal"}, {"volume": True}):
        one, other = as_image(itk.ReadImage(str(path)), **choice), load(path, **choice)
        np.testing.assert_array_equal(one.array, other.array)
        assert one.geometry
        assert other.geometry
        assert one.geometry.axes == other.geometry.axes
        np.testing.assert_allclose(one.geometry.affine, other.geometry.affine, atol=1e-3)
    flat = itk.GetImageFromArray(x)
    flat.SetSpacing((0.5, 2.0))
    np.testing.assert_array_equal(as_image(flat).array, x)
    assert as_image(flat).spacing == (2.0, 0.5)
    colours = itk.GetImageFromArray(np.zeros((6, 8, 3), np.uint8), isVector=True)
    assert as_image(colours).array.shape == (3, 6, 8)
    assert as_image(colours).colour


def test_a_list_is_several_images_and_rows_of_numbers_are_one() -> None:
    assert [image.size for image in as_images([x, load("sample:brick")])] == [(6, 8), (512, 512)]
    assert len(as_images(x)) == 1
    assert as_images([[1, 2], [3, 4]])[0].array.tolist() == [[1, 2], [3, 4]]
    with pytest.raises(UsageError, match="there is no image"):
        as_images([])


@pytest.mark.parametrize(
    "value", [object(), {"a": 1}, None, [["a"]], b"a.png", np.array([object()])]
)
def test_what_is_no_image_is_said_in_words(value: object) -> None:
    with pytest.raises(UsageError) as caught:
        as_image(value)
    assert "is no image" in caught.value.what
    assert caught.value.fix


@pytest.mark.parametrize("shape", [(), (8,), (0, 3), (1, 0, 3), (1,) * 6])
def test_an_array_of_other_axes_is_said_in_words(shape: tuple[int, ...]) -> None:
    for choice in ({}, {"series": True}):
        with pytest.raises(UsageError, match=r"shape \(.*\) is no image"):
            as_image(np.zeros(shape), **choice)


def test_where_files_are_read_an_image_in_memory_is_said_in_words() -> None:
    image: Any = x
    functions: list[Callable[[Any], Any]] = [
        sampviz.load,
        lambda value: sampviz.measure_dataset(value, "max"),
        lambda value: sampviz.tradeoff(value, "max"),
        lambda value: sampviz.report(value, "max"),
        lambda value: sampviz.figure("pitfalls", [value]),
    ]
    for function in functions:
        with pytest.raises(UsageError, match="ndarray is no path"):
            function(image)
    for function in functions[1:4]:
        with pytest.raises(UsageError, match="there is no input"):
            function([])


def test_apply_takes_what_the_conversion_takes(tmp_path: Path) -> None:
    path = tmp_path / "a.nii.gz"
    image = nib.Nifti1Image(rng.integers(0, 900, (8, 6, 4, 2)).astype(np.int16), np.eye(4))
    image.header.set_zooms((1, 1, 1, 2.5))
    image.header.set_xyzt_units("mm", "sec")
    nib.save(image, path)
    outputs = [tmp_path / "file.nii.gz", tmp_path / "memory.nii.gz"]
    for source, out in zip((path, nib.load(path)), outputs, strict=True):
        sampviz.apply(source, sampviz.OPS["max"], out, volume=True)
    of_file, of_memory = (read_nifti(out) for out in outputs)
    np.testing.assert_array_equal(of_file.get_fdata(), of_memory.get_fdata())
    assert of_memory.header.get_zooms() == (2, 2, 2, 2.5)
    sampviz.apply(x, lambda plane: plane[..., ::2, ::2], tmp_path / "a.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), x[::2, ::2])


@pytest.mark.parametrize(
    "value",
    [np.zeros((5, 6)), PIL.Image.new("L", (6, 5)), nib.Nifti1Image(np.zeros((6, 5, 1)), np.eye(4))],
    ids=["array", "PIL", "nibabel"],
)
def test_its_size_is_bounded_as_that_of_a_file(value: object) -> None:
    as_image(value, max_pixels=30)
    with pytest.raises(InputError, match="are more than 29 pixels") as caught:
        as_image(value, max_pixels=29)
    assert "max_pixels=30" in caught.value.fix


def test_no_library_is_imported_for_a_value_of_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("torch", "xarray", "SimpleITK"):
        monkeypatch.setitem(sys.modules, name, None)  # an import would fail
    assert as_image(x).size == (6, 8)
    monkeypatch.setitem(sys.modules, "torch", types.ModuleType("torch"))  # half imported
    assert as_image(x).size == (6, 8)


def test_what_a_reader_should_know_is_a_warning() -> None:
    with pytest.warns(SampvizWarning, match="1 NaN"):
        as_image(np.array([[np.nan, 1]]))


@pytest.mark.slow
@given(st.integers(1, 40), st.integers(1, 40), any_text(max_size=300))
def test_a_repr_is_one_short_line(rows: int, columns: int, name: str) -> None:
    image = Image.of(np.zeros((rows, columns)), name, spacing=(1, 2))
    assert len(repr(image)) <= 100
    assert len(repr(image).splitlines()) == 1
    assert repr(Image.of(np.zeros((rows, columns)))) == f"<Image array: {rows}x{columns} float64>"


@pytest.mark.parametrize("brought", [np.asarray, PIL.Image.fromarray, Image.of])
def test_every_function_takes_what_the_conversion_takes(brought: Callable[[Any], Any]) -> None:
    pixels = rng.integers(0, 256, (16, 24), np.uint8)
    image = brought(pixels)
    (row,) = sampviz.measure(image, "max", measures=["psnr"])
    (wanted,) = sampviz.measure(pixels, "max", measures="psnr")
    assert row.values == wanted.values
    one, other = sampviz.compare(image, "max"), sampviz.compare(pixels, "max")
    for a, b in zip(one.sheet.panels, other.sheet.panels, strict=True):
        np.testing.assert_array_equal(a.panel.pixels, b.panel.pixels)


def test_a_mask_of_numpy_is_refused_and_not_lost() -> None:
    array = np.ma.masked_greater(np.arange(64.0).reshape(8, 8), 50)
    calls: dict[str, Callable[[], Any]] = {
        "compare": lambda: sampviz.compare(array, "max"),
        "measure": lambda: sampviz.measure(array, "max"),
        "Image.of": lambda: Image.of(array),
        "a chain": lambda: sampviz.Chain.parse("max")(array),
        "an operation": lambda: OPS["max"](array),
        "a list": lambda: as_image([array, array], layout="chw"),
        "lists of rows": lambda: OPS["max"]([list(array), list(array)]),
        "a volume": lambda: as_image(np.ma.stack([array] * 3), volume=True),
    }
    for name, call in calls.items():
        with pytest.raises(UsageError, match="values are masked") as refused:
            call()
        assert str(refused.value).count("\n") == 2, name
    assert np.isnan(as_image(array.filled(np.nan)).array).sum() == 13
    whole = np.ma.masked_greater(array.data, 99)  # of which nothing is hidden
    assert np.array_equal(as_image(whole).array, array.data)
