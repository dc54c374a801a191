import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.images.build import Array, nifti
from tests.images.formats.nifti_volume import AFFINE


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


@pytest.fixture
def long_series() -> tuple[bytes, Array]:
    """Return a gzip file of 20 frames of noise, which does not shrink, and the frames."""
    noise = np.random.default_rng(0).integers(-(2**15), 2**15, (32, 32, 16, 20)).astype(np.int16)
    return gzip.compress(nifti(noise, AFFINE), 1), noise
