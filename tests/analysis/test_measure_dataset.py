"""Measures over many inputs: the same on all cores as on one, and what is said of all together."""

import json
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.analysis.measure_sources import MeasurementSpec, measure_each
from sampviz.analysis.statistics import SummaryStatistics
from tests.conftest import Cli

pytestmark = pytest.mark.slow


@pytest.fixture
def inputs(tmp_path: Path) -> list[str]:
    rng = np.random.default_rng(0)
    paths = [tmp_path / f"{i}.npy" for i in range(6)]
    for path in paths:
        np.save(path, rng.random((24, 20)).astype(np.float32))
    return list(map(str, paths))


def test_two_processes_give_what_one_gives_in_the_same_order(inputs: list[str]) -> None:
    question = MeasurementSpec(("max", "blur+bilinear"), levels=2)
    alone, together = (
        [outcome.get() for outcome in measure_each(inputs, question, workers)] for workers in (1, 2)
    )
    assert alone == together
    assert [rows[0].input for rows in together] == inputs


def test_an_input_that_cannot_be_read_ends_it_with_its_name(cli: Cli, inputs: list[str]) -> None:
    result = cli("measure", *inputs, "nowhere.npy", "--ops", "max")
    assert result.code == 3
    assert "nowhere.npy" in result.err
    assert len(result.err.strip().splitlines()) == 3


def test_a_data_set_is_a_pattern_and_goes_on_without_what_cannot_be_read(
    cli: Cli, inputs: list[str], tmp_path: Path
) -> None:
    Path(inputs[2]).write_bytes(b"poison")
    words = ["measure", tmp_path / "*.npy", "--ops", "max,flc", "--measures", "bias"]
    result = cli(*words, "--keep-going", "-o", tmp_path / "m.csv")
    assert result.code == 3
    assert result.err.startswith(f"failed: {inputs[2]}: the file is of no known kind")
    assert len(result.err.splitlines()) == 1
    assert "over 5 inputs" in result.out
    lines = (tmp_path / "m.csv").read_text().splitlines()
    assert [line.partition(",")[0] for line in lines[1::2]] == inputs[:2] + inputs[3:]
    written = (tmp_path / "m.csv").read_bytes()
    (tmp_path / "m.csv").unlink()
    assert cli(*words, "--jobs", 1, "-o", tmp_path / "m.csv").code == 3
    assert (tmp_path / "m.csv").read_bytes() == written


def test_inputs_without_a_value_are_not_counted(tmp_path: Path) -> None:
    np.save(tmp_path / "noise.npy", np.random.default_rng(0).random((16, 16)))
    np.save(tmp_path / "flat.npy", np.ones((16, 16)))
    sources = [str(tmp_path / f"{name}.npy") for name in ("noise", "flat")]
    tally = SummaryStatistics(["alias", "bias"])
    for outcome in measure_each(sources, MeasurementSpec(("stride",))):
        tally.add(outcome.get())
    (summary,) = tally.summaries()
    assert summary.statistics["alias"].count == 1
    assert summary.statistics["bias"].count == 2


def test_the_csv_opens_in_pandas_with_the_right_types(
    cli: Cli, inputs: list[str], tmp_path: Path
) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas reads the table")
    words = ["--ops", "max,stride", "--levels", 2, "--jobs", 1, "-o", tmp_path / "m.csv"]
    result = cli("measure", *inputs, *words)
    assert result.code == 0
    assert result.out.splitlines()[-1] == str(tmp_path / "m.csv")
    table = pandas.read_csv(tmp_path / "m.csv")
    assert len(table) == len(inputs) * 2 * 2
    assert table["level"].dtype == "int64"
    assert table["rows"].tolist()[:2] == [12, 6]
    for name in ("alias", "psnr", "delta", "passband 0-25%"):
        assert table[name].dtype == "float64"
    assert table.loc[table.chain == "max", "alias"].isna().all()
    assert table.loc[table.chain == "stride", "alias"].notna().all()
    assert (
        table.loc[table.chain == "max", "undefined"].str.contains("alias: the chain is not").all()
    )


def test_every_part_of_a_measure_has_a_column() -> None:
    from sampviz import load, measure
    from sampviz.analysis.metrics import METRICS

    rows = measure(load("sample:t1"), "avg,stride,blur+bilinear,max:times=6")
    seen = {(name, part) for row in rows for name, parts in row.parts.items() for part in parts}
    usual = {name: each for name, each in METRICS.items() if not each.on_request}
    assert seen == {(name, part) for name, each in usual.items() for part in each.parts}


def test_json_has_a_key_for_every_measure_and_no_nan(cli: Cli, inputs: list[str]) -> None:
    result = cli("measure", *inputs[:2], "--ops", "max,flc", "--measures", "alias,delta", "--json")
    found = json.loads(result.out, parse_constant=lambda word: pytest.fail(word))
    assert found["schema"] == 1
    row = found["rows"][0]
    assert list(row)[:6] == ["input", "chain", "level", "size", "alias", "delta"]
    assert row["alias"] is None
    assert row["undefined"]["alias"].startswith("the chain is not linear")
    assert found["rows"][1] | {"input": "", "parts": {}, "span": 1} == {
        "input": "",
        "chain": "flc",
        "level": 1,
        "size": [12, 10],
        "alias": 0.0,
        "delta": 0.0,
        "parts": {},
        "undefined": {},
        "taken": None,
        "span": 1,
        "span_source": "smallest and largest value",
    }
    assert found["summary"][1]["delta"]["count"] == 2


def test_markdown_escapes_what_would_break_the_table(cli: Cli, tmp_path: Path) -> None:
    np.save(tmp_path / "a|b.npy", np.random.default_rng(0).random((16, 16)))
    words = ["measure", tmp_path / "a|b.npy", "--ops", "flc", "--measures", "bias"]
    assert cli(*words, "-o", tmp_path / "m.md").code == 0
    lines = (tmp_path / "m.md").read_text().splitlines()
    heading = "brightness bias (of the image's values) → 0"
    assert lines[0] == f"| input | chain | level | size | {heading} |"
    assert "a\\|b.npy" in lines[2]


def test_several_inputs_are_told_as_mean_and_deviation(cli: Cli, inputs: list[str]) -> None:
    result = cli("measure", *inputs, "--ops", "stride", "--measures", "alias", "--jobs", 1)
    rows = [sampviz.measure(path, "stride", measures="alias")[0] for path in inputs]
    percent = [100 * row.values["alias"] for row in rows]
    assert f" {np.mean(percent):.3g} ± {np.std(percent, ddof=1):.3g} [" in result.out
    assert "over 6 inputs" in result.out


def test_the_list_and_the_definition(cli: Cli) -> None:
    from sampviz.analysis.metrics import METRICS

    result = cli("measure", "--list")
    assert {line.split()[0] for line in result.out.splitlines() if line} >= set(METRICS)
    result = cli("measure", "--explain", "alias")
    assert "Formula:" in result.out
    assert "Known: white noise: .75" in result.out
    found = json.loads(cli("measure", "--explain", "alias", "--json").out)
    assert found["measures"][0]["better"] == "lower"


@pytest.mark.parametrize(
    ("words", "code", "lines"),
    [
        (
            ["sample:t1", "--ops", "max", "--measures", "alas"],
            2,
            ["error: no measure is named 'alas'", "did you mean 'alias'?"],
        ),
        (["sample:t1"], 2, ["error: missing --ops"]),
        (["--ops", "max"], 2, ["error: missing INPUT"]),
        (["--explain", "alas"], 2, ["error: no measure is named 'alas'"]),
        (["sample:t1", "--ops", "max", "--span", "0"], 2, ["error: 0.0 is no range of values"]),
        (
            ["sample:t1", "--ops", "max", "-o", "m.xlsx"],
            4,
            ["error: a table cannot be written as .xlsx"],
        ),
        (["sample:t1", "--ops", "max:k=300"], 2, ["error: k=300: wanted 1..64 px"]),
    ],
)
def test_what_cannot_be_meant_is_said_in_three_lines(
    cli: Cli, words: list[str], code: int, lines: list[str]
) -> None:
    result = cli("measure", *words)
    assert result.code == code
    assert len(result.err.strip().splitlines()) == 3
    for line in lines:
        assert line in result.err
