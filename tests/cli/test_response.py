"""`sampviz response` as a user meets it."""

import json
from pathlib import Path

import pytest

from tests.conftest import Cli, CliResult

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("few_waves")
def test_draws_a_figure_and_prints_its_path(cli: Cli) -> None:
    assert cli("response", "--ops", "stride,blur") == CliResult(0, "response.png\n", "")
    assert Path("response.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.usefixtures("few_waves")
def test_maps_and_decibels_are_other_figures(cli: Cli) -> None:
    words = {"a": [], "b": ["--db"], "c": ["--two-d"], "d": ["--two-d", "--db"]}
    for name, more in words.items():
        result = cli("response", "--ops", "blur:3", "-o", f"{name}.svg", *more)
        assert result == CliResult(0, f"{name}.svg\n", "")
    assert len({Path(f"{name}.svg").read_bytes() for name in words}) == 4


def test_json_is_one_object_with_every_number(cli: Cli) -> None:
    result = cli("response", "--ops", "stride,max+nearest", "--json")
    assert not list(Path().iterdir())
    values = json.loads(result.out)
    assert values["schema"] == 1
    stride, pooled = values["chains"]
    assert set(stride) == {
        "chain",
        "linear",
        "what",
        "axis",
        "nyquist",
        "frequency",
        "gain",
        "folds_to",
        "replica",
        "harmonics",
        "closed_form",
    }
    assert (stride["chain"], stride["linear"], stride["what"]) == (
        "stride",
        True,
        "frequency response",
    )
    assert (stride["axis"], stride["nyquist"], stride["replica"]) == ("both", 0.25, None)
    assert stride["gain"] == pytest.approx(stride["closed_form"]) == [1] * len(stride["frequency"])
    where = stride["frequency"].index(0.375)
    assert stride["folds_to"][where] == 0.125
    assert stride["folds_to"][0] is None
    assert (pooled["linear"], pooled["what"]) == (False, "describing function")
    assert len(pooled["harmonics"]) == len(pooled["replica"]) == len(pooled["frequency"])
    assert pooled["closed_form"] is None


@pytest.mark.usefixtures("few_waves")
def test_json_beside_a_figure_stays_one_object(cli: Cli) -> None:
    result = cli("response", "--ops", "blur", "--json", "--two-d", "-o", "map.png")
    assert result.err == "map.png\n"
    (blur,) = json.loads(result.out)["chains"]
    assert blur["nyquist"] == [0.25, 0.25]
    count = len(blur["frequency"])
    assert [len(row) for row in blur["gain"]] == [count] * count
    assert Path("map.png").stat().st_size


ERRORS = {
    "no chains": ([], 2, "error: missing option '--ops'"),
    "an unknown operation": (["--ops", "strid"], 2, "error: no operation is named 'strid'"),
    "an ending": (["--ops", "max", "-o", "a.gif"], 4, "error: a figure cannot be saved as .gif"),
    "channels": (["--ops", "unshuffle"], 2, "error: unshuffle makes other channels, and a"),
    "too many": (["--ops", ",".join(["max"] * 65)], 2, "error: 65 chains in one figure"),
    "code": (["--ops", "my.pools:first"], 2, "error: 'my.pools:first' is code"),
}


@pytest.mark.parametrize(("words", "code", "what"), ERRORS.values(), ids=ERRORS)
def test_errors_are_three_lines_and_leave_nothing(
    cli: Cli, words: list[str], code: int, what: str
) -> None:
    result = cli("response", *words)
    assert (result.code, result.out) == (code, "")
    assert result.err.startswith(what)
    assert result.err.count("\n") == 3
    assert not list(Path().iterdir())


@pytest.mark.usefixtures("few_waves")
def test_waves_of_volumes_and_no_maps_of_them(cli: Cli, tmp_path: Path) -> None:
    words = ["response", "--volume", "--ops", "avg:k=1x2x2:s=1x2x2"]
    curves = json.loads(cli(*words, "--json").out)["chains"]
    assert [curve["axis"] for curve in curves] == ["slices", "rows and columns"]
    assert [curve["nyquist"] for curve in curves] == [0.5, 0.25]
    assert cli(*words, "-o", tmp_path / "r.svg").code == 0
    svg = (tmp_path / "r.svg").read_text()
    assert ", slices" in svg
    assert ", rows and columns" in svg
    refused = cli(*words, "--two-d", "-o", tmp_path / "map.png")
    assert refused.code == 2
    assert "maps are over the frequencies of rows and columns, of planes" in refused.err
