"""Which tests run which line: the fast tests run once under coverage, and what it saw is kept.

A pytest plug-in, too: it tells coverage which test runs, and writes how long each took.
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

_TIMES = "SAMPVIZ_TEST_TIMES"  # the file for the seconds of each test

Lines = dict[str, dict[int, set[str]]]  # of each file, of each line: the tests that run it


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Name the test to coverage while it runs."""
    import coverage

    measured = coverage.Coverage.current()
    if measured:
        measured.switch_context(item.nodeid)
    result = yield
    if measured:
        measured.switch_context("")
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Write a test that passed with its seconds."""
    target = os.environ.get(_TIMES)
    if target and report.when == "call" and report.passed:
        with open(target, "a", encoding="utf-8") as file:  # noqa: PTH123 - many times a second
            file.write(json.dumps([report.nodeid, report.duration]) + "\n")


def measure(root: Path, store: Path, packages: Sequence[str]) -> None:
    """Run the fast tests in `root`, and keep in the folder `store` which lines each runs."""
    store.mkdir(parents=True, exist_ok=True)
    settings = store / "coveragerc"
    include = "\n  ".join(f"{package}/*" for package in packages)
    settings.write_text(
        f"[run]\nrelative_files = true\ndata_file = {store / 'lines'}\ninclude =\n  {include}\n"
    )
    (store / "times").write_text("")
    words = [sys.executable, "-m", "coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q"]
    words += ["-n", "0", "-m", "not slow", "-p", __name__, "-p", "no:cacheprovider"]
    environment = {**os.environ, "PYTHONPATH": str(root), _TIMES: str(store / "times")}
    subprocess.run(words, cwd=root, env=environment, check=False)


def read_lines(store: Path) -> Lines:
    """Return the tests of each line, "" of what runs when a module is imported."""
    from coverage.numbits import numbits_to_nums

    lines: Lines = defaultdict(lambda: defaultdict(set))
    query = (
        "select file.path, context.context, numbits from line_bits"
        " join file on file.id = file_id join context on context.id = context_id"
    )
    with sqlite3.connect(store / "lines") as database:
        for path, test, numbits in database.execute(query):
            for line in numbits_to_nums(numbits):
                lines[path][line].add(test)
    return lines


def read_times(store: Path) -> dict[str, float]:
    """Return the seconds of each test that passed."""
    return dict(map(json.loads, (store / "times").read_text().splitlines()))
