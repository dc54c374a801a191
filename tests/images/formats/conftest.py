from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    def save(*files: bytes) -> Path:
        """Write one file, or several into a folder, their names in reverse order."""
        if len(files) == 1:
            (tmp_path / "scan.dcm").write_bytes(files[0])
            return tmp_path / "scan.dcm"
        (tmp_path / "scan").mkdir()
        for number, data in enumerate(files):
            (tmp_path / "scan" / f"{9 - number}").write_bytes(data)
        return tmp_path / "scan"

    return save
