"""The program in a process of its own, which finds the packages of a folder."""

import os
import subprocess
import sys
from pathlib import Path

import sampviz as front_door
from tests.conftest import CliResult

ROOT = str(Path(front_door.__file__).parent.parent)


def program(*words: object, path: Path, folder: Path | None = None) -> CliResult:
    """Run the program as another process does that finds the packages in `path`."""
    paths = [str(path), ROOT]
    done = subprocess.run(
        [sys.executable, "-m", "sampviz", *map(str, words)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        cwd=folder or path,
        capture_output=True,
        text=True,
    )
    return CliResult(done.returncode, done.stdout, done.stderr)
