"""Where Python leaves docstrings out it is said: the manual and captions are made of them."""

import os
import subprocess
import sys

import pytest


@pytest.mark.slow
def test_without_docstrings_it_is_said_why_not() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "sampviz", "measure", "sample:zoneplate:8x8", "--ops", "max"],
        env={**os.environ, "PYTHONOPTIMIZE": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 3)
    assert run.stderr.startswith("error: Python runs without docstrings")
