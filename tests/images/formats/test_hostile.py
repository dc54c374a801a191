"""Every hostile or odd file through every command: read right, or three lines and exit code 3."""

import json
import os
import subprocess
import sys
from inspect import isfunction, signature
from pathlib import Path

import numpy as np
import pytest

from benchmarks import launch
from sampviz.cli.app import run
from sampviz.cli.command_list import COMMANDS, command_of
from sampviz.core.text import escape_control
from sampviz.images.input_names import stem
from tests.conftest import Cli
from tests.images.formats.hostile import CASES
from tests.images.formats.hostile.case import Case

pytestmark = pytest.mark.slow

REFUSED = [case for case in CASES if case.error]
READ = [case for case in CASES if not case.error]


def of(cases: list[Case]) -> pytest.MarkDecorator:
    names = [f"{case.name.split()[0]}{Path(case.name).suffix[:4]}" for case in cases]
    return pytest.mark.parametrize("case", cases, ids=names)


def test_the_table_is_as_large_as_it_is_said_to_be() -> None:
    assert len(REFUSED) >= 120
    assert len(READ) >= 80
    assert len({case.name for case in CASES}) == len(CASES)


WORDS = {
    "info": [],
    "compare": ["--ops", "identity"],
    "apply": ["identity", "-o", "o.npy"],
    "measure": ["--ops", "max"],
    "spectrum": ["--ops", "max"],
    "shift": ["--ops", "max", "-o", "o.gif"],
    "report": ["--ops", "max", "-o", "o.html"],
    "tradeoff": ["--ops", "max,blur"],
    "detect": ["--ops", "max", "-o", "o.csv"],
}


def test_every_command_that_reads_is_tried() -> None:
    found = {name: command_of(name) for name in COMMANDS}
    parameters = {name: signature(f).parameters for name, f in found.items() if isfunction(f)}
    # The images of a data set, which is a root, are read as `measure` reads them.
    reading = {
        name for name, own in parameters.items() if "max_pixels" in own and "root" not in own
    }
    assert reading == set(WORDS)


@of(REFUSED)
def test_what_cannot_be_read_is_said_in_three_lines(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    """By `info`, and by one of the others in turn: all read by the same function."""
    path = case.make(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = os.listdir(tmp_path)  # noqa: PTH208 - dangling links too
    others = list(WORDS)[1:]
    for command in ("info", others[REFUSED.index(case) % len(others)]):
        code = run([command, str(path), *WORDS[command], *case.words])
        told = capfd.readouterr()  # of the process, so that a library's own words are heard too
        what, where, fix, *more = told.err.split("\n")
        assert (code, told.out, more) == (3, "", [""]), command
        assert what.startswith(f"error: {case.error}"), command
        assert where.startswith("  in:  "), command
        assert str(tmp_path) in where, command
        assert len(fix) > len("  fix: "), command
        assert sorted(os.listdir(tmp_path)) == sorted(before), command  # noqa: PTH208


@of(READ)
def test_info_tells_the_truth(cli: Cli, tmp_path: Path, case: Case) -> None:
    result = cli("info", case.make(tmp_path), "--json", *case.words)
    assert (result.code, result.err) == (0, "")
    found = json.loads(result.out, parse_constant=pytest.fail)
    for name, fact in case.facts.items():
        if isinstance(fact, float):
            assert found[name] == pytest.approx(fact, rel=1e-6, abs=case.close)
        elif name == "spacing" and fact:
            assert found[name] == pytest.approx(fact, rel=1e-6)
        else:
            assert found[name] == fact, name


def warnings_of(case: Case, path: Path) -> list[str]:
    name = escape_control(stem(str(path)))
    return [f"warning: {name}: {note}" for note in case.facts["warnings"]]


@of(READ)
def test_apply_writes_what_the_file_holds(cli: Cli, tmp_path: Path, case: Case) -> None:
    out = tmp_path / "out" / "o.npy"
    out.parent.mkdir()
    path = case.make(tmp_path)
    result = cli("apply", path, "identity", "-o", out, *case.words)
    assert (result.code, result.out) == (0, f"{out}\n")
    told = [line for line in result.err.splitlines() if not line.startswith("taken: ")]
    assert told == warnings_of(case, path)
    assert case.values is not None
    np.testing.assert_allclose(np.load(out), case.values, rtol=1e-6, atol=case.close)
    assert [path.name for path in out.parent.iterdir()] == ["o.npy"]


def has_odd_values(case: Case) -> bool:
    """Whether an image is tiny, constant or complex, or its values are not finite or extreme."""
    values = case.values
    assert values is not None
    if values.dtype.kind == "c" or min(values.shape[-2:]) < 3 or not np.isfinite(values).all():
        return True
    low, high = float(values.min()), float(values.max())
    return low == high or max(-low, high) > 1e6 or high - low < 1e-3


def one_of_each_kind() -> list[Case]:
    """Return a file of each kind of odd values: the reader apart, files of a kind are alike."""
    kinds: dict[object, Case] = {}
    for case in filter(has_odd_values, READ):
        facts, is_complex = case.facts, np.iscomplexobj(np.asarray(case.values))
        ends = facts["min"], facts["max"]
        orders = [end and 1 + round(np.log10(abs(end))) // 20 for end in ends]
        is_short = [n < 3 for n in facts["shape"][-2:]]
        missing = facts["nan"] > 0, facts["inf"] > 0
        kinds[is_complex, *is_short, *orders, ends[0] == ends[1], *missing] = case
    return list(kinds.values())


ODD = one_of_each_kind()


@of(ODD)
def test_compare_draws_odd_values_and_says_all_warnings_once(
    cli: Cli, tmp_path: Path, case: Case
) -> None:
    out = tmp_path / "out" / "o.png"
    out.parent.mkdir()
    path = case.make(tmp_path)
    result = cli("compare", path, "--ops", "identity", "-o", out, "--dpi", 40, *case.words)
    assert (result.code, result.out) == (0, f"{out}\n")
    assert result.err.splitlines() == warnings_of(case, path)
    assert out.read_bytes().startswith(b"\x89PNG")
    assert [each.name for each in out.parent.iterdir()] == ["o.png"]


@of(ODD)
@pytest.mark.parametrize("command", ["measure", "spectrum", "tradeoff", "report"])
@pytest.mark.usefixtures("few_waves")
def test_values_of_any_size_are_measured_or_refused_with_the_reason(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, case: Case
) -> None:
    path = case.make(tmp_path)
    monkeypatch.chdir(tmp_path)
    words = ["--ops", "max:k=1:s=1,blur:s=1", *case.words]
    more = {"tradeoff": ["--dpi", "40"], "report": ["-o", "o.html"]}.get(command, ["--json"])
    result = cli(command, path, *words, *more)
    if result.code == 0 and "--json" in more:
        json.loads(result.out, parse_constant=pytest.fail)
    errors = result.err[result.err.find("error: ") :] if "error: " in result.err else ""
    assert result.code in (0, 2, 3)
    assert errors.count("\n") == (3 if result.code else 0)
    assert "fault" not in result.err


BOMBS = [case for case in CASES if "bomb" in case.name or "claims" in case.name]
EACH = """
import json, sys
from sampviz.cli.app import run
commands, out = sys.argv[1:]
codes = [run(words) for words in json.loads(commands)]
open(out, "w").write(json.dumps(codes))
"""


def test_bombs_cost_neither_memory_nor_time(tmp_path: Path) -> None:
    """One process reads them all: none may take much."""
    commands = []
    for number, case in enumerate(BOMBS):
        (folder := tmp_path / str(number)).mkdir()
        commands.append(["info", str(case.make(folder)), *case.words])
    # Started by a small process: at least the memory of its parent is said of a process.
    program = [sys.executable, launch.__file__, sys.executable, "-c", EACH]
    words = [*program, json.dumps(commands), str(tmp_path / "codes")]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True)
    codes = json.loads((tmp_path / "codes").read_text())
    expected = {case.name: 3 if case.error else 0 for case in BOMBS}
    assert dict(zip(expected, codes, strict=True)) == expected
    _, processor_seconds, largest = json.loads(done.stdout)
    assert processor_seconds < len(BOMBS)
    assert largest < 1024  # MB


def test_a_file_name_that_is_no_text_is_printed_as_it_is(tmp_path: Path) -> None:
    (case,) = (case for case in CASES if case.name.startswith("no-text"))
    path = case.make(tmp_path)
    commands = json.dumps([["info", str(path)], ["info", str(path), "--json"]])
    words = [sys.executable, "-c", EACH, commands, str(tmp_path / "codes")]
    told = subprocess.run(words, capture_output=True, check=True).stdout
    plain, _, more = told.partition(b"\n{")
    assert rb"name:     a\udcff\udcfe" in plain
    assert json.loads(b"{" + more)["input"] == str(path)
