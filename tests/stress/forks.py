"""Command lines of the program in processes that are forked, and what of them remains."""

import contextlib
import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

# Imported before the processes part, and no thread is started by that.
import sampviz.recipes.draw
import sampviz.testing.snapshots.check  # noqa: F401
from sampviz.cli.app import run

_CONTEXT = multiprocessing.get_context("fork")


def _run(words: Sequence[str], output: Path | None) -> None:
    """Run a command line; the process ends as it does."""
    with open(output or os.devnull, "w") as file:  # noqa: PTH123
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        code = run(words)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def start(words: Sequence[str], output: Path | None = None) -> BaseProcess:
    """Start a command line; what it prints goes into the file `output`."""
    process = _CONTEXT.Process(target=_run, args=(list(words), output))
    process.start()
    return process


def ends(processes: Sequence[BaseProcess]) -> list[int | None]:
    """Wait for processes; return their exit codes."""
    for process in processes:
        process.join()
    return [process.exitcode for process in processes]


def alone(words: Sequence[str], output: Path | None = None) -> int | None:
    """Run one command line to its end; return its exit code."""
    return ends([start(words, output)])[0]


def kill(process: BaseProcess) -> None:
    """Kill a process where it is."""
    if process.pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    process.join()


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file in a folder, at any depth, by its name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def differences(found: dict[str, bytes], expected: dict[str, bytes]) -> list[str]:
    """Return what is missing, what is there beside it, and what has other bytes."""
    lines = [f"{name} is missing" for name in expected.keys() - found.keys()]
    lines += [f"{name} is left" for name in found.keys() - expected.keys()]
    both = found.keys() & expected.keys()
    return lines + [f"{name} has other bytes" for name in both if found[name] != expected[name]]
