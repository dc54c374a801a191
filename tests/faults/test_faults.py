"""A few commands while calls of the system fail; `python -m tests.faults` takes all of both."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from sampviz.cli.app import _app
from sampviz.cli.command_list import COMMANDS
from tests.faults.harness import LIBRARY, Run, build
from tests.faults.scenes import SCENES


def test_what_is_wrong_with_a_run_is_seen() -> None:
    before, new = {"o": b"old"}, {"o": b"new"}
    whole = Run(0, b"o\n", "", new)
    three_lines = "warning: w\nerror: e\n  in:  i\n  fix: f\n"
    for run in (whole, Run(4, b"", three_lines, before), Run(3, b"", three_lines, new)):
        assert run.fault(before, whole) == ""
    among_results = b"one:\n  e\n    in:  i\n    fix: f\n"
    assert Run(3, among_results, "", before).fault(before, whole) == ""
    assert (
        Run(4, b"", three_lines, {"o": b"old", "j.xml": b"<testsuites/>"}).fault(before, whole)
        == ""
    )
    picture = {**before, "p.png": b"\x89PNG..IEND\xaeB`\x82"}
    assert Run(4, b"", three_lines, picture).fault(before, whole) == ""
    assert "neither" in Run(4, b"", three_lines, picture).fault(picture | {"p.png": b"old"}, whole)
    wrong = {
        "exit code 70": Run(70, b"", three_lines, before),
        "exit code -11": Run(-11, b"", "", before),
        "not in three lines": Run(4, b"", "no\n", before),
        "called an output": Run(4, b"", "error: e\n  in:  /f.ttf\n  fix: f\n", before),
        "traceback": Run(4, b"", f"Traceback\n{three_lines}", before),
        "neither the old": Run(4, b"", three_lines, {"o": b"ne"}),
        "p.png is neither": Run(4, b"", three_lines, {**before, "p.png": b"\x89PNG"}),
        "j.xml is neither": Run(4, b"", three_lines, {**before, "j.xml": b"<testsuites>"}),
        "neither": Run(4, b"", three_lines, {**before, ".sampviz-1": b""}),
        "another output": Run(0, b"", "", new),
        "no o": Run(0, b"o\n", "", {}),
        "lost": Run(4, b"", three_lines, {}),
    }
    for what, run in wrong.items():
        assert what in run.fault(before, whole)


def _leaves(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    commands = getattr(command, "commands", {})
    for name, inner in commands.items():
        yield from _leaves(inner, (*words, name))
    if not commands:
        yield words


def test_every_command_has_a_scene() -> None:
    scenes = [tuple(words.split()) for words in SCENES.values()]
    commands = list(_leaves(typer.main.get_command(_app(frozenset(COMMANDS)))))
    assert len(commands) > len(COMMANDS)
    missing = [words for words in commands if words not in {s[: len(words)] for s in scenes}]
    assert not missing


@pytest.mark.slow
def test_commands_end_well_whatever_fails(tmp_path: Path) -> None:
    library = build(tmp_path)
    if library is None:
        pytest.skip("needs a C compiler, on Linux")
    words = [sys.executable, "-m", "tests.faults", "apply-png", "measure", "info"]
    preloaded = {LIBRARY: str(library), "LD_PRELOAD": str(library)}
    out = subprocess.run(
        words, env={**os.environ, **preloaded}, capture_output=True, text=True, check=False
    )
    assert out.returncode == 0, out.stdout + out.stderr
    assert "0 findings" in out.stdout
    for kind in ("open", "read", "write", "rename", "fsync", "allocation"):
        assert re.search(rf"^{kind}: \d+ with exit code", out.stdout, re.MULTILINE)
