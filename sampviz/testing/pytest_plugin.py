"""The pytest plug-in: `sampviz_snapshot` compares a figure or an array with its baseline.

Nothing heavy is imported here: pytest loads it in every run where sampviz is installed.
"""

import os
import re
from collections.abc import Generator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

FOLDER = "baselines"  # beside the file of the test
FIXTURE = "sampviz_snapshot"
_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,100}", re.ASCII)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --sampviz-update."""
    parser.getgroup("sampviz").addoption(
        "--sampviz-update",
        action="store_true",
        help="write the baselines of sampviz_snapshot, to look at and to commit",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to write baselines where nobody would look at them."""
    if config.getoption("--sampviz-update") and os.environ.get("CI", "").lower() == "true":
        raise pytest.UsageError("--sampviz-update: baselines are not written where CI=true")


class Snapshot:
    """Compares what it is called with, a figure of sampviz or an array, with a baseline."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._test = request.node.nodeid
        self._update = bool(request.config.getoption("--sampviz-update"))
        self._folder = request.path.parent / FOLDER / request.path.stem
        self.names: list[str] = []

    def __call__(
        self, thing: Any, name: str = "", *, tolerance: str = "1e-6range", rms: float = 2.0
    ) -> None:
        """Fail the test if `thing` is not what its baseline says; with --sampviz-update write that.

        `name` tells several of one test apart. `tolerance` is in parts of the range of a panel's
        values, `1e-6range`, or a difference of values, `0.5abs`; `rms` is for the picture, in
        levels of 0..255.
        """
        from sampviz.core.errors import SampvizError

        test_name = self._test.rpartition(".py::")[2]
        baseline = file_name(f"{test_name}-{name}" if name else test_name)
        if baseline in self.names:
            pytest.fail(f"two snapshots of one name: {baseline}; give each a name", pytrace=False)
        self.names.append(baseline)
        try:
            reasons = self._mismatches(thing, baseline, tolerance, rms)
        except SampvizError as err:
            reasons = str(err).splitlines()
        if reasons:
            accept = f"to accept it: pytest --sampviz-update '{self._test}'"
            pytest.fail("\n  ".join([f"snapshot {baseline}", *reasons, accept]), pytrace=False)

    def _mismatches(self, thing: Any, name: str, tolerance: str, rms: float) -> list[str]:
        from sampviz.figures.render.render import PanelFigure
        from sampviz.testing.snapshots import baseline
        from sampviz.testing.snapshots.compare import Tolerance, compare_snapshots
        from sampviz.testing.snapshots.snapshot import snapshot_of

        allowed = Tolerance.parse(tolerance)
        snapshot = snapshot_of(name, thing)
        if self._update:
            self._folder.mkdir(parents=True, exist_ok=True)
            baseline.write(
                self._folder, snapshot, thing if isinstance(thing, PanelFigure) else None
            )
            return []
        if not baseline.is_there(self._folder, name):
            return [f"there is no baseline {_relative_path(self._folder / name)}.json"]
        result = compare_snapshots(baseline.read(self._folder, name), snapshot, allowed, rms)
        return [*result.reasons, *result.notes] if result.failed else []


def file_name(text: str) -> str:
    """Return a name of a file for a test; different tests have different names."""
    name = text.replace("::", ".").replace("[", "-").removesuffix("]")
    if _PLAIN.fullmatch(name):
        return name
    safe_name = re.sub(r"[^A-Za-z0-9_.-]+", "_", name)[:80]
    return f"{safe_name}-{sha256(text.encode()).hexdigest()[:8]}"


def _relative_path(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


@pytest.fixture(name=FIXTURE)
def _snapshot(request: pytest.FixtureRequest) -> Snapshot:
    """Compare a figure of sampviz, or an array, with its baseline beside the file of the test."""
    return Snapshot(request)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Fail a test that asks for the fixture and compares nothing."""
    result = yield
    snapshot = pyfuncitem.funcargs.get(FIXTURE)
    if isinstance(snapshot, Snapshot) and not snapshot.names:
        pytest.fail(f"{FIXTURE} was not called: nothing was compared", pytrace=False)
    return result
