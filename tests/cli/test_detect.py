"""How small a lesion survives, on the command line: numbers, tables, the figure made again."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import UsageError
from sampviz.images import load
from sampviz.images.image import Image
from sampviz.images.selection import Selection
from tests.conftest import Cli

WORDS = ["--ops", "avg,stride", "--levels", "2", "--diameters", "2,4,8"]
FEW = ["--ops", "avg", "--levels", "2", "--diameters", "2,4,8"]


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    array = np.random.default_rng(0).normal(100, 5, (48, 40)).astype(np.float32)
    array[:4] = 0
    np.save("a.npy", array)


def test_numbers_are_those_of_python(cli: Cli) -> None:
    result = cli("detect", "a.npy", *WORDS, "--json")
    assert (result.code, list(Path().iterdir())) == (0, [Path("a.npy")])
    printed = json.loads(result.out)
    expected = sampviz.detect("a.npy", "avg,stride", levels=2, diameters=[2, 4, 8])
    assert printed["schema"] == 1
    assert printed["rows"] == [vars(row) for row in expected.rows]
    assert set(printed["rows"][0]) >= {
        "chain",
        "level",
        "polarity",
        "diameter",
        "kept",
        "p10",
        "p90",
    }
    assert len(printed["rows"]) == 2 * 2 * 2 * 3
    assert len(printed["d50"]) == 2 * 2 * 2
    first = next(limit for limit in printed["d50"] if limit["d50"] and limit["high"])
    assert first["low"] <= first["d50"] <= first["high"]
    assert printed["unit"] == "px"


def test_noise_has_an_end(cli: Cli) -> None:
    result = cli("detect", "a.npy", *WORDS, "--noise", "inf")
    assert (result.code, "inf is out of bounds" in result.err) == (2, True)


@pytest.mark.slow
def test_tables_hold_every_row(cli: Cli) -> None:
    for ending in ("csv", "json", "md"):
        result = cli("detect", "a.npy", *FEW, "-o", f"t.{ending}")
        assert (result.code, result.out.splitlines()[-1]) == (0, f"t.{ending}")
        assert "smallest lesions in px:" in result.out
    with Path("t.csv").open() as file:
        rows = list(csv.DictReader(file))
    table = json.loads(Path("t.json").read_text())
    assert [float(row["kept"]) for row in rows] == [row["kept"] for row in table["rows"]]
    assert [row["polarity"] for row in rows[:4]] == ["bright"] * 3 + ["dark"]
    assert "| avg | 1 | both |" in Path("t.md").read_text()
    assert cli("detect", "a.npy", *FEW, "--polarity", "dark", "-o", "t.md").code == 4
    assert cli("detect", "a.npy", *FEW, "-o", "t.md", "-q").out == "t.md\n"  # the same bytes


@pytest.mark.slow
def test_the_figure_is_made_again(cli: Cli) -> None:
    result = cli("detect", "a.npy", *FEW, "--contrast", "20", "--width", "89", "-q")
    assert (result.code, result.out) == (0, "a_detect.png\n")
    assert cli("rerun", "a_detect.png", "--check").out == "identical: a_detect.png\n"
    recipe = sampviz.inspect("a_detect.png").recipe
    assert (recipe.kind, recipe.values["contrast"], recipe.values["diameters"]) == (
        "detect", "20", "2,4,8",
    )  # fmt: skip


def test_a_mask_says_where_lesions_lie_and_is_in_no_record(cli: Cli) -> None:
    mask = np.zeros((48, 40), np.uint8)
    mask[10:40, 8:30] = 1
    np.save("mask.npy", mask)
    words = ["detect", "a.npy", "--ops", "avg", "--diameters", "2"]
    assert cli(*words, "--mask", "mask.npy", "-o", "m.png").code == 0
    assert cli("rerun", "m.png", "--check").code == 3
    result = sampviz.detect("a.npy", "avg", diameters=[2], mask=mask)
    assert (result.detection.centres >= [10, 8]).all()
    assert (result.detection.centres < [40, 30]).all()
    np.save("mask.npy", mask[1:])
    refused = cli(*words, "--mask", "mask.npy")
    assert (refused.code, refused.err.splitlines()[:2]) == (
        2,
        ["error: the mask has 47x40 px, the image 48x40", "  in:  --mask"],
    )


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--diameters", "2,x"], "'2,x' is no list of diameters"),
        (["--diameters", "99"], "a lesion of 99 px is larger than the image, 40 px"),
        (["--contrast", "much"], "'much' is no contrast"),
        (["-o", "t.txt"], "a figure cannot be saved as .txt"),
        (["--json", "-o", "t.png"], "JSON is printed, and nothing is drawn"),
        (["--seed", "-1"], "0"),
    ],
)
def test_what_cannot_be_meant_is_three_lines(cli: Cli, words: list[str], what: str) -> None:
    result = cli("detect", "a.npy", "--ops", "avg", *words)
    assert result.code in (2, 4)
    assert what in result.err
    assert len(result.err.splitlines()) == 3


def test_constant_images_and_channels_are_said(cli: Cli) -> None:
    np.save("flat.npy", np.ones((32, 32), np.float32))
    assert (
        "no tissue is found: the image is constant" in cli("detect", "flat.npy", "--ops", "avg").err
    )
    labels = sampviz.load("sample:t1_lesions")
    with pytest.raises(sampviz.UsageError, match="as_='intensity'"):
        sampviz.detect(labels, "avg")
    with pytest.warns(sampviz.SampvizWarning, match="channel 0 of 0..1 is taken"):
        sampviz.detect(np.random.default_rng(0).random((2, 32, 32)), "avg", diameters=[2])


def test_a_recipe_has_it(cli: Cli) -> None:
    table = {"kind": "detect", "inputs": "a.npy", "ops": "avg", "diameters": "2,4", "width": 89.0}
    figure = sampviz.draw_recipe(table)
    assert len(figure.axes) == 2
    with pytest.raises(sampviz.UsageError, match="lesions in one image"):
        sampviz.draw_recipe({**table, "inputs": ["a.npy", "sample:t1"]})


def test_diameters_that_are_no_list_are_said() -> None:
    for values in (3, [2, None], "1,,2"):
        with pytest.raises(UsageError, match="is no list of diameters"):
            sampviz.detect("a.npy", "avg", diameters=values)  # type: ignore[arg-type]
    result = sampviz.detect("a.npy", "avg", diameters=[2, 4], contrast=10 / 3)
    again = sampviz.detect("a.npy", "avg", diameters="2,4", contrast=str(10 / 3))
    assert result.json() == again.json()
    assert result.detection.contrast_text == "3.333"


def test_the_image_is_read_once(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    read, sources = load._read_source, []

    def counted(source: str, selection: Selection) -> Image:
        sources.append(source)
        return read(source, selection)

    monkeypatch.setattr(load, "_read_source", counted)
    assert cli("detect", "a.npy", *FEW, "--json").code == 0
    np.save("map.npy", np.kron(np.eye(4, dtype=np.uint8), np.ones((8, 8), np.uint8)))
    assert cli("detect", "map.npy", "--ops", "max", "--json").code == 0
    assert sources == ["a.npy", "map.npy"]
