"""That advice is held to the options of its command."""

import pytest

from tests.advised_options import foreign_options


@pytest.mark.parametrize(
    ("words", "fix", "foreign"),
    [
        ("measure a.png --ops max", "choose fewer --measures", []),
        ("measure a.png --ops max", "choose fewer --columns, or --out", ["--columns"]),
        ("apply a.png max", "--overwrite; `sampviz measure --list` lists them all", []),
        ("apply a.png max", "`sampviz ops --overwrite`", ["--overwrite"]),
        ("recipe init a.toml", "`sampviz recipe show a --json` shows it", []),
        ("-q compare a.png", "--debug shows where", []),
    ],
)
def test_options_of_other_commands_are_seen(words: str, fix: str, foreign: list[str]) -> None:
    err = f"warning: w, see --nothing\nerror: e\n  in:  a.png, --nothing\n  fix: {fix}\n"
    assert foreign_options(words.split(), err) == foreign


def test_of_several_lines_each_is_looked_at() -> None:
    err = "error: e\n  in:  i\n  fix: choose\n       --out or --columns\nb.png:\n    fix: --rows\n"
    assert foreign_options(["measure"], err) == ["--columns", "--rows"]
