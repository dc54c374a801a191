"""Baselines are written into a folder, or it is said why not."""

from pathlib import Path

import pytest

from sampviz.core.errors import OutputError
from sampviz.testing.snapshots.check import update_snapshots


def test_a_folder_that_cannot_be_made_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="the folder cannot be made: Not a directory"):
        list(update_snapshots([], tmp_path / "file" / "baselines"))
