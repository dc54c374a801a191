"""Words that were meant otherwise: they work, or the line that would have worked is told."""

import shlex
from pathlib import Path

import numpy as np
import pytest

import sampviz
from sampviz.cli.command_list import COMMANDS
from sampviz.core.errors import SampvizWarning
from tests.conftest import Cli

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("one_row")]

DEFAULT = "warning: --ops is not given: max,stride,blur,flc are compared\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.npy", "b c.npy"):
        np.save(name, np.random.default_rng(0).random((32, 32), dtype=np.float32))
    Path("r.toml").write_text('[[figure]]\nname = "f"\ninputs = "a.npy"\nops = "max"\n')


def test_compare_without_chains_says_which_it_takes(cli: Cli) -> None:
    result = cli("compare", "a.npy")
    assert (result.code, result.out, result.err) == (0, "a_compare.png\n", DEFAULT)
    written = Path("a_compare.png").read_bytes()
    assert cli("compare", "a.npy", "--ops", "max,stride,blur,flc").err == ""
    assert Path("a_compare.png").read_bytes() == written
    assert cli("compare", "a.npy", "-q").err == ""
    with pytest.warns(SampvizWarning, match="chains is not given: max,stride,blur,flc are"):
        figure = sampviz.compare("a.npy")
    assert len(figure.sheet.rules) == 5  # one over each column


LINES = {
    "a file": ("a.npy", "compare a.npy"),
    "a file that is not there": ("brain.nii.gz", "compare brain.nii.gz"),
    "a file with a space": ("'b c.npy' --levels 2", "compare 'b c.npy' --levels 2"),
    "a file and its chains": ("a.npy --ops max", "compare a.npy --ops max"),
    "two files": ("a.npy sample:dwi", "compare a.npy sample:dwi"),
    "a sample": ("sample:dwi", "compare sample:dwi"),
    "a recipe": ("r.toml", "figure r.toml"),
    "an operation": ("max", "ops max"),
    "an operation of another program": ("MaxPool2d a.npy", "compare a.npy --ops MaxPool2d"),
    "an operation with a file": ("max a.npy", "compare a.npy --ops max"),
    "chains with a file": ("max:k=3,flc a.npy -q", "compare a.npy -q --ops max:k=3,flc"),
    "a figure": ("alternatives", "figure alternatives"),
    "a slip": ("mesure a.npy --ops max", "measure a.npy --ops max"),
    "another slip": ("comapre a.npy", "compare a.npy"),
    "an input first": ("a.npy measure --ops max", "measure a.npy --ops max"),
    "an option first": ("--ops max measure a.npy", "measure --ops max a.npy"),
    "a quick option first": ("-q info a.npy", "info -q a.npy"),
    "nothing to measure": ("measure", "measure sample:t1 --ops max,stride,blur,flc"),
    "no chain and no file to write": ("apply a.npy", "apply a.npy max -o out.npy"),
    "an input and a chain are missing": ("apply -o x.npy", "apply -o x.npy sample:t1 max"),
    "a chain and a size are missing": ("shape", "shape max --size 256x192"),
    "one operation": ("compare a.npy --op max", "compare a.npy --ops max"),
    "an option of other commands": ("apply a.npy --ops max -o b.npy", "apply a.npy -o b.npy max"),
    "the same, in a word": ("shape --op=max:k=3 --size 9x9", "shape --size 9x9 max:k=3"),
    "a slip in an option": ("info a.npy --scal=unit", "info a.npy --scale=unit"),
    "no chains": ("measure a.npy", "measure a.npy --ops max,stride,blur,flc"),
    "no chains to draw": ("spectrum a.npy", "spectrum a.npy --ops max,stride,blur,flc"),
    "no input": ("compare --ops max", "compare --ops max sample:t1"),
    "no input to measure": ("measure --ops max", "measure --ops max sample:t1"),
    "a space for a comma": ("compare a.npy --ops max stride", "compare a.npy --ops max,stride"),
    "the same with =": ("compare a.npy --ops=max stride", "compare a.npy --ops=max,stride"),
    "no --ops": ("compare a.npy max", "compare a.npy --ops max"),
    "no output": ("apply a.npy max", "apply a.npy max -o out.npy"),
}


@pytest.mark.usefixtures("unpainted")
@pytest.mark.parametrize(("words", "line"), LINES.values(), ids=LINES)
def test_the_line_that_would_have_worked_is_told_and_works(cli: Cli, words: str, line: str) -> None:
    result = cli(*shlex.split(words))
    assert (result.code in (2, 3), result.out) == (True, "")
    what, where, fix = result.err.removeprefix(DEFAULT).splitlines()
    assert what.startswith("error: ")
    assert where.startswith("  in:  ")
    assert fix == f"  fix: `sampviz {line}`"
    if "brain" not in line and "alternatives" not in line:
        assert cli(*shlex.split(line)).code == 0


@pytest.mark.parametrize(
    ("words", "what", "fix"),
    [
        ("view a.npy --ops max", "no such command 'view'",
         "`sampviz compare a.npy --ops max` draws it, `sampviz info a.npy` says what is read"),
        ("show", "no such command 'show'",
         "`sampviz compare sample:t1` draws it, `sampviz info sample:t1` says what is read"),
        ("check", "missing argument 'RECIPE'",
         "`sampviz check figures.toml --baseline baselines`;"
         " `sampviz recipe init figures.toml` begins a recipe"),
        ("check r.toml", "missing option '--baseline'",
         "`sampviz check r.toml --baseline baselines`"),
        ("compare a.npy --mosaic x",
         "invalid value for '--mosaic': a whole number, 1 or more, not 'x'",
         "`sampviz compare --help`"),
        ("compare a.npy --dpi 99999",
         "invalid value for '--dpi': a whole number, 30..2400, not '99999'",
         "`sampviz compare --help`"),
        ("compare a.npy --width x", "invalid value for '--width': a number, 10..5000, not 'x'",
         "`sampviz compare --help`"),
    ],
)  # fmt: skip
def test_what_was_meant_is_said(cli: Cli, words: str, what: str, fix: str) -> None:
    result = cli(*words.split())
    lines = result.err.splitlines()
    assert (result.code, lines[0], lines[2]) == (2, f"error: {what}", f"  fix: {fix}")


SPACED = ["max, stride", "max , stride", "max ,stride", "max + blur , flc", "=max, stride"]


@pytest.mark.parametrize("chains", SPACED)
def test_spaces_around_the_commas_of_chains_do_not_count(cli: Cli, chains: str) -> None:
    words = f"compare a.npy --ops{'' if chains.startswith('=') else ' '}{chains} --rows image"
    result = cli(*words.split(), "-o", "spaced.png")
    assert (result.code, result.err) == (0, "")
    joined = chains.strip("=").replace(" ", "")
    assert cli("compare", "a.npy", "--ops", joined, "--rows", "image", "-o", "j.png").code == 0
    assert Path("spaced.png").read_bytes() == Path("j.png").read_bytes()


def test_an_input_behind_a_comma_stays_an_input(cli: Cli) -> None:
    result = cli("compare", "--ops", "max,", "a.npy")
    assert result.err == (
        "error: a step without a name\n  in:  --ops 'max,', column 5\n"
        "  fix: leave the end out: max\n"
    )
    assert cli("compare", "--ops", "max", "a.npy").code == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(cli: Cli, command: str) -> None:
    shown = cli("help", command)
    assert shown == cli(command, "--help")
    assert shown.code == 0


def test_help(cli: Cli) -> None:
    shown = cli("--help")
    assert cli("help") == shown
    assert cli("help", "help").out == shown.out
    result = cli("help", "mesure")
    assert (result.code, result.err.splitlines()[2]) == (2, "  fix: `sampviz measure --help`")


def test_a_folder_that_is_not_there_is_made_by_the_line_that_is_told(cli: Cli) -> None:
    result = cli("compare", "a.npy", "--ops", "max", "-o", "new/of it/f.png")
    assert result.code == 4
    fix = result.err.splitlines()[2]
    assert fix == (
        "  fix: choose another folder or name with -o, or make the folder: mkdir -p 'new/of it'"
    )


def test_what_is_nothing_known_leads_to_the_list(cli: Cli) -> None:
    result = cli("xyzzy")
    assert result.err == (
        "error: no such command 'xyzzy'\n  in:  sampviz\n  fix: `sampviz --help` lists them all\n"
    )


def test_a_version_and_one_dash_for_two_are_understood(cli: Cli) -> None:
    assert cli("version").out == f"sampviz {sampviz.__version__}\n"
    assert cli("compare", "a.npy", "--ops", "max", "-o", "a.png").code == 0
    assert cli("compare", "a.npy", "-ops", "max", "-o", "b.png").code == 0
    assert Path("a.png").read_bytes() == Path("b.png").read_bytes()


def test_chains_by_default_are_such_as_complex_numbers_can_go_through(cli: Cli) -> None:
    array = np.random.default_rng(0).normal(size=(2, 16, 16)).astype(np.float32)
    np.save("c.npy", array[0] + 1j * array[1])
    result = cli("compare", "c.npy", "--rows", "image")
    assert (result.code, result.out) == (0, "c_compare.png\n")
    assert result.err == "warning: --ops is not given: avg,stride,blur,flc are compared\n"
