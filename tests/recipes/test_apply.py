"""What a chain makes of an image, in files: the stages, and the integers of scaled NIfTI."""

from pathlib import Path

import nibabel as nib
import numpy as np

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
