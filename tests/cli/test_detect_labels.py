"""`sampviz detect` with `--labels`: the table, the files, and what Python gives by the same."""

import json
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
import pytest

import sampviz
from sampviz.analysis.components.options import LABEL_OPTIONS
from sampviz.images.samples import sample_path
from tests.conftest import Cli


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


WORDS = ["--ops", "max,avg", "--bins", "3,6", "--connect", "faces", "--dilate", 1]


def test_the_command_and_the_function_give_the_same(cli: Cli) -> None:
    sources = ["sample:t1", "--labels", "sample:t1_lesions"]
    result = cli("detect", *sources, *WORDS, "-o", "a.csv")
    assert result.code == 0
    assert result.out.splitlines()[0].split()[:4] == ["chain", "level", "diameter", "(mm)"]
    assert "measured: axial slice 4" in result.out
    assert result.out.endswith("a.csv\n")
    printed = json.loads(cli("detect", *sources, *WORDS, "--json").out)
    found = sampviz.detect_labels(
        "sample:t1_lesions", "max,avg", image="sample:t1", bins=[3, 6], connect="faces", dilate=1
    )
    assert found.json() == printed
    assert found.save("b.csv").read_bytes() == Path("a.csv").read_bytes()
    assert [row.diameters for row in found.rows] == ["all", "0-3", "3-6", "6+"] * 2
    assert len(found.components) == 2 * found.rows[0].count
    assert repr(found) == "<LabelDetection 41 components of 1 map, 2 outcomes>"
    assert "<table" in found._repr_html_()


def test_a_label_map_alone_is_enough(cli: Cli) -> None:
    alone = cli("detect", "sample:t1_lesions", "--ops", "majority", "--label", 1)
    assert alone.code == 0
    assert "1 component;" in alone.out
    assert "contrast" not in alone.out
    assert not list(Path().iterdir())  # nothing is drawn


def test_a_volume_has_all_components_and_their_diameters(cli: Cli) -> None:
    words = ["--volume", "--ops", "identity", "--connect", "18", "--json"]
    printed = json.loads(cli("detect", "sample:t1_lesions", *words).out)
    lines = sample_path("t1_lesions").with_name("t1_lesions.csv").read_text().splitlines()[1:]
    truth = sorted(int(line.split(",")[-1]) for line in lines)
    assert sorted(row["pixels"] for row in printed["components"]) == truth
    assert printed["bins"][0]["dice"] == 1


def test_several_maps_are_cases(cli: Cli) -> None:
    for number in (3, 5):
        labels: Any = nib.load(sample_path("t1_lesions"))
        part = nib.Nifti1Image(np.asarray(labels.dataobj)[:, :, number], labels.affine)
        nib.save(part, f"case{number}.nii")
    words = ["--as", "labels", "--ops", "stride", "--levels", 2]
    printed = json.loads(cli("detect", "case3.nii", "case5.nii", *words, "--json").out)
    assert [each["map"] for each in printed["maps"]] == ["case3", "case5"]
    found = printed["bins"][0]["cases"]["found"]
    assert found["low"] <= found["value"] <= found["high"]
    assert cli("detect", "case3.nii", "case5.nii", *words).out.count("over maps") == 2


@pytest.mark.parametrize(
    ("words", "what", "where"),
    [
        (["sample:t1", "--bins", "3"], "there is no label map", "--bins"),
        (["sample:t1_lesions", "--contrast", "9"], "no lesions are put in", "--contrast"),
        (["sample:t1_lesions", "-o", "a.png"], "a table cannot be written as .png", "a.png"),
        (["sample:t1_lesions", "--connect", "18"], "18 neighbours are of a voxel", "--connect"),
        (["sample:t1_lesions", "--bins", "a"], "'a' is no list of diameters", "--bins"),
        (["sample:t1_lesions", "--label", "99"], "no map has the label 99", "--label"),
        (["sample:dwi", "--labels", "sample:t1_lesions"], "the image has 64x64 px", "t1_lesions"),
        (["sample:t1", "--labels", "sample:chelsea"], "labels are whole numbers", "chelsea"),
        (["sample:t1", "sample:t1"], "lesions are put into one image, not 2", "INPUT"),
    ],
)
def test_what_cannot_be_is_said_in_words(cli: Cli, words: list[str], what: str, where: str) -> None:
    result = cli("detect", *words, "--ops", "max")
    assert result.code in (2, 4)
    assert what in result.err
    assert where in result.err.splitlines()[1]


def test_python_checks_what_the_command_line_checks() -> None:
    for words in ({"connect": "8"}, {"dilate": -1}, {"threshold": 2}, {"levels": 0}):
        with pytest.raises(sampviz.UsageError):
            sampviz.detect_labels(np.eye(8), "max", **words)
    assert set(LABEL_OPTIONS) < set(sampviz.detect_labels.__annotations__)
