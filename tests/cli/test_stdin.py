"""`-` is standard input, wherever a file is read: its content decides what it is."""

import gzip
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.core import standard_input
from sampviz.images.load import load
from tests.conftest import Cli
from tests.images.build import GREY, diagonal, landmarks, nifti, png

pytestmark = pytest.mark.slow

WHOLE = nifti(landmarks((24, 28, 8)), diagonal((1.5, 2, 3)))
PICTURE = png(np.arange(24 * 28).reshape(24, 28) % 256, 8, GREY)
Send = Callable[[bytes], None]


@pytest.fixture
def send(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Send:
    """Return what gives bytes to the next command, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def give(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return give


def _npy() -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros((24, 28)))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (WHOLE, "NIfTI-1"),
        (gzip.compress(WHOLE), "NIfTI-1"),
        (PICTURE, "PNG, grey"),
        (_npy(), "npy"),
    ],
)
def test_the_content_decides_what_it_is(cli: Cli, send: Send, data: bytes, kind: str) -> None:
    send(data)
    facts = json.loads(cli("info", "-", "--json").out)
    assert (facts["format"], facts["name"], facts["input"]) == (kind, "stdin", "stdin")
    send(data)  # anew for each command
    assert cli("info", "-").code == 0


OTHERS = [f"sample:{name}:16x16" for name in ("step", "noise", "zoneplate")]
COMMANDS = {
    "compare": ["compare", "-", "--ops", "max"],
    "together": ["compare", "-", "sample:dwi", "--ops", "max", "--together"],
    "measure": ["measure", "-", *OTHERS, "--ops", "max"],
    "spectrum": ["spectrum", "-", "--ops", "max"],
    "detect": ["detect", "-", "--ops", "avg", "--diameters", "2"],
    "shift": ["shift", "-", "--ops", "max"],
    "report": ["report", "-", "--ops", "max", "-o", "page.html"],
    "tradeoff": ["tradeoff", "-", "--ops", "max,avg", "-o", "t.png"],
    "apply": ["apply", "-", "max", "-o", "o.npy", "--record"],
    "figure": ["figure", "flc", "-"],
}


@pytest.mark.usefixtures("unpainted")
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_that_reads_an_image_takes_it(cli: Cli, send: Send, command: str) -> None:
    send(gzip.compress(WHOLE))
    result = cli(*COMMANDS[command])
    assert result.code == 0, result.err
    assert not any(path.name.startswith("-") for path in Path().iterdir())
    send(b"")
    empty = cli(*COMMANDS[command], "--overwrite" if command != "measure" else "-q")
    assert empty.code == 3
    assert "the file is empty" in empty.err
    assert "stdin" in empty.err


def test_figures_records_and_tables_call_it_stdin(cli: Cli, send: Send) -> None:
    send(WHOLE)
    result = cli("compare", "-", "--ops", "max", "--rows", "image")
    assert result.out == "stdin_compare.png\n"
    record = sampviz.inspect("stdin_compare.png")
    assert record.recipe.inputs == ["stdin"]
    send(WHOLE)
    rows = json.loads(cli("measure", "-", "--ops", "max", "--json").out)
    assert "stdin" in json.dumps(rows)


def test_a_figure_of_it_is_made_again_of_the_file(cli: Cli, send: Send) -> None:
    send(WHOLE)
    assert cli("compare", "-", "--ops", "max", "--rows", "image").code == 0
    result = cli("rerun", "stdin_compare.png", "--check")
    assert result.code == 3
    assert result.err == (
        "error: its input came through stdin, which cannot be read again\n"
        "  in:  .\n"
        "  fix: give the file that it came from: --input FILE\n"
    )
    send(WHOLE)
    again = cli("rerun", "stdin_compare.png", "--check", "--input", "-")
    assert (again.code, again.out) == (0, "identical: stdin_compare.png\n")
    send(Path("stdin_compare.png").read_bytes())
    assert cli("inspect", "-").out.startswith("kind:         compare\n")


@pytest.mark.parametrize(
    "words",
    [
        ["compare", "-", "-", "--ops", "max"],
        ["measure", "-", "sample:t1", "-", "--ops", "max"],
        ["spectrum", "-", "-", "--ops", "max"],
        ["figure", "flc", "-", "-"],
    ],
)
def test_it_is_an_input_once(cli: Cli, send: Send, words: list[str]) -> None:
    send(WHOLE)
    result = cli(*words)
    assert result.code == 2
    assert result.err.startswith("error: stdin is an input twice, and can be read once only\n")


RECIPE = '[[figure]]\nname = "a"\nkind = "compare"\ninputs = ["{}"]\nops = ["max"]\n'


@pytest.mark.parametrize(
    "words",
    [
        ["batch", "-"],
        ["check", "-", "--baseline", "b"],
        ["rerun", "-"],
        ["figure", "r.toml"],
        ["batch", "r.toml", "-o", "o"],
        ["check", "r.toml", "--baseline", "b"],
        ["recipe", "lint", "r.toml"],
    ],
)
def test_what_is_read_again_is_no_stdin(cli: Cli, send: Send, words: list[str]) -> None:
    Path("r.toml").write_text(RECIPE.format("-"))
    send(WHOLE)
    result = cli(*words)
    assert result.code == 2
    assert result.err.startswith("error: stdin cannot be read again\n")


def test_a_recipe_may_come_through_it(cli: Cli, send: Send) -> None:
    send(RECIPE.format("sample:t1").encode())
    assert cli("figure", "-").out == "a.png\n"


def test_a_file_of_that_name_is_a_file(cli: Cli, send: Send) -> None:
    Path("-").write_bytes(PICTURE)
    send(WHOLE)
    assert json.loads(cli("info", "./-", "--json").out)["format"] == "PNG, grey"
    result = cli("measure", "./-", "?", "--ops", "max")
    assert result.code == 0, result.err
    assert load("./-").file.format == "PNG, grey"


def test_it_is_bounded(cli: Cli, send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standard_input, "MOST_BYTES", 1000)
    send(WHOLE)
    result = cli("info", "-")
    assert result.code == 3
    assert result.err.startswith("error: more than 1000 bytes come through stdin\n")


def test_a_terminal_is_not_waited_for(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = os.openpty()
    with os.fdopen(slave) as terminal, os.fdopen(master):
        monkeypatch.setattr(sys, "stdin", terminal)
        assert cli("info", "-").err.startswith("error: stdin is a terminal\n")
    monkeypatch.setattr(sys, "stdin", None)
    assert cli("info", "-").err.startswith("error: there is no stdin\n")


def test_words_of_its_content_name_stdin(cli: Cli, send: Send) -> None:
    send(b"<!DOCTYPE html><html>")
    assert cli("info", "-").err.splitlines()[1] == "  in:  stdin"


def test_nothing_of_it_stays(cli: Cli, send: Send) -> None:
    send(WHOLE)
    assert cli("info", "-").code == 0
    send(PICTURE)
    assert json.loads(cli("info", "-", "--json").out)["format"] == "PNG, grey"
