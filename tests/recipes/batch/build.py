"""Recipes of small figures, and what a batch of them leaves."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

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


# The program with a batch that waits after three figures, until it is ended or told to go on.
_HELD = """
import signal
from sampviz.recipes.batch.output_folder import Folder
keep, kept = Folder.keep, []
def held(self, *arguments):
    if len(kept) == 3:
        signal.sigtimedwait({signal.SIGUSR1}, 600)
    keep(self, *arguments)
    kept.append(arguments)
Folder.keep = held
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})  # one that comes early is not lost
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


def wait_until(what: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + _PATIENCE
    while not what():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.005)
