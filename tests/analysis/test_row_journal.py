"""What was measured stays: after an interruption, and beside a file that cannot be read."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sampviz
from sampviz.core.errors import InputError
from sampviz.images.load import load_selected
from tests.conftest import Cli

COUNT = 6
WORDS = ["--ops", "max,flc", "--measures", "bias,psnr,alias", "-j", "1"]
NOTE = "what is measured is kept in m{}.partial: the same command goes on\n"


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    for i in range(COUNT):
        np.save(f"{i}.npy", rng.random((24, 20)).astype(np.float32))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The inputs that are read to be measured."""
    names: list[str] = []

    def counted(source: str, *arguments: Any) -> Any:
        names.append(source)
        return load_selected(source, *arguments)

    monkeypatch.setattr("sampviz.analysis.channel_choice.load_selected", counted)
    return names


def interrupted_after(count: int) -> Callable[[Iterable[Any], int], Iterator[Any]]:
    def progress(work: Iterable[Any], _: int, /) -> Iterator[Any]:
        for number, piece in enumerate(work):
            if number == count:
                raise KeyboardInterrupt
            yield piece

    return progress


@pytest.mark.parametrize("kind", [".csv", ".json", ".md"])
def test_an_interrupted_run_goes_on_and_ends_as_if_it_had_not_been(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, read: list[str], kind: str
) -> None:
    assert cli("measure", "*.npy", *WORDS, "-o", f"whole{kind}").code == 0
    read.clear()
    with monkeypatch.context() as patch:
        patch.setattr("sampviz.cli.console.progress.progress_bar", lambda *_: interrupted_after(3))
        result = cli("measure", "*.npy", *WORDS, "-o", f"m{kind}")
    assert (result.code, result.err) == (130, NOTE.format(kind) + "interrupted\n")
    assert not Path(f"m{kind}").exists()
    kept = Path(f"m{kind}.partial").read_text()
    assert all(f'"{i}.npy"' in kept for i in range(3))
    read.clear()
    again = cli("measure", "*.npy", *WORDS, "-o", f"m{kind}")
    assert (again.code, again.err) == (0, "")
    assert read == ["4.npy", "5.npy"]  # the fourth was measured, and not given on
    assert Path(f"m{kind}").read_bytes() == Path(f"whole{kind}").read_bytes()
    assert not Path(f"m{kind}.partial").exists()


@pytest.mark.parametrize(
    "change",
    [
        lambda words: [*words, "--levels", "2"],
        lambda words: ["--ops", "max", *words[2:]],
        lambda words: [*words, "--scale", "unit"],
        lambda words: [*words, "--span", "3"],
    ],
)
def test_another_question_is_measured_anew(
    cli: Cli, read: list[str], change: Callable[[list[str]], list[str]]
) -> None:
    with pytest.raises(KeyboardInterrupt):
        sampviz.measure_dataset(
            "*.npy", "max,flc", measures="bias,psnr,alias", out="m.csv", jobs=1,
            progress=interrupted_after(3),
        )  # fmt: skip
    read.clear()
    assert cli("measure", "*.npy", *change(WORDS), "-o", "m.csv").code == 0
    assert len(read) == COUNT


def test_a_file_that_has_changed_is_measured_anew(read: list[str]) -> None:
    def measured(**options: Any) -> Any:
        return sampviz.measure_dataset("*.npy", "max", measures="bias", jobs=1, **options)

    with pytest.raises(KeyboardInterrupt):
        measured(out="m.csv", progress=interrupted_after(3))
    np.save("1.npy", np.ones((30, 30)))
    with Path("m.csv.partial").open("ab") as file:
        file.write(b'{"input": "5.npy", "rows": [')  # cut off by a full disk, say
    read.clear()
    result = measured(out="m.csv")
    assert read == ["1.npy", "4.npy", "5.npy"]
    assert [row.input for row in result.rows] == [f"{i}.npy" for i in range(COUNT)]
    assert result.rows == measured().rows


def test_a_broken_file_takes_no_rows_of_others_with_it(cli: Cli, read: list[str]) -> None:
    Path("2.npy").write_bytes(b"poison")
    result = cli("measure", "*.npy", *WORDS, "-o", "m.csv")
    assert result.code == 3
    assert result.err.startswith(NOTE.format(".csv") + "error: the file is of no known kind")
    assert "over 5 inputs" in result.out
    lines = Path("m.csv").read_text().splitlines()
    assert {line.partition(",")[0] for line in lines[1:]} == {f"{i}.npy" for i in (0, 1, 3, 4, 5)}
    # Mended, only this one is measured, and the table of the first run is replaced.
    np.save("2.npy", np.eye(24))
    read.clear()
    assert cli("measure", "*.npy", *WORDS, "-o", "m.csv").code == 0
    assert read == ["2.npy"]
    assert len(Path("m.csv").read_text().splitlines()) == 1 + 2 * COUNT
    assert not Path("m.csv.partial").exists()


def test_several_broken_files_are_all_named(cli: Cli) -> None:
    for name in ("1.npy", "4.npy"):
        Path(name).write_bytes(b"poison")
    result = cli("measure", "*.npy", *WORDS, "--json")
    assert result.code == 3
    assert len(json.loads(result.out)["rows"]) == 2 * (COUNT - 2)
    assert result.err.splitlines()[0].startswith("failed: 4.npy: ")
    assert result.err.splitlines()[1:3] == [
        "error: the file is of no known kind", "  in:  1.npy",
    ]  # fmt: skip


def test_in_python_the_error_comes_when_the_rows_are_written() -> None:
    Path("2.npy").write_bytes(b"poison")
    with pytest.raises(InputError, match="the file is of no known kind"):
        sampviz.measure_dataset("*.npy", "max", measures="bias", out="m.csv", jobs=1)
    assert len(Path("m.csv").read_text().splitlines()) == COUNT
    result = sampviz.measure_dataset("*.npy", "max", measures="bias", keep_going=True, jobs=1)
    assert list(result.failures) == ["2.npy"]
    assert len(result.rows) == COUNT - 1


def test_another_error_ends_it_and_keeps_what_was_measured(cli: Cli, read: list[str]) -> None:
    np.save("3.npy", np.zeros((1, 1)))  # max leaves nothing of it
    result = cli("measure", "*.npy", *WORDS, "-o", "m.csv")
    assert result.code == 2
    assert result.err.startswith(NOTE.format(".csv"))
    assert not Path("m.csv").exists()
    assert read[-1] == "3.npy"


def test_a_file_of_somebody_else_is_no_journal(cli: Cli) -> None:
    Path("m.csv.partial").write_text("precious")
    result = cli("measure", "*.npy", *WORDS, "-o", "m.csv")
    assert (result.code, result.err.splitlines()[0]) == (
        4, "error: the file is there already, and sampviz did not make it",
    )  # fmt: skip
    assert Path("m.csv.partial").read_text() == "precious"


def test_no_link_leads_the_rows_elsewhere(cli: Cli) -> None:
    Path("m.csv.partial").symlink_to("victim")
    result = cli("measure", "*.npy", *WORDS, "-o", "m.csv")
    assert (result.code, result.err.count("the rows cannot be kept")) == (4, 1)
    assert not Path("victim").exists()


# At the fifth file it reads, the program waits until it is ended.
HELD = """
import sys, time
from sampviz.analysis import channel_choice
read = channel_choice.load_selected
def held(source, *arguments):
    while source == "4.npy":
        print("reading", flush=True)
        time.sleep(600)
    return read(source, *arguments)
channel_choice.load_selected = held
import sampviz.cli
sampviz.cli.program()
"""


@pytest.mark.slow
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_process_that_is_ended_keeps_its_rows(cli: Cli, end: signal.Signals) -> None:
    words = ["measure", "*.npy", *WORDS, "-o", "m.csv"]
    program = [sys.executable, "-c", HELD, *words]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(program, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout
        assert process.stdout.readline() == b"reading\n"
        process.send_signal(end)
        process.communicate()
    journal = Path("m.csv.partial")
    assert [f'"{i}.npy"' in journal.read_text() for i in range(COUNT)] == [True] * 4 + [False] * 2
    assert cli(*words).code == 0
    assert len(Path("m.csv").read_text().splitlines()) == 1 + COUNT * 2
    assert not journal.exists()
