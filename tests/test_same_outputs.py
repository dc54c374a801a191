"""The comparison of two installations sees every change, and nothing where nothing has changed."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import sampviz
from benchmarks.same_outputs import COMMAND_LINES, main, operation_lines, read_command_lines
from sampviz.ops.registry import OURS
from tests.conftest import Cli

# What the old installation does: it prints, and writes a file.
OLD = """
print("a word from", os.getcwd())
print("a warning", file=sys.stderr)
pathlib.Path("made.bin").write_bytes(b"ab\\0c")
pathlib.Path("made.json").write_text('{"seconds": %f}' % time.time())
"""
# What a new one does in addition, and what is to be said of it.
CHANGES = {
    "stdout": ("print('more')", "stdout differs"),
    "stderr": ("print('more', file=sys.stderr)", "stderr differs"),
    "a byte": ("pathlib.Path('made.bin').write_bytes(b'ab\\0d')", "file made.bin differs"),
    "no file": ("pathlib.Path('made.bin').unlink()", "file made.bin is missing"),
    "a file": ("pathlib.Path('more.txt').touch()", "file more.txt is new"),
    "an input": ("pathlib.Path('grey.png').unlink()", "file grey.png is new"),
    "exit code": ("sys.exit(3)", "exit code is 3, was 0"),
}
LINE = "sampviz compare grey.png"


@pytest.fixture
def fake(tmp_path: Path) -> Callable[[str, str], str]:
    """Make a program that stands for an interpreter with a sampviz, whatever it is asked for."""

    def make(name: str, code: str) -> str:
        program = tmp_path / name
        program.write_text(
            f"#!{sys.executable} -IS\nimport os, pathlib, sys, time\n"
            f"if sys.argv[1] == '-c':\n    sys.exit(print(__file__))\n{code}\n"
        )
        program.chmod(0o755)
        return str(program)

    return make


@pytest.fixture
def lines(tmp_path: Path) -> list[str]:
    """Options for a list of a single command line."""
    path = tmp_path / "lines.txt"
    path.write_text(f"# a comment\n\n{LINE}\n")
    return ["--list", str(path)]


Fake = Callable[[str, str], str]
Capture = pytest.CaptureFixture[str]


@pytest.mark.slow
@pytest.mark.parametrize(("code", "said"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen(
    fake: Fake, lines: list[str], capsys: Capture, code: str, said: str
) -> None:
    assert main([fake("old", OLD), fake("new", OLD + code), *lines]) == 1
    assert capsys.readouterr().out.splitlines()[2:] == [
        LINE,
        f"    {said}",
        "1 of 1 command lines differ",
    ]


def test_the_folder_and_the_seconds_of_a_run_are_no_change(
    fake: Fake, lines: list[str], capsys: Capture
) -> None:
    assert main([fake("old", OLD), fake("new", OLD), *lines]) == 0
    assert capsys.readouterr().out.endswith("\n0 of 1 command lines differ\n")


@pytest.mark.slow
def test_a_record_stands_for_the_old_installation(
    fake: Fake, lines: list[str], tmp_path: Path, capsys: Capture
) -> None:
    old, new = fake("old", OLD), fake("new", OLD + "print('more')")
    record = str(tmp_path / "record.json")
    assert main([old, "--record", record, *lines]) == 0
    assert main([old, "--against", record, *lines]) == 0
    capsys.readouterr()
    assert main([new, "--against", record, "--show", *lines]) == 1
    assert "  | +more\n" in capsys.readouterr().out
    other = tmp_path / "other.txt"
    other.write_text("sampviz info grey.png\n")
    assert main([old, "--against", record, "--list", str(other)]) == 1
    assert "not in the record" in capsys.readouterr().out


def test_steps_end_with_the_first_that_fails(fake: Fake, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("sampviz one && sampviz two && sampviz three\n")
    code = "print(sys.argv[-1]); sys.exit(sys.argv[-1] == 'two')"
    both = [fake("old", code + "\n"), fake("new", "print('new', end=' ');" + code)]
    assert main([*both, "--show", "--list", str(path)]) == 1
    shown = [line for line in capsys.readouterr().out.splitlines() if line.startswith("      |")]
    assert shown[-4:] == ["      | -one", "      | -two", "      | +new one", "      | +new two"]


def test_one_installation_is_not_compared_as_two(fake: Fake, lines: list[str]) -> None:
    # As with PYTHONPATH set: two interpreters, and one place that both import from.
    programs = [Path(fake(name, OLD)) for name in ("old", "new")]
    for program in programs:
        program.write_text(program.read_text().replace("__file__", "'here'"))
    with pytest.raises(SystemExit, match="both import the same sampviz"):
        main([*map(str, programs), *lines])


def test_every_command_and_every_operation_is_in_the_list(cli: Cli) -> None:
    listed = read_command_lines(COMMAND_LINES)
    commands = re.findall(r"^│ (\w+) ", cli("--help").out.split("Commands")[1], re.MULTILINE)
    assert len(commands) > 15
    for command in commands:
        assert any(line.startswith(f"sampviz {command} --help") for line in listed)
    lines = [*listed, *operation_lines(listed)]
    for name in sampviz.OPS:
        assert any(re.search(rf"[\s\",+]{name}\b", line) for line in lines if "apply" in line)


def test_an_operation_that_no_line_names_has_one_of_its_own() -> None:
    lines = operation_lines(['sampviz apply plane.npy "max+blur" -o out.npy'])
    assert 'sampviz apply plane.npy "unshuffle+shuffle" -o out.npy' in lines
    assert len(lines) == len(OURS) - 2
