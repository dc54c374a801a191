"""Tables of measures: what comes from outside stays text in them."""

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Cli


@pytest.mark.parametrize("name", ["=1+1.npy", "+1.npy", "@sum.npy"])
def test_a_spreadsheet_takes_no_name_of_a_file_for_a_formula(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save(name, np.eye(8, dtype=np.float32))
    result = cli("measure", name, "--ops", "max", "-o", "m.csv")
    assert result.code == 0, result.err
    (row,) = csv.DictReader(Path("m.csv").read_text("utf-8").splitlines())
    assert row["input"] == f"'{name}"
