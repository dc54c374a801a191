"""Of several inputs the one that an error belongs to is named."""

from pathlib import Path

import numpy as np
import pytest

import sampviz
from tests.conftest import Cli

RECIPE = '[[figure]]\nname = "a"\ninputs = ["{0}/large.npy", "{0}/small.npy"]\nops = "crop:p=10"\n'


@pytest.fixture
def inputs(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "large.npy", tmp_path / "small.npy"]
    for path, side in zip(paths, (48, 6), strict=True):
        np.save(path, np.random.default_rng(0).random((side, side), np.float32))
    return paths


@pytest.mark.slow
@pytest.mark.usefixtures("unpainted")
@pytest.mark.parametrize("command", ["compare", "measure", "spectrum", "tradeoff", "report"])
def test_the_input_is_named(
    command: str, inputs: list[Path], cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = cli(command, *inputs, "--ops", "crop:p=10")
    error = result.err[result.err.index("error: crop: an axis of 6 px is too short") :]
    assert error.splitlines()[1].endswith(f", for {inputs[1]}")


def test_the_input_of_a_figure_is_named(inputs: list[Path], cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(RECIPE.format(tmp_path))
    result = cli("figure", tmp_path / "r.toml", "-o", tmp_path / "a.png")
    assert f", for {inputs[1]}" in result.err.splitlines()[1]


def test_in_python_too(inputs: list[Path]) -> None:
    with pytest.raises(sampviz.SampvizError, match=r"small\.npy"):
        sampviz.measure_dataset(inputs, "crop:p=10")
