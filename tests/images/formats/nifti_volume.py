"""A small NIfTI volume, read from bytes and as it is seen."""

from pathlib import Path
from typing import Any

import numpy as np

from sampviz.images.image import Image
from sampviz.images.load import load
from tests.images.build import Array, diagonal

SPACING = (1.5, 2.0, 3.0)
ORIGIN = (-3.0, -40.0, 25.0)
AFFINE = diagonal(SPACING, ORIGIN)
SHAPE = (4, 5, 6)
LETTERS = {"axial": ("P", "R"), "coronal": ("I", "R"), "sagittal": ("I", "A")}
ACROSS = {"axial": 2, "coronal": 1, "sagittal": 0}


def read(folder: Path, data: bytes, name: str = "v.nii", **pick: Any) -> Image:
    path = folder / name
    path.write_bytes(data)
    return load(path, **pick)


def seen(volume: Array, plane: str, k: int) -> Array:
    """Return what is drawn of a RAS+ volume: rows from the front or the top, columns rising."""
    return np.asarray(volume.take(k, ACROSS[plane]).T[::-1])
