"""The options of reading: the same for every command that reads, and what they refuse."""

import json
from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import InputError, UsageError
from sampviz.images.load import load
from tests.conftest import Cli

OPTIONS = ["plane", "slice", "frame", "channel", "mosaic", "kspace", "volume", "nan", "max-pixels"]


@pytest.mark.parametrize("command", ["info", "compare", "apply"])
def test_every_command_that_reads_has_all_options_of_reading(cli: Cli, command: str) -> None:
    help_text = cli(command, "--help").out
    assert [option for option in OPTIONS if f"--{option} " not in help_text] == []


def test_a_nan_in_k_space_is_filled_before_it_is_everywhere(cli: Cli, tmp_path: Path) -> None:
    spectrum = np.random.default_rng(0).normal(size=(8, 6)) * (1 + 1j)
    spectrum[2, 3] = np.nan
    np.save(tmp_path / "k.npy", spectrum)
    words = ["info", tmp_path / "k.npy", "--kspace", "--json"]
    assert json.loads(cli(*words).out)["nan"] == 48
    assert json.loads(cli(*words, "--nan", "fill=0").out)["nan"] == 0


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--nan", "fill"], "invalid value for '--nan': 'fill' is not one of 'keep', 'fill=0'"),
        (["--max-pixels", "0"], "invalid value for '--max-pixels': "),
    ],
)
def test_what_cannot_be_asked_is_wrong_use(cli: Cli, words: list[str], what: str) -> None:
    result = cli("info", "sample:t1", *words)
    assert (result.code, result.err.count("\n")) == (2, 3)
    assert result.err.startswith(f"error: {what}")


def test_the_same_holds_in_python() -> None:
    with pytest.raises(UsageError, match=r"^'fill' is not one of the words\n  in:  nan\n"):
        load("sample:t1", nan="fill")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"^0 is no number of pixels\n  in:  max_pixels\n"):
        load("sample:t1", max_pixels=0)


def test_a_limit_that_is_too_small_is_told_with_the_one_that_is_not(cli: Cli) -> None:
    result = cli("info", "sample:brick", "--max-pixels", "1000")
    assert result.err.splitlines()[2] == "  fix: --max-pixels 262144, if they fit into memory"
    assert cli("info", "sample:brick", "--max-pixels", "262144").code == 0


def test_too_little_memory_is_an_input_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise MemoryError

    np.save(tmp_path / "a.npy", np.ones((2, 2)))
    monkeypatch.setattr("sampviz.images.formats.npy.as_numbers", full)
    with pytest.raises(InputError, match=r"^there is not enough memory for it\n"):
        load(tmp_path / "a.npy")


def test_numbers_beyond_json_are_null(cli: Cli, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.random.default_rng(0).random((16, 16)) * 1e308)
    for command in ("spectrum", "measure"):
        result = cli(command, tmp_path / "a.npy", "--ops", "stride", "--json")
        assert result.code == 0
        json.loads(result.out, parse_constant=pytest.fail)


def test_a_measure_of_numbers_that_are_too_large_is_undefined(cli: Cli, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.random.default_rng(0).random((16, 16)) * 1e308)
    result = cli("measure", tmp_path / "a.npy", "--ops", "stride", "--json")
    (row,) = json.loads(result.out)["rows"]
    assert row["psnr"] is None
    assert "the numbers are too large" in result.out
