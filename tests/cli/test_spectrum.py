"""`sampviz spectrum` as a user meets it."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from tests.conftest import Cli, CliResult

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("unpainted")
def test_writes_a_figure_named_after_the_input_and_prints_its_path(cli: Cli) -> None:
    result = cli("spectrum", "sample:dwi", "--ops", "max,stride,blur,flc")
    assert result == CliResult(0, "dwi_spectrum.png\n", "")
    assert [path.name for path in Path().iterdir()] == ["dwi_spectrum.png"]


def test_text_in_svg_stays_text(cli: Cli) -> None:
    cli("spectrum", "sample:dwi", "--ops", "max", "-o", "f.svg")
    svg = Path("f.svg").read_text()
    for words in ("Nyquist of the original 0.5", "new Nyquist 0.25", "cycles/mm"):
        assert words in svg


@pytest.mark.usefixtures("unpainted")
def test_several_inputs_make_several_figures(cli: Cli) -> None:
    result = cli("spectrum", "sample:dwi", "sample:step:16x16", "--ops", "max", "-o", "figures")
    assert result.code == 0
    assert result.out.splitlines() == [
        str(Path("figures") / f"{name}_spectrum.png") for name in ("dwi", "step")
    ]


def test_two_d_is_the_spectrum_row_of_compare(cli: Cli) -> None:
    words = ["sample:dwi", "--ops", "max,flc", "--levels", "2"]
    assert cli("spectrum", *words, "--two-d", "-o", "a.png").code == 0
    assert cli("compare", *words, "--rows", "spectrum", "-o", "b.png").code == 0
    with Pillow.open("a.png") as one, Pillow.open("b.png") as other:
        assert np.array_equal(np.asarray(one), np.asarray(other))


def test_json_is_one_object_with_every_curve_and_draws_nothing(cli: Cli) -> None:
    x = np.tile(np.cos(2 * np.pi * 20 * np.arange(64) / 64), (64, 1))
    np.save("wave.npy", x)
    words = ["wave.npy", "--ops", "stride,stride:times=2", "--of", "sum", "--json"]
    data = json.loads(cli("spectrum", *words).out)
    assert {key: data[key] for key in ("schema", "input", "unit", "of")} == {
        "schema": 1,
        "input": "wave.npy",
        "unit": "cycles/px of the original",
        "of": "sum",
    }
    assert [curve["chain"] for curve in data["curves"]] == [None, "stride", "stride+stride"]
    for curve, folded in zip(data["curves"], (20, 12, 4), strict=True):
        place = int(np.argmax(curve["power"]))
        assert curve["frequency"][place] == folded / 64
        assert curve["power"][place] == pytest.approx(0.5)
        assert sum(curve["power"]) == pytest.approx(curve["variance"])
        assert curve["parseval"] < 1e-12
    assert [path.name for path in Path().iterdir()] == ["wave.npy"]


def test_json_of_nan_is_null_and_says_why(cli: Cli) -> None:
    np.save("nan.npy", np.full((8, 8), np.nan))
    for curve in json.loads(cli("spectrum", "nan.npy", "--ops", "max", "--json").out)["curves"]:
        assert set(curve["power"]) == {None}
        assert (curve["variance"], curve["parseval"]) == (None, None)
        assert curve["note"] == "NaN or infinite values: no spectrum"


ERRORS = {
    "an unknown operation": (
        ["brain.nii.gz", "--ops", "max,nearst"],
        2,
        "error: no operation is named 'nearst'\n  in:  --ops 'max,nearst', column 5\n"
        "  fix: did you mean 'nearest'? `sampviz ops` lists them all\n",
    ),
    "mm of unknown pixels": (
        ["sample:noise", "--ops", "max", "--unit", "mm"],
        2,
        "error: the size of the pixels is not known\n  in:  --unit mm\n"
        "  fix: leave it out, or give a NIfTI\n",
    ),
    "JSON into a figure": (
        ["sample:dwi", "--ops", "max", "--json", "-o", "f.png"],
        2,
        "error: JSON is of one input, and nothing is drawn\n  in:  --json\n"
        "  fix: leave -o, --two-d and --preview out\n",
    ),
    "a missing file of several": (
        ["brain.nii.gz", "sample:dwi", "--ops", "max"],
        3,
        "error: there is no such file\n  in:  brain.nii.gz\n"
        "  fix: check the path, or try sample:t1\n",
    ),
    "an unknown format": (
        ["sample:dwi", "--ops", "max", "-o", "figure.tiff"],
        4,
        "error: a figure cannot be saved as .tiff\n  in:  figure.tiff\n"
        "  fix: end the name in .png, .pdf, .svg, .tif or .eps, or name a folder that is there\n",
    ),
}


@pytest.mark.parametrize(("words", "code", "err"), ERRORS.values(), ids=ERRORS)
def test_errors_are_three_lines_and_leave_nothing(
    cli: Cli, words: list[str], code: int, err: str
) -> None:
    assert cli("spectrum", *words) == CliResult(code, "", err)
    assert not list(Path().iterdir())


@pytest.mark.usefixtures("unpainted")
def test_of_a_volume_json_says_the_axes_of_each_curve_and_what_rings_hold(cli: Cli) -> None:
    np.save("v.npy", np.random.default_rng(0).random((12, 16, 16)))
    data = json.loads(cli("spectrum", "v.npy", "--volume", "--ops", "flc", "--json").out)
    assert data["unit"] == "cycles/voxel of the original"
    original, cropped = data["curves"]
    assert original["axes"] == cropped["axes"] == ["slices", "rows", "columns"]
    assert sum(original["count"]) == 12 * 16 * 16 - 1
    assert original["coverage"][2] == pytest.approx(1, abs=0.2)
    assert original["coverage"][-1] < 0.1
    thick = json.loads(cli("spectrum", "sample:pd", "--volume", "--ops", "flc", "--json").out)
    axes = [curve["axes"] for curve in thick["curves"]]
    assert axes == [["rows", "columns"]] * 2 + [["slices"]] * 2
    assert cli("spectrum", "v.npy", "--volume", "--ops", "flc").out == "v_spectrum.png\n"
    assert cli("spectrum", "v.npy", "--volume", "--two-d", "--ops", "flc", "-o", "t.png").code == 0


@pytest.mark.usefixtures("unpainted")
@pytest.mark.parametrize("command", ["spectrum", "compare"])
def test_a_warning_says_which_of_two_inputs_of_one_name_is_meant(cli: Cli, command: str) -> None:
    for folder in ("a", "b"):
        Path(folder).mkdir()
        array = np.ones((16, 16))
        array[3, 3] = np.nan
        np.save(f"{folder}/x.npy", array)
    words = [command, "a/x.npy", "b/x.npy", "--ops", "max", "-o", "drawn"]
    err = cli(*words).err
    assert [line for line in err.splitlines() if "NaN" in line] == [
        f"warning: {folder}/x: 1 NaN among 256 values" for folder in ("a", "b")
    ]
    alone = cli(command, "a/x.npy", "--ops", "max", "-o", "alone.png").err
    assert "warning: x: 1 NaN among 256 values\n" in alone
