"""HDF5, fastMRI, ISMRMRD and MATLAB 7.3: what h5py wrote, and images as numpy's DFT makes them."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from sampviz.core.errors import InputError, SampvizWarning, UsageError
from sampviz.images.load import load
from tests.images.build import Array
from tests.images.formats.hostile.hdf5 import ismrmrd_xml

pytestmark = pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning")

SLICES, COILS, ROWS, COLUMNS = 5, 3, 6, 8
_rng = np.random.default_rng(0)
KSPACE = (_rng.normal(size=(2, SLICES, COILS, ROWS, COLUMNS)) * (1 + 1j)).astype(np.complex64)
KSPACE.imag = _rng.normal(size=KSPACE.shape)
RSS = _rng.random((SLICES, 4, 4)).astype(np.float32)
XML = ismrmrd_xml("8", "6", "16").replace(
    b"<reconSpace><matrixSize><x>8</x><y>6</y>", b"<reconSpace><matrixSize><x>4</x><y>4</y>"
)
_FRAMES = ("contrast", "phase", "repetition", "set")


def write(path: Path, **arrays: Any) -> Path:
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file[name] = array
    return path


def image_of(kspace: Array) -> Array:
    """The image by numpy's DFT."""
    shifted = np.fft.ifftshift(kspace, axes=(-2, -1))
    image = np.fft.fftshift(np.fft.ifft2(shifted, norm="ortho"), axes=(-2, -1))
    return np.asarray(image)


@pytest.fixture
def fastmri(tmp_path: Path) -> Path:
    return write(tmp_path / "f.h5", kspace=KSPACE[0], ismrmrd_header=XML, mask=np.ones(8))


@pytest.fixture
def acquired(tmp_path: Path) -> Path:
    return acquisitions(tmp_path / "a.h5")


def acquisitions(path: Path, trajectory: bytes = b"cartesian") -> Path:
    """Write k-space line by line, not in order, with noise before and one line reversed."""
    counters = ("kspace_encode_step_1", "average", "slice", *_FRAMES)
    idx = np.dtype([(name, "u2") for name in counters])
    head = np.dtype(
        [("flags", "u8"), ("number_of_samples", "u2"), ("active_channels", "u2"),
         ("center_sample", "u2"), ("idx", idx)]
    )  # fmt: skip
    kind = np.dtype([("head", head), ("data", h5py.vlen_dtype("f4"))])
    places = [(r, s, y) for r in range(2) for s in range(SLICES) for y in reversed(range(ROWS))]
    lines = np.empty(len(places) + 1, kind)
    noise = np.zeros((), head)
    noise["flags"], noise["active_channels"] = 1 << 18, 99
    lines[0] = noise[()], np.zeros(7, "f4")
    for number, (repetition, place, row) in enumerate(places, 1):
        said, line = np.zeros((), head), KSPACE[repetition, place, :, row]
        if number == 3:
            said["flags"], line = 1 << 21, line[:, ::-1]
        said["number_of_samples"], said["active_channels"] = COLUMNS, COILS
        said["center_sample"] = COLUMNS // 2
        said["idx"]["kspace_encode_step_1"] = row
        said["idx"]["slice"], said["idx"]["repetition"] = place, repetition
        lines[number] = said[()], np.ascontiguousarray(line).view("f4").ravel()
    xml = XML.replace(b"cartesian", trajectory).decode()
    with h5py.File(path, "w") as file:
        file.create_dataset("dataset/data", data=lines, dtype=kind)
        file["dataset/xml"] = np.array([xml], object)
    return path


def test_coils_are_combined_after_the_transform(fastmri: Path) -> None:
    image = load(fastmri, kspace=True, slice=1)
    expected = np.sqrt((np.abs(image_of(KSPACE[0, 1])) ** 2).sum(axis=0))
    assert image.array == pytest.approx(expected, rel=1e-5)
    assert image.spacing == pytest.approx((9 / 6, 16 / 8))
    assert image.taken == "slice 1 of 0..4, 3 coils combined by root of squares"
    assert image.notes == ("not cut to the 4x4 pixels of its image space",)
    one = load(fastmri, kspace=True, slice=1, channel=2)
    assert one.array == pytest.approx(image_of(KSPACE[0, 1, 2]), rel=1e-4)
    assert one.array.dtype == np.complex64


def test_kspace_stays_complex(fastmri: Path) -> None:
    image = load(fastmri, slice=1, channel=2)
    assert np.array_equal(image.array, KSPACE[0, 1, 2])
    assert "k-space as it was measured" in image.choices[-1]
    assert np.array_equal(load(fastmri, slice=4, mosaic=3).array, KSPACE[0, 4])


def test_kspace_of_coils_without_a_header_has_slices_but_no_spacing(tmp_path: Path) -> None:
    path = write(tmp_path / "f.h5", kspace=KSPACE[0], mask=np.ones(8))
    image = load(path, kspace=True, slice="50%")
    expected = np.sqrt((np.abs(image_of(KSPACE[0, 2])) ** 2).sum(axis=0))
    assert image.array == pytest.approx(expected, rel=1e-5)
    assert image.taken == "slice 2 of 0..4, 3 coils combined by root of squares"
    measured = load(path, slice=1, channel=2)
    assert np.array_equal(measured.array, KSPACE[0, 1, 2])
    for shown in (image, measured):
        assert (shown.file.format, shown.geometry) == ("fastMRI", None)
        assert any("no ismrmrd_header" in note for note in shown.notes)
    assert load(path, volume=True, channel=0).geometry is None


def test_an_image_of_fastmri_is_taken_before_its_kspace(tmp_path: Path) -> None:
    path = write(tmp_path / "f.h5", kspace=KSPACE[0], ismrmrd_header=XML, reconstruction_rss=RSS)
    with pytest.warns(SampvizWarning, match="the array reconstruction_rss is taken"):
        image = load(path, slice=3)
    assert np.array_equal(image.array, RSS[3])
    assert image.spacing == pytest.approx((9 / 4, 16 / 4))
    volume = load(path, volume=True)
    assert np.array_equal(volume.array, RSS)
    assert volume.spacing == pytest.approx((5.0, 9 / 4, 16 / 4))
    assert volume.geometry is not None
    assert volume.geometry.axes is None
    assert np.array_equal(load(path, dataset="kspace", slice=3, channel=0).array, KSPACE[0, 3, 0])


def test_acquisitions_of_ismrmrd_fill_kspace(acquired: Path) -> None:
    image = load(acquired, slice=3, channel=1, frame=1)
    assert np.array_equal(image.array, KSPACE[1, 3, 1])
    assert image.taken.startswith("frame 1 of 0..1, slice 3 of 0..4")
    image = load(acquired, slice=4, kspace=True)  # of which a line came in reverse
    expected = np.sqrt((np.abs(image_of(KSPACE[0, 4])) ** 2).sum(axis=0))
    assert image.array == pytest.approx(expected, rel=1e-5)
    assert image.spacing == pytest.approx((9 / 6, 16 / 8))
    with pytest.raises(UsageError, match="there is no frame 2"):
        load(acquired, frame=2)


def test_other_trajectories_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="k-space on a spiral trajectory"):
        load(acquisitions(tmp_path / "a.h5", b"spiral"))


def test_matlab_7_3_has_rows_and_columns_as_matlab_has(tmp_path: Path) -> None:
    plane, pages = np.arange(12.0).reshape(3, 4), np.arange(60.0).reshape(3, 4, 5)
    parts = np.zeros((4, 3), [("real", "f8"), ("imag", "f8")])
    parts["imag"] = plane.T
    path = write(tmp_path / "m.mat", a=plane.T, b=pages.T, c=parts, t=np.ones((2, 2), "u2"))
    with h5py.File(path, "a") as file:
        for name, kind in {"a": "double", "b": "double", "c": "double", "t": "char"}.items():
            file[name].attrs["MATLAB_class"] = np.bytes_(kind)
    with pytest.raises(UsageError, match=r"with 3 arrays: a \(4x3 float64\), b"):
        load(path)
    assert np.array_equal(load(path, dataset="a").array, plane)
    assert np.array_equal(load(path, dataset="b", channel=2).array, pages[..., 2])
    assert np.array_equal(load(path, dataset="c").array, plane * 1j)


@pytest.mark.parametrize(
    "packed", [{}, {"compression": "gzip", "shuffle": True}, {"compression": "lzf"}]
)
def test_arrays_in_groups_and_packed(tmp_path: Path, packed: dict[str, Any]) -> None:
    maps = np.arange(120, dtype=np.int16).reshape(4, 5, 6)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("deep/er/maps", data=maps, **packed)
        file["other"] = maps[0]
    image = load(tmp_path / "a.h5", dataset="deep/er/maps", channel=3)
    assert np.array_equal(image.array, maps[3])
    assert image.file.format == "HDF5"


def test_nothing_of_the_patient_is_said(fastmri: Path) -> None:
    image = load(fastmri, kspace=True)
    assert b"Doe" in XML
    assert "Doe" not in f"{image!r} {image.file} {image.notes}"
