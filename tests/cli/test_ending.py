"""The program ends at once, after what is registered for the end; as Python does, if watched."""

import atexit
import os
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest

from sampviz.cli.ending import end_process

REGISTERED = "import atexit, sys; atexit.register(lambda: print('registered'))\n"
PROGRAM = "sys.argv = ['sampviz', '--version']\nfrom sampviz.cli import program; program()"


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return what is done at the end, in place of which nothing is done."""
    steps: list[object] = []
    monkeypatch.setattr(atexit, "_run_exitfuncs", lambda: steps.append("registered"))
    monkeypatch.setattr(os, "_exit", steps.append)
    monkeypatch.setattr(sys, "gettrace", lambda: None)
    return steps


def test_what_is_registered_comes_first(done: list[object]) -> None:
    end_process(3)
    assert done == ["registered", 3]


@pytest.mark.parametrize("name", ["gettrace", "getprofile"])
def test_who_watches_sees_the_end(
    done: list[object], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    watcher: Callable[[], object] = lambda: print  # noqa: E731
    monkeypatch.setattr(sys, name, watcher)
    with pytest.raises(SystemExit, match="3"):
        end_process(3)
    assert done == []


def test_another_thread_is_waited_for(done: list[object]) -> None:
    wait = threading.Event()
    other = threading.Thread(target=wait.wait)
    other.start()
    try:
        with pytest.raises(SystemExit):
            end_process(0)
    finally:
        wait.set()
        other.join()
    assert done == []


def test_output_that_cannot_be_written_is_python_s(
    done: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise BrokenPipeError

    with monkeypatch.context() as patch:
        patch.setattr(sys.stdout, "flush", fail)
        with pytest.raises(SystemExit):
            end_process(0)
    assert done == ["registered"]


@pytest.mark.slow
def test_a_process() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", REGISTERED + PROGRAM], capture_output=True, text=True, check=True
    )
    first, last = ended.stdout.splitlines()
    assert first.startswith("sampviz ")
    assert (last, ended.stderr) == ("registered", "")


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is full")  # noqa: PTH110
def test_what_cannot_be_said_ends_nothing() -> None:
    words = [sys.executable, "-m", "sampviz", "measure", "nofile.png", "--ops", "max"]
    with open("/dev/full", "w") as full:  # noqa: PTH123
        assert subprocess.run(words, stderr=full, check=False).returncode == 3
