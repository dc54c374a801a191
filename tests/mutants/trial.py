"""Try changes: each in a process of its own, which runs the tests of the changed line."""

import gc
import os
import re
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from io import StringIO
from pathlib import Path
from types import CodeType, FunctionType

import pytest

from tests.mutants.covering import Lines

_MOST_SECONDS = 40.0  # of tests, as they took when they were measured
_PATIENCE = 60.0  # seconds, and three times as long as the tests take
_OPTIONS = [
    *("-x", "-q", "-n", "0", "--tb=line", "-p", "no:cacheprovider"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # of what is imported already
]
_NO_FUNCTION = 77


@dataclass(frozen=True)
class Verdict:
    """What became of a change: killed, survived, or broken, where not even imports succeed."""

    state: str
    test: str = ""
    seconds: float = 0.0


def warm_up(root: Path, packages: Sequence[str], files: Iterable[str]) -> None:
    """Import the package and its tests in this process, of which each that tests is a copy."""
    os.chdir(root)
    sys.path.insert(0, str(root))
    os.environ["PYTHONPATH"] = str(root)
    for name in [name for name in sys.modules if name.partition(".")[0] == "tests"]:
        del sys.modules[name]
    for package in packages:
        for path in sorted((root / "sampviz" / package).rglob("*.py")):
            with suppress(ImportError):  # of what is not installed
                import_module(".".join(path.relative_to(root).with_suffix("").parts))
    with redirect_stdout(StringIO()):
        pytest.main([*_OPTIONS, "--collect-only", *files])


def covering_tests(lines: Lines, times: dict[str, float], file: str, line: int) -> list[str]:
    """Return the tests that run a line, the nearest first; of an import, those of the file."""
    of_file = lines.get(file, {})
    names = {test for test in of_file.get(line, ()) if test in times}
    if not names:
        names = {test for tests in of_file.values() for test in tests if test in times}
    near = _parts(file.removeprefix("sampviz/"))
    files: dict[str, list[str]] = {}
    for name in sorted(names, key=times.__getitem__):
        files.setdefault(name.partition("::")[0], []).append(name)

    def rank(path: str) -> tuple[int, float]:
        parts = _parts(path.removeprefix("tests/").replace("test_", ""))
        pairs = enumerate(zip(near, parts, strict=False))
        shared = next((i for i, (a, b) in pairs if a != b), len(near))
        return -shared, sum(times[name] for name in files[path])

    chosen, seconds = [], 0.0
    for path in sorted(files, key=rank):
        for name in files[path]:
            if seconds + times[name] <= _MOST_SECONDS:
                seconds += times[name]
                chosen.append(name)
    return chosen


def _parts(path: str) -> list[str]:
    return path.removesuffix(".py").split("/")


def try_change(
    path: Path, source: str, changed: str, tests: Sequence[str], patience: float
) -> Verdict:
    """Run tests with a changed file, at most so many seconds.

    A change within functions is made in a copy of this process, which has imported all there is;
    what runs when a module is imported wants a process that begins anew.
    """
    if source.count("\n") == changed.count("\n"):  # without a decorator all lines move
        verdict = _run(partial(_be_patched, path, source, changed, tests), patience)
        if verdict:
            return verdict
    path.write_text(changed, "utf-8")
    try:
        return _run(partial(_be_new, tests), patience) or Verdict("broken")
    finally:
        path.write_text(source, "utf-8")


def _run(become: Callable[[], None], patience: float) -> Verdict | None:
    """Run a copy of this process to its end; None if it has no function to change."""
    start = time.monotonic()
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        child = os.fork()
        if not child:
            os.setsid()
            for number in (1, 2):
                os.dup2(log.fileno(), number)
            become()
        while not (ended := os.waitpid(child, os.WNOHANG))[0]:
            if time.monotonic() - start > patience:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return Verdict("killed", "it takes too long", patience)
            time.sleep(0.01)
        seconds = time.monotonic() - start
        log.seek(0)
        text = log.read()
    code = os.waitstatus_to_exitcode(ended[1])
    if code == _NO_FUNCTION:
        return None
    failed = re.search(r"^(?:FAILED|ERROR) (.*)$", text, re.MULTILINE)
    state = "survived" if code == 0 else "killed" if code == 1 or code < 0 else "broken"
    return Verdict(state, failed[1][:200] if failed else text[-200:] if code else "", seconds)


def _be_patched(path: Path, source: str, changed: str, tests: Sequence[str]) -> None:
    from sampviz.core.bounded_cache import clear_all

    if not replace_code(path, source, changed):
        os._exit(_NO_FUNCTION)
    clear_all()
    code = 3
    try:
        code = int(pytest.main([*_OPTIONS, *tests]))
    except BaseException:  # said in the log
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(code)


def _be_new(tests: Sequence[str]) -> None:
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *_OPTIONS, *tests])


def replace_code(path: Path, source: str, changed: str) -> int:
    """Give the functions of a file the code of the changed one; return how many are others."""
    pairs: list[tuple[CodeType, CodeType]] = []

    def collect(old: CodeType, new: CodeType) -> None:
        if old != new:
            pairs.append((old, new))
        inner = ([c for c in code.co_consts if isinstance(c, CodeType)] for code in (old, new))
        for one, other in zip(*inner, strict=False):
            collect(one, other)

    collect(*(compile(text, str(path), "exec", dont_inherit=True) for text in (source, changed)))
    count = 0
    gc.unfreeze()  # what was there when tests were collected, which else is not among the objects
    # isinstance asks objects for their class, of which some of torch's warn.
    for function in [x for x in gc.get_objects() if type(x) is FunctionType]:
        if function.__code__.co_filename == str(path):
            for old, new in pairs:
                if function.__code__ == old:
                    function.__code__, count = new, count + 1
                    break
    return count


def patience_of(times: dict[str, float], tests: Sequence[str]) -> float:
    """Return how many seconds these tests may take."""
    return _PATIENCE + 3 * sum(times[test] for test in tests)
