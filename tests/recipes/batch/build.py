"""Recipes of small figures, batches of them in other processes, and what those leave."""

import json
import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from sampviz.cli import main
from sampviz.recipes.batch.output_folder import Folder

PROGRAM = [sys.executable, "-m", "sampviz"]
_PATIENCE = 300  # seconds: only a test that hangs waits so long


def recipe(folder: Path, count: int, *, formats: str = '"png"') -> Path:
    """Write a recipe of a figure for each of `count` images of 24x24."""
    rng = np.random.default_rng(0)
    for i in range(count):
        np.save(folder / f"scan{i:02d}.npy", rng.random((24, 24)).astype(np.float32))
    file = folder / "r.toml"
    file.write_text(
        f'[[figure]]\nname = "f"\nops = ["max", "flc"]\nrows = "image"\nformats = [{formats}]\n'
        'matrix = { inputs = "scan*.npy" }\n'
    )
    return file


def left_in(folder: Path) -> dict[str, bytes]:
    """Return all files of a folder but the lock and where its recipe lies, without the seconds."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_file() and path.name not in ("lock", "recipe"):
            found[name] = path.read_bytes()
            if path.suffix == ".json":
                values = json.loads(found[name])
                del values["seconds"]
                found[name] = json.dumps(values).encode()
    return found


def records(folder: Path) -> int:
    """Return how many figures are done."""
    return len(list((folder / ".sampviz").glob("[a-z]*.json")))


def _wait_after_three() -> None:
    """Let a batch of this process wait after three figures, until it is ended or told to go on."""
    keep = Folder.keep
    kept: list[object] = []

    def held(self: Folder, *arguments: object) -> None:
        if len(kept) == 3:
            signal.sigtimedwait({signal.SIGUSR1}, 600)
        keep(self, *arguments)  # type: ignore[arg-type]
        kept.append(arguments)

    Folder.keep = held  # type: ignore[assignment]
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})  # one that comes early is not lost


_HELD = """
from tests.recipes.batch.build import _wait_after_three
_wait_after_three()
import sampviz.cli
sampviz.cli.program()
"""


def start(*words: object, held: bool = False) -> "subprocess.Popen[str]":
    """Start the program in a process group of its own; `held`, it draws three figures and waits."""
    return subprocess.Popen(
        [*([sys.executable, "-c", _HELD] if held else PROGRAM), *map(str, words)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


class Copy:
    """The program as a copy of this process, whose imports are done: as `start` has it.

    Not for a batch that has workers: the server that starts those would be that of this process.
    """

    def __init__(self, folder: Path, *words: object, held: bool = False) -> None:
        self._said = [folder / name for name in ("out", "err")]
        arguments = ["sampviz", *map(str, words)], self._said, held
        self._process = get_context("fork").Process(target=_be_program, args=arguments)
        with warnings.catch_warnings():  # from Python 3.12 on: that threads are not copied
            warnings.simplefilter("ignore", DeprecationWarning)
            self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def communicate(self) -> tuple[str, ...]:
        """Wait for its end; return what it wrote to stdout and stderr."""
        self._process.join()
        return tuple(path.read_text() for path in self._said)


def _be_program(argv: Sequence[str], said: Sequence[Path], held: bool) -> None:
    os.setsid()
    for number, path in enumerate(said, start=1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.argv[:] = argv
    sys.stdout, sys.stderr = (open(number, "w", closefd=False) for number in (1, 2))  # noqa: SIM115
    if held:
        _wait_after_three()
    sys.exit(main())


def wait_until(what: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + _PATIENCE
    while not what():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.005)
