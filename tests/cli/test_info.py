"""`info` tells what the header of a file says besides its voxels."""

import json
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest

from tests.conftest import Cli

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::sampviz.core.errors.SampvizWarning"),
]


def write(path: Path, *, version: int = 1, endianness: str = "<", **fields: Any) -> Path:
    kind: Any = {1: nib.Nifti1Image, 2: nib.Nifti2Image}[version]
    data = np.zeros((4, 5, 6, 3), np.int16)
    image = kind(data, np.eye(4), kind.header_class(endianness=endianness))
    for field, value in fields.items():
        target = (image.header["pixdim"], 4) if field == "tr" else (image.header, field)
        target[0][target[1]] = value
    nib.save(image, path)
    return path


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("endianness", ["<", ">"])
def test_the_window_of_the_header_is_told(
    cli: Cli, tmp_path: Path, version: int, endianness: str
) -> None:
    form: Any = {"version": version, "endianness": endianness}
    path = write(tmp_path / "v.nii", cal_min=-160, cal_max=240, **form)
    lines = cli("info", path).out.splitlines()
    assert "window:   -160..240, by cal_min and cal_max of the file" in lines
    assert json.loads(cli("info", path, "--json").out)["window"] == [-160, 240]


@pytest.mark.parametrize(("low", "high"), [(0, 0), (5, 5), (9, 2), (np.nan, 4), (0, np.inf)])
def test_a_window_that_is_none_is_not_told(
    cli: Cli, tmp_path: Path, low: float, high: float
) -> None:
    path = write(tmp_path / "v.nii", cal_min=low, cal_max=high)
    assert "window" not in cli("info", path).out
    assert json.loads(cli("info", path, "--json").out)["window"] is None


@pytest.mark.parametrize(
    ("code", "words"), [(3, "Talairach"), (4, "MNI 152"), (5, "of a template")]
)
def test_the_space_of_a_template_is_told(cli: Cli, tmp_path: Path, code: int, words: str) -> None:
    path = write(tmp_path / "v.nii", sform_code=code, qform_code=0)
    assert f"space:    {words}" in cli("info", path).out


@pytest.mark.parametrize(("code", "label"), [(1, "scanner"), (4, "mni"), (9, None)])
def test_programs_are_told_every_space(
    cli: Cli, tmp_path: Path, code: int, label: str | None
) -> None:
    path = write(tmp_path / "v.nii", sform_code=code, qform_code=0)
    assert json.loads(cli("info", path, "--json").out)["space"] == (label or "number 9")


@pytest.mark.parametrize(("units", "tr"), [(8, 2.2), (16, 2200), (24, 2.2e6)])
def test_the_time_between_frames_is_told_in_seconds(
    cli: Cli, tmp_path: Path, units: int, tr: float
) -> None:
    path = write(tmp_path / "v.nii", xyzt_units=2 | units, tr=tr, intent_code=1002)
    lines = cli("info", path).out.splitlines()
    assert "time:     2.2 s from frame to frame" in lines
    assert "intent:   label" in lines
    unknown = write(tmp_path / "w.nii", xyzt_units=2, tr=tr)
    assert "time:" not in cli("info", unknown).out
