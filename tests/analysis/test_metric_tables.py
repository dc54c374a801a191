"""Tables of measures: what comes from outside stays text in them."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.networks.network_table import write_network
from tests.conftest import Cli


@pytest.mark.parametrize(
    ("words", "column"),
    [
        (["measure", "--ops", "max"], "input"),
        (["detect", "--ops", "avg", "--diameters", "3"], "input"),
        (["detect", "--ops", "avg", "--as", "labels"], "map"),
    ],
    ids=["measure", "detect", "labels"],
)
@pytest.mark.parametrize("name", ["=1+1.npy", "+1.npy", "@sum.npy"])
def test_a_spreadsheet_takes_no_name_of_a_file_for_a_formula(
    cli: Cli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    words: list[str],
    column: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    squares = np.zeros((32, 32), np.float32)
    squares[4:28, 4:28] = 1
    np.save(name, squares)
    command, *others = words
    result = cli(command, name, *others, "-o", "m.csv")
    assert result.code == 0, result.err
    rows = list(csv.DictReader(Path("m.csv").read_text("utf-8").splitlines()))
    assert rows
    shown = name if command == "measure" else Path(name).stem
    assert {row[column] for row in rows} == {f"'{shown}"}


def test_nor_the_name_of_a_layer_in_the_model_of_a_stranger(tmp_path: Path) -> None:
    net = sampviz.network("sample:unet", np.eye(32, dtype=np.float32))
    layers = (net.layers[0], *(replace(layer, name="=1+1") for layer in net.layers[1:]))
    write_network(replace(net, layers=layers), tmp_path / "n.csv")
    rows = list(csv.DictReader((tmp_path / "n.csv").read_text("utf-8").splitlines()))
    assert {row["name"] for row in rows} == {"'=1+1"}
