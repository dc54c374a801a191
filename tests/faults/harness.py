"""Run commands while the k-th call of a kind fails: what comes out is whole, or said in words."""

import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from sampviz.core.startup import take_process
from sampviz.images.formats import opencv_decode

KINDS = ("open", "read", "write", "rename", "fsync", "allocation", "fork")
LIBRARY = "SAMPVIZ_FAULTS"
_PNG_END = b"IEND\xaeB`\x82"
_reserve = opencv_decode.reserve
_LONGEST = 120  # seconds of one run: one that waits for what never comes is killed


def build(folder: Path) -> Path | None:
    """Compile the library of failing calls; None where there is no compiler, or it is not Linux."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        return None
    library = folder / "faults.so"
    source = Path(__file__).with_name("preload.c")
    options = ("-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl")
    subprocess.run([compiler, *options], check=True)
    return library


@dataclass(frozen=True)
class Run:
    """What became of a command: its exit code, or minus the signal, what it said, its files."""

    code: int
    out: bytes
    err: str
    files: dict[str, bytes]

    def fault(self, before: dict[str, bytes], whole: "Run") -> str:
        """Say what is wrong with it, beside a run in which nothing failed; "" for nothing."""
        lines = [line for line in self.err.splitlines() if not line.startswith("warning: ")]
        said = [line[:7] for line in lines[-3:]] == ["error: ", "  in:  ", "  fix: "]
        # Of pieces of work that fail among others a line is said, or the three among the results.
        failed = any(line.startswith("failed: ") for line in lines)
        failed |= bool(re.search(rb"^ +\S.*\n +fix: ", self.out, re.MULTILINE))
        in_words = self.code in (0, 3, 4, whole.code) or (said and self.code == 2)
        if not in_words:
            return f"exit code {self.code}: {self.err[-300:]}"
        if "Traceback" in self.err:
            return f"a traceback: {self.err[-300:]}"
        if self.code and self.code != whole.code and not said and not failed:
            return f"exit code {self.code}, but not in three lines: {self.err[-300:]!r}"
        if not self.code and self.out != whole.out:
            return "another output, and exit code 0"
        if self.code == 4 and "  in:  /" in self.err and str(Path.cwd()) not in self.err:
            return f"called an output: {self.err[-300:]!r}"
        for name, content in self.files.items():
            # A page of what failed shows pictures that are not there otherwise.
            is_more = name not in before and name not in whole.files and content.endswith(_PNG_END)
            is_known = content in (before.get(name), whole.files.get(name))
            if not (is_known or is_more or _ends(name, content)):
                return f"{name} is neither the old file nor the new one, exit code {self.code}"
        if not self.code and self.files.keys() < whole.files.keys():
            return f"no {', '.join(whole.files.keys() - self.files.keys())}, and exit code 0"
        if lost := before.keys() - self.files.keys():
            return f"lost: {', '.join(lost)}"
        return ""


def _ends(name: str, content: bytes) -> bool:
    """Whether a file that says what failed, or when, is whole.

    A journal of rows is read by lines, and what is half written of one is measured again.
    """
    if name.endswith(".json"):
        with suppress(ValueError):
            return isinstance(json.loads(content), dict)
    if name.endswith(".xml"):
        with suppress(ElementTree.ParseError):
            return ElementTree.fromstring(content).tag == "testsuites"
    is_page = name.endswith(".html") and content.endswith(b"</html>\n")
    return is_page or name.endswith(".partial")


def _wait(child: int) -> int:
    """Wait for the end of a process, and not for ever; return its exit code."""
    end = time.monotonic() + _LONGEST
    while not (ended := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
            ended = os.waitpid(child, 0)
            break
        time.sleep(0.002)
    return os.waitstatus_to_exitcode(ended[1])


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the content of all files in a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class Faults:
    """Runs a function in copies of this process, in which calls fail."""

    def __init__(self, folder: Path, work: Callable[[], int]) -> None:
        self._folder, self._work = folder, work
        self._library = ctypes.CDLL(os.environ[LIBRARY])
        self._library.faults_within(os.fsencode(folder))
        self._before = files_of(folder)
        opencv_decode.reserve = self._reserve

    def _reserve(self, size: int) -> None:
        _reserve(size)
        self._library.faults_reserved(ctypes.c_long(size))

    def counts(self) -> tuple[Run, dict[str, int]]:
        """Return a run in which nothing fails, and how many calls of each kind it made."""
        counts = self._folder.with_suffix(".counts")
        counts.write_text("0 " * len(KINDS))  # of a run that does not reach its end
        run, text = self._run(0, 0), counts.read_text()
        return run, dict(zip(KINDS, map(int, text.split()), strict=True))

    def of(self, kind: str, numbers: Sequence[int], whole: Run) -> Iterator[tuple[int, Run, str]]:
        """Yield what became of runs in which the call of that number failed, and what is wrong."""
        for number in numbers:
            run = self._run(KINDS.index(kind), number)
            fault = run.fault(self._before, whole)
            if kind == "allocation" and run.code and b"memory" not in run.out + run.err.encode():
                fault = fault or f"memory is not named: {run.err[-300:]!r}"
            yield number, run, fault

    def _run(self, kind: int, number: int) -> Run:
        self.restore()
        out, err = (self._folder.with_suffix(suffix) for suffix in (".out", ".err"))
        if not (child := os.fork()):
            self._in_child(kind, number, out, err)
        code = _wait(child)
        text = err.read_text(errors="replace")
        return Run(code, out.read_bytes(), text, files_of(self._folder))

    def _in_child(self, kind: int, number: int, out: Path, err: Path) -> None:
        code = 99
        with suppress(BaseException):
            for stream, path in ((1, out), (2, err)):
                file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
                os.dup2(file, stream)
                os.close(file)
            sys.stdout = os.fdopen(1, "w", closefd=False)
            sys.stderr = os.fdopen(2, "w", closefd=False)
            os.chdir(self._folder)
            take_process()  # so that it starts its workers as the program does
            self._library.faults_arm(kind, ctypes.c_long(number))
            code = self._work()
            try:
                sys.stdout.flush()
            except OSError:  # as the interpreter does at its end
                code = 120
            self._library.faults_stop()
            sys.stderr.flush()
            if not number:
                counts = [self._library.faults_count(i) for i in range(len(KINDS))]
                self._folder.with_suffix(".counts").write_text(" ".join(map(str, counts)))
        os._exit(code)

    def restore(self) -> None:
        """Make the folder what it was before the first run."""
        for name, content in files_of(self._folder).items():
            if self._before.get(name) != content:
                (self._folder / name).unlink()
        needed = {self._folder / name for name in self._before}
        needed |= {parent for path in needed for parent in path.parents}
        for path in sorted(self._folder.rglob("*"), reverse=True):
            if path.is_dir() and path not in needed:
                path.rmdir()
        for name, content in self._before.items():
            if not (self._folder / name).exists():
                (self._folder / name).parent.mkdir(parents=True, exist_ok=True)
                (self._folder / name).write_bytes(content)
