"""One browser for all tests of pages, or a reason why there is none."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.report.browser import BROWSER, DRIVER, Browser


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
