"""A file that cannot be read any more is the input's fault, and said to be."""

from pathlib import Path

import numpy as np
import pytest

from sampviz.core.errors import InputError
from sampviz.core.open_file import open_file
from tests.conftest import Cli

UNREADABLE = Path("/proc/self/mem")  # a regular file on Linux, of which byte 0 cannot be read


@pytest.mark.skipif(not UNREADABLE.exists(), reason="Linux has this file")
@pytest.mark.parametrize("count", [-1, 10])
def test_an_error_of_the_disk_names_the_input(count: int) -> None:
    with open_file(UNREADABLE, "a.npy") as file, pytest.raises(InputError) as caught:
        file.read(count)
    assert str(caught.value) == (
        "the file cannot be read: Input/output error\n  in:  a.npy\n"
        "  fix: check the disk or the network it lies on, or get the file again"
    )


def test_too_little_memory_is_no_fault_of_the_program(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.eye(8))

    def load(*_: object, **__: object) -> None:
        raise MemoryError("Unable to allocate 12.0 GiB")

    monkeypatch.setattr("sampviz.images.load.load", load)
    result = cli("info", path)
    assert result.code == 3
    assert result.err.startswith("error: not enough memory: Unable to allocate 12.0 GiB\n")
