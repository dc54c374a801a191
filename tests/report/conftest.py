"""One browser for all tests of pages, or a reason why there is none."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from sampviz.dsp.dtypes import Array
from tests.conftest import Cli
from tests.report.browser import BROWSER, DRIVER, Browser

Make = Callable[..., Path]


@pytest.fixture(scope="session")
def _window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if not (BROWSER and DRIVER):
        missing = "chromium and chromedriver are not installed"
        if os.environ.get("SAMPVIZ_BROWSER") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    window = Browser(tmp_path_factory.mktemp("browser"))
    yield window
    window.close()


@pytest.fixture
def browser(_window: Browser, tmp_path: Path) -> Iterator[Browser]:
    """A browser in which nothing may complain, and that may ask for nothing outside `tmp_path`."""
    _window.forget()
    yield _window
    assert _window.complaints() == []
    assert all(url.startswith(tmp_path.as_uri()) for url in _window.requests())
    _window.run("getSelection().removeAllRanges()")


@pytest.fixture
def make(cli: Cli, tmp_path: Path) -> Make:
    """Write the page of an array, or of named inputs; return its path."""

    def made(what: Array | Sequence[str], ops: str, *words: object, name: str = "x") -> Path:
        inputs = what
        if isinstance(what, np.ndarray):
            np.save(tmp_path / f"{name}.npy", what)
            inputs = [str(tmp_path / f"{name}.npy")]
        out = tmp_path / "report.html"
        result = cli("report", *inputs, "--ops", ops, "-o", out, "-q", "--overwrite", *words)
        assert (result.code, result.err) == (0, "")
        return out

    return made


@pytest.fixture
def noise() -> Array:
    """White noise, 16x20."""
    return np.random.default_rng(0).normal(size=(16, 20)).astype(np.float32)
