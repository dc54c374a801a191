"""Whether two installations of sampviz give the same outputs, byte by byte.

    python -m benchmarks.same_outputs OLD_PYTHON NEW_PYTHON
    python -m benchmarks.same_outputs OLD_PYTHON --record FILE
    python -m benchmarks.same_outputs NEW_PYTHON --against FILE

Each line of same_outputs.txt, and one for each operation that it does not name, is run by
`PYTHON -m sampviz` in a new folder that holds the files of `make_inputs`. Compared are the exit
code, stdout, stderr and every file that was written. The exit code of this program is 1 if
anything differs. PYTHONPATH is passed on: with it and --against, a checkout is compared without
being installed.
"""

import argparse
import difflib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.make_inputs import make_inputs

COMMAND_LINES = Path(__file__).with_name("same_outputs.txt")
_PROGRAM = "sampviz"
_THEN = " && "
_TIMEOUT = 300  # s; a command that takes longer hangs
_LONGEST_TEXT = 200_000  # bytes of an output that is kept as text, to show what has changed
_MOST_LINES, _MOST_COLUMNS = 40, 200  # of a difference that is shown
# All that a run takes from the environment: neither CI nor the width of a terminal must matter.
_PASSED_ON = ("PATH", "HOME", "PYTHONPATH", "SYSTEMROOT")
_SET = {"COLUMNS": "100", "LANG": "C.UTF-8", "SAMPVIZ_CACHE": "off"}
# The seconds that a figure of a batch took: two runs of one installation differ in them.
_SECONDS = re.compile(rb'("seconds": )(?:[0-9.e-]+|\{[^}]*\})')


@dataclass(frozen=True)
class Output:
    """The digest of an exit code, a stream or a file; and its text, if it is short and is text."""

    sha256: str
    text: str | None = None

    @classmethod
    def of(cls, data: bytes) -> "Output":
        """Return the output of these bytes."""
        try:
            text = data.decode() if len(data) <= _LONGEST_TEXT and b"\0" not in data else None
        except UnicodeDecodeError:
            text = None
        return cls(sha256(data).hexdigest(), text)


# By name: "exit code", "stdout", "stderr", and "file NAME" of every file that was written.
Outputs = dict[str, Output]


def read_command_lines(path: Path) -> list[str]:
    """Return the lines of a list that are neither empty nor comments.

    ValueError for a line that stands there twice or whose steps do not all begin with `sampviz`.
    """
    lines = [text for line in path.read_text("utf-8").splitlines() if (text := line.strip())]
    lines = [line for line in lines if not line.startswith("#")]
    for line in lines:
        if lines.count(line) > 1:
            raise ValueError(f"{path.name} has twice: {line}")
        if any(shlex.split(step)[0] != _PROGRAM for step in line.split(_THEN)):
            raise ValueError(f"a step does not begin with {_PROGRAM}: {line}")
    return lines


def operation_lines(lines: Sequence[str]) -> list[str]:
    """Return a line for each operation that is applied in none of these, with its defaults."""
    from sampviz.ops.registry import OURS

    applied = "\n".join(line for line in lines if "apply" in line)
    return [
        f'{_PROGRAM} apply plane.npy "{op.example}" -o out.npy'
        for op in OURS.values()
        if not re.search(rf"[\s\",+]{op.name}\b", applied)
    ]


def run_line(line: str, python: str, inputs: Path) -> Outputs:
    """Run a command line in a new folder with a copy of `inputs`; return what it put out.

    Steps joined by ` && ` follow each other up to the first that fails, as in a shell.
    """
    with TemporaryDirectory(prefix="same-outputs-") as scratch:
        folder = Path(scratch).resolve() / "folder"
        shutil.copytree(inputs, folder)
        stdout = stderr = b""
        for step in line.split(_THEN):
            done = _run([python, "-m", _PROGRAM, *shlex.split(step)[1:]], folder)
            stdout, stderr = stdout + done.stdout, stderr + done.stderr
            if done.returncode:
                break
        streams = {
            "exit code": str(done.returncode).encode(),
            "stdout": _without_folder(stdout, folder),
            "stderr": _without_folder(stderr, folder),
        }
        outputs = {name: Output.of(data) for name, data in streams.items()}
        return outputs | _changed(_files(inputs), _files(folder))


def _run(words: Sequence[str], folder: Path) -> "subprocess.CompletedProcess[bytes]":
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        return subprocess.run(
            words,
            cwd=folder,
            env={**environment, **_SET},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, -1, b"", b"stopped: it takes too long\n")


def _without_folder(data: bytes, folder: Path) -> bytes:
    return data.replace(os.fsencode(folder), b"FOLDER")


def _files(folder: Path) -> Outputs:
    """Return all files of a folder but what Python compiled."""
    outputs = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            data = _without_folder(path.read_bytes(), folder)
            if path.suffix == ".json":
                data = _SECONDS.sub(rb"\1SECONDS", data)
            outputs[f"file {path.relative_to(folder).as_posix()}"] = Output.of(data)
    return outputs


def _changed(before: Outputs, after: Outputs) -> Outputs:
    """Return the files that are new or changed, and as an empty digest those that are gone."""
    gone = {name: Output("", "deleted") for name in before if name not in after}
    return {name: file for name, file in after.items() if before.get(name) != file} | gone


def differences(old: Outputs, new: Outputs, *, show: bool = False) -> list[str]:
    """Return in words what differs between the outputs of a command line; nothing if all is equal.

    With `show` the lines of text that differ follow each.
    """
    found = []
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if before is None or after is None:
            found.append(f"{name} is {'new' if before is None else 'missing'}")
            continue
        codes = f" is {after.text}, was {before.text}" if name == "exit code" else " differs"
        found.append(name + codes)
        if show and name != "exit code":
            found += _text_difference(before, after)
    return found


def _text_difference(before: Output, after: Output) -> Iterator[str]:
    if before.text is None or after.text is None:
        yield "  | (no text, or too long)"
        return
    lines = difflib.unified_diff(
        before.text.splitlines(), after.text.splitlines(), "old", "new", n=0, lineterm=""
    )
    yield from (f"  | {line[:_MOST_COLUMNS]}" for line in islice(lines, _MOST_LINES))


def place_of(python: str, folder: Path) -> str:
    """Return where an interpreter imports sampviz from; SystemExit if it cannot."""
    done = _run([python, "-c", f"import {_PROGRAM}; print({_PROGRAM}.__file__)"], folder)
    if done.returncode:
        sys.exit(f"{python} cannot import {_PROGRAM}: {done.stderr.decode()}")
    return done.stdout.decode().strip()


def _absolute(python: str) -> str:
    """Return the path of an interpreter; its links stay, since they tell its environment."""
    path = shutil.which(python)
    if path is None:
        sys.exit(f"there is no interpreter {python}")
    return str(Path(path).absolute())


def read_record(path: Path, inputs: Path) -> dict[str, Outputs]:
    """Return the recorded outputs of each line; SystemExit if they are of other input files."""
    record = json.loads(path.read_text("utf-8"))
    if record["inputs"] != _digest_of(inputs):
        sys.exit(f"{path} was recorded with other input files: record it again")
    return {
        line: {name: Output(**output) for name, output in outputs.items()}
        for line, outputs in record["lines"].items()
    }


def write_record(path: Path, inputs: Path, outputs: Mapping[str, Outputs]) -> None:
    """Write the outputs of each line, for `read_record`."""
    lines = {
        line: {name: asdict(output) for name, output in found.items()}
        for line, found in outputs.items()
    }
    record = {"inputs": _digest_of(inputs), "lines": lines}
    path.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


def _digest_of(inputs: Path) -> str:
    files = [f"{name} {output.sha256}" for name, output in _files(inputs).items()]
    return sha256("\n".join(files).encode()).hexdigest()


def print_differences(runs: Iterable[tuple[str, Sequence[Outputs | None]]], *, show: bool) -> int:
    """Print the command lines whose old and new outputs differ; return how many do.

    Old outputs of None were not recorded, which is a difference too.
    """
    count = 0
    for line, (old, new) in runs:
        found = ["not in the record"]
        if old is not None and new is not None:
            found = differences(old, new, show=show)
        if found:
            count += 1
            print(line, *(f"    {text}" for text in found), sep="\n", flush=True)
    return count


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.same_outputs",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("pythons", nargs="+", metavar="PYTHON", help="one or two interpreters")
    parser.add_argument("--only", metavar="PATTERN", help="lines that this expression matches")
    parser.add_argument("--show", action="store_true", help="show the lines of text that differ")
    parser.add_argument("--jobs", type=int, default=2, help="command lines at once; 2")
    parser.add_argument("--list", type=Path, default=COMMAND_LINES, help="another list of lines")
    files = parser.add_mutually_exclusive_group()
    files.add_argument("--record", type=Path, metavar="FILE", help="store the outputs of one")
    files.add_argument("--against", type=Path, metavar="FILE", help="compare one with its record")
    given = parser.parse_args(words)
    needed = 1 if given.record or given.against else 2
    if len(given.pythons) != needed:
        parser.error(f"{needed} interpreters are needed, not {len(given.pythons)}")
    return given


def main(words: Sequence[str] | None = None) -> int:
    """Run the command lines and compare, or record; return the exit code."""
    given = _arguments(words)
    pythons = [_absolute(python) for python in given.pythons]
    lines = read_command_lines(given.list)
    lines += operation_lines(lines) if given.list == COMMAND_LINES else []
    lines = [line for line in lines if not given.only or re.search(given.only, line)]
    with TemporaryDirectory(prefix="same-outputs-") as scratch:
        inputs = Path(scratch, "inputs")
        make_inputs(inputs)
        places = [place_of(python, inputs) for python in pythons]
        print(*(f"{p}: {place}" for p, place in zip(pythons, places, strict=True)), sep="\n")
        if len(set(pythons)) > len(set(places)):
            sys.exit("both import the same sampviz: unset PYTHONPATH, or use --against")
        recorded = read_record(given.against, inputs) if given.against else {}

        def outputs_of(line: str) -> list[Outputs | None]:
            """Return the old outputs, if any, and the new ones."""
            old = [recorded.get(line)] if given.against else []
            return [*old, *(run_line(line, python, inputs) for python in pythons)]

        with ThreadPoolExecutor(given.jobs) as pool:
            runs = zip(lines, pool.map(outputs_of, lines), strict=True)
            if given.record:
                write_record(given.record, inputs, {line: new for line, (new,) in runs if new})
                print(f"{len(lines)} command lines recorded")
                return 0
            differing = print_differences(runs, show=given.show)
    print(f"{differing} of {len(lines)} command lines differ")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
