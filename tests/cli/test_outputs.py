"""What the commands write: nothing lost, nothing half written, whatever the names are."""

import os
import re
import resource
import signal
import subprocess
import sys
import xml.dom.minidom
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Cli, CliResult

pytestmark = pytest.mark.slow

PROGRAM = [sys.executable, "-m", "sampviz"]
DRAW = ["compare", "sample:dwi", "--ops", "max", "--rows", "image"]
APPLY = ["apply", "sample:noise:99x99", "identity", "-o"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def names_in(folder: str = ".") -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


COMMANDS = {
    "compare": ([*DRAW, "-o"], "out.png"),
    "apply": (["apply", "sample:dwi", "max", "--slice", "9", "--frame", "0", "-o"], "out.npy"),
}


@pytest.mark.parametrize(("words", "out"), COMMANDS.values(), ids=COMMANDS)
def test_a_file_of_others_is_replaced_only_with_overwrite(
    cli: Cli, words: list[str], out: str
) -> None:
    Path(out).write_bytes(b"precious")
    assert cli(*words, out) == CliResult(
        4,
        "",
        "error: the file is there already, and sampviz may not have made it\n"
        f"  in:  {out}\n  fix: choose another name, or --overwrite\n",
    )
    assert Path(out).read_bytes() == b"precious"
    assert names_in() == [out]
    assert cli(*words, out, "--overwrite") == CliResult(0, f"{out}\n", "")
    assert Path(out).read_bytes() != b"precious"


@pytest.mark.parametrize(("words", "out"), COMMANDS.values(), ids=COMMANDS)
def test_the_same_command_runs_again(cli: Cli, words: list[str], out: str) -> None:
    for _ in range(2):
        assert cli(*words, out) == CliResult(0, f"{out}\n", "")


def test_compare_never_replaces_one_of_its_inputs(cli: Cli) -> None:
    cli(*DRAW, "-o", "a_compare.png")
    np.save("a.npy", np.eye(8))
    before = Path("a_compare.png").read_bytes()
    result = cli("compare", "a.npy", "a_compare.png", *DRAW[2:], "--overwrite")
    assert result == CliResult(
        4,
        "",
        "error: the output would replace the input\n  in:  a_compare.png\n"
        "  fix: choose another name\n",
    )
    assert Path("a_compare.png").read_bytes() == before


def test_inputs_that_differ_in_case_only_have_two_figures_everywhere(cli: Cli) -> None:
    for folder, name in (("one", "A.npy"), ("two", "a.npy")):
        Path(folder).mkdir()
        np.save(Path(folder, name), np.eye(8))
    result = cli("compare", "one/A.npy", "two/a.npy", *DRAW[2:], "-o", "out")
    assert names_in("out") == ["one-A_compare.png", "two-a_compare.png"]
    assert result.code == 0


def test_a_failed_run_makes_no_folder(cli: Cli) -> None:
    assert cli("compare", "gone.png", "sample:t1", "--ops", "max", "-o", "new").code == 3
    assert names_in() == []


WORDS = {
    "rows": (["--rows", "spectra"], "no row is named"),
    "window": (["--window", "p1"], "'p1' is not a window"),
    "an endless window": (["--window", "0," + "9" * 400], "is not a window"),
    "zoom": (["--zoom", "here"], "'here' is not a region"),
    "map": (["--cmap", "jett"], "no colour map is named"),
    "levels": (["--levels", "17"], "invalid value for '--levels'"),
    "chains": (["--ops", "maxx"], "no operation is named"),
}


@pytest.mark.parametrize(("words", "what"), WORDS.values(), ids=WORDS)
def test_words_are_checked_before_a_file_is_read(cli: Cli, words: list[str], what: str) -> None:
    result = cli("compare", "no such file", "--ops", "max", *words)
    assert result.code == 2
    assert what in result.err.splitlines()[0]


def test_too_many_pixels_are_refused_before_they_are_made(cli: Cli) -> None:
    for chains, what in (
        ("nearest:64", "error: 201326592 px; the most is 134217728 px"),
        ("nearest:32", "error: 50331648 px are more than can be drawn: 16777216"),
        (",".join(["nearest:16"] * 11), "error: 138412032 px in all columns are more than can be"),
    ):
        result = cli("compare", "sample:t1", "--ops", chains)
        assert result.code == 2
        assert re.sub("16384x12288", "201326592", result.err).startswith(what)
        assert result.err.count("\n") == 3


def test_a_png_goes_to_stdout(cli: Cli) -> None:
    words = [*DRAW, "-o"]
    assert cli(*words, "file.png").code == 0
    result = subprocess.run(
        [*PROGRAM, *words, "-"], capture_output=True, env=ENVIRONMENT, check=False
    )
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout == Path("file.png").read_bytes()


def test_a_png_is_not_written_on_a_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    result = cli("compare", "no such file", "--ops", "max", "-o", "-")
    assert result == CliResult(
        4,
        "",
        "error: a PNG is not for a terminal\n  in:  -o -\n  fix: add > FILE.png, or | PROGRAM\n",
    )


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["apply", "sample:dwi", "max"], "an array cannot be saved as a name without ending"),
        (["compare", "sample:dwi", "sample:t1", "--ops", "max"], "2 figures do not fit into one"),
    ],
)
def test_what_does_not_fit_into_stdout_is_refused(cli: Cli, words: list[str], what: str) -> None:
    result = cli(*words, "-o", "-")
    assert (result.code, result.out) == (4, "")
    assert result.err.startswith(f"error: {what}")
    assert result.err.count("\n") == 3
    assert names_in() == []


def test_a_printed_path_is_escaped_on_a_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    result = cli("apply", "sample:step:8x8", "max", "-o", "\x1b[2J.npy")
    assert result == CliResult(0, "\\x1b[2J.npy\n", "")


def test_a_title_has_no_markup_and_no_control_character(cli: Cli) -> None:
    title = "a<b>&$x$\x1b[31m\nsecond ]]> line\0\uffff"
    assert cli(*DRAW, "--title", title, "-o", "f.svg").code == 0
    svg = xml.dom.minidom.parse("f.svg")
    written = [part.firstChild.data for part in svg.getElementsByTagName("text")]  # type: ignore[union-attr]
    assert "a<b>&$x$\\x1b[31m" in written
    assert "second ]]> line\\x00\\uffff" in written


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs a limit of file sizes")
@pytest.mark.parametrize(
    ("words", "out"),
    [(DRAW, f"f.{end}") for end in ("png", "pdf", "svg")]
    + [(APPLY[:-1], f"f.{end}")
       for end in ("npy", "nii", "nii.gz", "png")],
)  # fmt: skip
def test_a_disk_that_is_full_leaves_nothing_half(words: list[str], out: str, cli: Cli) -> None:
    Path(out).write_bytes(b"precious")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        result = cli(*words, "-o", out, "--overwrite", "-q")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert result.code == 4
    lines = result.err.splitlines()
    assert "error: the file cannot be written: File too large" in lines
    assert f"  in:  {out}" in lines
    assert Path(out).read_bytes() == b"precious"
    assert names_in() == [out]


@pytest.mark.skipif(not Path("/sys").is_dir(), reason="needs a folder that nobody can write to")
@pytest.mark.parametrize(("words", "out"), COMMANDS.values(), ids=COMMANDS)
def test_a_folder_that_is_read_only_is_said(cli: Cli, words: list[str], out: str) -> None:
    result = cli(*words, f"/sys/{out}")
    assert result.code == 4
    assert re.match("error: the file cannot be written: .*\n  in:  /sys/out", result.err)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize(
    "words", [["ops"], [*APPLY, "f.npy"], [*DRAW, "-o", "-"]], ids=["a table", "a path", "a PNG"]
)
def test_a_full_disk_behind_stdout_is_exit_code_4(words: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, *words], stdout=full, stderr=subprocess.PIPE, env=ENVIRONMENT, check=False
        )
    assert done.returncode == 4
    assert done.stderr.startswith(b"error: the output cannot be written: No space left on device\n")
    assert done.stderr.count(b"\n") == 3


# Writing stops halfway, until a signal comes.
SLOW = """
import pathlib, sys, time
import sampviz.cli
def write_slowly(path, data):
    with path.open("wb") as file:
        file.write(data[:99])
    print("writing", flush=True)
    time.sleep(600)
pathlib.Path.write_bytes = write_slowly
sys.argv[0] = "sampviz"
sampviz.cli.program()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(
    ("sent", "words", "said"),
    [
        (signal.SIGINT, DRAW, ""),
        (signal.SIGTERM, [*APPLY, "f.png"], "window: 0 is black, 1 is white, 16 bits\n"),
    ],
)
def test_a_run_that_is_stopped_leaves_no_half_file(
    sent: signal.Signals, words: list[str], said: str
) -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", SLOW, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=ENVIRONMENT, text=True,
    )  # fmt: skip
    assert running.stdout
    assert running.stdout.readline() == "writing\n"
    assert [Path(name).stat().st_size for name in names_in()] == [99]
    running.send_signal(sent)
    _, err = running.communicate()
    assert (running.returncode, err) == (130, f"{said}interrupted\n")
    assert names_in() == []
