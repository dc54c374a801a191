"""What a chain makes of an image, in files: the stages, and the integers of scaled NIfTI."""

import json
from pathlib import Path
from warnings import catch_warnings

import nibabel as nib
import numpy as np
import pytest
from numpy.typing import DTypeLike
from PIL import Image as Pillow

from sampviz.core.errors import SampvizWarning, UsageError
from sampviz.recipes.apply import apply


def test_the_result_is_the_last_of_its_stages(tmp_path: Path) -> None:
    array = np.random.default_rng(0).random((16, 24))
    apply(array, "stride+avg", tmp_path / "o.npy", stages=True)
    names = ("o_0_input", "o_1_stride", "o_2_avg", "o")
    first, middle, last, result = (np.load(tmp_path / f"{name}.npy") for name in names)
    assert np.array_equal(first, array)
    assert np.array_equal(middle, array[::2, ::2])
    assert np.allclose(last, middle.reshape(4, 2, 6, 2).mean(axis=(1, 3)), rtol=1e-6)
    assert np.array_equal(result, last)


def test_what_picks_values_of_a_scaled_file_writes_its_integers(tmp_path: Path) -> None:
    """Stored 0, 1 .. stand for 3, 3.25 ..: what is picked has the same scale and the same type."""
    stored = np.arange(8 * 8 * 2, dtype=np.int16).reshape(8, 8, 2)
    image = nib.Nifti1Image(stored * 0.25 + 3, np.eye(4))
    image.set_data_dtype(np.int16)
    image.header.set_slope_inter(0.25, 3)
    nib.save(image, tmp_path / "a.nii")
    apply(tmp_path / "a.nii", "stride", tmp_path / "o.nii", volume=True)
    written = nib.Nifti1Image.from_filename(tmp_path / "o.nii")
    values = written.dataobj
    assert isinstance(values, nib.arrayproxy.ArrayProxy)
    raw = np.asarray(values.get_unscaled())
    scale = (float(values.slope), float(values.inter))
    assert (written.get_data_dtype(), scale) == (np.dtype(np.int16), (0.25, 3))
    assert raw.shape == (4, 4, 1)
    assert set(raw.ravel()) <= set(stored.ravel())
    assert np.allclose(np.asarray(values), raw * 0.25 + 3)


def with_window(path: Path) -> np.ndarray:
    """Write a NIfTI of the integers 0 and 5, which its header says are to be seen as 0..5."""
    stored = np.zeros((8, 8, 2), np.int16)
    stored[::3] = 5
    image = nib.Nifti1Image(stored, np.eye(4))
    image.header["cal_max"] = 5
    nib.save(image, path)
    return stored


def test_values_brought_to_0_to_1_are_neither_the_integers_of_the_file_nor_have_its_window(
    tmp_path: Path,
) -> None:
    """Though all are 0 or 1, which the type of the file could hold."""
    stored = with_window(tmp_path / "a.nii")
    with pytest.warns(SampvizWarning, match="cal_max: the values have another scale now"):
        apply(
            tmp_path / "a.nii",
            "stride",
            tmp_path / "o.nii",
            volume=True,
            scale="unit",
            as_="intensity",
        )
    written = nib.Nifti1Image.from_filename(tmp_path / "o.nii")
    assert (written.get_data_dtype(), written.header["cal_max"]) == (np.float32, 0)
    assert np.isin(written.get_fdata(), [0, 1]).all()
    assert set(stored.ravel()) == {0, 5}


@pytest.mark.parametrize(
    ("chain", "keeps"),
    [("stride", True), ("avg", True), ("blur", True), ("conv:laplacian", False)],
)
def test_the_window_of_a_header_stays_where_a_constant_stays_what_it_is(
    tmp_path: Path, chain: str, keeps: bool
) -> None:
    with_window(tmp_path / "a.nii")
    with catch_warnings(record=True) as told:
        apply(tmp_path / "a.nii", chain, tmp_path / "o.nii", slice=1, as_="intensity")
    written = nib.Nifti1Image.from_filename(tmp_path / "o.nii")
    assert written.header["cal_max"] == (5 if keeps else 0)
    assert any("another scale" in str(each.message) for each in told) != keeps


@pytest.mark.parametrize(
    ("stored", "bits", "depth", "limits"),
    [
        (np.uint8, None, 8, (0, 255)),
        (np.uint8, 16, 16, (0, 255)),
        (np.float64, None, 16, (3, 203)),
        (np.float64, 8, 8, (3, 203)),
    ],
)
def test_a_png_has_the_bits_of_its_input_unless_others_are_asked_for(
    tmp_path: Path, stored: DTypeLike, bits: int | None, depth: int, limits: tuple[int, int]
) -> None:
    values = (np.arange(12).reshape(3, 4) * 20 % 201 + 3).astype(stored)
    values.flat[-1] = 203
    source = tmp_path / ("a.png" if stored == np.uint8 else "a.npy")
    if source.suffix == ".png":
        Pillow.fromarray(values).save(source)
    else:
        np.save(source, values)
    applied = apply(source, "identity", tmp_path / "o.png", bits=bits)
    assert (applied.bits, applied.limits) == (depth, limits)
    with Pillow.open(tmp_path / "o.png") as picture:
        written = np.asarray(picture).astype(int)
    low, high = limits
    assert np.array_equal(written, np.rint((values - low) / (high - low) * (2**depth - 1)))


def test_what_only_a_png_has_or_no_png_can_have_is_refused(tmp_path: Path) -> None:
    array = np.eye(4)
    for words in ({"window": "0,1"}, {"bits": 8}):
        with pytest.raises(UsageError, match=r"\.npy needs no window and no bits"):
            apply(array, "max", tmp_path / "o.npy", **words)
    for bits in (0, 1, 12, 32):
        with pytest.raises(UsageError, match=f"a PNG has 8 or 16 bits, not {bits}") as told:
            apply(array, "max", tmp_path / "o.png", bits=bits)
        assert told.value.fix == "write bits=16"
    with pytest.raises(UsageError, match="has no file that a record could name"):
        apply(array, "max", tmp_path / "o.npy", record=True)
    assert list(tmp_path.iterdir()) == []
    applied = apply(array, "max", tmp_path / "o.npy")
    assert (applied.bits, applied.limits) == (None, None)


def test_beside_each_file_stands_how_it_was_made_if_that_is_asked_for(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.random.default_rng(0).random((8, 8)))
    applied = apply(tmp_path / "a.npy", "max:times=2", tmp_path / "o.npy", stages=True, record=True)
    names = ["o_0_input", "o_1_max", "o_2_max", "o"]
    endings = (".npy", ".sampviz.json")
    assert [path.name for path in applied.paths] == [n + end for n in names for end in endings]
    chains = [
        json.loads((tmp_path / f"{name}.sampviz.json").read_text())["array"]["ops"]
        for name in names
    ]
    assert chains == [["identity"], ["max"], ["max+max"], ["max+max"]]
    again = apply(tmp_path / "a.npy", "max", tmp_path / "p.npy")
    assert again.paths == (tmp_path / "p.npy",)
    assert not (tmp_path / "p.sampviz.json").exists()
