"""What all tests share."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings

from sampviz.cli.app import run

# Speed is judged elsewhere: a busy machine must not fail a law.
settings.register_profile("any", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any")


@pytest.fixture(autouse=True)
def _no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the cache of who runs the tests alone."""
    monkeypatch.setenv("SAMPVIZ_CACHE", "off")


@dataclass(frozen=True)
class Told:
    """What a run of the program said, and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def sampviz(capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    """Run the program with these words."""

    def told(*words: object) -> Told:
        code = run([str(word) for word in words])
        captured = capsys.readouterr()
        return Told(code, captured.out, captured.err)

    return told
