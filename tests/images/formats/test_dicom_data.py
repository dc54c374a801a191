"""The files that pydicom ships for its own tests: read as it reads them, or refused in words."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.pixels import apply_color_lut, pixel_array
from pydicom.uid import JPEGLSLossless, JPEGLSNearLossless

from sampviz import load
from sampviz.core.errors import InputError

FOLDER = Path(pydicom.__file__).parent / "data" / "test_files"
_NO_IMAGE, _UNREADABLE = "the file is DICOM without an image", "not a DICOM that can be read"
_COLOURS = "a DICOM that is not read: its colours have"
REFUSED = {
    "ExplVR_BigEndNoMeta.dcm": _NO_IMAGE,
    "ExplVR_LitEndNoMeta.dcm": _NO_IMAGE,
    "JPEG-lossy.dcm": "its images are JPEG of 12 bits",
    "JPGExtended.dcm": "its images are JPEG of 12 bits",
    "JPEG2000-embedded-sequence-delimiter.dcm": "an image of it cannot be decoded: it says 1024x37",
    "MR_truncated.dcm": "the file ends early: 8130 of 8192 bytes of pixels",
    "SC_rgb_rle_16bit.dcm": _COLOURS,
    "SC_rgb_rle_16bit_2frame.dcm": _COLOURS,
    "SC_rgb_rle_32bit.dcm": _COLOURS,
    "SC_rgb_rle_32bit_2frame.dcm": _COLOURS,
    "UN_sequence.dcm": _UNREADABLE,
    "empty_charset_LEI.dcm": _NO_IMAGE,
    "meta_missing_tsyntax.dcm": _UNREADABLE,
    "nested_priv_SQ.dcm": _UNREADABLE,
    "no_meta.dcm": "the file is of no known kind",
    "no_meta_group_length.dcm": _NO_IMAGE,
    "priv_SQ.dcm": _UNREADABLE,
    "reportsi.dcm": f"{_NO_IMAGE} (SR)",
    "reportsi_with_empty_number_tags.dcm": f"{_NO_IMAGE} (SR)",
    "rtplan.dcm": f"{_NO_IMAGE} (RTPLAN)",
    "rtplan_truncated.dcm": f"{_NO_IMAGE} (RTPLAN)",
    "rtstruct.dcm": f"{_NO_IMAGE} (RTSTRUCT)",
    "test-SR.dcm": f"{_NO_IMAGE} (SR)",
    "waveform_ecg.dcm": f"{_NO_IMAGE} (ECG)",
}
# The same picture, in an encoding that pydicom reads without another decoder.
SAME_PICTURE = {"SC_rgb_jpeg_gdcm.dcm": "SC_rgb_rle.dcm", "badVR.dcm": "rtdose_1frame.dcm"}
JPEG_LS = (JPEGLSLossless, JPEGLSNearLossless)
READ = sorted(path.name for path in FOLDER.glob("*.dcm") if path.name not in REFUSED)


def by_pydicom(name: str) -> Any:
    """The first image of a file, as pydicom and the standard give its values."""
    ds = pydicom.dcmread(FOLDER / SAME_PICTURE.get(name, name))
    values = pixel_array(ds, index=0)
    if ds.PhotometricInterpretation == "PALETTE COLOR":
        values = apply_color_lut(values, ds) >> 8
    slope = float(ds.get("RescaleSlope", ds.get("DoseGridScaling", 1)))
    values = values * slope + float(ds.get("RescaleIntercept", 0))
    return values.transpose(2, 0, 1) if values.ndim == 3 else values


@pytest.mark.parametrize("name", READ)
def test_it_is_read_as_pydicom_reads_it(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if pydicom.dcmread(FOLDER / name).file_meta.get("TransferSyntaxUID") in JPEG_LS:
            pytest.importorskip("jpeg_ls", reason="pyjpegls has no wheel for this Python")
        expected = by_pydicom(name)
        image = load(FOLDER / name, nan="keep")
        if image.file.shape[2:] and not image.colour and image.file.shape[2] > 1:
            image = load(FOLDER / name, slice="0")
    np.testing.assert_allclose(np.sort(image.array.ravel()), np.sort(expected.ravel()), rtol=1e-6)
    if image.geometry is None or image.geometry.axes is None:  # not turned
        np.testing.assert_allclose(image.array, expected, rtol=1e-6)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_it_is_refused_in_words(name: str) -> None:
    with pytest.raises(InputError) as caught:
        load(FOLDER / name)
    assert caught.value.what.startswith(REFUSED[name])


def test_a_folder_of_all_of_them_names_its_series() -> None:
    with pytest.raises(InputError, match=r"the file ends early: 8130 of 8192"):
        load(FOLDER)
