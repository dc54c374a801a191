"""Every file that a command writes is a temporary one of `atomic_write`, renamed at the end."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Cli

# An audit hook cannot be taken away: it looks here whether somebody listens.
_listeners: list[list[str]] = []


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _listeners and event == "open":
        path, _, flags = arguments
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        if writes and isinstance(path, (str, bytes)):
            _listeners[-1].append(os.fsdecode(path))


@contextmanager
def _written() -> Iterator[list[str]]:
    if _hear not in _hooked:
        sys.addaudithook(_hear)
        _hooked.append(_hear)
    _listeners.append([])
    try:
        yield _listeners[-1]
    finally:
        _listeners.pop()


_hooked: list[Any] = []
_RECIPE = '[[figure]]\nname = "one"\ninputs = "a.npy"\nops = ["max"]\nrows = "image"\n'


@pytest.mark.slow
def test_files_are_written_beside_their_names(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    np.save("a.npy", np.random.default_rng(0).random((48, 48)).astype(np.float32))
    Path("r.toml").write_text(_RECIPE)
    commands = (
        "apply a.npy max -o o.npy",
        "apply a.npy max -o o.png",
        "apply sample:dwi max -o o.nii.gz --record",
        "compare a.npy --ops max --rows image -o c.png --caption md",
        "measure a.npy --ops max --measures psnr -o m.csv",
        "report a.npy --ops max --measures psnr -o r.html",
        "batch r.toml -o figures --jobs 1",
        "check r.toml --baseline base --update",
        "recipe init new.toml",
    )
    for command in commands:
        with _written() as paths:
            out = cli(*command.split())
        assert out.code == 0, out.err
        # Locks and what a command keeps of its rows are no results.
        names = [Path(path).name for path in paths if "cache" not in path]
        direct = [n for n in names if not re.match(r"\.sampviz|lock$|null$|.*\.partial$", n)]
        assert not direct, f"{command}: {direct}"
        assert any(name.startswith(".sampviz-") for name in names), f"{command}: {names}"
