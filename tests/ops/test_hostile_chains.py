"""Chains that nobody writes by accident: three lines with the column, and nothing is run."""

import json
import sys
from pathlib import Path

import pytest

from tests.conftest import Cli

# Of each: the text, the column that is told, and the first line.
HOSTILE = {
    "a Cyrillic letter": (
        "max,mаx",
        5,
        "'mаx' is not a name; 'а' is U+0430 CYRILLIC SMALL LETTER A",
    ),
    "a Greek letter": ("aνg", 1, "'aνg' is not a name; 'ν' is U+03BD GREEK SMALL LETTER NU"),
    "a wide colon": (
        "max：2",
        1,
        "'max：2' is not a name; '：' is U+FF1A FULLWIDTH COLON",
    ),
    "a wide digit": (
        "max:k=２",
        7,
        "k=２: wanted 1..64 px, auto or nnunet; '２' is U+FF12 FULLWIDTH DIGIT TWO",
    ),
    "a minus sign": (
        "asap:f=−2",
        8,
        "f=−2: wanted 1..64, auto or nnunet; '−' is U+2212 MINUS SIGN",
    ),
    "a space of no width": (
        "max\u200b",
        1,
        "'max\\u200b' is not a name; '\\u200b' is U+200B ZERO WIDTH SPACE",
    ),
    "a space that is none": (
        "max\u00a0",
        1,
        "'max\\xa0' is not a name; '\\xa0' is U+00A0 NO-BREAK SPACE",
    ),
    "writing turned round": (
        "\u202exam",
        1,
        "'\\u202exam' is not a name; '\\u202e' is U+202E RIGHT-TO-LEFT OVERRIDE",
    ),
    "a line end": ("max\n,avg", 1, "'max\\n' is not a name; '\\n' is U+000A"),
    "a terminal escape": (
        "max:k=\x1b[2J",
        7,
        "k=\\x1b[2J: wanted 1..64 px, auto or nnunet; '\\x1b' is U+001B",
    ),
    "a zero byte": ("max:k=2\0", 7, "k=2\\x00: wanted 1..64 px, auto or nnunet; '\\x00' is U+0000"),
    "a byte that is no text": ("m\udcffx", 1, "'m\\udcffx' is not a name; '\\udcff' is U+DCFF"),
    "braces": ("{0.__class__}", 1, "'{0.__class__}' is not a name"),
    "percents": ("%s%n", 1, "'%s%n' is not a name"),
    "rich markup": ("[red]max", 1, "'[red]max' is not a name"),
    "an expression": ("max:k=1+1", 9, "'1' is not a name"),
    "a call": ("max:k=len('ab')", 7, "k=len('ab'): wanted 1..64 px, auto or nnunet"),
    "an import": ("__import__('os').abort()", 1, "\"__import__('os').abort()\" is not a name"),
    "a shell": ("$(touch run)", 1, "'$(touch run)' is not a name"),
    "a module": (
        "antigravity.x:run",
        1,
        "'antigravity.x:run' is code, and code is not run unasked",
    ),
    "many digits": ("max:k=" + "9" * 5000, 7, f"k={'9' * 40}: wanted 1..64 px, auto or nnunet"),
    "a power": ("lp:norm=1e999", 9, "norm=1e999: wanted 1..64 or inf"),
    "not a number": ("lp:norm=nan", 9, "norm=nan: wanted 1..64 or inf"),
    "times that look like one": (
        "relu:times=0000000019999999999",
        12,
        "times=0000000019999999999: wanted 1..16",
    ),
    "10 000 steps": ("+".join(["relu"] * 2000), 321, "too many steps"),
    "10 000 times": ("+".join(["relu:times=16"] * 600), 57, "too many steps"),
    "10 001 characters": ("max+" * 2500 + "m", 1, "a text of 10001 characters"),
    "a megabyte": ("a" * 2**20, 1, "a text of 1048576 characters"),
    "a megabyte of commas": ("," * 2**20, 1, "a text of 1048576 characters"),
    "commas": ("," * 10_000, 1, "a step without a name"),
    "colons": ("max" + ":" * 9_000, 5, "an argument without a value"),
    "a long name": ("a" * 10_000, 1, "no operation is named '" + "a" * 40 + "'"),
}


@pytest.mark.parametrize(("text", "column", "what"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_chain_is_an_error_in_three_lines(
    cli: Cli, text: str, column: int, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = cli("shape", text, "--size", "8x8")
    assert (result.code, result.out) == (2, "")
    first, place, fix = result.err.splitlines()
    assert first == f"error: {what}"
    assert place.startswith("  in:  chain ")
    assert place.endswith(f", column {column}")
    assert fix.startswith("  fix: ")
    assert all(char == "\n" or char.isprintable() for char in result.err)
    assert "antigravity" not in sys.modules
    assert not list(tmp_path.iterdir())


def test_names_of_files_in_a_chain_are_escaped_in_tables_and_whole_in_json(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np

    monkeypatch.chdir(tmp_path)
    np.save("\x1b[2J[red]%s.npy", np.ones((3, 3)))
    words = ["shape", "conv:file=\x1b[2J[red]%s.npy", "--size", "8x8"]
    result = cli(*words)
    assert result.code == 0
    assert "conv:file=\\x1b[2J[red]%s.npy" in result.out
    assert "\x1b" not in result.out
    assert json.loads(cli(*words, "--json").out)["chain"] == "conv:file=\x1b[2J[red]%s.npy"
