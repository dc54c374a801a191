"""What all tests share."""

import gc
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, settings

from sampviz.cli.app import run
from tests.advised_options import foreign_options

# A shell starts what runs in its background with ctrl-C ignored, and programs pass that on: those
# that tests interrupt would never hear of it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Who runs the tests may be a CI, where baselines are not written and summaries go elsewhere: tests
# of that set these themselves. Not in a fixture: fixtures of a module run before it.
for variable in ("CI", "GITHUB_STEP_SUMMARY"):
    os.environ.pop(variable, None)

# The cache of who runs the tests is left alone.
os.environ["SAMPVIZ_CACHE"] = "off"

# Programs that tests start keep their bytecode: to compile it anew costs each half a second, and
# the tests themselves ten.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A process of tests has its core for itself: threads of the libraries would but wait for each
# other, in loops. numpy is not imported yet; tests of threads set their number themselves.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"):
    os.environ.setdefault(variable, "1")

# Most of what the collection of all tests makes stays to the end: seldom is there garbage.
gc.set_threshold(50_000, 20, 50)

# Speed is judged elsewhere: a busy machine must not fail a law. The examples are the same in every
# run; `--hypothesis-profile=new` draws others, and more.
quiet = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("any", quiet, derandomize=True, max_examples=50)
settings.register_profile("new", quiet)
settings.load_profile("any")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import a file of nothing but slow tests where these are not to run."""
    if config.option.markexpr != "not slow" or collection_path.suffix != ".py":
        return None
    return b"\npytestmark = pytest.mark.slow\n" in collection_path.read_bytes() or None


def pytest_collection_finish() -> None:
    """Let the garbage collector alone what stays to the end: all modules and tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def few_waves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw responses of few waves, where their gains are not what is judged."""
    from sampviz.analysis import frequency_response

    monkeypatch.setattr(frequency_response, "LEAST_SIDE", 32)
    monkeypatch.setattr(frequency_response, "LEAST_SIDE_OF_MAP", 16)
    monkeypatch.setattr(frequency_response, "_FREQUENCIES", {True: 16, False: 8})


@pytest.fixture
def unpainted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the pixels of PNG and TIFF black, which is half the time, where they are not judged."""
    import numpy as np
    from matplotlib.figure import Figure

    from sampviz.figures import drawn_figure

    def black(figure: Figure) -> drawn_figure.Pixels:
        width, height = figure.canvas.get_width_height()
        return np.zeros((height, width, 4), np.uint8)

    monkeypatch.setattr(drawn_figure, "_render", black)


@dataclass(frozen=True)
class CliResult:
    """What a run of the program wrote to stdout and stderr, and its exit code."""

    code: int
    out: str
    err: str


class Cli(Protocol):
    """Run the program with these words, in this process."""

    def __call__(self, *words: object) -> CliResult: ...


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run the program with words: ``cli("compare", path, "--ops", "max")``.

    Whatever it says is wrong, the options that it advises are those of the command.
    """

    def run_words(*words: object) -> CliResult:
        code = run([str(word) for word in words])
        captured = capsys.readouterr()
        assert not foreign_options([str(word) for word in words], captured.err), captured.err
        return CliResult(code, captured.out, captured.err)

    return run_words
