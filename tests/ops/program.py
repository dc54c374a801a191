"""The program in a process of its own, which finds the packages of a folder."""

import json
import os
import subprocess
import sys
from pathlib import Path

import sampviz as front_door
from tests.conftest import CliResult

ROOT = str(Path(front_door.__file__).parent.parent)


_EACH = """
import contextlib, io, json, sys
from sampviz.cli.app import run
done = []
for words in json.loads(sys.argv[1]):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        with contextlib.redirect_stderr(io.StringIO()) as err:
            code = run(words)
    done.append((code, out.getvalue(), err.getvalue()))
print(json.dumps(done))
"""


def programs(*commands: list[object], path: Path) -> list[CliResult]:
    """Run the program several times in one other process that finds the packages in `path`."""
    words = json.dumps([[str(word) for word in command] for command in commands])
    done = subprocess.run(
        [sys.executable, "-c", _EACH, words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(path), ROOT])},
        cwd=path,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return [CliResult(*each) for each in json.loads(done.stdout)]


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
